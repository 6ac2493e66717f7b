namespace AmlVnet.Core.Checks;

/// <summary>
/// How many nodes a cluster's pools may come to: the autoscaler's maxima, and the extra nodes of an upgrade. Pools that are upgraded
/// together each have their extra nodes at the same time, and AKS counts them so (Microsoft Learn, "Configure rolling upgrades for AKS node
/// pools": five pools of four nodes with 50 % need addresses for ten more), so they are added up.
/// </summary>
internal sealed record NodeDemand
{
    /// <summary>The nodes that there may be, without those of an upgrade; at least so many, where something is not known.</summary>
    public int Largest { get; private init; }

    /// <summary>The nodes that are there now.</summary>
    public int Now { get; private init; }

    /// <summary>The extra nodes of an upgrade.</summary>
    public int Surge { get; private init; }

    /// <summary>What is not known, as parts of a sentence; empty when everything is.</summary>
    public IReadOnlyList<string> Unknown { get; private init; } = [];

    /// <summary>The nodes at most, an upgrade's included.</summary>
    public int Total => Largest + Surge;

    /// <summary>The demand of some of a cluster's pools.</summary>
    public static NodeDemand Of(ClusterFacts cluster, Func<AgentPoolFacts, bool> isMeant)
    {
        if (!cluster.AgentPools.TryGet(out var all))
            return new() { Unknown = [cluster.AgentPools.Why ?? "the cluster's pools are not known"] };
        var demand =
            new NodeDemand { Unknown = cluster.ProvisionsNodes ? ["AKS makes further nodes as it sees fit (node auto-provisioning)"] : [] };
        return all.Where(isMeant).Aggregate(demand, static (sum, pool) => sum.With(pool));
    }

    /// <summary>The extra nodes of an upgrade of one pool at its largest; null when they are not known.</summary>
    public static int? SurgeOf(AgentPoolFacts pool) => pool.LargestCount is not { } most ? null
        // Microsoft Learn, "Add an Azure Spot node pool": no surge nodes for their upgrades.
        : pool.IsSpot ? 0 : SubnetSizing.SurgeNodes(pool.MaxSurge, most);

    private NodeDemand With(AgentPoolFacts pool)
    {
        var now = pool.NodeCount;
        var largest = pool.LargestCount;
        var surge = SurgeOf(pool);
        string[] gaps =
        [
            .. now is null ? [$"pool {pool.Name} does not say how many nodes it has"] : Array.Empty<string>(),
            .. now is not null && largest is null ? [$"pool {pool.Name} does not say how many nodes the autoscaler may make"]
                : Array.Empty<string>(),
            .. largest is not null && surge is null
                ? [$"the maxSurge of pool {pool.Name}, '{pool.MaxSurge}', is neither a number nor a percentage"]
                : Array.Empty<string>(),
        ];
        return this with
        {
            Now = Now + (now ?? 0),
            Largest = Largest + (largest ?? now ?? 0),
            Surge = Surge + (surge ?? 0),
            Unknown = [.. Unknown, .. gaps],
        };
    }
}
