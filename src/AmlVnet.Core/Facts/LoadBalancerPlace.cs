namespace AmlVnet.Core.Facts;

/// <summary>Where the internal load balancer of the facts is, or is to be.</summary>
internal static class LoadBalancerPlace
{
    /// <summary>
    /// The subnet: the one that was gathered; else the one that the compute names, looked up in the virtual network; else the nodes' own.
    /// </summary>
    public static Known<SubnetFacts> Subnet(NetworkFacts facts)
    {
        if (facts.LoadBalancerSubnet.State != KnownState.NotGathered)
            return facts.LoadBalancerSubnet;
        var name = facts.Compute.Value?.LoadBalancerSubnet;
        if (string.IsNullOrEmpty(name) || Same(facts.Subnet.Value?.Name, name))
            return facts.Subnet;
        return facts.VirtualNetwork.State switch
        {
            KnownState.Value => facts.VirtualNetwork.Value!.Subnets.FirstOrDefault(subnet => Same(subnet.Name, name)) is { } found
                ? found
                : Known.None<SubnetFacts>($"The virtual network has no subnet named '{name}'."),
            KnownState.Unknown => Known.Unknown<SubnetFacts>(facts.VirtualNetwork.Why ?? "The virtual network could not be read."),
            _ => default,
        };
    }

    /// <summary>
    /// Whether the load balancer is internal; null where the service does not say it of a compute that exists, and no frontend with its
    /// scoring address tells.
    /// </summary>
    public static bool? IsInternal(ComputeFacts compute) =>
        compute is { Exists: true, LoadBalancerType: null } ? null : compute.LoadBalancerType == LoadBalancerType.InternalLoadBalancer;

    private static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
