namespace AmlVnet.Simulator.Tests;

/// <summary>A member of a cluster is in the answers of the api-versions that have it, and in no other.</summary>
public sealed class ClusterVersionTests
{
    private const string Cluster = TestClient.Subscription
        + "/resourceGroups/myaksgroup/providers/Microsoft.ContainerService/managedClusters/myakscluster";

    private const string Everything = """
        { "properties": {
          "hostedSystemProfile": { "enabled": true, "nodeSubnetID": "a", "systemNodeSubnetID": "b" },
          "nodeProvisioningProfile": { "mode": "Auto" },
          "agentPoolProfiles": [{ "name": "p", "type": "VirtualMachines", "podIPAllocationMode": "StaticBlock",
            "upgradeSettings": { "maxSurge": "1", "maxUnavailable": "0" },
            "virtualMachinesProfile": { "scale": { "manual": [{ "size": "Standard_D4s_v5", "count": 3 }],
              "autoscale": [{ "size": "Standard_D4s_v5", "maxCount": 5 }] } },
            "virtualMachineNodesStatus": [{ "size": "Standard_D4s_v5", "count": 3 }] }]
        } }
        """;

    [Theory]
    [InlineData("hostedSystemProfile", "2026-01-01", "2026-02-01")]
    [InlineData("hostedSystemProfile.nodeSubnetID", "2026-01-02-preview", "2026-02-02-preview")]
    [InlineData("nodeProvisioningProfile", "2025-04-01", "2025-05-01")]
    [InlineData("agentPoolProfiles.0.virtualMachinesProfile", "2025-03-01", "2025-04-01")]
    [InlineData("agentPoolProfiles.0.virtualMachinesProfile.scale.autoscale", "2026-04-01", "2026-05-01")]
    [InlineData("agentPoolProfiles.0.virtualMachineNodesStatus", "2025-03-01", "2025-04-01")]
    [InlineData("agentPoolProfiles.0.podIPAllocationMode", "2025-03-01", "2025-04-01")]
    [InlineData("agentPoolProfiles.0.upgradeSettings.maxUnavailable", "2025-02-01", "2025-03-01")]
    public void A_member_is_shown_from_its_version_on(string member, string before, string since)
    {
        using var client = Client();
        Assert.Null(client.Get($"{Cluster}?api-version={before}").At("properties." + member));
        Assert.NotNull(client.Get($"{Cluster}?api-version={since}").At("properties." + member));
    }

    [Fact]
    public void A_pool_on_its_own_is_trimmed_like_its_cluster()
    {
        using var client = Client();
        Assert.Null(client.Get($"{Cluster}/agentPools/p?api-version=2023-11-01").At("properties.virtualMachinesProfile"));
        Assert.NotNull(client.Get($"{Cluster}/agentPools/p?api-version=2026-05-01").At("properties.virtualMachinesProfile"));
    }

    [Fact]
    public void A_cloud_that_is_behind_refuses_newer_versions_and_lists_none_of_them()
    {
        using var client = Client(
            new JsonObject { ["newestApiVersions"] = new JsonObject { ["Microsoft.ContainerService"] = "2025-08-01" } });
        var refused = client.Get($"{Cluster}?api-version=2026-05-01");
        Assert.Equal((400, "NoRegisteredProviderFound"), (refused.Status, refused.Code));
        Assert.Equal(200, client.Get($"{Cluster}?api-version=2025-08-01").Status);
        var listed = client.Get(TestClient.Subscription
            + "/providers/Microsoft.ContainerService?api-version=2021-04-01").At("resourceTypes.0.apiVersions")!.AsArray();
        Assert.Equal("2025-08-01", listed[0]!.GetValue<string>());
        Assert.Equal(200, client.Get(TestClient.Network + "?api-version=2025-09-01").Status);
    }

    [Fact]
    public void A_prefix_in_use_can_not_give_way_to_a_wider_one_but_stand_beside_another()
    {
        using var client = Client();
        const string Subnet = TestClient.Network + "/subnets/default";
        var now = client.Get(Subnet).Value("properties.addressPrefix");
        var wider = client.Send("PUT", Subnet, $$"""
            { "properties": { "addressPrefix": "{{now!.Replace("/24", "/23", StringComparison.Ordinal)}}" } }
            """);
        Assert.Equal((400, "InUsePrefixCannotBeDeleted"), (wider.Status, wider.Code));
        var beside = client.Send("PUT", Subnet, $$"""{ "properties": { "addressPrefixes": ["10.1.200.0/24", "{{now}}"] } }""");
        Assert.True(beside.Status is 200 or 201, beside.Text);
    }

    /// <summary>A cluster with every member, in a cloud with these settings.</summary>
    private static TestClient Client(JsonObject? settings = null)
    {
        var path = Path.Combine(Path.GetTempPath(), $"amlvnet-versions-{Guid.NewGuid():N}.json");
        var members = JsonNode.Parse(Everything)!.AsObject();
        members["id"] = Cluster;
        try
        {
            File.WriteAllText(path, new JsonObject
            {
                ["settings"] = settings,
                ["resourceGroups"] = new JsonArray(Group("mygroup"), Group("myaksgroup")),
                ["virtualNetworks"] = new JsonArray(JsonNode.Parse("""
                    { "resourceGroup": "mygroup", "name": "mynetwork", "addressPrefixes": ["10.1.0.0/16"], "subnets": [{ "name": "default",
                      "addressPrefix": "10.1.0.0/24" }] }
                    """)),
                ["clusters"] = new JsonArray(JsonNode.Parse("""
                    { "resourceGroup": "myaksgroup", "name": "myakscluster", "nodes": 3, "vmSize": "Standard_D4s_v5",
                      "subnet": "mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/default" }
                    """)),
                ["resources"] = new JsonArray(members),
            }.ToJsonString());
            return new TestClient(options: new SimulatorOptions { Scenario = path });
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static JsonObject Group(string name) => new() { ["name"] = name, ["location"] = "eastus2" };
}
