namespace AmlVnet.Shell;

/// <summary>Where the build staged the module.</summary>
internal static class StagedModule
{
    /// <summary>The manifest, seen from the repository's root.</summary>
    public static string Location { get; } = Path.Combine("artifacts", "AmlVnet", "AmlVnet.psd1");

    /// <summary>Finds the manifest in the folders above the Shell.</summary>
    /// <returns>The manifest's path, or null when the module is not staged.</returns>
    public static string? Find(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            var manifest = Path.Combine(folder.FullName, Location);
            if (File.Exists(manifest)) return manifest;
        }

        return null;
    }
}
