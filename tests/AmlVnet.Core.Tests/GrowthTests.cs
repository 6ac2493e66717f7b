using System.Collections;
using AmlVnet.Core.Addressing;
using AmlVnet.Core.Proposals;
using AmlVnet.Core.Security;

namespace AmlVnet.Core.Tests;

/// <summary>Work that grows with its input and no faster: counted, never timed (the times are in tests/AmlVnet.Benchmarks).</summary>
public sealed class GrowthTests
{
    [Fact]
    public void Eight_times_the_reserved_ranges_are_eight_times_the_work()
    {
        var (few, many) = (Plan(250), Plan(2000));
        Assert.InRange((double)many.Bytes / few.Bytes, 0, 10);
        Assert.InRange((double)many.Reads / few.Reads, 0, 10);
    }

    [Fact]
    public void Eight_times_the_rules_and_eight_times_the_flows_are_sixty_four_times_the_work()
    {
        var (few, many) = (Evaluate(50), Evaluate(400));
        Assert.InRange((double)many.Reads / few.Reads, 0, 70);
        Assert.InRange((double)many.Bytes / few.Bytes, 0, 70);
    }

    private static (long Bytes, long Reads) Plan(int count)
    {
        var reserved = new Counted<string>([.. Enumerable.Range(0, count).Select(static i => $"10.{i / 16}.{i % 16 * 16}.0/20")]);
        var request = new AksNetworkPlanRequest
        {
            Facts = new NetworkFacts
            {
                Settings = new AddressSettings { ReservedAddressPrefixes = reserved },
                VirtualNetwork = new VirtualNetworkFacts { AddressPrefixes = ["10.240.0.0/16"] },
                Subnet = new SubnetFacts { AddressPrefixes = ["10.240.0.0/20"] },
            },
        };
        return (BytesOf(() => Assert.True(CheckedPlan.Propose(request).IsUsable)), reserved.Reads);
    }

    private static (long Bytes, long Reads) Evaluate(int count)
    {
        var rules = new Counted<SecurityRuleFacts>([.. Enumerable.Range(0, count).Select(static i => SecurityRuleFacts.Of(
            $"rule{i}", 100 + i, RuleDirection.Inbound, RuleAccess.Deny, $"198.51.{i % 200}.0/24", "10.1.0.0/16"))]);
        var group = new NetworkSecurityGroupFacts { Id = "nsg", Rules = rules };
        var effective = new EffectiveRules(new NetworkSpace { VirtualNetwork = [Ipv4Prefix.Parse("10.0.0.0/8")] });
        var bytes = BytesOf(() =>
        {
            for (var i = 0; i < count; i++)
                Assert.Equal(FlowAccess.Denied, effective.Evaluate(new NetworkFlow
                {
                    Direction = RuleDirection.Inbound,
                    Source = $"203.0.113.{i % 250}",
                    Destination = "10.1.0.97",
                    DestinationPort = "443",
                }, group).Access);
        });
        return (bytes, rules.Reads);
    }

    private static long BytesOf(Action work)
    {
        // What is made once is made before.
        work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>A list that counts how often an element is read.</summary>
    private sealed class Counted<T>(T[] items) : IReadOnlyList<T>
    {
        internal long Reads { get; private set; }

        public int Count => items.Length;

        public T this[int index]
        {
            get
            {
                Reads++;
                return items[index];
            }
        }

        public IEnumerator<T> GetEnumerator()
        {
            foreach (var item in items)
            {
                Reads++;
                yield return item;
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
