namespace AmlVnet.Core.Checks;

/// <summary>
/// How a subnet that is too small gets room. Azure refuses to change a prefix in which addresses are in use, also to a wider one
/// (<c>InUsePrefixCannotBeDeleted</c>, Azure/AKS issue 2119); a further prefix serves machines with one address each only (Microsoft Learn:
/// "Create multiple prefixes for a subnet", limitations),
/// so pods that have addresses of the nodes' subnet need another subnet and another pool.
/// </summary>
internal static class SubnetRoom
{
    /// <summary>The commands; null when the network has no room, or no command helps.</summary>
    public static string? Recommend(NetworkFacts facts, SubnetFacts subnet, SubnetCapacity capacity)
    {
        // The service that a reserved subnet is kept for needs it as it is.
        if (capacity.FittingPrefixLength < 0 || ReservedSubnetRules.IsReserved(subnet.Name)
            || !facts.VirtualNetwork.TryGet(out var network))
            return null;
        var own = AddressView.Ranges(subnet.AddressPrefixes).ToArray();
        var spaces = AddressView.Ranges(network.AddressPrefixes).ToArray();
        var others = network.Subnets.Where(one => subnet.Id is null || !ArmId.AreSame(one.Id, subnet.Id))
            .SelectMany(static one => AddressView.Ranges(one.AddressPrefixes)).Where(range => !own.Contains(range)).ToArray();
        if (own.Length == 1 && (subnet.Id is null || subnet.UsedAddressCount == 0))
        {
            var around = Ipv4Prefix.Around(own[0].First, Math.Min(capacity.FittingPrefixLength, own[0].Length));
            if (spaces.Any(space => space.Contains(around)) && !others.Any(around.Overlaps))
                return subnet.Id is null ? Commands.Plan(facts.WithSubnetRange(around)) : Prefixes(subnet.Id, [around.ToString()]);
        }

        Ipv4Prefix? Free(int length) => spaces.SelectMany(space => space.FreeRanges(length, [.. others, .. own])).Cast<Ipv4Prefix?>()
            .FirstOrDefault();

        var missing = capacity.NeededCount - (capacity.FreeCount ?? 0);
        var isAlone = facts.Cluster.Value is { } cluster && PodAddressings.Of(cluster) is PodAddressing.PodCidr or PodAddressing.Own;
        return subnet.Id is null ? Free(capacity.FittingPrefixLength) is { } range ? Commands.Plan(facts.WithSubnetRange(range)) : null
            : facts.Cluster.Value is not { } existing ? Free(capacity.FittingPrefixLength) is { } place
                ? NewSubnet(network, subnet, place).Command : null
            : isAlone && subnet.Delegations.Count == 0 && Free(SubnetSizing.PrefixLengthFor(missing)) is { } more
            ? Prefixes(subnet.Id, [.. subnet.AddressPrefixes, more.ToString()])
            : Elsewhere(facts, existing, network, subnet, capacity, Free);
    }

    /// <summary>What is left to do by hand after the recommended commands, as a sentence; empty when nothing is.</summary>
    public static string Rest(NetworkFacts facts, SubnetFacts subnet) =>
        facts.Cluster.TryGet(out var cluster) && PodAddressings.Of(cluster) == PodAddressing.Subnet && subnet.UsedAddressCount != 0
            && Lowered(facts, subnet) is null
            && LargestIn(cluster, subnet) is { } pool
            ? $" What is in the subnet now leaves no room for an upgrade: move the pods of pool {pool.Name} to a pool in another subnet, "
                + "and delete it." : "";

