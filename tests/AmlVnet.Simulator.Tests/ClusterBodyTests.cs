namespace AmlVnet.Simulator.Tests;

/// <summary>What a cluster's body says is kept, has its consequences, or is refused.</summary>
public sealed class ClusterBodyTests : IDisposable
{
    private const string Group = TestClient.Subscription + "/resourceGroups/mygroup/providers/";

    private const string Cluster = Group + "Microsoft.ContainerService/managedClusters/c";

    private readonly TestClient _client = new();

    public void Dispose() => _client.Dispose();

    private static string Body(string properties, string pool = """{"name":"p1","count":1,"vmSize":"Standard_D4s_v5","mode":"System"}""",
        string top = "") => $$"""
        {"location":"eastus2","identity":{"type":"SystemAssigned"}{{top}},"properties":{"dnsPrefix":"mydns",
        "agentPoolProfiles":[{{pool}}]{{properties}} } }
        """;

    private static string Network(string members) => $$""","networkProfile":{{{members}}}""";

    private TestAnswer Create(string body, string version = "2023-11-01")
    {
        var put = _client.Put($"{Cluster}?api-version={version}", body);
        Assert.True(put.Status == 201, put.Text);
        Assert.Equal("Succeeded", _client.Wait(put).Value("status"));
        return _client.Get($"{Cluster}?api-version={version}");
    }

    [Fact]
    public void What_was_said_is_kept()
    {
        var shown = Create(Body("""
            ,"kubernetesVersion":"1.29","supportPlan":"KubernetesOfficial","autoUpgradeProfile":{"upgradeChannel":"stable"},
            "autoScalerProfile":{"expander":"priority","scan-interval":"20s"},"storageProfile":{"diskCSIDriver":{"enabled":true}},
            "windowsProfile":{"adminUsername":"azureuser","adminPassword":"secret"},"nodeResourceGroup":"mynodes"
            """, """
            {"name":"p1","count":2,"vmSize":"Standard_D4s_v5","mode":"System","osDiskSizeGB":64,"osDiskType":"Ephemeral",
            "enableAutoScaling":true,
            "minCount":1,"maxCount":5,"nodeLabels":{"team":"a"},"availabilityZones":["1","2"],"upgradeSettings":{"maxSurge":"33%"},
            "scaleSetPriority":"Regular","scaleSetEvictionPolicy":"Delete"}
            """, ""","sku":{"name":"Base","tier":"Standard"}"""));
        Assert.Equal(("1.29", "1.29.2", "Standard"),
            (shown.Value("properties.kubernetesVersion"), shown.Value("properties.currentKubernetesVersion"), shown.Value("sku.tier")));
        Assert.Matches("^mydns-[0-9a-f]{8}\\.hcp\\.eastus2\\.azmk8s\\.io$", shown.Value("properties.fqdn"));
        Assert.Equal(("stable", "priority", "mynodes"), (shown.Value("properties.autoUpgradeProfile.upgradeChannel"),
            shown.Value("properties.autoScalerProfile.expander"), shown.Value("properties.nodeResourceGroup")));
        Assert.Equal(200, _client.Get(TestClient.Subscription + "/resourceGroups/mynodes").Status);
        Assert.DoesNotContain("secret", shown.Text, StringComparison.Ordinal);
        var pool = shown.At("properties.agentPoolProfiles.0")!;
        Assert.Equal("64 Ephemeral true 1 5 a 1,2 33%", string.Join(' ', pool["osDiskSizeGB"], pool["osDiskType"],
        pool["enableAutoScaling"],
            pool["minCount"], pool["maxCount"], pool["nodeLabels"]!["team"], string.Join(',', pool["availabilityZones"]!.AsArray()),
            pool["upgradeSettings"]!["maxSurge"]));
        // Sent by clients and not shown by the service (recorded).
        Assert.Null(pool["scaleSetPriority"]);
        Assert.Equal("1.29.2", pool["currentOrchestratorVersion"]!.ToString());
    }

