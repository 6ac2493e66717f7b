using AmlVnet.Core.Addressing;
using AmlVnet.Core.Security;

namespace AmlVnet.Core.Tests;

public sealed class EffectiveRulesTests
{
    private static readonly NetworkSpace Space = new()
    {
        VirtualNetwork = [Ipv4Prefix.Parse("10.1.0.0/16"), Ipv4Prefix.Parse("10.2.0.0/16")],
    };

    private static readonly EffectiveRules Effective = new(Space);

    [Theory]
    [InlineData("VirtualNetwork", "10.1.0.4", FlowAccess.Allowed, "AllowVnetInBound", 65000)]
    [InlineData("10.2.3.4", "10.1.0.4", FlowAccess.Allowed, "AllowVnetInBound", 65000)]
    [InlineData("AzureLoadBalancer", "10.1.0.4", FlowAccess.Allowed, "AllowVnetInBound", 65000)]
    [InlineData("AzureLoadBalancer", "20.1.1.1", FlowAccess.Allowed, "AllowAzureLoadBalancerInBound", 65001)]
    [InlineData("Internet", "10.1.0.4", FlowAccess.Denied, "DenyAllInBound", 65500)]
    [InlineData("AzureFrontDoor.Backend", "10.1.0.4", FlowAccess.Denied, "DenyAllInBound", 65500)]
    [InlineData("192.168.0.1", "10.1.0.4", FlowAccess.Denied, "DenyAllInBound", 65500)]
    [InlineData("*", "10.1.0.4", FlowAccess.Partly, "DenyAllInBound", 65500)]
    public void Default_rules_inbound(string source, string destination, FlowAccess access, string rule, int priority)
    {
        var verdict = Effective.Evaluate(In(source, destination), Group());
        Assert.Equal(access, verdict.Access);
        Assert.Equal(rule, verdict.DecidingRule!.Name);
        Assert.Equal(priority, verdict.DecidingRule.Priority);
    }

    [Theory]
    [InlineData("Internet", FlowAccess.Allowed, "AllowInternetOutBound")]
    [InlineData("AzureFrontDoor.Frontend", FlowAccess.Allowed, "AllowInternetOutBound")]
    [InlineData("10.2.0.1", FlowAccess.Allowed, "AllowVnetOutBound")]
    [InlineData("VirtualNetwork", FlowAccess.Allowed, "AllowVnetOutBound")]
    public void Default_rules_outbound(string destination, FlowAccess access, string rule)
    {
        var verdict = Effective.Evaluate(Out(destination), Group());
        Assert.Equal(access, verdict.Access);
        Assert.Equal(rule, verdict.DecidingRule!.Name);
    }

    [Fact]
    public void No_group_lets_everything_through()
    {
        var verdict = Effective.Evaluate(In("Internet", "10.1.0.4"));
        Assert.Equal(FlowAccess.Allowed, verdict.Access);
        Assert.Null(verdict.DecidingRule);
    }

    [Fact]
    public void Both_levels_must_allow()
    {
        var open = Group(Rule("open", 100, RuleAccess.Allow, "Internet", "*", "80"));
        Assert.Equal(FlowAccess.Denied, Effective.Evaluate(In("Internet", "10.1.0.4"), open, Group()).Access);
        Assert.Equal(FlowAccess.Allowed, Effective.Evaluate(In("Internet", "10.1.0.4"), open, open).Access);
    }

    [Theory]
    [InlineData("Storage.EastUS2", FlowAccess.Denied)]
    [InlineData("storage.westeurope", FlowAccess.Denied)]
    [InlineData("Storage", FlowAccess.Denied)]
    [InlineData("StorageSync", FlowAccess.Unknown)]
    public void A_tag_covers_its_regional_forms(string destination, FlowAccess access) => Assert.Equal(
        access, Effective.Evaluate(Out(destination),
            Group(Rule("no", 100, RuleAccess.Deny, "*", "Storage", "*", RuleDirection.Outbound))).Access);

    [Fact]
    public void A_regional_tag_covers_a_part_of_its_tag_only() => Assert.Equal(
        FlowAccess.Unknown,
        Effective.Evaluate(Out("Storage"),
            Group(Rule("no", 100, RuleAccess.Deny, "*", "Storage.EastUS2", "*", RuleDirection.Outbound))).Access);

