using System.Globalization;
using System.Management.Automation.Host;
using System.Reflection;

namespace AmlVnet.Shell;

/// <summary>The engine's host: a console.</summary>
internal sealed class ShellHost(bool isInteractive) : PSHost
{
    /// <summary>The product's version, as the manifest states it.</summary>
    public static Version ProductVersion { get; } = Assembly.GetExecutingAssembly().GetName().Version!;

    /// <summary>The exit code that a script asked for; null when none did.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Runs the prompt that Suspend opens, until it is left; the session gives it.</summary>
    public Action? NestedPrompt { get; set; }

    /// <summary>Whether the innermost nested prompt was told to end.</summary>
    public bool IsNestedPromptLeft { get; set; }

    /// <summary>Shows and asks.</summary>
    public ShellInterface Console { get; } = new(isInteractive);

    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "AmlVnet.Shell";

    public override PSHostUserInterface UI => Console;

    public override Version Version => ProductVersion;

    public override void EnterNestedPrompt()
    {
        (NestedPrompt ?? throw new NotSupportedException("There is no session to open a nested prompt in."))();
        IsNestedPromptLeft = false;
    }

    public override void ExitNestedPrompt() => IsNestedPromptLeft = true;

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;
}
