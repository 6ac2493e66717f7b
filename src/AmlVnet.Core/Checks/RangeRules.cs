namespace AmlVnet.Core.Checks;

/// <summary>Rules about what a range may be at all, whatever it is compared with.</summary>
internal static class RangeRules
{
    private const CheckStage Planning = CheckStage.Offline | CheckStage.Create | CheckStage.Posture;

    // RFC 1918, and the shared space of RFC 6598, which the internet does not route.
    private static readonly Ipv4Prefix[] NotPublic =
        [Ipv4Prefix.Parse("10.0.0.0/8"), Ipv4Prefix.Parse("172.16.0.0/12"), Ipv4Prefix.Parse("192.168.0.0/16"),
            Ipv4Prefix.Parse("100.64.0.0/10")];

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-CIDR-014", "No range holds addresses that IP or Azure keeps", CheckSeverity.Error, Planning,
            Sources.VirtualNetworkFaq, Kept),
        new("AMLVNET-CIDR-015", "Service and pod CIDR are private ranges", CheckSeverity.Warning, Planning, Sources.Overlay, Public),
        new("AMLVNET-CIDR-016", "The ranges of one network, and of one subnet, do not overlap each other", CheckSeverity.Error,
            Planning | CheckStage.Attach, Sources.VirtualNetworkFaq, Apart),
    ];

    private static IEnumerable<Finding> Kept(NetworkFacts facts)
    {
        var view = new AddressView(facts);
        if (view.Service is { } service)
            yield return One("ServiceCidr", "Service CIDR", service, Commands.Plan(facts));
        if (view.Pod is { } pod)
            yield return One("PodCidr", "Pod CIDR", pod, null);
        // No plan helps a network that can't be.
        foreach (var range in AddressView.Ranges(facts.VirtualNetwork.Value?.AddressPrefixes ?? []))
            yield return One(facts.VirtualNetwork.Value!.Id ?? "VirtualNetworkAddressPrefix", "Virtual network range", range, null);
        foreach (var range in AddressView.Ranges(facts.Subnet.Value?.AddressPrefixes ?? []))
            yield return One(facts.Subnet.Value!.Id ?? "SubnetAddressPrefix", "Subnet range", range, null);

        static Finding One(string target, string what, Ipv4Prefix range, string? recommendation)
        {
            var hits = ForbiddenRanges.OfAzure.Where(kept => kept.Range.Overlaps(range)).Select(kept => $"{kept.Range} ({kept.What})")
                .ToArray();
            return hits.Length == 0
                ? Finding.Passed(target, $"{what} {range} holds none of the addresses that IP or Azure keeps.")
                : Finding.Failed(target, $"{what} {range} overlaps {string.Join(", ", hits)}.", recommendation);
        }
    }

    private static IEnumerable<Finding> Public(NetworkFacts facts)
    {
        var view = new AddressView(facts);
        if (view.Service is { } service)
            yield return One("ServiceCidr", "Service CIDR", service, Commands.Plan(facts));
        if (view.Pod is { } pod)
            yield return One("PodCidr", "Pod CIDR", pod, null);

        static Finding One(string target, string what, Ipv4Prefix range, string? recommendation) =>
            NotPublic.Any(space => space.Contains(range))
                ? Finding.Passed(target, $"{what} {range} is private.")
                : Finding.Failed(
                    target, $"{what} {range} is not within {string.Join(", ", NotPublic)}: the cluster can't reach whoever has these "
                        + "addresses on the internet.",
                    recommendation);
    }

    private static IEnumerable<Finding> Apart(NetworkFacts facts)
    {
        if (facts.VirtualNetwork.TryGet(out var network) && Overlapping(network.AddressPrefixes) is { } inNetwork)
            yield return inNetwork.Length == 0
                ? Finding.Passed(network.Id ?? "VirtualNetworkAddressPrefix", "The virtual network's ranges are apart.")
                : Finding.Failed(
                    network.Id ?? "VirtualNetworkAddressPrefix", $"Ranges of the virtual network overlap: {string.Join("; ", inNetwork)}.",
                    network.Id is null ? Commands.Plan(
                        facts with { VirtualNetwork = network with { AddressPrefixes = Outer(network.AddressPrefixes) } }) : null);
        if (facts.Subnet.TryGet(out var subnet) && Overlapping(subnet.AddressPrefixes) is { } inSubnet)
            yield return inSubnet.Length == 0
                ? Finding.Passed(subnet.Id ?? "SubnetAddressPrefix", "The subnet's ranges are apart.")
                : Finding.Failed(
                    subnet.Id ?? "SubnetAddressPrefix", $"Ranges of the subnet overlap: {string.Join("; ", inSubnet)}.",
                    subnet.Id is null
                        ? Commands.Plan(facts with { Subnet = subnet with { AddressPrefixes = Outer(subnet.AddressPrefixes) } }) : null);
    }

    /// <summary>The pairs that overlap; null where there are no two to compare.</summary>
    private static string[]? Overlapping(IReadOnlyList<string> texts)
    {
        var ranges = AddressView.Ranges(texts).ToArray();
        return ranges.Length < 2 ? null
            : [.. ranges.SelectMany((one, at) => ranges.Skip(at + 1).Where(one.Overlaps).Select(other => $"{one} and {other}"))];
    }

    /// <summary>The ranges that lie in no other: of two that overlap, one always holds the other.</summary>
    private static string[] Outer(IReadOnlyList<string> texts)
    {
        var ranges = AddressView.Ranges(texts).Distinct().ToArray();
        return [.. ranges.Where(range => !ranges.Any(other => other != range && other.Contains(range))).Select(range => range.ToString())];
    }
}
