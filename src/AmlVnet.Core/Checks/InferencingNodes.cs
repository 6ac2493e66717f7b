namespace AmlVnet.Core.Checks;

/// <summary>
/// The nodes of a cluster that carry inferencing. Azure Machine Learning deploys to no secondary pool, and its scoring service runs on
/// Linux; nodes that are evicted at any time, stopped, or shut to pods by a taint do not carry it (Microsoft Learn: "Create and attach an
/// Azure Kubernetes Service cluster with v1", Limitations).
/// </summary>
internal sealed record InferencingNodes
{
    /// <summary>The nodes; at least so many, where <see cref="Unknown"/> is not empty.</summary>
    public int Nodes { get; private init; }

    /// <summary>Their virtual CPUs; at least so many, where <see cref="UnknownCores"/> is not empty.</summary>
    public int Cores { get; private init; }

    /// <summary>The pools that carry it, each with its virtual CPUs.</summary>
    public IReadOnlyList<(AgentPoolFacts Pool, int Cores)> Pools { get; private init; } = [];

    /// <summary>The nodes that the first pool that carries it has to have for so many nodes, or virtual CPUs, in all.</summary>
    public int NodesOfFirst(int nodes, int cores)
    {
        if (Pools.Count == 0)
            return Math.Max(nodes, (cores + 3) / 4);
        var (pool, own) = Pools[0];
        var each = pool.NodeCount is > 0 and var count ? Math.Max(1, own / count) : 1;
        return Math.Max(1, Math.Max(nodes - (Nodes - (pool.NodeCount ?? 0)), (cores - (Cores - own) + each - 1) / each));
    }

    /// <summary>What is not known of the number of nodes, as parts of a sentence.</summary>
    public IReadOnlyList<string> Unknown { get; private init; } = [];

    /// <summary>What is not known of the virtual CPUs.</summary>
    public IReadOnlyList<string> UnknownCores { get; private init; } = [];

    /// <summary>The nodes that do not carry it, each with the reason.</summary>
    public IReadOnlyList<string> LeftOut { get; private init; } = [];

    /// <summary>The nodes that do not count, as the end of a sentence; empty when all do.</summary>
    public string Rest => LeftOut.Count == 0 ? "" : $" Not counted: {string.Join(", ", LeftOut)}.";

    /// <summary>Counts the nodes of a cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="coresOf">The virtual CPUs of a size; null when they are not known.</param>
    public static InferencingNodes Of(ClusterFacts cluster, Func<string, int?> coresOf)
    {
        if (!cluster.AgentPools.TryGet(out var pools))
        {
            string[] why = [cluster.AgentPools.Why ?? "the cluster's pools are not known"];
            return new() { Unknown = why, UnknownCores = why };
        }

        // What AKS makes by itself may be counted or not; nobody here knows.
        string[] more = cluster.ProvisionsNodes ? ["AKS makes further nodes as it sees fit (node auto-provisioning)"] : [];
        var sum = new InferencingNodes { Unknown = more, UnknownCores = more };
        return pools.Aggregate(sum, (so, pool) => so.With(pool, Reason(cluster, pool), coresOf));
    }

    /// <summary>The nodes of a cluster that is to be made: all of them carry it.</summary>
    public static InferencingNodes Planned(int count, string? size, int? coresPerNode) => new()
    {
        Nodes = count,
        Cores = count * (coresPerNode ?? 0),
        UnknownCores = coresPerNode is null ? [$"the virtual CPUs of size {size}"] : [],
    };

    // Null: they carry it. Empty: not known.
    private static string? Reason(ClusterFacts cluster, AgentPoolFacts pool)
    {
        var taint = pool.Taints.FirstOrDefault(static one =>
            one.EndsWith(":NoSchedule", StringComparison.OrdinalIgnoreCase)
                || one.EndsWith(":NoExecute", StringComparison.OrdinalIgnoreCase));
        return cluster.PowerState == PowerState.Stopped ? "the cluster is stopped"
            : pool.PowerState == PowerState.Stopped ? "stopped"
            : pool.OSType == PoolOS.Windows ? "Windows"
            : pool.IsSpot ? "spot"
            : pool.Mode == PoolMode.User || pool.Mode == PoolMode.Gateway ? $"mode {pool.Mode}"
            : taint is not null ? $"taint {taint}"
            : pool.OSType != PoolOS.Linux || pool.Mode != PoolMode.System || pool.PowerState != PowerState.Running
                || !(pool.Priority is null || pool.Priority == PoolPriority.Regular) ? "" : null;
    }

    private InferencingNodes With(AgentPoolFacts pool, string? reason, Func<string, int?> coresOf)
    {
        var count = pool.NodeCount;
        if (reason?.Length > 0)
            return count == 0 ? this
                : this with { LeftOut = [.. LeftOut, $"pool {pool.Name} ({(count is { } some ? $"{some}, " : "")}{reason})"] };
        if (reason is not null || count is null)
        {
            var gap = reason is not null
                ? $"whether pool {pool.Name} carries inferencing (OS '{pool.OSType}', mode '{pool.Mode}', priority '{pool.Priority}', "
                    + $"power state '{pool.PowerState}')"
                : $"how many nodes pool {pool.Name} has";
            return this with { Unknown = [.. Unknown, gap], UnknownCores = [.. UnknownCores, gap] };
        }

        var cores = 0L;
        var gaps = new List<string>();
        foreach (var (size, nodes) in pool.Count is not null || pool.Sizes.Count == 0
            ? [(pool.VmSize, count.Value)] : pool.Sizes.Select(static one => (one.Size, one.Count ?? 0)))
        {
            if (size is not null && coresOf(size) is { } each)
                cores += (long)nodes * each;
            else if (nodes > 0)
                gaps.Add(size is null
                    ? $"the size of the nodes of pool {pool.Name}" : $"the virtual CPUs of size {size} (pool {pool.Name})");
        }

        return this with
        {
            Nodes = Nodes + count.Value,
            Cores = (int)Math.Min(int.MaxValue, Cores + cores),
            Pools = [.. Pools, (pool, (int)Math.Min(int.MaxValue, cores))],
            UnknownCores = [.. UnknownCores, .. gaps],
        };
    }
}
