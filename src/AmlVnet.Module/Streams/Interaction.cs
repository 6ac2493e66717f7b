using System.Management.Automation.Host;
using System.Runtime.InteropServices;

namespace AmlVnet.Cmdlets.Streams;

/// <summary>Whether somebody sits in front of the host who could sign in.</summary>
internal static class Interaction
{
    // Of a remote session, and of a background job.
    private const string RemoteHost = "ServerRemoteHost";

    // Each is set by the service that runs the script: Azure Pipelines, GitHub Actions and most others (CI), Azure Automation.
    private static readonly string[] Unattended = ["TF_BUILD", "GITHUB_ACTIONS", "CI", "AUTOMATION_ASSET_ACCOUNTID"];

    /// <summary>Why nobody could answer; null where somebody could.</summary>
    internal static string? WhyNot(PSHost host)
    {
        if (Unattended.FirstOrDefault(static v => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(v))) is { } variable)
            return $"nobody sits in front of this host ({variable} is set)";
        if (Environment.GetCommandLineArgs().Skip(1).Any(static a => a.Length > 4
            && "-NonInteractive".StartsWith(a, StringComparison.OrdinalIgnoreCase)))
            return "this host runs with -NonInteractive";
        // Its process never has a terminal; who is there sits at the other end, where the code of a device shows.
        if (host.Name == RemoteHost) return null;
        if (!Environment.UserInteractive) return "this process has no user";
        return Console.IsInputRedirected || host.UI?.RawUI is null ? "this host can't ask: its input does not come from a terminal" : null;
    }

    /// <summary>Why no browser can be opened; null where one could.</summary>
    internal static string? WhyNoBrowser(PSHost host)
    {
        if (host.Name == RemoteHost)
            return "this is a remote session or a job, whose browser nobody would see (-UseDeviceAuthentication shows a code instead)";
        string[] displays = ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"];
        return RuntimeInformation.IsOSPlatform(OSPlatform.Linux)
            && displays.All(static d => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(d)))
            ? "this computer has no display (-UseDeviceAuthentication shows a code instead)"
            : null;
    }
}
