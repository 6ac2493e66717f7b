namespace AmlVnet.Core.Access;

/// <summary>
/// Built-in roles that matter here, so that a right can be recognised where role definitions can't be read.
/// Source: Microsoft Learn "Azure built-in roles".
/// </summary>
public static class WellKnownRoles
{
    /// <summary>The name (last part of the ARM id) of the built-in role Network Contributor.</summary>
    public const string NetworkContributorId = "4d97b98b-1d4f-4787-a291-c67834d212e7";

    /// <summary>The display name of <see cref="NetworkContributorId"/>.</summary>
    public const string NetworkContributorName = "Network Contributor";

    /// <summary>Joins a resource to a subnet.</summary>
    public const string SubnetJoinAction = "Microsoft.Network/virtualNetworks/subnets/join/action";

    /// <summary>Reads a subnet.</summary>
    public const string SubnetReadAction = "Microsoft.Network/virtualNetworks/subnets/read";

    /// <summary>Writes a route table, which AKS does on a bring-your-own route table (kubenet).</summary>
    public const string RouteTableWriteAction = "Microsoft.Network/routeTables/write";

    /// <summary>Gives rights to others, which no cluster needs.</summary>
    public const string RoleAssignmentWriteAction = "Microsoft.Authorization/roleAssignments/write";

    /// <summary>Takes rights from others.</summary>
    public const string RoleAssignmentDeleteAction = "Microsoft.Authorization/roleAssignments/delete";

    /// <summary>Owner, Contributor and Network Contributor, as far as they speak of networks.</summary>
    public static IReadOnlyList<RoleDefinitionFacts> Definitions { get; } =
    [
        Role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", ["*"], []),
        Role(
            "b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor", ["*"],
            ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write", "Microsoft.Authorization/elevateAccess/Action"]),
        Role(NetworkContributorId, NetworkContributorName, ["Microsoft.Authorization/*/read", "Microsoft.Network/*"], []),
    ];

    private static RoleDefinitionFacts Role(string id, string name, string[] actions, string[] notActions) => new()
    {
        Id = $"/providers/Microsoft.Authorization/roleDefinitions/{id}",
        RoleName = name,
        Permissions = [new(actions, notActions)],
    };
}
