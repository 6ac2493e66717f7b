namespace AmlVnet.Conformance.Tests;

/// <summary>Plain requests to every type that the simulator models: list, get, put, patch, delete, and the actions.</summary>
internal static class PlainTraffic
{
    private const string MachineLearning = "2023-10-01";
    private const string OldMachineLearning = "2018-11-19";
    private const string Network = "2023-09-01";
    private const string Kubernetes = "2023-11-01";
    private const string OldKubernetes = "2023-03-01";
    private const string Authorization = "2022-04-01";
    private const string Storage = "2023-01-01";
    private const string Identity = "2023-01-31";
    private const string Resources = "2022-09-01";

    private const string Extension = """
        {"identity":{"type":"SystemAssigned"},"properties":{"extensionType":"microsoft.azureml.kubernetes","releaseTrain":"stable",
        "autoUpgradeMinorVersion":true,"scope":{"cluster":{"releaseNamespace":"azureml"}},
        "configurationSettings":{"enableInference":"True","inferenceRouterServiceType":"{service}","internalLoadBalancerProvider":"azure",
        "scoringFe.serviceType.internalLoadBalancer":"True","allowInsecureConnections":"True"},
        "configurationProtectedSettings":{"some.secret":"secret"}}}
        """;

    private static string Subscription => RecordedWorld.Subscription;

    internal static async Task<List<Exchange>> RecordAsync(CancellationToken cancel)
    {
        using var world = new RecordedWorld("existing-cluster");
        var asking = new Asking(world, cancel);
        await GroupsAsync(asking);
        await NetworksAsync(asking);
        await IdentitiesAndRolesAsync(asking);
        await StorageAsync(asking);
        await ClustersAsync(asking);
        await WorkspacesAsync(asking);
        using var other = new RecordedWorld("kubernetes");
        await KubernetesRouteAsync(new Asking(other, cancel));
        return [.. world.Exchanges, .. other.Exchanges];
    }

    private static async Task KubernetesRouteAsync(Asking asking)
    {
        const string Extensions = "2023-05-01";
        var cluster = Group("Microsoft.ContainerService/managedClusters/myakscluster", "myaksgroup");
        var extension = cluster + "/providers/Microsoft.KubernetesConfiguration/extensions/azureml";
        await asking.DoAsync("GET", extension, Extensions);
        await asking.DoAsync("POST", Subscription + "/providers/Microsoft.KubernetesConfiguration/register", Resources);
        asking.Pass(TimeSpan.FromMinutes(5));
        // The cluster may not join its subnet: the first ones fail, and show how a failure looks.
        await asking.DoAsync("PUT", extension, Extensions, Extension.Replace("{service}", "LoadBalancer", StringComparison.Ordinal));
        await asking.DoAsync("GET", extension, Extensions);
        await asking.LifeAsync(extension, Extensions, Extension.Replace("{service}", "ClusterIP", StringComparison.Ordinal),
            """{"properties":{"configurationSettings":{"inferenceRouterHA":"False"}}}""");
        await asking.DoAsync("GET", cluster + "/providers/Microsoft.KubernetesConfiguration/extensions", Extensions);
        await asking.DoAsync("PUT", extension, Extensions, """{"properties":{}}""");
        var binding = cluster + "/trustedAccessRoleBindings/myworkspace";
        const string Body = """
            {"properties":{"sourceResourceId":"{workspaces}/Microsoft.MachineLearningServices/workspaces/myworkspace",
            "roles":["Microsoft.MachineLearningServices/workspaces/mlworkload"]}}
            """;
        await asking.LifeAsync(binding, Kubernetes, Body);
        await asking.DoAsync("PUT", binding, Kubernetes, Body.Replace("mlworkload", "nosuch", StringComparison.Ordinal));
        await asking.DoAsync("GET", cluster + "/trustedAccessRoleBindings", Kubernetes);
        await asking.DoAsync("GET", Subscription + "/providers/Microsoft.ContainerService/locations/eastus2/trustedAccessRoles",
            Kubernetes);
        await asking.DoAsync("POST", cluster + "/runCommand", Kubernetes, """{"command":"kubectl get namespaces"}""");
        await asking.DoAsync("POST", cluster + "/runCommand", Kubernetes, """{"command":""}""");
        await asking.DoAsync("PATCH", Group("Microsoft.MachineLearningServices/workspaces/myworkspace", "myworkspacegroup"),
            MachineLearning, """{"properties":{"v1LegacyMode":true}}""");
        await asking.LifeAsync(Group("Microsoft.Network/privateDnsZones/contoso.internal/A/scoring"), "2020-06-01",
            """{"properties":{"ttl":300,"aRecords":[{"ipv4Address":"10.1.0.9"}]}}""");
    }

