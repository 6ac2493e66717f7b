using System.Management.Automation.Host;
using System.Runtime.InteropServices;

namespace AmlVnet.Cmdlets.Streams;

/// <summary>Whether somebody sits in front of the host who could answer.</summary>
internal static class Interaction
{
    // Of a remote session, and of a background job.
    private const string RemoteHost = "ServerRemoteHost";

    // Of pwsh itself: the one host whose questions go to the terminal of its process.
    private const string ConsoleHost = "ConsoleHost";

    // Each is set by the service that runs the script: Azure Pipelines, GitHub Actions and most others (CI). They tell why nobody answers,
    // and not that nobody does: many a terminal has one of them.
    private static readonly string[] Services = ["TF_BUILD", "GITHUB_ACTIONS", "CI"];

    /// <summary>Why nobody could answer; null where somebody could.</summary>
    internal static string? WhyNot(PSHost host)
    {
        if (IsSet("AUTOMATION_ASSET_ACCOUNTID")) return "nobody sits in front of this host (AUTOMATION_ASSET_ACCOUNTID is set)";
        if (Cause(host) is not { } cause) return null;
        return Services.FirstOrDefault(IsSet) is { } variable ? $"{cause} ({variable} is set)" : cause;
    }

    /// <summary>Whether ShouldProcess would ask before a step of this command.</summary>
    internal static bool WouldConfirm(PSCmdlet cmdlet) => cmdlet.MyInvocation.BoundParameters.TryGetValue("Confirm", out var confirm)
        ? confirm is SwitchParameter { IsPresent: true }
        : cmdlet.SessionState.PSVariable.GetValue("ConfirmPreference") is ConfirmImpact.Low or ConfirmImpact.Medium;

    /// <summary>Whether the user has said that he wants no questions, and ShouldProcess asks none of whatever impact.</summary>
    internal static bool IsConfirmed(PSCmdlet cmdlet) => cmdlet.MyInvocation.BoundParameters.TryGetValue("Confirm", out var confirm)
        ? confirm is SwitchParameter { IsPresent: false }
        : cmdlet.SessionState.PSVariable.GetValue("ConfirmPreference") is ConfirmImpact.None;

    /// <summary>Whether this command only shows what it would do.</summary>
    internal static bool IsWhatIf(PSCmdlet cmdlet) => cmdlet.MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given)
        ? given is SwitchParameter { IsPresent: true }
        : cmdlet.SessionState.PSVariable.GetValue("WhatIfPreference") is true or SwitchParameter { IsPresent: true };

    private static string? Cause(PSHost host)
    {
        // Its process never has a terminal; who is there sits at the other end, where the code of a device shows.
        if (host.Name == RemoteHost) return null;
        if (!Environment.UserInteractive) return "this process has no user";
        // An editor's host asks in a window of its own, whatever its process was started with.
        if (host.Name != ConsoleHost) return host.UI?.RawUI is null ? "this host has no user interface" : null;
        if (Environment.GetCommandLineArgs().Skip(1).Any(static a => a.Length > 4
            && "-NonInteractive".StartsWith(a, StringComparison.OrdinalIgnoreCase)))
            return "this host runs with -NonInteractive";
        return Console.IsInputRedirected ? "this host can't ask: its input does not come from a terminal" : null;
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

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
