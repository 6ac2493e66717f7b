namespace AmlVnet;

/// <summary>What an AKS inferencing cluster is meant for; decides how many nodes and cores the service asks for.</summary>
public enum ClusterPurpose
{
    /// <summary>Production, low latency. The service asks for at least 3 nodes and 12 cores.</summary>
    FastProd,

    /// <summary>Production with many models on each node. The service asks for at least 3 nodes and 12 cores.</summary>
    DenseProd,

    /// <summary>Development and test. One node is enough.</summary>
    DevTest,
}

/// <summary>The kind of load balancer in front of the scoring endpoint (ARM: <c>loadBalancerType</c>).</summary>
public enum LoadBalancerType
{
    /// <summary>A public IP address.</summary>
    PublicIp,

    /// <summary>A private IP address of a subnet in the cluster's virtual network.</summary>
    InternalLoadBalancer,
}

/// <summary>What becomes of the AKS cluster when its compute is removed from the workspace.</summary>
public enum UnderlyingResourceAction
{
    /// <summary>The cluster stays; the workspace forgets it.</summary>
    Detach,

    /// <summary>The cluster is deleted too.</summary>
    Delete,
}

/// <summary>The kind of identity that an AKS cluster's control plane uses to reach the virtual network.</summary>
public enum ClusterIdentityKind
{
    /// <summary>An application with a secret; ARM shows its client id only.</summary>
    ServicePrincipal,

    /// <summary>A managed identity that lives and dies with the cluster.</summary>
    SystemAssigned,

    /// <summary>A managed identity of its own.</summary>
    UserAssigned,
}

/// <summary>How much of the network a role is granted on.</summary>
public enum NetworkScopeLevel
{
    /// <summary>The resource group that holds the virtual network.</summary>
    ResourceGroup,

    /// <summary>The virtual network.</summary>
    VirtualNetwork,

    /// <summary>The one subnet.</summary>
    Subnet,
}

/// <summary>For whom outbound traffic is opened.</summary>
public enum OutboundProfile
{
    /// <summary>A browser in the virtual network that shows the studio.</summary>
    Studio,

    /// <summary>The inferencing cluster.</summary>
    Cluster,

    /// <summary>Both.</summary>
    All,
}

/// <summary>How the router of the extension is reached.</summary>
public enum RouterServiceType
{
    /// <summary>On a load balancer: an internal one in the nodes' subnet, unless it is said otherwise.</summary>
    LoadBalancer,

    /// <summary>On a port of each node.</summary>
    NodePort,

    /// <summary>From inside the cluster only.</summary>
    ClusterIP,
}
