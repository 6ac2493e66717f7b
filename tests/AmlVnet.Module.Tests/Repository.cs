namespace AmlVnet.Module.Tests;

/// <summary>Where the tests find what the build made.</summary>
internal static class Repository
{
    /// <summary>The folder that holds AmlVnet.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The manifest of the staged module.</summary>
    public static string StagedManifest { get; } = Path.Combine(Root, "artifacts", "AmlVnet", "AmlVnet.psd1");

    /// <summary>The configuration that the tests were built in, such as <c>Debug</c>.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "AmlVnet.sln"))) return folder.FullName;

        throw new DirectoryNotFoundException($"No AmlVnet.sln above {AppContext.BaseDirectory}.");
    }
}
