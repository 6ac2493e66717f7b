namespace AmlVnet.Core.Access;

/// <summary>
/// Built-in roles that an administrator may assign for what this module needs, the narrowest first, as far as they speak of that.
/// Source: Microsoft Learn, "Azure built-in roles" (General, Privileged, Networking, Containers, AI + machine learning).
/// </summary>
public static class BuiltInRoles
{
    private static readonly (string Name, RolePermission Permission)[] All =
    [
        ("Reader", new(["*/read"], [])),
        ("AzureML Compute Operator", new(["Microsoft.MachineLearningServices/workspaces/computes/*"], [])),
        ("Azure Kubernetes Service Cluster Admin Role",
            new(["Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
                "Microsoft.ContainerService/managedClusters/read"], [])),
        ("Azure Kubernetes Service Contributor Role",
            new(["Microsoft.ContainerService/managedClusters/read", "Microsoft.ContainerService/managedClusters/write"], [])),
        (WellKnownRoles.NetworkContributorName, new(["Microsoft.Network/*", "Microsoft.Authorization/*/read"], [])),
        ("Role Based Access Control Administrator",
            new([WellKnownRoles.RoleAssignmentWriteAction, WellKnownRoles.RoleAssignmentDeleteAction, "*/read"], [])),
        ("User Access Administrator", new(["Microsoft.Authorization/*", "*/read"], [])),
        ("Contributor", new(["*"], ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"])),
        ("Owner", new(["*"], [])),
    ];

    /// <summary>The names of the roles that give an action, the narrowest first; Owner is always among them.</summary>
    public static IReadOnlyList<string> Giving(string action) =>
        [.. All.Where(role => role.Permission.Allows(action)).Select(static role => role.Name)];
}
