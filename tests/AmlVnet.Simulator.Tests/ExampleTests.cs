namespace AmlVnet.Simulator.Tests;

/// <summary>The request bodies of the official examples (Azure REST API specifications), where these are at hand.</summary>
public sealed class ExampleTests
{
    private const string Missing = "The official examples are not here: they are looked for in ../shared/arm/examples beside the "
        + "repository.";

    /// <summary>Examples, the path they are sent to, and the request that has to come first.</summary>
    public static TheoryData<string, string, string?, string?> Examples => new()
    {
        { "resources-2022-09-01/CreateResourceGroup", "SUB/resourceGroups/my-resource-group", null, null },
        { "msi-2023-01-31/IdentityCreate", "RG/Microsoft.ManagedIdentity/userAssignedIdentities/resourceName", null, null },
        { "network-2023-09-01/VirtualNetworkCreate", "RG/Microsoft.Network/virtualNetworks/test-vnet", null, null },
        { "network-2023-09-01/VirtualNetworkCreateSubnet", "RG/Microsoft.Network/virtualNetworks/test-vnet", null, null },
        { "network-2023-09-01/SubnetCreate", "RG/Microsoft.Network/virtualNetworks/vnetname/subnets/subnet1",
            "RG/Microsoft.Network/virtualNetworks/vnetname",
                """{"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}""" },
        { "network-2023-09-01/SubnetCreateServiceEndpoint", "RG/Microsoft.Network/virtualNetworks/vnetname/subnets/subnet1",
            "RG/Microsoft.Network/virtualNetworks/vnetname",
                """{"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}""" },
        { "network-2023-09-01/NetworkSecurityGroupCreate", "RG/Microsoft.Network/networkSecurityGroups/testnsg", null, null },
        { "network-2023-09-01/NetworkSecurityGroupCreateWithRule", "RG/Microsoft.Network/networkSecurityGroups/testnsg", null, null },
        { "network-2023-09-01/NetworkSecurityGroupRuleCreate", "RG/Microsoft.Network/networkSecurityGroups/testnsg/securityRules/rule1",
            "RG/Microsoft.Network/networkSecurityGroups/testnsg", """{"location":"eastus","properties":{}}""" },
        { "network-2023-09-01/LoadBalancerCreate", "RG/Microsoft.Network/loadBalancers/lb", "RG/Microsoft.Network/virtualNetworks/vnetlb",
 """
                {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[{"name":"subnetlb",
                "properties":{"addressPrefix":"10.0.0.0/24"}}]}}
                """ },
        { "storage-2023-01-01/StorageAccountCreate", "RG/Microsoft.Storage/storageAccounts/sto4445", null, null },
        { "ml-2018-11-19/createBasicAKSCompute", "RG/Microsoft.MachineLearningServices/workspaces/workspaces123/computes/compute123",
            "WORKSPACE", null },
        { "ml-2023-10-01/compute-createOrUpdate-BasicAKSCompute",
            "RG/Microsoft.MachineLearningServices/workspaces/workspaces123/computes/compute123", "WORKSPACE", null },
        { "ml-2023-10-01/compute-createOrUpdate-AKSCompute",
            "RG/Microsoft.MachineLearningServices/workspaces/workspaces123/computes/compute123", "COMPUTE", null },
        { "ml-2018-11-19/updateAKSCompute", "RG/Microsoft.MachineLearningServices/workspaces/workspaces123/computes/compute123", "COMPUTE",
            null },
        { "ml-2023-10-01/compute-createOrUpdate-KubernetesCompute",
            "RG/Microsoft.MachineLearningServices/workspaces/workspaces123/computes/kube123", "WORKSPACE", null },
        { "ml-2023-10-01/workspace-create", "RG/Microsoft.MachineLearningServices/workspaces/testworkspace",
            "RG/Microsoft.ManagedIdentity/userAssignedIdentities/testuai", """{"location":"eastus"}""" },
        { "aks-2023-11-01/ManagedClustersCreate_PrivateClusterPublicFQDN", "RG/Microsoft.ContainerService/managedClusters/clustername1",
            null, null },
        { "aks-2023-11-01/ManagedClustersCreate_UserAssignedNATGateway", "RG/Microsoft.ContainerService/managedClusters/clustername1", null,
            null },
        { "aks-2023-11-01/ManagedClustersCreate_Update", "RG/Microsoft.ContainerService/managedClusters/clustername1",
            "RG/Microsoft.ManagedIdentity/userAssignedIdentities/identity1", """{"location":"eastus"}""" },
        { "authorization-2022-04-01/RoleAssignments_CreateForResourceGroup",
            "SUB/resourceGroups/rg1/providers/Microsoft.Authorization/roleAssignments/05c5a614-a7d6-4502-b150-c2fb455033ff", null, null },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_official_body_is_taken(string example, string path, string? before, string? beforeBody)
    {
        Assert.SkipUnless(Folder is not null, Missing);
        var parameters = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder!, example + ".json")))!["parameters"]!.AsObject();
        var body = parameters.Select(p => p.Value).OfType<JsonObject>().Single();
        using var client = new TestClient("service-principal");
        client.Put(TestClient.Subscription + "/resourceGroups/rg1", """{"location":"eastus"}""");
        string? cluster = null;
        if (before is "WORKSPACE" or "COMPUTE")
        {
            client.Wait(client.Put(At("RG/Microsoft.MachineLearningServices/workspaces/workspaces123"),
 $$"""
                    {"location":"eastus","properties":{"storageAccount":"{{At("RG/Microsoft.Storage/storageAccounts/s")}}",
                    "keyVault":"{{At("RG/Microsoft.KeyVault/vaults/k")}}"} }
                    """));
            if (before == "COMPUTE")
            {
                client.Wait(client.Put(At(path), """{"location":"eastus","properties":{"computeType":"AKS"}}"""));
                cluster = client.Get(At(path)).Value("properties.resourceId");
            }
        }
        else if (before is not null)
        {
            var first = client.Put(At(before), beforeBody!);
            Assert.True(first.Status < 300, first.Text);
            client.Clock.Advance(TimeSpan.FromMinutes(5));
        }
        var put = client.Put(At(path) + "?api-version=" + parameters["api-version"], Localize(body, cluster).ToJsonString());
        Assert.True(put.Status is 200 or 201 or 202, put.Text);
        client.Clock.Advance(TimeSpan.FromMinutes(30));
        var made = client.Get(At(path) + "?api-version=" + parameters["api-version"]);
        Assert.Equal(200, made.Status);
        // The cluster that the Kubernetes example names is in no world; its body is taken, and the attachment ends without it.
        var end = example.EndsWith("KubernetesCompute", StringComparison.Ordinal) ? "Failed" : "Succeeded";
        Assert.Equal(end, made.Value("properties.provisioningState") ?? "Succeeded");
        Assert.DoesNotContain("replacePassword", made.Text, StringComparison.Ordinal);
    }

    private static string? Folder
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "AmlVnet.sln")))
                {
                    var examples = Path.Combine(folder.Parent?.FullName ?? "/", "shared", "arm", "examples");
                    return System.IO.Directory.Exists(examples) ? examples : null;
                }
            }
            return null;
        }
    }

    private static string At(string path) => path
        .Replace("RG/", TestClient.Subscription + "/resourceGroups/rg1/providers/", StringComparison.Ordinal)
        .Replace("SUB/", TestClient.Subscription + "/", StringComparison.Ordinal);

    /// <summary>Puts this world's ids, region, principals and application in the place of the example's.</summary>
    private static JsonNode Localize(JsonNode body, string? cluster)
    {
        var text = System.Text.RegularExpressions.Regex.Replace(body.ToJsonString(), "(?i)/subscriptions/[^/\"]+/resourcegroups/[^/\"]+",
            TestClient.Subscription + "/resourceGroups/rg1")
            .Replace("location1", "eastus", StringComparison.Ordinal).Replace("eastus2euap", "eastus", StringComparison.Ordinal)
            .Replace("\"clientid\"", "\"3b4c1f0e-7d2a-4c55-9b0e-5a6f1d2e3c4b\"", StringComparison.Ordinal)
            .Replace("/subscriptions/a925f2f7-5c63-4b7b-8799-25a5f97bc3b2/providers/Microsoft.Authorization/roleDefinitions/"
                + "0b5fe924-9a61-425c-96af-cfe6e287ca2d", TestClient.NetworkContributor, StringComparison.Ordinal)
            .Replace("ce2ce14e-85d7-4629-bdbc-454d0519d987", AzureSimulator.CallerId, StringComparison.Ordinal);
        var local = JsonNode.Parse(text)!;
        if (cluster is not null)
            local["properties"]!["resourceId"] = cluster;
        return local;
    }
}
