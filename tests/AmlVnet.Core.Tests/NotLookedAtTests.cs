namespace AmlVnet.Core.Tests;

/// <summary>What no rule can look at stands in one list, told from the facts.</summary>
public sealed class NotLookedAtTests
{
    [Fact]
    public void A_cluster_has_the_whole_list_with_its_own_names_in_the_commands()
    {
        var list = CheckCatalogue.NotLookedAt(Worlds.Good, CheckStage.Posture);

        Assert.Equal(BeyondResourceManager.All.Where(static subject => !subject.IsOfKubernetes).Select(subject => subject.Id),
            list.Select(entry => entry.Id));
        Assert.All(list, entry => Assert.Contains(ArmId.Parse(entry.Target).Name, entry.Command + entry.Target, StringComparison.Ordinal));
        Assert.Contains(Worlds.Cluster.Name, Command("NOTLOOKEDAT-EGRESS"), StringComparison.Ordinal);
        Assert.Contains("--virtual-network-name 'mynetwork'", Command("NOTLOOKEDAT-ADMINRULES"), StringComparison.Ordinal);
        Assert.Contains("kubectl", Command("NOTLOOKEDAT-INSIDE"), StringComparison.Ordinal);

        string Command(string id) => list.Single(entry => entry.Id == id).Command;
    }

    [Fact]
    public void The_Kubernetes_route_says_with_its_kubectl_line_what_only_the_cluster_knows()
    {
        var secured = KubernetesWorlds.With(("allowInsecureConnections", "False"), ("scoringFe.sslSecret", "scoring-tls"),
            ("sslCname", "a.b"));
        var list = CheckCatalogue.NotLookedAt(secured, CheckStage.Posture);

        Assert.Equal(BeyondResourceManager.All.Select(static subject => subject.Id), list.Select(static entry => entry.Id));
        Assert.EndsWith("--command 'kubectl get secret scoring-tls -n azureml --ignore-not-found -o name'",
            Command("NOTLOOKEDAT-TLSSECRET"),
            StringComparison.Ordinal);
        Assert.Contains("kubectl get namespace inferencing ", Command("NOTLOOKEDAT-NAMESPACE"), StringComparison.Ordinal);
        Assert.StartsWith("Get-AmlKubernetesCompute ", Command("NOTLOOKEDAT-CLIENTS"), StringComparison.Ordinal);
        Assert.DoesNotContain(CheckCatalogue.NotLookedAt(KubernetesWorlds.Good, CheckStage.Posture),
            static one => one.Id == "NOTLOOKEDAT-TLSSECRET");

        string Command(string id) => list.Single(entry => entry.Id == id).Command;
    }

    [Theory]
    [InlineData(null, "*.hcp.eastus2.azmk8s.io")]
    [InlineData("AzureUSGovernment", "*.hcp.eastus2.cx.aks.containerservice.azure.us")]
    [InlineData("AzureChinaCloud", "*.tun.eastus2.cx.prod.service.azk8s.cn")]
    public void Where_the_internet_is_denied_the_names_that_must_be_reached_are_listed(string? cloud, string name)
    {
        var deny = SecurityRuleFacts.Of("no-internet", 4000, RuleDirection.Outbound, RuleAccess.Deny, "*", "Internet");
        string Reason(NetworkFacts facts) =>
            CheckCatalogue.NotLookedAt(facts with { CloudName = cloud },
                CheckStage.Posture).Single(entry => entry.Id == "NOTLOOKEDAT-EGRESS").Reason;

        Assert.Contains(name, Reason(Worlds.Good.WithRules(deny)), StringComparison.Ordinal);
        Assert.Contains("mcr.microsoft.com", Reason(Worlds.Good.WithRules(deny)), StringComparison.Ordinal);
        Assert.DoesNotContain("mcr.microsoft.com", Reason(Worlds.Good), StringComparison.Ordinal);
        var routed = Worlds.Good.WithSubnet(one => one with
        {
            RouteTable = new RouteTableFacts
            {
                Id = Worlds.RouteTable.ToString(),
                Routes = [new("fw", "0.0.0.0/0", "VirtualAppliance", "10.1.200.4")]
            },
        });
        Assert.Contains(name, Reason(routed), StringComparison.Ordinal);
    }

    [Fact]
    public void Before_a_cluster_exists_nothing_is_said_of_its_inside()
    {
        var list = CheckCatalogue.NotLookedAt(Worlds.Good with { Cluster = default }, CheckStage.Preflight);

        Assert.Equal(["NOTLOOKEDAT-EGRESS", "NOTLOOKEDAT-POLICY", "NOTLOOKEDAT-ADMINRULES", "NOTLOOKEDAT-DENY"],
            list.Select(entry => entry.Id));
        Assert.DoesNotContain(list, entry => entry.Command.Contains("az aks", StringComparison.Ordinal));
    }

    [Fact]
    public void Typed_values_alone_have_no_list() => Assert.Empty(CheckCatalogue.NotLookedAt(Worlds.Good, CheckStage.Offline));

    [Fact]
    public void No_entry_has_the_state_of_a_check() =>
        Assert.All(CheckCatalogue.NotLookedAt(Worlds.Good, CheckStage.Posture),
            entry => Assert.False(Enum.TryParse<CheckStatus>(entry.Status, out _)));

    [Fact]
    public void The_help_lists_what_the_list_can_hold()
    {
        var rows = File.ReadLines(Path.Combine(RepositoryFolder.Root, "docs", "en-US", "about_AmlVnet_Checks.md"))
            .Where(line => line.StartsWith("| NOTLOOKEDAT-", StringComparison.Ordinal))
            .Select(line => line.Split('|')).Select(cells => (cells[1].Trim(), cells[2].Trim()));
        Assert.Equal(BeyondResourceManager.All.Select(subject => (subject.Id, subject.Subject)), rows);
    }
}
