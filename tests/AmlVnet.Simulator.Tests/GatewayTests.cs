using AmlVnet.Simulator.Control;
using Xunit;

namespace AmlVnet.Simulator.Tests;

public sealed class GatewayTests
{
    [Theory]
    [InlineData("/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/x", 404, "SubscriptionNotFound")]
    [InlineData("/subscriptions/nonsense", 400, "InvalidSubscriptionId")]
    [InlineData("SUB/resourceGroups/none", 404, "ResourceGroupNotFound")]
    [InlineData("SUB/resourceGroups/none/providers/Microsoft.Network/virtualNetworks/x", 404, "ResourceGroupNotFound")]
    [InlineData("SUB/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/x", 404, "ResourceNotFound")]
    [InlineData("SUB/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/x/subnets/y", 404, "ParentResourceNotFound")]
    [InlineData("SUB/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/y", 404, "NotFound")]
    [InlineData("SUB/resourceGroups/mygroup/providers/Microsoft.MachineLearningServices/workspaces/w/computes/c", 404,
        "ParentResourceNotFound")]
    [InlineData("SUB/resourceGroups/mygroup/providers/Microsoft.Nothing/things/x", 404, "InvalidResourceType")]
    [InlineData("SUB/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork?api-version=2023-13-01", 400,
        "InvalidApiVersionParameter")]
    [InlineData("SUB/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork?api-version=latest", 400,
        "InvalidApiVersionParameter")]
    [InlineData("SUB/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork?api-version=2031-01-01", 400,
        "NoRegisteredProviderFound")]
    [InlineData("SUB/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork?api-version=2010-01-01", 400,
        "NoRegisteredProviderFound")]
    [InlineData("SUB/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork?api-version=", 400,
        "MissingApiVersionParameter")]
    public void The_gateway_says_what_is_wrong(string path, int status, string code)
    {
        using var client = new TestClient();
        var answer = client.Get(path.Replace("SUB", TestClient.Subscription, StringComparison.Ordinal));
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.False(string.IsNullOrEmpty(answer.Message));
        Assert.NotNull(answer.Header("x-ms-request-id"));
        Assert.NotNull(answer.Header("x-ms-correlation-request-id"));
    }

