namespace AmlVnet.Core;

/// <summary>How Azure's load balancer asks the nodes of a cluster whether they are well.</summary>
public static class LoadBalancerProbe
{
    /// <summary>The service tag that it comes from.</summary>
    public const string Source = "AzureLoadBalancer";

    /// <summary>The ports that Kubernetes gives to services on the nodes (kubernetes.io: "Service", type NodePort).</summary>
    public const string NodePorts = "30000-32767";
}