    [Fact]
    public void One_tag_does_not_open_another_and_AzureCloud_may()
    {
        var internet = Rule("no", 4000, RuleAccess.Deny, "*", "Internet", "*", RuleDirection.Outbound);
        FlowAccess To(string tag, string allowed) => Effective.Evaluate(
            Out(tag), Group(Rule("yes", 100, RuleAccess.Allow, "*", allowed, "*", RuleDirection.Outbound), internet)).Access;
        Assert.Equal(FlowAccess.Partly, To("AzureActiveDirectory", "AzureFrontDoor.Frontend"));
        Assert.Equal(FlowAccess.Partly, To("AzureActiveDirectory", "20.0.0.0/8"));
        Assert.Equal(FlowAccess.Partly, To("Storage", "Storage.EastUS2"));
        Assert.Equal(FlowAccess.Unknown, To("AzureActiveDirectory", "AzureCloud"));
        Assert.Equal(FlowAccess.Unknown, To("AzureActiveDirectory", "AzureCloud.EastUS2"));
        Assert.Equal(FlowAccess.Allowed, To("Storage.EastUS2", "Storage"));
        Assert.Equal(FlowAccess.Denied, To("AzureActiveDirectory", "10.0.0.0/8"));
    }

    [Fact]
    public void An_unknown_tag_does_not_matter_when_the_outcome_is_the_same()
    {
        var deny = Rule("maybe", 100, RuleAccess.Deny, "AzureCloud", "*", "*");
        Assert.Equal(FlowAccess.Denied, Effective.Evaluate(In("20.1.1.1", "10.1.0.4"), Group(deny)).Access);
        var allow = Rule("then", 200, RuleAccess.Allow, "Internet", "*", "*");
        var verdict = Effective.Evaluate(In("20.1.1.1", "10.1.0.4"), Group(deny, allow));
        Assert.Equal(FlowAccess.Unknown, verdict.Access);
        Assert.Equal("maybe", verdict.DecidingRule!.Name);
        // A service tag never holds addresses of the virtual network.
        Assert.Equal(FlowAccess.Allowed, Effective.Evaluate(In("10.1.0.9", "10.1.0.4"), Group(deny)).Access);
    }

    [Fact]
    public void A_doubt_at_the_subnet_is_settled_by_a_deny_at_the_interface()
    {
        var doubtful = Group(Rule("maybe", 100, RuleAccess.Allow, "AzureCloud", "*", "*"));
        Assert.Equal(FlowAccess.Unknown, Effective.Evaluate(In("20.1.1.1", "10.1.0.4"), doubtful).Access);
        Assert.Equal(FlowAccess.Denied, Effective.Evaluate(In("20.1.1.1", "10.1.0.4"), doubtful, Group()).Access);
    }

    [Fact]
    public void An_application_security_group_is_unknown_within_the_network_and_nothing_outside()
    {
        var rule = Rule("asg", 100, RuleAccess.Deny, "*", "*", "80") with
        {
            SourceAddressPrefixes = [],
            SourceApplicationSecurityGroups = ["/asg"],
        };
        Assert.Equal(FlowAccess.Unknown, Effective.Evaluate(In("10.1.0.9", "10.1.0.4"), Group(rule)).Access);
        var open = Rule("open", 200, RuleAccess.Allow, "*", "*", "80");
        Assert.Equal(FlowAccess.Allowed, Effective.Evaluate(In("20.1.1.1", "10.1.0.4"), Group(rule, open)).Access);
    }

    [Fact]
    public void Two_rules_may_cover_a_flow_together()
    {
        var low = Rule("low", 100, RuleAccess.Allow, "20.0.0.0/25", "*", "80");
        var high = Rule("high", 101, RuleAccess.Allow, "20.0.0.128/25", "*", "80");
        Assert.Equal(FlowAccess.Allowed, Effective.Evaluate(In("20.0.0.0/24", "10.1.0.4"), Group(low, high)).Access);
        Assert.Equal(FlowAccess.Partly, Effective.Evaluate(In("20.0.0.0/24", "10.1.0.4"), Group(low)).Access);
    }

    [Fact]
    public void Ports_and_protocols_count()
    {
        var rule = Rule("web", 100, RuleAccess.Allow, "Internet", "*", "80");
        Assert.Equal(FlowAccess.Denied,
            Effective.Evaluate(In("Internet", "10.1.0.4") with { DestinationPort = "443" }, Group(rule)).Access);
        Assert.Equal(FlowAccess.Denied, Effective.Evaluate(In("Internet", "10.1.0.4") with { Protocol = "Udp" }, Group(rule)).Access);
        Assert.Equal(FlowAccess.Partly,
            Effective.Evaluate(In("Internet", "10.1.0.4") with { DestinationPort = "80-81" }, Group(rule)).Access);
    }

