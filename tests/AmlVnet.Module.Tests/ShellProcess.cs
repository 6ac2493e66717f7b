using System.Diagnostics;
using System.Text;

namespace AmlVnet.Module.Tests;

/// <summary>What a run of the Shell left behind.</summary>
/// <param name="ExitCode">The process's exit code.</param>
/// <param name="Output">Standard output; on a terminal both streams.</param>
/// <param name="Error">Standard error; empty on a terminal.</param>
internal sealed record ShellRun(int ExitCode, string Output, string Error);

/// <summary>AmlVnet.Shell as a child process, its streams redirected or on a terminal of its own.</summary>
internal static class ShellProcess
{
    // A guard against a hang, not a measure: a run takes about a second.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string Assembly =
        Path.Combine(Repository.Root, "src", "AmlVnet.Shell", "bin", Repository.Configuration, "net10.0", "AmlVnet.Shell.dll");

    private static readonly string DotNet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Runs the Shell with all streams redirected.</summary>
    public static Task<ShellRun> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    /// <summary>Runs the Shell with all streams redirected and text on standard input.</summary>
    public static Task<ShellRun> RunWithInputAsync(string input, params string[] arguments) => RunAsync(input, [], arguments);

    /// <summary>Runs the Shell with all streams redirected and variables of its own.</summary>
    public static Task<ShellRun> RunWithEnvironmentAsync((string Name, string Value)[] environment, params string[] arguments) =>
        RunAsync("", environment, arguments);

    private static async Task<ShellRun> RunAsync(string input, (string Name, string Value)[] environment, string[] arguments)
    {
        using var process = Start(DotNet, [Assembly, .. arguments], environment);
        using var limit = new CancellationTokenSource(Patience);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new ShellRun(process.ExitCode, (await output).ReplaceLineEndings("\n"), (await error).ReplaceLineEndings("\n"));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Runs the Shell on a pseudo-terminal (the <c>script</c> command of util-linux) and types on it.</summary>
    /// <param name="arguments">The Shell's arguments.</param>
    /// <param name="typed">What to type (<c>\r</c> is Enter, <c>\u0003</c> is Ctrl+C) after which text has appeared.</param>
    /// <param name="environment">Environment variables to set.</param>
    public static async Task<ShellRun> RunOnTerminalAsync(
        string[] arguments, IReadOnlyList<(string After, string Type)> typed, params (string Name, string Value)[] environment)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"),
            "Needs /usr/bin/script of util-linux for a pseudo-terminal.");
        // A shell that stayed above the Shell would be hit by Ctrl+C too (dash then returns 130 whatever its child returned), and what runs in
        // the background of a script is started with these signals ignored.
        string[] withSignals = ["env", "--default-signal=INT,QUIT", DotNet, Assembly];
        var command = "exec " + string.Join(' ', withSignals.Concat(arguments).Select(Quote));
        using var process = Start("/usr/bin/script", ["-qec", command, "/dev/null"], [("TERM", "xterm"), .. environment]);
        using var limit = new CancellationTokenSource(Patience);
        var seen = new StringBuilder();
        var from = 0;
        try
        {
            foreach (var (after, type) in typed)
            {
                from = await ReadUntilAsync(process.StandardOutput, seen, from, after, limit.Token);
                await process.StandardInput.WriteAsync(type.AsMemory(), limit.Token);
                await process.StandardInput.FlushAsync(limit.Token);
            }

            seen.Append(await process.StandardOutput.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return new ShellRun(process.ExitCode, seen.ToString().Replace("\r\n", "\n", StringComparison.Ordinal), "");
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The Shell did not go on. It had shown:\n{seen}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<int> ReadUntilAsync(StreamReader reader, StringBuilder seen, int from, string text, CancellationToken cancel)
    {
        var buffer = new char[1024];
        while (true)
        {
            var at = seen.ToString().IndexOf(text, from, StringComparison.Ordinal);
            if (at >= 0) return at + text.Length;

            var read = await reader.ReadAsync(buffer, cancel);
            if (read == 0) throw new EndOfStreamException($"The Shell ended before it showed \"{text}\". It had shown:\n{seen}");
            seen.Append(buffer, 0, read);
        }
    }

    private static Process Start(string file, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment.Remove("NO_COLOR");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static string Quote(string argument) => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
