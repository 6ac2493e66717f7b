namespace AmlVnet.Core.Changes;

/// <summary>What somebody must be allowed to do for a change. Source: the resource provider operations that Azure lists.</summary>
internal static class Actions
{
    internal const string WriteCompute = "Microsoft.MachineLearningServices/workspaces/computes/write";
    internal const string DeleteCompute = "Microsoft.MachineLearningServices/workspaces/computes/delete";
    internal const string JoinSubnet = WellKnownRoles.SubnetJoinAction;
    internal const string ReadAssignment = "Microsoft.Authorization/roleAssignments/read";
    internal const string WriteAssignment = WellKnownRoles.RoleAssignmentWriteAction;
    internal const string DeleteAssignment = WellKnownRoles.RoleAssignmentDeleteAction;
    internal const string WriteRule = "Microsoft.Network/networkSecurityGroups/securityRules/write";
    internal const string DeleteRule = "Microsoft.Network/networkSecurityGroups/securityRules/delete";

    /// <summary>What it takes to write a compute that does not exist yet: it has no assignments of its own,
    /// so that its workspace is asked.</summary>
    internal static NeededAction ToWrite(string compute) =>
        new(compute, WriteCompute) { AskAt = ArmId.TryParse(compute, out var id, out _) ? id.Parent?.ToString() : null };

    /// <summary>
    /// What it takes to make a compute of a cluster that exists, or of one in a subnet. Source of what attaching needs on the cluster:
    /// Microsoft Learn, "Create and attach an Azure Kubernetes Service cluster with v1".
    /// </summary>
    internal static IEnumerable<NeededAction> ToMake(string compute, string? cluster, string? subnet)
    {
        yield return ToWrite(compute);
        if (cluster is not null)
        {
            yield return new NeededAction(cluster, "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action");
            yield return new NeededAction(cluster, "Microsoft.ContainerService/managedClusters/write");
        }

        if (subnet is not null) yield return new NeededAction(subnet, JoinSubnet);
    }

    /// <summary>What it takes to give an identity its right on subnets.</summary>
    internal static IEnumerable<NeededAction> ToGrant(NetworkScopeLevel level, params IEnumerable<ArmId?> subnets) =>
        subnets.OfType<ArmId>().Select(subnet => ToAssign(RoleWish.At(level, subnet).ToString(), subnet.ToString())).Distinct();

    /// <summary>What it takes to assign a role for a subnet.
    /// A subscription can't be asked, and the part of it with the network can.</summary>
    internal static NeededAction ToAssign(string scope, string subnetId) => new(scope, WriteAssignment)
    {
        AskAt = ArmId.TryParse(scope, out var at, out _) && at.ResourceGroupName is null && ArmId.TryParse(subnetId, out var subnet, out _)
            ? ArmId.ForResourceGroup(subnet.SubscriptionId!, subnet.ResourceGroupName!).ToString() : null,
    };
}
