using AmlVnet.Core.Security;

namespace AmlVnet.Core.Tests;

/// <summary>The traffic of the cluster itself: among its nodes and pods, and with its API server.</summary>
public sealed class ClusterTrafficTests
{
    private const string Inside = "AMLVNET-NSG-007";
    private const string ApiServer = "AMLVNET-NSG-008";

    private static readonly SecurityRuleFacts DenyIn = SecurityRuleFacts.Of("deny-in", 4000, RuleDirection.Inbound, RuleAccess.Deny, "*",
        "*");
    private static readonly SecurityRuleFacts DenyOut = SecurityRuleFacts.Of("deny-out", 4000, RuleDirection.Outbound, RuleAccess.Deny, "*",
        "*");

    [Fact]
    public void Clients_and_probes_alone_cut_the_nodes_from_one_another()
    {
        var facts = Worlds.Good.WithRules(
            SecurityRuleFacts.Of("clients", 100, RuleDirection.Inbound, RuleAccess.Allow, "10.2.0.0/24", "*", "80"),
            SecurityRuleFacts.Of("probes", 110, RuleDirection.Inbound, RuleAccess.Allow, "AzureLoadBalancer", "*"), DenyIn) with
        { ScoringSources = ["10.2.0.0/24"] };

        Assert.Equal(CheckStatus.Passed, Worst(facts, "AMLVNET-NSG-001"));
        Assert.Equal(CheckStatus.Passed, Worst(facts, "AMLVNET-NSG-002"));
        var broken = Assert.Single(CheckCatalogue.Find(Inside)!.Evaluate(facts), check => check.Status == CheckStatus.Failed);
        Assert.Contains("deny-in", broken.Evidence, StringComparison.Ordinal);
        Assert.Contains("in to default", broken.Evidence, StringComparison.Ordinal);
        Assert.EndsWith("-Name 'myaks' | Enable-AmlStudioAccess -Profile Cluster", broken.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public void Web_traffic_alone_out_cuts_them_too()
    {
        var web = SecurityRuleFacts.Of("web", 100, RuleDirection.Outbound, RuleAccess.Allow, "*", "Internet", "443");
        Assert.Equal(CheckStatus.Failed, Worst(Worlds.Good.WithRules(web, DenyOut), Inside));
        var inside = SecurityRuleFacts.Of("inside", 200, RuleDirection.Outbound, RuleAccess.Allow, "VirtualNetwork", "VirtualNetwork");
        Assert.Equal(CheckStatus.Passed, Worst(Worlds.Good.WithRules(web, inside, DenyOut), Inside));
        Assert.Equal(CheckStatus.Failed, Worst(Worlds.Good.WithRules(web, inside with { Protocol = "Tcp" }, DenyOut), Inside));
        Assert.Equal(CheckStatus.Failed,
            Worst(Worlds.Good.WithRules(web, inside with { DestinationPortRanges = ["1-9999", "10001-65535"] }, DenyOut), Inside));
    }

    [Theory]
    // The three pairs that the page of Azure CNI overlay asks for.
    [InlineData("overlay", new[] { "10.1.0.0/24>10.1.0.0/24", "10.1.0.0/24>10.244.0.0/16", "10.244.0.0/16>10.244.0.0/16" },
        CheckStatus.Passed)]
    [InlineData("overlay", new[] { "10.1.0.0/24>10.1.0.0/24", "10.1.0.0/24>10.244.0.0/16" }, CheckStatus.Failed)]
    [InlineData("overlay", new[] { "10.1.0.0/24>10.1.0.0/24", "10.244.0.0/16>10.244.0.0/16" }, CheckStatus.Failed)]
    [InlineData("overlay", new[] { "10.1.0.0/24>10.1.0.0/24" }, CheckStatus.Failed)]
    // With kubenet pods reach nodes by their own addresses.
    [InlineData("kubenet", new[] { "10.1.0.0/24>10.1.0.0/24", "10.1.0.0/24>10.244.0.0/16", "10.244.0.0/16>10.244.0.0/16" },
        CheckStatus.Failed)]
    [InlineData("kubenet", new[] { "10.0.0.0/8>10.0.0.0/8" }, CheckStatus.Passed)]
    // Whether the tag covers a pod CIDR is not documented.
    [InlineData("overlay", new[] { "VirtualNetwork>VirtualNetwork" }, CheckStatus.Unknown)]
    [InlineData("overlay", new string[0], CheckStatus.Failed)]
    public void A_pod_CIDR_needs_its_own_ways(string mode, string[] allowed, CheckStatus expected)
    {
        var rules = allowed.SelectMany((pair, i) => new[] { RuleDirection.Inbound, RuleDirection.Outbound }.Select(direction =>
            SecurityRuleFacts.Of($"allow-{i}-{direction}", 200 + i, direction, RuleAccess.Allow, pair.Split('>')[0], pair.Split('>')[1])));

        Assert.Equal(expected, Worst(Pods(mode, [.. rules, DenyIn, DenyOut]), Inside));
    }

    [Fact]
    public void The_default_rules_let_pods_through_and_a_denied_internet_is_not_theirs()
    {
        var internet = SecurityRuleFacts.Of("no-internet", 4000, RuleDirection.Outbound, RuleAccess.Deny, "*", "Internet");
        Assert.Equal(CheckStatus.Passed, Worst(Pods("overlay", []), Inside));
        Assert.Equal(CheckStatus.Passed, Worst(Pods("overlay", [internet]), Inside));
        Assert.Equal(CheckStatus.Failed,
            Worst(Pods("overlay", [SecurityRuleFacts.Of("no-pods", 100, RuleDirection.Inbound, RuleAccess.Deny, "10.244.0.0/24", "*")]),
                Inside));
    }

    [Fact]
    public void A_cluster_that_does_not_say_its_pod_CIDR_is_unknown() => Assert.Equal(
        CheckStatus.Unknown, Worst(Pods("overlay", []).WithCluster(one => one with { PodCidr = null }), Inside));

    [Fact]
    public void Each_subnet_of_nodes_and_of_pods_is_looked_at_with_its_own_group()
    {
        var pods = Subnet("pods", "10.1.4.0/24");
        var facts = Worlds.Good with { OtherNodeSubnets = [Subnet("more", "10.1.6.0/24")], PodSubnets = [pods] };
        Assert.Equal(CheckStatus.Passed, Worst(facts, Inside));

        // The one group lets its own subnet through, and not the others.
        var shut = pods with
        {
            NetworkSecurityGroup = new NetworkSecurityGroupFacts
            {
                Id = Worlds.SecurityGroup + "-pods",
                Rules = [SecurityRuleFacts.Of("own", 100, RuleDirection.Inbound, RuleAccess.Allow, "10.1.4.0/24", "10.1.4.0/24"), DenyIn],
            },
        };
        var broken = CheckCatalogue.Find(Inside)!.Evaluate(facts with { PodSubnets = [shut] })
            .Where(check => check.Status == CheckStatus.Failed).ToArray();
        var only = Assert.Single(broken);
        Assert.Equal(Worlds.SecurityGroup + "-pods", only.Target);
        // Outbound another subnet's group is asked, inbound the pods' own: its command is the Azure CLI's.
        Assert.Contains("az network nsg rule create", only.Recommendation, StringComparison.Ordinal);
        Assert.Contains("--source-address-prefixes 10.1.0.0/24 10.1.6.0/24 10.1.4.0/24", only.Recommendation, StringComparison.Ordinal);
        var unread = facts with { PodSubnets = [Known.Unknown<SubnetFacts>("no permission")] };
        Assert.Equal(CheckStatus.Unknown, Worst(unread, Inside));

        SubnetFacts Subnet(string name, string range) => new()
        {
            Id = Worlds.Network.Child("subnets", name).ToString(),
            AddressPrefixes = [range],
            NetworkSecurityGroup = Known.None<NetworkSecurityGroupFacts>(),
            RouteTable = Known.None<RouteTableFacts>(),
        };
    }

    [Fact]
    public void The_rule_that_opens_it_makes_it_pass()
    {
        foreach (var facts in new[] { Worlds.Good.WithRules(DenyIn, DenyOut), Pods("overlay", [DenyIn, DenyOut]),
            Pods("kubenet", [DenyIn, DenyOut]) })
        {
            var traffic = ClusterTraffic.From(facts);
            var opened = facts.WithRules(
                traffic.Rule(RuleDirection.Inbound, "in") with { Priority = 200 },
                traffic.Rule(RuleDirection.Outbound, "out") with { Priority = 200 }, DenyIn, DenyOut);
            Assert.Equal(CheckStatus.Failed, Worst(facts, Inside));
            Assert.Equal(CheckStatus.Passed, Worst(opened, Inside));
        }
    }

    [Fact]
    public void The_API_server_is_where_it_stands()
    {
        var tags = Worlds.Good.WithRules(SecurityRuleFacts.Of("no-cloud", 100, RuleDirection.Outbound, RuleAccess.Deny, "*",
            "AzureCloud.eastus2"));
        Assert.Equal(CheckStatus.Failed, Worst(tags, ApiServer));
        Assert.Equal(CheckStatus.Passed, Worst(tags.WithCluster(one => one with { IsPrivateCluster = true }), ApiServer));

        var subnet = Worlds.InternalSubnet.ToString();
        var shut = Worlds.Good.WithRules(SecurityRuleFacts.Of("no-api", 100, RuleDirection.Outbound, RuleAccess.Deny, "*", "10.1.2.0/28",
            "4443"))
            .WithCluster(one => one with { HasVnetIntegration = true, ApiServerSubnetId = subnet });
        var broken = Assert.Single(CheckCatalogue.Find(ApiServer)!.Evaluate(shut), check => check.Status == CheckStatus.Failed);
        Assert.Contains("10.1.2.0/28:4443", broken.Evidence, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Unknown,
            Worst(shut.WithCluster(one => one with { ApiServerSubnetId = subnet + "-elsewhere" }), ApiServer));
    }

    [Fact]
    public void Ports_of_older_clusters_are_no_error_and_differ_by_cloud()
    {
        var shut = Worlds.Good.WithRules(SecurityRuleFacts.Of("no-ssh", 100, RuleDirection.Outbound, RuleAccess.Deny, "*",
            "AzureCloud.eastus2", "22"));
        Assert.Equal(CheckStatus.Passed, Worst(shut, "AMLVNET-NSG-009"));
        var china = shut with { CloudName = "AzureChinaCloud" };
        var found = Assert.Single(CheckCatalogue.Find("AMLVNET-NSG-009")!.Evaluate(china), check => check.Status == CheckStatus.Warning);
        Assert.Contains("AzureChinaCloud", found.Evidence, StringComparison.Ordinal);
        Assert.Equal(CheckSeverity.Information, found.Severity);
        Assert.Equal(
            CheckStatus.NotApplicable, Worst(shut.WithCluster(one => one with { IsPrivateCluster = true }), "AMLVNET-NSG-009"));
    }

    [Theory]
    [InlineData(new int[0], "31000", CheckStatus.Failed)]
    [InlineData(new[] { 31000 }, "31000", CheckStatus.Failed)]
    [InlineData(new[] { 31001 }, "31000", CheckStatus.Passed)]
    [InlineData(new[] { 10256 }, "30000-32767", CheckStatus.Passed)]
    [InlineData(new[] { 31000, 10256 }, "10256", CheckStatus.Failed)]
    public void Probes_come_at_the_ports_that_the_load_balancer_asks(int[] ports, string denied, CheckStatus expected)
    {
        var facts = Worlds.Good.WithRules(SecurityRuleFacts.Of("no-probe", 100, RuleDirection.Inbound, RuleAccess.Deny, "AzureLoadBalancer",
            "*", denied))
            with
        {
            LoadBalancers = Known.Of<IReadOnlyList<LoadBalancerFacts>>([Worlds.Good.LoadBalancers.Value![1] with { ProbePorts = ports }]),
        };

        Assert.Equal(expected, Worst(facts, "AMLVNET-NSG-002"));
    }

    private static NetworkFacts Pods(string mode, SecurityRuleFacts[] rules) => Worlds.Good.WithRules(rules).WithCluster(one => one with
    {
        NetworkPlugin = mode == "kubenet" ? "kubenet" : "azure",
        NetworkPluginMode = mode == "overlay" ? "overlay" : null,
        PodCidr = "10.244.0.0/16",
    });

    private static CheckStatus Worst(NetworkFacts facts, string id) =>
        CheckCatalogue.Find(id)!.Evaluate(facts).Select(check => check.Status)
        .OrderBy(status => Array.IndexOf([CheckStatus.Failed, CheckStatus.Unknown, CheckStatus.Warning, CheckStatus.Passed,
            CheckStatus.NotApplicable], status)).First();
}
