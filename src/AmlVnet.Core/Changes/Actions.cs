using AmlVnet.Core.Ids;

namespace AmlVnet.Core.Changes;

/// <summary>What somebody must be allowed to do for a change. Source: the resource provider operations that Azure lists.</summary>
internal static class Actions
{
    internal const string WriteCompute = "Microsoft.MachineLearningServices/workspaces/computes/write";
    internal const string DeleteCompute = "Microsoft.MachineLearningServices/workspaces/computes/delete";
    internal const string JoinSubnet = "Microsoft.Network/virtualNetworks/subnets/join/action";
    internal const string WriteAssignment = "Microsoft.Authorization/roleAssignments/write";
    internal const string DeleteAssignment = "Microsoft.Authorization/roleAssignments/delete";
    internal const string WriteRule = "Microsoft.Network/networkSecurityGroups/securityRules/write";
    internal const string DeleteRule = "Microsoft.Network/networkSecurityGroups/securityRules/delete";

    /// <summary>What it takes to make a compute of a cluster that exists, or of one in a subnet.</summary>
    internal static IEnumerable<NeededAction> ToMake(string compute, string? cluster, string? subnet)
    {
        yield return new NeededAction(compute, WriteCompute);
        if (cluster is not null)
        {
            yield return new NeededAction(cluster, "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action");
            yield return new NeededAction(cluster, "Microsoft.ContainerService/managedClusters/write");
        }

        if (subnet is not null) yield return new NeededAction(subnet, JoinSubnet);
    }

    /// <summary>What it takes to give an identity its right on subnets.</summary>
    internal static IEnumerable<NeededAction> ToGrant(NetworkScopeLevel level, params IEnumerable<ArmId?> subnets) =>
        subnets.OfType<ArmId>().Select(subnet => new NeededAction(RoleWish.At(level, subnet).ToString(), WriteAssignment)).Distinct();
}