    [Theory]
    [InlineData("2023-11-01", "", "kubenet", null, 110)]
    [InlineData("2024-08-01", "", "kubenet", null, 110)]
    [InlineData("2024-09-01", "", "azure", "overlay", 250)]
    [InlineData("2025-08-01", "", "azure", "overlay", 250)]
    [InlineData("2025-08-01", "\"networkPlugin\":\"azure\"", "azure", null, 30)]
    [InlineData("2025-08-01", "\"networkPlugin\":\"kubenet\"", "kubenet", null, 110)]
    [InlineData("2023-11-01", "\"networkPlugin\":\"azure\",\"networkPluginMode\":\"overlay\"", "azure", "overlay", 250)]
    public void The_network_that_is_meant_depends_on_the_api_version(string version, string network, string plugin, string? mode, int pods)
    {
        var shown = Create(Body(network.Length == 0 ? "" : Network(network)), version);
        Assert.Equal((plugin, mode, pods), (shown.Value("properties.networkProfile.networkPlugin"),
            shown.Value("properties.networkProfile.networkPluginMode"),
            shown.At("properties.agentPoolProfiles.0.maxPods")!.GetValue<int>()));
        Assert.Equal(pods == 30 ? null : "10.244.0.0/16", shown.Value("properties.networkProfile.podCidr"));
    }

    [Theory]
    [InlineData("", true, false)]
    [InlineData(""","apiServerAccessProfile":{"enablePrivateCluster":true}""", false, true)]
    [InlineData(""","apiServerAccessProfile":{"enablePrivateCluster":true,"enablePrivateClusterPublicFQDN":false}""", false, true)]
    [InlineData(""","apiServerAccessProfile":{"enablePrivateCluster":true,"enablePrivateClusterPublicFQDN":true}""", true, true)]
    public void A_private_cluster_has_a_public_name_only_where_it_was_asked_for(string access, bool isPublic, bool isPrivate)
    {
        var shown = Create(Body(access));
        Assert.Equal((isPublic, isPrivate), (shown.At("properties.fqdn") is not null, shown.At("properties.privateFQDN") is not null));
        if (isPrivate)
            Assert.Matches("^mydns-[0-9a-f]{8}\\.[0-9a-f-]{36}\\.privatelink\\.eastus2\\.azmk8s\\.io$",
            shown.Value("properties.privateFQDN"));
    }

    [Fact]
    public void It_goes_out_by_the_addresses_it_was_given_or_by_as_many_as_it_wants()
    {
        var shown = Create(Body(Network(""" "loadBalancerProfile":{"managedOutboundIPs":{"count":3},"idleTimeoutInMinutes":10} """)));
        Assert.Equal(3, shown.At("properties.networkProfile.loadBalancerProfile.effectiveOutboundIPs")!.AsArray().Count);
        Assert.Equal("10", shown.Value("properties.networkProfile.loadBalancerProfile.idleTimeoutInMinutes"));
        const string Mine = Group + "Microsoft.Network/publicIPAddresses/mine";
        _client.Put(Mine, """{"location":"eastus2","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static"}}""");
        var put = _client.Put(Cluster, Body(Network($$""" "loadBalancerProfile":{"outboundIPs":{"publicIPs":[{"id":"{{Mine}}"}] } } """)));
        Assert.True(put.Status == 200, put.Text);
        _client.Wait(put);
        var profile = _client.Get(Cluster).At("properties.networkProfile.loadBalancerProfile")!;
        Assert.Equal(Mine, Assert.Single(profile["effectiveOutboundIPs"]!.AsArray())!["id"]!.ToString());
        Assert.Null(profile["managedOutboundIPs"]);
        var nodes = $"{TestClient.Subscription}/resourceGroups/{shown.Value("properties.nodeResourceGroup")}/providers/Microsoft.Network/";
        Assert.Empty(_client.Get(nodes + "publicIPAddresses").At("value")!.AsArray());
        var frontends = _client.Get(nodes + "loadBalancers/kubernetes").At("properties.frontendIPConfigurations")!.AsArray();
        Assert.Equal("mine", Assert.Single(frontends)!["name"]!
            .ToString());
    }

