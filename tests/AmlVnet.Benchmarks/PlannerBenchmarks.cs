using AmlVnet.Core.Checks;
using AmlVnet.Core.Facts;
using AmlVnet.Core.Proposals;
using BenchmarkDotNet.Attributes;

namespace AmlVnet.Benchmarks;

/// <summary>How the proposing of address settings grows with what is reserved. Read how the rows stand to one another: ten times the ranges
/// are to take about ten times as long; the times are this machine's.</summary>
[ShortRunJob]
[MemoryDiagnoser]
public class PlannerBenchmarks
{
    private AksNetworkPlanRequest _request = null!;

    [Params(20, 200, 2000)]
    public int ReservedRanges { get; set; }

    [GlobalSetup]
    public void MakeNetwork() => _request = new()
    {
        Facts = new NetworkFacts
        {
            Settings = new AddressSettings
            {
                ReservedAddressPrefixes = [.. Enumerable.Range(0, ReservedRanges).Select(static i => $"10.{i / 16}.{i % 16 * 16}.0/20")],
            },
            VirtualNetwork = new VirtualNetworkFacts { AddressPrefixes = ["10.240.0.0/16"] },
            Subnet = new SubnetFacts { AddressPrefixes = ["10.240.0.0/20"] },
        },
    };

    [Benchmark]
    public AksNetworkPlan Propose() => CheckedPlan.Propose(_request);
}
