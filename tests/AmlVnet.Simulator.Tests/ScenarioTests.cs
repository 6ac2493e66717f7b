namespace AmlVnet.Simulator.Tests;

public sealed class ScenarioTests
{
    private const string G = "{ \"resourceGroups\": [{ \"name\": \"g\", \"location\": \"eastus2\" }]";

    [Fact]
    public void The_how_to_has_its_own_names()
    {
        using var client = new TestClient();
        var workspace = client.Get(TestClient.Workspace);
        Assert.Equal(("eastus2", "SystemAssigned"), (workspace.Value("location"), workspace.Value("identity.type")));
        Assert.EndsWith("/storageAccounts/myworkspacestorage", workspace.Value("properties.storageAccount"), StringComparison.Ordinal);
        Assert.Equal("10.1.0.0/16", client.Get(TestClient.Network).Value("properties.addressSpace.addressPrefixes.0"));
        Assert.Equal("10.1.0.0/24", client.Get(TestClient.Subnet).Value("properties.addressPrefix"));
        Assert.Empty(client.Get(TestClient.Workspace + "/computes").At("value")!.AsArray());
    }

    [Theory]
    [InlineData("existing-cluster", "SystemAssigned", "msi")]
    [InlineData("user-assigned", "UserAssigned", "msi")]
    [InlineData("service-principal", null, "3b4c1f0e-7d2a-4c55-9b0e-5a6f1d2e3c4b")]
    public void Worlds_have_clusters_of_each_identity_and_make_such(string scenario, string? identity, string client)
    {
        using var test = new TestClient(scenario);
        var cluster = test.Get(TestClient.Subscription
            + "/resourceGroups/myaksgroup/providers/Microsoft.ContainerService/managedClusters/myakscluster");
        Assert.Equal((identity, client), (cluster.Value("identity.type"), cluster.Value("properties.servicePrincipalProfile.clientId")));
        Assert.Equal("Succeeded", test.CreateCompute("fresh").Value("status"));
        var made = test.Get(test.Get(TestClient.Workspace + "/computes/fresh").Value("properties.resourceId")!);
        Assert.Equal(identity, made.Value("identity.type"));
    }

    [Fact]
    public void Overlap_refuses_the_how_tos_service_range()
    {
        using var client = new TestClient("overlap");
        Assert.Equal("ServiceCidrOverlapExistingSubnetsCidr", client.Put(TestClient.Compute, TestClient.ComputeBody()).Code);
    }

    [Fact]
    public void Locked_down_has_denies_on_the_subnet()
    {
        using var client = new TestClient("locked-down");
        var group = client.Get(TestClient.Subnet).Value("properties.networkSecurityGroup.id")!;
        Assert.Contains(client.Get(group).At("properties.securityRules")!.AsArray(),
            r => r!["properties"]!["access"]!.ToString() == "Deny");
    }

    [Fact]
    public void A_fleet_is_as_large_as_asked()
    {
        using var client = new TestClient(options: new SimulatorOptions { Scenario = "fleet", FleetSize = 205 });
        var count = 0;
        var link = TestClient.Subscription + "/providers/Microsoft.MachineLearningServices/workspaces";
        for (; link is not null;)
        {
            var page = client.Get(link);
            count += page.At("value")!.AsArray().Count;
            link = page.Value("nextLink")!;
        }
        Assert.Equal(22, count);
        Assert.Equal(205, client.Get(TestClient.Subscription
            + "/providers/Microsoft.ContainerService/managedClusters?api-version=2023-11-01").At("value")!.AsArray().Count
            + Rest(client, client.Get(TestClient.Subscription
                + "/providers/Microsoft.ContainerService/managedClusters?api-version=2023-11-01").Value("nextLink")));
        Assert.Equal("fleet0204", client.Get(TestClient.Subscription
            + "/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/fleetworkspace020/computes/"
            + "fleet0204").Value("name"));
    }

