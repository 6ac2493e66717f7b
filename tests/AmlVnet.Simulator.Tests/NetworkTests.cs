using AmlVnet.Simulator.Kernel;
using AmlVnet.Simulator.Providers.Network;

namespace AmlVnet.Simulator.Tests;

public sealed class NetworkTests
{
    private const string Group = TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/networkSecurityGroups/nsg";

    [Fact]
    public void A_network_and_its_subnets_carry_one_etag_that_changes_with_each_write()
    {
        using var client = new TestClient();
        var before = client.Get(TestClient.Network);
        Assert.Equal(before.Value("etag"), before.Header("ETag"));
        Assert.Equal(before.Value("etag"), client.Get(TestClient.Subnet).Value("etag"));
        var put = client.Put(TestClient.Network + "/subnets/second", """{"properties":{"addressPrefix":"10.1.1.0/24"}}""");
        Assert.Equal((201, "Updating"), (put.Status, put.Value("properties.provisioningState")));
        Assert.Equal("Enabled", put.Header("Azure-AsyncNotification"));
        var during = client.Get(TestClient.Network).Value("etag");
        client.Wait(put);
        var after = client.Get(TestClient.Subnet).Value("etag");
        Assert.Equal(3, new[] { before.Value("etag"), during, after }.Distinct().Count());

        var stale = client.Put(TestClient.Network + "/subnets/second", """{"properties":{"addressPrefix":"10.1.1.0/24"}}""",
            ("If-Match", before.Value("etag")!));
        Assert.Equal((412, "PreconditionFailed"), (stale.Status, stale.Code));
        Assert.Equal("PreconditionFailedEtagMismatch", stale.Value("error.details.0.code"));
        Assert.Equal(200, client.Put(TestClient.Network + "/subnets/second", """{"properties":{"addressPrefix":"10.1.1.0/24"}}""",
            ("if-match", after!)).Status);
    }

    [Fact]
    public void The_parts_of_a_load_balancer_are_read_one_by_one()
    {
        using var client = new TestClient("existing-cluster");
        var balancer = TestClient.Subscription
            + "/resourceGroups/MC_myaksgroup_myakscluster_eastus2/providers/Microsoft.Network/loadBalancers/kubernetes";
        var whole = client.Get(balancer);
        foreach (var part in new[] { "frontendIPConfigurations", "backendAddressPools", "loadBalancingRules", "probes" })
        {
            var list = client.Get($"{balancer}/{part}").At("value")!.AsArray();
            Assert.Equal(whole.At("properties." + part)!.AsArray().Select(p => p!["id"]!.ToString()),
                list.Select(p => p!["id"]!.ToString()));
            Assert.Equal(whole.Value("etag"), list[0]!["etag"]!.ToString());
            Assert.Equal(list[0]!["id"]!.ToString(), client.Get(list[0]!["id"]!.ToString()).Value("id"));
            Assert.Equal(404, client.Get($"{balancer}/{part}/none").Status);
            foreach (var method in new[] { "PUT", "DELETE" })
                Assert.Equal(405, client.Send(method, $"{balancer}/{part}/{list[0]!["name"]}", "{}").Status);
        }
        Assert.Equal(whole.Text, client.Get(balancer).Text);
    }

    [Fact]
    public void One_write_at_a_time_on_each_network()
    {
        using var client = new TestClient();
        client.Put(TestClient.Network + "/subnets/second", """{"properties":{"addressPrefix":"10.1.1.0/24"}}""");
        var other = client.Put(TestClient.Network + "/subnets/third", """{"properties":{"addressPrefix":"10.1.2.0/24"}}""");
        Assert.Equal((429, "RetryableError"), (other.Status, other.Code));
        Assert.Equal("RetryableErrorDueToAnotherOperation", other.Value("error.details.0.code"));
        client.Clock.Advance(other.SimulatedWait!.Value);
        Assert.Equal(201, client.Put(TestClient.Network + "/subnets/third", """{"properties":{"addressPrefix":"10.1.2.0/24"}}""").Status);
    }

