using System.IO.Compression;
using System.Management.Automation;
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
        var tags = Value("tags").Split(' ');
        Assert.Subset(tags.ToHashSet(), manifest.Tags.ToHashSet());
        Assert.Subset(tags.ToHashSet(), manifest.ExportedCmdlets.Keys.Select(name => "PSCommand_" + name).ToHashSet());

        string Value(string name) => metadata.Element(metadata.Name.Namespace + name)!.Value;
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
