using AmlVnet.Arm.Carrying;
using AmlVnet.Arm.SignIn;
using AmlVnet.Arm.Simulation;

namespace AmlVnet.Core.Tests;

/// <summary>
/// The catalogue of broken worlds (<c>tests/Worlds</c>), without PowerShell: the simulator makes the world, the facts are read from it as
/// a command reads them, and all rules are asked. The Pester tests run the command in the same worlds, and its recommendations.
/// </summary>
public sealed class WorldTests
{
    private const string Subscription = "5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36";

    private static readonly string[] Kinds = ["run", "plan", "create", "azureCli", "none"];

    public static TheoryData<string> WithGood => [.. WorldFile.Names.Where(static name => WorldFile.Of(name).HasGood)];

    public static TheoryData<string> WithBroken => [.. WorldFile.Names.Where(static name => WorldFile.Of(name).HasBroken)];

    [Theory, MemberData(nameof(WithGood))]
    public async Task A_world_in_order_passes(string name)
    {
        var file = WorldFile.Of(name);
        var world = file.Good();
        var results = await CheckAsync(world);

        if (file.Rule is { } rule)
        {
            var own = results.Where(result => result.Id == rule).ToArray();
            Assert.NotEmpty(own);
            Assert.All(own, result => Assert.True(world.Expected[rule].Status == $"{result.Status}", Line(result)));
        }

        AssertExpected(world, results);
        Assert.True((world.Quiet ?? true) == IsQuiet(results), "-Quiet is decided by:\n" + Lines(results.Where(IsTrouble)));
    }

    [Theory, MemberData(nameof(WithBroken))]
    public async Task In_a_broken_world_only_what_is_broken_is_found(string name)
    {
        var file = WorldFile.Of(name);
        var world = file.Broken();
        var results = await CheckAsync(world);

        AssertExpected(world, results);
        if (world.Quiet is { } quiet) Assert.True(quiet == IsQuiet(results), "-Quiet is decided by:\n" + Lines(results.Where(IsTrouble)));
        if (file.Rule is not { } rule || file.Remedy?["kind"]?.GetValue<string>() is not ("run" or "plan" or "azureCli")) return;
        Assert.All(results.Where(result => result.Id == rule && $"{result.Status}" == world.Expected[rule].Status),
            static result => Assert.NotEmpty(result.Recommendation ?? ""));
    }

    [Fact]
    public void Each_rule_has_a_world_that_passes_and_one_where_it_fails()
    {
        var files = WorldFile.Names.Select(WorldFile.Of).ToArray();
        var covered = files.Where(static file => file.Rule is { } rule && file.HasBroken && file.Broken().Expected.ContainsKey(rule))
            .Select(static file => file.Rule!).Distinct();

        Assert.Equal(CheckCatalogue.Rules.Select(static rule => rule.Id).Order(StringComparer.Ordinal),
            covered.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(WithBroken))]
    public void A_world_says_what_it_is_and_why_it_breaks_more_than_one_rule_or_has_no_remedy(string name)
    {
        var file = WorldFile.Of(name);
        Assert.NotEmpty(file.Title ?? "");
        Assert.True(file.Rule is null || name.StartsWith(file.Rule, StringComparison.Ordinal), $"{name} is about {file.Rule}.");
        if (file.Rule is null) return;
        Assert.All(file.Companions, static one => Assert.False(string.IsNullOrEmpty(one.Why), $"{one.Rule} has no why."));
        var kind = file.Remedy?["kind"]?.GetValue<string>();
        Assert.Contains(kind, Kinds);
        Assert.True(kind != "none" || file.Remedy!["why"]?.GetValue<string>() is { Length: > 0 }, "There is no remedy, and no why.");
    }

    private static void AssertExpected(CatalogueWorld world, IReadOnlyList<CheckResult> results)
    {
        foreach (var (rule, expected) in world.Expected)
        {
            var own = results.Where(result => result.Id == rule).ToArray();
            Assert.True(Array.Exists(own, result => Fits(expected, result)), $"No result of {rule} is {expected}:\n{Lines(own)}");
            Assert.DoesNotContain(own, result => $"{result.Status}" == expected.Never);
        }

        var others =
            results.Where(result => result.Status == CheckStatus.Failed && (world.OnlyThese || result.Severity == CheckSeverity.Error)
            && !world.Expected.ContainsKey(result.Id)).ToArray();
        Assert.True(others.Length == 0, "Others failed too:\n" + Lines(others));
    }

    private static bool Fits(ExpectedResult expected, CheckResult result) => $"{result.Status}" == expected.Status
        && (result.Target ?? "").Contains(expected.Target ?? "", StringComparison.OrdinalIgnoreCase)
        && (result.Evidence ?? "").Contains(expected.Evidence ?? "", StringComparison.OrdinalIgnoreCase)
        && (result.Recommendation ?? "").Contains(expected.Recommendation ?? "", StringComparison.Ordinal);

