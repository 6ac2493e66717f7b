namespace AmlVnet.Core.Checks;

/// <summary>Something that a lock can keep from being written.</summary>
/// <param name="Id">Its ARM id.</param>
/// <param name="What">What it is called in a sentence.</param>
/// <param name="IsNodeGroup">Whether it is the group of the nodes, in which the cluster writes what it likes.</param>
public sealed record LockTarget(string Id, string What, bool IsNodeGroup = false);

/// <summary>What the commands of this module write, and Kubernetes for them.</summary>
public static class LockTargets
{
    /// <summary>The targets that the facts name, each once.</summary>
    public static IReadOnlyList<LockTarget> Of(NetworkFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return [.. All(facts).DistinctBy(target => target.Id, StringComparer.OrdinalIgnoreCase)];
    }

    private static IEnumerable<LockTarget> All(NetworkFacts facts)
    {
        if (facts.Compute.Value is { } compute)
            yield return new(compute.Id, "the compute");
        else if (facts.Workspace.Value is { } workspace)
            yield return new(workspace.Id, "the workspace");
        if (facts.Cluster.Value is { } cluster)
        {
            yield return new(cluster.Id, "the cluster");
            if (!string.IsNullOrEmpty(cluster.NodeResourceGroup) && ArmId.TryParse(cluster.Id, out var id, out _))
                yield return new(ArmId.ForResourceGroup(id.SubscriptionId!, cluster.NodeResourceGroup).ToString(),
                    "its node resource group", IsNodeGroup: true);
        }

        var subnets = NodeSubnets.Read(facts).Append(LoadBalancerPlace.Subnet(facts).Value)
            .Concat(facts.PodSubnets.Select(pods => pods.Value));
        foreach (var subnet in subnets.OfType<SubnetFacts>().Where(subnet => subnet.Id is not null))
        {
            yield return new(subnet.Id!, $"the subnet {subnet.Name}");
            if (subnet.NetworkSecurityGroup.Value is { Id.Length: > 0 } group)
                yield return new(group.Id, $"the security group {group.Id[(group.Id.LastIndexOf('/') + 1)..]}");
            // Kubenet writes a route for each node.
            if (facts.Cluster.Value?.NetworkPlugin == NetworkPlugin.Kubenet
                && subnet.RouteTable.Value is { Id.Length: > 0 } table)
                yield return new(table.Id, $"the route table {table.Id[(table.Id.LastIndexOf('/') + 1)..]}");
        }
    }
}
