namespace AmlVnet.Benchmarks;

/// <summary>Where things are.</summary>
/// <param name="Root">The repository.</param>
internal sealed record Layout(string Root)
{
    private readonly Lazy<string> _pwsh = new(FindPwsh);

    /// <summary>The staged module: <c>build -- stage</c> first, for its release build is what users have.</summary>
    internal string Manifest => Path.Combine(Root, "artifacts", "AmlVnet", "AmlVnet.psd1");

    /// <exception cref="DirectoryNotFoundException">This does not run in a checkout.</exception>
    internal static Layout Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "AmlVnet.sln")))
                return new Layout(folder.FullName);
        throw new DirectoryNotFoundException("The benchmarks run in a checkout of AmlVnet.");
    }

    /// <summary>Runs a command in a pwsh of its own: not by <c>dotnet pwsh</c>, whose own start would be measured, too.</summary>
    internal ChildRun Pwsh(string command, IReadOnlyDictionary<string, string> environment) =>
        ChildRun.Of("dotnet", ["exec", _pwsh.Value, "-NoProfile", "-NonInteractive", "-Command", command], environment);

    private static string FindPwsh()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var folder = Path.Combine(packages, "powershell");
        return Directory.Exists(folder) && Directory.EnumerateFiles(folder, "pwsh.dll", SearchOption.AllDirectories)
            .Where(static path => path.Contains($"{Path.DirectorySeparatorChar}unix{Path.DirectorySeparatorChar}",
                StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).LastOrDefault() is { } found
            ? found : throw new FileNotFoundException("There is no pwsh yet: run dotnet tool restore first.");
    }
}