    private static bool IsTrouble(CheckResult result) =>
        result is { Status: CheckStatus.Failed or CheckStatus.Unknown, Severity: CheckSeverity.Error };

    private static bool IsQuiet(IReadOnlyList<CheckResult> results) => !results.Any(IsTrouble);

    private static string Line(CheckResult result) => $"{result} {result.Target}: {result.Evidence}";

    private static string Lines(IEnumerable<CheckResult> results) => string.Join('\n', results.Select(Line));

    /// <summary>Asks all rules about a world, as <c>Test-AmlAksNetwork</c> does with the same arguments.</summary>
    private static async Task<IReadOnlyList<CheckResult>> CheckAsync(CatalogueWorld world)
    {
        if (world.Scenario is null) return CheckCatalogue.Run(Offline(world), CheckStage.Offline);
        var path = Path.Combine(Path.GetTempPath(), $"amlvnet-world-{Guid.NewGuid():N}.json");
        try
        {
            var scenario = world.Scenario.GetValueKind() == System.Text.Json.JsonValueKind.String ? world.Scenario.GetValue<string>()
                : path;
            if (scenario == path) await File.WriteAllTextAsync(path, world.Scenario.ToJsonString(), TestContext.Current.CancellationToken);
            var context = await SimulatorSignIn.ConnectAsync(new SimulatorSettings(scenario, null, null), Subscription,
                TestContext.Current.CancellationToken);
            var azure = new AzureWork((AzureConnection)context.Connection!);
            return world["Name"] is null ? await PreflightAsync(azure, world) : await PostureAsync(azure, world);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ArmId Workspace(CatalogueWorld world) =>
        ArmId.ForWorkspace(Subscription, world["ResourceGroupName"]!, world["WorkspaceName"]!);

    private static async Task<IReadOnlyList<CheckResult>> PostureAsync(AzureWork azure, CatalogueWorld world)
    {
        var (facts, _) = await azure.Preflight.ReadPostureAsync(Workspace(world).Child("computes", world["Name"]!),
            TestContext.Current.CancellationToken);
        return CheckCatalogue.Run(facts with { ScoringSources = Sources(world) }, CheckStage.Posture);
    }

    private static async Task<IReadOnlyList<CheckResult>> PreflightAsync(AzureWork azure, CatalogueWorld world)
    {
        var facts = await azure.Facts.ReadNetworkAsync(ArmId.Parse(world["SubnetId"]!), TestContext.Current.CancellationToken);
        facts = await azure.Facts.AddWorkspaceAsync(facts, Workspace(world), TestContext.Current.CancellationToken);
        var location = world["Location"] ?? facts.Workspace.Value?.Location;
        return CheckCatalogue.Run(
            await azure.Cloud.AddAsync(facts with
            {
                Settings = Settings(world),
                ScoringSources = Sources(world),
                Compute = Planned(world) with { Id = Workspace(world).Child("computes", "planned").ToString(), Location = location },
            }, TestContext.Current.CancellationToken),
            CheckStage.Preflight);
    }

    private static NetworkFacts Offline(CatalogueWorld world)
    {
        var subnet = new SubnetFacts { AddressPrefixes = Texts(world["SubnetAddressPrefix"]) };
        return new NetworkFacts
        {
            Settings = Settings(world),
            VirtualNetwork = new VirtualNetworkFacts { AddressPrefixes = Texts(world["VirtualNetworkAddressPrefix"]), Subnets = [subnet] },
            Subnet = subnet,
            Compute = Planned(world),
        };
    }

    private static ComputeFacts Planned(CatalogueWorld world) => new()
    {
        Id = "(planned)",
        AgentCount = int.Parse(world["AgentCount"] ?? "3", System.Globalization.CultureInfo.InvariantCulture),
        AgentVmSize = world["AgentVmSize"] ?? "Standard_D3_v2",
        ClusterPurpose = Enum.Parse<ClusterPurpose>(world["ClusterPurpose"] ?? nameof(ClusterPurpose.FastProd)),
        ServiceCidr = world["ServiceCidr"],
    };

    private static AddressSettings Settings(CatalogueWorld world) => new()
    {
        SubnetId = world["SubnetId"],
        ServiceCidr = world["ServiceCidr"],
        DnsServiceIP = world["DnsServiceIP"],
        DockerBridgeCidr = world["DockerBridgeCidr"],
        PodCidr = world["PodCidr"],
        ReservedAddressPrefixes = Texts(world["ReservedAddressPrefix"]),
    };

    private static string[] Sources(CatalogueWorld world) => Texts(world["SourceAddressPrefix"]);

    private static string[] Texts(string? given) => given?.Split(',') ?? [];
}
