namespace AmlVnet.Simulator.Scenarios;

/// <summary>The sections of a scenario document and their members; the guide lists them too.</summary>
internal static class ScenarioFormat
{
    private static readonly (string, Shape)[] Placed = [("resourceGroup", Shape.Text), ("name", Shape.Text), ("location", Shape.Text)];

    private static readonly (string, Shape)[] Cluster =
    [
        ("nodes", Shape.WholeFrom(1, 5000)), ("vmSize", Shape.Text), ("poolName", Shape.Text), ("subnet", Shape.Text),
        ("maxPods", Shape.WholeFrom(10, 250)), ("serviceCidr", Shape.Text), ("dnsServiceIP", Shape.Text), ("dockerBridgeCidr", Shape.Text),
        ("networkPlugin", Shape.Text), ("identity", Shape.OneOf(Settings.Identities)),
        ("userAssignedIdentity", Shape.Text), ("clientId", Shape.Text), ("properties", Shape.Object()),
        ("objects", Shape.List(Shape.Closed(
            ("kind", Shape.OneOf("Namespace", "Secret", "Service", "Deployment", "ServiceAccount", "ClusterRole", "ClusterRoleBinding",
                "ConfigMap", "CustomResourceDefinition").Required),
            ("name", Shape.Text.Required), ("namespace", Shape.Text), ("annotations", Shape.Tags)))),
    ];

    private static readonly Shape NamedProperties = Shape.Closed(("name", Shape.Text), ("properties", Shape.Object()));

    private static readonly Shape Subnet = Shape.Closed(
        ("name", Shape.Text),
        ("addressPrefix", Shape.Text),
        ("networkSecurityGroup", Shape.Text),
        ("routeTable", Shape.Text),
        ("serviceEndpoints", Shape.List(Shape.Text)),
        ("delegations", Shape.List(Shape.Text)),
        ("defaultOutboundAccess", Shape.Flag),
        ("usedAddresses", Shape.WholeFrom(0, 1_000_000)));

    private static readonly Shape Peering = Shape.Closed(
        ("name", Shape.Text), ("remoteVirtualNetwork", Shape.Text), ("remoteAddressPrefixes", Shape.List(Shape.Text)));

    public static Shape Document { get; } = Shape.Closed(
        ("description", Shape.Text),
        ("settings", Shape.Object()),
        ("caller", Shape.Closed(("principal", Shape.Text),
            ("roles", Shape.List(Shape.Closed(("role", Shape.Text.Required), ("scope", Shape.Text)))))),
        ("subscriptions", Items(("id", Shape.Text), ("name", Shape.Text))),
        ("managementGroups", Items(("name", Shape.Text), ("displayName", Shape.Text), ("parent", Shape.Text),
            ("subscriptions", Shape.List(Shape.Text)))),
        ("resourceGroups", Items(("name", Shape.Text), ("location", Shape.Text), ("subscription", Shape.Text))),
        ("networkSecurityGroups", Items([.. Placed, ("securityRules", Shape.List(NamedProperties))])),
        ("routeTables", Items([.. Placed, ("routes", Shape.List(NamedProperties))])),
        ("virtualNetworks", Items([.. Placed, ("addressPrefixes", Shape.List(Shape.Text)), ("subnets", Shape.List(Subnet)),
            ("peerings", Shape.List(Peering))])),
        ("storageAccounts", Items([.. Placed, ("virtualNetworkRules", Shape.List(Shape.Text)),
            ("defaultAction", Shape.OneOf("Allow", "Deny"))])),
        ("userAssignedIdentities", Items(Placed)),
        ("servicePrincipals", Items(("name", Shape.Text), ("appId", Shape.Text), ("objectId", Shape.Text))),
        ("users", Items(("name", Shape.Text), ("userPrincipalName", Shape.Text), ("objectId", Shape.Text))),
        ("groups", Items(("name", Shape.Text), ("objectId", Shape.Text), ("members", Shape.List(Shape.Text)))),
        ("workspaces", Items([.. Placed, ("storageAccount", Shape.Text), ("keyVault", Shape.Text), ("applicationInsights", Shape.Text)])),
        ("clusters", Items([.. Placed, .. Cluster])),
        ("computes", Items([("workspace", Shape.Text), ("name", Shape.Text), ("location", Shape.Text), ("cluster", Shape.Text),
            ("clusterPurpose", Shape.OneOf("FastProd", "DenseProd", "DevTest")), ("description", Shape.Text), ("tags", Shape.Tags),
            ("loadBalancerSubnet", Shape.Text), .. Cluster])),
        ("roleDefinitions", Items(("roleName", Shape.Text), ("id", Shape.Text), ("description", Shape.Text),
            ("assignableScopes", Shape.List(Shape.Text)), ("actions", Shape.List(Shape.Text)), ("notActions", Shape.List(Shape.Text)))),
        ("roleAssignments", Items(("role", Shape.Text), ("scope", Shape.Text), ("principalId", Shape.Text), ("cluster", Shape.Text),
            ("compute", Shape.Text), ("userAssignedIdentity", Shape.Text), ("principal", Shape.Text))),
        ("resources", Shape.List(Shape.Object(("id", Shape.Text), ("type", Shape.Text)))));

    private static Shape Items(params (string, Shape)[] members) => Shape.List(Shape.Closed(members));
}
