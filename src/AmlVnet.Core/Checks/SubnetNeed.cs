namespace AmlVnet.Core.Checks;

/// <summary>How many addresses a cluster still needs in one of its nodes' subnets, and what is not known of it.</summary>
/// <param name="Capacity">The capacity; null when the subnet's range is not known.
/// Where something is unknown, at least so much is needed.</param>
/// <param name="Unknown">What is not known, as parts of a sentence.</param>
internal sealed record SubnetNeed(SubnetCapacity? Capacity, IReadOnlyList<string> Unknown)
{
    /// <summary>The need of the nodes' subnet in the facts.</summary>
    public static SubnetNeed Of(NetworkFacts facts)
    {
        if (facts.Capacity is { } known)
            return new(known, []);
        if (!facts.Subnet.TryGet(out var subnet) || AddressView.Ranges(subnet.AddressPrefixes).ToArray() is not { Length: > 0 } ranges)
            return new(null, []);
        // A subnet that is typed only does not exist yet, so nothing is in it.
        var used = subnet.UsedAddressCount ?? (subnet.Id is null ? 0 : null);
        var name = subnet.Id ?? string.Join(", ", ranges);
        if (facts.Cluster.TryGet(out var cluster))
            return OfCluster(facts, cluster, subnet, name, ranges, used);
        var nodes = facts.Compute.Value?.AgentCount ?? SubnetSizing.DefaultNodeCount;
        // With a range of their own pods take no addresses of the subnet.
        return new(SubnetSizing.Capacity(name, ranges, used, nodes, 1, facts.Settings?.PodCidr is null ? SubnetSizing.DefaultMaxPods : 0,
            1), []);
    }

    /// <summary>The most pods on a node of a pool that take addresses of the nodes' subnet; null when it is not known.</summary>
    public static int? PodsInSubnet(ClusterFacts cluster, AgentPoolFacts pool) => PodAddressings.Of(cluster) switch
    {
        PodAddressing.Unknown => null,
        PodAddressing.Subnet when pool.PodSubnetId is null => pool.MaxPods,
        _ => 0,
    };

    private static SubnetNeed OfCluster(
        NetworkFacts facts, ClusterFacts cluster, SubnetFacts subnet, string name, Ipv4Prefix[] ranges, int? used)
    {
        bool IsHere(AgentPoolFacts pool) => subnet.Id is null || ArmId.AreSame(pool.SubnetId, subnet.Id);

        var demand = NodeDemand.Of(cluster, IsHere);
        var pools = (cluster.AgentPools.Value ?? []).Where(IsHere).ToArray();
        var unknown = new List<string>(demand.Unknown);
        if (pools.Length > 0 && PodAddressings.Of(cluster) == PodAddressing.Unknown)
            unknown.Add(PodAddressings.Why(cluster));
        else
            unknown.AddRange(pools.Where(pool => PodsInSubnet(cluster, pool) is null)
                .Select(pool => $"pool {pool.Name} does not say how many pods a node may have"));
        unknown.AddRange((cluster.AgentPools.Value ?? []).Where(static pool => string.IsNullOrEmpty(pool.SubnetId))
            .Select(static pool => $"pool {pool.Name} names no subnet"));
        if (cluster.HostedSystem.TryGet(out var hosted)
            && (ArmId.AreSame(hosted.NodeSubnetId, subnet.Id) || ArmId.AreSame(hosted.SystemNodeSubnetId, subnet.Id)))
            unknown.Add("how many nodes AKS itself has in the subnet");

        // A stopped cluster has given its nodes up, and takes them again; what they hold all the same is taken off below.
        var isStopped = cluster.PowerState == PowerState.Stopped;
        var whole = pools.Sum(pool =>
            ((pool.LargestCount ?? pool.NodeCount ?? 0) + (NodeDemand.SurgeOf(pool) ?? 0)) * ((PodsInSubnet(cluster, pool) ?? 0) + 1L));
        var placed = subnet.NodeAddressCount ?? pools.Sum(pool => (pool.NodeCount ?? 0) * ((PodsInSubnet(cluster, pool) ?? 0) + 1L));
        return new(
            SubnetSizing.Capacity(
                name, ranges, used, isStopped ? demand.Largest : demand.Largest - demand.Now, demand.Surge,
                pools.Select(pool => PodsInSubnet(cluster, pool) ?? 0).DefaultIfEmpty().Max(), HasInternal(facts, subnet) ? 0 : 1,
                Math.Max(0, whole - placed)),
            unknown);
    }

    private static bool HasInternal(NetworkFacts facts, SubnetFacts subnet) =>
        // What the compute says may be what it is to become; a frontend has its address.
        (facts.LoadBalancers.Value is { } balancers
            ? balancers.Any(one => one.Frontends.Any(front => ArmId.AreSame(front.SubnetId, subnet.Id)))
            : facts.Compute.Value?.LoadBalancerType == LoadBalancerType.InternalLoadBalancer)
            || (LoadBalancerPlace.Subnet(facts).Value is { } place && !ArmId.AreSame(place.Id, subnet.Id));
}
