using System.IO.Compression;
using System.Text;
using System.Xml.Linq;

namespace AmlVnet.Build;

/// <summary>
/// Packs the staged module: as a zip for Azure Automation, or to unpack into a folder of modules, and as the package that a PowerShell
/// gallery or a NuGet feed takes (Microsoft Learn, "Package manifest values that impact the PowerShell Gallery UI"). The same files give
/// the same bytes.
/// </summary>
public static class ModulePackage
{
    private const string Id = "AmlVnet";

    // The first moment that a zip can state.
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly XNamespace Nuspec = "http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd";
    private static readonly XNamespace ContentTypes = "http://schemas.openxmlformats.org/package/2006/content-types";
    private static readonly XNamespace Relationships = "http://schemas.openxmlformats.org/package/2006/relationships";

    /// <summary>Writes both packages.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="staged">The folder of the staged module.</param>
    /// <param name="output">Where the packages go.</param>
    /// <returns>The paths of the gallery's package and of the zip.</returns>
    public static (string Gallery, string Zip) Write(string root, string staged, string output)
    {
        var manifest = ModuleManifest.Read(root, Path.Combine(staged, Id + ".psd1"));
        var files = Directory.EnumerateFiles(staged, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) != ".pdb")
            .Select(path => (Name: Path.GetRelativePath(staged, path).Replace('\\', '/'), Path: path))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .ToArray();
        Directory.CreateDirectory(output);

        var zip = Path.Combine(output, $"{Id}.zip");
        using (var archive = Create(zip))
        {
            // Azure Automation wants the module's name as the file's and as the only folder's, and no folder for the version
            // (Microsoft Learn, "Manage modules in Azure Automation").
            foreach (var file in files) Add(archive, $"{Id}/{file.Name}", File.ReadAllBytes(file.Path));
        }

        var notes = ReleaseNotes(File.ReadAllText(Path.Combine(staged, "CHANGELOG.md")), manifest.Version);

        var gallery = Path.Combine(output, $"{Id}.{manifest.Version}.nupkg");
        using (var archive = Create(gallery))
        {
            Add(archive, "_rels/.rels", Bytes(Relations()));
            Add(archive, Id + ".nuspec", Bytes(Specification(manifest, notes)));
            Add(archive, "[Content_Types].xml", Bytes(Types(files.Select(file => file.Name))));
            foreach (var file in files) Add(archive, file.Name, File.ReadAllBytes(file.Path));
        }

        return (gallery, zip);
    }

    /// <summary>The section of a changelog that is about one version.</summary>
    /// <param name="changelog">The changelog; a version's heading is of the second level and begins with its number.</param>
    /// <param name="version">The version.</param>
    /// <exception cref="FormatException">The changelog has no such section.</exception>
    public static string ReleaseNotes(string changelog, string version)
    {
        var lines = changelog.ReplaceLineEndings("\n").Split('\n')
            .SkipWhile(line => line != $"## {version}" && !line.StartsWith($"## {version} ", StringComparison.Ordinal));
        var notes = string.Join('\n', lines.Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))).Trim();
        return notes.Length > 0 ? notes : throw new FormatException($"CHANGELOG.md has no section for version {version}.");
    }

    private static ZipArchive Create(string path) => new(File.Create(path), ZipArchiveMode.Create);

    private static void Add(ZipArchive archive, string name, byte[] content)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.SmallestSize);
        entry.LastWriteTime = EntryTime;
        using var stream = entry.Open();
        stream.Write(content);
    }

    private static byte[] Bytes(XElement root) =>
        Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + root.ToString().ReplaceLineEndings("\n") + "\n");

    private static XElement Specification(ModuleManifest manifest, string notes) => new(
        Nuspec + "package",
        new XElement(
            Nuspec + "metadata",
            new XElement(Nuspec + "id", Id),
            new XElement(Nuspec + "version", manifest.Version),
            new XElement(Nuspec + "authors", manifest.Author),
            new XElement(Nuspec + "owners", manifest.CompanyName),
            new XElement(Nuspec + "requireLicenseAcceptance", "false"),
            new XElement(Nuspec + "license", new XAttribute("type", "expression"), "MIT"),
            new XElement(Nuspec + "projectUrl", manifest.ProjectUri),
            new XElement(Nuspec + "description", manifest.Description),
            new XElement(Nuspec + "releaseNotes", notes),
            new XElement(Nuspec + "copyright", manifest.Copyright),
            new XElement(
                Nuspec + "tags",
                string.Join(' ', [
                    .. manifest.Tags,
                    "PSModule",
                    "PSIncludes_Cmdlet",
                    .. manifest.Cmdlets.SelectMany(cmdlet => new[] { "PSCmdlet_" + cmdlet, "PSCommand_" + cmdlet }),
                ]))));

    private static XElement Relations() => new(
        Relationships + "Relationships",
        new XElement(
            Relationships + "Relationship",
            new XAttribute("Type", "http://schemas.microsoft.com/packaging/2010/07/manifest"),
            new XAttribute("Target", $"/{Id}.nuspec"),
            new XAttribute("Id", "R1")));

    private static XElement Types(IEnumerable<string> names)
    {
        var parts = names.ToLookup(name => Path.GetExtension(name).TrimStart('.'), StringComparer.OrdinalIgnoreCase);
        return new XElement(
            ContentTypes + "Types",
            Default("rels", "application/vnd.openxmlformats-package.relationships+xml"),
            Default("nuspec", "application/octet"),
            parts.Where(part => part.Key.Length > 0).OrderBy(part => part.Key, StringComparer.OrdinalIgnoreCase)
                .Select(part => Default(part.Key, "application/octet")),
            parts[""].Select(name => new XElement(
                ContentTypes + "Override", new XAttribute("PartName", "/" + name), new XAttribute("ContentType", "application/octet"))));

        static XElement Default(string extension, string type) =>
            new(ContentTypes + "Default", new XAttribute("Extension", extension), new XAttribute("ContentType", type));
    }
}
