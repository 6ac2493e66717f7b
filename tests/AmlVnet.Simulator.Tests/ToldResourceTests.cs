namespace AmlVnet.Simulator.Tests;

/// <summary>Worlds that are told in ARM's own JSON.</summary>
public sealed class ToldResourceTests : IDisposable
{
    private const string Group = TestClient.Subscription + "/resourceGroups/g/providers/";

    private const string Network = Group + "Microsoft.Network/virtualNetworks/v1";

    private const string Principal = "0b7a1f5e-1111-4222-8333-944455556666";

    private const string Out = TestClient.Subscription
        + "/resourceGroups/MC_g_c_westeurope/providers/Microsoft.Network/publicIPAddresses/out";

    /// <summary>A cluster as GET gives it.</summary>
    private const string Cluster = $$"""
        { "id": "{{TestClient.Subscription}}/resourcegroups/g/providers/Microsoft.ContainerService/managedClusters/c",
          "name": "c", "type": "Microsoft.ContainerService/ManagedClusters", "location": "westeurope",
          "identity": { "type": "SystemAssigned", "principalId": "{{Principal}}", "tenantId": "b7d9e1f4-2a6c-4038-8e5b-93c1f0a7d264" },
          "sku": { "name": "Base", "tier": "Free" },
          "properties": { "provisioningState": "Succeeded", "powerState": { "code": "Running" }, "kubernetesVersion": "1.28.5",
            "dnsPrefix": "c-dns", "fqdn": "c-dns-1.hcp.westeurope.azmk8s.io", "nodeResourceGroup": "MC_g_c_westeurope",
            "servicePrincipalProfile": { "clientId": "msi" },
            "agentPoolProfiles": [{ "name": "nodepool1", "count": 3, "vmSize": "Standard_D4s_v5", "maxPods": 20, "mode": "System",
              "osType": "Linux", "type": "VirtualMachineScaleSets", "provisioningState": "Succeeded",
              "vnetSubnetID": "{{Network}}/subnets/nodes" }],
            "networkProfile": { "networkPlugin": "azure", "loadBalancerSku": "Standard", "serviceCidr": "10.0.0.0/16",
              "dnsServiceIP": "10.0.0.10", "outboundType": "loadBalancer", "loadBalancerProfile": { "managedOutboundIPs": { "count": 1 },
              "effectiveOutboundIPs": [{ "id": "{{Out}}" }] } } } }
        """;

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    private TestClient World(string resources, string sections = "")
    {
        File.WriteAllText(_path, $$"""
            {
              "settings": { "assignmentSeconds": 0 },
              "resourceGroups": [{ "name": "g", "location": "westeurope" }],
              "virtualNetworks": [{ "resourceGroup": "g", "name": "v1", "addressPrefixes": ["10.8.0.0/16"],
                "subnets": [{ "name": "nodes", "addressPrefix": "10.8.0.0/24" }, { "name": "inner", "addressPrefix": "10.8.1.0/24" }] }],
              "networkSecurityGroups": [{ "resourceGroup": "g", "name": "n1" }],
              "routeTables": [{ "resourceGroup": "g", "name": "r1" }],
              "storageAccounts": [{ "resourceGroup": "g", "name": "account1" }],
              "workspaces": [{ "resourceGroup": "g", "name": "work", "storageAccount": "g/Microsoft.Storage/storageAccounts/account1" }],
              {{sections}}
              "resources": [{{resources}}]
            }
            """);
        return new TestClient(options: new SimulatorOptions { Scenario = _path });
    }

    [Fact]
    public void A_cluster_gets_what_belongs_to_it()
    {
        using var client = World(Cluster);
        Assert.Equal(200, client.Get(TestClient.Subscription + "/resourceGroups/MC_g_c_westeurope").Status);
        Assert.Equal("out", client.Get(TestClient.Subscription
            + "/resourceGroups/MC_g_c_westeurope/providers/Microsoft.Network/loadBalancers/kubernetes")
            .Value("properties.frontendIPConfigurations.0.name"));
        Assert.Equal(63, client.Get(Network + "/subnets/nodes").At("properties.ipConfigurations")!.AsArray().Count);
        const string Compute = Group + "Microsoft.MachineLearningServices/workspaces/work/computes/att";
        var put = client.Put(Compute, $$"""
            {"location":"westeurope","properties":{"computeType":"AKS",
            "resourceId":"{{Group}}Microsoft.ContainerService/managedClusters/c"} }
            """);
        Assert.True(put.Status == 201, put.Text);
        Assert.Equal("Succeeded", client.Wait(put).Value("status"));
        const string Internal = """
            {"location":"westeurope","properties":{"computeType":"AKS","properties":{"loadBalancerType":"InternalLoadBalancer",
            "loadBalancerSubnet":"inner"}}}
            """;
        Assert.Equal("Failed", client.Wait(client.Put(Compute, Internal)).Value("status"));
        Assert.Equal(201, client.Grant(Principal, Network).Status);
        Assert.Equal("Succeeded", client.Wait(client.Put(Compute, Internal)).Value("status"));
        Assert.Equal("Succeeded", client.Wait(client.Delete(Group + "Microsoft.ContainerService/managedClusters/c")).Value("status"));
        Assert.Equal(404, client.Get(TestClient.Subscription + "/resourceGroups/MC_g_c_westeurope").Status);
    }

