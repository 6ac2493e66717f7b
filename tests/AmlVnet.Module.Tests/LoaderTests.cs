using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>Importing the staged module, in every way that users do.</summary>
public sealed class LoaderTests
{
    private static readonly string StagedFolder = Path.GetDirectoryName(Repository.StagedManifest)!;

    [Fact]
    public void Import_by_manifest_gives_the_manifest_version()
    {
        using var runspace = new ModuleRunspace();

        var module = Assert.Single(runspace.Invoke("Get-Module -Name AmlVnet").OutputWithoutErrors());

        var manifest = Assert.Single(runspace.Invoke("Test-ModuleManifest -Path $manifest").OutputWithoutErrors());
        Assert.Equal(((PSModuleInfo)manifest.BaseObject).Version, ((PSModuleInfo)module.BaseObject).Version);
    }

    [Fact]
    public void Import_says_nothing_and_warns_of_nothing()
    {
        using var runspace = new ModuleRunspace(import: false);
        runspace.SetVariable("manifest", Repository.StagedManifest);

        var result = runspace.Invoke("Set-StrictMode -Version Latest; $ErrorActionPreference = 'Stop'; Import-Module -Name $manifest");

        Assert.Empty(result.OutputWithoutErrors());
        Assert.Empty(result.Warnings);
        Assert.Equal("", runspace.Host.Text);
    }

    [Fact]
    public void Contracts_are_in_the_default_context_and_their_types_can_be_named()
    {
        using var runspace = new ModuleRunspace();

        var context = Assert.Single(runspace.Invoke(
            "[System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext([AmlVnet.AksCompute].Assembly)").OutputWithoutErrors());

        Assert.Same(System.Runtime.Loader.AssemblyLoadContext.Default, context.BaseObject);
    }

    [Fact]
    public void Staged_folder_holds_no_engine()
    {
        var names = Directory.EnumerateFiles(StagedFolder, "*.dll", SearchOption.AllDirectories).Select(Path.GetFileName).ToArray();

        Assert.Contains("AmlVnet.dll", names);
        Assert.DoesNotContain("System.Management.Automation.dll", names);
        Assert.DoesNotContain(names, name => name!.Contains("Broker", StringComparison.OrdinalIgnoreCase));
    }
}