    [Fact]
    public void A_missing_thing_is_named_as_azure_names_it()
    {
        using var client = new TestClient();
        Assert.Equal("The Resource 'Microsoft.Network/virtualNetworks/x' under resource group 'mygroup' was not found. For more details "
            + "please go to https://aka.ms/ARMResourceNotFoundFix",
            client.Get(TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/x").Message);
        Assert.Equal("The Resource 'Microsoft.MachineLearningServices/workspaces/myworkspace/computes/none' under resource group "
            + "'myworkspacegroup' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
            client.Get(TestClient.Workspace + "/computes/none").Message);
    }

    [Theory]
    [InlineData("2015-06-15")]
    [InlineData("2019-11-01")]
    [InlineData("2022-02-22-preview")]
    [InlineData("2025-03-01")]
    public void Versions_between_the_first_and_the_newest_are_taken(string version)
    {
        using var client = new TestClient();
        Assert.Equal(200, client.Get(TestClient.Network + "?api-version=" + version).Status);
    }

    [Fact]
    public void Paths_and_ids_are_compared_without_regard_to_case()
    {
        using var client = new TestClient();
        var plain = client.Get(TestClient.Subnet);
        var shouted = client.Get(TestClient.Subnet.ToUpperInvariant().Replace("/SUBSCRIPTIONS/", "/Subscriptions/",
            StringComparison.Ordinal));
        Assert.Equal(plain.Text, shouted.Text);
        Assert.Equal(200, client.Get(TestClient.Subscription + "/resourcegroups/MYGROUP?api-version=2021-04-01").Status);
    }

    [Fact]
    public void Subscriptions_groups_and_providers_are_listed()
    {
        using var client = new TestClient();
        var subscription = client.Get("/subscriptions?api-version=2019-11-01").At("value.0")!;
        Assert.Equal((TestClient.Subscription, "Enabled", "AmlVnet rehearsal"),
            (subscription["id"]!.ToString(), subscription["state"]!.ToString(), subscription["displayName"]!.ToString()));
        Assert.Equal(["mygroup", "myworkspacegroup"], client.Get(TestClient.Subscription + "/resourcegroups").At("value")!.AsArray()
            .Select(g => g!["name"]!.ToString()).Order());
        var types = client.Get(TestClient.Subscription
            + "/providers/Microsoft.MachineLearningServices?api-version=2021-04-01").At("resourceTypes")!.AsArray();
        var workspaces = types.Single(t => t!["resourceType"]!.ToString() == "workspaces")!;
        Assert.Equal("2026-05-01", workspaces["apiVersions"]![0]!.ToString());
        Assert.Contains("East US 2", workspaces["locations"]!.AsArray().Select(l => l!.ToString()));
        Assert.Contains("Microsoft.Network", client.Get(TestClient.Subscription + "/providers").At("value")!.AsArray()
            .Select(p => p!["namespace"]!.ToString()));
        Assert.Equal(AzureSimulator.TenantId, client.Get("/tenants").Value("value.0.tenantId"));
    }

    [Fact]
    public void Groups_are_made_and_deleted_with_all_that_is_in_them()
    {
        using var client = new TestClient();
        var group = TestClient.Subscription + "/resourceGroups/temporary";
        Assert.Equal(201, client.Put(group, """{"location":"West Europe"}""").Status);
        Assert.Equal(200, client.Put(group, """{"location":"westeurope","tags":{"a":"b"}}""").Status);
        Assert.Equal("InvalidResourceGroupLocation", client.Put(group, """{"location":"eastus"}""").Code);
        Assert.Equal("LocationNotAvailableForResourceGroup", client.Put(group + "2", """{"location":"Atlantis"}""").Code);
        client.Wait(client.Put(group + "/providers/Microsoft.Network/virtualNetworks/v", """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.5.0.0/16"]}}}"""));
        var delete = client.Delete(group);
        Assert.Equal(202, delete.Status);
        Assert.Equal(202, client.Send("GET", delete.Header("Location")!).Status);
        client.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(200, client.Send("GET", delete.Header("Location")!).Status);
        Assert.Equal(404, client.Get(group).Status);
    }

    [Fact]
    public void A_body_that_is_not_json_is_refused_and_one_of_odd_shape_never_crashes()
    {
        using var client = new TestClient();
        Assert.Equal((400, "InvalidRequestContent"), Pair(client.Put(TestClient.Compute, "{")));
        Assert.Equal((400, "InvalidRequestContent"), Pair(client.Send("PUT", TestClient.Compute)));
        foreach (var body in new[] { "[]", "{\"properties\":[]}", "{\"properties\":{\"computeType\":7}}",
            "{\"location\":{},\"properties\":{\"computeType\":\"AKS\",\"properties\":{\"agentCount\":\"x\",\"sslConfiguration\":\"y\",\"aksNetworkingConfiguration\":[1]}}}" })
            Assert.InRange(client.Put(TestClient.Compute, body).Status, 400, 499);
        foreach (var body in new[] { "{\"location\":1}",
            "{\"location\":\"eastus2\",\"properties\":{\"addressSpace\":{\"addressPrefixes\":[1,{}]}}}",
            "{\"location\":\"eastus2\",\"properties\":\"x\"}" })
            Assert.InRange(client.Put(TestClient.Network, body).Status, 400, 499);
    }

    [Fact]
    public void Waits_are_told_in_simulated_seconds_and_in_real_milliseconds()
    {
        using var client = new TestClient(options: new SimulatorOptions { Clock = SimulatorClock.Scaled(100, new StandingTime()) });
        var put = client.Put(TestClient.Compute, TestClient.ComputeBody());
        Assert.Equal(("10", "100"), (put.Header("Retry-After"), put.Header("retry-after-ms")));
        var poll = client.Send("GET", put.Header("Azure-AsyncOperation")!);
        Assert.Equal(("InProgress", "10", "100"), (poll.Value("status"), poll.Header("Retry-After"), poll.Header("retry-after-ms")));

        using var real = new TestClient(options: new SimulatorOptions { AlwaysRetryAfter = false });
        var bare = real.Put(TestClient.Compute, TestClient.ComputeBody());
        Assert.Null(bare.Header("Retry-After"));
        Assert.NotNull(real.Put(TestClient.Network + "/subnets/x", """{"properties":{"addressPrefix":"10.1.1.0/24"}}""").Header("Retry-After"));
    }

    [Fact]
    public void Clusters_are_polled_under_another_version_and_fail_flat()
    {
        using var client = new TestClient("existing-cluster");
        var cluster = TestClient.Subscription + "/resourceGroups/myaksgroup/providers/Microsoft.ContainerService/managedClusters/";
        var get = client.Get(cluster + "myakscluster?api-version=2022-11-01");
        Assert.Equal("Microsoft.ContainerService/ManagedClusters", get.Value("type"));
        Assert.Contains("/resourcegroups/", get.Value("id"), StringComparison.Ordinal);
        Assert.Equal("172.17.0.1/16", get.Value("properties.networkProfile.dockerBridgeCidr"));
        Assert.Null(client.Get(cluster + "myakscluster").At("properties.networkProfile.dockerBridgeCidr"));
        Assert.Equal("nodepool1", client.Get(cluster + "myakscluster/agentPools").Value("value.0.name"));
        var missing = client.Get(cluster + "myakscluster/agentPools/none");
        Assert.Equal((404, "NotFound"), (missing.Status, missing.Value("code")));

        var bad = client.Put(cluster + "second", """{"location":"eastus2","identity":{"type":"SystemAssigned"},"properties":{"agentPoolProfiles":[{"name":"Bad","count":1}]}}""");
        Assert.Equal((400, "InvalidParameter"), (bad.Status, bad.Value("code")));
        var put = client.Put(cluster + "second", """{"location":"eastus2","identity":{"type":"SystemAssigned"},"properties":{"agentPoolProfiles":[{"name":"pool","count":1,"vmSize":"Standard_DS2_v2"}]}}""");
        Assert.Equal((201, "Creating"), (put.Status, put.Value("properties.provisioningState")));
        Assert.Contains("api-version=2016-03-30", put.Header("Azure-AsyncOperation"), StringComparison.Ordinal);
        Assert.Equal("Succeeded", client.Wait(put).Value("status"));
        var delete = client.Delete(cluster + "second");
        Assert.NotNull(delete.Header("Location"));
        client.Wait(delete);
        Assert.Equal(404, client.Get(cluster + "second").Status);
    }

    [Fact]
    public void Fault_rules_hit_what_they_name()
    {
        using var client = new TestClient();
        client.Simulator.Control.AddFault(new FaultRule
        {
            Id = "second",
            Method = "GET",
            ResourceType = "Microsoft.Network/virtualNetworks",
            Nth = 2,
            Status = 503,
            Code = "ServerTimeout",
            RetryAfterSeconds = 7
        });
        Assert.Equal(200, client.Get(TestClient.Network).Status);
        Assert.Equal(200, client.Get(TestClient.Subnet).Status);
        var hit = client.Get(TestClient.Network);
        Assert.Equal((503, "ServerTimeout", "7"), (hit.Status, hit.Code, hit.Header("Retry-After")));
        Assert.Equal(200, client.Get(TestClient.Network).Status);
        Assert.Equal("second", client.Simulator.Log[2].FaultId);
        client.Simulator.Control.ClearFaults();

        client.Simulator.Control.AddFault(new FaultRule
        {
            ResourceType = "operations",
            Kind = FaultKind.Html,
            Status = 502,
            Code = "Bad Gateway",
            Times = 1
        });
        var put = client.Put(TestClient.Compute, TestClient.ComputeBody());
        var page = client.Send("GET", put.Header("Azure-AsyncOperation")!);
        Assert.Equal((502, "text/html"), (page.Status, page.Header("Content-Type")));
        Assert.Equal("Succeeded", client.Wait(put).Value("status"));

        client.Simulator.Control.AddFault(new FaultRule { Method = "PUT", Kind = FaultKind.LostAnswer, Times = 1 });
        Assert.Equal(500, client.Put(TestClient.Network + "/subnets/x", """{"properties":{"addressPrefix":"10.1.1.0/24"}}""").Status);
        Assert.Equal(200, client.Get(TestClient.Network + "/subnets/x").Status);
    }

    [Fact]
    public void Chance_is_the_same_for_the_same_seed()
    {
        static string Run(int seed)
        {
            using var client = new TestClient(options: new SimulatorOptions { Seed = seed });
            client.Simulator.Control.AddFault(new FaultRule { Probability = 0.5 });
            return string.Concat(Enumerable.Range(0, 64).Select(_ => client.Get(TestClient.Network).Status == 200 ? '.' : 'x'));
        }
        var first = Run(3);
        Assert.Equal(first, Run(3));
        Assert.NotEqual(first, Run(4));
        Assert.InRange(first.Count(c => c == 'x'), 16, 48);
    }

    [Fact]
    public void Throttling_takes_from_a_bucket_that_simulated_time_fills()
    {
        using var client = new TestClient();
        client.Simulator.Control.SetThrottling("reads", 3, 0.5);
        Assert.Equal([200, 200, 200, 429], Enumerable.Range(0, 4).Select(_ => client.Get(TestClient.Network).Status));
        var refused = client.Get(TestClient.Network);
        Assert.Equal(("SubscriptionRequestsThrottled", "2"), (refused.Code, refused.Header("Retry-After")));
        client.Clock.Advance(refused.Response.SimulatedWait!.Value);
        Assert.Equal(200, client.Get(TestClient.Network).Status);
        client.Simulator.Control.SetThrottling("reads", null);
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal(200, client.Get(TestClient.Network).Status));
    }

    [Fact]
    public void The_log_tells_writes_from_reads_and_keeps_no_secrets()
    {
        using var client = new TestClient();
        client.Send("PUT", TestClient.Compute, TestClient.ComputeBody("""{"sslConfiguration":{"status":"Enabled","cert":"SECRETCERT","key":"SECRETKEY"}}"""), ("Authorization", "Bearer SECRETTOKEN"));
        client.Get(TestClient.Compute);
        Assert.Equal([true, false], client.Simulator.Log.Select(e => e.IsWrite));
        Assert.Equal("Microsoft.MachineLearningServices/workspaces/computes", client.Simulator.Log[0].ResourceType);
        Assert.DoesNotContain("SECRET", string.Join('\n', client.Simulator.Log.Select(e => System.Text.Json.JsonSerializer.Serialize(e))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_control_endpoint_drives_clock_settings_faults_log_and_world()
    {
        using var client = new TestClient();
        Assert.Equal("2024-06-01T08:00:00.0000000+00:00", client.Get("/simulator/clock").Value("time"));
        Assert.Equal("2024-06-01T08:10:00.0000000+00:00", client.Send("POST", "/simulator/clock", """{"advanceSeconds":600}""").Value("time"));
        Assert.Equal(400, client.Send("POST", "/simulator/clock", """{"advanceSeconds":-1}""").Status);
        Assert.Equal("5", client.Send("PATCH", "/simulator/settings", """{"pageSize":5}""").Value("pageSize"));
        Assert.Equal(400, client.Send("PATCH", "/simulator/settings", """{"pageSize":5,"nonsense":1}""").Status);
        Assert.Equal(400, client.Send("PATCH", "/simulator/settings", """{"pageSize":"five"}""").Status);
        Assert.Equal("20", client.Send("PATCH", "/simulator/settings", """{"pageSize":null}""").Value("pageSize"));
        Assert.Equal(201, client.Send("POST", "/simulator/faults", """{"id":"f","method":"GET","status":500,"kind":"Error"}""").Status);
        Assert.Equal(400, client.Send("POST", "/simulator/faults", """{"statuscode":500}""").Status);
        Assert.Equal(500, client.Get(TestClient.Network).Status);
        Assert.Equal(204, client.Send("DELETE", "/simulator/faults/f").Status);
        Assert.Equal(404, client.Send("DELETE", "/simulator/faults/f").Status);
        Assert.Equal(200, client.Get(TestClient.Network).Status);
        Assert.Equal(2, client.Get("/simulator/log").At("value")!.AsArray().Count);
        Assert.Single(client.Get("/simulator/log?after=1").At("value")!.AsArray());
        Assert.Equal(200, client.Send("POST", "/simulator/reset", """{"scenario":"overlap"}""").Status);
        Assert.Equal("10.0.0.0/8", client.Get(TestClient.Network).Value("properties.addressSpace.addressPrefixes.0"));
        Assert.Equal(400, client.Send("POST", "/simulator/reset", """{"scenario":"nowhere"}""").Status);
        Assert.Empty(client.Get("/simulator/state").At("faults")!.AsArray());
    }

    private static (int, string?) Pair(TestAnswer answer) => (answer.Status, answer.Code);

    private sealed class StandingTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
