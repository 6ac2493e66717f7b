using System.Globalization;

namespace AmlVnet.Core.Addressing;

/// <summary>
/// Works out how many addresses of a subnet a cluster takes. Sources: Microsoft Learn "Configure Azure CNI networking in AKS" (one address
/// for each node and each pod that a node may run, 30 pods by default, one more node while upgrading) and "Azure Virtual Network FAQ"
/// (five reserved addresses, /29 the smallest subnet).
/// </summary>
public static class SubnetSizing
{
    /// <summary>The addresses that Azure keeps in each subnet.</summary>
    public const int ReservedByAzure = 5;

    /// <summary>The most pods on a node that Azure CNI sets by default.</summary>
    public const int DefaultMaxPods = 30;

    /// <summary>The number of nodes that the service makes when it is not told.</summary>
    public const int DefaultNodeCount = 3;

    /// <summary>The smallest subnet's prefix length.</summary>
    public const int LongestPrefix = 29;

    /// <summary>The addresses that resources can have in a subnet of this length.</summary>
    public static long Usable(int prefixLength) => Math.Max(0, (1L << (32 - prefixLength)) - ReservedByAzure);

    /// <summary>The longest prefix whose subnet has so many usable addresses; -1 when none has.</summary>
    public static int PrefixLengthFor(long addresses)
    {
        for (var length = LongestPrefix; length >= 0; length--)
            if (Usable(length) >= addresses)
                return length;
        return -1;
    }

    /// <summary>
    /// The extra nodes of an upgrade for a pool's <c>maxSurge</c>: a number, or a percentage of the pool's size at the time of the upgrade,
    /// rounded up, and never more than the pool has nodes; one when it is not set (Microsoft Learn: "Configure rolling upgrades for AKS
    /// node pools"). Null for a text that is neither.
    /// </summary>
    public static int? SurgeNodes(string? maxSurge, int nodeCount)
    {
        var text = maxSurge?.Trim();
        if (string.IsNullOrEmpty(text))
            return Math.Min(1, nodeCount);
        var isShare = text.EndsWith('%');
        return !int.TryParse(text.AsSpan()[..(text.Length - (isShare ? 1 : 0))], NumberStyles.None, CultureInfo.InvariantCulture,
            out var number) ? null
            : isShare ? Math.Min(Share(nodeCount, number), nodeCount)
            : Math.Min(number, nodeCount);

        static int Share(int nodes, int percent) => (int)Math.Min(int.MaxValue, (((long)nodes * percent) + 99) / 100);
    }

    /// <summary>The capacity of a subnet for nodes that are to be placed there.</summary>
    /// <param name="subnet">The subnet's ARM id or ranges, for display.</param>
    /// <param name="prefixes">The subnet's ranges, in any order; Azure keeps five addresses of each.</param>
    /// <param name="used">The addresses in use; null when it is not known.</param>
    /// <param name="nodes">The nodes still to be placed.</param>
    /// <param name="surge">The extra nodes of an upgrade.</param>
    /// <param name="maxPods">The most pods on a node that take addresses of the subnet.</param>
    /// <param name="loadBalancerAddresses">Addresses of internal load balancers still to be placed.</param>
    /// <param name="nodeAddresses">The addresses that nodes and pods need, where pools differ;
    /// otherwise it follows from the numbers.</param>
    public static SubnetCapacity Capacity(
        string subnet, IReadOnlyList<Ipv4Prefix> prefixes, int? used, int nodes, int surge, int maxPods, int loadBalancerAddresses,
        long? nodeAddresses = null)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        var capacity = new SubnetCapacity
        {
            Subnet = subnet,
            PrefixLength = prefixes.Min(prefix => prefix.Length),
            AddressPrefix = [.. prefixes.Select(prefix => prefix.ToString())],
            NodeCount = nodes,
            SurgeNodeCount = surge,
            MaxPodsPerNode = maxPods,
            NodeAddressCount = (int)Math.Min(int.MaxValue, nodeAddresses ?? (nodes + surge) * (maxPods + 1L)),
            LoadBalancerAddressCount = loadBalancerAddresses,
            ReservedCount = ReservedByAzure * prefixes.Count,
            UsableCount = prefixes.Sum(prefix => Usable(prefix.Length)),
            UsedCount = used,
            FittingPrefixLength = 0,
        };
        return capacity with { FittingPrefixLength = PrefixLengthFor((long)capacity.NeededCount + (used ?? 0)) };
    }
}
