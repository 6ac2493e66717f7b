namespace AmlVnet.Core;

/// <summary>What the service tags of security rules stand for in one virtual network.</summary>
public sealed record NetworkSpace
{
    /// <summary>The address by which Azure's load balancers probe, on every host (Microsoft Learn: "What is IP address 168.63.129.16?").</summary>
    public static Ipv4Address ProbeAddress { get; } = Ipv4Address.Parse("168.63.129.16");

    /// <summary>
    /// The ranges that the tag VirtualNetwork covers: the network's own and those of connected peerings. Empty when they are not known; then
    /// VirtualNetwork and Internet are compared by name only.
    /// </summary>
    public IReadOnlyList<Ipv4Prefix> VirtualNetwork { get; init; } = [];

    /// <summary>The ranges of service tags, by name in any case. A tag that is not here is compared by name only.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ServiceTags { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The space around the network in the facts.</summary>
    public static NetworkSpace From(NetworkFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var network = facts.VirtualNetwork.Value;
        return new()
        {
            VirtualNetwork = network is null
                ? []
                : [
                    .. AddressView.Ranges(network.AddressPrefixes),
                    .. network.Peerings.Where(peering => !string.Equals(peering.State, "Disconnected", StringComparison.OrdinalIgnoreCase))
                        .SelectMany(peering => AddressView.Ranges(peering.RemoteAddressPrefixes)),
                ],
            ServiceTags = facts.ServiceTags,
        };
    }
}
