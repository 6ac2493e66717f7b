namespace AmlVnet.Simulator.Tests;

/// <summary>A resource group goes with what is in it, unless something outside uses it.</summary>
public sealed class ResourceGroupTests
{
    private const string Network = TestClient.Subscription + "/resourceGroups/mygroup";

    private const string Cluster = TestClient.Subscription + "/resourceGroups/myaksgroup";

    [Fact]
    public void A_group_stays_while_something_outside_uses_what_is_in_it()
    {
        using var client = new TestClient("existing-cluster");
        client.Put(Network + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/free", """{"location":"eastus2"}""");
        var end = Wait(client, client.Delete(Network));

        Assert.Equal(409, end.Status);
        Assert.Equal("ResourceGroupDeletionBlocked", end.Value("Error.Code"));
        Assert.StartsWith("Deletion of resource group 'mygroup' failed as resources with identifiers "
            + "'Microsoft.Network/virtualNetworks/mynetwork' could not be deleted. The provisioning state of the resource group will be "
            + "rolled back. The tracking Id is '", end.Value("Error.Message"), StringComparison.Ordinal);
        Assert.Equal(TestClient.Network, end.Value("Error.Details.0.Target"));
        var reason = JsonNode.Parse(end.Value("Error.Details.0.Message")!)!;
        Assert.Equal("InUseSubnetCannotBeDeleted", reason["error"]!["code"]!.ToString());
        Assert.Equal("Succeeded", client.Get(Network).Value("properties.provisioningState"));
        Assert.Equal("Succeeded", client.Get(TestClient.Network).Value("properties.provisioningState"));
        // What nothing uses is gone all the same.
        Assert.Equal(404, client.Get(Network + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/free").Status);
    }

    [Fact]
    public void What_a_blocked_resource_uses_is_blocked_too()
    {
        using var client = new TestClient("existing-cluster");
        var tables = Network + "/providers/Microsoft.Network/routeTables/";
        client.Wait(client.Put(tables + "used", """{"location":"eastus2"}"""));
        client.Wait(client.Put(tables + "free", """{"location":"eastus2"}"""));
        var subnet = $$"""{"properties":{"addressPrefix":"10.1.7.0/24","routeTable":{"id":"{{tables}}used"} } }""";
        client.Wait(client.Put(TestClient.Network + "/subnets/other", subnet));

        var end = Wait(client, client.Delete(Network));
        Assert.Equal(2, end.At("Error.Details")!.AsArray().Count);
        Assert.Equal(200, client.Get(tables + "used").Status);
        Assert.Equal(404, client.Get(tables + "free").Status);
    }

    [Fact]
    public void A_cluster_s_group_goes_with_its_node_group_and_its_identity_and_then_the_network_s_goes_too()
    {
        using var client = new TestClient("existing-cluster");
        var cluster = client.Get(Cluster + "/providers/Microsoft.ContainerService/managedClusters/myakscluster");
        var nodes = $"{TestClient.Subscription}/resourceGroups/{cluster.Value("properties.nodeResourceGroup")}";
        Assert.Equal(200, client.Get(nodes).Status);

        Assert.Equal(200, Wait(client, client.Delete(Cluster)).Status);
        Assert.Equal(404, client.Get(Cluster).Status);
        Assert.Equal(404, client.Get(nodes).Status);
        var principal = new Uri(AzureSimulator.GraphEndpoint, "v1.0/servicePrincipals/" + cluster.Value("identity.principalId"));
        Assert.Equal(404, client.Send("GET", principal.AbsoluteUri).Status);
        Assert.Equal(200, Wait(client, client.Delete(Network)).Status);
        Assert.Equal(404, client.Get(Network).Status);
    }

    [Fact]
    public void A_cluster_and_its_network_in_one_group_go_together()
    {
        using var client = new TestClient("existing-cluster");
        var group = TestClient.Subscription + "/resourceGroups/both";
        client.Put(group, """{"location":"eastus2"}""");
        client.Wait(client.Put(group + "/providers/Microsoft.Network/virtualNetworks/network1", """
            {"location":"eastus2","properties":{"addressSpace":{"addressPrefixes":["10.9.0.0/16"]},
              "subnets":[{"name":"s","properties":{"addressPrefix":"10.9.0.0/22"}}]}}
            """));
        client.Wait(client.Put(group + "/providers/Microsoft.ContainerService/managedClusters/c", $$"""
            {"location":"eastus2","identity":{"type":"SystemAssigned"},"properties":{"agentPoolProfiles":[{"name":"p","count":1,
              "vmSize":"Standard_D4s_v3","mode":"System",
              "vnetSubnetID":"{{group}}/providers/Microsoft.Network/virtualNetworks/network1/subnets/s"}]} }
            """));
        Assert.Equal(200, Wait(client, client.Delete(group)).Status);
        Assert.Equal(404, client.Get(group).Status);
    }

    [Fact]
    public void A_group_that_is_being_deleted_takes_no_writes()
    {
        using var client = new TestClient();
        var started = client.Delete(Network);
        Assert.Equal(202, started.Status);
        Assert.Equal("Deleting", client.Get(Network).Value("properties.provisioningState"));

        foreach (var (path, body) in new[]
        {
            (Network, """{"location":"eastus2"}"""),
            (TestClient.Subnet, """{"properties":{"addressPrefix":"10.1.0.0/24"}}"""),
            (Network + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/late", """{"location":"eastus2"}"""),
        })
        {
            var refused = client.Put(path, body);
            Assert.Equal((409, "ResourceGroupBeingDeleted"), (refused.Status, refused.Code));
            Assert.Equal("The resource group 'mygroup' is in deprovisioning state and cannot perform this operation.", refused.Message);
        }
        Assert.Equal(200, client.Get(TestClient.Network).Status);
        // A second deletion is the first one.
        Assert.Equal(started.Header("Location"), client.Delete(Network).Header("Location"));
        Assert.Equal(200, Wait(client, started).Status);
        Assert.Equal(201, client.Put(Network, """{"location":"eastus2"}""").Status);
    }

    [Fact]
    public void A_group_that_is_not_there_cannot_be_deleted()
    {
        using var client = new TestClient();
        var refused = client.Delete(TestClient.Subscription + "/resourceGroups/nowhere");
        Assert.Equal((404, "ResourceGroupNotFound"), (refused.Status, refused.Code));
    }

    private static TestAnswer Wait(TestClient client, TestAnswer started)
    {
        Assert.Equal(202, started.Status);
        var answer = started;
        for (var polls = 0; answer.Status == 202 && polls < 1000; polls++)
        {
            client.Clock.Advance(answer.SimulatedWait ?? TimeSpan.FromSeconds(15));
            answer = client.Get(started.Header("Location")!);
        }
        return answer;
    }
}
