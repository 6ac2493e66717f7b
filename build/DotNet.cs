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
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments) { WorkingDirectory = folder };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
