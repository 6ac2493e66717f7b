using System.Globalization;
using AmlVnet.Core.Addressing;
using AmlVnet.Core.Facts;
using AmlVnet.Core.Security;
using BenchmarkDotNet.Attributes;

namespace AmlVnet.Benchmarks;

/// <summary>How the evaluation of flows grows with the rules and with the flows. Read how the rows stand to one another: the work is to grow
/// with the product; the times are this machine's.</summary>
[ShortRunJob]
[MemoryDiagnoser]
public class SecurityGroupBenchmarks
{
    private static readonly EffectiveRules Effective = new(new NetworkSpace { VirtualNetwork = [Ipv4Prefix.Parse("10.0.0.0/8")] });
    private NetworkSecurityGroupFacts _group = null!;
    private NetworkFlow[] _flows = null!;

    [Params(10, 100, 1000)]
    public int Rules { get; set; }

    [Params(1, 1000)]
    public int Flows { get; set; }

    [GlobalSetup]
    public void MakeGroup()
    {
        _group = Group(Rules);
        // From an address of nobody's, so that every rule is looked at.
        _flows = [.. Enumerable.Range(0, Flows).Select(static i => new NetworkFlow
        {
            Direction = RuleDirection.Inbound,
            Source = string.Create(CultureInfo.InvariantCulture, $"203.0.113.{i % 250}"),
            Destination = "10.1.0.97",
            DestinationPort = "443",
        })];
    }

    [Benchmark]
    public int Evaluate() => _flows.Count(flow => Effective.Evaluate(flow, _group).Access == FlowAccess.Allowed);

    private static NetworkSecurityGroupFacts Group(int count) => new()
    {
        Id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n",
        Rules = [.. Enumerable.Range(0, count).Select(static i => new SecurityRuleFacts
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"rule{i}"),
            Priority = 100 + i,
            Direction = RuleDirection.Inbound,
            Access = i % 3 == 0 ? RuleAccess.Deny : RuleAccess.Allow,
            Protocol = "Tcp",
            SourceAddressPrefixes = [string.Create(CultureInfo.InvariantCulture, $"198.51.{i % 200}.0/24")],
            DestinationAddressPrefixes = ["10.1.0.0/16"],
            DestinationPortRanges = [string.Create(CultureInfo.InvariantCulture, $"{i}-{i + 50}")],
        })],
    };
}