    private static async Task GroupsAsync(Asking asking)
    {
        await asking.LifeAsync(Subscription + "/resourcegroups/newgroup", Resources, """{"location":"eastus2","tags":{"a":"b"}}""",
            """{"tags":{"a":"c"}}""");
        await asking.DoAsync("GET", Subscription + "/resourcegroups", Resources);
        await asking.DoAsync("HEAD", Subscription + "/resourcegroups/mygroup", Resources);
        await asking.DoAsync("GET", Subscription + "/resourceGroups/mygroup/resources", Resources);
        await asking.DoAsync("GET", Subscription + "/providers", Resources);
        await asking.DoAsync("GET", Subscription + "/providers/Microsoft.MachineLearningServices", Resources);
        await asking.DoAsync("POST", Subscription + "/providers/Microsoft.MachineLearningServices/register", Resources);
        await asking.DoAsync("GET", Subscription + "/providers/Microsoft.Network/locations/eastus2/serviceTags", Network);
    }

    private static async Task NetworksAsync(Asking asking)
    {
        var network = Group("Microsoft.Network/virtualNetworks/net2");
        await asking.DoAsync("PUT", network, Network, """
            {"location":"eastus2","properties":{"addressSpace":{"addressPrefixes":["10.9.0.0/16"]},
            "dhcpOptions":{"dnsServers":["10.9.0.4"]},
            "subnets":[{"name":"one","properties":{"addressPrefix":"10.9.1.0/24"}}]}}
            """);
        await asking.DoAsync("PATCH", network, Network, """{"tags":{"a":"b"}}""");
        await asking.DoAsync("GET", network, Network);
        await asking.DoAsync("GET", network + "/CheckIPAddressAvailability?ipAddress=10.9.1.9", Network);
        await asking.DoAsync("GET", Group("Microsoft.Network/virtualNetworks/mynetwork/CheckIPAddressAvailability?ipAddress=10.1.0.4"),
            Network);
        await asking.ListAsync("Microsoft.Network/virtualNetworks", Network);
        await asking.DoAsync("PUT", Group("Microsoft.Network/networkSecurityGroups/nsg2"), Network, """
            {"location":"eastus2","properties":{"securityRules":[{"name":"in","properties":{"protocol":"Tcp","sourcePortRange":"*",
            "destinationPortRange":"443",
            "sourceAddressPrefix":"Internet","destinationAddressPrefix":"*","access":"Allow","priority":200,"direction":"Inbound"}}]}}
            """);
        await asking.DoAsync("PUT", Group("Microsoft.Network/routeTables/routes2"), Network, """
            {"location":"eastus2","properties":{"disableBgpRoutePropagation":true,"routes":[{"name":"r",
            "properties":{"addressPrefix":"10.20.0.0/16","nextHopType":"VirtualAppliance","nextHopIpAddress":"10.9.1.5"}}]}}
            """);
        await asking.DoAsync("GET", Group("Microsoft.Network/routeTables/routes2"), Network);
        await asking.ListAsync("Microsoft.Network/routeTables", Network);
        await asking.DoAsync("GET", Group("Microsoft.Network/virtualNetworks/net2/subnets"), Network);
        await asking.LifeAsync(network + "/subnets/two", Network, """
            {"properties":{"addressPrefix":"10.9.2.0/24",
            "networkSecurityGroup":{"id":"{network}/networkSecurityGroups/nsg2"},
            "routeTable":{"id":"{network}/routeTables/routes2"},
            "serviceEndpoints":[{"service":"Microsoft.Storage"}],
            "delegations":[{"name":"d","properties":{"serviceName":"Microsoft.Web/serverFarms"}}]}}
            """);
        await asking.LifeAsync(network + "/virtualNetworkPeerings/peer", Network, """
            {"properties":{"allowVirtualNetworkAccess":true,
            "remoteVirtualNetwork":{"id":"{network}/virtualNetworks/mynetwork"}}}
            """);
        await asking.DoAsync("GET", network + "/virtualNetworkPeerings", Network);
        await SecurityGroupAsync(asking, network);
    }

