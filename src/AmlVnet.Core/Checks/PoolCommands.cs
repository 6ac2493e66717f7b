using System.Globalization;

namespace AmlVnet.Core.Checks;

/// <summary>The Azure CLI's commands that change the pools of a cluster, ready to be pasted.</summary>
internal static class PoolCommands
{
    /// <summary>
    /// Brings the nodes that carry inferencing to so many, or to so many virtual CPUs;
    /// null when the facts name no cluster and no compute to be made.
    /// </summary>
    public static string? Scale(NetworkFacts facts, InferencingNodes nodes, int wanted, int cores)
    {
        if (facts.Cluster.Value is not { } cluster)
        {
            var each = nodes.Nodes > 0 ? Math.Max(1, nodes.Cores / nodes.Nodes) : 1;
            return Commands.NewCompute(facts, Math.Max(Math.Max(wanted, (cores + each - 1) / each), facts.Compute.Value?.AgentCount ?? 0));
        }

        if (Name(cluster) is not { } name)
            return null;
        if (cluster.PowerState == PowerState.Stopped)
            return $"az aks start {Commands.AzName(cluster.Id)}";
        if (nodes.Pools.Count == 0)
            return cluster.AgentPools.Value?.FirstOrDefault(
                static pool => pool.PowerState == PowerState.Stopped && pool.Mode == PoolMode.System) is { } stopped
                ? $"az aks nodepool start {name} --nodepool-name {stopped.Name}"
                : $"az aks nodepool add {name} --name inferencing --mode System --node-count {Number(nodes.NodesOfFirst(wanted, cores))}"
                    + (facts.Subnet.Value?.Id is { } subnet ? $" --vnet-subnet-id {Commands.Quote(subnet)}" : "");
        var pool = nodes.Pools[0].Pool;
        var count = nodes.NodesOfFirst(wanted, cores);
        return pool.AutoScales ? Bounds(name, pool, count, Math.Max(count, pool.MaxCount ?? 0))
            : pool is { Count: null, Sizes.Count: > 0 }
            ? $"az aks nodepool manual-scale update {name} --name {pool.Name} --current-vm-sizes {pool.Sizes[0].Size} "
                + $"--node-count {Number(Math.Max(1, count - pool.Sizes.Skip(1).Sum(static one => one.Count ?? 0)))}"
            : $"az aks nodepool scale {name} --name {pool.Name} --node-count {Number(count)}";
    }

    /// <summary>
    /// Lowers the autoscaler's maxima, those with the most room first and no further than is needed, and then the extra nodes of upgrades,
    /// until the cluster fits; null when that is not enough.
    /// </summary>
    /// <param name="facts">The facts of the cluster.</param>
    /// <param name="isMeant">The pools that may be lowered.</param>
    /// <param name="fits">Whether it fits.</param>
    public static string? LowerUntil(NetworkFacts facts, Func<AgentPoolFacts, bool> isMeant, Func<NetworkFacts, bool> fits)
    {
        if (facts.Cluster.Value is not { } cluster || Name(cluster) is not { } name || !cluster.AgentPools.TryGet(out var pools))
            return null;
        var now = pools.ToArray();
        var commands = new List<string>();
        foreach (var pool in pools.Where(isMeant).OrderByDescending(static pool => (pool.LargestCount ?? 0) - (pool.NodeCount ?? 0)))
        {
            if (!Fits() && pool is { AutoScales: true, MaxCount: { } most, NodeCount: { } count }
                && Math.Max(Math.Max(count, pool.MinCount ?? 0), 1) is var floor && floor < most)
            {
                for (var bound = most - 1; bound >= floor && !Fits(); bound--)
                    Replace(pool.Name, one => one with { MaxCount = bound });
                commands.Add(Bounds(name, pool, Math.Max(pool.MinCount ?? 1, 1), now.First(one => one.Name == pool.Name).MaxCount!.Value));
            }
        }

        foreach (var pool in pools.Where(isMeant).Where(static pool => NodeDemand.SurgeOf(pool) > 1))
        {
            if (Fits())
                break;
            Replace(pool.Name, static one => one with { MaxSurge = "1" });
            commands.Add($"az aks nodepool update {name} --name {pool.Name} --max-surge 1");
        }

        return Fits() ? string.Join("; ", commands) : null;

        bool Fits() => fits(facts with { Cluster = cluster with { AgentPools = Known.Of<IReadOnlyList<AgentPoolFacts>>(now) } });

        void Replace(string of, Func<AgentPoolFacts, AgentPoolFacts> change) =>
            now = [.. now.Select(one => one.Name == of ? change(one) : one)];
    }

    /// <summary>Moves a cluster to Azure CNI overlay, which keeps its pod CIDR.</summary>
    public static string ToOverlay(ClusterFacts cluster) =>
        $"az aks update {Commands.AzName(cluster.Id)} --network-plugin azure --network-plugin-mode overlay";

    /// <summary>Adds a pool of the same kind in another subnet, or with another subnet for its pods.</summary>
    public static string? AddLike(ClusterFacts cluster, AgentPoolFacts pool, string? subnetId, string? podSubnetId, int nodes) =>
        Name(cluster) is { } name
        ? string.Join(" ", new[]
        {
            $"az aks nodepool add {name} --name {Another(cluster)} --node-count {Number(Math.Max(1, nodes))}",
            subnetId is not null ? $"--vnet-subnet-id {Commands.Quote(subnetId)}" : null,
            podSubnetId is not null ? $"--pod-subnet-id {Commands.Quote(podSubnetId)}" : null,
            pool.VmSize is { } size ? $"--node-vm-size {size}" : null,
            pool.Mode is { } mode ? $"--mode {mode}" : null,
            pool.MaxPods is { } pods ? $"--max-pods {Number(pods)}" : null,
        }.OfType<string>())
        : null;

    private static string Bounds(string name, AgentPoolFacts pool, int least, int most) =>
        $"az aks nodepool update {name} --name {pool.Name} --update-cluster-autoscaler --min-count {Number(least)} --max-count "
            + $"{Number(most)}";

    // A pool's name: lower case, 12 characters at most.
    private static string Another(ClusterFacts cluster)
    {
        var taken = (cluster.AgentPools.Value ?? []).Select(static pool => pool.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Enumerable.Range(2, taken.Count + 1).Select(static i => "nodes" + Number(i)).First(name => !taken.Contains(name));
    }

    private static string? Name(ClusterFacts cluster) => Commands.AzName(cluster.Id, "--cluster-name");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
