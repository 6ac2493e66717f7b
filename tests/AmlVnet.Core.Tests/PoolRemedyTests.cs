using System.Globalization;
using System.Text.RegularExpressions;
using AmlVnet.Core.Addressing;
using FsCheck;
using FsCheck.Xunit;

namespace AmlVnet.Core.Tests;

/// <summary>
/// The Azure CLI's commands that the rules about nodes and pods recommend, carried out on the facts as the service would on the cluster:
/// afterwards the rule passes. A form that this test does not know fails it.
/// </summary>
public sealed partial class PoolRemedyTests
{
    private static readonly string[] Ids =
        ["AMLVNET-SUBNET-001", "AMLVNET-PODS-001", "AMLVNET-PODS-002", "AMLVNET-PODS-003", "AMLVNET-COMPUTE-001", "AMLVNET-COMPUTE-002"];

    [Property(MaxTest = 600)]
    public bool What_is_recommended_makes_the_rule_pass(DoNotSize<int> seed)
    {
        var facts = World(new Random(seed.Item));
        foreach (var id in Ids)
        {
            foreach (var broken in CheckCatalogue.Find(id)!.Evaluate(facts)
                .Where(check => check.Status == CheckStatus.Failed && check.Recommendation is not null))
            {
                var after = broken.Recommendation!.Split("; ").Aggregate(facts, Carry);
                var left = CheckCatalogue.Find(id)!.Evaluate(after)
                    .Where(check => check.Status is CheckStatus.Failed or CheckStatus.Unknown).ToArray();
                // What no command can do is said.
                if (broken.Evidence.Contains("and delete it.", StringComparison.Ordinal))
                    left = [.. left.Where(check => check.Target != broken.Target)];
                Assert.True(left.Length == 0,
                    $"{broken}\n{broken.Recommendation}\n{string.Join("\n", left.Select(check => check.ToString()))}");
            }
        }

        return true;
    }

    private static NetworkFacts World(Random random)
    {
        var pods = Worlds.Network.Child("subnets", "pods").ToString();
        var kind = random.Next(4);
        var pools = Enumerable.Range(0, random.Next(1, 4)).Select(i =>
        {
            var count = random.Next(1, 6);
            var scales = random.Next(3) > 0;
            return Worlds.Pool with
            {
                Name = "p" + i,
                Count = count,
                VmSize = random.Next(2) == 0 ? "Standard_D2s_v5" : "Standard_D4s_v5",
                AutoScales = scales,
                MinCount = scales ? random.Next(1, count + 1) : null,
                MaxCount = scales ? count + random.Next(0, 40) : null,
                MaxPods = random.Next(10, 60),
                MaxSurge = random.Next(3) switch { 0 => null, 1 => "33%", _ => random.Next(1, 5).ToString(CultureInfo.InvariantCulture) },
                Mode = i > 0 && random.Next(2) == 0 ? "User" : "System",
                PodSubnetId = kind == 3 ? pods : null,
            };
        }).ToArray();
        var isFlat = kind is 0 or 3;
        var used = pools.Sum(pool => pool.Count!.Value * (kind == 0 ? pool.MaxPods!.Value + 1 : 1));
        var length = random.Next(22, 29);
        while (SubnetSizing.Usable(length) < used)
            length--;
        return Worlds.Good.WithPools(pools)
            .WithCluster(one => one with
            {
                NetworkPlugin = kind == 2 ? "kubenet" : "azure",
                NetworkPluginMode = kind == 1 ? "overlay" : null,
                PodCidr = isFlat ? null : $"10.128.0.0/{random.Next(15, 24)}",
            })
            .WithSubnet(one => one with
            {
                AddressPrefixes = [Ipv4Prefix.Around(Ipv4Prefix.Parse("10.1.0.0/16").First, length).ToString()],
                UsedAddressCount = used,
                NodeAddressCount = used,
            })
            .WithNetwork(one => one with { Subnets = [one.Subnets[0], one.Subnets[1] with { AddressPrefixes = ["10.1.128.0/28"] }] }) with
        {
            PodSubnets = kind == 3 ? [new SubnetFacts { Id = pods, AddressPrefixes = [$"10.1.192.0/{random.Next(22, 29)}"] }] : [],
        };
    }