    private static async Task SecurityGroupAsync(Asking asking, string network)
    {
        var group = Group("Microsoft.Network/networkSecurityGroups/nsg2");
        await asking.LifeAsync(group + "/securityRules/out", Network, """
            {"properties":{"protocol":"*","sourcePortRange":"*","destinationPortRanges":["80","443"],"sourceAddressPrefixes":["10.0.0.0/8",
            "192.168.0.0/16"],
            "destinationAddressPrefix":"Storage.EastUS2","access":"Deny","priority":300,"direction":"Outbound","description":"no"}}
            """);
        await asking.DoAsync("GET", group + "/securityRules", Network);
        await asking.DoAsync("GET", group + "/defaultSecurityRules", Network);
        await asking.DoAsync("GET", group + "/defaultSecurityRules/DenyAllInBound", Network);
        await asking.DoAsync("PATCH", group, Network, """{"tags":{"a":"b"}}""");
        await asking.ListAsync("Microsoft.Network/networkSecurityGroups", Network);
        await asking.DoAsync("PUT", group + "/securityRules/clash", Network, """
            {"properties":{"protocol":"Tcp","sourcePortRange":"*","destinationPortRange":"443","sourceAddressPrefix":"*",
            "destinationAddressPrefix":"*","access":"Allow","priority":200,"direction":"Inbound"}}
            """);
        await asking.LifeAsync(Group("Microsoft.Network/loadBalancers/lb2"), Network, """
            {"location":"eastus2","sku":{"name":"Standard"},"properties":{"frontendIPConfigurations":[{"name":"fe",
            "properties":{"subnet":{"id":"{network}/virtualNetworks/net2/subnets/one"}}}],
            "backendAddressPools":[{"name":"be"}],"probes":[{"name":"p","properties":{"protocol":"Tcp","port":80,"intervalInSeconds":15,
            "numberOfProbes":2}}]}}
            """);
        await asking.ListAsync("Microsoft.Network/loadBalancers", Network, "MC_myaksgroup_myakscluster_eastus2");
        await asking.DoAsync("DELETE", group, Network);
        await asking.DoAsync("DELETE", network, Network);
        await asking.DoAsync("DELETE", network, Network);
        await asking.DoAsync("GET", network, Network);
    }

    private static async Task IdentitiesAndRolesAsync(Asking asking)
    {
        await asking.ListAsync("Microsoft.ManagedIdentity/userAssignedIdentities", Identity);
        var identity = Group("Microsoft.ManagedIdentity/userAssignedIdentities/id2");
        var made = await asking.DoAsync("PUT", identity, Identity, """{"location":"eastus2","tags":{"a":"b"}}""");
        await asking.DoAsync("PUT", identity, Identity, """{"location":"eastus2"}""");
        await asking.DoAsync("GET", identity, Identity);
        await asking.ListAsync("Microsoft.ManagedIdentity/userAssignedIdentities", Identity);
        asking.Pass(TimeSpan.FromMinutes(5));
        var scope = Subscription + "/resourceGroups/mygroup";
        var body = """
            {"properties":{
            "roleDefinitionId":"{subscription}/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7",
            "principalId":"{principal}","principalType":"ServicePrincipal"}}
            """.Replace("{principal}", made!["properties"]!["principalId"]!.GetValue<string>(), StringComparison.Ordinal);
        var assignment = scope + "/providers/Microsoft.Authorization/roleAssignments/8f6a2b1c-5d4e-4c3b-9a2f-1e0d9c8b7a69";
        await asking.DoAsync("PUT", assignment, Authorization, body);
        await asking.DoAsync("PUT", scope + "/providers/Microsoft.Authorization/roleAssignments/1f6a2b1c-5d4e-4c3b-9a2f-1e0d9c8b7a61",
            Authorization, body);
        await asking.DoAsync("GET", assignment, Authorization);
        foreach (var at in new[] { Subscription, scope, Group("Microsoft.Network/virtualNetworks/mynetwork") })
        {
            await asking.DoAsync("GET", at + "/providers/Microsoft.Authorization/roleAssignments?$filter=atScope()", Authorization);
            await asking.DoAsync("GET",
                at + "/providers/Microsoft.Authorization/roleDefinitions?$filter=roleName%20eq%20'Network%20Contributor'", Authorization);
            await asking.DoAsync("GET", at + "/providers/Microsoft.Authorization/permissions", Authorization);
        }

        await asking.DoAsync("GET", Subscription + "/providers/Microsoft.Authorization/roleDefinitions", Authorization);
        var role = Subscription + "/providers/Microsoft.Authorization/roleDefinitions/7c1d2e3f-4a5b-4c6d-8e9f-0a1b2c3d4e5f";
        await asking.LifeAsync(role, Authorization, """
            {"properties":{"roleName":"Subnet joiner","description":"Joins subnets","type":"CustomRole",
            "assignableScopes":["{subscription}"],
            "permissions":[{"actions":["Microsoft.Network/virtualNetworks/subnets/join/action"],"notActions":[]}]}}
            """);
        await asking.DoAsync("DELETE", assignment, Authorization);
        await asking.DoAsync("DELETE", assignment, Authorization);
        await asking.DoAsync("DELETE", identity, Identity);
    }

