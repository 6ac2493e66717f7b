namespace AmlVnet.Simulator.Scenarios;

/// <summary>
/// Worlds of the Kubernetes route. <c>kubernetes</c>: who starts. A cluster of his own in a virtual network, nothing on it, a provider that
/// is not registered, a private DNS zone in reach. <c>migration</c>: who has an AKS compute of the v1 route, on an internal address.
/// <c>automatic</c>: AKS Automatic, which has no local accounts.
/// </summary>
internal static class KubernetesRoute
{
    private const string Document = """
        {
          "resourceGroups": [
            { "name": "myworkspacegroup", "location": "eastus2" },
            { "name": "mygroup", "location": "eastus2" },
            { "name": "myaksgroup", "location": "eastus2" }
          ],
          "virtualNetworks": [
            {
              "resourceGroup": "mygroup", "name": "mynetwork", "addressPrefixes": ["10.1.0.0/16"],
              "subnets": [{ "name": "default", "addressPrefix": "10.1.0.0/24" }, { "name": "aks-subnet", "addressPrefix": "10.1.1.0/24" }]
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
          ],
          "clusters": [
            {
              "resourceGroup": "myaksgroup", "name": "myakscluster", "nodes": 3, "vmSize": "Standard_D4s_v5", "identity": "SystemAssigned",
              "subnet": "mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/default",
              "serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.10", "objects": []
            }
          ],
          "resources": [
            {
              "id": "mygroup/Microsoft.Network/privateDnsZones/contoso.internal", "type": "Microsoft.Network/privateDnsZones",
              "location": "global", "properties": { "provisioningState": "Succeeded" }
            },
            {
              "id": "mygroup/Microsoft.Network/privateDnsZones/contoso.internal/virtualNetworkLinks/mynetwork",
              "type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks", "location": "global",
              "properties": {
                "virtualNetwork": { "id": "{subscription}/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork" },
                "registrationEnabled": false, "virtualNetworkLinkState": "Completed", "provisioningState": "Succeeded"
              }
            }
          ]
        }
        """;

    public static JsonObject Kubernetes()
    {
        var world = World("A cluster in a virtual network, for the Azure Machine Learning extension.");
        world["settings"] = new JsonObject { ["unregisteredProviders"] = new JsonArray("Microsoft.KubernetesConfiguration") };
        Cluster(world)["objects"] = Parse("""
            [
              { "kind": "Namespace", "name": "inferencing" },
              { "kind": "Secret", "name": "scoring-tls", "namespace": "azureml" }
            ]
            """);
        return world;
    }

    public static JsonObject Migration()
    {
        var world = World("An AKS compute of the v1 route on an internal address, and a workspace in v1 legacy mode.");
        world["computes"] = Parse("""
            [{
              "workspace": "myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace", "name": "myaks",
              "cluster": "myaksgroup/Microsoft.ContainerService/managedClusters/myakscluster", "clusterPurpose": "FastProd",
              "loadBalancerSubnet": "aks-subnet"
            }]
            """);
        world["roleAssignments"] = Parse("""
            [{
              "role": "Network Contributor", "scope": "mygroup",
              "cluster": "myaksgroup/Microsoft.ContainerService/managedClusters/myakscluster"
            }]
            """);
        Cluster(world)["objects"] = Parse("""
            [
              { "kind": "Namespace", "name": "azureml-myworkspace" },
              { "kind": "Secret", "name": "azuremlfessl", "namespace": "default" }
            ]
            """);
        world.Array("resources")!.Add(Parse("""
            {
              "id": "myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace", "properties": { "v1LegacyMode": true }
            }
            """));
        return world;
    }

    public static JsonObject Automatic()
    {
        var world = World("An AKS Automatic cluster. Whether the extension is supported on it is not documented.");
        var cluster = Cluster(world);
        cluster["networkPlugin"] = "azure";
        cluster["properties"] = Parse("""
            {
              "disableLocalAccounts": true, "aadProfile": { "managed": true, "enableAzureRBAC": true },
              "networkProfile": {
                "networkPluginMode": "overlay", "networkDataplane": "cilium", "networkPolicy": "cilium", "podCidr": "10.244.0.0/16"
              }
            }
            """);
        cluster["objects"] = Parse("""[{ "kind": "Namespace", "name": "inferencing" }]""");
        world.Array("resources")!.Add(Parse("""
            {
              "id": "myaksgroup/Microsoft.ContainerService/managedClusters/myakscluster",
              "sku": { "name": "Automatic", "tier": "Standard" },
              "properties": { "nodeProvisioningProfile": { "mode": "Auto" } }
            }
            """));
        return world;
    }

    private static JsonObject World(string description)
    {
        var world = (JsonObject)Parse(
            Document.Replace("{subscription}", $"/subscriptions/{Tenancy.SubscriptionId}", StringComparison.Ordinal));
        world["description"] = description;
        return world;
    }

    private static JsonObject Cluster(JsonObject world) => world.Objects("clusters").First();

    private static JsonNode Parse(string json) => JsonNode.Parse(json)!;
}
