namespace AmlVnet.Core.Tests;

/// <summary>The folder of the repository.</summary>
internal static class RepositoryFolder
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AmlVnet.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the tests holds AmlVnet.sln.");
        return folder.FullName;
    }
}
