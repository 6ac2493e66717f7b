namespace AmlVnet.Simulator.Providers.Authorization;

/// <summary>Azure's built-in roles that matter here (Microsoft Learn: "Azure built-in roles").</summary>
internal static class BuiltInRoles
{
    public const string Owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

    public const string Contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";

    public const string NetworkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";

    private static readonly (string Id, string Name, string Description, string[] Actions, string[] NotActions)[] All =
    [
        (Owner, "Owner", "Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.", ["*"], []),
        (Contributor, "Contributor", "Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC.",
            ["*"],
            ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write", "Microsoft.Authorization/elevateAccess/Action",
                "Microsoft.Blueprint/blueprintAssignments/write",
             "Microsoft.Blueprint/blueprintAssignments/delete", "Microsoft.Compute/galleries/share/action"]),
        ("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", "View all resources, but does not allow you to make any changes.", ["*/read"],
            []),
        ("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "User Access Administrator", "Lets you manage user access to Azure resources.",
            ["*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"], []),
        (NetworkContributor, "Network Contributor", "Lets you manage networks, but not access to them.",
            ["Microsoft.Authorization/*/read", "Microsoft.Insights/alertRules/*", "Microsoft.Network/*",
                "Microsoft.ResourceHealth/availabilityStatuses/read",
             "Microsoft.Resources/deployments/*", "Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.Support/*"], []),
        ("f58310d9-a9f6-439a-9e8d-f62e7b41a168", "Role Based Access Control Administrator",
            "Manage access to Azure resources by assigning roles using Azure RBAC.",
            ["Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete", "*/read",
                "Microsoft.Support/*"], []),
        ("0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8", "Azure Kubernetes Service Cluster Admin Role", "List cluster admin credential action.",
            ["Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
                "Microsoft.ContainerService/managedClusters/accessProfiles/listCredential/action",
                "Microsoft.ContainerService/managedClusters/read",
                "Microsoft.ContainerService/managedClusters/runcommand/action"], []),
        ("85cb6faf-e071-4c9b-8136-154b5a04f717", "Kubernetes Extension Contributor",
            "Can create, update, get, list and delete Kubernetes Extensions, and get extension async operations",
            ["Microsoft.Authorization/*/read", "Microsoft.Insights/alertRules/*", "Microsoft.Resources/deployments/*",
                "Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.KubernetesConfiguration/extensions/write",
                "Microsoft.KubernetesConfiguration/extensions/read", "Microsoft.KubernetesConfiguration/extensions/delete",
                "Microsoft.KubernetesConfiguration/extensions/operations/read"], []),
        ("9980e02c-c2be-4d73-94e8-173b1dc7cf3c", "Virtual Machine Contributor", "Lets you manage virtual machines, but not access to them.",
            ["Microsoft.Authorization/*/read", "Microsoft.Compute/virtualMachines/*", "Microsoft.Network/virtualNetworks/read",
                "Microsoft.Network/virtualNetworks/subnets/join/action",
             "Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.Support/*"], []),
        ("f1a07417-d97a-45cb-824c-7a7467783830", "Managed Identity Operator", "Read and Assign User Assigned Identity",
            ["Microsoft.ManagedIdentity/userAssignedIdentities/*/read", "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
                "Microsoft.Authorization/*/read",
             "Microsoft.Resources/subscriptions/resourceGroups/read"], []),
    ];

    public static void AddTo(World world)
    {
        foreach (var role in All)
        {
            var permission = new JsonObject { ["actions"] = Json.List(role.Actions), ["notActions"] = Json.List(role.NotActions) };
            world.Save(AuthorizationProvider.NewDefinition(role.Id, role.Name, role.Description, "BuiltInRole", ["/"], [permission],
                "2015-02-02T21:55:09.8806423Z", "2021-11-11T20:13:44.6328966Z"));
        }
    }
}