    [Fact]
    public void Ipv6_prefixes_match_no_ipv4_flow() => Assert.Equal(
        FlowAccess.Allowed,
        Effective.Evaluate(In("10.1.0.9", "10.1.0.4"), Group(Rule("six", 100, RuleAccess.Deny, "::/0", "*", "*"))).Access);

    [Fact]
    public void A_deny_shadows_an_allow_behind_it()
    {
        var deny = Rule("deny", 100, RuleAccess.Deny, "*", "*", "80-90");
        var allow = Rule("allow", 200, RuleAccess.Allow, "Internet", "10.1.0.0/24", "80");
        var shadow = Effective.ShadowOf(Group(deny, allow), allow);
        Assert.Equal(Answer.Yes, shadow.IsShadowed);
        Assert.Equal("deny", Assert.Single(shadow.By).Name);
        Assert.Equal(Answer.No, Effective.ShadowOf(Group(deny, allow with { Priority = 50 }), allow with { Priority = 50 }).IsShadowed);
        var tag = allow with { SourceAddressPrefixes = ["AzureCloud"] };
        Assert.Equal(Answer.Yes, Effective.ShadowOf(Group(deny, tag), tag).IsShadowed);
        var byTag = deny with { SourceAddressPrefixes = ["AzureCloud"] };
        Assert.Equal(Answer.Unknown, Effective.ShadowOf(Group(byTag, allow with { SourceAddressPrefixes = ["20.0.0.0/8"] }),
            allow with { SourceAddressPrefixes = ["20.0.0.0/8"] }).IsShadowed);
    }

    [Fact]
    public void Priorities_are_chosen_in_front_of_the_deny_and_behind_covered_allows()
    {
        var wanted = Rule("AmlVnet-Scoring", 0, RuleAccess.Allow, "Internet", "10.1.0.200", "80");
        Assert.Equal(4090, Effective.ChoosePriority(Group(), wanted).Priority);
        var deny = Rule("deny", 200, RuleAccess.Deny, "*", "*", "*");
        Assert.Equal(190, Effective.ChoosePriority(Group(deny), wanted).Priority);
        Assert.Equal(180, Effective.ChoosePriority(Group(deny, Rule("x", 190, RuleAccess.Allow, "*", "*", "22")), wanted).Priority);
        var covered = Rule("mine", 195, RuleAccess.Allow, "20.1.1.1", "10.1.0.200", "80");
        var choice = Effective.ChoosePriority(Group(deny, covered), wanted);
        Assert.Equal(199, choice.Priority);
        Assert.Contains("behind mine", choice.Reason, StringComparison.Ordinal);
        Assert.Equal(190, Effective.ChoosePriority(Group(deny, covered with { Priority = 199 }), wanted).Priority);
        var full = Effective.ChoosePriority(Group(deny with { Priority = 100 }), wanted);
        Assert.Null(full.Priority);
        Assert.Contains("deny", full.Reason, StringComparison.Ordinal);
        // A deny that can't touch the traffic is no bound.
        Assert.Equal(4090, Effective.ChoosePriority(Group(deny with { DestinationPortRanges = ["22"] }), wanted).Priority);
    }

    [Fact]
    public void An_equivalent_rule_is_recognised_whatever_its_name_and_spelling()
    {
        var wanted = Rule("AmlVnet-Scoring", 0, RuleAccess.Allow, "10.9.0.0/24", "10.1.0.200", "80");
        var same = Rule("theirs", 300, RuleAccess.Allow, "x", "x", "80-80") with
        {
            SourceAddressPrefixes = ["10.9.0.0/25", "10.9.0.128/25"],
            DestinationAddressPrefixes = ["10.1.0.200/32"],
            Protocol = "TCP",
        };
        Assert.Equal("theirs", Effective.FindEquivalent(Group(same), wanted)!.Name);
        Assert.Null(Effective.FindEquivalent(Group(same with { Access = RuleAccess.Deny }), wanted));
        Assert.Null(Effective.FindEquivalent(Group(same with { DestinationPortRanges = ["80-81"] }), wanted));
        Assert.Null(Effective.FindEquivalent(Group(same with { Direction = RuleDirection.Outbound }), wanted));
        Assert.Equal(Answer.Yes, Effective.Covers(same with { DestinationPortRanges = ["*"] }, wanted));
    }

