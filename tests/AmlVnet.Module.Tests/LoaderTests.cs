using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace AmlVnet.Module.Tests;

/// <summary>Importing the staged module, in every way that users do, beside a foreign Azure.Core (<see cref="StandInAssembly"/>).</summary>
public sealed class LoaderTests : IDisposable
{
    private static readonly string StagedFolder = Path.GetDirectoryName(Repository.StagedManifest)!;

    private readonly string _folder = Directory.CreateTempSubdirectory("amlvnet-loader-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Import_by_manifest_gives_its_version_and_its_commands()
    {
        using var runspace = new ModuleRunspace();

        var module = Assert.Single(runspace.Invoke("Get-Module -Name AmlVnet").OutputWithoutErrors());

        Assert.Equal(Manifest(runspace).Version, ((PSModuleInfo)module.BaseObject).Version);
        AssertHasItsCommands(runspace);
    }

    [Fact]
    public void Import_under_strict_mode_says_nothing_and_warns_of_nothing()
    {
        using var runspace = new ModuleRunspace(import: false);
        runspace.SetVariable("manifest", Repository.StagedManifest);

        var result = runspace.Invoke("Set-StrictMode -Version Latest; $ErrorActionPreference = 'Stop'; Import-Module -Name $manifest");

        Assert.Empty(result.OutputWithoutErrors());
        Assert.Empty(result.Warnings);
        Assert.Equal("", runspace.Host.Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Import_with_Force_keeps_every_command(int times)
    {
        using var runspace = new ModuleRunspace();

        for (var i = 0; i < times; i++) runspace.Invoke("Import-Module -Name $manifest -Force").OutputWithoutErrors();

        AssertHasItsCommands(runspace);
    }

    [Fact]
    public void What_the_runtime_brings_and_is_not_older_is_not_loaded_a_second_time()
    {
        using var runspace = new ModuleRunspace();

        runspace.Invoke("$null = Connect-AmlVnet -Simulator -VirtualClock; Get-AmlWorkspace").OutputWithoutErrors();

        var folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var own = AssemblyLoadContext.All.Single(static context => context.Name == "AmlVnet").Assemblies
            .Select(static assembly => assembly.GetName()).ToArray();
        Assert.Contains("Azure.Core", own.Select(static name => name.Name));
        Assert.DoesNotContain(own, name => Path.Combine(folder, name.Name + ".dll") is var path && File.Exists(path)
            && AssemblyName.GetAssemblyName(path).Version >= name.Version);
    }

    [Fact]
    public void Remove_takes_the_commands_away_and_import_brings_them_back()
    {
        using var runspace = new ModuleRunspace();

        runspace.Invoke("Remove-Module -Name AmlVnet").OutputWithoutErrors();
        Assert.Empty(runspace.Invoke("Get-Command -Name Get-AmlWorkspace -ErrorAction Ignore").Output);

        runspace.Invoke("Import-Module -Name $manifest").OutputWithoutErrors();
        AssertHasItsCommands(runspace);
    }

    [Fact]
    public void Import_from_inside_another_module_gives_that_module_the_commands()
    {
        using var runspace = new ModuleRunspace(import: false);
        runspace.SetVariable("manifest", Repository.StagedManifest);

        var result = runspace.Invoke(
            """
            $outer = New-Module -Name Outer -ArgumentList $manifest -ScriptBlock {
                param($Path)
                Import-Module -Name $Path
                function Measure-Outer { @(Get-Command -Module AmlVnet).Count }
                Export-ModuleMember -Function Measure-Outer
            }
            Measure-Outer
            """);

        Assert.NotEqual(0, Assert.Single(result.OutputWithoutErrors()).BaseObject);
    }

    [Fact]
    public async Task Import_in_many_runspaces_at_once_shares_one_context()
    {
        using var start = new Barrier(4);
        var assemblies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var runspace = new ModuleRunspace(import: false);
                runspace.SetVariable("manifest", Repository.StagedManifest);
                start.SignalAndWait(TestContext.Current.CancellationToken);
                runspace.Invoke("Import-Module -Name $manifest").OutputWithoutErrors();
                AssertHasItsCommands(runspace);
                return CmdletAssembly(runspace);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Single(assemblies.Distinct());
        Assert.Single(AssemblyLoadContext.All, context => context.Name == "AmlVnet");
    }

    [Fact]
    public void Contracts_are_in_the_default_context_and_their_types_can_be_named()
    {
        using var runspace = new ModuleRunspace();

        var type = (Type)Assert.Single(runspace.Invoke("[AmlVnet.AksCompute]").OutputWithoutErrors()).BaseObject;

        Assert.Same(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(type.Assembly));
        Assert.Equal(Path.Combine(StagedFolder, "AmlVnet.dll"), type.Assembly.Location);
    }

    [Fact]
    public void Cmdlets_use_the_contracts_of_the_default_context()
    {
        using var runspace = new ModuleRunspace();
        var named = (Type)Assert.Single(runspace.Invoke("[AmlVnet.AksCompute]").OutputWithoutErrors()).BaseObject;

        var declared = (CmdletInfo)Assert.Single(runspace.Invoke("Get-Command -Name Get-AmlAksCompute").OutputWithoutErrors()).BaseObject;

        Assert.Same(named, Assert.Single(declared.OutputType).Type);
    }

    [Fact]
    public void A_foreign_Azure_Core_in_the_default_context_is_neither_used_nor_joined_by_ours()
    {
        using var runspace = new ModuleRunspace();
        // Connecting makes the module load its Azure packages.
        Assert.NotEmpty(runspace.Invoke("Connect-AmlVnet -Simulator").OutputWithoutErrors());

        var ours = AssemblyLoadContext.All.Single(static context => context.Name == "AmlVnet");
        var core = Assert.Single(ours.Assemblies, assembly => assembly.GetName().Name == "Azure.Core");
        var foreign = Assert.Single(AssemblyLoadContext.Default.Assemblies, assembly => assembly.GetName().Name == "Azure.Core");

        Assert.Equal(Path.Combine(StagedFolder, "lib", "Azure.Core.dll"), core.Location);
        Assert.NotEqual(StandInAssembly.ForeignAzureCore, core.GetName().Version);
        Assert.Equal(StandInAssembly.ForeignAzureCore, foreign.GetName().Version);
    }

    [Fact]
    public void Nothing_of_the_lib_folder_is_in_the_default_context()
    {
        using var runspace = new ModuleRunspace();
        Assert.NotEmpty(runspace.Invoke("Connect-AmlVnet -Simulator").OutputWithoutErrors());

        var lib = Path.Combine(StagedFolder, "lib");
        Assert.DoesNotContain(AssemblyLoadContext.Default.Assemblies, assembly =>
            !assembly.IsDynamic && assembly.Location.StartsWith(lib, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_version_in_the_process_is_an_error_that_names_both_and_the_way_out()
    {
        var other = StandInAssembly.Write(_folder, "AmlVnet", new Version(9, 8, 7, 0));
        using var runspace = new ModuleRunspace(import: false);
        runspace.SetVariable("manifest", Repository.StagedManifest);
        var own = Manifest(runspace).Version;

        var run = await PwshProcess.RunBareAsync(
            $"$null = [System.Reflection.Assembly]::LoadFrom('{other}'); Import-Module -Name '{Repository.StagedManifest}'");

        Assert.Equal(1, run.ExitCode);
        var said = Unwrapped(run.Error);
        Assert.Contains("AmlVnet 9.8.7 is already loaded", said, StringComparison.Ordinal);
        Assert.Contains($"AmlVnet {own}", said, StringComparison.Ordinal);
        Assert.Contains("start a new PowerShell session", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_build_of_the_same_version_is_an_error_that_says_so()
    {
        var version = AssemblyName.GetAssemblyName(Path.Combine(StagedFolder, "AmlVnet.dll")).Version!;
        var other = StandInAssembly.Write(_folder, "AmlVnet", version);

        var run = await PwshProcess.RunBareAsync(
            $"$null = [System.Reflection.Assembly]::LoadFrom('{other}'); Import-Module -Name '{Repository.StagedManifest}'");

        Assert.Equal(1, run.ExitCode);
        var said = Unwrapped(run.Error);
        Assert.Contains("Another build of AmlVnet", said, StringComparison.Ordinal);
        Assert.Contains("start a new PowerShell session", said, StringComparison.Ordinal);
    }

    // PowerShell itself says so to an older one, Windows PowerShell included, before it loads anything.
    [Fact]
    public void The_manifest_asks_for_the_oldest_PowerShell_that_can_load_it()
    {
        using var runspace = new ModuleRunspace();
        var manifest = Manifest(runspace);

        Assert.Equal(new Version(7, 4), manifest.PowerShellVersion);
        Assert.Equal(["Core"], manifest.CompatiblePSEditions);
    }

    // The name of the loader holds its version, so that of two versions the second one can speak.
    [Fact]
    public void The_loader_of_each_version_has_a_name_of_its_own()
    {
        using var runspace = new ModuleRunspace();

        Assert.Equal($"AmlVnet.Loader.{Manifest(runspace).Version}",
            AssemblyName.GetAssemblyName(Path.Combine(StagedFolder, "AmlVnet.Loader.dll")).Name);
    }

    [Fact]
    public void A_copy_of_the_same_build_imports()
    {
        using var first = new ModuleRunspace();
        using var second = new ModuleRunspace(import: false);
        second.SetVariable("copy", Path.Combine(CopyModule(), "AmlVnet.psd1"));

        second.Invoke("Import-Module -Name $copy").OutputWithoutErrors();

        Assert.Same(CmdletAssembly(first), CmdletAssembly(second));
    }

    [Fact]
    public void Staged_files_are_the_listed_ones_and_hold_no_engine()
    {
        var staged = Directory.EnumerateFiles(StagedFolder, "*.dll", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(StagedFolder, path).Replace('\\', '/')).Order(StringComparer.Ordinal).ToArray();

        Assert.Equal(File.ReadAllLines(Path.Combine(Repository.Root, "build", "module-files.txt")).Order(StringComparer.Ordinal), staged);
        Assert.DoesNotContain("lib/System.Management.Automation.dll", staged);
        Assert.DoesNotContain(staged, name => name.Contains("Broker", StringComparison.OrdinalIgnoreCase));
    }

    private static PSModuleInfo Manifest(ModuleRunspace runspace) =>
        (PSModuleInfo)Assert.Single(runspace.Invoke("Test-ModuleManifest -Path $manifest").OutputWithoutErrors()).BaseObject;

    private static void AssertHasItsCommands(ModuleRunspace runspace)
    {
        var expected = Manifest(runspace).ExportedCommands.Keys.Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Names("(Get-Command -Module AmlVnet).Name"));
        Assert.Equal(expected, Names("(Get-Module -Name AmlVnet).ExportedCommands.Keys"));

        IEnumerable<string> Names(string script) =>
            runspace.Invoke(script).OutputWithoutErrors().Select(name => (string)name.BaseObject).Order(StringComparer.Ordinal);
    }

    private static Assembly CmdletAssembly(ModuleRunspace runspace) =>
        ((CmdletInfo)Assert.Single(runspace.Invoke("Get-Command -Name Get-AmlWorkspace").OutputWithoutErrors()).BaseObject)
        .ImplementingType.Assembly;

    // The view of an error breaks lines at the console's width.
    private static string Unwrapped(string text) => string.Join(' ', text.Split([' ', '\n', '|'], StringSplitOptions.RemoveEmptyEntries));

    private string CopyModule()
    {
        var copy = Path.Combine(_folder, "AmlVnet");
        foreach (var path in Directory.EnumerateFiles(StagedFolder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(StagedFolder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }

        return copy;
    }
}
