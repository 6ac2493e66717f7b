namespace AmlVnet.Simulator.Scenarios;

/// <summary>
/// A network as landing zones have it: a hub with a firewall, a gateway and the private endpoints, and a spoke whose nodes go out by the
/// firewall (Microsoft Learn: "Baseline architecture for an AKS cluster").
/// </summary>
internal static class HubAndSpoke
{
    public const string Document = """
        {
          "description": "A hub with firewall, gateway and private endpoints, and a spoke with a cluster that goes out by the firewall.",
          "resourceGroups": [
            { "name": "myworkspacegroup", "location": "eastus2" },
            { "name": "mygroup", "location": "eastus2" },
            { "name": "myhubgroup", "location": "eastus2" },
            { "name": "myaksgroup", "location": "eastus2" }
          ],
          "routeTables": [
            {
              "resourceGroup": "mygroup", "name": "myroutes",
              "routes": [
                {
                  "name": "to-firewall",
                  "properties": { "addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.100.0.4" }
                },
                { "name": "to-office", "properties": { "addressPrefix": "192.168.0.0/16", "nextHopType": "VirtualNetworkGateway" } }
              ]
            }
          ],
          "virtualNetworks": [
            {
              "resourceGroup": "mygroup", "name": "mynetwork", "addressPrefixes": ["10.1.0.0/16"],
              "subnets": [
                { "name": "default", "addressPrefix": "10.1.0.0/24", "routeTable": "myroutes" },
                { "name": "internal", "addressPrefix": "10.1.1.0/28" }
              ],
              "peerings": [{ "name": "to-hub", "remoteVirtualNetwork": "myhubgroup/Microsoft.Network/virtualNetworks/myhub" }]
            },
            {
              "resourceGroup": "myhubgroup", "name": "myhub", "addressPrefixes": ["10.100.0.0/16"],
              "subnets": [
                { "name": "AzureFirewallSubnet", "addressPrefix": "10.100.0.0/26" },
                { "name": "AzureFirewallManagementSubnet", "addressPrefix": "10.100.0.64/26" },
                { "name": "GatewaySubnet", "addressPrefix": "10.100.1.0/27" },
                { "name": "AzureBastionSubnet", "addressPrefix": "10.100.2.0/26" },
                { "name": "endpoints", "addressPrefix": "10.100.3.0/24" }
              ],
              "peerings": [{ "name": "to-spoke", "remoteVirtualNetwork": "mygroup/Microsoft.Network/virtualNetworks/mynetwork" }]
            }
          ],
          "storageAccounts": [{ "resourceGroup": "myworkspacegroup", "name": "myworkspacestorage", "defaultAction": "Deny" }],
          "workspaces": [
            {
              "resourceGroup": "myworkspacegroup", "name": "myworkspace", "location": "eastus2",
              "storageAccount": "myworkspacegroup/Microsoft.Storage/storageAccounts/myworkspacestorage",
              "keyVault": "myworkspacegroup/Microsoft.KeyVault/vaults/myworkspacevault"
            }
          ],
          "clusters": [
            {
              "resourceGroup": "myaksgroup", "name": "myakscluster", "nodes": 3, "vmSize": "Standard_D4s_v5", "identity": "SystemAssigned",
              "subnet": "mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/default",
              "serviceCidr": "172.20.0.0/16", "dnsServiceIP": "172.20.0.10",
              "properties": { "networkProfile": { "outboundType": "userDefinedRouting" } }
            }
          ],
          "computes": [
            {
              "workspace": "myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace", "name": "myaks",
              "cluster": "myaksgroup/Microsoft.ContainerService/managedClusters/myakscluster", "clusterPurpose": "FastProd"
            }
          ],
          "resources": [
            {
              "id": "myhubgroup/Microsoft.Network/privateEndpoints/storage-endpoint", "type": "Microsoft.Network/privateEndpoints",
              "location": "eastus2",
              "properties": {
                "provisioningState": "Succeeded",
                "subnet": {
                  "id": "{subscription}/resourceGroups/myhubgroup/providers/Microsoft.Network/virtualNetworks/myhub/subnets/endpoints" },
                "privateLinkServiceConnections": [
                  {
                    "name": "storage-endpoint",
                    "properties": {
                      "privateLinkServiceId":
                        "{subscription}/resourceGroups/myworkspacegroup/providers/Microsoft.Storage/storageAccounts/myworkspacestorage",
                      "groupIds": ["blob"]
                    }
                  }
                ]
              }
            },
            {
              "id": "myworkspacegroup/Microsoft.Storage/storageAccounts/myworkspacestorage",
              "properties": {
                "privateEndpointConnections": [
                  {
                    "id": "storage-endpoint",
                    "properties": {
                      "privateEndpoint": {
                        "id": "{subscription}/resourceGroups/myhubgroup/providers/Microsoft.Network/privateEndpoints/storage-endpoint" },
                      "privateLinkServiceConnectionState": { "status": "Approved" }
                    }
                  }
                ]
              }
            },
            {
              "id": "myhubgroup/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net",
              "type": "Microsoft.Network/privateDnsZones",
              "location": "global", "properties": { "provisioningState": "Succeeded" }
            },
            {
              "id": "myhubgroup/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net/virtualNetworkLinks/mynetwork",
              "type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks", "location": "global",
              "properties": {
                "virtualNetwork": { "id": "{subscription}/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork" },
                "registrationEnabled": false, "virtualNetworkLinkState": "Completed", "provisioningState": "Succeeded"
              }
            },
            {
              "id": "myhubgroup/Microsoft.Network/privateEndpoints/storage-endpoint/privateDnsZoneGroups/default",
              "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
              "properties": {
                "privateDnsZoneConfigs": [
                  {
                    "name": "blob",
                    "properties": {
                      "privateDnsZoneId":
                    "{subscription}/resourceGroups/myhubgroup/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"
                    }
                  }
                ]
              }
            }
          ]
        }
        """;

    /// <summary>The world of the scenario, with the subscription's id in the ids of resources.</summary>
    public static JsonObject World() =>
        (JsonObject)JsonNode.Parse(Document.Replace("{subscription}", $"/subscriptions/{Tenancy.SubscriptionId}",
            StringComparison.Ordinal))!;
}
