using System.Text.RegularExpressions;
using AmlVnet.Build;

namespace AmlVnet.Module.Tests;

/// <summary>
/// Every example of the help pages, run as it stands on the simulator. <see cref="ExampleWorlds"/> says what an example expects to find;
/// one that needs Azure itself, or pwsh's own commands, is only bound, by ContractTests.
/// </summary>
public sealed class ExampleTests : IDisposable
{
    private const string Connect = "$null = Connect-AmlVnet -Simulator -VirtualClock";

    private const string Create = Connect + """

        $null = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace |
            New-AmlAksCompute -Name myaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default `
                -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16
        """;

    private const string Grant = Create + """

        $null = Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name myaks | Grant-AksNetworkContributor
        """;

    private const string Private = Grant + """

        $null = Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name myaks |
            Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        """;

    private const string Attachable = """
        $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario existing-cluster
        $null = Get-AmlWorkspace | Get-AmlAksCompute | Remove-AmlAksCompute
        """;

    private const string Creating = Connect + """

        $null = New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name myaks -ClusterPurpose DevTest -NoWait
        """;

    // The network of this world denies what it can, and the checks say so; a compute is made there all the same.
    private const string LockedDown = """
        $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario locked-down
        $workspace = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace
        $subnet = '/subscriptions/{0}/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default' -f $workspace.SubscriptionId
        $failed = $workspace |
            Test-AmlAksNetwork -SubnetId $subnet -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 |
            Where-Object { $_.Status -eq 'Failed' }
        $null = $workspace | New-AmlAksCompute -Name myaks -SubnetId $subnet -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 `
            -DockerBridgeCidr 172.17.0.1/16 -SkipCheck @($failed.Id) -WarningAction SilentlyContinue
        """;

    private const string RunbookArguments = """
        $arguments = @{
            ResourceGroupName = 'myworkspacegroup'
            WorkspaceName     = 'myworkspace'
            Name              = 'myaks'
            SubnetId          = '/subscriptions/{0}/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default' -f (Get-AmlVnetContext).SubscriptionId
            ServiceCidr       = '10.0.0.0/16'
            DnsServiceIP      = '10.0.0.10'
            DockerBridgeCidr  = '172.17.0.1/16'
        }
        """;