    [Theory]
    [InlineData("10.1.0.0/25", "NetcfgSubnetRangesOverlap")]
    [InlineData("10.2.0.0/24", "NetcfgInvalidSubnet")]
    [InlineData("10.1.1.1/24", "InvalidCIDRNotation")]
    [InlineData("10.1.1.0", "InvalidAddressPrefixFormat")]
    [InlineData("10.1.1.0/30", "NetcfgSubnetRangeTooSmall")]
    public void A_subnet_has_to_fit(string prefix, string code)
    {
        using var client = new TestClient();
        Assert.Equal(code, client.Put(TestClient.Network + "/subnets/second", $$"""{"properties":{"addressPrefix":"{{prefix}}"} }""").Code);
    }

    [Fact]
    public void A_subnet_put_replaces()
    {
        using var client = new TestClient();
        client.Wait(client.Put(Group, """{"location":"eastus2","properties":{}}"""));
        client.Wait(client.Put(TestClient.Subnet, $$"""
            {"properties":{"addressPrefix":"10.1.0.0/24","networkSecurityGroup":{"id":"{{Group}}"},
            "serviceEndpoints":[{"service":"Microsoft.Storage"}]} }
            """));
        Assert.Equal(TestClient.Subnet, client.Get(Group).Value("properties.subnets.0.id"));
        Assert.Equal("InUseNetworkSecurityGroupCannotBeDeleted", client.Delete(Group).Code);
        client.Wait(client.Put(TestClient.Subnet, """{"properties":{"addressPrefix":"10.1.0.0/24"}}"""));
        Assert.Null(client.Get(TestClient.Subnet).At("properties.networkSecurityGroup"));
        Assert.Null(client.Get(TestClient.Subnet).At("properties.serviceEndpoints"));
        Assert.Equal("InvalidResourceReference", client.Put(TestClient.Subnet,
            $$"""{"properties":{"addressPrefix":"10.1.0.0/24","networkSecurityGroup":{"id":"{{Group}}x"} } }""").Code);
    }

    [Theory]
    [InlineData("2023-09-01", """{}""", 1)]
    [InlineData("2023-06-01", """{}""", 0)]
    [InlineData("2023-09-01", """{"subnets":[]}""", 0)]
    [InlineData("2023-09-01", """{"subnets":null}""", 0)]
    public void A_network_put_without_subnets_keeps_them_by_version(string version, string extra, int left)
    {
        using var client = new TestClient();
        var properties = JsonNode.Parse(extra)!.AsObject();
        properties["addressSpace"] = new JsonObject { ["addressPrefixes"] = new JsonArray("10.1.0.0/16") };
        client.Wait(client.Put(TestClient.Network + "?api-version=" + version,
            $$"""{"location":"eastus2","properties":{{properties.ToJsonString()}} }"""));
        Assert.Equal(left, client.Get(TestClient.Network).At("properties.subnets")!.AsArray().Count);
    }

    [Fact]
    public void What_is_used_cannot_be_deleted_or_moved()
    {
        using var client = new TestClient();
        client.CreateCompute();
        Assert.Equal("InUseSubnetCannotBeDeleted", client.Delete(TestClient.Subnet).Code);
        Assert.Equal("InUseSubnetCannotBeDeleted", client.Delete(TestClient.Network).Code);
        Assert.Equal("InUseSubnetCannotBeDeleted", client.Put(TestClient.Network,
            """{"location":"eastus2","properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]},"subnets":[]}}""").Code);
        Assert.Equal("InUsePrefixCannotBeDeleted", client.Put(TestClient.Subnet,
            """{"properties":{"addressPrefix":"10.1.9.0/24"}}""").Code);
        var available = client.Get(TestClient.Network + "/CheckIPAddressAvailability?ipAddress=10.1.0.5");
        Assert.Equal("false", available.Value("available"));
        Assert.Equal("10.1.0.97", available.Value("availableIPAddresses.0"));
        Assert.Equal("true", client.Get(TestClient.Network + "/CheckIPAddressAvailability?ipAddress=10.1.0.200").Value("available"));
    }

