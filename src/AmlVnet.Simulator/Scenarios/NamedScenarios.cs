using System.Globalization;

namespace AmlVnet.Simulator.Scenarios;

/// <summary>The worlds that have a name.</summary>
internal static class NamedScenarios
{
    public const int DefaultFleetSize = 60;

    private const string HowTo = """
        {
          "description": "The how-to's own names and addresses.",
          "resourceGroups": [
            { "name": "myworkspacegroup", "location": "eastus2" },
            { "name": "mygroup", "location": "eastus2" }
          ],
          "virtualNetworks": [
            {
              "resourceGroup": "mygroup", "name": "mynetwork", "addressPrefixes": ["10.1.0.0/16"],
              "subnets": [{ "name": "default", "addressPrefix": "10.1.0.0/24" }]
            }
          ],
          "storageAccounts": [{ "resourceGroup": "myworkspacegroup", "name": "myworkspacestorage" }],
          "workspaces": [
            {
              "resourceGroup": "myworkspacegroup", "name": "myworkspace", "location": "eastus2",
              "storageAccount": "myworkspacegroup/Microsoft.Storage/storageAccounts/myworkspacestorage",
              "keyVault": "myworkspacegroup/Microsoft.KeyVault/vaults/myworkspacevault",
              "applicationInsights": "myworkspacegroup/microsoft.insights/components/myworkspaceinsights"
            }
          ]
        }
        """;

    public static readonly string[] Names = ["how-to", "existing-cluster", "user-assigned", "service-principal", "overlap", "locked-down",
        "contributor", "hub-and-spoke", "kubernetes", "migration", "automatic", "fleet"];

    /// <summary>The document of a named scenario, or null.</summary>
    public static JsonObject? Find(string name, int fleetSize)
    {
        if (!Array.Exists(Names, n => n.Same(name)))
            return null;
        return name.ToLowerInvariant() switch
        {
            "hub-and-spoke" => HubAndSpoke.World(),
            "kubernetes" => KubernetesRoute.Kubernetes(),
            "migration" => KubernetesRoute.Migration(),
            "automatic" => KubernetesRoute.Automatic(),
            _ => Varied(name, fleetSize),
        };
    }

    /// <summary>The how-to's world with what the name stands for.</summary>
    private static JsonObject Varied(string name, int fleetSize)
    {
        var world = (JsonObject)JsonNode.Parse(HowTo)!;
        switch (name.ToLowerInvariant())
        {
            case "existing-cluster":
                AddExistingCluster(world, null);
                break;
            case "user-assigned":
                world["settings"] = new JsonObject { ["clusterIdentity"] = "UserAssigned" };
                world["userAssignedIdentities"] = Parse("""[{ "resourceGroup": "mygroup", "name": "myaks-identity" }]""");
                AddExistingCluster(world, cluster =>
                {
                    world.Remove("computes");
                    cluster["identity"] = "UserAssigned";
                    cluster["userAssignedIdentity"] = "mygroup/Microsoft.ManagedIdentity/userAssignedIdentities/myaks-identity";
                });
                break;
            case "service-principal":
                world["settings"] = new JsonObject { ["clusterIdentity"] = "ServicePrincipal" };
                world["servicePrincipals"] = Parse("""
                    [{
                      "name": "myaks-sp", "appId": "3b4c1f0e-7d2a-4c55-9b0e-5a6f1d2e3c4b",
                      "objectId": "9e8d7c6b-5a49-4837-a625-1c0b9f8e7d6a"
                    }]
                    """);
                AddExistingCluster(world, cluster =>
                {
                    world.Remove("computes");
                    cluster["identity"] = "ServicePrincipal";
                    cluster["clientId"] = "3b4c1f0e-7d2a-4c55-9b0e-5a6f1d2e3c4b";
                });
                break;
            case "overlap":
                var network = world.Objects("virtualNetworks").First();
                network["addressPrefixes"] = new JsonArray("10.0.0.0/8");
                network["subnets"] = Parse("""[{ "name": "default", "addressPrefix": "10.240.0.0/16" }]""");
                break;
            case "locked-down":
                LockDown(world);
                break;
            case "contributor":
                world["caller"] = Parse("""{ "roles": [{ "role": "Contributor" }] }""");
                break;
            case "fleet":
                AddFleet(world, fleetSize);
                break;
            default:
                break;
        }
        return world;
    }

    private static JsonNode Parse(string json) => JsonNode.Parse(json)!;

