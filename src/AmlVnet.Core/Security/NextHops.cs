namespace AmlVnet.Core.Security;

/// <summary>Where the user-defined routes of a subnet send an address.</summary>
internal static class NextHops
{
    /// <summary>The route with the longest prefix that holds the address; null where Azure's own routes decide.</summary>
    public static RouteFacts? Of(SubnetFacts subnet, Ipv4Address address) => (subnet.RouteTable.Value?.Routes ?? [])
        .Where(route => AddressView.Range(route.AddressPrefix) is { } range && range.Contains(address))
        .OrderByDescending(route => AddressView.Range(route.AddressPrefix)!.Value.Length).FirstOrDefault();

    /// <summary>Whether a route hands traffic to something that can lead it on; to the internet itself Azure leads it anyway.</summary>
    public static bool LeadsOn(RouteFacts route) => route.NextHopType?.LeadsOn == true;

    /// <summary>
    /// Whether the next hop of such a route is there: an appliance in the virtual network or a connected peered one, a gateway of the
    /// network's own or of a peering that uses it.
    /// </summary>
    public static Answer IsReached(NetworkFacts facts, RouteFacts route)
    {
        if (!facts.VirtualNetwork.TryGet(out var network) || network.AddressPrefixes.Count == 0)
            return Answer.Yes;
        if (route.NextHopType == NextHopType.VirtualNetworkGateway)
            return network.Subnets.Any(subnet => Words.Is(subnet.Name, "GatewaySubnet"))
                || network.Peerings.Any(peering => peering is { CarriesTraffic: true, UsesRemoteGateways: true }) ? Answer.Yes : Answer.No;
        if (!Ipv4Address.TryParse(route.NextHopIPAddress, out var address, out _))
            return Answer.Yes;
        return NetworkSpace.From(facts).VirtualNetwork.Any(range => range.Contains(address)) ? Answer.Yes
            : network.Peerings.Any(peering => peering.CarriesTraffic && !peering.HasKnownRanges) ? Answer.Unknown : Answer.No;
    }
}