    [Fact]
    public void Its_pools_are_resources_of_their_own_too()
    {
        var pools = $$"""
            {"name":"p1","count":1,"vmSize":"Standard_D4s_v5","mode":"System","maxPods":20,"vnetSubnetID":"{{TestClient.Subnet}}"},
            {"name":"p2","count":2,"vmSize":"Standard_D8s_v5","mode":"User","maxPods":20,"vnetSubnetID":"{{TestClient.Subnet}}"}
            """;
        Create(Body(Network("\"networkPlugin\":\"azure\",\"serviceCidr\":\"10.20.0.0/16\",\"dnsServiceIP\":\"10.20.0.10\""), pools));
        Assert.Equal(3 * 21, Addresses());
        Assert.Equal(["p1", "p2"], _client.Get(Cluster + "/agentPools").At("value")!.AsArray().Select(p => p!["name"]!.ToString()));
        Assert.Equal(400, _client.Put(Cluster + "/agentPools/p3", """{"properties":{"count":1,"vmSize":"Standard_D4s_v5"}}""").Status);
        var put = _client.Put(Cluster + "/agentPools/p3", $$"""
            {"properties":{"count":1,"vmSize":"Standard_D4s_v5","maxPods":30,"nodeTaints":["gpu=yes:NoSchedule"],
            "vnetSubnetID":"{{TestClient.Subnet}}"} }
            """);
        Assert.Equal((201, "Creating"), (put.Status, put.Value("properties.provisioningState")));
        Assert.Equal((409, "OperationNotAllowed"), Pair(_client.Delete(Cluster + "/agentPools/p2")));
        Assert.Equal("Succeeded", _client.Wait(put).Value("status"));
        var pool = _client.Get(Cluster + "/agentPools/p3");
        Assert.Equal(("Succeeded", "User", "gpu=yes:NoSchedule"), (pool.Value("properties.provisioningState"),
        pool.Value("properties.mode"),
            pool.Value("properties.nodeTaints.0")));
        Assert.Equal(3 * 21 + 31, Addresses());
        _client.Wait(_client.Put(Cluster + "/agentPools/p3", """{"properties":{"count":2}}"""));
        Assert.Equal(3 * 21 + 62, Addresses());
        Assert.Equal((400, "PropertyChangeNotAllowed"), Pair(_client.Put(Cluster + "/agentPools/p3",
            """{"properties":{"vmSize":"Standard_D2s_v5"}}""")));
        Assert.Equal((400, "InsufficientSubnetSize"), Pair(_client.Put(Cluster + "/agentPools/p3", """{"properties":{"count":20}}""")));
        var gone = _client.Delete(Cluster + "/agentPools/p3");
        Assert.Equal(202, gone.Status);
        Assert.NotNull(gone.Header("Location"));
        _client.Wait(gone);
        Assert.Equal(404, _client.Get(Cluster + "/agentPools/p3").Status);
        Assert.Equal(204, _client.Delete(Cluster + "/agentPools/p3").Status);
        Assert.Equal(3 * 21, Addresses());
        Assert.Equal((400, "MustDefineAtLeastOneSystemPool"), Pair(_client.Delete(Cluster + "/agentPools/p1")));
        Assert.Equal((400, "MustDefineAtLeastOneSystemPool"), Pair(_client.Put(Cluster + "/agentPools/p1",
            """{"properties":{"mode":"User"}}""")));
    }

    [Fact]
    public void It_is_upgraded_one_version_at_a_time_and_its_pools_after_it()
    {
        Create(Body(",\"kubernetesVersion\":\"1.28.3\""));
        Assert.Equal((400, "OperationNotAllowed"), Pair(_client.Put(Cluster, Body(",\"kubernetesVersion\":\"1.27.9\""))));
        Assert.Equal((400, "OperationNotAllowed"), Pair(_client.Put(Cluster, Body(",\"kubernetesVersion\":\"1.30.0\""))));
        Assert.Equal((400, "NodePoolMcVersionIncompatible"), Pair(_client.Put(Cluster + "/agentPools/p1",
            """{"properties":{"orchestratorVersion":"1.29.0"}}""")));
        var put = _client.Put(Cluster, Body(",\"kubernetesVersion\":\"1.29.0\""));
        Assert.Equal("Upgrading", put.Value("properties.provisioningState"));
        _client.Wait(put);
        Assert.Equal(200, _client.Put(Cluster + "/agentPools/p1", """{"properties":{"orchestratorVersion":"1.29.0"}}""").Status);
    }

