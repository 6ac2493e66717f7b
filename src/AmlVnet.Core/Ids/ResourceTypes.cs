namespace AmlVnet.Core.Ids;

/// <summary>The resource types that this module knows by name.</summary>
public static class ResourceTypes
{
    /// <summary>An ML workspace.</summary>
    public const string Workspace = "Microsoft.MachineLearningServices/workspaces";

    /// <summary>A compute of a workspace.</summary>
    public const string Compute = "Microsoft.MachineLearningServices/workspaces/computes";

    /// <summary>An AKS cluster.</summary>
    public const string Cluster = "Microsoft.ContainerService/managedClusters";

    /// <summary>A virtual network.</summary>
    public const string VirtualNetwork = "Microsoft.Network/virtualNetworks";

    /// <summary>A subnet.</summary>
    public const string Subnet = "Microsoft.Network/virtualNetworks/subnets";

    /// <summary>A cluster extension.</summary>
    public const string Extension = "Microsoft.KubernetesConfiguration/extensions";

    /// <summary>A workspace's trusted access to a cluster.</summary>
    public const string TrustedAccess = Cluster + "/trustedAccessRoleBindings";

    /// <summary>A private DNS zone.</summary>
    public const string PrivateDnsZone = "Microsoft.Network/privateDnsZones";
}
