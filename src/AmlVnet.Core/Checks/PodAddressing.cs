namespace AmlVnet.Core.Checks;

/// <summary>Where the pods of a cluster have their addresses from.</summary>
internal enum PodAddressing
{
    /// <summary>The answer does not tell, or says something that this module does not know.</summary>
    Unknown,

    /// <summary>The nodes' subnet, or a subnet of their own: Azure CNI.</summary>
    Subnet,

    /// <summary>The pod CIDR, a /24 for each node: Azure CNI overlay and kubenet.</summary>
    PodCidr,

    /// <summary>A network plugin that AKS does not bring.</summary>
    Own,
}

/// <summary>Reads <see cref="PodAddressing"/> from a cluster's network profile.</summary>
internal static class PodAddressings
{
    public static PodAddressing Of(ClusterFacts cluster) =>
        cluster.NetworkPlugin == NetworkPlugin.Kubenet ? PodAddressing.PodCidr
        : cluster.NetworkPlugin == NetworkPlugin.None ? PodAddressing.Own
        : cluster.NetworkPlugin != NetworkPlugin.Azure ? PodAddressing.Unknown
        : cluster.NetworkPluginMode == NetworkPluginMode.Overlay ? PodAddressing.PodCidr
        // A cluster without a mode has no member for it; the API documents overlay as the only one.
        : cluster.NetworkPluginMode is null ? PodAddressing.Subnet
        : PodAddressing.Unknown;

    public static bool IsKubenet(ClusterFacts cluster) => cluster.NetworkPlugin == NetworkPlugin.Kubenet;

    /// <summary>Why it is unknown, as a sentence.</summary>
    public static string Why(ClusterFacts cluster) =>
        $"where the pods have their addresses from is not known: the network plugin is '{cluster.NetworkPlugin}', its mode "
            + $"'{cluster.NetworkPluginMode}'";
}
