using System.Text.RegularExpressions;
using AmlVnet.Core.Security;

namespace AmlVnet.Core.Tests;

public sealed partial class CheckCatalogueTests
{
    /// <summary>For each rule: a world in which it alone is broken, and (where the good world is silent) one in which it passes.</summary>
    private static readonly Dictionary<string, (NetworkFacts Broken, NetworkFacts? Passing)> Cases = new()
    {
        ["AMLVNET-CIDR-001"] = (Worlds.Good.With(one => one with { ServiceCidr = "10.0.0.1/16" }), null),
        // In network space outside all subnets Azure allows it: a Warning.
        ["AMLVNET-CIDR-002"] = (Worlds.Good.WithNetwork(one => one with { AddressPrefixes = ["10.0.0.0/8"], Peerings = [] }), null),
        ["AMLVNET-CIDR-003"] = (Peer("10.0.0.0/20"), null),
        ["AMLVNET-CIDR-004"] = (Worlds.Good.With(one => one with { ReservedAddressPrefixes = ["10.0.128.0/17"] }), null),
        ["AMLVNET-CIDR-005"] = (
            Worlds.Good.With(one => one with { ServiceCidr = "172.30.0.0/16", DnsServiceIP = "172.30.0.10" })
                .WithCompute(one => one with { ServiceCidr = "172.30.0.0/16" })
                .WithCluster(one => one with { ServiceCidr = "172.30.0.0/16" }),
            null),
        ["AMLVNET-CIDR-006"] = (
            Service("10.32.0.0/11", "10.32.0.10"), null),
        ["AMLVNET-CIDR-007"] = (Worlds.Good.With(one => one with { DnsServiceIP = "10.0.0.1" }), null),
        ["AMLVNET-CIDR-008"] = (Worlds.Good.With(one => one with { DockerBridgeCidr = "172.17.0.0/16" }), null),
        ["AMLVNET-CIDR-009"] = (Worlds.Good.With(one => one with { DockerBridgeCidr = "10.1.0.1/24" }), null),
        ["AMLVNET-CIDR-010"] = (Worlds.Good.With(one => one with { DockerBridgeCidr = null }), null),
        ["AMLVNET-CIDR-011"] = (
            Worlds.Good.With(one => one with { PodCidr = "10.2.0.0/16" }), Worlds.Good.With(one => one with { PodCidr = "10.244.0.0/16" })),
        ["AMLVNET-CIDR-012"] = (Worlds.Good.WithNetwork(one => one with { AddressPrefixes = ["10.3.0.0/16"] })
            .WithSubnet(one => one with { NetworkSecurityGroup = Known.None<NetworkSecurityGroupFacts>() }), null),
        ["AMLVNET-CIDR-013"] = (Worlds.Good.WithCluster(one => one with { ServiceCidr = "10.5.0.0/16" }), null),
        ["AMLVNET-CIDR-014"] = (
            Worlds.Good.WithNetwork(one => one with { AddressPrefixes = [.. one.AddressPrefixes, "224.1.0.0/16"] }), null),
        ["AMLVNET-CIDR-015"] = (Service("20.0.0.0/16", "20.0.0.10"), null),
        ["AMLVNET-CIDR-016"] = (
            Worlds.Good.WithNetwork(one => one with { AddressPrefixes = ["10.1.0.0/16", "10.1.128.0/17"] }),
            Worlds.Good.WithNetwork(one => one with { AddressPrefixes = ["10.1.0.0/16", "10.3.0.0/16"] })),
        ["AMLVNET-SUBNET-005"] = (Reserved(), null),
        ["AMLVNET-CLUSTER-001"] = (Worlds.Good.WithCluster(one => one with { DisablesLocalAccounts = true }), null),
        ["AMLVNET-CLUSTER-002"] = (Office("198.51.100.0/24"), Office("198.51.100.0/24", "192.88.96.0/28", "192.88.97.0/28")),
        ["AMLVNET-CLUSTER-003"] = (Worlds.Good.WithCluster(one => one with { KubernetesVersion = "1.27.9" }), null),
        ["AMLVNET-CLUSTER-004"] = (Worlds.Good.WithPools(Worlds.Pool with { VmSize = "Standard_D3_v2" }), null),
        ["AMLVNET-WORKSPACE-001"] = (Worlds.Good.WithWorkspace(one => one with { ManagedNetworkMode = "AllowInternetOutbound" }), null),
        ["AMLVNET-WORKSPACE-002"] = (Worlds.Good.WithWorkspace(one => one with { Kind = "Hub" }), null),
        ["AMLVNET-WORKSPACE-003"] = (Worlds.Good.WithWorkspace(one => one with { IsV1Only = true }), null),
        ["AMLVNET-SUBNET-001"] = (Worlds.Good.WithSubnet(one => one with { UsedAddressCount = 251 }), null),
        ["AMLVNET-PODS-001"] = (Overlay("10.244.0.0/24", 3), Overlay("10.244.0.0/22", 3)),
        ["AMLVNET-PODS-002"] = (Kubenet(400), Kubenet(399)),
        ["AMLVNET-PODS-003"] = (PodSubnet("10.1.3.0/26"), PodSubnet("10.1.3.0/24")),
        ["AMLVNET-SUBNET-002"] = (Worlds.Good.WithSubnet(one => one with { Delegations = ["Microsoft.Web/serverFarms"] }), null),
        ["AMLVNET-SUBNET-003"] = (Worlds.Good.WithCompute(one => one with { LoadBalancerSubnet = "aks-subnet" }), null),
        ["AMLVNET-SUBNET-004"] = (InternalPlace(used: 11), null),
        ["AMLVNET-REGION-001"] = (Worlds.Good.WithNetwork(one => one with { Location = "westeurope" }), null),
        ["AMLVNET-REGION-002"] = (
            Worlds.Good with { Workspace = Worlds.Good.Workspace.Value! with { Location = "westus" } }, null),
        ["AMLVNET-REGION-003"] = (
            Worlds.Good.WithCluster(one => one with { Id = one.Id.Replace("1111", "9999", StringComparison.Ordinal) })
                .WithCompute(one => one with { ClusterId = one.ClusterId!.Replace("1111", "9999", StringComparison.Ordinal) }),
            null),
        ["AMLVNET-STORAGE-001"] = (
            Worlds.Good with
            {
                Storage = Known.Of<IReadOnlyList<AssociatedResourceFacts>>(
                    [Worlds.Good.Storage.Value![0]
                        with { AllowedSubnetIds = [ArmId.ForSubnet(Worlds.Sub, "mygroup", "othernetwork", "s").ToString()] }]),
            },
            null),
        ["AMLVNET-KEYVAULT-001"] = (
            Worlds.Good with { KeyVaults = Beside("vaults/v", one => one with { AllowedSubnetIds = [] }) },
            Worlds.Good with { KeyVaults = Beside("vaults/v") }),
        ["AMLVNET-REGISTRY-001"] = (
            Worlds.Good with { ContainerRegistries = Beside("registries/r") },
            Worlds.Good with
            {
                ContainerRegistries =
                Beside("registries/r", one => one with { PrivateEndpoints = [Endpoint(linked: true)] })
            }),
        ["AMLVNET-STORAGE-002"] = (
            Worlds.Good with { Storage = Beside("storageAccounts/s", one => one with { PrivateEndpoints = [Endpoint(linked: false)] }) },
            Worlds.Good with { Storage = Beside("storageAccounts/s", one => one with { PrivateEndpoints = [Endpoint(linked: true)] }) }),
        ["AMLVNET-KEYVAULT-002"] = (
            Worlds.Good with { KeyVaults = Beside("vaults/v", one => one with { PrivateEndpoints = [Endpoint(linked: false)] }) },
            Worlds.Good with { KeyVaults = Beside("vaults/v", one => one with { PrivateEndpoints = [Endpoint(linked: true)] }) }),
        ["AMLVNET-REGISTRY-002"] = (
            Worlds.Good with
            {
                ContainerRegistries =
                Beside("registries/r", one => one with { PrivateEndpoints = [Endpoint(linked: false)] })
            },
            Worlds.Good with
            {
                ContainerRegistries =
                Beside("registries/r", one => one with { PrivateEndpoints = [Endpoint(linked: true)] })
            }),
        ["AMLVNET-RBAC-001"] =
            (InternalPlace(used: 0) with { Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.Subnet)] } }, null),
        ["AMLVNET-RBAC-002"] = (
            InternalPlace(used: 0) with { Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.InternalSubnet)] } },
            InternalPlace(used: 0)),
        ["AMLVNET-RBAC-003"] = (
            Worlds.Good.WithCluster(one => one with { NetworkPlugin = "kubenet" }),
            Worlds.Good.WithCluster(one => one with { NetworkPlugin = "kubenet" }) with
            {
                Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.Subnet), Worlds.Assign(Worlds.RouteTable)] },
            }),
        ["AMLVNET-RBAC-004"] = (Worlds.Good with { Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.Group)] } }, null),
        ["AMLVNET-RBAC-005"] = (Worlds.Good with { Identity = Known.None<AksClusterIdentity>("The cluster's identity is None.") }, null),
        ["AMLVNET-RBAC-006"] = (Worlds.Good with { DenyAssignments = Denies(Worlds.Principal) },
            Worlds.Good with { DenyAssignments = Denies("somebody else") }),
        ["AMLVNET-LOCK-001"] = (Worlds.Good with { Locks = Locks("ReadOnly") }, Worlds.Good with { Locks = Locks() }),
        ["AMLVNET-COMPUTE-001"] = (Worlds.Good.WithCompute(one => one with { AgentCount = 2, AgentVmSize = "Standard_D8s_v3" })
            .WithPools(Worlds.Pool with { Count = 2, VmSize = "Standard_D8s_v3" }), null),
        ["AMLVNET-COMPUTE-002"] = (Worlds.Good.WithCompute(one => one with { AgentVmSize = "Standard_D2s_v5" })
            .WithPools(Worlds.Pool with { VmSize = "Standard_D2s_v5" }), null),
        ["AMLVNET-COMPUTE-003"] = (
            Worlds.Good with
            {
                Attachments = Known.Of<IReadOnlyList<AttachedClusterFacts>>(
                [
                    new(Worlds.Compute.ToString(), Worlds.Cluster.ToString(), "aks"),
                    new(Worlds.Workspace.Child("computes", "again").ToString(), Worlds.Cluster.ToString().ToUpperInvariant(), "AKS"),
                ]),
            },
            null),
        ["AMLVNET-COMPUTE-004"] = (
            Worlds.Good.WithCompute(one => one with
            {
                ProvisioningState = "Failed",
                Errors = [new() { Code = "BadRequest", Message = "x",
                    Inner = [new() { Message = "Scoring FE IP address not updated yet." }] }],
            }),
            null),
        ["AMLVNET-COMPUTE-005"] = (Worlds.Good.WithCompute(one => one with { ScoringIPAddress = "10.1.5.4" }), null),
        ["AMLVNET-COMPUTE-006"] = (Worlds.Good.WithCompute(one => one with { SslStatus = "Auto", SslLeafDomainLabel = "mylabel" }), null),
        ["AMLVNET-COMPUTE-007"] = (
            Worlds.Good.WithCluster(one => one with { NetworkPlugin = "kubenet" })
                .WithSubnet(one => one with { RouteTable = Known.None<RouteTableFacts>() }),
            null),
        ["AMLVNET-COMPUTE-008"] = (Worlds.Good.WithCluster(one => one with { LoadBalancerSku = "basic" }), null),
        ["AMLVNET-COMPUTE-009"] = (
            Worlds.Good.WithCluster(one => one with { IsPrivateCluster = true, HasPublicFqdn = true }),
            Worlds.Good.WithCluster(one => one with { IsPrivateCluster = true })),
        ["AMLVNET-NSG-001"] = (Worlds.Good.WithRules(Deny("no-web", 200, RuleDirection.Inbound, "10.2.0.0/16", "*", "80")), null),
        ["AMLVNET-NSG-002"] = (Worlds.Good.WithRules(Deny("no-probe", 300, RuleDirection.Inbound, "AzureLoadBalancer", "*", "*")), null),
        ["AMLVNET-NSG-003"] = (
            Worlds.Good.WithRules(
            [
                .. RequiredOutbound.Cluster("eastus2").Concat(RequiredOutbound.Studio).Append(RequiredOutbound.ApiServer("eastus2"))
                    .Select((need, i) =>
                    Deny($"allow{i}", 200 + i, RuleDirection.Outbound, "*", need.ServiceTag, need.Port) with { Access = RuleAccess.Allow }),
                Deny("no-internet", 4000, RuleDirection.Outbound, "*", "Internet", "*"),
            ]),
            null),
        ["AMLVNET-NSG-004"] =
            (Worlds.Good.WithRules(Deny("no-entra", 100, RuleDirection.Outbound, "*", "AzureActiveDirectory", "*")), null),
        ["AMLVNET-NSG-005"] =
            (Worlds.Good.WithRules(Deny("no-studio", 100, RuleDirection.Outbound, "*", "AzureFrontDoor.Frontend", "443")), null),
        ["AMLVNET-NSG-006"] = (
            Worlds.Good.WithRules(
                Deny("no-8080", 100, RuleDirection.Inbound, "10.9.0.0/16", "*", "8000-9000"),
                Deny("yes-8080", 200, RuleDirection.Inbound, "10.9.0.0/16", "10.1.0.0/24", "8080") with { Access = RuleAccess.Allow }),
            null),
        ["AMLVNET-NSG-007"] =
            (Worlds.Good.WithRules(Deny("no-nodes", 300, RuleDirection.Inbound, "10.1.0.0/24", "10.1.0.0/24", "10250")), null),
        ["AMLVNET-NSG-008"] = (Worlds.Good.WithRules(Deny("no-api", 100, RuleDirection.Outbound, "*", "AzureCloud.eastus2", "443")), null),
        ["AMLVNET-NSG-009"] =
            (Worlds.Good.WithRules(Deny("no-tunnel", 100, RuleDirection.Outbound, "*", "AzureCloud.eastus2", "9000")), null),
        ["AMLVNET-KUBERNETES-001"] =
            (Route(one => one with { Extensions = Extensions(KubernetesWorlds.GoodExtension with { State = "Failed" }) }),
                KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-002"] = (Route(one => one with
        {
            Extensions = Extensions(KubernetesWorlds.GoodExtension,
                KubernetesWorlds.GoodExtension with { Id = KubernetesWorlds.Extension + "2", State = "Failed" }),
        }), KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-003"] = (KubernetesWorlds.With(("inferenceRouterServiceType", "NodePort")), KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-004"] = (KubernetesWorlds.Good.WithFronts(
            KubernetesWorlds.Front("10.1.0.200") with { SubnetId = Worlds.InternalSubnet.ToString() }), KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-005"] =
            (KubernetesWorlds.Good.WithCluster(one => one with { HasServicePrincipal = true }), KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-006"] = (KubernetesWorlds.Good.WithPools(Worlds.Pool with { Count = 2 }), KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-007"] =
            (KubernetesWorlds.Good.WithPools(Worlds.Pool with { VmSize = "Standard_D2s_v5" }), KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-008"] =
            (KubernetesWorlds.Good.WithCluster(one => one with { LoadBalancerSku = "basic" }), KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-009"] = (Bound(),
            Bound(new TrustedAccessFacts("/binding", Worlds.Workspace.ToString(), [TrustedAccessFacts.WorkspaceRole], "Succeeded"))),
        ["AMLVNET-KUBERNETES-010"] =
            (KubernetesWorlds.Good.WithCluster(
                one => one with { Id = one.Id.Replace(Worlds.Sub, "22222222-2222-3333-4444-555555555555", StringComparison.Ordinal) }),
                KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-011"] = (KubernetesWorlds.Good.WithWorkspace(one => one with { IsV1Only = true }), KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-012"] = (Route(one => one with { Registration = "NotRegistered" }), KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-013"] = (KubernetesWorlds.Good
            with
        { Subnet = Known.None<SubnetFacts>("The cluster is in a network that AKS made.") }, KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-014"] = (KubernetesWorlds.Good.WithCluster(one => one with { Sku = "Automatic" }), KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-015"] = (KubernetesWorlds.Good with
        {
            Attachments = Known.Of<IReadOnlyList<AttachedClusterFacts>>(
                [new(Worlds.Workspace.Child("computes", "old").ToString(), Worlds.Cluster.ToString(), "AKS")]),
        }, KubernetesWorlds.Good),
        ["AMLVNET-KUBERNETES-016"] = (KubernetesWorlds.ByUserIdentity("Reader"),
            KubernetesWorlds.ByUserIdentity("Reader", "Kubernetes Extension Contributor", "Azure Kubernetes Service Cluster Admin Role")),
        ["AMLVNET-OUTBOUND-003"] = (
            Worlds.Good.WithNetwork(one => one with { DnsServers = ["172.20.0.4"] }),
            Worlds.Good.WithNetwork(one => one with { DnsServers = ["10.2.0.4"] })),
        ["AMLVNET-OUTBOUND-001"] = (
            Worlds.Good.WithSubnet(one => one with
            {
                RouteTable = new RouteTableFacts { Id = Worlds.RouteTable.ToString(), Routes = [new("drop", "0.0.0.0/0", "None")] },
            }),
            null),
        ["AMLVNET-OUTBOUND-002"] = (Worlds.Good.WithCluster(one => one with { OutboundType = "none" }), null),
    };

    [Theory]
    [InlineData("20.1.2.3", "| Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName 'default'")]
    [InlineData("10.1.5.4",
        "| Set-AmlAksLoadBalancer -Type PublicIp | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName 'default'")]
    public void A_private_address_in_another_subnet_takes_a_switch_there_and_back(string address, string mend)
    {
        var world = Worlds.Good.WithCompute(one => one with { ScoringIPAddress = address });

        var result = Assert.Single(CheckCatalogue.Find("AMLVNET-COMPUTE-005")!.Evaluate(world));

        Assert.EndsWith(mend, result.Recommendation, StringComparison.Ordinal);
        Assert.Equal(mend.Contains("PublicIp", StringComparison.Ordinal),
            result.Recommendation!.Contains("PublicIp", StringComparison.Ordinal));
    }

    public static TheoryData<string> RuleIds => [.. CheckCatalogue.Rules.Select(rule => rule.Id)];

    [Fact]
    public void Every_rule_has_its_worlds_and_every_world_a_rule() =>
        Assert.Equal(CheckCatalogue.Rules.Select(rule => rule.Id).Order(), Cases.Keys.Order());

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void A_rule_passes_in_a_good_world(string id)
    {
        var results = CheckCatalogue.Find(id)!.Evaluate(Cases[id].Passing ?? Worlds.Good);
        Assert.All(results, result => Assert.True(result.Status == CheckStatus.Passed, result.ToString()));
    }

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void A_rule_alone_is_broken_in_its_world(string id)
    {
        var results = CheckCatalogue.Run(Cases[id].Broken, CheckStage.All);
        // What no page says stays unknown whatever is read.
        var broken = results.Where(result => result.Status is CheckStatus.Failed or CheckStatus.Warning
            || (id == "AMLVNET-KUBERNETES-014" && result.Id == id)).ToArray();
        Assert.NotEmpty(broken);
        Assert.All(broken, result => Assert.True(Allowed(id, result.Id), result.ToString()));
        Assert.Contains(broken, result => result.Id == id);
        Assert.All(broken.Where(result => result.Id == id), result =>
        {
            Assert.NotEmpty(result.Evidence);
            Assert.NotEmpty(result.Target);
            // A network in another subscription can't be mended by one command, and ports that nobody needs are not to be opened.
            if (id is not "AMLVNET-CIDR-014" and not "AMLVNET-WORKSPACE-001" and not "AMLVNET-WORKSPACE-002" and not "AMLVNET-CIDR-016"
                and not "AMLVNET-REGION-003" and not "AMLVNET-KUBERNETES-013" and not "AMLVNET-KUBERNETES-014" and not "AMLVNET-NSG-009"
                and not "AMLVNET-CIDR-012" and not "AMLVNET-REGION-001"
                and not "AMLVNET-REGION-002")
                Assert.Matches("^(New|Get|Set|Grant|Revoke|Enable|Remove|Install|Update)-A(ml|ks)|^az ", result.Recommendation);
        });
    }

    private static NetworkFacts Route(Func<KubernetesRouteFacts, KubernetesRouteFacts> change) => KubernetesWorlds.Good.WithRoute(change);

    private static Known<IReadOnlyList<ExtensionFacts>> Extensions(params ExtensionFacts[] extensions) =>
        Known.Of<IReadOnlyList<ExtensionFacts>>(extensions);

    private static NetworkFacts Bound(params TrustedAccessFacts[] bindings) =>
        KubernetesWorlds.Good.WithCluster(static one => one with { DisablesLocalAccounts = true })
        .WithRoute(one => one with { TrustedAccess = Known.Of<IReadOnlyList<TrustedAccessFacts>>(bindings) });

    // Where the world cannot break one rule without the other, the other is named here.
    private static bool Allowed(string id, string broken) => id == broken || (id, broken) switch
    {
        ("AMLVNET-RBAC-003" or "AMLVNET-PODS-002", "AMLVNET-COMPUTE-007") => true,
        // The ports of older clusters have no tag of their own to be let through by.
        ("AMLVNET-NSG-003", "AMLVNET-NSG-009") => true,
        // Another kind of router has no frontend; a cluster of another subscription is another one altogether.
        ("AMLVNET-KUBERNETES-010", "AMLVNET-REGION-003" or "AMLVNET-CIDR-013" or "AMLVNET-COMPUTE-004") => true,
        _ => false,
    };

    [Fact]
    public void Unreadable_parts_are_unknown_and_never_a_pass()
    {
        const string Why = "AuthorizationFailed: no permission to read it";
        var blind = new NetworkFacts
        {
            Settings = Worlds.HowTo,
            Workspace = Known.Unknown<WorkspaceFacts>(Why),
            Compute = Known.Unknown<ComputeFacts>(Why),
            Attachments = Known.Unknown<IReadOnlyList<AttachedClusterFacts>>(Why),
            Cluster = Known.Unknown<ClusterFacts>(Why),
            VirtualNetwork = Known.Unknown<VirtualNetworkFacts>(Why),
            Subnet = Known.Unknown<SubnetFacts>(Why),
            LoadBalancerSubnet = Known.Unknown<SubnetFacts>(Why),
            Identity = Known.Unknown<AksClusterIdentity>(Why),
            Roles = Known.Unknown<RoleFacts>(Why),
            LoadBalancers = Known.Unknown<IReadOnlyList<LoadBalancerFacts>>(Why),
            InterfaceSecurityGroups = Known.Unknown<IReadOnlyList<NetworkSecurityGroupFacts>>(Why),
            Storage = Known.Unknown<IReadOnlyList<AssociatedResourceFacts>>(Why),
            KeyVaults = Known.Unknown<IReadOnlyList<AssociatedResourceFacts>>(Why),
            ContainerRegistries = Known.Unknown<IReadOnlyList<AssociatedResourceFacts>>(Why),
        };
        var results = CheckCatalogue.Run(blind, CheckStage.All);
        var typed = new[] { "CIDR-001", "CIDR-005", "CIDR-006", "CIDR-007", "CIDR-008", "CIDR-010", "CIDR-014", "CIDR-015" };
        Assert.All(results.Where(result => !typed.Any(id => result.Id.EndsWith(id, StringComparison.Ordinal))), result =>
            Assert.True(result.Status is CheckStatus.Unknown or CheckStatus.NotApplicable, result.ToString()));
        Assert.Contains(results,
            result => result.Status == CheckStatus.Unknown && result.Evidence.Contains("AuthorizationFailed", StringComparison.Ordinal));
    }

    private static Known<IReadOnlyList<DenyAssignmentFacts>> Denies(string principal) =>
        Known.Of<IReadOnlyList<DenyAssignmentFacts>>([new DenyAssignmentFacts
    {
        Id = "/d1",
        Scope = Worlds.Group.ToString(),
        Permissions = [new(["Microsoft.Network/*/join/action"], [])],
        Principals = [new(principal, "ServicePrincipal")],
        IsSystemProtected = false,
    }]);

    /// <summary>The locks of the network's group, as one list of the subscription has them.</summary>
    private static LockList[] Locks(params string[] levels) =>
        [new($"/subscriptions/{Worlds.Group.SubscriptionId}", Known.Of<IReadOnlyList<LockFacts>>(
            [.. levels.Select(
                level => new LockFacts($"{Worlds.Group}/providers/Microsoft.Authorization/locks/l", Worlds.Group.ToString(), level))]))];

    /// <summary>The load balancer in the subnet of gateways.</summary>
    private static NetworkFacts Reserved()
    {
        var place = Worlds.Network.Child("subnets", "GatewaySubnet").ToString();
        var good = Worlds.Good.WithCompute(one => one with { LoadBalancerSubnet = "GatewaySubnet", ScoringIPAddress = "10.1.9.9" });
        return good with
        {
            LoadBalancerSubnet = new SubnetFacts
            {
                Id = place,
                AddressPrefixes = ["10.1.9.0/27"],
                UsedAddressCount = 1,
                RouteTable = Known.None<RouteTableFacts>()
            },
            LoadBalancers = Known.Of<IReadOnlyList<LoadBalancerFacts>>(
                [Worlds.Good.LoadBalancers.Value![0],
                    new() { Id = "/lb/kubernetes-internal", Sku = "Standard", Frontends = [new("in", "10.1.9.9", place)] }]),
            Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.Subnet), Worlds.Assign(ArmId.Parse(place))] },
        };
    }

    /// <summary>An API server that lets some ranges in, in a region whose control plane the list of service tags tells apart.</summary>
    private static NetworkFacts Office(params string[] ranges) =>
        Worlds.Good.WithCluster(one => one with { AuthorizedIPRanges = ranges }) with
        {
            ServiceTags = new Dictionary<string, IReadOnlyList<string>>
            {
                ["AzureMachineLearning"] = ["192.88.96.0/28", "192.88.97.0/28", "192.88.98.0/28"],
                ["AzureMachineLearning.EastUS2"] = ["192.88.96.0/28"],
                ["AzureMachineLearning.CentralUS"] = ["192.88.97.0/28"],
            },
        };

    [Fact]
    public void Nothing_given_is_not_applicable_everywhere() => Assert.All(
        CheckCatalogue.Run(new NetworkFacts(), CheckStage.All), result => Assert.Equal(CheckStatus.NotApplicable, result.Status));

    [Fact]
    public void Ids_are_unique_well_formed_and_found_in_any_case()
    {
        Assert.All(CheckCatalogue.Rules, rule => Assert.Matches(IdPattern(), rule.Id));
        Assert.Equal(CheckCatalogue.Rules.Count, CheckCatalogue.Rules.Select(rule => rule.Id).Distinct().Count());
        Assert.NotNull(CheckCatalogue.Find("amlvnet-cidr-002"));
        Assert.Equal(["NOPE"], CheckCatalogue.UnknownIds(["amlvnet-rbac-001", "NOPE"]));
        Assert.DoesNotContain(
            CheckCatalogue.Run(Worlds.Good, CheckStage.All, ["amlvnet-cidr-002"]), result => result.Id == "AMLVNET-CIDR-002");
    }

    [Fact]
    public void Every_rule_names_a_public_source_and_its_section()
    {
        Assert.All(CheckCatalogue.Rules, rule =>
        {
            Assert.Equal("https", rule.Source.Scheme);
            Assert.True(rule.Source.Host is "learn.microsoft.com" or "github.com", rule.Source.Host);
            Assert.Equal(rule.Source, new Uri(rule.Reference, UriKind.Absolute));
            Assert.StartsWith("https://", rule.Reference, StringComparison.Ordinal);
            Assert.NotEqual(CheckStage.None, rule.Stages);
        });
    }

    [Fact]
    public void Before_creating_only_what_concerns_it_is_looked_at()
    {
        var results = CheckCatalogue.Run(Worlds.Good, CheckStage.Create);
        Assert.DoesNotContain(results, result => result.Id.Contains("RBAC", StringComparison.Ordinal));
        Assert.Contains(results, result => result.Id == "AMLVNET-CIDR-002");
        Assert.Contains(CheckCatalogue.Run(Worlds.Good, CheckStage.SwitchLoadBalancer), result => result.Id == "AMLVNET-RBAC-001");
    }

    private static SecurityRuleFacts Deny(string name, int priority, RuleDirection direction, string source, string destination,
        string port) => new()
        {
            Name = name,
            Priority = priority,
            Direction = direction,
            Access = RuleAccess.Deny,
            Protocol = "Tcp",
            SourceAddressPrefixes = [source],
            DestinationAddressPrefixes = [destination],
            DestinationPortRanges = [port],
        };

    private static NetworkFacts Overlay(string range, int nodes) => Worlds.Good.WithPools(Worlds.Pool with { Count = nodes })
        .WithCluster(one => one with { NetworkPluginMode = "overlay", PodCidr = range });

    private static NetworkFacts Kubenet(int nodes) => Worlds.Good.WithPools(Worlds.Pool with { Count = nodes, VmSize = "Standard_D4s_v5" })
        .WithCluster(one => one with { NetworkPlugin = "kubenet", PodCidr = "10.128.0.0/9" })
        .WithSubnet(one => one with { RouteTable = Known.None<RouteTableFacts>() });

    private static NetworkFacts PodSubnet(string range)
    {
        var id = Worlds.Network.Child("subnets", "pods").ToString();
        return Worlds.Good.WithPools(Worlds.Pool with { PodSubnetId = id, MaxCount = 4, MinCount = 3, AutoScales = true }) with
        {
            PodSubnets = [new SubnetFacts { Id = id, AddressPrefixes = [range], UsedAddressCount = 0 }],
            Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.Subnet), Worlds.Assign(Worlds.Network.Child("subnets", "pods"))] },
        };
    }

    /// <summary>A closed resource of the workspace that lets the nodes' subnet in.</summary>
    private static Known<IReadOnlyList<AssociatedResourceFacts>> Beside(string name,
        Func<AssociatedResourceFacts, AssociatedResourceFacts>? change = null)
    {
        var id = ArmId.ForResourceGroup(Worlds.Sub, "myworkspacegroup") + "/providers/Microsoft.Any/" + name;
        AssociatedResourceFacts one = new()
        {
            Id = id,
            DefaultAction = "Deny",
            PublicNetworkAccess = "Enabled",
            AllowedSubnetIds = [Worlds.Subnet.ToString()],
            PrivateEndpoints = [],
        };
        return Known.Of<IReadOnlyList<AssociatedResourceFacts>>([change?.Invoke(one) ?? one]);
    }

    private static PrivateEndpointFacts Endpoint(bool linked) => new(
        Worlds.Group.Extension("Microsoft.Network", "privateEndpoints", "pe").ToString(), Worlds.InternalSubnet.ToString())
    {
        Zones = Known.Of<IReadOnlyList<PrivateZoneFacts>>(
        [
            new(Worlds.Group.Extension("Microsoft.Network", "privateDnsZones", "privatelink.any.net").ToString(),
                linked ? [Worlds.Network.ToString().ToUpperInvariant()] : []),
        ]),
    };

    private static NetworkFacts Peer(string range) =>
        Worlds.Good.WithNetwork(
            one => one with { Peerings = [new() { Name = "hub", State = "Connected", RemoteAddressPrefixes = [range] }] });

    private static NetworkFacts Service(string range, string dns) =>
        Worlds.Good.With(one => one with { ServiceCidr = range, DnsServiceIP = dns })
        .WithCompute(one => one with { ServiceCidr = range }).WithCluster(one => one with { ServiceCidr = range });

    private static NetworkFacts InternalPlace(int used) =>
        Worlds.Good.WithCompute(one => one with { LoadBalancerSubnet = "internal", ScoringIPAddress = "10.1.2.4" })
            .WithNetwork(one => one with
            {
                Subnets = [one.Subnets[0], one.Subnets[1] with { UsedAddressCount = used }],
            }) with
        { LoadBalancers = default };

    [GeneratedRegex("^AMLVNET-(CIDR|KUBERNETES|SUBNET|PODS|REGION|STORAGE|RBAC|"
        + "COMPUTE|NSG|OUTBOUND|KEYVAULT|REGISTRY|CLUSTER|WORKSPACE|LOCK)-[0-9]{3}$")]
    private static partial Regex IdPattern();
}
