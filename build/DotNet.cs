using System.Diagnostics;

namespace AmlVnet.Build;

/// <summary>Runs the SDK that runs this program.</summary>
public static class DotNet
{
    // A run that says nothing for longer is taken for one that hangs.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>Runs a command of the SDK; what it prints is printed.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="arguments">The command and its arguments.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string folder, params IReadOnlyList<string> arguments) =>
        // On a terminal the SDK shows by itself that it is at work.
        Console.IsOutputRedirected ? Read(folder, Console.WriteLine, arguments) : RunProgram(folder, Host, arguments);

    /// <summary>Runs a program on this console.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The exit code.</returns>
    public static int RunProgram(string folder, string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(Command(folder, program, arguments))!;
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>The SDK's own program.</summary>
    public static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>
    /// Runs a command of the SDK and hands on each line that it prints, as it prints it. When it prints nothing for a while, a line says
    /// that it is still at work.
    /// </summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="line">Takes a line; one at a time.</param>
    /// <param name="arguments">The command and its arguments.</param>
    /// <returns>The exit code.</returns>
    public static int Read(string folder, Action<string> line, params IReadOnlyList<string> arguments)
    {
        var start = Command(folder, Host, arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        // The lines are read by their English words.
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        var gate = new Lock();
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        using var sign = new Timer(_ => Console.WriteLine($"  … still at work, after {watch.Elapsed:m\\:ss} min"));
        process.OutputDataReceived += (_, given) => Hand(given.Data);
        process.ErrorDataReceived += (_, given) => Hand(given.Data);
        sign.Change(Silence, Silence);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return process.ExitCode;

        void Hand(string? text)
        {
            if (text is null) return;
            lock (gate)
            {
                sign.Change(Silence, Silence);
                line(text);
            }
        }
    }

    // No telemetry and no greetings; build servers would outlive the run and keep its output open.
    private static readonly (string Name, string Value)[] Quiet =
    [
        ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("TESTINGPLATFORM_TELEMETRY_OPTOUT", "1"), ("POWERSHELL_TELEMETRY_OPTOUT", "1"),
        ("DOTNET_NOLOGO", "1"), ("MSBUILDDISABLENODEREUSE", "1"), ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"),
    ];

    private static ProcessStartInfo Command(string folder, string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder };
        foreach (var (name, value) in Quiet) start.Environment[name] = value;
        return start;
    }
}
