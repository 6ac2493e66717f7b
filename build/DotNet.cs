using System.Diagnostics;

namespace AmlVnet.Build;

/// <summary>Runs the SDK that runs this program.</summary>
public static class DotNet
{
    /// <summary>Runs a command of the SDK; what it prints is printed.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="arguments">The command and its arguments.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string folder, params IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(Command(folder, arguments))!;
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Runs a command of the SDK and hands on each line that it prints, as it prints it.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="line">Takes a line; one at a time.</param>
    /// <param name="arguments">The command and its arguments.</param>
    /// <returns>The exit code.</returns>
    public static int Read(string folder, Action<string> line, params IReadOnlyList<string> arguments)
    {
        var start = Command(folder, arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        // The lines are read by their English words.
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, given) => Hand(given.Data);
        process.ErrorDataReceived += (_, given) => Hand(given.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return process.ExitCode;

        void Hand(string? text)
        {
            if (text is null) return;
            lock (process) line(text);
        }
    }

    private static ProcessStartInfo Command(string folder, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments) { WorkingDirectory = folder };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["TESTINGPLATFORM_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        // Build servers outlive the run and would keep its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        return start;
    }
}
