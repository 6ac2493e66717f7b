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
        Assert.Equal(CheckStatus.Passed,
            One(Worlds.Good.WithCompute(one => one with { LoadBalancerSubnet = null }), "AMLVNET-SUBNET-003").Status);
    }

    [Fact]
    public void Trap_the_role_at_the_group_works_and_is_wider_than_needed()
    {
        var wide = Worlds.Good with { Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.Group)] } };
        Assert.Equal(CheckStatus.Passed, One(wide, "AMLVNET-RBAC-001").Status);
        var warning = One(wide, "AMLVNET-RBAC-004");
        Assert.Equal(CheckStatus.Warning, warning.Status);
        Assert.StartsWith("az role assignment create ", warning.Recommendation, StringComparison.Ordinal);
        Assert.EndsWith(
            $"--scope '{Worlds.Subnet}'; Revoke-AksNetworkContributor -InputObject '{Worlds.Cluster}' -Scope '{Worlds.Group}'",
            warning.Recommendation,
            StringComparison.Ordinal);
        var theirs =
            Worlds.Assign(Worlds.Group) with { Id = Worlds.Group.RoleAssignment("0f0f0f0f-0000-0000-0000-000000000000").ToString() };
        Assert.Contains(
            "; az role assignment delete ",
            One(Worlds.Good with { Roles = new RoleFacts { Assignments = [theirs] } }, "AMLVNET-RBAC-004").Recommendation,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Trap_a_wide_role_is_taken_away_after_every_place_in_use_has_its_own()
    {
        var wide = Worlds.Assign(Worlds.Network);
        var facts = Worlds.Good.WithCompute(one => one with { LoadBalancerSubnet = "internal" })
            .WithCluster(one => one with { NetworkPlugin = "kubenet" }) with
        {
            Roles = new RoleFacts { Assignments = [wide, Worlds.Assign(Worlds.Group)] },
        };
        var checks = CheckCatalogue.Find("AMLVNET-RBAC-004")!.Evaluate(facts);
        Assert.Equal(2, checks.Count);
        foreach (var check in checks)
        {
            var parts = check.Recommendation!.Split("; ");
            Assert.Equal(
                [Worlds.InternalSubnet, Worlds.Subnet, Worlds.RouteTable], parts[..^1].Select(part => ArmId.Parse(part.Split('\'')[1])));
            Assert.StartsWith("Revoke-", parts[^1], StringComparison.Ordinal);
        }

        // Where the narrow ones are there already, nothing is granted again.
        var both = Worlds.Good with { Roles = new RoleFacts { Assignments = [wide, Worlds.Assign(Worlds.Subnet)] } };
        Assert.StartsWith("Revoke-", One(both, "AMLVNET-RBAC-004").Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public void Trap_a_wide_role_of_a_group_is_not_deleted_by_the_recommendation()
    {
        const string Group = "bbbbbbbb-0000-0000-0000-000000000002";
        var facts = Worlds.Good with
        {
            Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.Group) with { PrincipalId = Group }], GroupIds = [Group] },
        };
        var check = One(facts, "AMLVNET-RBAC-004");
        Assert.Equal(CheckStatus.Warning, check.Status);
        Assert.Null(check.Recommendation);
        Assert.Contains(Group, check.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Trap_Owner_of_the_subnet_is_more_than_the_subnet_needs()
    {
        var owner = Worlds.Assign(Worlds.Subnet, "8e3af657-a8ff-443c-a75c-2fe8c4bcb635");
        var check = One(Worlds.Good with { Roles = new RoleFacts { Assignments = [owner] } }, "AMLVNET-RBAC-004");
        Assert.Equal(CheckStatus.Warning, check.Status);
        Assert.Contains("Owner", check.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("az role assignment create ", check.Recommendation, StringComparison.Ordinal);
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
        var facts = Worlds.Good
            with
        { Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.Subnet, "custom")], Definitions = [role] } };
        Assert.Equal(CheckStatus.Passed, One(facts, "AMLVNET-RBAC-001").Status);
    }

    [Fact]
    public void Trap_the_docker_bridge_has_host_bits_and_the_service_cidr_has_none()
    {
        Assert.All(CheckCatalogue.Find("AMLVNET-CIDR-001")!.Evaluate(Worlds.Good), check => Assert.Equal(CheckStatus.Passed, check.Status));
        var slip = CheckCatalogue.Find("AMLVNET-CIDR-001")!.Evaluate(Worlds.Good.With(one => one with { ServiceCidr = "10.0.0.1/16" }));
        Assert.Contains("write 10.0.0.0/16", Assert.Single(slip, check => check.Status == CheckStatus.Failed).Evidence,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Trap_the_certificate_of_Microsoft_needs_a_public_endpoint()
    {
        var check = One(Worlds.Good.WithCompute(one => one with { SslLeafDomainLabel = "mylabel" }), "AMLVNET-COMPUTE-006");
        Assert.Equal(CheckStatus.Failed, check.Status);
        var isPublic =
            Worlds.Good.WithCompute(one => one with { SslLeafDomainLabel = "mylabel", LoadBalancerType = LoadBalancerType.PublicIp });
        Assert.Equal(CheckStatus.NotApplicable, One(isPublic, "AMLVNET-COMPUTE-006").Status);
    }

    [Fact]
    public void Trap_the_front_door_tag_alone_keeps_the_cluster_from_its_services()
    {
        var facts = Worlds.Good.WithRules(
            SecurityRuleFacts.Of("studio", 200, RuleDirection.Outbound, RuleAccess.Allow, "*", "AzureFrontDoor.Frontend", "443"),
            SecurityRuleFacts.Of("no-internet", 300, RuleDirection.Outbound, RuleAccess.Deny, "*", "Internet", "*"));
        Assert.Equal(CheckStatus.Passed, One(facts, "AMLVNET-NSG-005").Status);
        var needs = CheckCatalogue.Find("AMLVNET-NSG-004")!.Evaluate(facts);
        Assert.Equal(8, needs.Count);
        Assert.All(needs, check => Assert.Equal(CheckStatus.Failed, check.Status));
    }

    [Fact]
    public void Pain_1_the_identity_has_no_right_on_the_subnet()
    {
        var check = One(Worlds.Good with { Roles = new RoleFacts() }, "AMLVNET-RBAC-001");
        Assert.Equal(CheckStatus.Failed, check.Status);
        Assert.Equal($"Grant-AksNetworkContributor -InputObject '{Worlds.Cluster}' -Scope '{Worlds.Subnet}'", check.Recommendation);
    }

    [Fact]
    public void Pain_2_the_switch_that_has_no_address_is_explained()
    {
        ArmErrorDetail error = new()
        {
            Code = "BadRequest",
            Message = "Update failed",
            Inner = [new() { Message = "Scoring FE IP address not updated yet." }]
        };
        var check = Single(
            Worlds.Good.WithCompute(one => one with { ProvisioningState = "Failed", Errors = [error] }), "AMLVNET-COMPUTE-004",
            Worlds.Compute.ToString());
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
        Assert.Equal("New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16",
            check.Recommendation);
        Assert.DoesNotContain(
            CheckCatalogue.Run(facts, CheckStage.Offline), other => other.Status == CheckStatus.Failed && other.Id != "AMLVNET-CIDR-002");
    }

    [Theory]
    [InlineData(2, "Standard_D8s_v3", CheckStatus.Failed, CheckStatus.Passed)]
    [InlineData(3, "Standard_D2_v2", CheckStatus.Passed, CheckStatus.Failed)]
    [InlineData(3, "Standard_D3_v2", CheckStatus.Passed, CheckStatus.Passed)]
    public void Pain_7_production_needs_3_nodes_and_12_cores(int nodes, string size, CheckStatus nodeStatus, CheckStatus coreStatus)
    {
        var facts = new NetworkFacts
        {
            Compute =
            new ComputeFacts { Id = Worlds.Compute.ToString(), AgentCount = nodes, AgentVmSize = size }
        };
        Assert.Equal(nodeStatus, One(facts, "AMLVNET-COMPUTE-001").Status);
        Assert.Equal(coreStatus, One(facts, "AMLVNET-COMPUTE-002").Status);
        Assert.Equal(
            CheckStatus.NotApplicable,
            One(facts.WithCompute(one => one with { ClusterPurpose = ClusterPurpose.DevTest }), "AMLVNET-COMPUTE-001").Status);
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
            Attachments =
                Known.Of<IReadOnlyList<AttachedClusterFacts>>([new(again.ToString(), Worlds.Cluster.ToString().ToLowerInvariant(), "AKS")]),
        };
        var check = One(facts, "AMLVNET-COMPUTE-003");
        Assert.Equal(CheckStatus.Failed, check.Status);
        Assert.Contains("-Name 'again' | Remove-AmlAksCompute -UnderlyingResourceAction Detach", check.Recommendation,
            StringComparison.Ordinal);
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
            SecurityRuleFacts.Of("clients", 200, RuleDirection.Inbound, RuleAccess.Allow, "10.0.0.0/8", "*", "80"),
            SecurityRuleFacts.Of("deny-all", 4096, RuleDirection.Inbound, RuleAccess.Deny, "*", "*", "*"));
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

    [Fact]
    public void A_failed_compute_is_attached_again_or_made_anew_and_never_detached_only()
    {
        var failed = Worlds.Good.WithCompute(
            one => one with { ProvisioningState = "Failed", Errors = [new() { Code = "InternalServerError", Message = "boom" }] });
        var attached = Single(failed, "AMLVNET-COMPUTE-004", Worlds.Compute.ToString());
        Assert.EndsWith(
            "Detach; Add-AmlAksCompute -ResourceGroupName 'myworkspacegroup' -WorkspaceName 'myworkspace' -Name 'myaks' -InputObject "
                + $"'{Worlds.Cluster}' "
                + "-ClusterPurpose FastProd | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName 'default'",
            attached.Recommendation, StringComparison.Ordinal);
        var gone = failed with { Cluster = default };
        Assert.Contains("Detach; New-AmlAksCompute ", Single(gone, "AMLVNET-COMPUTE-004", Worlds.Compute.ToString()).Recommendation,
            StringComparison.Ordinal);
        // The service takes four values or none: what is missing is planned.
        var partly = gone.With(one => one with { DockerBridgeCidr = null });
        Assert.Contains(
            "Detach; New-AmlAksNetworkPlan -SubnetId ", Single(partly, "AMLVNET-COMPUTE-004", Worlds.Compute.ToString()).Recommendation,
            StringComparison.Ordinal);
        var unknown = failed with { Cluster = Known.Unknown<ClusterFacts>("no permission") };
        Assert.Null(Single(unknown, "AMLVNET-COMPUTE-004", Worlds.Compute.ToString()).Recommendation);
    }

    [Fact]
    public void Storage_is_reached_from_the_nodes_own_subnet_and_keeps_its_other_endpoints()
    {
        var facts = WithStorage(one => one with { AllowedSubnetIds = [Worlds.InternalSubnet.ToString()] })
            .WithSubnet(one => one with { ServiceEndpoints = ["Microsoft.KeyVault"] });
        var check = One(facts, "AMLVNET-STORAGE-001");
        Assert.Equal(CheckStatus.Failed, check.Status);
        Assert.Contains("another subnet", check.Evidence, StringComparison.Ordinal);
        Assert.Contains("--service-endpoints Microsoft.KeyVault Microsoft.Storage; az storage account network-rule add ",
            check.Recommendation, StringComparison.Ordinal);
        Assert.StartsWith(
            "az storage account network-rule add ",
            One(facts.WithSubnet(one => one with { ServiceEndpoints = ["Microsoft.Storage"] }), "AMLVNET-STORAGE-001").Recommendation,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Storage_in_a_perimeter_is_unknown_unless_a_private_endpoint_leads_to_it()
    {
        var facts = WithStorage(one => one with { PublicNetworkAccess = "SecuredByPerimeter" });
        Assert.Equal(CheckStatus.Unknown, One(facts, "AMLVNET-STORAGE-001").Status);
        var behind = WithStorage(one =>
            one with { PublicNetworkAccess = "SecuredByPerimeter", PrivateEndpoints = [new("/pe", Worlds.InternalSubnet.ToString())] });
        Assert.Equal(CheckStatus.Passed, One(behind, "AMLVNET-STORAGE-001").Status);
    }

    [Theory]
    [InlineData("0.0.0.0/1", "None", CheckStatus.Failed)]
    [InlineData("0.0.0.0/1", "VirtualAppliance", CheckStatus.Warning)]
    [InlineData("192.0.2.0/24", "None", CheckStatus.Passed)]
    public void Half_a_default_route_is_one_too(string prefix, string nextHop, CheckStatus expected)
    {
        var facts = Routed("loadBalancer", null, new RouteFacts("wide", prefix, nextHop));
        Assert.Equal(expected, One(facts, "AMLVNET-OUTBOUND-001").Status);
    }

    [Fact]
    public void A_default_route_that_longer_ones_cover_has_no_traffic()
    {
        RouteFacts[] halves = [new("low", "0.0.0.0/1", "VirtualAppliance", "10.1.2.4"),
            new("high", "128.0.0.0/1", "VirtualAppliance", "10.1.2.4")];
        var checks = CheckCatalogue.Find("AMLVNET-OUTBOUND-001")!.Evaluate(
            Routed("userDefinedRouting", null, [new("all", "0.0.0.0/0", "None"), .. halves]));
        Assert.All(checks, check => Assert.Equal(CheckStatus.Passed, check.Status));
    }

    [Fact]
    public void Half_a_way_out_is_none()
    {
        var facts = Routed("userDefinedRouting", false, new RouteFacts("high", "128.0.0.0/1", "VirtualAppliance", "10.1.2.4"));
        var route = CheckCatalogue.Find("AMLVNET-OUTBOUND-001")!.Evaluate(facts);
        Assert.Contains(route,
            check => check.Status == CheckStatus.Failed && check.Evidence.Contains("only a part", StringComparison.Ordinal));
        Assert.Equal(CheckStatus.Failed, One(facts, "AMLVNET-OUTBOUND-002").Status);
    }

    [Fact]
    public void Routing_of_ones_own_without_a_route_fails()
    {
        var facts = Routed("userDefinedRouting", false).WithSubnet(one => one with { RouteTable = Known.None<RouteTableFacts>() });
        Assert.Equal(CheckStatus.Failed, One(facts, "AMLVNET-OUTBOUND-001").Status);
        var egress = One(facts, "AMLVNET-OUTBOUND-002");
        Assert.Equal(CheckStatus.Failed, egress.Status);
        Assert.DoesNotContain("Basic", egress.Evidence, StringComparison.Ordinal);
        Assert.Contains("userDefinedRouting", egress.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_route_to_the_internet_is_no_way_out_by_itself()
    {
        RouteFacts route = new("default", "0.0.0.0/0", "Internet");
        var basic = Routed("loadBalancer", false, route).WithCluster(one => one with { LoadBalancerSku = "basic" });
        Assert.Equal(CheckStatus.Failed, One(basic, "AMLVNET-OUTBOUND-002").Status);
        Assert.Equal(CheckStatus.Warning, One(basic with { Cluster = default }, "AMLVNET-OUTBOUND-002").Status);
        var silent = One(Routed("loadBalancer", null, route).WithCluster(one => one with { LoadBalancerSku = "basic" }),
            "AMLVNET-OUTBOUND-002");
        Assert.Equal(CheckStatus.Passed, silent.Status);
        Assert.Contains("does not turn", silent.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_are_counted_in_the_cluster_and_not_in_the_compute()
    {
        var facts = Worlds.Good.WithPools(Worlds.Pool with { Count = 1, VmSize = "Standard_F16s_v2" });
        var check = One(facts, "AMLVNET-COMPUTE-001");
        Assert.Equal(CheckStatus.Failed, check.Status);
        Assert.Contains("there are 1", check.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void An_internal_address_is_the_load_balancers_or_it_is_none()
    {
        foreach (LoadBalancerFrontendFacts[] frontends in new LoadBalancerFrontendFacts[][] { [], [new("in", null, null, "20.1.1.9")],
            [new("in", "10.1.0.77", Worlds.Subnet.ToString())] })
        {
            var facts = Worlds.Good with
            {
                LoadBalancers =
                    Known.Of<IReadOnlyList<LoadBalancerFacts>>([new() { Id = "/lb/kubernetes-internal", Frontends = frontends }]),
            };
            var check = One(facts, "AMLVNET-COMPUTE-005");
            Assert.Equal(CheckStatus.Failed, check.Status);
            Assert.Contains("-Type PublicIp | Set-AmlAksLoadBalancer -Type InternalLoadBalancer", check.Recommendation,
                StringComparison.Ordinal);
        }

        var unread = Worlds.Good with { LoadBalancers = Known.Unknown<IReadOnlyList<LoadBalancerFacts>>("no permission") };
        Assert.Equal(CheckStatus.Unknown, One(unread, "AMLVNET-COMPUTE-005").Status);
    }

    [Fact]
    public void Each_subnet_that_holds_nodes_is_looked_at()
    {
        var other = Worlds.InternalSubnet.Parent!.Child("subnets", "more");
        var facts = Worlds.Good.WithPools(Worlds.Pool, Worlds.Pool with { Name = "more", SubnetId = other.ToString() }) with
        {
            OtherNodeSubnets =
            [
                new SubnetFacts
                {
                    Id = other.ToString(),
                    AddressPrefixes = ["10.1.4.0/28"],
                    UsedAddressCount = 11,
                    Delegations = ["Microsoft.Web/serverFarms"],
                    RouteTable = new RouteTableFacts { Id = Worlds.RouteTable + "2", Routes = [new("drop", "0.0.0.0/0", "None")] },
                    NetworkSecurityGroup = new NetworkSecurityGroupFacts
                    {
                        Id = Worlds.SecurityGroup + "2",
                        Rules =
                        [
                            SecurityRuleFacts.Of("in", 100, RuleDirection.Inbound, RuleAccess.Deny, "*", "*", "*"),
                            SecurityRuleFacts.Of("out", 100, RuleDirection.Outbound, RuleAccess.Deny, "*", "*", "*"),
                        ],
                    },
                },
            ],
        };
        var broken = CheckCatalogue.Run(facts, CheckStage.Posture).Where(check => check.Status is CheckStatus.Failed).ToArray();
        foreach (var id in new[]
        {
            "SUBNET-001", "SUBNET-002", "OUTBOUND-001", "RBAC-002", "NSG-001", "NSG-002", "NSG-003", "NSG-004", "NSG-005", "STORAGE-001",
        })
            Assert.Contains(broken, check => check.Id == "AMLVNET-" + id);
        // This module's commands open the first subnet's group only.
        Assert.All(broken.Where(check => check.Id is "AMLVNET-NSG-001"),
            check => Assert.StartsWith("az network ", check.Recommendation ?? "az network ", StringComparison.Ordinal));
        Assert.All(
            broken.Where(check => check.Id is "AMLVNET-NSG-004"),
            check => Assert.StartsWith("Enable-AmlStudioAccess -SubnetId ", check.Recommendation, StringComparison.Ordinal));
        Assert.DoesNotContain(CheckCatalogue.Run(facts with { OtherNodeSubnets = [] }, CheckStage.Posture),
            check => check.Status == CheckStatus.Failed);
    }

    [Fact]
    public void Addresses_are_counted_pool_by_pool()
    {
        var id = Worlds.Subnet.ToString();
        AgentPoolFacts small = new() { Name = "small", Count = 3, AutoScales = true, MaxCount = 8, MaxPods = 10, SubnetId = id };
        AgentPoolFacts big = new() { Name = "big", Count = 1, MaxPods = 30, SubnetId = id };
        // Each pool has its extra node when all are upgraded together.
        Assert.StartsWith($"{(6 * 11) + 31} needed", Evidence(small, big), StringComparison.Ordinal);
        Assert.StartsWith("6 needed", Evidence(small with { PodSubnetId = Worlds.InternalSubnet.ToString() }), StringComparison.Ordinal);

        static string Evidence(params AgentPoolFacts[] pools) =>
            One(Worlds.Good.WithPools(pools), "AMLVNET-SUBNET-001").Evidence;
    }

    [Fact]
    public void With_a_pod_CIDR_pods_take_no_addresses_of_the_subnet()
    {
        var facts = new NetworkFacts
        {
            Settings = new AddressSettings { PodCidr = "10.244.0.0/16" },
            VirtualNetwork = new VirtualNetworkFacts { AddressPrefixes = ["10.1.0.0/16"] },
            Subnet = new SubnetFacts { AddressPrefixes = ["10.1.0.0/27"] },
        };
        Assert.Equal(CheckStatus.Passed, One(facts, "AMLVNET-SUBNET-001").Status);
        Assert.Equal(CheckStatus.Failed, One(facts with { Settings = null }, "AMLVNET-SUBNET-001").Status);
    }

    [Fact]
    public void A_recommended_plan_keeps_what_was_given()
    {
        var facts = new NetworkFacts
        {
            Settings = new AddressSettings
            {
                ServiceCidr = "10.1.0.0/16",
                PodCidr = "10.0.0.0/16",
                ReservedAddressPrefixes = ["192.168.0.0/16"]
            },
            VirtualNetwork = new VirtualNetworkFacts { AddressPrefixes = ["10.1.0.0/16"] },
            Subnet = new SubnetFacts { AddressPrefixes = ["10.1.0.0/28"] },
            Compute = new ComputeFacts { Id = "(planned)", AgentCount = 50 },
        };
        const string Rest = " -PodCidr 10.0.0.0/16 -ReservedAddressPrefix 192.168.0.0/16 -AgentCount 50";
        Assert.EndsWith("-SubnetAddressPrefix 10.1.0.0/28" + Rest, One(facts, "AMLVNET-CIDR-002").Recommendation, StringComparison.Ordinal);
        Assert.EndsWith("-SubnetAddressPrefix 10.1.0.0/26" + Rest, One(facts, "AMLVNET-SUBNET-001").Recommendation,
            StringComparison.Ordinal);
        var outside = facts with { Subnet = new SubnetFacts { AddressPrefixes = ["10.9.0.0/24"] } };
        Assert.EndsWith("-SubnetAddressPrefix 10.1.0.0/24" + Rest, One(outside, "AMLVNET-CIDR-012").Recommendation,
            StringComparison.Ordinal);
        var six = facts with { VirtualNetwork = new VirtualNetworkFacts { AddressPrefixes = ["fd00::/48"] }, Subnet = default };
        Assert.All(CheckCatalogue.Run(six, CheckStage.Offline), check => Assert.Null(check.Recommendation));
    }

    [Fact]
    public void A_peering_whose_ranges_are_not_known_leaves_bridge_and_pods_open()
    {
        var facts = Worlds.Good.With(one => one with { PodCidr = "10.244.0.0/16" })
            .WithNetwork(one => one with { Peerings = [new() { Name = "ghost", State = "Connected" }] });
        foreach (var id in new[] { "AMLVNET-CIDR-003", "AMLVNET-CIDR-009", "AMLVNET-CIDR-011" })
            Assert.Equal(CheckStatus.Unknown, One(facts, id).Status);
        var six = facts.WithNetwork(
            one => one with { Peerings = [new() { Name = "six", State = "Connected", RemoteAddressPrefixes = ["fd00::/48"] }] });
        Assert.Equal(CheckStatus.Passed, One(six, "AMLVNET-CIDR-009").Status);
    }

    [Fact]
    public void Groups_of_interfaces_that_could_not_be_read_are_unknown_where_the_subnet_has_none()
    {
        var facts = Worlds.Good.WithSubnet(one => one with { NetworkSecurityGroup = Known.None<NetworkSecurityGroupFacts>() }) with
        {
            InterfaceSecurityGroups = Known.Unknown<IReadOnlyList<NetworkSecurityGroupFacts>>("no permission"),
        };
        Assert.Equal(CheckStatus.Unknown, One(facts, "AMLVNET-NSG-006").Status);
    }

    private static NetworkFacts WithStorage(Func<AssociatedResourceFacts, AssociatedResourceFacts> change) =>
        Worlds.Good with { Storage = Known.Of<IReadOnlyList<AssociatedResourceFacts>>([change(Worlds.Good.Storage.Value![0])]) };

    private static NetworkFacts Routed(string outboundType, bool? defaultOutbound, params RouteFacts[] routes) =>
        Worlds.Good.WithCluster(one => one with { OutboundType = outboundType }).WithSubnet(one => one with
        {
            DefaultOutboundAccess = defaultOutbound,
            RouteTable = new RouteTableFacts { Id = Worlds.RouteTable.ToString(), Routes = routes },
        });

    private static CheckResult One(NetworkFacts facts, string id) => Assert.Single(CheckCatalogue.Find(id)!.Evaluate(facts));

    private static CheckResult Single(NetworkFacts facts, string id, string target) =>
        Assert.Single(CheckCatalogue.Find(id)!.Evaluate(facts), check => check.Target == target);
}
