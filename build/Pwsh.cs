using System.Runtime.InteropServices;

namespace AmlVnet.Build;

/// <summary>Real PowerShell, as .config/dotnet-tools.json pins it.</summary>
public static class Pwsh
{
    /// <summary>Restores it; the first time it is downloaded.</summary>
    /// <param name="root">The repository's root.</param>
    /// <returns>0, or the exit code of the restore.</returns>
    public static int Restore(string root)
    {
        Console.WriteLine("Restoring PowerShell, as .config/dotnet-tools.json pins it …");
        return DotNet.Run(root, "tool", "restore");
    }

    /// <summary>Runs it on this console. It owns the console: its output, its colours, its keys, and Ctrl+C.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its exit code.</returns>
    public static int Run(string root, params IReadOnlyList<string> arguments)
    {
        // Ctrl+C goes to every process of the console. What it ends is pwsh's matter; this one only waits for it.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, signal => signal.Cancel = true);
        // In a file or a pipe, escape sequences are noise.
        if (Console.IsOutputRedirected) Environment.SetEnvironmentVariable("NO_COLOR", "1");
        return DotNet.RunProgram(root, DotNet.Host, ["tool", "run", "pwsh", "--", .. arguments]);
    }

    /// <summary>Runs a command in it and hands on each line that it prints.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="line">Takes a line.</param>
    /// <param name="command">The command.</param>
    /// <returns>Its exit code.</returns>
    public static int Read(string root, Action<string> line, string command) =>
        DotNet.Read(root, line, "tool", "run", "pwsh", "--", "-NoProfile", "-NonInteractive", "-Command", command);

    /// <summary>A text as a literal of PowerShell.</summary>
    /// <param name="text">The text.</param>
    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
