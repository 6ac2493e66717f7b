namespace AmlVnet.Build;

/// <summary>Task <c>docs</c>: what the documents show of the module, as it is today.</summary>
public static class DocsTask
{
    /// <summary>
    /// Stages the module, then writes the sample reports, the output under the commands of the guides, the terminal and the screenshot.
    /// </summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments"><c>--no-build</c>: with what was staged last; <c>--only NAME</c>: reports, guides, terminal or
    /// screenshot.</param>
    /// <returns>0, or the exit code of what failed.</returns>
    public static int Run(string root, IReadOnlyList<string> arguments)
    {
        if (Pwsh.Restore(root) is var restored and not 0) return restored;
        if (!arguments.Contains("--no-build") && StageTask.Stage(root, []) is var staged and not 0) return staged;
        var only = arguments.SkipWhile(argument => argument != "--only").Skip(1).FirstOrDefault();
        (string Name, string[] Arguments)[] scripts =
        [
            ("reports", ["-Module", Path.Combine(StageTask.Folder(root), "AmlVnet.psd1"), "-Folder", Docs("reports")]),
            ("guides", ["-Module", Path.Combine(StageTask.Folder(root), "AmlVnet.psd1"), "-Folder", Docs("guides")]),
            ("terminal", ["-Module", Path.Combine(StageTask.Folder(root), "AmlVnet.psd1"), "-Path", Docs("pictures", "terminal.svg")]),
            ("screenshot", ["-Report", Docs("reports", "hub-and-spoke.html"), "-Folder", Docs("pictures")]),
        ];
        foreach (var (name, given) in scripts.Where(script => only is null || script.Name == only))
        {
            Console.WriteLine($"Writing {name} …");
            var code = Pwsh.Run(root, ["-NoProfile", "-NonInteractive", "-File", Path.Combine(root, "build", name + ".ps1"), .. given]);
            if (code != 0) return code;
        }

        return 0;

        string Docs(params string[] path) => Path.Combine([root, "docs", .. path]);
    }
}
