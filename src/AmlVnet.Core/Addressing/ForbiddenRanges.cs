namespace AmlVnet.Core.Addressing;

/// <summary>Ranges that no network, service or pod range may touch.</summary>
public static class ForbiddenRanges
{
    /// <summary>
    /// Those that AKS uses itself (Microsoft Learn: "Configure Azure CNI networking in AKS", prerequisites).
    /// </summary>
    public static IReadOnlyList<Ipv4Prefix> All { get; } =
    [
        Ipv4Prefix.Parse("169.254.0.0/16"), Ipv4Prefix.Parse("172.30.0.0/16"), Ipv4Prefix.Parse("172.31.0.0/16"),
        Ipv4Prefix.Parse("192.0.2.0/24"),
    ];

    /// <summary>
    /// Those that IP or Azure keeps, so that a virtual network can't have them either (Microsoft Learn: "Azure Virtual Network frequently
    /// asked questions"); 169.254.0.0/16 is in <see cref="All"/> already.
    /// </summary>
    public static IReadOnlyList<(Ipv4Prefix Range, string What)> OfAzure { get; } =
    [
        (Ipv4Prefix.Parse("0.0.0.0/8"), "this network"),
        (Ipv4Prefix.Parse("127.0.0.0/8"), "the host itself"),
        (Ipv4Prefix.Parse("168.63.129.16/32"), "Azure's own DNS, DHCP and health probes"),
        (Ipv4Prefix.Parse("224.0.0.0/4"), "multicast"),
        (Ipv4Prefix.Parse("255.255.255.255/32"), "broadcast"),
    ];
}
