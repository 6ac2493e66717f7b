namespace AmlVnet.Simulator.Tests;

/// <summary>Requests that no decent client sends: the simulator always answers, and never with a fault of its own.</summary>
public sealed class OddRequestTests
{
    private static readonly string[] Paths =
    [
        TestClient.Compute, TestClient.Workspace, TestClient.Network, TestClient.Subnet, TestClient.Network + "/virtualNetworkPeerings/p",
        TestClient.Subscription + "/resourceGroups/mygroup",
        TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/networkSecurityGroups/n",
        TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/loadBalancers/l",
        TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/publicIPAddresses/p",
        TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/routeTables/r",
        TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Storage/storageAccounts/account1",
        TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i",
        TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.ContainerService/managedClusters/c",
        TestClient.Subnet + "/providers/Microsoft.Authorization/roleAssignments/11111111-2222-5333-8444-555555555555",
        TestClient.Subscription + "/providers/Microsoft.Authorization/roleDefinitions/11111111-2222-5333-8444-555555555556",
    ];

    private static readonly string[] Members =
    [
        "location", "tags", "properties", "identity", "sku", "type", "computeType", "resourceId", "agentCount", "agentVmSize",
            "aksNetworkingConfiguration", "subnetId",
        "serviceCidr", "dnsServiceIP", "dockerBridgeCidr", "sslConfiguration", "status", "cert", "loadBalancerType", "loadBalancerSubnet",
            "addressSpace", "addressPrefixes",
        "addressPrefix", "subnets", "name", "networkSecurityGroup", "id", "securityRules", "priority", "protocol", "direction", "access",
            "frontendIPConfigurations", "subnet",
        "networkAcls", "virtualNetworkRules", "agentPoolProfiles", "vnetSubnetID", "count", "networkProfile", "servicePrincipalProfile",
            "clientId", "userAssignedIdentities",
        "roleDefinitionId", "principalId", "principalType", "permissions", "actions", "assignableScopes", "roleName",
            "remoteVirtualNetwork", "delegations", "serviceEndpoints",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_bodies_never_break_it(int seed)
    {
        var random = new Random(seed);
        using var client = new TestClient("existing-cluster");
        for (var i = 0; i < 1500; i++)
        {
            var path = Paths[random.Next(Paths.Length)];
            var body = Node(random, 0)!.ToJsonString();
            var method = random.Next(6) switch { 0 => "PATCH", 1 => "DELETE", 2 => "GET", _ => "PUT" };
            var answer = client.Send(method, path, body);
            Assert.True(answer.Status < 500, $"{method} {path} {body}: {answer.Text}");
            Assert.True(answer.Status < 400 || answer.Code is { Length: > 0 }, answer.Text);
            if (random.Next(10) == 0)
                client.Clock.Advance(TimeSpan.FromMinutes(random.Next(15)));
        }
        Assert.Equal(200, client.Get("/subscriptions").Status);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/subscriptions//resourceGroups")]
    [InlineData("/providers")]
    [InlineData("/providers/Microsoft.Network")]
    [InlineData("/subscriptions/SUB/providers/Microsoft.Network/virtualNetworks/x/y/z/w")]
    [InlineData("/subscriptions/SUB/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default"
        + "/providers/Microsoft.Authorization/")]
    [InlineData("/subscriptions/SUB/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default/extra")]
    [InlineData("/subscriptions/SUB/resourceGroups/mygroup/providers/Microsoft.Network")]
    [InlineData("/subscriptions/SUB/providers/Microsoft.Network/locations/eastus2/operations/unknown")]
    [InlineData("/subscriptions/SUB/operationresults/unknown")]
    [InlineData("/v1.0/")]
    [InlineData("/simulator/")]
    [InlineData("/msi")]
    public void Odd_paths_get_an_error_answer(string path)
    {
        using var client = new TestClient();
        foreach (var method in new[] { "GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS" })
        {
            var answer = client.Send(method, "https://localhost:8943"
                + path.Replace("SUB", AzureSimulator.SubscriptionId, StringComparison.Ordinal), "{}");
            Assert.InRange(answer.Status, 200, 499);
        }
    }

    [Theory]
    [InlineData("""{"location":"eastus2","tags":{"a":"\ud800"}}""")]
    [InlineData("""{"location":"eastus2","tags":{"a\ud800":"b"}}""")]
    [InlineData("""{"location":"\ud800"}""")]
    [InlineData("""{"location":"eastus2","tags":{"a":"b","a":"c"}}""")]
    public void A_body_that_cannot_be_kept_is_refused_and_breaks_nothing(string body)
    {
        using var client = new TestClient("existing-cluster");
        foreach (var path in Paths)
            Assert.Equal((400, "InvalidRequestContent"), Pair(client.Put(path + "9", body)));
        Assert.Equal((400, "InvalidRequestContent"), Pair(client.Send("PATCH", TestClient.Workspace, body)));
        Assert.Equal(400, client.Send("PATCH", "/simulator/settings", """{"clientSecret":"\ud800"}""").Status);
        Assert.Equal(200, client.Get(TestClient.Subscription + "/resourceGroups").Status);
        Assert.Equal(200, client.Get(TestClient.Subscription + "/resources").Status);
        Assert.Equal(200, client.Get("/simulator/settings").Status);
    }

    [Theory]
    [InlineData(TestClient.Compute, """{"tags":"x"}""")]
    [InlineData(TestClient.Compute, """{"tags":{"a":5}}""")]
    [InlineData(TestClient.Compute, """{"location":5}""")]
    [InlineData(TestClient.Compute, """{"properties":[]}""")]
    [InlineData(TestClient.Compute, """{"properties":{"description":5}}""")]
    [InlineData(TestClient.Compute, """{"properties":{"resourceId":7}}""")]
    [InlineData(TestClient.Compute, """{"properties":{"properties":[]}}""")]
    [InlineData(TestClient.Compute, """{"properties":{"properties":{"agentVmSize":5}}}""")]
    [InlineData(TestClient.Compute, """{"properties":{"properties":{"aksNetworkingConfiguration":{"subnetId":5}}}}""")]
    [InlineData(TestClient.Workspace, """{"properties":{"publicNetworkAccess":"Sometimes"}}""")]
    [InlineData(TestClient.Workspace, """{"identity":{"type":"Mine"}}""")]
    [InlineData(TestClient.Subnet, """{"properties":{"addressPrefix":"10.1.0.0/24","delegations":"x"}}""")]
    [InlineData(TestClient.Subnet, """{"properties":{"addressPrefix":"10.1.0.0/24","networkSecurityGroup":{"id":5}}}""")]
    [InlineData(TestClient.Network, """{"properties":{"subnets":[null]}}""")]
    [InlineData(TestClient.Subscription + "/resourceGroups/mygroup", """{"tags":"x"}""")]
    [InlineData(TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/routeTables/r",
        """{"properties":{"routes":[{"properties":{"nextHopType":"Moon"}}]}}""")]
    [InlineData(TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Storage/storageAccounts/account1",
        """{"properties":{"networkAcls":{"defaultAction":"Perhaps"}}}""")]
    [InlineData(TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i",
        """{"tags":[]}""")]
    [InlineData(TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.ContainerService/managedClusters/c",
        """{"properties":{"agentPoolProfiles":[{"count":"three"}]}}""")]
    [InlineData(TestClient.Subnet + "/providers/Microsoft.Authorization/roleAssignments/11111111-2222-5333-8444-555555555555",
        """{"properties":{"principalType":"Robot"}}""")]
    public void A_value_of_the_wrong_kind_is_refused(string path, string members)
    {
        using var client = new TestClient();
        var whole = (JsonObject)JsonNode.Parse(members)!;
        whole.TryAdd("location", "eastus2");
        foreach (var method in new[] { "PUT", "PATCH" })
            Assert.Equal((400, "InvalidRequestContent"), Pair(client.Send(method, path, whole.ToJsonString())));
    }

    private static (int, string?) Pair(TestAnswer answer) => (answer.Status, answer.Code);

    private static JsonNode? Node(Random random, int depth)
    {
        if (depth == 0)
            return Object(random, depth);
        return random.Next(depth > 5 ? 6 : 10) switch
        {
            0 => random.Next(-5, 5000),
            1 => random.Next(2) == 0,
            2 => new[] { "", "eastus2", "AKS", "10.0.0.0/16", "10.1.0.0/24", "10.0.0.10", "172.17.0.1/16", "InternalLoadBalancer",
                "Enabled", "x/y", "*", "Tcp", "Inbound", "Allow" }[random.Next(14)],
            3 => new[] { TestClient.Subnet, TestClient.Network, TestClient.NetworkContributor, "Standard_D3_v2", "default",
                "aks-subnet" }[random.Next(6)],
            4 => null,
            5 => random.NextDouble(),
            6 or 7 => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Node(random, depth + 1))]),
            _ => Object(random, depth),
        };
    }

    private static JsonObject Object(Random random, int depth)
    {
        var made = new JsonObject();
        if (depth == 0)
            (made["location"], made["properties"]) = ("eastus2", Object(random, 1));
        if (depth == 1 && random.Next(2) == 0)
            (made["computeType"], made["properties"]) = ("AKS", Object(random, 2));
        for (var i = random.Next(6); i > 0; i--)
            made[Members[random.Next(Members.Length)]] = Node(random, depth + 1);
        return made;
    }
}