    [Fact]
    public void A_file_makes_a_world()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """
                {
                  // Comments are welcome.
                  "settings": { "assignmentSeconds": 0 },
                  "resourceGroups": [{ "name": "g", "location": "westeurope" }],
                  "networkSecurityGroups": [{ "resourceGroup": "g", "name": "n" }],
                  "routeTables": [{ "resourceGroup": "g", "name": "r", "routes": [{ "name": "all",
                    "properties": { "addressPrefix": "0.0.0.0/0", "nextHopType": "None" } }] }],
                  "virtualNetworks": [
                    { "resourceGroup": "g", "name": "v", "addressPrefixes": ["10.8.0.0/16"],
                      "subnets": [{ "name": "s", "addressPrefix": "10.8.0.0/24", "networkSecurityGroup": "n", "routeTable": "r",
                        "serviceEndpoints": ["Microsoft.Storage"] },
                                  { "name": "d", "addressPrefix": "10.8.1.0/24", "delegations": ["Microsoft.Web/serverFarms"] }],
                      "peerings": [{ "name": "p", "remoteVirtualNetwork": "elsewhere/Microsoft.Network/virtualNetworks/far",
                        "remoteAddressPrefixes": ["10.9.0.0/16"] }] }
                  ],
                  "storageAccounts": [{ "resourceGroup": "g", "name": "account1",
                    "virtualNetworkRules": ["g/Microsoft.Network/virtualNetworks/v/subnets/s"] }],
                  "workspaces": [{ "resourceGroup": "g", "name": "work",
                    "storageAccount": "g/Microsoft.Storage/storageAccounts/account1" }],
                  "clusters": [{ "resourceGroup": "g", "name": "c", "nodes": 1, "subnet": "g/Microsoft.Network/virtualNetworks/v/subnets/s",
                    "serviceCidr": "10.20.0.0/16", "dnsServiceIP": "10.20.0.10" }],
                  "computes": [{ "workspace": "g/Microsoft.MachineLearningServices/workspaces/work", "name": "attached",
                    "cluster": "g/Microsoft.ContainerService/managedClusters/c", "clusterPurpose": "DevTest" }],
                  "roleAssignments": [{ "role": "Network Contributor", "scope": "g/Microsoft.Network/virtualNetworks/v",
                    "cluster": "g/Microsoft.ContainerService/managedClusters/c" }]
                }
                """);
            using var client = new TestClient(options: new SimulatorOptions { Scenario = path });
            var group = TestClient.Subscription + "/resourceGroups/g/providers/";
            var compute = group + "Microsoft.MachineLearningServices/workspaces/work/computes/attached";
            Assert.Equal("10.9.0.0/16", client.Get(group
                + "Microsoft.Network/virtualNetworks/v")
                    .Value("properties.virtualNetworkPeerings.0.properties.remoteAddressSpace.addressPrefixes.0"));
            Assert.Equal("None", client.Get(group + "Microsoft.Network/routeTables/r").Value("properties.routes.0.properties.nextHopType"));
            Assert.Equal("Deny", client.Get(group
                + "Microsoft.Storage/storageAccounts/account1").Value("properties.networkAcls.defaultAction"));
            var put = client.Put(compute, """
                {"location":"westeurope","properties":{"computeType":"AKS","properties":{"loadBalancerType":"InternalLoadBalancer",
                "loadBalancerSubnet":"s"}}}
                """);
            Assert.Equal("Succeeded", client.Wait(put).Value("status"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("{ \"virtualMachines\": [] }", "virtualMachines")]
    [InlineData("{ \"settings\": { \"x\": 1 } }", "'x'")]
    [InlineData("{ \"workspaces\": [{ \"resourceGroup\": \"none\", \"name\": \"w\" }] }", "none")]
    [InlineData("{ \"resourceGroups\": [{ \"location\": \"eastus2\" }] }", "'name'")]
    [InlineData("[", "not JSON")]
    [InlineData("{ \"resourceGroups\": {} }", "'resourceGroups' has to be a list")]
    [InlineData("{ \"resourceGroups\": [], \"resourceGroups\": [] }", "'resourceGroups' is given twice")]
    [InlineData("{ \"resourceGroups\": [{ \"name\": \"g\", \"typo\": 1 }] }", "'resourceGroups[0].typo'")]
    [InlineData("{ \"resourceGroups\": [{ \"name\": \"g\" }, { \"name\": \"G\" }] }", "'g' twice")]
    [InlineData(G + ", \"virtualNetworks\": [{ \"resourceGroup\": \"g\", \"name\": \"v\", \"addressPrefixes\": \"10.0.0.0/16\" }] }",
        "'virtualNetworks[0].addressPrefixes' has to be a list")]
    [InlineData(G + ", \"virtualNetworks\": [{ \"resourceGroup\": \"g\", \"name\": \"v\", \"addressPrefixes\": [\"10.0.0.0/16\"], "
        + "\"subnets\": [{ \"name\": \"s\", \"addressPrefix\": \"192.168.0.0/24\" }] }] }",
        "Subnet 's' is not valid in virtual network 'v'")]
    [InlineData(G + ", \"virtualNetworks\": [{ \"resourceGroup\": \"g\", \"name\": \"v\", \"addressPrefixes\": [\"10.0.0.0/16\"], "
        + "\"subnets\": [{ \"name\": \"s\", \"addressPrefix\": \"10.0.0.0/24\", \"networkSecurityGroup\": \"none\" }] }] }",
        "networkSecurityGroups/none', which the scenario does not have")]
    [InlineData(G + ", \"storageAccounts\": [{ \"resourceGroup\": \"g\", \"name\": \"account1\", \"virtualNetworkRules\": "
        + "[\"g/Microsoft.Network/virtualNetworks/v/subnets/s\"] }] }", "virtualNetworks/v/subnets/s', which the scenario does not have")]
    [InlineData(G + ", \"clusters\": [{ \"resourceGroup\": \"g\", \"name\": \"c\", \"nodes\": \"three\" }] }",
        "'clusters[0].nodes' has to be a whole number")]
    [InlineData(G + ", \"clusters\": [{ \"resourceGroup\": \"g\", \"name\": \"c\", \"vmSize\": \"Nope\" }] }", "vmSize 'Nope'")]
    [InlineData(G + ", \"clusters\": [{ \"resourceGroup\": \"g\", \"name\": \"c\", \"identity\": \"UserAssigned\", "
        + "\"userAssignedIdentity\": \"g/Microsoft.ManagedIdentity/userAssignedIdentities/i\" }] }", "userAssignedIdentities/i', which")]
    [InlineData(G + ", \"computes\": [{ \"workspace\": \"g/Microsoft.MachineLearningServices/workspaces/none\", \"name\": \"c\" }] }",
        "workspaces/none', which")]
    [InlineData(G + ", \"networkSecurityGroups\": [{ \"resourceGroup\": \"g\", \"name\": \"n\", \"securityRules\": [{ \"name\": \"r\", "
        + "\"properties\": {} }] }] }", "security rule r")]
    [InlineData(G + ", \"virtualNetworks\": [{ \"resourceGroup\": \"g\", \"name\": \"v\", \"addressPrefixes\": [\"10.0.0.0/16\"], "
        + "\"subnets\": [{ \"name\": \"s\", \"addressPrefix\": \"10.0.0.0/24\" }, { \"name\": \"S\", \"addressPrefix\": \"10.0.1.0/24\" "
        + "}] }] }", "subnets of 'v' name 's' twice")]
    [InlineData(G + ", \"virtualNetworks\": [{ \"resourceGroup\": \"g\", \"name\": \"v\", \"addressPrefixes\": [\"10.0.0.0/16\"], "
        + "\"subnets\": [{ \"name\": \"s\", \"addressPrefix\": \"10.0.0.0/24\" }, { \"name\": \"t\", \"addressPrefix\": \"10.0.0.128/25\" "
        + "}] }] }", "Subnet 't' is not valid because its IP address range overlaps")]
    [InlineData(G + ", \"virtualNetworks\": [{ \"resourceGroup\": \"g\", \"name\": \"v\", \"addressPrefixes\": [\"10.0.0.0/16\"], "
        + "\"peerings\": [{ \"name\": \"p\", \"remoteVirtualNetwork\": \"g/Microsoft.Network/virtualNetworks/a\" }, { \"name\": \"p\", "
        + "\"remoteVirtualNetwork\": \"g/Microsoft.Network/virtualNetworks/b\" }] }] }", "peerings of 'v' name 'p' twice")]
    [InlineData(G + ", \"routeTables\": [{ \"resourceGroup\": \"g\", \"name\": \"r\", \"routes\": [{ \"name\": \"x\" }, { \"name\": \"X\" "
        + "}] }] }", "routes of 'r' name 'x' twice")]
    [InlineData(G + ", \"networkSecurityGroups\": [{ \"resourceGroup\": \"g\", \"name\": \"n\", \"securityRules\": [{ \"name\": \"r\" }, "
        + "{ \"name\": \"r\" }] }] }", "securityRules of 'n' name 'r' twice")]
    [InlineData(G + ", \"roleDefinitions\": [{ \"roleName\": \"Joiner\" }, { \"roleName\": \"joiner\" }] }",
        "roleDefinitions name 'Joiner' twice")]
    public void A_wrong_file_is_refused_with_the_reason(string content, string reason)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, content);
            var problem = Assert.Throws<ArgumentException>(() => new AzureSimulator(new SimulatorOptions { Scenario = path }));
            Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("(Parameter", problem.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
        Assert.Throws<ArgumentException>(() => new AzureSimulator(new SimulatorOptions { Scenario = "no-such-world" }));
    }

    [Fact]
    public void A_compute_that_is_given_twice_is_refused_however_its_workspace_is_named()
    {
        var problem = Refusal(G + $$"""
            , "storageAccounts": [{ "resourceGroup": "g", "name": "account1" }],
              "workspaces": [{ "resourceGroup": "g", "name": "w", "storageAccount": "g/Microsoft.Storage/storageAccounts/account1" }],
              "computes": [
                { "workspace": "g/Microsoft.MachineLearningServices/workspaces/w", "name": "c1" },
                { "workspace": "{{TestClient.Subscription}}/resourceGroups/G/providers/Microsoft.MachineLearningServices/workspaces/w",
                  "name": "c1" }] }
            """);
        Assert.Contains("computes name 'g/Microsoft.MachineLearningServices/workspaces/w/c1' twice", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_may_refer_to_what_its_resources_add_and_these_may_share_a_name()
    {
        using var client = Open("""
            {
              "resourceGroups": [{ "name": "g", "location": "eastus2" }, { "name": "h", "location": "eastus2" }],
              "virtualNetworks": [{ "resourceGroup": "g", "name": "v", "addressPrefixes": ["10.0.0.0/16"],
                "subnets": [{ "name": "s", "addressPrefix": "10.0.0.0/24", "networkSecurityGroup": "nsg1",
                  "routeTable": "h/Microsoft.Network/routeTables/r" }] }],
              "storageAccounts": [{ "resourceGroup": "g", "name": "account1",
                "virtualNetworkRules": ["h/Microsoft.Network/virtualNetworks/far/subnets/s"] }],
              "clusters": [{ "resourceGroup": "g", "name": "c", "nodes": 1, "subnet": "h/Microsoft.Network/virtualNetworks/far/subnets/s",
                "identity": "UserAssigned", "userAssignedIdentity": "h/Microsoft.ManagedIdentity/userAssignedIdentities/i" }],
              "computes": [{ "workspace": "h/Microsoft.MachineLearningServices/workspaces/w", "name": "attached",
                "cluster": "g/Microsoft.ContainerService/managedClusters/c" }],
              "resources": [
                { "id": "g/Microsoft.Network/publicIPAddresses/ip1", "type": "Microsoft.Network/publicIPAddresses", "name": "ip1",
                  "location": "eastus2" },
                { "id": "h/Microsoft.Network/publicIPAddresses/ip1", "type": "Microsoft.Network/publicIPAddresses", "name": "ip1",
                  "location": "eastus2" },
                { "id": "g/Microsoft.Network/networkSecurityGroups/nsg1", "type": "Microsoft.Network/networkSecurityGroups",
                  "location": "eastus2" },
                { "id": "h/Microsoft.Network/routeTables/r", "type": "Microsoft.Network/routeTables", "location": "eastus2" },
                { "id": "h/Microsoft.Network/virtualNetworks/far", "type": "Microsoft.Network/virtualNetworks", "location": "eastus2",
                  "properties": { "addressSpace": { "addressPrefixes": ["10.4.0.0/16"] }, "subnets": [{ "name": "s",
                    "properties": { "addressPrefix": "10.4.0.0/24" } }] } },
                { "id": "h/Microsoft.ManagedIdentity/userAssignedIdentities/i", "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
                  "location": "eastus2",
                  "properties": { "principalId": "11111111-2222-3333-4444-555555555555" } },
                { "id": "h/Microsoft.MachineLearningServices/workspaces/w", "type": "Microsoft.MachineLearningServices/workspaces",
                  "location": "eastus2" }
              ]
            }
            """);
        var (g, h) = (TestClient.Subscription + "/resourceGroups/g/providers/", TestClient.Subscription + "/resourceGroups/h/providers/");
        Assert.All([g, h], group => Assert.Equal(200, client.Get(group + "Microsoft.Network/publicIPAddresses/ip1").Status));
        var subnet = client.Get(g + "Microsoft.Network/virtualNetworks/v/subnets/s");
        Assert.EndsWith("/nsg1", subnet.Value("properties.networkSecurityGroup.id"), StringComparison.Ordinal);
        Assert.EndsWith("/resourceGroups/h/providers/Microsoft.Network/routeTables/r", subnet.Value("properties.routeTable.id"),
            StringComparison.Ordinal);
        var cluster = client.Get(g + "Microsoft.ContainerService/managedClusters/c");
        Assert.EndsWith("/far/subnets/s", cluster.Value("properties.agentPoolProfiles.0.vnetSubnetID"), StringComparison.Ordinal);
        Assert.Contains("11111111-2222-3333-4444-555555555555", cluster.At("identity")!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(200, client.Get(h + "Microsoft.MachineLearningServices/workspaces/w/computes/attached").Status);
    }

    private static string Refusal(string content) => Assert.Throws<ArgumentException>(() => Open(content)).Message;

    private static TestClient Open(string content)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, content);
            return new TestClient(options: new SimulatorOptions { Scenario = path });
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static int Rest(TestClient client, string? link)
    {
        var count = 0;
        while (link is not null)
        {
            var page = client.Send("GET", link);
            count += page.At("value")!.AsArray().Count;
            link = page.Value("nextLink");
        }
        return count;
    }
}