    [Fact]
    public void A_deleted_subnet_is_gone_when_the_operation_is_done()
    {
        using var client = new TestClient();
        var delete = client.Delete(TestClient.Subnet);
        Assert.Equal(202, delete.Status);
        var location = delete.Header("Location")!;
        Assert.Equal(202, client.Send("GET", location).Status);
        Assert.Equal("Succeeded", client.Wait(delete).Value("status"));
        Assert.Equal(204, client.Send("GET", location).Status);
        Assert.Equal(404, client.Get(TestClient.Subnet).Status);
        Assert.Equal(204, client.Delete(TestClient.Subnet).Status);
    }

    [Fact]
    public void A_group_has_six_default_rules_and_takes_rules_one_by_one()
    {
        using var client = new TestClient();
        client.Wait(client.Put(Group, """{"location":"eastus2","properties":{}}"""));
        var group = client.Get(Group);
        Assert.Equal(["AllowVnetInBound", "AllowAzureLoadBalancerInBound", "DenyAllInBound", "AllowVnetOutBound", "AllowInternetOutBound",
            "DenyAllOutBound"],
            group.At("properties.defaultSecurityRules")!.AsArray().Select(r => r!["name"]!.ToString()));
        var rule = client.Put(Group + "/securityRules/score", Rule());
        Assert.Equal(201, rule.Status);
        Assert.Equal("[]", rule.At("properties.sourceAddressPrefixes")!.ToJsonString());
        client.Wait(rule);
        var stored = client.Get(Group + "/securityRules/score");
        Assert.Equal(("Succeeded", stored.Header("ETag")),
            (stored.Value("properties.provisioningState"), client.Get(Group).Header("ETag")));
        Assert.Equal("SecurityRuleConflict", client.Put(Group + "/securityRules/other", Rule()).Code);
        Assert.Equal(201, client.Put(Group + "/securityRules/out", Rule(direction: "Outbound")).Status);
        client.Clock.Advance(TimeSpan.FromMinutes(1));
        client.Wait(client.Delete(Group + "/securityRules/score"));
        Assert.Equal("out", Assert.Single(client.Get(Group + "/securityRules").At("value")!.AsArray())!["name"]!.ToString());
    }

    [Theory]
    [InlineData("priority", "99", "SecurityRuleInvalidPriority")]
    [InlineData("priority", "4097", "SecurityRuleInvalidPriority")]
    [InlineData("protocol", "\"Http\"", "InvalidRequestFormat")]
    [InlineData("direction", "\"In\"", "InvalidRequestFormat")]
    [InlineData("sourceAddressPrefix", "\"AzureFrontDoor.Frontend\"", null)]
    [InlineData("sourceAddressPrefix", "\"Storage.EastUS2\"", null)]
    [InlineData("sourceAddressPrefix", "\"Storage.Atlantis\"", "SecurityRuleInvalidAddressPrefix")]
    [InlineData("sourceAddressPrefix", "\"AzureActiveDirectory.EastUS2\"", "SecurityRuleInvalidAddressPrefix")]
    [InlineData("sourceAddressPrefix", "\"10.0.0.999\"", "SecurityRuleInvalidAddressPrefix")]
    [InlineData("sourceAddressPrefix", "\"10.0.0.4\"", null)]
    [InlineData("sourceAddressPrefix", "\"10.0.0.0/8\"", null)]
    [InlineData("sourceAddressPrefix", "\"fd00::/8\"", null)]
    [InlineData("sourceAddressPrefixes", "[\"Internet\"]", "SecurityRuleParameterContainsUnsupportedValue")]
    [InlineData("sourceAddressPrefixes", "[\"10.0.0.0/33\"]", "SecurityRuleInvalidAddressPrefix")]
    [InlineData("destinationPortRange", "\"80-70\"", "SecurityRuleInvalidPortRange")]
    [InlineData("destinationPortRange", "\"65536\"", "SecurityRuleInvalidPortRange")]
    [InlineData("description", "\"x\"", null)]
    public void Rules_are_checked(string member, string value, string? code)
    {
        using var client = new TestClient();
        client.Wait(client.Put(Group, """{"location":"eastus2","properties":{}}"""));
        var body = JsonNode.Parse(Rule())!;
        body["properties"]![member] = JsonNode.Parse(value);
        if (member == "sourceAddressPrefixes")
            body["properties"]!.AsObject().Remove("sourceAddressPrefix");
        var put = client.Put(Group + "/securityRules/score", body.ToJsonString());
        Assert.True(code == put.Code, put.Text);
    }