    private static readonly Dictionary<string, string> Worlds = new()
    {
        ["none"] = "",
        ["connected"] = Connect,
        ["compute"] = Create,
        ["granted"] = Grant,
        ["private"] = Private,
        ["creating"] = Creating,
        ["attachable"] = Attachable,
        ["locked-down"] = LockedDown,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("AmlVnet.Examples.");

    public static TheoryData<string> Guides => ["create-private-cluster.md", "attach-cluster.md", "open-endpoint.md", "undo.md"];

    public static TheoryData<string, string> Examples
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "en-US"), "*-*.md").Order(StringComparer.Ordinal))
                foreach (var example in HelpPage.Read(path).Examples.Where(example => Runs(path, example)))
                    data.Add(Path.GetFileNameWithoutExtension(path), example.Title);

            return data;
        }
    }

    [Theory, MemberData(nameof(Examples))]
    public void An_example_runs_as_it_stands(string cmdlet, string title)
    {
        var example = Page(cmdlet).Examples.Single(one => one.Title == title);
        using var runspace = new ModuleRunspace();
        runspace.SetVariable("folder", _folder.FullName);
        runspace.Invoke("$null = $ExecutionContext.SessionState.Path.SetLocation($folder)").OutputWithoutErrors();
        runspace.Invoke(Worlds[ExampleWorlds.Of(cmdlet, title)!]).OutputWithoutErrors();

        var result = runspace.Invoke("Set-StrictMode -Version Latest\n" + example.Code);

        Assert.True(result.AllErrors.Count == 0,
            $"{cmdlet}, {title}:\n{string.Join('\n', result.AllErrors.Select(error => $"{error.FullyQualifiedErrorId}: {error}"))}");
    }

    [Fact]
    public void The_script_of_the_readme_goes_private_and_then_changes_nothing()
    {
        using var runspace = new ModuleRunspace();
        runspace.Invoke(Connect).OutputWithoutErrors();
        runspace.SetVariable("script", Path.Combine(Repository.Root, "docs", "examples", "private-inference.ps1"));

        var first = runspace.Invoke("& $script").OutputWithoutErrors()[^1];
        var second = runspace.Invoke("& $script").OutputWithoutErrors()[^1];

        Assert.Equal("myaks", first.Properties["Name"].Value);
        Assert.Equal(true, first.Properties["IsPrivate"].Value);
        Assert.StartsWith("10.1.0.", (string)first.Properties["ScoringIPAddress"].Value, StringComparison.Ordinal);
        Assert.Equal(first.Properties["ScoringIPAddress"].Value, second.Properties["ScoringIPAddress"].Value);
        Assert.Equal(first.Properties["ModifiedOn"].Value, second.Properties["ModifiedOn"].Value);
    }

    public static TheoryData<string> Scripts =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "examples"), "*.ps1").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Scripts))]
    public void A_script_runs_twice_and_the_second_time_changes_nothing(string script)
    {
        using var runspace = new ModuleRunspace();
        runspace.Invoke(script is "private-inference.ps1" or "runbook.ps1" ? Connect : Connect + " -Scenario existing-cluster").OutputWithoutErrors();
        runspace.SetVariable("script", Path.Combine(Repository.Root, "docs", "examples", script));

        runspace.Invoke("$arguments = @{}").OutputWithoutErrors();
        if (script == "runbook.ps1")
            runspace.Invoke(RunbookArguments).OutputWithoutErrors();

        runspace.Invoke("$null = & $script @arguments").OutputWithoutErrors();
        runspace.Invoke("Set-AmlSimulator -ClearLog; $null = & $script @arguments").OutputWithoutErrors();

        Assert.Empty(runspace.Invoke("Get-AmlSimulatorLog -WriteOnly").OutputWithoutErrors());
    }

    [Fact]
    public void The_runbook_checkpoints_and_resumes_from_the_token_in_a_host_that_asks_nothing()
    {
        using var runspace = new ModuleRunspace();
        runspace.Host.IsInteractive = false;
        runspace.Invoke(Connect).OutputWithoutErrors();
        runspace.SetVariable("script", Path.Combine(Repository.Root, "docs", "examples", "runbook.ps1"));
        runspace.Invoke(RunbookArguments).OutputWithoutErrors();

        // The first job ends after its checkpoint; the second one has the token only.
        var checkpoint = runspace.Invoke("""
            $operation = New-AmlAksCompute @arguments -NoWait
            & $script @arguments -OperationToken $operation.Token
            """).OutputWithoutErrors();
        var again = runspace.Invoke("& $script @arguments").OutputWithoutErrors();

        Assert.Equal(["Created", "Done"], checkpoint.Select(step => step.Properties["Step"].Value));
        Assert.Equal(true, checkpoint[^1].Properties["IsPrivate"].Value);
        Assert.Equal(true, checkpoint[^1].Properties["IsChanged"].Value);
        Assert.Equal(["Created", "Done"], again.Select(step => step.Properties["Step"].Value));
        Assert.Equal(false, again[^1].Properties["IsChanged"].Value);
        Assert.Empty(runspace.Host.Prompts);
    }

    [Fact]
    public void The_runbook_shows_its_token_and_its_result()
    {
        using var runspace = new ModuleRunspace();
        runspace.Invoke(Connect).OutputWithoutErrors();
        runspace.SetVariable("script", Path.Combine(Repository.Root, "docs", "examples", "runbook.ps1"));
        runspace.Invoke(RunbookArguments).OutputWithoutErrors();

        var shown = Regex.Replace(runspace.Show("& $script @arguments"), @"\e\[[\d;]*m", "");

        var token = Assert.Single(shown.Split('\n'), line => line.StartsWith("OperationToken: ", StringComparison.Ordinal)).Split(' ')[1].Trim();
        Assert.Single(runspace.Invoke($"Get-AmlOperation -Token {token}").OutputWithoutErrors());
        Assert.Matches(@"(?m)^IsPrivate +: True\s*$", shown);
        Assert.Matches(@"(?m)^ScoringIPAddress +: 10\.1\.0\.\d+\s*$", shown);
        Assert.Matches(@"(?m)^FailedChecks +: \{.*\}\s*$", shown);
    }

    [Fact]
    public void The_pipeline_of_the_readme_is_the_script_s()
    {
        const string Pipeline = """
            Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace |
                New-AmlAksCompute -Name myaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default `
                    -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 |
                Grant-AksNetworkContributor |
                Set-AmlAksLoadBalancer -Type InternalLoadBalancer
            """;
        string[] paths = ["README.md", "docs/examples/private-inference.ps1", "docs/guides/create-private-cluster.md"];
        var texts = paths.Select(path => File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n"));
        Assert.All(texts, text => Assert.Contains(Pipeline.ReplaceLineEndings("\n"), text, StringComparison.Ordinal));
    }

    [Theory, InlineData("README.md"), InlineData("docs/guides/create-private-cluster.md")]
    public void The_one_command_that_a_page_shows_goes_private(string path)
    {
        var code = HelpPage.Fences(Path.Combine(Repository.Root, path))
            .Single(code => code.Contains("Enable-AmlPrivateInference", StringComparison.Ordinal));
        using var runspace = new ModuleRunspace();
        runspace.Invoke(Connect).OutputWithoutErrors();

        var result = Assert.Single(runspace.Invoke("Set-StrictMode -Version Latest\n" + code).OutputWithoutErrors());

        Assert.Equal(true, result.Properties["IsPrivate"].Value);
    }

    [Theory, InlineData("pipelines.md"), InlineData("runbooks.md")]
    public void A_guide_starts_a_cluster_that_can_go_private(string guide)
    {
        var code = HelpPage.Fences(Path.Combine(Repository.Root, "docs", "guides", guide))
            .Single(code => code.Contains("New-AmlAksCompute", StringComparison.Ordinal));
        using var runspace = new ModuleRunspace();
        runspace.Invoke(Connect).OutputWithoutErrors();

        // What keeps the operation is the job's own; the last line of each block.
        var start = code[..code.TrimEnd().LastIndexOf('\n')];
        var result = runspace.Invoke(start + "\n$operation | Wait-AmlOperation | Enable-AmlPrivateInference").OutputWithoutErrors()[^1];

        Assert.Equal(true, result.Properties["IsPrivate"].Value);
    }

    [Theory, MemberData(nameof(Guides))]
    public void A_guide_runs_from_top_to_bottom(string guide)
    {
        using var runspace = Guide(guide);
        foreach (var code in Steps(guide))
        {
            var result = runspace.Invoke("Set-StrictMode -Version Latest\n" + code);
            Assert.True(result.AllErrors.Count == 0,
                $"{guide}:\n{code}\n{string.Join('\n', result.AllErrors.Select(error => $"{error.FullyQualifiedErrorId}: {error}"))}");
        }
    }

    [Theory]
    [InlineData("undo.md", "Disable-AmlPrivateInference")]
    [InlineData("open-endpoint.md", "Enable-AmlScoringAccess")]
    [InlineData("open-endpoint.md", "-SourceAddressPrefix")]
    [InlineData("open-endpoint.md", "-Profile All")]
    public void A_guide_s_world_gives_its_commands_something_to_do(string guide, string command)
    {
        using var runspace = Guide(guide);
        foreach (var code in Steps(guide))
        {
            runspace.Invoke("Set-AmlSimulator -ClearLog").OutputWithoutErrors();
            runspace.Invoke(code).OutputWithoutErrors();
            if (code.Contains(command, StringComparison.Ordinal))
                break;
        }

        Assert.NotEmpty(runspace.Invoke("Get-AmlSimulatorLog -WriteOnly").OutputWithoutErrors());
    }

    [Fact]
    public void Every_page_has_an_example_that_runs() => Assert.All(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "en-US"), "*-*.md"),
        path => Assert.Contains(HelpPage.Read(path).Examples, example => Runs(path, example)));

    [Fact]
    public void Every_example_with_a_world_of_its_own_is_there() => Assert.Subset(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "en-US"), "*-*.md").Select(HelpPage.Read)
            .SelectMany(page => page.Examples, (page, example) => ExampleWorlds.Name(page.Name, example.Title)).ToHashSet(),
        ExampleWorlds.Named.ToHashSet());

    public void Dispose() => _folder.Delete(recursive: true);

    private static ModuleRunspace Guide(string guide)
    {
        var runspace = new ModuleRunspace();
        runspace.Invoke(Connect + guide switch
        {
            "create-private-cluster.md" => "",
            "open-endpoint.md" => " -Scenario locked-down",
            _ => " -Scenario existing-cluster",
        }).OutputWithoutErrors();
        return runspace;
    }

    // What needs Azure, or a module that is not here, is bound by ContractTests only.
    private static IEnumerable<string> Steps(string guide) => HelpPage.Fences(Path.Combine(Repository.Root, "docs", "guides", guide))
        .Where(code => !code.Contains("Get-Az", StringComparison.Ordinal) && !code.Contains("Connect-AmlVnet", StringComparison.Ordinal));

    private static bool Runs(string path, HelpExample example) =>
        ExampleWorlds.Of(Path.GetFileNameWithoutExtension(path), example.Title) is not null;

    private static HelpPage Page(string name) => HelpPage.Read(Path.Combine(Repository.Root, "docs", "en-US", name + ".md"));
}
