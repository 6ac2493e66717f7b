using Xunit;

namespace AmlVnet.Core.Tests;

/// <summary>What users of Azure's how-to and of other tools fell into, as far as a rule can find it without Azure.</summary>
public sealed class KnownTrapTests
{
    [Fact]
    public void Trap_load_balancer_subnet_defaults_to_a_name_that_is_not_there()
    {
        var named = One(Worlds.Good.WithCompute(one => one with { LoadBalancerSubnet = "aks-subnet" }), "AMLVNET-SUBNET-003");
        Assert.Equal(CheckStatus.Failed, named.Status);
        Assert.Contains("'aks-subnet'", named.Evidence, StringComparison.Ordinal);
        Assert.Contains("-SubnetName 'default'", named.Recommendation, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Passed, One(Worlds.Good.WithCompute(one => one with { LoadBalancerSubnet = null }), "AMLVNET-SUBNET-003").Status);
    }

    [Fact]
    public void Trap_the_role_at_the_group_works_and_is_wider_than_needed()
    {
        var wide = Worlds.Good with { Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.Group)] } };
        Assert.Equal(CheckStatus.Passed, One(wide, "AMLVNET-RBAC-001").Status);
        var warning = One(wide, "AMLVNET-RBAC-004");
        Assert.Equal(CheckStatus.Warning, warning.Status);
        Assert.StartsWith("Revoke-AksNetworkContributor -Cluster ", warning.Recommendation, StringComparison.Ordinal);
        var theirs = Worlds.Assign(Worlds.Group) with { Id = Worlds.Group.RoleAssignment("0f0f0f0f-0000-0000-0000-000000000000").ToString() };
        Assert.StartsWith(
            "az role assignment delete ",
            One(Worlds.Good with { Roles = new RoleFacts { Assignments = [theirs] } }, "AMLVNET-RBAC-004").Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public void Trap_a_custom_role_with_join_and_read_is_enough()
    {
        var role = new RoleDefinitionFacts
        {
            Id = "/providers/Microsoft.Authorization/roleDefinitions/custom",
            RoleName = "AKS subnet joiner",
            Permissions = [new([WellKnownRoles.SubnetJoinAction, WellKnownRoles.SubnetReadAction], [])],
        };
        var facts = Worlds.Good with { Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.Subnet, "custom")], Definitions = [role] } };
        Assert.Equal(CheckStatus.Passed, One(facts, "AMLVNET-RBAC-001").Status);
    }

    [Fact]
    public void Trap_the_docker_bridge_has_host_bits_and_the_service_cidr_has_none()
    {
        Assert.All(CheckCatalogue.Find("AMLVNET-CIDR-001")!.Evaluate(Worlds.Good), check => Assert.Equal(CheckStatus.Passed, check.Status));
        var slip = CheckCatalogue.Find("AMLVNET-CIDR-001")!.Evaluate(Worlds.Good.With(one => one with { ServiceCidr = "10.0.0.1/16" }));
        Assert.Contains("write 10.0.0.0/16", Assert.Single(slip, check => check.Status == CheckStatus.Failed).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Trap_the_certificate_of_Microsoft_needs_a_public_endpoint()
    {
        var check = One(Worlds.Good.WithCompute(one => one with { SslLeafDomainLabel = "mylabel" }), "AMLVNET-COMPUTE-006");
        Assert.Equal(CheckStatus.Failed, check.Status);
        var isPublic = Worlds.Good.WithCompute(one => one with { SslLeafDomainLabel = "mylabel", LoadBalancerType = LoadBalancerType.PublicIp });
        Assert.Equal(CheckStatus.NotApplicable, One(isPublic, "AMLVNET-COMPUTE-006").Status);
    }

    [Fact]
    public void Trap_the_front_door_tag_alone_keeps_the_cluster_from_its_services()
    {
        var facts = Worlds.Good.WithRules(
            Rule("studio", 200, RuleDirection.Outbound, RuleAccess.Allow, "*", "AzureFrontDoor.Frontend", "443"),
            Rule("no-internet", 300, RuleDirection.Outbound, RuleAccess.Deny, "*", "Internet", "*"));
        Assert.Equal(CheckStatus.Passed, One(facts, "AMLVNET-NSG-005").Status);
        var needs = CheckCatalogue.Find("AMLVNET-NSG-004")!.Evaluate(facts);
        Assert.Equal(7, needs.Count);
        Assert.All(needs, check => Assert.Equal(CheckStatus.Failed, check.Status));
    }

    [Fact]
    public void Pain_1_the_identity_has_no_right_on_the_subnet()
    {
        var check = One(Worlds.Good with { Roles = new RoleFacts() }, "AMLVNET-RBAC-001");
        Assert.Equal(CheckStatus.Failed, check.Status);
        Assert.Equal($"Grant-AksNetworkContributor -Cluster '{Worlds.Cluster}' -Scope '{Worlds.Subnet}'", check.Recommendation);
    }

    [Fact]
    public void Pain_2_the_switch_that_has_no_address_is_explained()
    {
        ArmErrorDetail error = new() { Code = "BadRequest", Message = "Update failed", Details = [new() { Message = "Scoring FE IP address not updated yet." }] };
        var check = Single(
            Worlds.Good.WithCompute(one => one with { ProvisioningState = "Failed", Errors = [error] }), "AMLVNET-COMPUTE-004", Worlds.Compute.ToString());
        Assert.Contains("lacks its right on the subnet", check.Evidence, StringComparison.Ordinal);
        Assert.Contains("Grant-AksNetworkContributor", check.Recommendation, StringComparison.Ordinal);
        Assert.Contains("Set-AmlAksLoadBalancer -Type InternalLoadBalancer", check.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public void Pain_5_the_service_cidr_that_was_asked_for_was_ignored() => Assert.Equal(
        CheckStatus.Failed, One(Worlds.Good.WithCompute(one => one with { ServiceCidr = "10.7.0.0/16" }), "AMLVNET-CIDR-013").Status);

    [Fact]
    public void Pain_6_a_network_of_10_0_0_0_8_overlaps_the_usual_service_cidr()
    {
        var facts = new NetworkFacts
        {
            Settings = Worlds.HowTo with { SubnetId = null },
            VirtualNetwork = new VirtualNetworkFacts { AddressPrefixes = ["10.0.0.0/8"] },
            Subnet = new SubnetFacts { AddressPrefixes = ["10.240.0.0/16"] },
        };
        var check = One(facts, "AMLVNET-CIDR-002");
        Assert.Equal(CheckStatus.Failed, check.Status);
        Assert.Contains("10.0.0.0/16 overlaps virtual network range 10.0.0.0/8", check.Evidence, StringComparison.Ordinal);
        Assert.Equal("New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16", check.Recommendation);
        Assert.DoesNotContain(
            CheckCatalogue.Run(facts, CheckStage.Offline), other => other.Status == CheckStatus.Failed && other.Id != "AMLVNET-CIDR-002");
    }

    [Theory]
    [InlineData(2, "Standard_D8s_v3", CheckStatus.Failed, CheckStatus.Passed)]
    [InlineData(3, "Standard_D2_v2", CheckStatus.Passed, CheckStatus.Failed)]
    [InlineData(3, "Standard_D3_v2", CheckStatus.Passed, CheckStatus.Passed)]
    public void Pain_7_production_needs_3_nodes_and_12_cores(int nodes, string size, CheckStatus nodeStatus, CheckStatus coreStatus)
    {
        var facts = new NetworkFacts { Compute = new ComputeFacts { Id = Worlds.Compute.ToString(), AgentCount = nodes, AgentVmSize = size } };
        Assert.Equal(nodeStatus, One(facts, "AMLVNET-COMPUTE-001").Status);
        Assert.Equal(coreStatus, One(facts, "AMLVNET-COMPUTE-002").Status);
        Assert.Equal(
            CheckStatus.NotApplicable, One(facts.WithCompute(one => one with { ClusterPurpose = ClusterPurpose.DevTest }), "AMLVNET-COMPUTE-001").Status);
    }

    [Fact]
    public void Pain_11_a_load_balancer_in_another_subnet_needs_its_right_there()
    {
        var facts = Worlds.Good.WithCompute(one => one with { LoadBalancerSubnet = "internal" }) with
        {
            Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.Subnet)] },
        };
        Assert.Equal(CheckStatus.Failed, One(facts, "AMLVNET-RBAC-001").Status);
        Assert.Contains(Worlds.InternalSubnet.ToString(), One(facts, "AMLVNET-RBAC-001").Recommendation, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Passed, One(facts, "AMLVNET-RBAC-002").Status);
    }

    [Fact]
    public void Pain_15_one_cluster_attached_twice()
    {
        var again = Worlds.Workspace.Child("computes", "again");
        var facts = Worlds.Good with
        {
            Attachments = Known.Of<IReadOnlyList<AttachedClusterFacts>>([new(again.ToString(), Worlds.Cluster.ToString().ToLowerInvariant())]),
        };
        var check = One(facts, "AMLVNET-COMPUTE-003");
        Assert.Equal(CheckStatus.Failed, check.Status);
        Assert.Contains("-Name 'again' | Remove-AmlAksCompute -UnderlyingResourceAction Detach", check.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public void Pain_17_a_private_cluster_with_a_public_name() => Assert.Equal(
        CheckStatus.Failed,
        One(Worlds.Good.WithCluster(one => one with { IsPrivateCluster = true, HasPublicFqdn = true }), "AMLVNET-COMPUTE-009").Status);

    [Fact]
    public void Pain_18_kubenet_needs_its_right_on_the_route_table()
    {
        var facts = Worlds.Good.WithCluster(one => one with { NetworkPlugin = "kubenet" });
        Assert.Equal(CheckStatus.Failed, One(facts, "AMLVNET-RBAC-003").Status);
        Assert.Equal(CheckStatus.Warning, One(facts, "AMLVNET-COMPUTE-007").Status);
        Assert.Equal(CheckStatus.NotApplicable, One(Worlds.Good, "AMLVNET-RBAC-003").Status);
    }

    [Fact]
    public void Pain_19_a_deny_of_the_clients_own_blocks_the_probe_too()
    {
        var facts = Worlds.Good.WithRules(
            Rule("clients", 200, RuleDirection.Inbound, RuleAccess.Allow, "10.0.0.0/8", "*", "80"),
            Rule("deny-all", 4096, RuleDirection.Inbound, RuleAccess.Deny, "*", "*", "*"));
        Assert.Equal(CheckStatus.Passed, One(facts with { ScoringSources = ["10.9.0.0/16"] }, "AMLVNET-NSG-001").Status);
        var probe = One(facts, "AMLVNET-NSG-002");
        Assert.Equal(CheckStatus.Failed, probe.Status);
        Assert.Contains("deny-all", probe.Evidence, StringComparison.Ordinal);
        Assert.EndsWith("| Enable-AmlScoringAccess -SourceAddressPrefix VirtualNetwork", probe.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public void Pain_19_a_client_outside_the_network_needs_a_rule()
    {
        var facts = Worlds.Good with { ScoringSources = ["192.168.7.0/24"] };
        Assert.Equal(CheckStatus.Failed, One(facts, "AMLVNET-NSG-001").Status);
        Assert.Equal(CheckStatus.Passed, One(Worlds.Good with { ScoringSources = ["10.2.0.0/24"] }, "AMLVNET-NSG-001").Status);
    }

    [Fact]
    public void Before_the_cluster_exists_the_recommendation_is_a_rule_of_the_azure_cli()
    {
        var facts = new NetworkFacts
        {
            Workspace = Worlds.Good.Workspace,
            Compute = new ComputeFacts { Id = Worlds.Compute.ToString() },
            VirtualNetwork = Worlds.GoodNetwork,
            Subnet = Worlds.GoodSubnet,
            ScoringSources = ["192.168.7.0/24"],
        };
        var check = CheckCatalogue.Run(facts, CheckStage.Preflight).Single(check => check.Id == "AMLVNET-NSG-001");
        Assert.StartsWith("az network nsg rule create --subscription ", check.Recommendation, StringComparison.Ordinal);
        Assert.Contains("--priority 4090 --direction Inbound --access Allow", check.Recommendation, StringComparison.Ordinal);
    }

    private static CheckResult One(NetworkFacts facts, string id) => Assert.Single(CheckCatalogue.Find(id)!.Evaluate(facts));

    private static CheckResult Single(NetworkFacts facts, string id, string target) =>
        Assert.Single(CheckCatalogue.Find(id)!.Evaluate(facts), check => check.Target == target);

    private static SecurityRuleFacts Rule(
        string name, int priority, RuleDirection direction, RuleAccess access, string source, string destination, string port) => new()
        {
            Name = name,
            Priority = priority,
            Direction = direction,
            Access = access,
            SourceAddressPrefixes = [source],
            DestinationAddressPrefixes = [destination],
            DestinationPortRanges = [port],
        };
}
