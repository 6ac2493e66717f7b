namespace AmlVnet.Core.Facts;

/// <summary>
/// The address ranges in a set of facts, read. What can't be read is left out here, because AMLVNET-CIDR-001 reports it; a range with
/// bits behind its prefix counts as the range that it lies in, so that one slip does not hide the others.
/// </summary>
internal sealed class AddressView
{
    public AddressView(NetworkFacts facts)
    {
        var settings = facts.Settings ?? new();
        Service = Range(settings.ServiceCidr);
        Pod = Range(settings.PodCidr);
        Bridge = Ipv4Interface.TryParse(settings.DockerBridgeCidr, out var bridge, out _) ? bridge : null;
        Dns = Ipv4Address.TryParse(settings.DnsServiceIP, out var dns, out _) ? dns : null;
        Reserved = [.. settings.ReservedAddressPrefixes.Select(text => (Range(text), $"reserved range {text}")).Where(Read).Select(Give)];
        foreach (var subnet in facts.OtherNodeSubnets.Prepend(facts.Subnet))
            Reserved.AddRange(RoutedAway(subnet.Value).Where(one => !Reserved.Contains(one)));
        if (facts.VirtualNetwork.TryGet(out var network))
        {
            Network.AddRange(network.AddressPrefixes.Select(text => (Range(text), $"virtual network range {text}")).Where(Read)
                .Select(Give));
            foreach (var one in network.Subnets)
                AddSubnet(one);
            Peered =
            [
                .. network.Peerings.SelectMany(peering => peering.RemoteAddressPrefixes
                    .Select(text => (Range(text), $"range {text} of peering {peering.Name}"))).Where(Read).Select(Give),
            ];
        }

        if (facts.Subnet.TryGet(out var nodes))
            AddSubnet(nodes);
        if (facts.LoadBalancerSubnet.TryGet(out var internalSubnet))
            AddSubnet(internalSubnet);
    }

    public Ipv4Prefix? Service { get; }

    public Ipv4Prefix? Pod { get; }

    public Ipv4Interface? Bridge { get; }

    public Ipv4Address? Dns { get; }

    /// <summary>The virtual network's own ranges and its subnets'.</summary>
    public List<(Ipv4Prefix Range, string Name)> Network { get; } = [];

    /// <summary>The subnets' ranges alone.</summary>
    public List<(Ipv4Prefix Range, string Name)> Subnets { get; } = [];

    public List<(Ipv4Prefix Range, string Name)> Peered { get; } = [];

    public List<(Ipv4Prefix Range, string Name)> Reserved { get; }

    /// <summary>The range that a text lies in, also when bits behind the prefix are set; null for what is no IPv4 range.</summary>
    public static Ipv4Prefix? Range(string? text) => Ipv4Interface.TryParse(text, out var value, out _) ? value.Prefix : null;

    /// <summary>The IPv4 ranges among texts.</summary>
    public static IEnumerable<Ipv4Prefix> Ranges(IEnumerable<string> texts) => texts.Select(Range).OfType<Ipv4Prefix>();

    /// <summary>The ranges of the nodes' subnet, as texts.</summary>
    public static IEnumerable<string> NodeRanges(NetworkFacts facts) =>
        facts.Subnet.Value is { } subnet ? Ranges(subnet.AddressPrefixes).Select(range => range.ToString()) : [];

    /// <summary>
    /// The ranges that the subnet's routes lead to a gateway or an appliance: somebody has them there, on-premises most often. A route for
    /// all of the internet says nothing of that, and one for a part of the network itself only leads its traffic another way.
    /// </summary>
    private static IEnumerable<(Ipv4Prefix Range, string Name)> RoutedAway(SubnetFacts? subnet) => (subnet?.RouteTable.Value?.Routes ?? [])
        .Where(static route => route.NextHopType?.LeadsOn == true)
        .Select(static route =>
            (Range(route.AddressPrefix), $"{route.AddressPrefix}, which route {route.Name} leads to {route.NextHopType}"))
        .Where(Read).Select(Give).Where(static one => !one.Range.IsWiderThanPrivate);

    private void AddSubnet(SubnetFacts subnet)
    {
        var label = subnet.Name is { } name ? $"subnet {name}" : "subnet";
        foreach (var text in subnet.AddressPrefixes)
            if (Range(text) is { } range && !Network.Contains((range, $"{label} {text}")))
            {
                Network.Add((range, $"{label} {text}"));
                Subnets.Add((range, $"{label} {text}"));
            }
    }

    private static bool Read((Ipv4Prefix? Range, string Name) one) => one.Range is not null;

    private static (Ipv4Prefix Range, string Name) Give((Ipv4Prefix? Range, string Name) one) => (one.Range!.Value, one.Name);
}
