using AmlVnet.Core.Addressing;
using AmlVnet.Core.Proposals;
using FsCheck;
using FsCheck.Xunit;

namespace AmlVnet.Core.Tests;

public sealed class AksNetworkPlannerTests
{
    private static readonly Ipv4Prefix[] Private =
        [Ipv4Prefix.Parse("10.0.0.0/8"), Ipv4Prefix.Parse("172.16.0.0/12"), Ipv4Prefix.Parse("192.168.0.0/16"),
            Ipv4Prefix.Parse("100.64.0.0/10")];

    [Fact]
    public void The_how_to_s_network_gets_the_how_to_s_values()
    {
        var plan = Plan(new() { VirtualNetwork = Worlds.GoodNetwork, Subnet = Worlds.GoodSubnet });
        Assert.Equal("10.0.0.0/16", plan.ServiceCidr);
        Assert.Equal("10.0.0.10", plan.DnsServiceIP);
        Assert.Equal("172.17.0.1/16", plan.DockerBridgeCidr);
        Assert.Equal(Worlds.Subnet.ToString(), plan.SubnetId);
        Assert.Equal("eastus2", plan.Location);
        Assert.True(plan.IsUsable);
        Assert.Equal(["ServiceCidr", "DnsServiceIP", "DockerBridgeCidr", "Capacity"], plan.Reason.Select(one => one.Name));
        Assert.All(plan.Reason, one => Assert.DoesNotContain('\n', one.Text));
    }

