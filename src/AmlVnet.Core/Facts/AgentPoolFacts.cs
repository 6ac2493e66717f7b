namespace AmlVnet.Core.Facts;

/// <summary>A pool of nodes. What the service did not say is null, and is no zero.</summary>
public sealed record AgentPoolFacts
{
    /// <summary>The pool's name.</summary>
    public required string Name { get; init; }

    /// <summary>The number of nodes now, as the pool itself says it;
    /// a pool of the type VirtualMachines has <see cref="Sizes"/> instead.</summary>
    public int? Count { get; init; }

    /// <summary>Whether the cluster autoscaler changes the number of nodes.</summary>
    public bool AutoScales { get; init; }

    /// <summary>The least number of nodes that the autoscaler leaves.</summary>
    public int? MinCount { get; init; }

    /// <summary>The largest number of nodes that the autoscaler may make.</summary>
    public int? MaxCount { get; init; }

    /// <summary>The size of each node; null for a pool with several sizes.</summary>
    public string? VmSize { get; init; }

    /// <summary>The sizes of a pool of the type VirtualMachines (ARM: <c>virtualMachinesProfile</c>,
    /// from API version 2025-04-01 on).</summary>
    public IReadOnlyList<NodeSizeFacts> Sizes { get; init; } = [];

    /// <summary>System, User or Gateway.</summary>
    public PoolMode? Mode { get; init; }

    /// <summary>Linux or Windows.</summary>
    public PoolOS? OSType { get; init; }

    /// <summary>Spot or Regular; the service leaves it out for Regular, its documented default.</summary>
    public PoolPriority? Priority { get; init; }

    /// <summary>Running or Stopped.</summary>
    public PowerState? PowerState { get; init; }

    /// <summary>What keeps pods off the nodes (<c>key=value:NoSchedule</c>).</summary>
    public IReadOnlyList<string> Taints { get; init; } = [];

    /// <summary>The most pods on one node.</summary>
    public int? MaxPods { get; init; }

    /// <summary>The ARM id of the nodes' subnet; null when AKS made the network.</summary>
    public string? SubnetId { get; init; }

    /// <summary>The ARM id of the pods' own subnet; null when pods take addresses of the nodes' subnet,
    /// or of a range of their own.</summary>
    public string? PodSubnetId { get; init; }

    /// <summary>How pods get the addresses of their subnet: DynamicIndividual or StaticBlock;
    /// null is DynamicIndividual, the documented default.</summary>
    public string? PodAllocationMode { get; init; }

    /// <summary>Extra nodes during an upgrade, as a number or a percentage (<c>33%</c>); null is the service's default.</summary>
    public string? MaxSurge { get; init; }

    /// <summary>The number of nodes now; null when it is not known.</summary>
    public int? NodeCount => Count ?? (Sizes.Count > 0 && Sizes.All(size => size.Count is not null) ? Sizes.Sum(size => size.Count) : null);

    /// <summary>The largest number of nodes that there may be without anybody changing the pool; null when it is not known.</summary>
    public int? LargestCount
    {
        get
        {
            var most = AutoScales && Sizes.Count == 0 ? MaxCount
                : Sizes.Count > 0 ? Sizes.All(size => size.Largest is not null) ? Sizes.Sum(size => size.Largest) : null
                : NodeCount;
            return most is { } bound ? Math.Max(bound, NodeCount ?? 0) : null;
        }
    }

    /// <summary>Whether the nodes are evicted when Azure wants their place; such a pool is upgraded without extra nodes.</summary>
    public bool IsSpot => Priority == PoolPriority.Spot;
}

/// <summary>The nodes of one size in a pool of the type VirtualMachines.</summary>
/// <param name="Size">The size.</param>
/// <param name="Count">The number of nodes now; null when it is not known.</param>
/// <param name="MaxCount">The largest number that the autoscaler may make; null without one.</param>
public sealed record NodeSizeFacts(string? Size, int? Count, int? MaxCount = null)
{
    /// <summary>The largest number of nodes of this size; null when it is not known.</summary>
    public int? Largest => MaxCount ?? Count;
}

/// <summary>The system nodes of a cluster that AKS hosts itself (AKS Automatic).</summary>
/// <param name="NodeSubnetId">The ARM id of the subnet of the nodes that AKS makes for the workloads;
/// null when the answer names none.</param>
/// <param name="SystemNodeSubnetId">The ARM id of the subnet of the hosted system nodes; null when the answer names none.</param>
public sealed record HostedSystemFacts(string? NodeSubnetId, string? SystemNodeSubnetId);
