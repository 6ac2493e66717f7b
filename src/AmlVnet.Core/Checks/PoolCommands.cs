using System.Globalization;

namespace AmlVnet.Core;

/// <summary>The Azure CLI's commands that change the pools of a cluster, ready to be pasted.</summary>
internal static class PoolCommands
{
    /// <summary>Brings the nodes that carry inferencing to a number; null when the facts name no cluster and no compute to be made.</summary>
    public static string? Scale(NetworkFacts facts, InferencingNodes nodes, int wanted)
    {
        if (facts.Cluster.Value is not { } cluster)
            return Commands.NewCompute(facts, Math.Max(wanted, facts.Compute.Value?.AgentCount ?? 0));
        if (Name(cluster) is not { } name)
            return null;
        if (Is(cluster.PowerState, "Stopped"))
            return $"az aks start {Commands.AzName(cluster.Id)}";
        if (nodes.Pools.Count == 0)
            return cluster.AgentPools.Value?.FirstOrDefault(static pool => Is(pool.PowerState, "Stopped") && Is(pool.Mode, "System")) is { } stopped
                ? $"az aks nodepool start {name} --nodepool-name {stopped.Name}"
                : $"az aks nodepool add {name} --name inferencing --mode System --node-count {Number(wanted)}"
                    + (facts.Subnet.Value?.Id is { } subnet ? $" --vnet-subnet-id {Commands.Quote(subnet)}" : "");
        var pool = nodes.Pools[0];
        var count = Math.Max(1, wanted - nodes.Pools.Skip(1).Sum(static one => one.NodeCount ?? 0));
        return pool.AutoScales ? Bounds(name, pool, count, Math.Max(count, pool.MaxCount ?? 0))
            : pool is { Count: null, Sizes.Count: > 0 }
            ? $"az aks nodepool manual-scale update {name} --name {pool.Name} --current-vm-sizes {pool.Sizes[0].Size} "
                + $"--node-count {Number(Math.Max(1, count - pool.Sizes.Skip(1).Sum(static one => one.Count ?? 0)))}"
            : $"az aks nodepool scale {name} --name {pool.Name} --node-count {Number(count)}";
    }

    /// <summary>Lowers the autoscaler's maximum of one pool so that the nodes at most are so many fewer; null when no pool allows it.</summary>
    public static string? Fewer(ClusterFacts cluster, int nodes) =>
        Name(cluster) is { } name
            && cluster.AgentPools.Value?.Where(static pool => pool is { AutoScales: true, MaxCount: not null, NodeCount: not null })
                .FirstOrDefault(pool => pool.MaxCount - nodes >= Math.Max(1, Math.Max(pool.NodeCount!.Value, pool.MinCount ?? 0))) is { } pool
            ? Bounds(name, pool, Math.Max(pool.MinCount ?? 1, 1), pool.MaxCount!.Value - nodes)
            : null;

    /// <summary>Sets the extra nodes of an upgrade.</summary>
    public static string? Surge(ClusterFacts cluster, AgentPoolFacts pool, int nodes) =>
        Name(cluster) is { } name ? $"az aks nodepool update {name} --name {pool.Name} --max-surge {Number(nodes)}" : null;

    /// <summary>Moves a cluster to Azure CNI overlay, which keeps its pod CIDR.</summary>
    public static string ToOverlay(ClusterFacts cluster) =>
        $"az aks update {Commands.AzName(cluster.Id)} --network-plugin azure --network-plugin-mode overlay";

    /// <summary>Adds a pool of the same kind in another subnet, or with another subnet for its pods.</summary>
    public static string? AddLike(ClusterFacts cluster, AgentPoolFacts pool, string? subnetId, string? podSubnetId, int nodes) => Name(cluster) is { } name
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
        $"az aks nodepool update {name} --name {pool.Name} --update-cluster-autoscaler --min-count {Number(least)} --max-count {Number(most)}";

    // A pool's name: lower case, 12 characters at most.
    private static string Another(ClusterFacts cluster)
    {
        var taken = (cluster.AgentPools.Value ?? []).Select(static pool => pool.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Enumerable.Range(2, taken.Count + 1).Select(static i => "nodes" + Number(i)).First(name => !taken.Contains(name));
    }

    private static string? Name(ClusterFacts cluster) => Commands.AzName(cluster.Id, "--cluster-name");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static bool Is(string? value, string word) => string.Equals(value, word, StringComparison.OrdinalIgnoreCase);
}