    /// <summary>What is refused of a new cluster, with AKS's code: further properties, and the pool.</summary>
    public static TheoryData<string, string, string> Nonsense => new()
    {
        { ",\"kubernetesVersion\":\"9.9.9\"", "", "AgentPoolK8sVersionNotSupported" },
        { ",\"kubernetesVersion\":\"rubbish\"", "", "AgentPoolK8sVersionNotSupported" },
        { ",\"aadProfil\":{}", "", "UnmarshalError" },
        { ",\"hostedSystemProfile\":{}", "", "UnmarshalError" },
        { Network("\"networkPlugin\":\"none-such\""), "", "InvalidParameter" },
        { Network("\"networkPolicy\":\"rubbish\""), "", "InvalidParameter" },
        { Network("\"outboundType\":\"byMagic\""), "", "InvalidParameter" },
        { Network("\"serviceCidr\":\"rubbish\""), "", "CidrStringParseError" },
        { Network("\"podCidr\":\"10.0.0.0/33\""), "", "CidrStringParseError" },
        { Network("\"podCidr\":\"10.0.0.0/16\""), "", "InvalidParameter" },
        { Network("\"dnsServiceIP\":\"10.99.0.10\""), "", "DnsServiceIpOutOfServiceCidr" },
        { Network("\"loadBalancerProfile\":{\"managedOutboundIPs\":{\"count\":0}}"), "", "InvalidParameter" },
        { Network("\"loadBalancerProfile\":{\"outboundIPs\":{\"publicIPs\":[{\"id\":\"/none\"}]}}"), "", "InvalidParameter" },
        { Network("\"loadBalancerProfile\":{\"outbound\":{}}"), "", "UnmarshalError" },
        { "", ",\"count\":0", "InvalidParameter" },
        { "", ",\"count\":1001", "InvalidParameter" },
        { "", ",\"mode\":\"User\"", "MustDefineAtLeastOneSystemPool" },
        { "", ",\"mode\":\"Sistem\"", "InvalidParameter" },
        { "", ",\"osType\":\"BeOS\"", "InvalidParameter" },
        { "", ",\"osDiskSizeGB\":4000", "InvalidParameter" },
        { "", ",\"maxPods\":300", "InvalidParameter" },
        { "", ",\"minCount\":1", "InvalidParameter" },
        { "", ",\"enableAutoScaling\":true,\"minCount\":3,\"maxCount\":2", "InvalidParameter" },
        { "", ",\"enableAutoScaling\":true,\"minCount\":2,\"maxCount\":5", "InvalidParameter" },
        { "", ",\"nodeTaints\":[\"a=b:NoSchedule\"]", "SystemPoolHasRestrictedTaint" },
        { "", ",\"nodeTaints\":[\"rubbish\"]", "InvalidParameter" },
        { "", ",\"nodeLabels\":{\"a b\":\"c\"}", "InvalidParameter" },
        { "", ",\"orchestratorVersion\":\"1.30.0\"", "NodePoolMcVersionIncompatible" },
        { "", ",\"diskSize\":5", "UnmarshalError" },
        { "", ",\"virtualMachinesProfile\":{}", "UnmarshalError" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Nonsense_is_refused_with_the_services_codes(string properties, string pool, string code)
    {
        var one = JsonNode.Parse("""{"name":"p1","count":1,"vmSize":"Standard_D4s_v5","mode":"System"}""")!.AsObject();
        foreach (var (member, value) in JsonNode.Parse($"{{{pool.TrimStart(',')}}}")!.AsObject())
            one[member] = value?.DeepClone();
        var put = _client.Put(Cluster, Body(properties, one.ToJsonString()));
        Assert.Equal((400, code), Pair(put));
        Assert.Equal(404, _client.Get(Cluster).Status);
    }

    [Theory]
    [InlineData("2020-02-01", 201)]
    [InlineData("2020-09-01", 400)]
    [InlineData("2023-11-01", 400)]
    public void A_pool_that_does_not_say_so_is_no_system_pool(string version, int status)
    {
        var put = _client.Put($"{Cluster}?api-version={version}", Body("", """{"name":"p1","count":1,"vmSize":"Standard_D4s_v5"}"""));
        Assert.True(put.Status == status, put.Text);
        if (status == 400) Assert.Equal("MustDefineAtLeastOneSystemPool", put.Code);
    }

    [Theory]
    [InlineData(null, "ExistingRouteTableNotAssociatedWithSubnet")]
    [InlineData("", "RouteTableMissingDefaultRouteError")]
    [InlineData("Internet", "RouteTableInvalidNextHop")]
    [InlineData("VirtualAppliance", null)]
    public void UserDefinedRouting_wants_a_route_table_that_leads_to_an_appliance(string? nextHop, string? code)
    {
        var (table, subnet) = (Group + "Microsoft.Network/routeTables/table", TestClient.Network + "/subnets/routed");
        var hop = nextHop == "VirtualAppliance" ? ",\"nextHopIpAddress\":\"10.1.9.4\"" : "";
        var routes = nextHop is null or "" ? "" : $$"""
            {"name":"all","properties":{"addressPrefix":"0.0.0.0/0","nextHopType":"{{nextHop}}"{{hop}} } }
            """;
        _client.Wait(_client.Put(table, $$"""{"location":"eastus2","properties":{"routes":[{{routes}}]} }"""));
        _client.Wait(_client.Put(subnet, $$"""
            {"properties":{"addressPrefix":"10.1.8.0/24"{{(nextHop is null ? "" : $",\"routeTable\":{{\"id\":\"{table}\"}}")}} } }
            """));
        var put = _client.Put(Cluster, Body(Network("\"outboundType\":\"userDefinedRouting\""), $$"""
            {"name":"p1","count":1,"vmSize":"Standard_D4s_v5","mode":"System","vnetSubnetID":"{{subnet}}"}
            """));
        if (code is not null)
        {
            Assert.Equal((400, code), Pair(put));
            return;
        }

        Assert.True(put.Status == 201, put.Text);
        _client.Wait(put);
        // A further pool needs one, too.
        _client.Wait(_client.Put(TestClient.Network + "/subnets/unrouted", """{"properties":{"addressPrefix":"10.1.10.0/24"}}"""));
        Assert.Equal((400, "ExistingRouteTableNotAssociatedWithSubnet"), Pair(_client.Put(Cluster + "/agentPools/p2", $$"""
            {"properties":{"count":1,"vmSize":"Standard_D4s_v5","vnetSubnetID":"{{TestClient.Network}}/subnets/unrouted"} }
            """)));
        Assert.Equal(201, _client.Put(Cluster + "/agentPools/p2", $$"""
            {"properties":{"count":1,"vmSize":"Standard_D4s_v5","vnetSubnetID":"{{subnet}}"} }
            """).Status);
    }

    [Theory]
    [InlineData(",\"sku\":{\"tier\":\"Golden\"}", "InvalidParameter")]
    [InlineData(",\"sku\":{\"tier\":\"Premium\"}", "InvalidParameter")]
    [InlineData(",\"sku\":{\"name\":\"Automatic\",\"tier\":\"Standard\"}", "InvalidParameter")]
    [InlineData(",\"colour\":\"red\"", "UnmarshalError")]
    public void A_wrong_sku_or_an_unknown_member_is_refused(string top, string code) =>
        Assert.Equal((400, code), Pair(_client.Put(Cluster, Body("", top: top))));

    [Theory]
    [InlineData("\"dnsPrefix\":\"other\"", "dnsPrefix")]
    [InlineData("\"nodeResourceGroup\":\"other\"", "nodeResourceGroup")]
    [InlineData("\"networkProfile\":{\"networkPlugin\":\"azure\"}", "networkProfile.networkPlugin")]
    [InlineData("\"networkProfile\":{\"serviceCidr\":\"10.77.0.0/16\"}", "networkProfile.serviceCidr")]
    [InlineData("\"apiServerAccessProfile\":{\"enablePrivateCluster\":true}", "apiServerAccessProfile.enablePrivateCluster")]
    [InlineData("\"agentPoolProfiles\":[{\"name\":\"p1\",\"count\":1,\"vmSize\":\"Standard_D8s_v5\"}]", "properties.vmSize")]
    public void What_stays_as_it_was_made_cannot_be_changed(string property, string named)
    {
        var before = Create(Body("")).Text;
        var put = _client.Put(Cluster, $$"""{"location":"eastus2","properties":{ {{property}} } }""");
        Assert.Equal((400, "PropertyChangeNotAllowed"), Pair(put));
        Assert.Contains($"'{named}'", put.Message, StringComparison.Ordinal);
        Assert.Equal(before, _client.Get(Cluster).Text);
    }

    [Fact]
    public void Its_own_answer_is_a_body_that_changes_nothing()
    {
        var shown = Create(Body(""));
        var put = _client.Put(Cluster, shown.Text);
        Assert.True(put.Status == 200, put.Text);
        _client.Wait(put);
        Assert.Equal(shown.Text, _client.Get(Cluster).Text);
    }

    [Theory]
    [InlineData("GatewaySubnet")]
    [InlineData("AzureBastionSubnet")]
    [InlineData("azurefirewallsubnet")]
    public void No_node_goes_into_a_subnet_that_is_kept_for_a_service(string name)
    {
        _client.Wait(_client.Put($"{TestClient.Network}/subnets/{name}", """{"properties":{"addressPrefix":"10.1.8.0/24"}}"""));
        Assert.Equal((400, "InvalidParameter"), Pair(_client.Put(Cluster, Body("", $$"""
            {"name":"p1","count":1,"vmSize":"Standard_D4s_v5","mode":"System","vnetSubnetID":"{{TestClient.Network}}/subnets/{{name}}"}
            """))));
        Assert.Equal(400, _client.Put(TestClient.Compute,
        TestClient.ComputeBody(TestClient.HowToInner($"{TestClient.Network}/subnets/{name}"))).Status);
    }

    private int Addresses() => _client.Get(TestClient.Subnet).At("properties.ipConfigurations")!.AsArray().Count;

    private static (int, string?) Pair(TestAnswer answer) => (answer.Status, answer.Code);
}