    private static async Task StorageAsync(Asking asking)
    {
        var account = Group("Microsoft.Storage/storageAccounts/account2");
        await asking.LifeAsync(account, Storage, """
            {"location":"eastus2","kind":"StorageV2","sku":{"name":"Standard_LRS"},"properties":{"networkAcls":{"defaultAction":"Deny",
            "bypass":"AzureServices","ipRules":[{"value":"203.0.113.7","action":"Allow"}]}}}
            """, """{"properties":{"publicNetworkAccess":"Disabled"}}""");
        await asking.ListAsync("Microsoft.Storage/storageAccounts", Storage);
    }

    private static async Task ClustersAsync(Asking asking)
    {
        foreach (var version in new[] { Kubernetes, OldKubernetes })
        {
            await asking.ListAsync("Microsoft.ContainerService/managedClusters", version, "myaksgroup");
            var known = Group("Microsoft.ContainerService/managedClusters/myakscluster", "myaksgroup");
            await asking.DoAsync("GET", known, version);
            await asking.DoAsync("GET", known + "/agentPools", version);
            await asking.DoAsync("GET", known + "/agentPools/agentpool", version);
            await asking.DoAsync("POST", known + "/listClusterAdminCredential", version);
            await asking.DoAsync("PATCH", known, version, """{"tags":{"a":"b"}}""");
            await asking.DoAsync("GET", known.Replace("myakscluster", "nothing", StringComparison.Ordinal), version);
            await asking.LifeAsync(Group("Microsoft.ContainerService/managedClusters/aks2"), version, """
                {"location":"eastus2","identity":{"type":"SystemAssigned"},"properties":{"dnsPrefix":"aks2",
                "agentPoolProfiles":[{"name":"pool","count":3,"vmSize":"Standard_D3_v2",
                "mode":"System","osType":"Linux","type":"VirtualMachineScaleSets","maxPods":30,
                "vnetSubnetID":"{network}/virtualNetworks/mynetwork/subnets/default"}],
                "networkProfile":{"networkPlugin":"azure","serviceCidr":"10.0.0.0/16","dnsServiceIP":"10.0.0.10",
                "loadBalancerSku":"standard"}}}
                """);
            await asking.DoAsync("PUT", Group("Microsoft.ContainerService/managedClusters/aks3"), version, """
                {"location":"eastus2","properties":{"dnsPrefix":"aks3","agentPoolProfiles":[{"name":"pool","count":1,
                "vmSize":"No_Such_Size","mode":"System"}]}}
                """);
        }
    }

