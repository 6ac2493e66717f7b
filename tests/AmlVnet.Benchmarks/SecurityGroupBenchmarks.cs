using System.Globalization;
using AmlVnet.Core.Addressing;
using AmlVnet.Core.Facts;
using AmlVnet.Core.Security;
using BenchmarkDotNet.Attributes;

namespace AmlVnet.Benchmarks;

/// <summary>How the evaluation of a network security group grows with its rules.
/// Read the Ratio column; the times are this machine's.</summary>
[ShortRunJob]
public class SecurityGroupBenchmarks
{
    private static readonly EffectiveRules Rules = new(new NetworkSpace { VirtualNetwork = [Ipv4Prefix.Parse("10.0.0.0/8")] });
    private static readonly NetworkFlow Flow = new()
    {
        Direction = RuleDirection.Inbound,
        Source = "Internet",
        Destination = "10.1.0.97",
        DestinationPort = "443"
    };
    private static readonly NetworkSecurityGroupFacts Ten = Group(10);
    private static readonly NetworkSecurityGroupFacts Hundred = Group(100);
    private static readonly NetworkSecurityGroupFacts Thousand = Group(1000);

    [Benchmark(Baseline = true)]
    public FlowVerdict TenRules() => Rules.Evaluate(Flow, Ten);

    [Benchmark]
    public FlowVerdict HundredRules() => Rules.Evaluate(Flow, Hundred);

    [Benchmark]
    public FlowVerdict ThousandRules() => Rules.Evaluate(Flow, Thousand);

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
