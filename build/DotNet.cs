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
        var sdk = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        using var process = Process.Start(new ProcessStartInfo(sdk, arguments) { WorkingDirectory = folder })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
