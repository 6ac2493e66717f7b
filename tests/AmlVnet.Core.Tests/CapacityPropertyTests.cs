using System.Globalization;
using AmlVnet.Core.Addressing;
using FsCheck;
using FsCheck.Xunit;

namespace AmlVnet.Core.Tests;

/// <summary>What a cluster needs at most, against a model that counts one node and one address after the other.</summary>
public sealed class CapacityPropertyTests
{
    private static readonly string?[] Surges = [null, "", "0", "1", "2", "5", "1%", "10%", "33%", "50%", "99%", "100%"];

    [Property(MaxTest = 500)]
    public bool A_pod_CIDR_is_enough_exactly_when_each_node_gets_its_own_24(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var pools = Pools(random);
        var length = random.Next(14, 27);
        var range = Ipv4Prefix.Around(Ipv4Prefix.Parse("10.128.0.0/9").At(random.Next(1 << 20)), length);
        var facts = Worlds.Good.WithPools(pools).WithCluster(one => one with { NetworkPluginMode = "overlay", PodCidr = range.ToString() });

        // Each /24 of the range, one by one.
        var blocks = 0;
        for (long at = 0; at + 256 <= range.Count; at += 256)
            blocks++;
        var status = CheckCatalogue.Find("AMLVNET-PODS-001")!.Evaluate(facts).Single().Status;
        return status == (pools.Sum(Nodes) <= blocks ? CheckStatus.Passed : CheckStatus.Failed);
    }

    [Property(MaxTest = 500)]
    public bool A_subnet_is_enough_exactly_when_all_its_ranges_have_the_addresses_in_any_order(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var pools = Pools(random);
        var ranges = Ranges(random);
        var isFlat = random.Next(2) == 0;
        var now = pools.Sum(pool => pool.Count!.Value * PerNode(pool));
        var usable = ranges.Sum(Usable);
        var others = random.Next(0, 20);
        var facts = Worlds.Good.WithPools(pools)
            .WithCluster(one => one with { NetworkPluginMode = isFlat ? null : "overlay", PodCidr = "10.128.0.0/9" })
            .WithNetwork(one => one with { AddressPrefixes = ["10.1.0.0/16"] });

        // The load balancer of the good world has its address already.
        var needed = pools.Sum(pool => Nodes(pool) * PerNode(pool)) - now;
        var wanted = usable - (now + others) >= needed ? CheckStatus.Passed : CheckStatus.Failed;
        if (now + others > usable)
            return true;
        return new[] { ranges, [.. ranges.Reverse()], [.. ranges.OrderBy(range => range.First.Value)] }.All(order =>
            Check(facts, order, now + others, null) == wanted && Check(facts, order, now + others, (int)now) == wanted);

        long PerNode(AgentPoolFacts pool) => isFlat ? pool.MaxPods!.Value + 1 : 1;
    }

    [Property(MaxTest = 300)]
    public bool A_surge_is_its_share_of_the_pool_at_its_largest_rounded_up_and_no_more_than_the_pool(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var nodes = random.Next(0, 1001);
        var percent = random.Next(0, 101);
        var count = random.Next(0, 1001);
        return SubnetSizing.SurgeNodes($"{percent}%", nodes) == (int)Math.Ceiling((decimal)nodes * percent / 100)
            && SubnetSizing.SurgeNodes(count.ToString(CultureInfo.InvariantCulture), nodes) == Math.Min(count, nodes)
            && SubnetSizing.SurgeNodes(null, nodes) == Math.Min(1, nodes)
            && SubnetSizing.SurgeNodes("many", nodes) is null;
    }

    [Property(MaxTest = 300)]
    public bool Nothing_that_a_pool_does_not_say_makes_a_rule_pass(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var pools = Pools(random);
        var at = random.Next(pools.Length);
        pools[at] = random.Next(4) switch
        {
            0 => pools[at] with { Count = null },
            1 => pools[at] with { AutoScales = true, MaxCount = null },
            2 => pools[at] with { MaxSurge = "some", Priority = null },
            _ => pools[at] with { SubnetId = null },
        };
        var facts = Worlds.Good.WithPools(pools);
        return CheckCatalogue.Find("AMLVNET-SUBNET-001")!.Evaluate(facts).Single().Status is CheckStatus.Unknown or CheckStatus.Failed;
    }

    [Theory]
    [InlineData(true, CheckStatus.Passed)]
    [InlineData(false, CheckStatus.Failed)]
    public void The_address_that_the_internal_load_balancer_is_to_take_counts_until_it_is_taken(bool isTaken, CheckStatus expected)
    {
        AgentPoolFacts[] pools = [Worlds.Pool with { Count = 3, MaxPods = 30, MaxSurge = "1" }];
        var facts = Worlds.Good.WithPools(pools).WithCompute(
            static one => one with { LoadBalancerType = LoadBalancerType.InternalLoadBalancer, LoadBalancerSubnet = null });
        if (!isTaken)
            facts = facts with { LoadBalancers = Known.Of<IReadOnlyList<LoadBalancerFacts>>([Worlds.Good.LoadBalancers.Value![0]]) };

        // One node more of an upgrade, and nothing beside: 31 of the 251 that a /24 has.
        Assert.Equal(expected, Check(facts, [Ipv4Prefix.Parse("10.1.0.0/24")], 251 - 31, 93));
    }

    private static CheckStatus Check(NetworkFacts facts, Ipv4Prefix[] ranges, long used, int? own) =>
        CheckCatalogue.Find("AMLVNET-SUBNET-001")!.Evaluate(facts with
        {
            Subnet = facts.Subnet.Value! with
            {
                AddressPrefixes = [.. ranges.Select(range => range.ToString()), "fd00::/64"],
                UsedAddressCount = (int)used,
                NodeAddressCount = own,
            },
        }).Single().Status;

    private static AgentPoolFacts[] Pools(Random random) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(i =>
    {
        var count = random.Next(0, 8);
        var scales = random.Next(2) == 0;
        return Worlds.Pool with
        {
            Name = "p" + i,
            Count = count,
            AutoScales = scales,
            MaxCount = scales ? count + random.Next(0, 12) : null,
            MaxPods = random.Next(10, 60),
            MaxSurge = Surges[random.Next(Surges.Length)],
            Priority = random.Next(5) == 0 ? "Spot" : null,
        };
    })];

    // The pool at its largest, and its extra nodes; one after the other.
    private static int Nodes(AgentPoolFacts pool)
    {
        var most = 0;
        while (most < Math.Max(pool.Count!.Value, pool.MaxCount ?? 0))
            most++;
        if (pool.Priority == "Spot")
            return most;
        var text = string.IsNullOrEmpty(pool.MaxSurge) ? "1" : pool.MaxSurge;
        var extra = 0;
        while (extra < most && (text.EndsWith('%')
            ? extra * 100 < most * int.Parse(text[..^1], CultureInfo.InvariantCulture)
            : extra < int.Parse(text, CultureInfo.InvariantCulture)))
            extra++;
        return most + extra;
    }

    // Ranges that do not touch each other.
    private static Ipv4Prefix[] Ranges(Random random) => [.. Enumerable.Range(0, random.Next(1, 4))
        .Select(i => Ipv4Prefix.Around(Ipv4Prefix.Parse("10.1.0.0/16").At(i * 4096L), random.Next(21, 30)))];

    // Azure keeps the first four addresses and the last one.
    private static long Usable(Ipv4Prefix range)
    {
        var usable = 0L;
        for (long at = 0; at < range.Count; at++)
            if (at >= 4 && at < range.Count - 1)
                usable++;
        return usable;
    }
}
