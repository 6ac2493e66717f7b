namespace AmlVnet.Core.Checks;

/// <summary>Looks at each subnet that holds nodes: a cluster's pools may be in several.</summary>
internal static class NodeSubnets
{
    /// <summary>A rule about the nodes' subnet, for each of them.</summary>
    public static IEnumerable<Finding> Each(NetworkFacts facts, Func<NetworkFacts, IEnumerable<Finding>> rule)
    {
        if (facts.OtherNodeSubnets.Count == 0)
            return rule(facts);
        // Where the load balancer is, is told from the first subnet.
        var place = LoadBalancerPlace.Subnet(facts);
        return rule(facts)
            .Concat(facts.OtherNodeSubnets.SelectMany(subnet => rule(facts with { Subnet = subnet, LoadBalancerSubnet = place })))
            .DistinctBy(finding => (finding.Target, finding.Evidence));
    }

    /// <summary>Whether the facts look at the first subnet, the one that this module's commands open.</summary>
    public static bool IsFirst(NetworkFacts facts) =>
        !facts.OtherNodeSubnets.Any(other => ArmId.AreSame(other.Value?.Id, facts.Subnet.Value?.Id));

    /// <summary>The subnets that were read, the first one first.</summary>
    public static IEnumerable<SubnetFacts> Read(NetworkFacts facts) =>
        facts.OtherNodeSubnets.Prepend(facts.Subnet).Select(subnet => subnet.Value).OfType<SubnetFacts>();
}