    private static async Task WorkspacesAsync(Asking asking)
    {
        var workspace = Group("Microsoft.MachineLearningServices/workspaces/ws2", "myworkspacegroup");
        await asking.LifeAsync(workspace, MachineLearning, """
            {"location":"eastus2","identity":{"type":"SystemAssigned"},"properties":{"friendlyName":"second",
            "storageAccount":"{workspaces}/Microsoft.Storage/storageAccounts/myworkspacestorage",
            "keyVault":"{workspaces}/Microsoft.KeyVault/vaults/v",
            "applicationInsights":"{workspaces}/microsoft.insights/components/i"}}
            """, """{"tags":{"a":"b"}}""");
        await asking.ListAsync("Microsoft.MachineLearningServices/workspaces", MachineLearning, "myworkspacegroup");
        var known = Group("Microsoft.MachineLearningServices/workspaces/myworkspace", "myworkspacegroup");
        await asking.DoAsync("POST", known + "/listKeys", MachineLearning);
        foreach (var version in new[] { MachineLearning, OldMachineLearning })
        {
            await asking.DoAsync("GET", known, version);
            await asking.DoAsync("GET", known + "/computes", version);
            await asking.DoAsync("GET", known + "/computes/myaks", version);
            await asking.DoAsync("POST", known + "/computes/myaks/listKeys", version);
            await asking.DoAsync("GET", known + "/computes/nothing", version);
            var compute = known + "/computes/plain";
            await asking.DoAsync("PUT", compute, version, """
                {"location":"eastus2","properties":{"computeType":"AKS","properties":{"agentCount":3,"{size}":"Standard_D3_v2",
                "aksNetworkingConfiguration":{"subnetId":"{network}/virtualNetworks/mynetwork/subnets/default",
                "serviceCidr":"10.0.0.0/16","dnsServiceIP":"10.0.0.10","dockerBridgeCidr":"172.17.0.1/16"},
                "sslConfiguration":{"status":"Enabled","cert":"-----BEGIN CERTIFICATE-----","key":"-----BEGIN PRIVATE KEY-----",
                "cname":"a.example.com"}}}}
                """.Replace("{size}", version == OldMachineLearning ? "agentVMSize" : "agentVmSize", StringComparison.Ordinal));
            await asking.DoAsync("GET", compute, version);
            await asking.DoAsync("PUT", known + "/computes/wrong", version,
                """{"location":"eastus2","properties":{"computeType":"AKS","properties":{"agentCount":0}}}""");
            await asking.DoAsync("DELETE", compute + "?underlyingResourceAction=Delete", version);
            await asking.DoAsync("DELETE", compute + "?underlyingResourceAction=Delete", version);
        }

        // The body of the how-to, "Secure an Azure Machine Learning inferencing environment with virtual networks", with its api-version.
        await asking.DoAsync("PUT", known + "/computes/myaks", OldMachineLearning, """
            {"location":"eastus2",
            "properties":{"resourceId":"{clusters}/Microsoft.ContainerService/managedClusters/myakscluster",
            "computeType":"AKS","provisioningState":"Succeeded","properties":{"loadBalancerType":"InternalLoadBalancer","agentCount":3,
            "agentVmSize":"Standard_D3_v2"}}}
            """);
        await asking.DoAsync("GET", known + "/computes/myaks", OldMachineLearning);
        var kubernetes = known + "/computes/kube";
        await asking.DoAsync("PUT", kubernetes, MachineLearning, """
            {"location":"eastus2","properties":{"computeType":"Kubernetes",
            "resourceId":"{clusters}/Microsoft.ContainerService/managedClusters/myakscluster",
            "properties":{"namespace":"default","defaultInstanceType":"small","instanceTypes":{"small":{"resources":{"requests":{"cpu":"1",
            "memory":"2Gi"},"limits":{"cpu":"1","memory":"2Gi"}}}}}}}
            """);
        await asking.DoAsync("GET", kubernetes, MachineLearning);
        await asking.DoAsync("DELETE", kubernetes + "?underlyingResourceAction=Detach", MachineLearning);
    }

    private static string Group(string rest, string group = "mygroup") => $"{Subscription}/resourceGroups/{group}/providers/{rest}";

    private sealed class Asking(RecordedWorld world, CancellationToken cancel)
    {
        internal void Pass(TimeSpan span) => world.Pass(span);

        /// <summary>Asks, and lets time pass until what was started is over.</summary>
        internal async Task<JsonNode?> DoAsync(string method, string path, string version, string? body = null)
        {
            var (status, text, poll) = await world.SendAsync(method,
                $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api-version={version}",
                Fill(body), cancel);
            if (poll is not null)
            {
                await world.SendAsync("GET", poll, null, cancel);
                world.Pass(TimeSpan.FromMinutes(30));
                await world.SendAsync("GET", poll, null, cancel);
            }

            return status < 400 && text.StartsWith('{') ? JsonNode.Parse(text) : null;
        }

        private static string? Fill(string? body) => body?
            .Replace("{network}", Group("Microsoft.Network"), StringComparison.Ordinal)
            .Replace("{workspaces}", Group("", "myworkspacegroup").TrimEnd('/'), StringComparison.Ordinal)
            .Replace("{clusters}", Group("", "myaksgroup").TrimEnd('/'), StringComparison.Ordinal)
            .Replace("{subscription}", Subscription, StringComparison.Ordinal);

        /// <summary>Made, made again, changed, read, deleted, deleted again.</summary>
        internal async Task LifeAsync(string id, string version, string body, string? patch = null)
        {
            await DoAsync("PUT", id, version, body);
            await DoAsync("PUT", id, version, body);
            if (patch is not null) await DoAsync("PATCH", id, version, patch);
            await DoAsync("GET", id, version);
            await DoAsync("DELETE", id, version);
            await DoAsync("DELETE", id, version);
        }

        internal async Task ListAsync(string type, string version, string group = "mygroup")
        {
            await DoAsync("GET", $"{Subscription}/providers/{type}", version);
            await DoAsync("GET", $"{Subscription}/resourceGroups/{group}/providers/{type}", version);
        }
    }
}
