namespace AmlVnet.Core.Security;

/// <summary>How Azure's load balancer asks the nodes of a cluster whether they are well.</summary>
public static class LoadBalancerProbe
{
    /// <summary>The service tag that it comes from.</summary>
    public const string Source = "AzureLoadBalancer";

    /// <summary>The ports that Kubernetes gives to services on the nodes (kubernetes.io: "Service", type NodePort).</summary>
    public const string NodePorts = "30000-32767";

    private const int FirstNodePort = 30000;
    private const int LastNodePort = 32767;

    /// <summary>
    /// The ports at which the load balancers of a cluster really ask; where none of them says, those that Kubernetes gives. A service may
    /// have its probe elsewhere (at kube-proxy's health port 10256, or at a port of its own),
    /// and Kubernetes gives it another one when it is made anew.
    /// </summary>
    public static IReadOnlyList<string> PortsOf(IReadOnlyList<LoadBalancerFacts>? balancers)
    {
        string[] ports = [.. (balancers ?? []).SelectMany(one => one.ProbePorts).Distinct().Order().Select(Text)];
        return ports.Length > 0 ? ports : [NodePorts];
    }

    /// <summary>The ports that a rule is to open: Kubernetes' own, which change, and those beyond them that are asked at now.</summary>
    public static IReadOnlyList<string> PortsToOpen(IReadOnlyList<LoadBalancerFacts>? balancers) =>
    [
        NodePorts,
        .. (balancers ?? []).SelectMany(one => one.ProbePorts).Where(port => port is < FirstNodePort or > LastNodePort).Distinct().Order()
            .Select(Text),
    ];

    private static string Text(int port) => port.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
