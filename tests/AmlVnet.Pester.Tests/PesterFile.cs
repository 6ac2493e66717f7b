using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace AmlVnet.Pester.Tests;

/// <summary>Runs a Pester file in a pwsh of its own, so that no file sees what another left,
/// and one that ends its process fails alone.</summary>
internal static class PesterFile
{
    // Many times what the longest takes on a loaded machine: a file that hangs must not hang the run.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Runs the file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="traffic">Where its exchanges with the simulator are written; null for nowhere.</param>
    /// <param name="cancellation">Ends the pwsh.</param>
    /// <returns>What its tests gave; never nothing.</returns>
    public static async Task<IReadOnlyList<PesterTest>> RunAsync(string path, string? traffic, CancellationToken cancellation)
    {
        var results = Path.GetTempFileName();
        try
        {
            var output = new StringBuilder();
            using var process = new Process { StartInfo = Start(path, results, traffic) };
            process.OutputDataReceived += (_, line) => Keep(line.Data);
            process.ErrorDataReceived += (_, line) => Keep(line.Data);
            process.Start();
            process.StandardInput.Close();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Limit);
            try
            {
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancellation.ThrowIfCancellationRequested();
                return [PesterTest.Broken($"It did not end within {Limit.TotalMinutes:0} minutes.", output.ToString())];
            }

            var text = await File.ReadAllTextAsync(results, cancellation).ConfigureAwait(false);
            if (text.Length == 0)
                return [PesterTest.Broken($"pwsh ended with {process.ExitCode} and left no results.", output.ToString())];

            var tests = JsonSerializer.Deserialize<Results>(text, Json)!.Tests;
            return tests.Count > 0 ? tests : [PesterTest.Broken("Pester found no test in it.", output.ToString())];

            void Keep(string? line)
            {
                lock (output) output.AppendLine(line);
            }
        }
        finally
        {
            File.Delete(results);
        }
    }

    private static ProcessStartInfo Start(string path, string results, string? traffic)
    {
        string[] arguments =
        [
            "tool", "run", "pwsh", "--", "-NoProfile", "-NonInteractive",
            "-File", Path.Combine(AppContext.BaseDirectory, "Invoke-PesterFile.ps1"),
            "-Pester", Places.Pester, "-Path", path, "-ResultPath", results,
            .. traffic is null ? Array.Empty<string>() : ["-TrafficPath", traffic],
        ];
        return new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = Places.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // World.ps1 imports this.
            Environment = { ["AMLVNET_TESTED_MODULE"] = Places.Module },
        };
    }

    private sealed record Results(IReadOnlyList<PesterTest> Tests);
}