    private static NetworkFacts Carry(NetworkFacts facts, string command)
    {
        var words = Word().Matches(command)
            .Select(static match => match.Groups["quoted"].Success ? match.Groups["quoted"].Value : match.Value).ToArray();
        string? Option(string name) => Array.IndexOf(words, name) is >= 0 and var at ? words[at + 1] : null;
        int Number(string name) => int.Parse(Option(name)!, CultureInfo.InvariantCulture);
        string[] List(string name) => [.. words.Skip(Array.IndexOf(words, name) + 1).TakeWhile(static word => !word.StartsWith('-'))];
        NetworkFacts Pool(Func<AgentPoolFacts, AgentPoolFacts> change) =>
            facts.WithPools(
                [.. facts.Cluster.Value!.AgentPools.Value!.Select(pool => pool.Name == Option("--name") ? change(pool) : pool)]);

        switch (string.Join(' ', words.TakeWhile(static word => !word.StartsWith('-'))))
        {
            case "az aks nodepool scale":
                return Pool(pool => Scaled(pool, Number("--node-count")));
            case "az aks nodepool update" when words.Contains("--update-cluster-autoscaler"):
                return Pool(pool => pool with
                {
                    Count = Math.Max(pool.Count!.Value, Number("--min-count")),
                    MinCount = Number("--min-count"),
                    MaxCount = Number("--max-count") >= Number("--min-count") ? Number("--max-count")
                        : throw new InvalidOperationException("Bounds that cross."),
                });
            case "az aks nodepool update":
                return Pool(pool => pool with { MaxSurge = Option("--max-surge") });
            case "az aks nodepool add":
                return facts.WithPools([.. facts.Cluster.Value!.AgentPools.Value!, Worlds.Pool with
                {
                    Name = Option("--name")!,
                    Count = Number("--node-count"),
                    Mode = Option("--mode"),
                    VmSize = Option("--node-vm-size") ?? Worlds.Pool.VmSize,
                    MaxPods = Option("--max-pods") is null ? Worlds.Pool.MaxPods : Number("--max-pods"),
                    SubnetId = Option("--vnet-subnet-id"),
                    PodSubnetId = Option("--pod-subnet-id"),
                }]);
            case "az aks update" when Option("--pod-cidr") is { } range:
                Assert.True(Ipv4Prefix.Parse(range).Contains(Ipv4Prefix.Parse(facts.Cluster.Value!.PodCidr!)), "A pod CIDR can only grow.");
                return facts.WithCluster(one => one with { PodCidr = range });
            case "az aks update":
                return facts.WithCluster(
                    one => one with { NetworkPlugin = Option("--network-plugin"), NetworkPluginMode = Option("--network-plugin-mode") });
            case "az network vnet subnet update":
                Assert.Superset(facts.Subnet.Value!.AddressPrefixes.ToHashSet(), List("--address-prefixes").ToHashSet());
                return facts.WithSubnet(one => one with { AddressPrefixes = List("--address-prefixes") });
            case "az network vnet subnet create":
                var made = new SubnetFacts
                {
                    Id = $"{Worlds.Network}/subnets/{Option("--name")}",
                    AddressPrefixes = List("--address-prefixes"),
                    UsedAddressCount = 0,
                };
                return (made.Name!.StartsWith("aks-pods", StringComparison.Ordinal)
                    ? facts with { PodSubnets = [.. facts.PodSubnets, made] }
                    : facts with { OtherNodeSubnets = [.. facts.OtherNodeSubnets, made] })
                    .WithNetwork(one => one with { Subnets = [.. one.Subnets, made] });
            case "Grant-AksNetworkContributor": return facts;
            default:
                throw new InvalidOperationException($"This test does not know the command: {command}");
        }
    }

    private static AgentPoolFacts Scaled(AgentPoolFacts pool, int count) => pool.AutoScales
        ? throw new InvalidOperationException("A pool with an autoscaler is not scaled.")
        : pool with { Count = count };

    [GeneratedRegex("'(?<quoted>[^']*)'|[^ ]+")]
    private static partial Regex Word();
}