    private static string? Elsewhere(
        NetworkFacts facts, ClusterFacts cluster, VirtualNetworkFacts network, SubnetFacts subnet, SubnetCapacity capacity,
        Func<int, Ipv4Prefix?> free)
    {
        if (LargestIn(cluster, subnet) is not { } pool)
            return null;
        // What the old subnet has room for stays there; the rest goes to the new one.
        var lowered = Lowered(facts, subnet);
        var perNode = (SubnetNeed.PodsInSubnet(cluster, pool) ?? 0) + 1;
        var excess = lowered is null ? Math.Max(1, pool.NodeCount ?? 1)
            : (int)Math.Max(1, (capacity.NeededCount - (capacity.FreeCount ?? 0) + perNode - 1) / perNode);
        if (free(SubnetSizing.PrefixLengthFor((excess + 2L) * perNode)) is not { } range)
            return lowered;
        var (create, id) = NewSubnet(network, subnet, range);
        return PoolCommands.AddLike(cluster, pool, id, pool.PodSubnetId, lowered is null ? excess : Math.Min(excess, 3)) is { } add
            ? $"{create}; {Commands.Grant(cluster.Id, id)}; {add}" + (lowered is null ? "" : $"; {lowered}")
            : lowered;
    }

    private static string? Lowered(NetworkFacts facts, SubnetFacts subnet) => PoolCommands.LowerUntil(
        facts, pool => ArmId.AreSame(pool.SubnetId, subnet.Id), static lower => SubnetNeed.Of(lower).Capacity?.Fits == true);

    private static AgentPoolFacts? LargestIn(ClusterFacts cluster, SubnetFacts subnet) => (cluster.AgentPools.Value ?? [])
        .Where(pool => ArmId.AreSame(pool.SubnetId, subnet.Id)).MaxBy(static pool => (pool.LargestCount ?? 0) - (pool.NodeCount ?? 0));

    /// <summary>
    /// Another subnet for the pods of a pool like this one: a subnet of pods is neither widened while pods are there nor given a second
    /// prefix.
    /// </summary>
    public static string? RecommendForPods(NetworkFacts facts, ClusterFacts cluster, SubnetFacts subnet, AgentPoolFacts pool,
        long addresses)
    {
        var length = SubnetSizing.PrefixLengthFor(addresses);
        if (length < 0 || !facts.VirtualNetwork.TryGet(out var network))
            return null;
        var taken = network.Subnets.SelectMany(static one => AddressView.Ranges(one.AddressPrefixes))
            .Concat(AddressView.Ranges(subnet.AddressPrefixes)).ToArray();
        if (AddressView.Ranges(network.AddressPrefixes).SelectMany(space => space.FreeRanges(length, taken)).Cast<Ipv4Prefix?>()
            .FirstOrDefault() is not { } range)
            return null;
        var (create, id) = NewSubnet(network, subnet, range, "aks-pods");
        return PoolCommands.AddLike(cluster, pool, pool.SubnetId, id, pool.NodeCount ?? 1) is { } add
            ? $"{create}; {Commands.Grant(cluster.Id, id)}; {add}" : null;
    }

    private static string Prefixes(string subnetId, IEnumerable<string> prefixes) =>
        $"az network vnet subnet update --ids {Commands.Quote(subnetId)} --address-prefixes {string.Join(" ", prefixes)}";

    // The new subnet is governed as the old one is: the same rules, routes and way out.
    private static (string Command, string Id) NewSubnet(VirtualNetworkFacts network, SubnetFacts like, Ipv4Prefix range,
        string word = "aks-nodes")
    {
        var taken = network.Subnets.Select(static one => one.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var name = Enumerable.Range(1, taken.Count + 1).Select(i => i == 1 ? word : $"{word}-{i}").First(one => !taken.Contains(one));
        var options = string.Concat(new[]
        {
            ("--network-security-group", like.NetworkSecurityGroup.Value?.Id), ("--route-table", like.RouteTable.Value?.Id),
            ("--nat-gateway", like.NatGatewayId),
        }.Where(static option => option.Item2 is not null).Select(static option => $" {option.Item1} {Commands.Quote(option.Item2!)}"));
        return ($"az network vnet subnet create {Commands.AzName(network.Id, "--vnet-name")} --name {name} --address-prefixes "
            + $"{range}{options}",
            $"{network.Id}/subnets/{name}");
    }
}
