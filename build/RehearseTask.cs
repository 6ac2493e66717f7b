namespace AmlVnet.Build;

/// <summary>Tasks <c>rehearse</c> and <c>prompt</c>: the module in real PowerShell, on this console.</summary>
public static class RehearseTask
{
    /// <summary>Stages the module and runs an example with it.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments"><c>--no-build</c>; another script, from the root, and what is handed to it.</param>
    /// <returns>The script's exit code.</returns>
    public static int Rehearse(string root, IReadOnlyList<string> arguments)
    {
        var builds = arguments is not ["--no-build", ..];
        if (!builds) arguments = [.. arguments.Skip(1)];

        var script = Path.GetFullPath(arguments is [var given, ..] ? given : Path.Combine("docs", "examples", "private-inference.ps1"),
            root);
        if (!File.Exists(script))
        {
            Console.Error.WriteLine($"There is no script {script}. Name one from the repository's root, such as docs/examples/undo.ps1.");
            return 2;
        }

        if (builds && Prepare(root) is var code and not 0) return code;

        Console.WriteLine($"Running {Path.GetRelativePath(root, script)} in PowerShell, on the simulator …");
        // A parameter's name is a word of PowerShell's; everything else is a text.
        var rest = arguments.Skip(1).Select(argument => argument.StartsWith('-') ? argument : Pwsh.Quote(argument));
        return Pwsh.Run(root, "-NoLogo", "-NoProfile", "-Command",
            // An exit of the script is an exit of the run.
            $"{Import(root)}; & {Pwsh.Quote(script)} {string.Join(' ', rest)}; if (-not $?) {{ exit $LASTEXITCODE }}");
    }

    /// <summary>Stages the module and gives a prompt with it.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments"><c>--no-build</c>.</param>
    /// <returns>The exit code of PowerShell.</returns>
    public static int Prompt(string root, IReadOnlyList<string> arguments)
    {
        if (!arguments.Contains("--no-build") && Prepare(root) is var code and not 0) return code;

        Console.WriteLine("This is PowerShell with AmlVnet imported. Connect-AmlVnet -Simulator starts the simulator, Get-Help "
            + "about_AmlVnet says what there is.");
        return Pwsh.Run(root, "-NoLogo", "-NoProfile", "-NoExit", "-Command", Import(root));
    }

    private static int Prepare(string root) =>
        Pwsh.Restore(root) is var restored and not 0 ? restored : StageTask.Build(root, "Debug");

    private static string Import(string root) => $"Import-Module -Name {Pwsh.Quote(Path.Combine(StageTask.Folder(root), "AmlVnet.psd1"))}";
}
