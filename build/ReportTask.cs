namespace AmlVnet.Build;

/// <summary>Task <c>reports</c>: the sample reports of docs/reports, as the module writes them today.</summary>
public static class ReportTask
{
    /// <summary>Stages the module and writes the reports.</summary>
    /// <param name="root">The repository's root.</param>
    /// <returns>0, or the exit code of what failed.</returns>
    public static int Run(string root)
    {
        if (Pwsh.Restore(root) is var restored and not 0) return restored;
        if (StageTask.Stage(root, []) is var staged and not 0) return staged;
        return Pwsh.Run(root, "-NoProfile", "-File", Path.Combine(root, "build", "reports.ps1"),
            "-Module", Path.Combine(StageTask.Folder(root), "AmlVnet.psd1"), "-Folder", Path.Combine(root, "docs", "reports"));
    }
}