    [Fact]
    public void Without_the_networks_ranges_tags_are_compared_by_name()
    {
        var blind = new EffectiveRules(new NetworkSpace());
        Assert.Equal(FlowAccess.Allowed,
            blind.Evaluate(In("VirtualNetwork", "10.1.0.4") with { Destination = "VirtualNetwork" }, Group()).Access);
        Assert.Equal(FlowAccess.Unknown, blind.Evaluate(In("10.1.0.9", "10.1.0.4"), Group()).Access);
        Assert.Equal(FlowAccess.Allowed, blind.Evaluate(Out("AzureActiveDirectory"), Group()).Access);
        var deny = Rule("no", 100, RuleAccess.Deny, "10.0.0.0/8", "*", "*");
        Assert.Equal(FlowAccess.Unknown, blind.Evaluate(In("VirtualNetwork", "VirtualNetwork"), Group(deny)).Access);
    }

    [Fact]
    public void A_thousand_rules_are_worked_out()
    {
        var rules = Enumerable.Range(0, 1000).Select(i => Rule(
            $"r{i}", 100 + i, i % 2 == 0 ? RuleAccess.Deny : RuleAccess.Allow, $"20.{i % 250}.{i / 4 % 250}.0/24", "*", $"{i}-{i + 50}"))
            .ToArray();
        var verdict = Effective.Evaluate(In("Internet", "10.1.0.0/16") with { DestinationPort = "80" }, Group(rules));
        Assert.NotEqual(FlowAccess.Allowed, verdict.Access);
        Assert.NotNull(verdict.DecidingRule);
    }

