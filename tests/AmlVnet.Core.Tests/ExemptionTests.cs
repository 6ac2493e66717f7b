namespace AmlVnet.Core.Tests;

/// <summary>What lets a rule pass is the fact that makes a thing harmless, and nothing that often stands beside it.</summary>
public sealed class ExemptionTests
{
    private static readonly RouteFacts Firewall = new("fw", "0.0.0.0/0", "VirtualAppliance", "10.1.200.4");

    [Theory]
    [InlineData("userDefinedRouting")]
    [InlineData("loadBalancer")]
    [InlineData("userAssignedNATGateway")]
    public void A_public_endpoint_behind_a_default_route_to_an_appliance_fails_whatever_the_outbound_type(string type)
    {
        var facts = Public(Routed(type, Firewall));

        var broken = Assert.Single(CheckCatalogue.Find("AMLVNET-OUTBOUND-001")!.Evaluate(facts));

        Assert.Equal(CheckStatus.Failed, broken.Status);
        Assert.Contains("20.1.1.9", broken.Evidence, StringComparison.Ordinal);
        Assert.EndsWith("| Set-AmlAksLoadBalancer -Type InternalLoadBalancer", broken.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_harmless_behind_a_private_endpoint_and_where_answers_go_back_as_they_came()
    {
        Assert.Equal(CheckStatus.Passed, Worst(Routed("userDefinedRouting", Firewall), "AMLVNET-OUTBOUND-001"));
        var back = Public(Routed("userDefinedRouting", Firewall, new RouteFacts("clients", "203.0.113.0/24", "Internet")));
        Assert.Equal(CheckStatus.Passed, Worst(back with { ScoringSources = ["203.0.113.8/29"] }, "AMLVNET-OUTBOUND-001"));
        Assert.Equal(CheckStatus.Failed,
            Worst(back with { ScoringSources = ["203.0.113.8/29", "198.51.100.0/24"] }, "AMLVNET-OUTBOUND-001"));
        Assert.Equal(CheckStatus.Failed, Worst(back, "AMLVNET-OUTBOUND-001"));
        // Before there is an endpoint none is broken.
        Assert.Equal(
            CheckStatus.Passed, Worst(Public(Routed("userDefinedRouting", Firewall))
                .WithCompute(one => one with { ScoringIPAddress = null }), "AMLVNET-OUTBOUND-001"));
    }

    [Theory]
    [InlineData("VirtualAppliance", "10.99.0.4", CheckStatus.Failed)]
    [InlineData("VirtualAppliance", "10.2.0.4", CheckStatus.Passed)]
    [InlineData("VirtualNetworkGateway", null, CheckStatus.Failed)]
    [InlineData("VnetLocal", null, CheckStatus.Failed)]
    public void A_next_hop_leads_on_where_it_is_in_reach(string type, string? hop, CheckStatus expected) => Assert.Equal(
        expected, Worst(Routed("userDefinedRouting", new RouteFacts("all", "0.0.0.0/0", type, hop)), "AMLVNET-OUTBOUND-001"));

    [Fact]
    public void A_gateway_next_hop_needs_a_gateway()
    {
        var facts = Routed("userDefinedRouting", new RouteFacts("all", "0.0.0.0/0", "VirtualNetworkGateway"));
        var gateway = facts.WithNetwork(one => one with { Peerings = [one.Peerings[0] with { UsesRemoteGateways = true }] });
        Assert.Equal(CheckStatus.Passed, Worst(gateway, "AMLVNET-OUTBOUND-001"));
    }

    [Theory]
    [InlineData("managedNATGateway", 1, CheckStatus.Passed)]
    [InlineData("managedNATGateway", 0, CheckStatus.Failed)]
    [InlineData("managedNATGateway", null, CheckStatus.Unknown)]
    [InlineData("loadBalancer", 1, CheckStatus.Passed)]
    public void A_way_out_is_an_address_and_not_a_type(string type, int? addresses, CheckStatus expected)
    {
        var facts = Worlds.Good.WithCluster(one => one with { OutboundType = type, OutboundAddressCount = addresses })
            with
        { LoadBalancers = default };
        Assert.Equal(expected, Worst(facts, "AMLVNET-OUTBOUND-002"));
    }

    [Fact]
    public void A_load_balancer_without_a_public_address_is_no_way_out()
    {
        var balancers = Worlds.Good.LoadBalancers.Value!;
        Assert.Equal(CheckStatus.Passed, Worst(Worlds.Good, "AMLVNET-OUTBOUND-002"));
        Assert.Equal(CheckStatus.Failed,
            Worst(Worlds.Good with { LoadBalancers = Known.Of<IReadOnlyList<LoadBalancerFacts>>([balancers[1]]) }, "AMLVNET-OUTBOUND-002"));
        Assert.Equal(
            CheckStatus.Unknown,
            Worst(Worlds.Good with { LoadBalancers = Known.Unknown<IReadOnlyList<LoadBalancerFacts>>("no permission") },
                "AMLVNET-OUTBOUND-002"));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("block")]
    public void The_advice_for_an_isolated_cluster_does_not_undo_it(string type)
    {
        var broken = Assert.Single(
            CheckCatalogue.Find("AMLVNET-OUTBOUND-002")!.Evaluate(Worlds.Good.WithCluster(one => one with { OutboundType = type })));
        Assert.Equal(CheckStatus.Failed, broken.Status);
        Assert.Contains("network isolated", broken.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("outbound-type", broken.Recommendation, StringComparison.Ordinal);
        Assert.DoesNotContain("nat", broken.Recommendation, StringComparison.OrdinalIgnoreCase);
        // With a route of one's own the type stays, and the way is there.
        Assert.Equal(CheckStatus.Passed, Worst(Routed(type, Firewall), "AMLVNET-OUTBOUND-002"));
    }

    [Fact]
    public void A_frontend_of_another_service_is_not_the_endpoints_address()
    {
        var full = Worlds.Good.WithSubnet(one => one with { UsedAddressCount = 251 });
        Assert.Equal(CheckStatus.Passed, Worst(full, "AMLVNET-SUBNET-004"));
        Assert.Equal(CheckStatus.Failed, Worst(full.WithCompute(one => one with { ScoringIPAddress = "20.1.1.9" }), "AMLVNET-SUBNET-004"));
    }

    [Theory]
    [InlineData("10.1.0.4", CheckStatus.Passed)]
    [InlineData("10.2.0.4", CheckStatus.Passed)]
    [InlineData("168.63.129.16", CheckStatus.Passed)]
    [InlineData("8.8.8.8", CheckStatus.Passed)]
    [InlineData("172.20.0.4", CheckStatus.Failed)]
    [InlineData("fd00::53", CheckStatus.Unknown)]
    public void A_DNS_server_is_to_be_in_reach(string server, CheckStatus expected) => Assert.Equal(
        expected, Worst(Worlds.Good.WithNetwork(one => one with { DnsServers = [server] }), "AMLVNET-OUTBOUND-003"));

    [Fact]
    public void A_DNS_server_behind_a_gateway_deserves_a_look_and_behind_a_broken_peering_fails()
    {
        var named = Worlds.Good.WithNetwork(
            one => one with { DnsServers = ["172.20.0.4"], Peerings = [one.Peerings[0] with { UsesRemoteGateways = true }] });
        Assert.Equal(CheckStatus.Warning, Worst(named, "AMLVNET-OUTBOUND-003"));
        var broken = Worlds.Good.WithNetwork(
            one => one with { DnsServers = ["10.2.0.4"], Peerings = [one.Peerings[0] with { State = "Disconnected" }] });
        Assert.Equal(CheckStatus.Failed, Worst(broken, "AMLVNET-OUTBOUND-003"));
    }

    [Fact]
    public void DNS_is_asked_through_the_groups()
    {
        var deny = SecurityRuleFacts.Of("no-dns", 100, RuleDirection.Outbound, RuleAccess.Deny, "*", "10.2.0.0/24");
        var facts = Worlds.Good.WithNetwork(one => one with { DnsServers = ["10.2.0.4"] }).WithRules(deny);
        var broken = Assert.Single(CheckCatalogue.Find("AMLVNET-OUTBOUND-003")!.Evaluate(facts));
        Assert.Equal(CheckStatus.Failed, broken.Status);
        Assert.EndsWith("| Enable-AmlStudioAccess -Profile Cluster", broken.Recommendation, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Failed,
            Worst(Worlds.Good.WithRules(deny with { DestinationAddressPrefixes = ["AzurePlatformDNS"] }), "AMLVNET-OUTBOUND-003"));
    }

    private static NetworkFacts Public(NetworkFacts facts) =>
        facts.WithCompute(
            one => one with { LoadBalancerType = LoadBalancerType.PublicIp, LoadBalancerSubnet = null, ScoringIPAddress = "20.1.1.9" });

    private static NetworkFacts Routed(string type, params RouteFacts[] routes) =>
        Worlds.Good.WithCluster(one => one with { OutboundType = type })
        .WithSubnet(one => one with { RouteTable = new RouteTableFacts { Id = Worlds.RouteTable.ToString(), Routes = routes } });

    private static CheckStatus Worst(NetworkFacts facts, string id) =>
        CheckCatalogue.Find(id)!.Evaluate(facts).Select(check => check.Status)
        .OrderBy(status => Array.IndexOf([CheckStatus.Failed, CheckStatus.Unknown, CheckStatus.Warning, CheckStatus.Passed,
            CheckStatus.NotApplicable], status)).First();
}