    /// <summary>
    /// A cluster of the user's own in the virtual network, which has aks-subnet too, attached to the workspace as myaks. The worlds with
    /// another
    /// kind of identity have the cluster bare, so that it can be attached and a compute of the how-to's name be made.
    /// </summary>
    private static void AddExistingCluster(JsonObject world, Action<JsonObject>? change)
    {
        world.Array("resourceGroups")!.Add(Parse("""{ "name": "myaksgroup", "location": "eastus2" }"""));
        world.Objects("virtualNetworks").First().Array("subnets")!
            .Add(Parse("""{ "name": "aks-subnet", "addressPrefix": "10.1.1.0/24" }"""));
        var cluster = (JsonObject)Parse("""
            {
              "resourceGroup": "myaksgroup", "name": "myakscluster", "nodes": 3, "vmSize": "Standard_D3_v2", "identity": "SystemAssigned",
              "subnet": "mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/default",
              "serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.10", "dockerBridgeCidr": "172.17.0.1/16"
            }
            """);
        world["clusters"] = new JsonArray(cluster);
        world["computes"] = Parse("""
            [{
              "workspace": "myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace", "name": "myaks",
              "cluster": "myaksgroup/Microsoft.ContainerService/managedClusters/myakscluster", "clusterPurpose": "FastProd"
            }]
            """);
        change?.Invoke(cluster);
    }

    private static void LockDown(JsonObject world)
    {
        world["networkSecurityGroups"] = new JsonArray(new JsonObject
        {
            ["resourceGroup"] = "mygroup",
            ["name"] = "mynsg",
            ["securityRules"] = new JsonArray(
                Rule("DenyAllIn", "*", "*", "*", "*", "Deny", 4000, "Inbound"),
                Rule("DenyScoring", "Tcp", "Internet", "*", "80,443", "Deny", 300, "Inbound"),
                Rule("AllowStorageOut", "Tcp", "VirtualNetwork", "Storage.EastUS2", "443", "Allow", 200, "Outbound"),
                Rule("DenyInternetOut", "*", "*", "Internet", "*", "Deny", 4000, "Outbound")),
        });
        world.Objects("virtualNetworks").First().Objects("subnets").First()["networkSecurityGroup"] = "mynsg";
    }

    private static JsonObject Rule(
        string name, string protocol, string from, string to, string ports, string access, int priority, string direction)
    {
        var properties = new JsonObject { ["protocol"] = protocol, ["sourcePortRange"] = "*" };
        if (ports.Contains(',', StringComparison.Ordinal))
            properties["destinationPortRanges"] = Json.List(ports.Split(','));
        else
            properties["destinationPortRange"] = ports;
        (properties["sourceAddressPrefix"], properties["destinationAddressPrefix"]) = (from, to);
        (properties["access"], properties["priority"], properties["direction"]) = (access, priority, direction);
        return new JsonObject { ["name"] = name, ["properties"] = properties };
    }

    private static void AddFleet(JsonObject world, int size)
    {
        // Every tenth compute begins another workspace; every two hundredth another virtual network.
        world["settings"] = new JsonObject { ["pageSize"] = 4, ["coreQuota"] = Math.Max(10000, (size + 50) * 8) };
        var (workspaces, computes, networks, storage) = (world.Array("workspaces")!, new JsonArray(), world.Array("virtualNetworks")!,
            world.Array("storageAccounts")!);
        for (var i = 0; i < size; i++)
        {
            if (i % 10 == 0)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"fleetworkspace{i / 10:D3}");
                storage.Add((JsonNode)new JsonObject
                {
                    ["resourceGroup"] = "myworkspacegroup",
                    ["name"] = string.Create(CultureInfo.InvariantCulture, $"fleetstorage{i / 10:D3}")
                });
                workspaces.Add((JsonNode)new JsonObject
                {
                    ["resourceGroup"] = "myworkspacegroup",
                    ["name"] = name,
                    ["storageAccount"] = string.Create(CultureInfo.InvariantCulture,
                        $"myworkspacegroup/Microsoft.Storage/storageAccounts/fleetstorage{i / 10:D3}"),
                    ["keyVault"] = "myworkspacegroup/Microsoft.KeyVault/vaults/myworkspacevault",
                });
            }
            var network = 100 + (i / 200);
            if (i % 200 == 0)
            {
                networks.Add((JsonNode)new JsonObject
                {
                    ["resourceGroup"] = "mygroup",
                    ["name"] = string.Create(CultureInfo.InvariantCulture, $"fleetnetwork{i / 200:D2}"),
                    ["addressPrefixes"] = new JsonArray(string.Create(CultureInfo.InvariantCulture, $"10.{network}.0.0/16")),
                    ["subnets"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "nodes",
                        ["addressPrefix"] = string.Create(CultureInfo.InvariantCulture, $"10.{network}.0.0/16")
                    }),
                });
            }
            computes.Add((JsonNode)new JsonObject
            {
                ["workspace"] = string.Create(CultureInfo.InvariantCulture,
                    $"myworkspacegroup/Microsoft.MachineLearningServices/workspaces/fleetworkspace{i / 10:D3}"),
                ["name"] = string.Create(CultureInfo.InvariantCulture, $"fleet{i:D4}"),
                ["nodes"] = 1,
                ["vmSize"] = "Standard_D4s_v3",
                ["clusterPurpose"] = "DevTest",
                ["subnet"] = string.Create(CultureInfo.InvariantCulture,
                    $"mygroup/Microsoft.Network/virtualNetworks/fleetnetwork{i / 200:D2}/subnets/nodes"),
            });
        }
        world["computes"] = computes;
    }
}
