using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>One runspace and one scenario file for a class of tests.</summary>
public sealed class RuleWorldFixture : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"amlvnet-world-{Guid.NewGuid():N}.json");

    internal ModuleRunspace Runspace { get; } = new();

    /// <summary>Makes a world and gives what all rules say of it.</summary>
    internal IReadOnlyList<PSObject> Check(RuleWorld world)
    {
        Enter(world);
        return Runspace.Invoke(world.Command).OutputWithoutErrors();
    }

    internal void Enter(RuleWorld world)
    {
        if (world.Input == RuleInput.Offline) return;
        world.Write(_file);
        Runspace.SetVariable("scenario", _file);
        Runspace.Invoke("$null = Connect-AmlVnet -Simulator -VirtualClock -Scenario $scenario -Subscription 5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36").OutputWithoutErrors();
        if (world.Script is not null) Runspace.Invoke(world.Script).OutputWithoutErrors();
    }

    public void Dispose()
    {
        Runspace.Dispose();
        File.Delete(_file);
    }
}

/// <summary>Each rule of the catalogue in its two worlds, and its recommendation carried out.</summary>
public sealed class RuleWorldTests(RuleWorldFixture fixture) : IClassFixture<RuleWorldFixture>
{
    public static TheoryData<string> Ids => [.. RuleWorlds.All.Select(static row => row.Id)];

