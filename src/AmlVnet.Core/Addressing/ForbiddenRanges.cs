namespace AmlVnet.Core;

/// <summary>
/// Ranges that AKS uses itself, and that no service, pod or network range may touch (Microsoft Learn: "Configure Azure CNI networking in
/// AKS", prerequisites).
/// </summary>
public static class ForbiddenRanges
{
    /// <summary>The ranges.</summary>
    public static IReadOnlyList<Ipv4Prefix> All { get; } =
    [
        Ipv4Prefix.Parse("169.254.0.0/16"), Ipv4Prefix.Parse("172.30.0.0/16"), Ipv4Prefix.Parse("172.31.0.0/16"),
        Ipv4Prefix.Parse("192.0.2.0/24"),
    ];
}
