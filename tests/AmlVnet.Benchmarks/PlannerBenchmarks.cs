using AmlVnet.Core.Checks;
using AmlVnet.Core.Facts;
using AmlVnet.Core.Proposals;
using BenchmarkDotNet.Attributes;

namespace AmlVnet.Benchmarks;

/// <summary>Proposing address settings in an empty and in a crowded network.</summary>
[ShortRunJob]
public class PlannerBenchmarks
{
    private static readonly AksNetworkPlanRequest Empty = Request([]);
    private static readonly AksNetworkPlanRequest Crowded = Request([.. Enumerable.Range(0, 200).Select(static i => $"10.{i}.0.0/16")]);

    [Benchmark(Baseline = true)]
    public AksNetworkPlan EmptyNetwork() => CheckedPlan.Propose(Empty);

    [Benchmark]
    public AksNetworkPlan TwoHundredReservedRanges() => CheckedPlan.Propose(Crowded);

    private static AksNetworkPlanRequest Request(string[] reserved) => new()
    {
        Facts = new NetworkFacts
        {
            Settings = new AddressSettings { ReservedAddressPrefixes = reserved },
            VirtualNetwork = new VirtualNetworkFacts { AddressPrefixes = ["10.240.0.0/16"] },
            Subnet = new SubnetFacts { AddressPrefixes = ["10.240.0.0/20"] },
        },
    };
}