    [Fact]
    public void A_network_of_10_0_0_0_8_gets_a_range_outside_of_it()
    {
        var plan = Plan(Typed("10.0.0.0/8", "10.240.0.0/16"));
        Assert.Equal("172.16.0.0/16", plan.ServiceCidr);
        Assert.Equal("172.16.0.10", plan.DnsServiceIP);
        Assert.Equal("172.17.0.1/16", plan.DockerBridgeCidr);
        Assert.All(plan.Checks, check => Assert.True(check.Status is CheckStatus.Passed or CheckStatus.NotApplicable, check.ToString()));
        Assert.Contains("10.0.0.0/8", plan.Reason[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_values_that_are_given_are_kept_and_checked()
    {
        var plan = Plan(Typed("10.0.0.0/8", "10.240.0.0/16") with { Settings = new() { ServiceCidr = "10.0.0.0/16" } });
        Assert.Equal("10.0.0.0/16", plan.ServiceCidr);
        Assert.Equal("10.0.0.10", plan.DnsServiceIP);
        Assert.False(plan.IsUsable);
        Assert.Contains(plan.Checks, check => check is { Id: "AMLVNET-CIDR-002", Status: CheckStatus.Failed });
        var dns = Plan(Typed("10.1.0.0/16", "10.1.0.0/24") with { Settings = new() { DnsServiceIP = "10.9.0.53" } });
        Assert.Equal("10.9.0.0/16", dns.ServiceCidr);
        Assert.True(dns.IsUsable);
        var bridge = Plan(Typed("10.1.0.0/16", "10.1.0.0/24") with { Settings = new() { DockerBridgeCidr = "10.0.5.1/24" } });
        Assert.Equal("10.2.0.0/16", bridge.ServiceCidr);
        Assert.Equal("10.0.5.1/24", bridge.DockerBridgeCidr);
        Assert.True(bridge.IsUsable);
    }

    [Fact]
    public void Peerings_reserved_ranges_and_pods_are_avoided()
    {
        var facts = new NetworkFacts
        {
            VirtualNetwork =
                Worlds.GoodNetwork with { Peerings = [new() { Name = "hub", RemoteAddressPrefixes = ["10.0.0.0/16", "10.2.0.0/15"] }] },
            Subnet = Worlds.GoodSubnet,
            Settings = new() { PodCidr = "10.4.0.0/16", ReservedAddressPrefixes = ["172.16.0.0/14"] },
        };
        var plan = Plan(facts);
        Assert.Equal("10.5.0.0/16", plan.ServiceCidr);
        Assert.Equal("172.20.0.1/16", plan.DockerBridgeCidr);
        Assert.True(plan.IsUsable);
        Assert.Equal(["10.0.0.0/16", "10.2.0.0/15"], plan.PeeredAddressPrefix);
    }

    [Fact]
    public void A_subnet_that_is_too_small_is_said_so_with_the_length_that_fits()
    {
        var plan = CheckedPlan.Propose(new() { Facts = Typed("10.1.0.0/16", "10.1.0.0/24"), AgentCount = 50 });
        // Azure's own example: 50 nodes and one more, 30 pods each, take 1,581 addresses, which a /21 has.
        Assert.Equal(1582, plan.Capacity!.NeededCount);
        Assert.False(plan.Capacity.Fits);
        Assert.Equal(21, plan.Capacity.FittingPrefixLength);
        var check = Assert.Single(plan.Checks, check => check.Id == "AMLVNET-SUBNET-001");
        Assert.Equal(CheckStatus.Failed, check.Status);
        Assert.Equal("New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/21 -AgentCount 50",
            check.Recommendation);
        var overlay = CheckedPlan.Propose(new() { Facts = Typed("10.1.0.0/16", "10.1.0.0/24"), AgentCount = 50, MaxPodsPerNode = 0 });
        Assert.Equal(52, overlay.Capacity!.NeededCount);
        Assert.True(overlay.Capacity.Fits);
    }

    [Fact]
    public void Without_a_subnet_one_that_fits_is_proposed()
    {
        var plan = Plan(
            new()
            {
                VirtualNetwork =
                new VirtualNetworkFacts { AddressPrefixes = ["10.1.0.0/16"], Subnets = [new() { AddressPrefixes = ["10.1.0.0/24"] }] }
            });
        Assert.Equal(["10.1.1.0/24"], plan.SubnetAddressPrefix);
        Assert.True(plan.Capacity!.Fits);
        Assert.True(plan.IsUsable);
    }

    [Fact]
    public void A_plan_checked_again_gives_the_same()
    {
        var plan = Plan(Typed("10.0.0.0/8", "10.240.0.0/16"));
        var again = CheckCatalogue.Run(AksNetworkPlanner.FactsOf(plan), CheckStage.Offline);
        Assert.DoesNotContain(again, check => check.Status is CheckStatus.Failed or CheckStatus.Unknown);
        Assert.Equal(plan.ToString(), Plan(Typed("10.0.0.0/8", "10.240.0.0/16")).ToString());
    }

    [Theory]
    [InlineData("10.0.0.10", "10.0.0.0/8", "10.240.0.0/16", "10.0.0.0/27 around it overlaps virtual network range 10.0.0.0/8")]
    [InlineData("10.0.0.1", "10.1.0.0/16", "10.1.0.0/24", "at the edge of every range")]
    [InlineData("8.8.8.8", "10.1.0.0/16", "10.1.0.0/24", "not a private address")]
    public void A_DNS_address_that_cannot_be_used_is_named_as_the_reason(string dns, string network, string subnet, string reason)
    {
        var plan = Plan(Typed(network, subnet) with { Settings = new() { DnsServiceIP = dns } });
        Assert.Null(plan.ServiceCidr);
        Assert.False(plan.IsUsable);
        Assert.Contains(dns, plan.Reason[0].Text, StringComparison.Ordinal);
        Assert.Contains(reason, plan.Reason[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_reason_names_what_decided()
    {
        var unreadable = Plan(Typed("10.1.0.0/16", "10.1.0.0/24") with { Settings = new() { DnsServiceIP = "abc" } });
        Assert.DoesNotContain("abc", unreadable.Reason[0].Text, StringComparison.Ordinal);
        var bridged = Plan(Typed("10.1.0.0/16", "10.1.0.0/24") with { Settings = new() { DockerBridgeCidr = "10.0.0.1/8" } });
        Assert.Contains("10.0.0.0/16 overlaps virtual network", Plan(Typed("10.0.0.0/15", "10.1.0.0/24")).Reason[0].Text,
            StringComparison.Ordinal);
        Assert.Contains("10.0.0.0/16 overlaps Docker bridge 10.0.0.1/8.", bridged.Reason[0].Text, StringComparison.Ordinal);
        Assert.NotNull(bridged.ServiceCidr);
    }

    [Fact]
    public void A_peering_that_could_not_be_read_stays_unknown_when_the_plan_is_checked_again()
    {
        var plan = Plan(new()
        {
            VirtualNetwork = Worlds.GoodNetwork with { Peerings = [new() { Name = "ghost", State = "Connected" }] },
            Subnet = Worlds.GoodSubnet,
        });
        Assert.Equal(["ghost"], plan.UnreadPeering);
        foreach (var checks in new[] { plan.Checks, CheckCatalogue.Run(AksNetworkPlanner.FactsOf(plan), CheckStage.Offline) })
            Assert.All(checks.Where(check => check.Id is "AMLVNET-CIDR-003" or "AMLVNET-CIDR-009"), check =>
            {
                Assert.Equal(CheckStatus.Unknown, check.Status);
                Assert.Contains("ghost", check.Evidence, StringComparison.Ordinal);
            });
    }

    [Fact]
    public void Where_nothing_is_free_no_plan_is_recommended()
    {
        var plan = Plan(Typed("10.1.0.0/16", "10.1.0.0/24") with
        {
            Settings = new() { ReservedAddressPrefixes = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"] },
        });
        var failed = plan.Checks.Where(check => check.Status == CheckStatus.Failed).ToArray();
        Assert.NotEmpty(failed);
        Assert.All(failed, check => Assert.Null(check.Recommendation));
    }

    [Fact]
    public void Nothing_free_is_said_and_not_made_up()
    {
        var plan = Plan(Typed("10.0.0.0/8", "10.240.0.0/16") with
        {
            Settings = new() { ReservedAddressPrefixes = ["172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"] },
        });
        Assert.Null(plan.ServiceCidr);
        Assert.Null(plan.DnsServiceIP);
        Assert.Null(plan.DockerBridgeCidr);
        Assert.False(plan.IsUsable);
        Assert.Contains("no private range", plan.Reason[0].Text, StringComparison.Ordinal);
    }

    /// <summary>All but a small hole of the private ranges is taken, and the hole in part: what brute force finds there,
    /// the planner must find.</summary>
    [Property(MaxTest = 400)]
    public bool The_planner_finds_a_place_whenever_brute_force_does(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var hole = Ipv4Prefix.Around(Ipv4Prefix.Parse("10.0.0.0/8").At(random.Next(1 << 24)), random.Next(23, 28));
        var inside = Enumerable.Range(0, random.Next(0, 7))
            .Select(_ => Ipv4Prefix.Around(hole.At(random.Next((int)hole.Count)), random.Next(hole.Length + 1, 33))).ToArray();
        Ipv4Prefix[] taken = [.. Private.SelectMany(space => Without(space, hole)), .. inside];
        var plan = Plan(new()
        {
            VirtualNetwork = new VirtualNetworkFacts { AddressPrefixes = ["8.0.0.0/16"] },
            Subnet = new SubnetFacts { AddressPrefixes = ["8.0.0.0/24"] },
            Settings = new() { ReservedAddressPrefixes = [.. taken.Select(range => range.ToString())] },
        });
        var services = Brute(hole, 27, taken).ToArray();
        var pairs = services.Any(service => Brute(hole, 28, [.. taken, service]).Any());
        return (plan.ServiceCidr is not null) == (services.Length > 0) && (!pairs || plan.IsUsable)
            && (pairs || plan.DockerBridgeCidr is null || services.Length == 0);
    }

    [Property(MaxTest = 400)]
    public bool A_plan_overlaps_none_of_its_inputs_and_passes_its_checks(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        Ipv4Prefix Any(int shortest, int longest)
        {
            var space = Private[random.Next(Private.Length)];
            return Ipv4Prefix.Around(space.At((long)(random.NextDouble() * space.Count)),
                random.Next(Math.Max(space.Length, shortest), longest + 1));
        }

        Ipv4Prefix network;
        do
            network = Any(9, 22);
        while (ForbiddenRanges.All.Any(network.Overlaps));
        var subnet = Ipv4Prefix.Around(network.First, Math.Min(24, network.Length + 2));
        string[] peers = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Any(8, 28).ToString())];
        string[] reserved = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Any(8, 28).ToString())];
        var plan = Plan(new()
        {
            VirtualNetwork = new VirtualNetworkFacts
            {
                AddressPrefixes = [network.ToString()],
                Subnets = [new() { AddressPrefixes = [subnet.ToString()] }],
                Peerings = peers.Length == 0 ? [] : [new() { Name = "p", RemoteAddressPrefixes = peers }],
            },
            Subnet = new SubnetFacts { AddressPrefixes = [subnet.ToString()] },
            Settings = new() { ReservedAddressPrefixes = reserved },
        });
        if (plan.ServiceCidr is null)
            return true;
        var service = Ipv4Prefix.Parse(plan.ServiceCidr);
        var bridge = Ipv4Interface.Parse(plan.DockerBridgeCidr).Prefix;
        Ipv4Prefix[] inputs = [network, subnet, .. peers.Concat(reserved).Select(Ipv4Prefix.Parse), .. ForbiddenRanges.All];
        return plan.IsUsable && !inputs.Any(service.Overlaps) && !inputs.Any(bridge.Overlaps) && !service.Overlaps(bridge);
    }

    private static AksNetworkPlan Plan(NetworkFacts facts) => CheckedPlan.Propose(new() { Facts = facts });

    private static NetworkFacts Typed(string network, string subnet) => new()
    {
        VirtualNetwork = new VirtualNetworkFacts { AddressPrefixes = [network] },
        Subnet = new SubnetFacts { AddressPrefixes = [subnet] },
    };

    // The fewest ranges that cover a space but for a hole: the other half at each level.
    private static IEnumerable<Ipv4Prefix> Without(Ipv4Prefix space, Ipv4Prefix hole)
    {
        if (!space.Contains(hole))
            return [space];
        return Enumerable.Range(space.Length + 1, hole.Length - space.Length)
            .Select(length => Ipv4Prefix.Around(new(hole.First.Value ^ (1u << (32 - length))), length));
    }

    private static IEnumerable<Ipv4Prefix> Brute(Ipv4Prefix hole, int longest, Ipv4Prefix[] taken)
    {
        for (var length = hole.Length; length <= longest; length++)
            for (long at = 0; at < hole.Count; at += 1L << (32 - length))
                if (Ipv4Prefix.Around(hole.At(at), length) is var candidate && !taken.Any(candidate.Overlaps))
                    yield return candidate;
    }
}
