namespace AmlVnet.Core.Tests;

/// <summary>Storage, key vault and registry of the workspace: one text, asked of each kind.</summary>
public sealed class AssociatedResourceTests
{
    private const string Hub = "/subscriptions/" + Worlds.Sub + "/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub";

    public static TheoryData<string> Areas => ["STORAGE", "KEYVAULT", "REGISTRY"];

    [Theory]
    [MemberData(nameof(Areas))]
    public void A_peered_network_is_near_enough_for_v2_and_deserves_a_look_for_v1(string area)
    {
        var peered = Facts(area,
            one => one with { PublicNetworkAccess = "Disabled", PrivateEndpoints = [new("/pe", Hub + "/subnets/endpoints")] });

        var found = One(peered, area, 1);
        Assert.Equal(CheckStatus.Warning, found.Status);
        Assert.Contains("v1/how-to-secure-inferencing-vnet", found.Evidence, StringComparison.Ordinal);
        Assert.Contains("how-to-secure-kubernetes-inferencing-environment", found.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("az network private-endpoint create ", found.Recommendation, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Passed, One(peered with { Compute = default }, area, 1).Status);
        var broken = peered.WithNetwork(one => one with { Peerings = [one.Peerings[0] with { State = "Disconnected" }] });
        Assert.Equal(CheckStatus.Failed, One(broken, area, 1).Status);
    }

    [Theory]
    [InlineData("STORAGE", null, null, CheckStatus.Unknown)]
    [InlineData("STORAGE", "Enabled", null, CheckStatus.Unknown)]
    [InlineData("STORAGE", "Enabled", "Allow", CheckStatus.Passed)]
    [InlineData("KEYVAULT", null, null, CheckStatus.Unknown)]
    [InlineData("KEYVAULT", "Enabled", null, CheckStatus.Passed)]
    [InlineData("REGISTRY", "Enabled", null, CheckStatus.Passed)]
    [InlineData("REGISTRY", "Enabled", "Sometimes", CheckStatus.Unknown)]
    [InlineData("REGISTRY", "Sometimes", "Allow", CheckStatus.Unknown)]
    [InlineData("KEYVAULT", "Disabled", "Allow", CheckStatus.Failed)]
    [InlineData("KEYVAULT", "SecuredByPerimeter", null, CheckStatus.Unknown)]
    public void Open_is_what_the_answer_says(string area, string? access, string? action, CheckStatus expected) => Assert.Equal(
        expected, One(Facts(area, one => one with { PublicNetworkAccess = access, DefaultAction = action, AllowedSubnetIds = [] }), area,
            1).Status);

    [Fact]
    public void A_rule_for_the_subnet_works_with_the_service_endpoint_only()
    {
        foreach (var (area, service) in new[] { ("STORAGE", "Microsoft.Storage"), ("KEYVAULT", "Microsoft.KeyVault") })
        {
            var facts = Facts(area, one => one).WithSubnet(one => one with { ServiceEndpoints = ["Microsoft.Sql"] });
            var found = One(facts, area, 1);
            Assert.Equal(CheckStatus.Failed, found.Status);
            Assert.Contains(service, found.Evidence, StringComparison.Ordinal);
            Assert.Contains($"--service-endpoints Microsoft.Sql {service}; ", found.Recommendation, StringComparison.Ordinal);
        }

        // A registry's rules take no subnets.
        Assert.Equal(CheckStatus.Failed, One(Facts("REGISTRY", one => one), "REGISTRY", 1).Status);
    }

    [Fact]
    public void An_endpoint_for_files_does_not_lead_to_blobs()
    {
        PrivateEndpointFacts endpoint = new("/pe", Worlds.InternalSubnet.ToString()) { GroupIds = ["file"] };
        var facts = Facts("STORAGE", one => one with { PublicNetworkAccess = "Disabled", PrivateEndpoints = [endpoint] });
        Assert.Equal(CheckStatus.Failed, One(facts, "STORAGE", 1).Status);
        var blob = Facts("STORAGE",
            one => one with { PublicNetworkAccess = "Disabled", PrivateEndpoints = [endpoint, endpoint with { GroupIds = ["blob"] }] });
        Assert.Equal(CheckStatus.Passed, One(blob, "STORAGE", 1).Status);
    }

    [Theory]
    [MemberData(nameof(Areas))]
    public void A_private_name_is_answered_by_a_linked_zone(string area)
    {
        Assert.Equal(CheckStatus.NotApplicable, One(Facts(area, one => one), area, 2).Status);
        Assert.Equal(CheckStatus.Failed, Named(area, Known.Of<IReadOnlyList<PrivateZoneFacts>>([])).Status);
        Assert.Equal(CheckStatus.Unknown, Named(area, Known.Unknown<IReadOnlyList<PrivateZoneFacts>>("no permission")).Status);
        var lonely = Named(area, Known.Of<IReadOnlyList<PrivateZoneFacts>>(
            [new(Hub.Replace("virtualNetworks/hub", "privateDnsZones/z", StringComparison.Ordinal), [Hub])]));
        Assert.Equal(CheckStatus.Failed, lonely.Status);
        Assert.Contains($"--virtual-network '{Worlds.Network}'", lonely.Recommendation, StringComparison.Ordinal);
        var own = Facts(area, one => one with { PrivateEndpoints = [new("/pe", Worlds.InternalSubnet.ToString())] })
            .WithNetwork(one => one with { DnsServers = ["10.2.0.4"] });
        Assert.Equal(CheckStatus.Unknown, One(own, area, 2).Status);
    }

    private static CheckResult Named(string area, Known<IReadOnlyList<PrivateZoneFacts>> zones) => One(
        Facts(area, one => one with { PrivateEndpoints = [new("/pe", Worlds.InternalSubnet.ToString()) { Zones = zones }] }), area, 2);

    private static NetworkFacts Facts(string area, Func<AssociatedResourceFacts, AssociatedResourceFacts> change)
    {
        var all = Known.Of<IReadOnlyList<AssociatedResourceFacts>>([change(new()
        {
            Id = Worlds.StorageAccount.ToString(),
            DefaultAction = "Deny",
            PublicNetworkAccess = "Enabled",
            AllowedSubnetIds = [Worlds.Subnet.ToString()],
            PrivateEndpoints = [],
        })]);
        var facts = Worlds.Good.WithNetwork(one => one with { Peerings = [one.Peerings[0] with { RemoteVirtualNetworkId = Hub }] });
        return area switch
        {
            "STORAGE" => facts with { Storage = all },
            "KEYVAULT" => facts with { KeyVaults = all },
            _ => facts with { ContainerRegistries = all },
        };
    }

    private static CheckResult One(NetworkFacts facts, string area, int number) =>
        Assert.Single(CheckCatalogue.Find($"AMLVNET-{area}-00{number}")!.Evaluate(facts));
}
