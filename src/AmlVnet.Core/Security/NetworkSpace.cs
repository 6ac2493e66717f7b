namespace AmlVnet.Core.Security;

/// <summary>
/// What the service tags of security rules stand for in one virtual network (Microsoft Learn: "Virtual network service tags",
/// VirtualNetwork).
/// </summary>
public sealed record NetworkSpace
{
    /// <summary>The address by which Azure's load balancers probe,
    /// on every host (Microsoft Learn: "What is IP address 168.63.129.16?").</summary>
    public static Ipv4Address ProbeAddress { get; } = Ipv4Address.Parse("168.63.129.16");

    /// <summary>
    /// The network's own ranges and those of connected peerings, which the tag VirtualNetwork covers. Empty when they are not known; then
    /// VirtualNetwork and Internet are compared by name only.
    /// </summary>
    public IReadOnlyList<Ipv4Prefix> VirtualNetwork { get; init; } = [];

    /// <summary>The prefixes of user-defined routes, which the tag VirtualNetwork covers too.</summary>
    public IReadOnlyList<Ipv4Prefix> Routed { get; init; } = [];

    /// <summary>Whether the subnet has a default route (whole, or in parts),
    /// or may have one: the tag VirtualNetwork may then cover everything.</summary>
    public bool HasDefaultRoute { get; init; }

    /// <summary>
    /// Whether a gateway leads to networks whose ranges are not known, which the tag VirtualNetwork covers; also where it is not known
    /// whether a peering carries traffic.
    /// </summary>
    public bool HasGateway { get; init; }

    /// <summary>
    /// The ranges of pods that are no part of the virtual network (Azure CNI overlay, kubenet). The default rules let their traffic
    /// through; whether the tag VirtualNetwork of a rule that people made covers them is not documented,
    /// so that what depends on it is in doubt. They are never Internet.
    /// </summary>
    public IReadOnlyList<Ipv4Prefix> Pods { get; init; } = [];

    /// <summary>The ranges of service tags, by name in any case. A tag that is not here is compared by name only.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ServiceTags { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The space around the network in the facts, as the nodes' subnet sees it.</summary>
    public static NetworkSpace From(NetworkFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var network = facts.VirtualNetwork.Value;
        var table = facts.Subnet.Value?.RouteTable ?? default;
        var routes = table.Value?.Routes ?? [];
        // Prefixes of IPv6 are none of these ranges.
        var texts = routes.Select(route => route.AddressPrefix).Where(text => !text.Contains(':', StringComparison.Ordinal)).ToArray();
        var prefixes = AddressView.Ranges(texts).ToArray();
        return new()
        {
            VirtualNetwork = network is null
                ? []
                : [
                    .. AddressView.Ranges(network.AddressPrefixes),
                    .. network.Peerings.Where(peering => peering.CarriesTraffic)
                        .SelectMany(peering => AddressView.Ranges(peering.RemoteAddressPrefixes)),
                ],
            Routed = [.. prefixes.Where(prefix => !prefix.IsWiderThanPrivate)],
            // A route for a service tag stands for prefixes that are not known here.
            HasDefaultRoute = table.State == KnownState.Unknown || texts.Length > prefixes.Length
                || prefixes.Any(prefix => prefix.IsWiderThanPrivate),
            HasGateway = routes.Any(route => route.NextHopType == NextHopType.VirtualNetworkGateway)
                || network?.Subnets.Any(subnet => Is(subnet.Name, "GatewaySubnet")) == true
                || network?.Peerings.Any(
                    peering => peering is { CarriesTraffic: true, UsesRemoteGateways: true } or { HasKnownState: false }) == true,
            Pods = ClusterTraffic.PodRange(facts) is { } pods ? [pods] : [],
            ServiceTags = facts.ServiceTags,
        };
    }
}