    [Fact]
    public void Service_tags_come_with_a_regional_part()
    {
        using var client = new TestClient();
        var values = client.Get(TestClient.Subscription
            + "/providers/Microsoft.Network/locations/East US 2/serviceTags").At("values")!.AsArray();
        var tags = values.ToDictionary(v => v!["name"]!.ToString(), v => v!["properties"]!["addressPrefixes"]!.AsArray()
            .Select(p => AddressRange.TryParse(p!.ToString(), out var range) ? range : throw new FormatException(p.ToString())).ToList());
        Assert.Equal("168.63.129.16/32", Assert.Single(tags["AzureLoadBalancer"]).ToString());
        Assert.Contains("Storage.WestEurope", tags.Keys);
        var regional = values.Where(v => v!["properties"]!["region"]!.ToString().Length > 0).Select(v => v!["name"]!.ToString()).ToList();
        Assert.True(regional.Count > 100, $"{regional.Count} regional tags");
        foreach (var name in regional)
        {
            var (service, place) = (name[..name.IndexOf('.', StringComparison.Ordinal)],
                name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]);
            foreach (var holder in new[] { service, "AzureCloud", $"AzureCloud.{place}" })
                Assert.All(tags[name], range => Assert.Contains(tags[holder], whole => whole.Contains(range)));
        }
        Assert.DoesNotContain(values, v => v!["name"]!.ToString() is "Internet" or "VirtualNetwork");
    }

    [Fact]
    public void Concurrent_writers_lose_nothing()
    {
        using var client = new TestClient(options: new SimulatorOptions { Clock = SimulatorClock.Scaled(1_000_000) });
        void Settle(TestAnswer answer) => Assert.True(answer.Status is 200 or 201, answer.Text);
        Settle(client.Put(Group, """{"location":"eastus2","properties":{}}"""));
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            while (true)
            {
                var put = client.Put($"{Group}/securityRules/rule{i}", Rule(priority: 100 + i));
                if (put.Status == 201)
                    return;
                Assert.Equal(429, put.Status);
            }
        });
        Assert.Equal(40, client.Get(Group).At("properties.securityRules")!.AsArray().Count);
    }

    [Fact]
    public void Storage_rules_need_the_service_endpoint()
    {
        using var client = new TestClient();
        var account = TestClient.Subscription
            + "/resourceGroups/myworkspacegroup/providers/Microsoft.Storage/storageAccounts/myworkspacestorage";
        var body = $$"""
            {"location":"eastus2","properties":{"networkAcls":{"defaultAction":"Deny",
            "virtualNetworkRules":[{"id":"{{TestClient.Subnet}}"}]} } }
            """;
        Assert.Equal("NetworkAclsValidationFailure", client.Send("PATCH", account, body).Code);
        client.Wait(client.Put(TestClient.Subnet, """
            {"properties":{"addressPrefix":"10.1.0.0/24","serviceEndpoints":[{"service":"Microsoft.Storage"}]}}
            """));
        Assert.Equal(200, client.Send("PATCH", account, body).Status);
        Assert.Equal("Deny", client.Get(account).Value("properties.networkAcls.defaultAction"));
        var made = client.Put(TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Storage/storageAccounts/another1",
            """{"location":"eastus2","sku":{"name":"Standard_LRS"},"kind":"StorageV2"}""");
        Assert.Equal(202, made.Status);
        client.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(200, client.Send("GET", made.Header("Location")!).Status);
    }

    private static string Rule(int priority = 200, string direction = "Inbound") => $$"""
        {"properties":{"protocol":"Tcp","sourcePortRange":"*","destinationPortRange":"443","sourceAddressPrefix":"Internet",
          "destinationAddressPrefix":"10.1.0.9","access":"Allow","priority":{{priority}},"direction":"{{direction}}"} }
        """;

    [Fact]
    public void A_balancer_whose_deletion_failed_keeps_its_address()
    {
        using var client = new TestClient();
        client.Wait(client.Put(Balancer("one"), BalancerBody(("a", ""))));
        client.Simulator.Control.AddFault(new Control.FaultRule { Method = "DELETE", Kind = Control.FaultKind.FailOperation, Times = 1 });
        Assert.Equal("Failed", client.Wait(client.Delete(Balancer("one"))).Value("status"));
        client.Wait(client.Put(Balancer("two"), BalancerBody(("a", ""))));
        Assert.Equal(("10.1.0.4", "10.1.0.5"), (Address(client, "one"), Address(client, "two")));
        client.Wait(client.Delete(Balancer("one")));
        client.Wait(client.Put(Balancer("three"), BalancerBody(("a", ""))));
        Assert.Equal("10.1.0.4", Address(client, "three"));
    }

    [Fact]
    public void A_front_end_has_the_static_address_that_it_asks_for()
    {
        using var client = new TestClient();
        client.Wait(client.Put(Balancer("one"), BalancerBody(("any", ""), ("own", "10.1.0.4"), ("far", "10.1.0.77"))));
        Assert.Equal(["10.1.0.5", "10.1.0.4", "10.1.0.77"], Enumerable.Range(0, 3).Select(i => Address(client, "one", i)));
        Assert.Equal("PrivateIPAddressIsAllocated", client.Put(Balancer("two"), BalancerBody(("a", "10.1.0.77"))).Code);
        Assert.Equal("PrivateIPAddressIsAllocated", client.Put(Balancer("two"), BalancerBody(("a", "10.1.0.8"), ("b", "10.1.0.8"))).Code);
        Assert.Equal("PrivateIPAddressNotInSubnet", client.Put(Balancer("two"), BalancerBody(("a", "10.1.9.4"))).Code);
        Assert.Equal("PrivateIPAddressInReservedRange", client.Put(Balancer("two"), BalancerBody(("a", "10.1.0.3"))).Code);
        Assert.Equal("InvalidIPAddress", client.Put(Balancer("two"), BalancerBody(("a", "ten"))).Code);
        Assert.Equal(404, client.Get(Balancer("two")).Status);
        Assert.Equal(3, client.Get(TestClient.Subnet).At("properties.ipConfigurations")!.AsArray().Count);
    }

    [Fact]
    public void A_front_end_that_stays_keeps_its_address()
    {
        using var client = new TestClient();
        client.Wait(client.Put(Balancer("one"), BalancerBody(("a", ""))));
        client.Wait(client.Put(Balancer("two"), BalancerBody(("a", ""), ("b", ""))));
        client.Wait(client.Delete(Balancer("one")));
        client.Wait(client.Put(Balancer("two"), BalancerBody(("b", ""), ("new", ""))));
        Assert.Equal(("10.1.0.6", "10.1.0.4"), (Address(client, "two"), Address(client, "two", 1)));
        var same = client.Put(Balancer("two"), client.Get(Balancer("two")).Text);
        client.Wait(same);
        Assert.Equal(("10.1.0.6", "10.1.0.4"), (Address(client, "two"), Address(client, "two", 1)));
        Assert.Equal(2, client.Get(TestClient.Subnet).At("properties.ipConfigurations")!.AsArray().Count);
    }

    private static string Balancer(string name) =>
        $"{TestClient.Subscription}/resourceGroups/mygroup/providers/Microsoft.Network/loadBalancers/{name}";

    /// <summary>An internal load balancer; a front end with an address asks for it as static.</summary>
    private static string BalancerBody(params (string Name, string Address)[] frontends) =>
        $$"""{"location":"eastus2","properties":{"frontendIPConfigurations":[{{string.Join(',', frontends.Select(f =>
            $$"""{"name":"{{f.Name}}","properties":{"subnet":{"id":"{{TestClient.Subnet}}"}{{(f.Address.Length == 0 ? ""
                : $",\"privateIPAddress\":\"{f.Address}\",\"privateIPAllocationMethod\":\"Static\"")}} } }"""))}}] } }""";

    private static string? Address(TestClient client, string name, int frontend = 0) =>
        client.Get(Balancer(name)).Value($"properties.frontendIPConfigurations.{frontend}.properties.privateIPAddress");
}
