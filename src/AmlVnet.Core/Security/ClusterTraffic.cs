namespace AmlVnet.Core.Security;

/// <summary>
/// What a cluster's nodes and pods send one another. All of it must pass, on every port, out of the one place and into the other: AKS
/// supports no blocking of traffic inside the cluster's subnets (Microsoft Learn: "Outbound network and FQDN rules for AKS clusters"), and
/// a pod CIDR needs node to node, node to pod and pod to pod (Microsoft Learn: "Azure CNI Overlay networking", network security groups).
/// </summary>
public sealed class ClusterTraffic
{
    // ICMP has no ports, and nothing of a cluster depends on it.
    private static readonly string[] Protocols = ["Tcp", "Udp"];

    private static readonly string[] PrivatePorts = ["443", "4443"];

    private readonly Place[] _places;

    private ClusterTraffic(Place[] places, string? unread) => (_places, Unread) = (places, unread);

    private enum PlaceKind
    {
        Nodes,
        PodSubnet,

        /// <summary>Pods behind their nodes' addresses when they leave the range, as with overlay.</summary>
        HiddenPods,

        /// <summary>Pods that reach the nodes by their own addresses, as with kubenet.</summary>
        RoutedPods,
    }

    /// <summary>Why a part of the cluster's ranges is not known; null when all are.</summary>
    public string? Unread { get; }

    /// <summary>The ranges of nodes and pods.</summary>
    public IReadOnlyList<string> Ranges => [.. _places.Select(place => place.Range).Distinct(StringComparer.Ordinal)];

    /// <summary>Reads where nodes and pods are.</summary>
    public static ClusterTraffic From(NetworkFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        List<Place> places = [];
        string? unread = null;
        foreach (var (subnet, kind) in facts.OtherNodeSubnets.Prepend(facts.Subnet).Select(one => (one, PlaceKind.Nodes))
            .Concat(facts.PodSubnets.Select(one => (one, PlaceKind.PodSubnet))))
        {
            var ranges = AddressView.Ranges(subnet.Value?.AddressPrefixes ?? []).ToArray();
            if (ranges.Length == 0)
                unread ??= $"A subnet of its {(kind == PlaceKind.Nodes ? "nodes" : "pods")} could not be "
                    + $"read{(subnet.Why is null ? "." : $": {subnet.Why}")}";
            places.AddRange(ranges.Select(range => new Place(kind, range.ToString(), subnet.Value!.Id)));
        }

        if (PodRange(facts) is { } pods)
            places.Add(new(facts.Cluster.Value?.NetworkPlugin == NetworkPlugin.Kubenet ? PlaceKind.RoutedPods : PlaceKind.HiddenPods,
                pods.ToString(), null));
        else if (facts.Cluster.Value is { } cluster && HasPodRange(cluster))
            unread ??= "The cluster does not say what its pod CIDR is.";
        return new([.. places], unread);
    }

    /// <summary>The range of pods that take no addresses of the virtual network; null where they do, or where it is not told.</summary>
    public static Ipv4Prefix? PodRange(NetworkFacts facts) =>
        facts?.Cluster.Value is { } cluster ? HasPodRange(cluster) ? AddressView.Range(cluster.PodCidr) : null
            : AddressView.Range(facts?.Settings?.PodCidr);

    /// <summary>Whether the API server is reached at an address of the virtual network.</summary>
    public static bool HasPrivateApiServer(ClusterFacts? cluster) => cluster is { IsPrivateCluster: true } or { HasVnetIntegration: true };

    /// <summary>The flows to the API server, out of one of the nodes' subnets.</summary>
    public static IReadOnlyList<NetworkFlow> ApiServerFlows(NetworkFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var cluster = facts.Cluster.Value;
        if (!HasPrivateApiServer(cluster))
        {
            var need = RequiredOutbound.ApiServer(RequiredOutbound.RegionOf(facts));
            return [.. AddressView.NodeRanges(facts).Select(range => NetworkFlow.Out(range, need.ServiceTag, need.Port))];
        }

        // A private endpoint of the API server stands in the nodes' subnet, an integrated API server in its own.
        var place = facts.VirtualNetwork.Value?.Subnets.FirstOrDefault(subnet => ArmId.AreSame(subnet.Id, cluster!.ApiServerSubnetId))
            ?? (cluster!.ApiServerSubnetId is null ? facts.Subnet.Value : null);
        return
        [
            .. from source in AddressView.NodeRanges(facts)
               from destination in AddressView.Ranges(place?.AddressPrefixes ?? [])
               from port in PrivatePorts
               select NetworkFlow.Out(source, destination.ToString(), port),
        ];
    }

    /// <summary>The flows to the virtual network's own DNS servers, out of one of the nodes' subnets.</summary>
    public static IReadOnlyList<NetworkFlow> DnsFlows(NetworkFacts facts) =>
    [
        .. from range in AddressView.NodeRanges(facts)
           from server in facts.VirtualNetwork.Value?.DnsServers ?? []
           where Ipv4Address.TryParse(server, out var address, out _) && address != NetworkSpace.ProbeAddress
           select NetworkFlow.Out(range, server, "53", "Udp"),
    ];

    /// <summary>The traffic of one direction that the group of a subnet sees.</summary>
    public IEnumerable<NetworkFlow> Flows(SubnetFacts subnet, RuleDirection direction)
    {
        ArgumentNullException.ThrowIfNull(subnet);
        var isPods = _places.Any(place => place.Kind == PlaceKind.PodSubnet && ArmId.AreSame(place.SubnetId, subnet.Id));
        var here = _places.Where(place => ArmId.AreSame(place.SubnetId, subnet.Id) || (place.SubnetId is null && !isPods)).ToArray();
        return from own in here
               from other in _places
               let source = direction == RuleDirection.Outbound ? own : other
               let destination = direction == RuleDirection.Outbound ? other : own
               where source.Kind != PlaceKind.HiddenPods || destination.Kind == PlaceKind.HiddenPods
               from protocol in Protocols
               select new NetworkFlow
               {
                   Direction = direction,
                   Protocol = protocol,
                   Source = source.Range,
                   Destination = destination.Range,
                   DestinationPort = "*"
               };
    }

    /// <summary>The one rule that lets all of it through in a direction.</summary>
    /// <param name="direction">The direction.</param>
    /// <param name="name">The rule's name.</param>
    public SecurityRuleFacts Rule(RuleDirection direction, string name) =>
        SecurityRuleFacts.Of(name, 0, direction, RuleAccess.Allow, "*", "*") with
        {
            SourceAddressPrefixes = Ranges,
            DestinationAddressPrefixes = Ranges,
        };

    // With a network plugin of one's own (none) pods are most often in tunnels between nodes, which the groups do not see into.
    private static bool HasPodRange(ClusterFacts cluster) =>
        cluster.NetworkPlugin == NetworkPlugin.Kubenet || cluster.NetworkPluginMode == NetworkPluginMode.Overlay
        || (cluster.NetworkPlugin is null && cluster.PodCidr is not null);

    private sealed record Place(PlaceKind Kind, string Range, string? SubnetId);
}
