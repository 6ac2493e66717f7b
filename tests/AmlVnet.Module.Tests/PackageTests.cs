using System.IO.Compression;
using System.Management.Automation;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AmlVnet.Build;

namespace AmlVnet.Module.Tests;

/// <summary>The packages that the build makes of the staged module.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly string StagedFolder = Path.GetDirectoryName(Repository.StagedManifest)!;
    private readonly string _folder = Directory.CreateTempSubdirectory("amlvnet-package-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_gallery_package_states_what_the_manifest_states()
    {
        using var archive = ZipFile.OpenRead(ModulePackage.Write(Repository.Root, StagedFolder, _folder).Gallery);
        using var stream = archive.GetEntry("AmlVnet.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        using var runspace = new ModuleRunspace();
        var manifest = (PSModuleInfo)Assert.Single(runspace.Invoke("Test-ModuleManifest -Path $manifest").OutputWithoutErrors()).BaseObject;

        Assert.Equal("AmlVnet", Value("id"));
        Assert.Equal(manifest.Version.ToString(), Value("version"));
        Assert.Equal(manifest.Author, Value("authors"));
        Assert.Equal(manifest.Description, Value("description"));
        Assert.Equal(manifest.ProjectUri.ToString(), Value("projectUrl"));
        var changelog = File.ReadAllText(Path.Combine(Repository.Root, "CHANGELOG.md"));
        Assert.Equal(ModulePackage.ReleaseNotes(changelog, Value("version")), Value("releaseNotes"));
        Assert.Contains("Connect-AmlVnet", Value("releaseNotes"), StringComparison.Ordinal);
        var tags = Value("tags").Split(' ');
        Assert.Subset(tags.ToHashSet(), manifest.Tags.ToHashSet());
        Assert.Subset(tags.ToHashSet(), manifest.ExportedCmdlets.Keys.Select(name => "PSCommand_" + name).ToHashSet());

        string Value(string name) => metadata.Element(metadata.Name.Namespace + name)!.Value;
    }

    [Fact]
    public void Release_notes_are_one_version_s_section()
    {
        const string Changelog = "# Changelog\n\n## 0.2.0 (unreleased)\n\n- New.\n\n## 0.1.0\n\n- Old.\n";
        Assert.Equal("- New.", ModulePackage.ReleaseNotes(Changelog, "0.2.0"));
        Assert.Equal("- Old.", ModulePackage.ReleaseNotes(Changelog, "0.1.0"));
        Assert.Throws<FormatException>(() => ModulePackage.ReleaseNotes(Changelog, "0.3.0"));
    }

    [Fact]
    public void What_must_go_with_a_package_does()
    {
        foreach (var name in new[] { "LICENSE", "CHANGELOG.md", "THIRD-PARTY-NOTICES.txt" })
            Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, name)), File.ReadAllText(Path.Combine(StagedFolder, name)));
        var notices = File.ReadAllLines(Path.Combine(StagedFolder, "THIRD-PARTY-NOTICES.txt")).Select(static line => line.Trim())
            .ToHashSet();
        var foreign = Directory.EnumerateFiles(Path.Combine(StagedFolder, "lib"), "*.dll").Select(path => Path.GetFileName(path)!)
            .Where(static name => !name.StartsWith("AmlVnet.", StringComparison.Ordinal)).ToHashSet();
        Assert.NotEmpty(foreign);
        Assert.Equal(foreign, notices.Where(static line => line.EndsWith(".dll", StringComparison.Ordinal)).ToHashSet());
    }

    [Fact]
    public void No_text_of_the_module_points_to_a_file_that_it_does_not_have()
    {
        var texts = Directory.EnumerateFiles(StagedFolder, "*", SearchOption.AllDirectories)
            .Where(static path => Path.GetExtension(path) is ".txt" or ".xml" or ".psd1" or ".psm1" or ".ps1xml"
                || Path.GetFileName(path).StartsWith("AmlVnet", StringComparison.Ordinal) && Path.GetExtension(path) == ".dll")
            .SelectMany(static path => Regex.Matches(Text(path),
                @"(?<![\w/.:-])docs/(?:guides|examples|en-US)/[\w./-]+|\b(?:README|CHANGELOG|CONTRIBUTING)\.md\b")
                .Select(match => (Path: path, match.Value)));
        Assert.All(texts, text => Assert.True(File.Exists(Path.Combine(StagedFolder, text.Value)), $"{text.Path}: {text.Value}"));
        Assert.Contains(texts, static text => text.Value == "CHANGELOG.md");
    }

    // A text in an assembly stands at an even or at an odd place.
    private static string Text(string path)
    {
        if (Path.GetExtension(path) != ".dll") return File.ReadAllText(path);
        var bytes = File.ReadAllBytes(path);
        return Encoding.Unicode.GetString(bytes) + Encoding.Unicode.GetString(bytes[1..]);
    }

    [Fact]
    public void Both_packages_hold_every_staged_file_but_symbols()
    {
        var staged = Directory.EnumerateFiles(StagedFolder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(StagedFolder, path).Replace('\\', '/'))
            .Where(name => !name.EndsWith(".pdb", StringComparison.Ordinal)).ToHashSet();
        var (gallery, zip) = ModulePackage.Write(Repository.Root, StagedFolder, _folder);

        Assert.Equal([.. staged, "AmlVnet.nuspec", "_rels/.rels", "[Content_Types].xml"], Names(gallery).ToHashSet());
        // What Azure Automation takes: the module's name, the same name, and no version.
        Assert.Equal("AmlVnet.zip", Path.GetFileName(zip));
        Assert.Equal(staged.Select(name => "AmlVnet/" + name).ToHashSet(), Names(zip).ToHashSet());

        static string[] Names(string path)
        {
            using var archive = ZipFile.OpenRead(path);
            return [.. archive.Entries.Select(entry => entry.FullName)];
        }
    }

    [Fact]
    public void The_zip_unpacks_to_a_module_folder_from_which_it_imports()
    {
        ZipFile.ExtractToDirectory(ModulePackage.Write(Repository.Root, StagedFolder, _folder).Zip, Path.Combine(_folder, "Modules"));
        using var runspace = new ModuleRunspace(import: false);
        runspace.SetVariable("module", Path.Combine(_folder, "Modules", "AmlVnet"));

        var found = runspace.Invoke("Import-Module -Name $module -PassThru");

        var module = (PSModuleInfo)Assert.Single(found.OutputWithoutErrors()).BaseObject;
        Assert.StartsWith(_folder, module.ModuleBase, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_files_give_the_same_bytes()
    {
        var first = ModulePackage.Write(Repository.Root, StagedFolder, Path.Combine(_folder, "first"));
        var second = ModulePackage.Write(Repository.Root, StagedFolder, Path.Combine(_folder, "second"));

        Assert.Equal(File.ReadAllBytes(first.Gallery), File.ReadAllBytes(second.Gallery));
        Assert.Equal(File.ReadAllBytes(first.Zip), File.ReadAllBytes(second.Zip));
    }
}
