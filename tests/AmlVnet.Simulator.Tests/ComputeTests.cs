namespace AmlVnet.Simulator.Tests;

public sealed class ComputeTests
{
    public static TheoryData<string, string, string> Refused => new()
    {
        { "BadArgument", "dnsServiceIP missing", """
            {"aksNetworkingConfiguration":{"subnetId":"SUBNET","serviceCidr":"10.0.0.0/16","dockerBridgeCidr":"172.17.0.1/16"}}
            """ },
        { "CidrStringParseError", "host bits", TestClient.HowToInner(service: "10.0.0.1/16") },
        { "CidrStringParseError", "no prefix", TestClient.HowToInner(service: "10.0.0.0") },
        { "ServiceCidrTooLarge", "too large", TestClient.HowToInner(service: "10.0.0.0/11") },
        { "ServiceCidrOverlapReservedRange", "reserved", TestClient.HowToInner(service: "172.16.0.0/12", dns: "172.16.0.10") },
        { "ServiceCidrOverlapExistingSubnetsCidr", "subnet", TestClient.HowToInner(service: "10.1.0.0/24", dns: "10.1.0.10") },
        { "ServiceCidrOverlapExistingSubnetsCidr", "rest of the network",
            TestClient.HowToInner(service: "10.1.128.0/20", dns: "10.1.128.10") },
        { "DnsServiceIpOutOfServiceCidr", "outside", TestClient.HowToInner(dns: "10.2.0.10") },
        { "InvalidDNSServiceIP", "first address", TestClient.HowToInner(dns: "10.0.0.1") },
        { "InvalidDNSServiceIP", "network address", TestClient.HowToInner(dns: "10.0.0.0") },
        { "InvalidDNSServiceIP", "IPv6", TestClient.HowToInner(dns: "fd00::10") },
        { "InvalidDockerBridgeCidr", "network address", TestClient.HowToInner(bridge: "172.17.0.0/16") },
        { "DockerBridgeCidrOverlapServiceCidr", "service", TestClient.HowToInner(bridge: "10.0.0.1/24") },
        { "DockerBridgeCidrOverlapExistingSubnetsCidr", "subnet", TestClient.HowToInner(bridge: "10.1.0.1/24") },
        { "NetworkProfileCIDROverlapVNET", "network", TestClient.HowToInner(bridge: "10.1.9.1/24") },
        { "NetcfgInvalidSubnet", "no such subnet", TestClient.HowToInner(subnet: TestClient.Network + "/subnets/nosuch") },
        { "BadArgument", "not a subnet", TestClient.HowToInner(subnet: TestClient.Network) },
        { "BadArgument", "size", TestClient.HowToInner(size: "Standard_Nonsense") },
        { "BadArgument", "count", TestClient.HowToInner(count: 0) },
        { "BadArgument", "purpose", """{"clusterPurpose":"Fast"}""" },
        { "BadArgument", "load balancer type", """{"loadBalancerType":"Internal"}""" },
        { "BadArgument", "subnet id for a name", """{"loadBalancerType":"InternalLoadBalancer","loadBalancerSubnet":"SUBNET"}""" },
        { "BadArgument", "half a certificate", """{"sslConfiguration":{"status":"Enabled","cert":"x"}}""" },
        { "BadArgument", "label with internal", """
            {"loadBalancerType":"InternalLoadBalancer","sslConfiguration":{"status":"Auto","leafDomainLabel":"x"}}
            """ },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Settings_that_cannot_be_are_refused_with_the_providers_code(string code, string why, string inner)
    {
        using var client = new TestClient();
        var put = client.Put(TestClient.Compute, TestClient.ComputeBody(inner.Replace("SUBNET", TestClient.Subnet,
            StringComparison.Ordinal)));
        Assert.True(code == put.Code, $"{why}: {put.Text}");
        Assert.Equal(400, put.Status);
        Assert.NotNull(put.At("correlation"));
        Assert.Equal(404, client.Get(TestClient.Compute).Status);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("1abc")]
    [InlineData("abc-")]
    [InlineData("abc-123")]
    [InlineData("under_score")]
    [InlineData("abcdefghijklmnopqrstuvwxy")]
    public void Names_follow_the_services_rule(string name)
    {
        using var client = new TestClient();
        Assert.Equal((400, "BadArgument"), Pair(client.Put(TestClient.Workspace + "/computes/" + name, TestClient.ComputeBody())));
    }

    [Fact]
    public void A_network_in_another_region_is_refused()
    {
        using var client = new TestClient();
        var put = client.Put(TestClient.Compute, TestClient.ComputeBody().Replace("\"eastus2\"", "\"westeurope\"",
            StringComparison.Ordinal));
        Assert.Equal((400, "VnetRegionMismatch"), Pair(put));
    }

    [Fact]
    public void A_peered_range_is_taken_too()
    {
        using var client = new TestClient();
        var remote = TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/remote";
        client.Wait(client.Put(remote, """{"location":"eastus2","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/20"]}}}"""));
        client.Wait(client.Put(TestClient.Network + "/virtualNetworkPeerings/p",
            $$"""{"properties":{"remoteVirtualNetwork":{"id":"{{remote}}"} } }"""));
        Assert.Equal("ServiceCidrOverlapExistingSubnetsCidr", client.Put(TestClient.Compute, TestClient.ComputeBody()).Code);
    }

    [Theory]
    [InlineData(2, "Standard_D4_v2", "At least 3 machine(s)")]
    [InlineData(3, "Standard_D2_v2", "at least 12 cores")]
    public void A_production_cluster_that_is_too_small_fails_and_says_why(int count, string size, string message)
    {
        using var client = new TestClient();
        var end = client.CreateCompute(inner: TestClient.HowToInner(count: count, size: size));
        Assert.Equal("Failed", end.Value("status"));
        Assert.Contains(message, end.Value("error.message"), StringComparison.Ordinal);
        var compute = client.Get(TestClient.Compute);
        Assert.Equal("Failed", compute.Value("properties.provisioningState"));
        Assert.Contains(message, compute.Value("properties.provisioningErrors.0.error.message"), StringComparison.Ordinal);
        Assert.Null(compute.At("properties.resourceId"));
        Assert.Empty(client.Get(TestClient.Subscription + "/providers/Microsoft.ContainerService/managedClusters").At("value")!.AsArray());

        var again = client.Put(TestClient.Compute, TestClient.ComputeBody());
        Assert.Equal(200, again.Status);
        Assert.Equal("Succeeded", client.Wait(again).Value("status"));
    }

    [Fact]
    public void A_subnet_that_is_too_small_fails_with_the_clusters_code()
    {
        using var client = new TestClient();
        Assert.Equal("Succeeded", client.CreateCompute().Value("status"));
        Assert.Equal("Succeeded", client.CreateCompute("second").Value("status"));
        var third = client.CreateCompute("third");
        Assert.Equal("InsufficientSubnetSize", third.Value("error.code"));
        Assert.Contains("Pre-allocated IPs 124 exceeds IPs available 65 in Subnet Cidr 10.1.0.0/24", third.Value("error.message"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_changes_what_is_sent_and_leaves_the_rest()
    {
        using var client = new TestClient();
        var inner = JsonNode.Parse(TestClient.HowToInner())!.AsObject();
        inner["sslConfiguration"] = new JsonObject
        {
            ["status"] = "Enabled",
            ["cert"] = "CERT",
            ["key"] = "KEY",
            ["cname"] = "score.example.com"
        };
        client.Wait(client.Put(TestClient.Compute, $$"""
            {"location":"eastus2","tags":{"a":"1"},"properties":{"computeType":"AKS","description":"mine",
            "properties":{{inner.ToJsonString()}} } }
            """));
        client.Simulator.Control.SetAssignmentDelay(TimeSpan.Zero);
        client.Clock.Advance(TimeSpan.FromMinutes(2));
        client.Grant(client.PrincipalOf());
        Assert.Equal("Succeeded", client.Switch().Value("status"));
        var compute = client.Get(TestClient.Compute);
        Assert.Equal("""{"status":"Enabled","cname":"score.example.com","overwriteExistingDomain":false}""",
            compute.At("properties.properties.sslConfiguration")!.ToJsonString());
        Assert.Equal("mine", compute.Value("properties.description"));
        Assert.Equal("1", compute.Value("tags.a"));
        Assert.DoesNotContain("CERT", compute.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("KEY", compute.Text, StringComparison.Ordinal);
        var group = client.Get(compute.Value("properties.resourceId")!).Value("properties.nodeResourceGroup");
        var balancer = client.Get(
            $"{TestClient.Subscription}/resourceGroups/{group}/providers/Microsoft.Network/loadBalancers/kubernetes-internal");
        Assert.Equal("443", balancer.Value("properties.loadBalancingRules.0.properties.frontendPort"));

        client.Wait(client.Put(TestClient.Compute, """
            {"location":"eastus2","tags":{"b":"2"},"properties":{"computeType":"AKS","description":"ours"} }
            """));
        compute = client.Get(TestClient.Compute);
        Assert.Equal("""{"b":"2"}""", compute.At("tags")!.ToJsonString());
        Assert.Equal("ours", compute.Value("properties.description"));
        Assert.Equal("InternalLoadBalancer", compute.Value("properties.properties.loadBalancerType"));
    }

    [Theory]
    [InlineData("""{"agentVmSize":"Standard_D4_v2"}""")]
    [InlineData("""{"clusterPurpose":"DevTest"}""")]
    [InlineData("""{"aksNetworkingConfiguration":{"serviceCidr":"10.9.0.0/16"}}""")]
    public void What_is_settled_at_creation_cannot_be_changed(string inner)
    {
        using var client = new TestClient();
        client.CreateCompute();
        Assert.Equal((400, "BadArgument"), Pair(client.Put(TestClient.Compute, TestClient.ComputeBody(inner))));
        Assert.Equal("Succeeded", client.Get(TestClient.Compute).Value("properties.provisioningState"));
    }

    [Fact]
    public void The_how_tos_own_body_is_taken_and_looks_for_aks_subnet()
    {
        using var client = new TestClient { Version = "2018-11-19" };
        client.CreateCompute();
        var compute = client.Get(TestClient.Compute);
        Assert.Equal("Standard_D3_v2", compute.Value("properties.properties.agentVMSize"));
        Assert.Null(compute.At("properties.properties.agentVmSize"));
        var put = client.Put(TestClient.Compute, $$"""
            {"location":"eastus2","properties":{"resourceId":"{{compute.Value("properties.resourceId")}}","computeType":"AKS",
              "provisioningState":"Succeeded",
             "properties":{"loadBalancerType":"InternalLoadBalancer","agentCount":3,"agentVmSize":"Standard_D3_v2",
               "clusterFqdn":"{{compute.Value("properties.properties.clusterFqdn")}}"} } }
            """);
        Assert.Equal(200, put.Status);
        var end = client.Wait(put);
        Assert.Equal("Failed", end.Value("status"));
        Assert.Contains("aks-subnet", end.Value("error.details.0.message"), StringComparison.Ordinal);
    }

    [Fact]
    public void With_an_aks_subnet_and_the_right_the_how_tos_body_succeeds()
    {
        using var client = new TestClient("existing-cluster") { Version = "2018-11-19" };
        var compute = client.Get(TestClient.Compute);
        Assert.Equal("true", compute.Value("properties.isAttachedCompute"));
        client.Simulator.Control.SetAssignmentDelay(TimeSpan.Zero);
        Assert.Equal(201, client.Grant(client.PrincipalOf()).Status);
        Assert.Equal("Succeeded", client.Switch(inner: """
            {"loadBalancerType":"InternalLoadBalancer","agentCount":3,"agentVmSize":"Standard_D3_v2"}
            """).Value("status"));
        Assert.StartsWith("10.1.1.", client.Get(TestClient.Compute).Value("properties.properties.systemServices.0.publicIpAddress"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_subnet_has_no_address_for_the_load_balancer()
    {
        using var client = new TestClient();
        client.CreateCompute();
        client.Simulator.Control.SetAssignmentDelay(TimeSpan.Zero);
        client.Clock.Advance(TimeSpan.FromMinutes(2));
        client.Grant(client.PrincipalOf());
        client.Wait(client.Put(TestClient.Network + "/subnets/tiny", """{"properties":{"addressPrefix":"10.1.5.0/29"}}"""));
        foreach (var i in Enumerable.Range(0, 3))
        {
            client.Wait(client.Put(TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/loadBalancers/lb" + i,
 $$"""
                    {"location":"eastus2","properties":{"frontendIPConfigurations":[{"name":"fe",
                    "properties":{"subnet":{"id":"{{TestClient.Network}}/subnets/tiny"} } }]} }
                    """));
        }
        var end = client.Switch(inner: """{"loadBalancerType":"InternalLoadBalancer","loadBalancerSubnet":"tiny"}""");
        Assert.Equal("Failed", end.Value("status"));
        Assert.Contains("no free address", end.Value("error.details.0.message"), StringComparison.Ordinal);
        Assert.Equal("SubnetIsFull", client.Put(TestClient.Subscription
            + "/resourceGroups/mygroup/providers/Microsoft.Network/loadBalancers/lb9",
 $$"""
                {"location":"eastus2","properties":{"frontendIPConfigurations":[{"name":"fe",
                "properties":{"subnet":{"id":"{{TestClient.Network}}/subnets/tiny"} } }]} }
                """).Code);
    }

    [Theory]
    [InlineData(5, "Succeeded")]
    [InlineData(9, "Failed")]
    public void Scaling_takes_addresses_while_there_are_any(int count, string end)
    {
        using var client = new TestClient();
        client.CreateCompute();
        Assert.Equal(end, client.Switch(inner: $$"""{"agentCount":{{count}}}""").Value("status"));
        var nodes = end == "Succeeded" ? count : 3;
        Assert.Equal(nodes * 31, client.Get(TestClient.Subnet).At("properties.ipConfigurations")!.AsArray().Count);
        Assert.Equal(nodes.ToString(System.Globalization.CultureInfo.InvariantCulture),
            client.Get(TestClient.Compute).Value("properties.properties.agentCount"));
    }

    [Fact]
    public void Delete_removes_the_cluster_and_detach_leaves_it()
    {
        using var client = new TestClient();
        client.CreateCompute();
        Assert.Equal((400, "BadArgument"), Pair(client.Delete(TestClient.Compute + "?underlyingResourceAction=Keep")));
        var clusterId = client.Get(TestClient.Compute).Value("properties.resourceId")!;
        var principal = client.PrincipalOf();
        var group = TestClient.Subscription + "/resourceGroups/" + client.Get(clusterId).Value("properties.nodeResourceGroup");
        var delete = client.Delete(TestClient.Compute + "?underlyingResourceAction=Delete");
        Assert.Equal(202, delete.Status);
        Assert.Null(delete.Header("Location"));
        Assert.Equal("Deleting", client.Get(TestClient.Compute).Value("properties.provisioningState"));
        Assert.Equal("Succeeded", client.Wait(delete).Value("status"));
        Assert.Equal(404, client.Get(TestClient.Compute).Status);
        Assert.Equal(404, client.Get(clusterId).Status);
        Assert.Equal((404, "ResourceGroupNotFound"), Pair(client.Get(group)));
        Assert.Null(client.Get(TestClient.Subnet).At("properties.ipConfigurations"));
        Assert.Equal("PrincipalNotFound", client.Grant(principal).Code);

        client.CreateCompute();
        clusterId = client.Get(TestClient.Compute).Value("properties.resourceId")!;
        client.Wait(client.Delete(TestClient.Compute + "?underlyingResourceAction=Detach"));
        Assert.Equal(404, client.Get(TestClient.Compute).Status);
        Assert.Equal(200, client.Get(clusterId).Status);

        var attach = client.Put(TestClient.Compute,
            $$"""{"location":"eastus2","properties":{"computeType":"AKS","resourceId":"{{clusterId}}"} }""");
        Assert.Equal("Succeeded", client.Wait(attach).Value("status"));
        var compute = client.Get(TestClient.Compute);
        Assert.Equal("true", compute.Value("properties.isAttachedCompute"));
        Assert.Equal("3", compute.Value("properties.properties.agentCount"));
        Assert.Equal((400, "BadRequest"), Pair(client.Delete(TestClient.Compute + "?underlyingResourceAction=Delete")));
        Assert.Equal((400, "BadArgument"), Pair(client.Put(TestClient.Workspace + "/computes/other",
            $$"""{"location":"eastus2","properties":{"computeType":"AKS","resourceId":"{{clusterId}}"} }""")));
    }

    [Fact]
    public void A_planned_failure_ends_the_operation_and_the_compute_alike()
    {
        using var client = new TestClient();
        client.Simulator.Control.AddFault(new Control.FaultRule
        {
            Method = "PUT",
            ResourceType = "Microsoft.MachineLearningServices/workspaces/computes",
            Kind = Control.FaultKind.FailOperation,
            Code = "InternalServerError",
            Message = "Planned.",
            Times = 1,
        });
        var end = client.CreateCompute();
        Assert.Equal(("Failed", "InternalServerError"), (end.Value("status"), end.Value("error.code")));
        Assert.Equal("Planned.", client.Get(TestClient.Compute).Value("properties.provisioningErrors.0.error.message"));
    }

    [Fact]
    public void Keys_are_made_up_and_computes_are_paged()
    {
        using var client = new TestClient("fleet", new SimulatorOptions { Scenario = "fleet", FleetSize = 25 });
        client.Simulator.Control.Set("pageSize", "4");
        var seen = new List<string>();
        for (var page = client.Get(TestClient.Subscription
            + "/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/fleetworkspace000/computes"); ;)
        {
            seen.AddRange(page.At("value")!.AsArray().Select(c => c!["name"]!.ToString()));
            if (page.Value("nextLink") is not { } next)
                break;
            Assert.StartsWith("https://management.simulator.invalid/", next, StringComparison.Ordinal);
            page = client.Send("GET", next);
        }
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"fleet{i:D4}"), seen);
        var keys = client.Send("POST", TestClient.Subscription
            + "/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/fleetworkspace000"
            + "/computes/fleet0003/listKeys");
        Assert.Equal("AKS", keys.Value("computeType"));
    }

    private static (int, string?) Pair(TestAnswer answer) => (answer.Status, answer.Code);

    [Fact]
    public void What_does_the_work_may_be_in_another_region_than_the_compute()
    {
        using var client = new TestClient();
        var inner = """{"agentCount":3,"agentVmSize":"Standard_D3_v2"}""";
        var put = client.Put(TestClient.Compute,
            $$"""{"location":"eastus2","properties":{"computeType":"AKS","computeLocation":"West Europe","properties":{{inner}} } }""");
        Assert.True(put.Status == 201, put.Text);
        client.Wait(put);
        var compute = client.Get(TestClient.Compute);
        Assert.Equal(("eastus2", "westeurope"), (compute.Value("location"), compute.Value("properties.computeLocation")));
        Assert.Equal("westeurope", client.Get(compute.Value("properties.resourceId")! + "?api-version=2023-11-01").Value("location"));
        Assert.Equal((400, "BadArgument"), (client.Put(TestClient.Compute,
            """{"location":"eastus2","properties":{"computeType":"AKS","computeLocation":"eastus2"}}""") is var moved ? moved.Status : 0,
            moved.Code));
        Assert.Equal(400, client.Put(TestClient.Workspace + "/computes/nowhere",
            """{"location":"eastus2","properties":{"computeType":"AKS","computeLocation":"atlantis"}}""").Status);
    }

    [Fact]
    public void A_deletion_that_does_not_say_how_keeps_a_cluster_that_was_attached()
    {
        using var client = new TestClient("existing-cluster");
        var cluster = client.Get(TestClient.Compute).Value("properties.resourceId")!;
        var delete = client.Delete(TestClient.Compute);
        Assert.Equal(202, delete.Status);
        client.Wait(delete);
        Assert.Equal(404, client.Get(TestClient.Compute).Status);
        Assert.Equal(200, client.Get(cluster).Status);
    }
}
