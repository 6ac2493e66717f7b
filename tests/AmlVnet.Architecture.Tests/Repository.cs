namespace AmlVnet.Architecture.Tests;

/// <summary>Where the sources lie, and what they were compiled to.</summary>
internal static class Repository
{
    /// <summary>The folder that holds AmlVnet.sln.</summary>
    public static string Root { get; } = FindRoot();

    private static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The folder of a project under src.</summary>
    public static string Project(string name) => Path.Combine(Root, "src", name);

    /// <summary>The assembly that a project under src was compiled to; that of the loader has its version in its name.</summary>
    public static string Compiled(string name, string framework)
    {
        var folder = Path.Combine(Project(name), "bin", Configuration, framework);
        return Directory.EnumerateFiles(folder, name + ".dll").Concat(Directory.EnumerateFiles(folder, name + ".*.*.*.dll")).First();
    }

    /// <summary>The folders of a project that hold C# files, relative and with slashes; the project's own folder is "".</summary>
    public static IReadOnlyList<string> Folders(string name)
    {
        var project = Project(name);
        return
        [
            .. Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(project, Path.GetDirectoryName(file)!).Replace('\\', '/'))
                .Where(folder => folder.Split('/')[0] is not ("bin" or "obj"))
                .Select(folder => folder == "." ? "" : folder)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "AmlVnet.sln"))) return folder.FullName;

        throw new DirectoryNotFoundException($"No AmlVnet.sln above {AppContext.BaseDirectory}.");
    }
}
