namespace AmlVnet.Shell;

/// <summary>What the process's three streams can do.</summary>
internal static class ConsoleTerminal
{
    /// <summary>The width taken for text that goes to a file or a pipe, in characters.</summary>
    public const int RedirectedWidth = 120;

    /// <summary>Whether colour may go to standard output.</summary>
    public static bool IsOutputColored { get; } = !Console.IsOutputRedirected && AllowsColor();

    /// <summary>Whether colour may go to standard error.</summary>
    public static bool IsErrorColored { get; } = !Console.IsErrorRedirected && AllowsColor();

    /// <summary>Whether a line of standard error can be drawn again in place.</summary>
    public static bool IsErrorRedrawable { get; } = !Console.IsErrorRedirected && !IsDumb();

    /// <summary>The width for standard output, in characters: the console's, or <see cref="RedirectedWidth"/>.</summary>
    public static int OutputWidth => Console.IsOutputRedirected ? RedirectedWidth : WindowWidth;

    /// <summary>The width of the console window, or <see cref="RedirectedWidth"/> when nothing tells it, in characters.</summary>
    public static int WindowWidth
    {
        get
        {
            try
            {
                return Console.WindowWidth > 0 ? Console.WindowWidth : RedirectedWidth;
            }
            catch (IOException)
            {
                return RedirectedWidth;
            }
        }
    }

    // https://no-color.org: any value that is not empty counts. A Windows console takes escape sequences only when somebody has switched
    // that on; Windows Terminal always does.
    private static bool AllowsColor() =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && !IsDumb() &&
        (!OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("WT_SESSION") is not null);

    private static bool IsDumb() => Environment.GetEnvironmentVariable("TERM") is "dumb" or "" || (!OperatingSystem.IsWindows() &&
        Environment.GetEnvironmentVariable("TERM") is null);
}
