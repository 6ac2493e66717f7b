using AmlVnet.Build;

namespace AmlVnet.Module.Tests;

/// <summary>Contexts in other runspaces, and beside other modules that bring the same packages.</summary>
public sealed class SignInRunspaceTests
{
    [Fact]
    public void The_guide_s_lines_for_parallel_runspaces_run()
    {
        var code = HelpPage.Fences(Path.Combine(Repository.Root, "docs", "guides", "sign-in.md"))
            .Single(static fence => fence.Contains("-Parallel", StringComparison.Ordinal));
        using var runspace = new ModuleRunspace();
        runspace.Invoke("$null = Connect-AmlVnet -Simulator -VirtualClock; $manifest = $null").OutputWithoutErrors();

        var workspace = Assert.Single(runspace.Invoke(code).OutputWithoutErrors());

        Assert.Equal("myworkspace", workspace.Properties["Name"].Value);
    }

    [Theory]
    [InlineData("1.0.0.0", true)]
    [InlineData("1.0.0.0", false)]
    [InlineData("99.0.0.0", true)]
    [InlineData("99.0.0.0", false)]
    public async Task The_chain_runs_beside_a_module_with_other_versions_of_our_packages(string version, bool first)
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string[] names = ["Azure.Core", "Azure.Identity", "Microsoft.Identity.Client", "System.ClientModel",
                "Microsoft.Identity.Client.Extensions.Msal"];
            foreach (var name in names) StandInAssembly.Write(folder, name, new Version(version));
            await File.WriteAllTextAsync(Path.Combine(folder, "Other.psm1"),
                string.Join('\n', names.Select(name =>
                    $"$null = [System.Reflection.Assembly]::LoadFrom('{Path.Combine(folder, name + ".dll")}')"))
                + "\nfunction Get-OtherCore { [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies | Where-Object { "
                + "$_.GetName().Name -eq 'Azure.Core' } | ForEach-Object { $_.GetName().Version.ToString() } }",
                TestContext.Current.CancellationToken);
            var (before, after) = first ? ("Import-Module -Name $other", "") : ("", "Import-Module -Name $other");
            var run = await PwshProcess.RunBareAsync($$"""
                Set-StrictMode -Version Latest
                $ErrorActionPreference = 'Stop'
                $ProgressPreference = 'SilentlyContinue'
                $WarningPreference = 'SilentlyContinue'
                $other = '{{Path.Combine(folder, "Other.psm1")}}'
                $manifest = '{{Repository.StagedManifest}}'
                {{before}}
                Import-Module -Name $manifest
                {{after}}
                $context = Connect-AmlVnet -Simulator -VirtualClock
                $compute = {{Rehearsal.Chain}}
                "chain $($compute.IsPrivate)"
                $parallel = 1..2 | ForEach-Object -Parallel {
                    Import-Module -Name $using:other, $using:manifest
                    (Get-AmlWorkspace -DefaultProfile $using:context | Get-AmlAksCompute -DefaultProfile $using:context).IsPrivate
                }
                "parallel $parallel"
                # Signing in for real is where the identity packages are used: it fails, but in our own words.
                try { Connect-AmlVnet -ApplicationId x -FederatedToken y -Tenant t } catch { "identity $($_.FullyQualifiedErrorId)" }
                "other $(Get-OtherCore)"
                """);
            Assert.Equal("", run.Error);
            Assert.Equal($"chain True\nparallel True True\nidentity InvalidValue,AmlVnet.Cmdlets.ConnectAmlVnetCommand\nother {version}",
                run.Output.Trim());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
