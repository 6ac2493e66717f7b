namespace AmlVnet;

/// <summary>How many addresses a cluster needs in its subnet, and how many the subnet has.</summary>
public sealed record SubnetCapacity
{
    /// <summary>The ARM id of the subnet, or the address range where only that was given.</summary>
    public required string Subnet { get; init; }

    /// <summary>The subnet's prefix length; of several prefixes, the widest one's.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>The subnet's IPv4 ranges; all of them count, whatever their order.</summary>
    public string[] AddressPrefix { get; init; } = [];

    /// <summary>The nodes that are still to be placed in the subnet.</summary>
    public required int NodeCount { get; init; }

    /// <summary>The extra nodes of an upgrade, which are there for its duration only.</summary>
    public required int SurgeNodeCount { get; init; }

    /// <summary>The most pods on one node of any pool that take addresses of the subnet: 0 with kubenet or Azure CNI overlay.</summary>
    public required int MaxPodsPerNode { get; init; }

    /// <summary>The addresses of internal load balancers.</summary>
    public required int LoadBalancerAddressCount { get; init; }

    /// <summary>
    /// The addresses of nodes and their pods: (nodes + surge nodes) x (max pods + 1) of each pool
    /// (Microsoft Learn: "Configure Azure CNI networking in AKS", plan IP addressing).
    /// </summary>
    public required int NodeAddressCount { get; init; }

    /// <summary>The addresses needed: those of nodes and pods, and those of internal load balancers.</summary>
    public int NeededCount => NodeAddressCount + LoadBalancerAddressCount;

    /// <summary>The addresses that Azure keeps: the first four and the last one of each range.</summary>
    public int ReservedCount { get; init; } = 5;

    /// <summary>The subnet's addresses without the reserved ones.</summary>
    public required long UsableCount { get; init; }

    /// <summary>The addresses in use; null when it is not known.</summary>
    public int? UsedCount { get; init; }

    /// <summary>The addresses that are free now; null when it is not known.</summary>
    public long? FreeCount => UsedCount is { } used ? Math.Max(0, UsableCount - used) : null;

    /// <summary>Whether the cluster fits; null when it is not known how many addresses are free.</summary>
    public bool? Fits => UsableCount < NeededCount ? false : FreeCount is { } free ? free >= NeededCount : null;

    /// <summary>The longest prefix (the smallest subnet) in which the cluster fits together with what is there already.</summary>
    public required int FittingPrefixLength { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{NeededCount} needed, {(FreeCount is { } free ? $"{free} free" : $"{UsableCount} usable")} in {Ranges}"
        + (Fits == false ? $", /{FittingPrefixLength} would fit" : "");

    private string Ranges => AddressPrefix.Length < 2 ? $"/{PrefixLength}"
        : string.Join(" + ", AddressPrefix.Select(prefix => prefix[prefix.IndexOf('/', StringComparison.Ordinal)..]));
}
