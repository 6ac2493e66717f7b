using AmlVnet.Simulator.Control;
using AmlVnet.Simulator.Kernel;

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
    [InlineData("SUB/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/ddosProtectionStatus", 404,
        "InvalidResourceType")]
    [InlineData("SUB/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7/foo", 404,
        "InvalidResourceType")]
    [InlineData("SUB/providers/Microsoft.Network/virtualNetworks/mynetwork", 404, "InvalidResourceType")]
    [InlineData("SUB/foo/bar/providers/Microsoft.Network/virtualNetworks", 404, "InvalidResourceType")]
    [InlineData("SUB/resourceGroups/mygroup/providers/Microsoft.Compute/virtualMachines/vm/providers/Microsoft.Network/virtualNetworks/"
        + "mynetwork",
        404, "InvalidResourceType")]
    [InlineData("/providers/Microsoft.Network/virtualNetworks/x", 404, "MissingSubscription")]
    [InlineData("/providers/Microsoft.Network/locations/eastus2/serviceTags", 404, "MissingSubscription")]
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
    public void A_malformed_version_gets_the_versions_of_the_type()
    {
        using var client = new TestClient();
        Assert.Contains("2018-11-19", client.Get(TestClient.Compute + "?api-version=latest").Message, StringComparison.Ordinal);
        Assert.DoesNotContain("2018-11-19", client.Get(TestClient.Subscription + "/resourceGroups?api-version=latest").Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Microsoft.Network/publicIPAddresses", "ddosProtectionStatus")]
    [InlineData("Microsoft.Network/networkSecurityGroups", "foo")]
    [InlineData("Microsoft.Network/routeTables", "foo")]
    [InlineData("Microsoft.Network/loadBalancers", "networkInterfaces")]
    [InlineData("Microsoft.ManagedIdentity/userAssignedIdentities", "federatedIdentityCredentials")]
    [InlineData("Microsoft.Storage/storageAccounts", "blobServices")]
    public void What_is_below_a_resource_and_not_modelled_does_nothing_to_it(string type, string below)
    {
        using var client = new TestClient();
        var path = $"{TestClient.Subscription}/resourceGroups/mygroup/providers/{type}/thing1";
        foreach (var method in new[] { "GET", "PUT", "PATCH", "POST", "DELETE" })
            Assert.Equal((404, "InvalidResourceType"), Pair(client.Send(method, $"{path}/{below}", """{"location":"eastus2"}""")));
        Assert.Equal(404, client.Get(path).Status);
        client.Put(path, """{"location":"eastus2"}""");
        client.Clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var method in new[] { "GET", "PUT", "PATCH", "POST", "DELETE" })
            Assert.Equal((404, "InvalidResourceType"), Pair(client.Send(method, $"{path}/{below}", """{"location":"eastus2"}""")));
        client.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, client.Get(path).Status);
    }

    [Fact]
    public void What_lives_in_a_resource_group_is_only_listed_outside_of_one()
    {
        using var client = new TestClient();
        var networks = TestClient.Subscription + "/providers/Microsoft.Network/virtualNetworks";
        Assert.Equal("mynetwork", client.Get(networks).Value("value.0.name"));
        var body = """{"location":"eastus2","properties":{"addressSpace":{"addressPrefixes":["10.5.0.0/16"]}}}""";
        foreach (var method in new[] { "GET", "PUT", "PATCH", "DELETE" })
            Assert.Equal((404, "InvalidResourceType"), Pair(client.Send(method, networks + "/v", body)));
        Assert.Equal((404, "MissingSubscription"), Pair(client.Put("/providers/Microsoft.Network/virtualNetworks/v", body)));
        Assert.Single(client.Get(networks).At("value")!.AsArray());
        Assert.Equal("/providers/Microsoft.Network", client.Get("/providers/Microsoft.Network?api-version=2021-04-01").Value("id"));
        Assert.Equal((404, "MissingSubscription"), Pair(client.Send("POST",
            "/providers/Microsoft.Network/register?api-version=2021-04-01")));
    }

    [Fact]
    public void Tags_are_patched_alike_and_an_empty_patch_changes_nothing()
    {
        using var client = new TestClient("existing-cluster");
        var identity = TestClient.Subscription
            + "/resourceGroups/mygroup/providers/Microsoft.ManagedIdentity/userAssignedIdentities/identity1";
        client.Put(identity, """{"location":"eastus2"}""");
        foreach (var path in new[] { identity, Cluster, TestClient.Network, TestClient.Workspace,
            TestClient.Subscription + "/resourceGroups/mygroup" })
        {
            Assert.Equal("b", client.Send("PATCH", path, """{"tags":{"a":"b"}}""").Value("tags.a"));
            client.Clock.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal("b", client.Send("PATCH", path, "{}").Value("tags.a"));
            client.Clock.Advance(TimeSpan.FromMinutes(10));
        }
        Assert.Equal(404, client.Send("PATCH", identity + "2", "{}").Status);
        client.Send("PATCH", Cluster, "{}");
        Assert.Equal((409, "OperationNotAllowed"), Pair(client.Send("PATCH", Cluster, """{"tags":{}}""")));
    }

    [Fact]
    public void A_refused_request_leaves_no_trace()
    {
        using var client = new TestClient("existing-cluster");
        var before = client.Get(Cluster).Text;
        var put = client.Put(Cluster, """
            {"location":"eastus2","tags":{"evil":"1"},"properties":{"dnsPrefix":"other","agentPoolProfiles":[{"name":"nodepool1",
              "count":900}]}}
            """);
        Assert.Equal((400, "InsufficientSubnetSize"), Pair(put));
        Assert.Equal(before, client.Get(Cluster).Text);
        Assert.Equal((400, "InvalidParameter"), Pair(client.Put(Cluster,
            """{"location":"eastus2","properties":{"agentPoolProfiles":[{"name":"nodepool1","count":600000000}]}}""")));
    }

    [Fact]
    public void More_nodes_than_a_cluster_can_have_are_refused_and_more_cores_than_the_quota_fail()
    {
        using var client = new TestClient();
        Assert.Equal((400, "BadArgument"), Pair(client.Put(TestClient.Compute,
            TestClient.ComputeBody("""{"agentCount":600000000,"clusterPurpose":"DevTest"}"""))));
        var put = client.Put(TestClient.Compute, TestClient.ComputeBody("""{"agentCount":5000,"clusterPurpose":"DevTest"}"""));
        Assert.Equal("QuotaExceeded", client.Wait(put).Value("error.code"));
        client.CreateCompute("other", """{"agentCount":3}""");
        Assert.Equal("QuotaExceeded", client.Switch("other", """{"agentCount":5000}""").Value("error.code"));
        Assert.Equal("Succeeded", client.Switch("other", """{"agentCount":4}""").Value("status"));
    }

    [Theory]
    [InlineData("1e300", 200)]
    [InlineData("1e18", 200)]
    [InlineData("-1e300", 401)]
    [InlineData("1", 401)]
    [InlineData("\"x\"", 200)]
    public void A_token_may_say_any_expiry(string expiry, int status)
    {
        using var client = new TestClient(options: new SimulatorOptions { RequireAuthentication = true });
        var payload = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{{\"exp\":{expiry}}}"));
        Assert.Equal(status, client.Send("GET", "/subscriptions", null, ("Authorization", $"Bearer a.{payload}.b")).Status);
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
        client.Wait(client.Put(group + "/providers/Microsoft.Network/virtualNetworks/network1",
            """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.5.0.0/16"]}}}"""));
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
            "{\"location\":{},\"properties\":{\"computeType\":\"AKS\",\"properties\":"
            + "{\"agentCount\":\"x\",\"sslConfiguration\":\"y\",\"aksNetworkingConfiguration\":[1]}}}" })
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
        Assert.NotNull(real.Put(TestClient.Network + "/subnets/x",
            """{"properties":{"addressPrefix":"10.1.1.0/24"}}""").Header("Retry-After"));
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

        var bad = client.Put(cluster + "second", """
            {"location":"eastus2","identity":{"type":"SystemAssigned"},"properties":{"agentPoolProfiles":[{"name":"Bad","count":1}]}}
            """);
        Assert.Equal((400, "InvalidParameter"), (bad.Status, bad.Value("code")));
        var put = client.Put(cluster + "second", """
            {"location":"eastus2","identity":{"type":"SystemAssigned"},"properties":{"agentPoolProfiles":[{"name":"pool","count":1,
            "vmSize":"Standard_DS2_v2","mode":"System"}]}}
            """);
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
    public void A_rule_for_operations_is_not_spent_by_requests_that_start_none()
    {
        using var client = new TestClient();
        var control = client.Simulator.Control;
        control.AddFault(new FaultRule
        {
            Id = "fail",
            ResourceType = "Microsoft.MachineLearningServices/workspaces/computes",
            Kind = FaultKind.FailOperation,
            Nth = 1,
            Times = 1,
            Code = "Planned",
        });
        Assert.Equal(404, client.Get(TestClient.Compute).Status);
        Assert.Equal(400, client.Put(TestClient.Compute, TestClient.ComputeBody("""{"agentCount":0}""")).Status);
        var put = client.Put(TestClient.Compute, TestClient.ComputeBody());
        Assert.Equal([null, null, "fail"], client.Simulator.Log.Select(e => e.FaultId));
        Assert.Equal("Planned", client.Wait(put).Value("error.code"));
        Assert.Equal("Succeeded", client.CreateCompute("second").Value("status"));
    }

    [Fact]
    public void A_deletion_that_fails_leaves_the_resource_failed()
    {
        using var client = new TestClient("existing-cluster");
        client.Simulator.Control.AddFault(new FaultRule { Method = "DELETE", Kind = FaultKind.FailOperation });
        string[] paths = [TestClient.Workspace, Cluster, TestClient.Subscription + "/resourceGroups/mygroup"];
        foreach (var path in paths)
            Assert.Equal(202, client.Delete(path).Status);
        client.Clock.Advance(TimeSpan.FromHours(1));
        Assert.All(paths, path => Assert.Equal("Failed", client.Get(path).Value("properties.provisioningState")));
    }

    [Theory]
    [InlineData("""{"nth":0}""", "nth")]
    [InlineData("""{"nth":-1}""", "nth")]
    [InlineData("""{"times":0}""", "times")]
    [InlineData("""{"method":"GTE"}""", "method")]
    [InlineData("""{"kind":7}""", "kind")]
    [InlineData("""{"kind":"Nope"}""", "FailOperation")]
    [InlineData("""{"id":""}""", "id")]
    [InlineData("""{"kind":"Error","status":200}""", "status")]
    [InlineData("""{"probability":1.5}""", "probability")]
    [InlineData("""{"retryAfterSeconds":-1}""", "retryAfterSeconds")]
    [InlineData("""{"metod":"GET"}""", "metod")]
    [InlineData("""{"probability":0}""", "probability")]
    [InlineData("""{"kind":"FailOperation","method":"GET"}""", "method GET")]
    [InlineData("""{"kind":"failoperation","method":"head"}""", "method head")]
    public void A_rule_that_can_never_work_is_refused(string rule, string named)
    {
        using var client = new TestClient();
        var answer = client.Send("POST", "/simulator/faults", rule);
        Assert.Equal(400, answer.Status);
        Assert.Contains(named, answer.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", answer.Message, StringComparison.Ordinal);
        Assert.Empty(client.Simulator.Control.Faults);
        Assert.Throws<ArgumentException>(() => client.Simulator.Control.AddFault(rule));
    }

    [Fact]
    public void A_rule_keeps_its_id_for_itself()
    {
        using var client = new TestClient();
        Assert.Equal(201, client.Send("POST", "/simulator/faults", """{"id":"f","status":503}""").Status);
        var again = client.Send("POST", "/simulator/faults", """{"id":"F","status":500}""");
        Assert.Equal(400, again.Status);
        Assert.Contains("'F' already", again.Message, StringComparison.Ordinal);
        Assert.Equal(503, Assert.Single(client.Simulator.Control.Faults).Status);
        client.Simulator.Control.RemoveFault("f");
        client.Simulator.Control.AddFault(new FaultRule { Id = "f" });
    }

    [Fact]
    public void A_whole_number_may_be_written_with_a_fraction_of_nothing()
    {
        using var client = new TestClient();
        var answer = client.Send("POST", "/simulator/faults", """{"times":1.0,"status":5.03e2}""");
        Assert.Equal((201, "1", "503"), (answer.Status, answer.Value("times"), answer.Value("status")));
        Assert.Equal(503, client.Get(TestClient.Network).Status);
        Assert.Equal(200, client.Get(TestClient.Network).Status);
    }

    [Theory]
    [InlineData("""{"caller":{"actions":"*"}}""", "caller.actions")]
    [InlineData("""{"caller":{"notaction":["x"]}}""", "caller.notaction")]
    [InlineData("""{"throttling":{"read":{"capacity":1}}}""", "throttling.read")]
    [InlineData("""{"throttling":{"reads":{"perSecond":1}}}""", "throttling.reads.capacity")]
    [InlineData("""{"throttling":{"reads":5}}""", "throttling.reads")]
    [InlineData("""{"clusterIdentity":"Nobody"}""", "clusterIdentity")]
    [InlineData("""{"pollSeconds":-1}""", "pollSeconds")]
    [InlineData("""{"graphDenied":"yes"}""", "graphDenied")]
    public void A_setting_that_can_never_work_is_refused(string settings, string named)
    {
        using var client = new TestClient();
        var before = client.Get("/simulator/settings").Text;
        var answer = client.Send("PATCH", "/simulator/settings", settings);
        Assert.Equal(400, answer.Status);
        Assert.Contains($"'{named}'", answer.Message, StringComparison.Ordinal);
        Assert.Equal(before, client.Get("/simulator/settings").Text);
    }

    [Fact]
    public void A_caller_of_whom_only_what_he_may_not_is_said_may_all_else()
    {
        using var client = new TestClient();
        Assert.Equal(200, client.Send("PATCH", "/simulator/settings",
            """{"Caller":{"notActions":["Microsoft.Network/virtualNetworks/read"]}}""").Status);
        Assert.Equal((403, "AuthorizationFailed"), Pair(client.Get(TestClient.Network)));
        Assert.Equal(200, client.Get(TestClient.Workspace).Status);
        Assert.Equal(200, client.Send("PATCH", "/simulator/settings", """{"caller":{"actions":[]}}""").Status);
        Assert.Equal(403, client.Get(TestClient.Workspace).Status);
    }

    [Theory]
    [InlineData("""{"scenario":"nowhere"}""")]
    [InlineData("""{"scenari":"overlap"}""")]
    [InlineData("""{"scenario":5}""")]
    [InlineData("[]")]
    public void A_refused_reset_leaves_the_world_alone(string body)
    {
        using var client = new TestClient("existing-cluster");
        client.Put(TestClient.Subscription + "/resourceGroups/kept", """{"location":"eastus2"}""");
        Assert.Equal(400, client.Send("POST", "/simulator/reset", body).Status);
        Assert.Equal(200, client.Get(TestClient.Subscription + "/resourceGroups/kept").Status);
        Assert.Equal(200, client.Get(Cluster).Status);
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
        client.Simulator.Control.Set("throttling", """{"reads":{"capacity":3,"perSecond":0.5}}""");
        Assert.Equal([200, 200, 200, 429], Enumerable.Range(0, 4).Select(_ => client.Get(TestClient.Network).Status));
        var refused = client.Get(TestClient.Network);
        Assert.Equal(("SubscriptionRequestsThrottled", "2"), (refused.Code, refused.Header("Retry-After")));
        client.Clock.Advance(refused.SimulatedWait!.Value);
        Assert.Equal(200, client.Get(TestClient.Network).Status);
        client.Simulator.Control.Set("throttling", null);
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal(200, client.Get(TestClient.Network).Status));
    }

    [Fact]
    public void The_log_tells_writes_from_reads_and_keeps_no_secrets()
    {
        using var client = new TestClient();
        client.Send("PUT", TestClient.Compute, TestClient.ComputeBody("""
            {"sslConfiguration":{"status":"Enabled","cert":"SECRETCERT","key":"SECRETKEY"}}
            """), ("Authorization", "Bearer SECRETTOKEN"));
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
        Assert.Equal("2024-06-01T08:10:00.0000000+00:00",
            client.Send("POST", "/simulator/clock", """{"advanceSeconds":600}""").Value("time"));
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

    private static string Cluster => TestClient.Subscription
        + "/resourceGroups/myaksgroup/providers/Microsoft.ContainerService/managedClusters/myakscluster";

    private static (int, string?) Pair(TestAnswer answer) => (answer.Status, answer.Code);

    private sealed class StandingTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
