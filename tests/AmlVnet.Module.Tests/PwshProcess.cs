using System.Diagnostics;
using System.Text;

namespace AmlVnet.Module.Tests;

/// <summary>What a run of a program left behind.</summary>
/// <param name="ExitCode">The process's exit code.</param>
/// <param name="Output">Standard output; on a terminal both streams.</param>
/// <param name="Error">Standard error; empty on a terminal.</param>
internal sealed record ProgramRun(int ExitCode, string Output, string Error);

/// <summary>Real pwsh as a child process, as .config/dotnet-tools.json pins it,
/// and other programs of the repository on a terminal.</summary>
internal static class PwshProcess
{
    // A guard against a hang, not a measure: a run takes about two seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string DotNet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Runs a command in a session of its own that has imported the module, with all streams redirected.</summary>
    public static Task<ProgramRun> RunAsync(string command, params (string Name, string Value)[] environment) =>
        RunBareAsync($"Import-Module -Name '{Repository.StagedManifest}'\n{command}", environment);

    /// <summary>Runs a command in a session of its own, with all streams redirected.</summary>
    public static Task<ProgramRun> RunBareAsync(string command, params (string Name, string Value)[] environment) =>
        RunProgramAsync(["tool", "run", "pwsh", "--", "-NoProfile", "-Command", command], "", [("NO_COLOR", "1"), .. environment]);

    /// <summary>Runs a command of dotnet, with all streams redirected and text on standard input.</summary>
    public static async Task<ProgramRun> RunProgramAsync(string[] arguments, string input = "",
        params (string Name, string Value)[] environment)
    {
        using var process = Start(DotNet, arguments, environment);
        using var limit = new CancellationTokenSource(Patience);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new ProgramRun(process.ExitCode, (await output).ReplaceLineEndings("\n"), (await error).ReplaceLineEndings("\n"));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Runs a command of dotnet on a pseudo-terminal (the <c>script</c> command of util-linux) and types on it.</summary>
    /// <param name="arguments">The arguments of dotnet.</param>
    /// <param name="typed">What to type (<c>\r</c> is Enter, <c>\u0003</c> is Ctrl+C) after which text has appeared.</param>
    public static async Task<ProgramRun> RunOnTerminalAsync(string[] arguments, params IReadOnlyList<(string After, string Type)> typed)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"),
            "Needs /usr/bin/script of util-linux for a pseudo-terminal.");
        // A shell that stayed above the program would be hit by Ctrl+C too (dash then returns 130 whatever its child returned), and what
        // runs in the background of a script is started with these signals ignored.
        string[] withSignals = ["env", "--default-signal=INT,QUIT", DotNet];
        var command = "exec " + string.Join(' ', withSignals.Concat(arguments).Select(Quote));
        using var process = Start("/usr/bin/script", ["-qec", command, "/dev/null"], [("TERM", "xterm")]);
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
            return new ProgramRun(process.ExitCode, seen.ToString().Replace("\r\n", "\n", StringComparison.Ordinal), "");
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It did not go on. It had shown:\n{seen}");
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
            if (read == 0) throw new EndOfStreamException($"It ended before it showed \"{text}\". It had shown:\n{seen}");
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
        // dotnet finds its tools by the user's home, which some tests replace.
        start.Environment.TryAdd("DOTNET_CLI_HOME", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static string Quote(string argument) => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
