namespace AmlVnet.Core.Checks;

/// <summary>Rules about what the pods need beside the nodes: a range of their own, or a subnet of their own.</summary>
internal static class PodRules
{
    // Microsoft Learn, "Overview of Azure CNI Overlay networking in AKS": a /24 for each node, and no other size.
    private const int NodeRangeLength = 24;

    // Microsoft Learn, "Use kubenet networking with your own IP address ranges in AKS": one route for each node, 400 in a table.
    private const int KubenetNodes = 400;

    // Microsoft Learn, "Azure CNI Pod Subnet": nodes take addresses 16 at a time.
    private const int Batch = 16;

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-PODS-001", "The pod CIDR has a /24 for each node", CheckSeverity.Error,
            CheckStage.Offline | CheckStage.Attach | CheckStage.Posture, Sources.Overlay, Range),
        new("AMLVNET-PODS-002", "A kubenet cluster stays within 400 nodes", CheckSeverity.Error, CheckStage.Attach | CheckStage.Posture,
            Sources.Kubenet, KubenetSize),
        new("AMLVNET-PODS-003", "The pods' subnet is large enough for the cluster's pods", CheckSeverity.Error,
            CheckStage.Attach | CheckStage.Posture, Sources.PodSubnet, Subnets),
    ];

    private static IEnumerable<Finding> Range(NetworkFacts facts)
    {
        if (facts.Cluster.State == KnownState.NotGathered)
            return Planned(facts);
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        switch (PodAddressings.Of(cluster))
        {
            case PodAddressing.Unknown:
                return [Finding.Unknown(cluster.Id, Sentence(PodAddressings.Why(cluster)))];
            case not PodAddressing.PodCidr:
                return [Finding.NotApplicable(cluster.Id, "The pods have no addresses of a pod CIDR.")];
        }

        if (AddressView.Range(cluster.PodCidr) is not { } range)
            return [Finding.Unknown(cluster.Id, $"The cluster's pod CIDR is '{cluster.PodCidr}', which is no IPv4 range.")];
        var demand = NodeDemand.Of(cluster, static _ => true);
        var room = Room(range);
        var count = $"{range} has a /24 for {Quantity.Of(room, "node")}; {Quantity.Of(demand.Largest, "node")} and {demand.Surge} more of "
            + $"an upgrade need {demand.Total}";
        return demand.Total > room ? [Finding.Failed(cluster.Id, count + ".", Wider(facts, cluster, range, demand, room))]
            : demand.Unknown.Count > 0
            ? [Finding.Unknown(cluster.Id, $"{count} at least; it is not known: {Finding.Join(demand.Unknown)}.")]
            : [Finding.Passed(cluster.Id, count + ".")];
    }

    private static IEnumerable<Finding> Planned(NetworkFacts facts)
    {
        if (AddressView.Range(facts.Settings?.PodCidr) is not { } range)
            yield break;
        var nodes = facts.Capacity?.NodeCount ?? facts.Compute.Value?.AgentCount ?? SubnetSizing.DefaultNodeCount;
        var surge = facts.Capacity?.SurgeNodeCount ?? 1;
        var room = Room(range);
        var count = $"{range} has a /24 for {Quantity.Of(room, "node")}; {Quantity.Of(nodes, "node")} and {surge} more of an upgrade need "
            + $"{nodes + surge}.";
        yield return nodes + surge <= room
            ? Finding.Passed("PodCidr", count)
            : Finding.Failed(
                "PodCidr", count,
                AddressRules.FreePods(facts, Length(nodes + surge)) is { } wide ? Commands.Plan(facts.WithPodCidr(wide)) : null);
    }

    // A pod CIDR can only be widened, to a range that holds it, and only with Linux nodes of Azure CNI overlay.
    private static string? Wider(NetworkFacts facts, ClusterFacts cluster, Ipv4Prefix range, NodeDemand demand, long room)
    {
        var name = Commands.AzName(cluster.Id);
        var wide = Ipv4Prefix.Around(range.First, Math.Min(Length(demand.Total), range.Length));
        var isLinux = cluster.AgentPools.Value?.All(static pool => pool.OSType == PoolOS.Linux)
            == true;
        return isLinux && name is not null && AddressRules.IsFreeForPods(facts, wide)
            ? (PodAddressings.IsKubenet(cluster) ? PoolCommands.ToOverlay(cluster) + "; " : "") + $"az aks update {name} --pod-cidr {wide}"
            : PoolCommands.LowerUntil(facts, static _ => true,
                lower => NodeDemand.Of(lower.Cluster.Value!, static _ => true).Total <= room);
    }

    private static long Room(Ipv4Prefix range) => range.Length > NodeRangeLength ? 0 : 1L << (NodeRangeLength - range.Length);

    private static int Length(int nodes)
    {
        var length = NodeRangeLength;
        while (length > 0 && 1L << (NodeRangeLength - length) < nodes)
            length--;
        return length;
    }

    private static IEnumerable<Finding> KubenetSize(NetworkFacts facts)
    {
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (cluster.NetworkPlugin is null)
            return [Finding.Unknown(cluster.Id, Sentence(PodAddressings.Why(cluster)))];
        if (!PodAddressings.IsKubenet(cluster))
            return [Finding.NotApplicable(cluster.Id, "Only kubenet needs a route for each node.")];
        var demand = NodeDemand.Of(cluster, static _ => true);
        var count = $"{Quantity.Of(demand.Largest, "node")} and {demand.Surge} more of an upgrade need {demand.Total} routes of "
            + $"{KubenetNodes}";
        return demand.Total > KubenetNodes ? [Finding.Failed(
                cluster.Id, count + ".",
                PoolCommands.LowerUntil(facts, static _ => true,
                    static lower => NodeDemand.Of(lower.Cluster.Value!, static _ => true).Total <= KubenetNodes)
                    ?? PoolCommands.ToOverlay(cluster))]
            : demand.Unknown.Count > 0
            ? [Finding.Unknown(cluster.Id, $"{count} at least; it is not known: {Finding.Join(demand.Unknown)}.")]
            : [Finding.Passed(cluster.Id, count + ".")];
    }

    private static IEnumerable<Finding> Subnets(NetworkFacts facts)
    {
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (cluster.AgentPools.State == KnownState.Unknown)
            return [Finding.Missing(cluster.AgentPools, "list of the cluster's pools")];
        return facts.PodSubnets.Count == 0
            ? [Finding.NotApplicable(cluster.Id, "No pool has a subnet for its pods alone.")]
            : facts.PodSubnets.Select(
                subnet => subnet.TryGet(out var known) ? Subnet(facts, cluster, known) : Finding.Missing(subnet, "pods' subnet"));
    }

    private static Finding Subnet(NetworkFacts facts, ClusterFacts cluster, SubnetFacts subnet)
    {
        var target = subnet.Id ?? "pods' subnet";
        bool IsHere(AgentPoolFacts pool) => ArmId.AreSame(pool.PodSubnetId, subnet.Id);

        var ranges = AddressView.Ranges(subnet.AddressPrefixes).ToArray();
        if (ranges.Length == 0)
            return Finding.Unknown(target, "The subnet's answer has no IPv4 range that can be read.");
        var demand = NodeDemand.Of(cluster, IsHere);
        var pools = (cluster.AgentPools.Value ?? []).Where(IsHere).ToArray();
        var usable = ranges.Sum(static range => SubnetSizing.Usable(range.Length));
        var least = LeastOf(pools);
        var most = pools.Sum(pool => Nodes(pool) * Whole(pool));
        var words = $"{Quantity.Of(demand.Total, "node")} {(demand.Total == 1 ? "takes" : "take")} {least} addresses, {Batch} at a time, "
            + $"and {most} when they are full; {string.Join(" + ", ranges)} has {usable}";
        var fewer = PoolCommands.LowerUntil(facts, IsHere,
            lower => LeastOf(lower.Cluster.Value!.AgentPools.Value!.Where(IsHere)) <= usable);
        if (least > usable && fewer is null && pools.MaxBy(Nodes) is { } largest)
            return Finding.Failed(
                target, $"{words}. Move what is in pool {largest.Name} to a pool with another subnet for its pods, and delete it.",
                SubnetRoom.RecommendForPods(facts, cluster, subnet, largest, most));
        return least > usable
            ? Finding.Failed(target, words + ".", fewer)
            : demand.Unknown.Count > 0 || pools.Any(static pool => pool.MaxPods is null)
            ? Finding.Unknown(target,
                $"{words}; it is not known: {Finding.Join(demand.Unknown.DefaultIfEmpty("how many pods a node may have"))}.")
            : most > usable ? Finding.Warning(target, words + ": pods will wait for addresses.", null)
            : Finding.Passed(target, words + ".");

        static long LeastOf(IEnumerable<AgentPoolFacts> pools) =>
            pools.Sum(static pool => Nodes(pool) * (IsStatic(pool) ? Whole(pool) : Batch));

        static long Nodes(AgentPoolFacts pool) => (long)(pool.LargestCount ?? pool.NodeCount ?? 0) + (NodeDemand.SurgeOf(pool) ?? 0);

        static long Whole(AgentPoolFacts pool) => ((pool.MaxPods ?? 0) + Batch) / Batch * (long)Batch;

        static bool IsStatic(AgentPoolFacts pool) => string.Equals(pool.PodAllocationMode, "StaticBlock",
            StringComparison.OrdinalIgnoreCase);
    }

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..] + ".";
}