    [Fact]
    public void Shadows_are_found_among_a_thousand_rules()
    {
        var rules = Enumerable.Range(0, 1000).Select(i => Rule(
            $"r{i}", 100 + i, i % 3 == 0 ? RuleAccess.Deny : RuleAccess.Allow, $"20.{i / 250}.{i % 250}.0/24", "10.1.0.0/16",
            $"{i}-{i + 50}") with
        {
            Protocol = "*",
        }).ToArray();
        var facts = Worlds.Good.WithRules([Rule("deny", 99, RuleAccess.Deny, "20.0.7.0/24", "*", "*") with { Protocol = "*" }, .. rules]);
        var check = Assert.Single(CheckCatalogue.Find("AMLVNET-NSG-006")!.Evaluate(facts));
        Assert.Contains("r7 (priority 107, Allow) has no effect", check.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_prefixes_of_routes_are_in_the_tag_VirtualNetwork()
    {
        var facts = Routed(new RouteFacts("onprem", "192.168.0.0/16", "VirtualNetworkGateway"));
        Assert.Equal(FlowAccess.Allowed, Of(facts, In("192.168.5.0/24", "10.1.0.200")).Access);
        var denied = Of(
            facts, In("192.168.5.0/24", "10.1.0.200"), Rule("no", 200, RuleAccess.Deny, "VirtualNetwork", "*", "80"),
            Rule("yes", 300, RuleAccess.Allow, "*", "*", "*"));
        Assert.Equal(FlowAccess.Denied, denied.Access);
        Assert.Equal("no", denied.DecidingRule!.Name);
    }

    [Theory]
    [InlineData("Internet")]
    [InlineData("VirtualNetwork")]
    public void Behind_a_default_route_a_deny_of_either_tag_is_in_doubt(string tag)
    {
        var facts = Routed(new RouteFacts("default", "0.0.0.0/0", "VirtualAppliance", "10.1.2.4"));
        var deny = Rule("no", 400, RuleAccess.Deny, "*", tag, "*", RuleDirection.Outbound);
        foreach (var destination in new[] { "Internet", "AzureActiveDirectory", "203.0.113.7" })
        {
            var verdict = Of(facts, Out(destination), deny);
            Assert.Equal(FlowAccess.Unknown, verdict.Access);
            Assert.Contains("default route", verdict.Reason, StringComparison.Ordinal);
            Assert.Equal(FlowAccess.Allowed, Of(facts, Out(destination)).Access);
        }

        // What the rules name is the same in both, whatever it is.
        var effective = new EffectiveRules(NetworkSpace.From(facts));
        Assert.Equal(Answer.Yes, effective.Covers(deny, deny with { DestinationPortRanges = ["443"] }));
        Assert.NotNull(effective.FindEquivalent(Group(deny), deny));
    }

    [Fact]
    public void Networks_behind_a_gateway_may_be_in_the_tag_and_the_internet_is_not()
    {
        SubnetFacts gateway = new()
        {
            Id = Worlds.Network.Child("subnets", "GatewaySubnet").ToString(),
            AddressPrefixes = ["10.1.255.0/27"]
        };
        PeeringFacts hub = new() { Name = "hub", State = "Connected", RemoteAddressPrefixes = ["10.2.0.0/16"], UsesRemoteGateways = true };
        foreach (var facts in new[]
        {
            Worlds.Good.WithNetwork(one => one with { Subnets = [.. one.Subnets, gateway] }),
            Worlds.Good.WithNetwork(one => one with { Peerings = [hub] }),
        })
        {
            Assert.Equal(FlowAccess.Unknown, Of(facts, In("192.168.5.0/24", "10.1.0.200")).Access);
            Assert.Equal(FlowAccess.Denied, Of(facts, In("Internet", "10.1.0.200")).Access);
            Assert.Equal(FlowAccess.Denied, Of(facts, Out("AzureActiveDirectory"),
                Rule("no", 400, RuleAccess.Deny, "*", "Internet", "*", RuleDirection.Outbound)).Access);
            var effective = new EffectiveRules(NetworkSpace.From(facts));
            var allow = Rule("yes", 300, RuleAccess.Allow, "192.168.5.0/24", "*", "80");
            Assert.Equal(Answer.Unknown,
                effective.ShadowOf(Group(Rule("no", 200, RuleAccess.Deny, "Internet", "*", "*"), allow), allow).IsShadowed);
        }
    }

    [Theory]
    [InlineData("Connected", null, FlowAccess.Allowed)]
    [InlineData("Connected", false, FlowAccess.Denied)]
    [InlineData("Initiated", true, FlowAccess.Denied)]
    [InlineData("Disconnected", true, FlowAccess.Denied)]
    public void Only_a_peering_that_carries_traffic_is_in_the_tag(string state, bool? access, FlowAccess expected)
    {
        var facts = Worlds.Good.WithNetwork(one => one with
        {
            Peerings = [
                new() { Name = "hub", State = state, AllowsVirtualNetworkAccess = access, RemoteAddressPrefixes = ["10.9.0.0/16"] }],
        }).WithSubnet(one => one with { RouteTable = Known.None<RouteTableFacts>() });
        Assert.Equal(expected, Of(facts, In("10.9.0.0/24", "10.1.0.200")).Access);
    }

    [Fact]
    public void A_default_route_in_halves_puts_the_tag_in_doubt_as_a_whole_one_does_and_one_of_IPv6_does_not()
    {
        RouteFacts[] halves = [new("low", "0.0.0.0/1", "None"), new("high", "128.0.0.0/1", "None")];
        var halved = NetworkSpace.From(Routes(halves));
        Assert.True(halved.HasDefaultRoute);
        Assert.Empty(halved.Routed);
        Assert.False(NetworkSpace.From(Routes(new RouteFacts("six", "::/0", "VirtualAppliance"))).HasDefaultRoute);

        static NetworkFacts Routes(params RouteFacts[] routes) =>
            Worlds.Good.WithSubnet(
                one => one with { RouteTable = new RouteTableFacts { Id = Worlds.RouteTable.ToString(), Routes = routes } });
    }

    [Fact]
    public void A_route_table_that_could_not_be_read_leaves_the_tag_in_doubt()
    {
        var facts = Worlds.Good.WithSubnet(one => one with { RouteTable = Known.Unknown<RouteTableFacts>("no permission") });
        Assert.Equal(FlowAccess.Unknown, Of(facts, In("192.168.5.0/24", "10.1.0.200")).Access);
        Assert.Equal(FlowAccess.Allowed, Of(facts, In("10.2.0.0/24", "10.1.0.200")).Access);
    }

    private static FlowVerdict Of(NetworkFacts facts, NetworkFlow flow, params SecurityRuleFacts[] rules) =>
        new EffectiveRules(NetworkSpace.From(facts)).Evaluate(flow, Group(rules));

    private static NetworkFacts Routed(RouteFacts route) =>
        Worlds.Good.WithSubnet(
            one => one with { RouteTable = new RouteTableFacts { Id = Worlds.RouteTable.ToString(), Routes = [route] } });

    private static NetworkFlow In(string source, string destination) =>
        new() { Direction = RuleDirection.Inbound, Source = source, Destination = destination, DestinationPort = "80" };

    private static NetworkFlow Out(string destination) =>
        new() { Direction = RuleDirection.Outbound, Source = "10.1.0.0/24", Destination = destination, DestinationPort = "443" };

    private static NetworkSecurityGroupFacts Group(params SecurityRuleFacts[] rules) =>
        new() { Id = Worlds.SecurityGroup.ToString(), Rules = rules };

    private static SecurityRuleFacts Rule(
        string name, int priority, RuleAccess access, string source, string destination, string port,
        RuleDirection direction = RuleDirection.Inbound) => new()
        {
            Name = name,
            Priority = priority,
            Direction = direction,
            Access = access,
            Protocol = "Tcp",
            SourceAddressPrefixes = [source],
            DestinationAddressPrefixes = [destination],
            DestinationPortRanges = [port],
        };
}