    public static TheoryData<string> RemedyIds =>
        [.. RuleWorlds.All.Where(static row => row.Remedy is Remedy.Plan or Remedy.Run or Remedy.Create).Select(static row => row.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_rule_passes_in_its_good_world(string id)
    {
        var results = fixture.Check(RuleWorlds.Of(id).Good());

        var own = results.Where(result => Text(result, "Id") == id).ToArray();
        Assert.NotEmpty(own);
        Assert.All(own, static result => Assert.True(Text(result, "Status") == "Passed", $"{result}"));
        AssertNothingElseFailed(results, []);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Only_the_rule_fails_in_its_broken_world(string id)
    {
        var row = RuleWorlds.Of(id);
        var results = fixture.Check(row.Broken());

        var broken = results.Where(result => Text(result, "Id") == id && Text(result, "Status") == row.Status).ToArray();
        Assert.True(broken.Length > 0, $"No result of {id} is {row.Status}:\n{Lines(results.Where(result => Text(result, "Id") == id))}");
        Assert.Contains(
            broken,
            result => Text(result, "Target").Contains(row.Target, StringComparison.OrdinalIgnoreCase)
                && Text(result, "Evidence").Contains(row.Evidence, StringComparison.OrdinalIgnoreCase));
        AssertNothingElseFailed(results, [id, .. row.Companions.Keys]);
        if (row.Remedy is not (Remedy.None or Remedy.Create))
            Assert.All(broken, static result => Assert.NotEmpty(Text(result, "Recommendation")));
        if (row.Remedy == Remedy.AzureCli) Assert.Contains(broken, static result => Text(result, "Recommendation").Contains("az ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(RemedyIds))]
    public void The_recommendation_when_run_makes_the_rule_pass(string id)
    {
        var row = RuleWorlds.Of(id);
        var world = row.Broken(forRemedy: true);
        var broken = fixture.Check(world).Where(result => Text(result, "Id") == id && Text(result, "Status") == row.Status).ToArray();
        Assert.NotEmpty(broken);

        foreach (var command in broken.Select(static result => Text(result, "Recommendation")).Distinct())
        {
            Assert.NotEmpty(command);
            fixture.Runspace.Invoke($"$mended = {Statements(command)}").OutputWithoutErrors();
        }

        var after = fixture.Runspace.Invoke(row.Remedy switch
        {
            Remedy.Plan when world.Input == RuleInput.Offline => $"$mended | Test-AmlAksNetwork -Rule {id}",
            Remedy.Plan => Replanned(world) + $" -Rule {id}",
            Remedy.Create => $"Test-AmlAksNetwork myworkspacegroup myworkspace planned -Rule {id}".Replace(
                " myworkspacegroup myworkspace planned", " -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name planned", StringComparison.Ordinal),
            _ => $"{world.Command} -Rule {id}",
        }).OutputWithoutErrors();

        var wanted = row.EndsNotApplicable ? "NotApplicable" : "Passed";
        Assert.NotEmpty(after);
        Assert.True(after.All(result => Text(result, "Status") == wanted), Lines(after));
        if (row.Remedy == Remedy.Plan) Assert.Equal(true, Assert.Single(fixture.Runspace.Invoke("$mended.IsUsable").OutputWithoutErrors()).BaseObject);
    }

    [Fact]
    public void A_load_balancer_in_a_subnet_of_its_own_gets_its_right_there_by_the_recommendation()
    {
        var world = new RuleWorld(RuleInput.Posture);
        world.Compute["loadBalancerSubnet"] = "internal";
        var result = fixture.Check(world).Single(static r => Text(r, "Id") == "AMLVNET-RBAC-001");

        fixture.Runspace.Invoke(Text(result, "Recommendation")).OutputWithoutErrors();
        var after = fixture.Runspace.Invoke(world.Command + " -Rule AMLVNET-RBAC-001,AMLVNET-RBAC-004").OutputWithoutErrors();

        Assert.Equal("Failed", Text(result, "Status"));
        Assert.All(after, static r => Assert.True(Text(r, "Status") == "Passed", $"{r}"));
    }

    [Fact]
    public void A_cluster_that_lost_its_service_CIDR_is_made_anew_from_the_recommended_plan()
    {
        var world = RuleWorlds.Of("AMLVNET-CIDR-013").Broken();
        var result = fixture.Check(world).Single(static r => Text(r, "Id") == "AMLVNET-CIDR-013");

        var after = fixture.Runspace.Invoke($$"""
            $plan = {{Text(result, "Recommendation")}}
            $null = Get-AmlAksCompute myworkspacegroup myworkspace myaks | Remove-AmlAksCompute
            $plan | New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name anew -AgentCount 1 -ClusterPurpose DevTest |
                Test-AmlAksNetwork -Rule AMLVNET-CIDR-013
            """).OutputWithoutErrors();

        Assert.Equal("Passed", Text(Assert.Single(after), "Status"));
    }

    [Fact]
    public void Each_rule_of_the_catalogue_has_its_worlds_a_section_and_a_source()
    {
        var sections = File.ReadAllText(Path.Combine(Repository.Root, "docs", "guides", "checks.md")).ReplaceLineEndings("\n").Split("\n### ").Skip(1)
            .ToDictionary(static section => section[..section.IndexOf('\n', StringComparison.Ordinal)]);
        // The catalogue as the shipped assembly has it; a rule that is not in the table, or a row without a rule, ends here.
        var rules = fixture.Runspace.Invoke("""
            $null = Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.1.0.0/16
            $core = @([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'AmlVnet.Core' })[-1]
            $core.GetType('AmlVnet.Core.CheckCatalogue').GetProperty('Rules').GetValue($null) | ForEach-Object { [pscustomobject]@{ Id = $_.Id; Source = "$($_.Source.Address)" } }
            """).OutputWithoutErrors();

        Assert.Equal(rules.Select(static rule => Text(rule, "Id")).Order(StringComparer.Ordinal), RuleWorlds.All.Select(static row => row.Id).Order(StringComparer.Ordinal));
        foreach (var rule in rules)
        {
            Assert.True(sections.TryGetValue(Text(rule, "Id"), out var section), $"{Text(rule, "Id")} has no section in docs/guides/checks.md.");
            Assert.StartsWith("https://", Text(rule, "Source"), StringComparison.Ordinal);
            Assert.Contains($"({Text(rule, "Source")})", section, StringComparison.Ordinal);
        }

        foreach (var row in RuleWorlds.All)
        {
            Assert.True(row.Remedy != Remedy.None || row.Why is { Length: > 0 }, $"{row.Id} has no remedy and does not say why.");
            Assert.All(row.Companions.Values, Assert.NotEmpty);
        }
    }

    internal static string Text(PSObject value, string property) => value.Properties[property]?.Value?.ToString() ?? "";

    internal static string Lines(IEnumerable<PSObject> results) => string.Join("\n", results.Select(static result => $"{result} {Text(result, "Target")}"));

    internal static void AssertNothingElseFailed(IEnumerable<PSObject> results, IReadOnlyCollection<string> allowed)
    {
        var failed = results.Where(result => Text(result, "Status") == "Failed" && Text(result, "Severity") == "Error" && !allowed.Contains(Text(result, "Id"))).ToArray();
        Assert.True(failed.Length == 0, Lines(failed));
    }

    // A recommendation of two commands is two statements; what the last one gives is kept.
    private static string Statements(string command)
    {
        var cut = command.LastIndexOf("; ", StringComparison.Ordinal);
        return cut < 0 ? command : $"$null; {command[..cut]} | Out-Null; $mended = {command[(cut + 2)..]}";
    }

    private static string Replanned(RuleWorld world) => "Test-AmlAksNetwork " + string.Join(' ', world.Arguments.Select(static a =>
        a.Key is "ServiceCidr" or "DnsServiceIP" or "DockerBridgeCidr" ? $"-{a.Key} $mended.{a.Key}" : $"-{a.Key} '{a.Value}'"));
}
