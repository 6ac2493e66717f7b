namespace AmlVnet.Core.Checks;

/// <summary>
/// The nodes of a cluster that take the pods of the Azure Machine Learning extension: those that run Linux, and no taint shuts. The
/// extension tolerates the taints of its own (Azure/AML-Kubernetes: ml.azure.com/...).
/// </summary>
internal sealed record ExtensionNodes
{
    private const string OwnTaints = "ml.azure.com/";

    /// <summary>The pools, each with its nodes.</summary>
    public IReadOnlyList<AgentPoolFacts> Pools { get; private init; } = [];

    /// <summary>The nodes; at least so many, where <see cref="Unknown"/> is not empty.</summary>
    public int Nodes => Pools.Sum(static pool => pool.NodeCount ?? 0);

    /// <summary>What is not known, as parts of a sentence.</summary>
    public IReadOnlyList<string> Unknown { get; private init; } = [];

    /// <summary>What does not count, with the reason, as the end of a sentence; empty when all does.</summary>
    public string Rest { get; private init; } = "";

    /// <summary>Counts the nodes of a cluster.</summary>
    public static ExtensionNodes Of(ClusterFacts cluster)
    {
        if (!cluster.AgentPools.TryGet(out var pools))
            return new() { Unknown = [cluster.AgentPools.Why ?? "the cluster's pools are not known"] };
        var counted = pools.Where(pool => Reason(cluster, pool) is null).ToArray();
        string[] left =
            [.. pools.Where(pool => Reason(cluster, pool)?.Length > 0).Select(pool => $"pool {pool.Name} ({Reason(cluster, pool)})")];
        return new()
        {
            Pools = counted,
            Unknown =
            [
                .. cluster.ProvisionsNodes ? ["AKS makes further nodes as it sees fit (node auto-provisioning)"] : Array.Empty<string>(),
                .. pools.Where(pool => Reason(cluster, pool) is "")
                    .Select(static pool => $"whether pool {pool.Name} takes the extension's pods"),
                .. counted.Where(static pool => pool.NodeCount is null).Select(static pool => $"how many nodes pool {pool.Name} has"),
            ],
            Rest = left.Length == 0 ? "" : $" Not counted: {string.Join(", ", left)}.",
        };
    }

    // Null: it counts. Empty: not known.
    private static string? Reason(ClusterFacts cluster, AgentPoolFacts pool)
    {
        var taint = pool.Taints.FirstOrDefault(static one => !one.StartsWith(OwnTaints, StringComparison.OrdinalIgnoreCase)
            && (one.EndsWith(":NoSchedule", StringComparison.OrdinalIgnoreCase)
                || one.EndsWith(":NoExecute", StringComparison.OrdinalIgnoreCase)));
        return cluster.PowerState == PowerState.Stopped ? "the cluster is stopped"
            : pool.PowerState == PowerState.Stopped ? "stopped"
            : pool.OSType == PoolOS.Windows ? "Windows"
            : pool.Mode == PoolMode.Gateway ? "mode Gateway"
            : taint is not null ? $"taint {taint}"
            : pool.OSType != PoolOS.Linux || pool.PowerState != PowerState.Running ? "" : null;
    }
}