    [Fact]
    public void A_section_may_name_it()
    {
        using var client = World(Cluster, """
            "computes": [{ "workspace": "g/Microsoft.MachineLearningServices/workspaces/work", "name": "att",
              "cluster": "g/Microsoft.ContainerService/managedClusters/c" }],
            """);
        Assert.Equal("3", client.Get(Group
            + "Microsoft.MachineLearningServices/workspaces/work/computes/att").Value("properties.properties.agentCount"));
    }

    [Fact]
    public void A_cluster_with_next_to_nothing_ends_no_world()
    {
        using var client = World("""
            { "id": "g/Microsoft.ContainerService/managedClusters/odd", "type": "Microsoft.ContainerService/managedClusters",
            "location": "westeurope",
              "properties": { "agentPoolProfiles": [{ "count": 1 }] } }
            """);
        var put = client.Put(Group + "Microsoft.MachineLearningServices/workspaces/work/computes/att", $$"""
            {"location":"westeurope","properties":{"computeType":"AKS",
            "resourceId":"{{Group}}Microsoft.ContainerService/managedClusters/odd"} }
            """);
        Assert.True(put.Status is 201 or 400 or 500, put.Text);
        client.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(200, client.Get(Network).Status);
        client.Simulator.Control.Reset("how-to");
        Assert.Equal(200, client.Get(TestClient.Network).Status);
    }

    /// <summary>Ids of children, and of what extends a resource, whose holder the world does not have.</summary>
    [Theory]
    [InlineData("g/Microsoft.Network/virtualNetworks/none/subnets/s")]
    [InlineData("g/Microsoft.Network/networkSecurityGroups/none/securityRules/s")]
    [InlineData("g/Microsoft.ContainerService/managedClusters/none/agentPools/p")]
    [InlineData("g/Microsoft.MachineLearningServices/workspaces/none/computes/c")]
    [InlineData("g/Microsoft.Network/privateDnsZones/none/virtualNetworkLinks/l")]
    [InlineData("g/Microsoft.ContainerService/managedClusters/none/providers/Microsoft.KubernetesConfiguration/extensions/e")]
    public void A_child_without_its_parent_is_refused_by_name(string id)
    {
        var problem = Assert.Throws<ArgumentException>(() =>
            World($$"""{ "id": "{{id}}", "type": "x/y/z", "properties": {} }""").Dispose());
        Assert.Contains("/none", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_that_is_new_is_added_to_its_parent()
    {
        using var client = World($$"""
            { "id": "g/Microsoft.Network/virtualNetworks/v1/subnets/third", "properties": { "addressPrefix": "10.8.2.0/24" } },
            { "id": "g/Microsoft.Network/networkSecurityGroups/n1/securityRules/rule", "properties": { "priority": 100,
            "direction": "Inbound" } },
            { "id": "g/Microsoft.Network/routeTables/r1/routes/all", "properties": { "addressPrefix": "0.0.0.0/0",
            "nextHopType": "None" } },
            { "id": "g/Microsoft.ContainerService/managedClusters/c/agentPools/second", "properties": { "count": 2, "mode": "User" } },
            {{Cluster}}
            """);
        Assert.Equal("10.8.2.0/24", client.Get(Network + "/subnets/third").Value("properties.addressPrefix"));
        Assert.Equal(3, client.Get(Network).At("properties.subnets")!.AsArray().Count);
        Assert.Equal("100", client.Get(Group
            + "Microsoft.Network/networkSecurityGroups/n1/securityRules/rule").Value("properties.priority"));
        Assert.Equal("None", client.Get(Group + "Microsoft.Network/routeTables/r1/routes/all").Value("properties.nextHopType"));
        Assert.Equal("2", client.Get(Group + "Microsoft.ContainerService/managedClusters/c/agentPools/second").Value("properties.count"));
    }

    [Fact]
    public void A_resource_brings_its_group_and_says_its_type_by_its_id()
    {
        using var client = World("""
            { "id": "elsewhere/Microsoft.Network/privateEndpoints/e", "location": "uksouth", "properties": {} }
            """);
        Assert.Equal("uksouth", client.Get(TestClient.Subscription + "/resourceGroups/elsewhere").Value("location"));
        Assert.Equal("Microsoft.Network/privateEndpoints",
            client.Get(TestClient.Subscription + "/resourceGroups/elsewhere/providers/Microsoft.Network/privateEndpoints/e").Value("type"));
    }
}
