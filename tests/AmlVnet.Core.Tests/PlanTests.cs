using System.Reflection;
using AmlVnet.Core.Changes;

namespace AmlVnet.Core.Tests;

/// <summary>Plans are made of facts and a wish, without a server.</summary>
public sealed class PlanTests
{
    private static readonly ArmId Id = ArmId.ForWorkspace(Worlds.Sub, "mygroup", "myworkspace").Child("computes", "myaks");
    private static readonly ArmId Nodes = ArmId.ForSubnet(Worlds.Sub, "mygroup", "mynetwork", "default");

    private static AksCompute Compute => new()
    {
        Id = Id.ToString(),
        Name = "myaks",
        ResourceGroupName = "mygroup",
        WorkspaceName = "myworkspace",
        SubscriptionId = Worlds.Sub,
        ProvisioningState = "Succeeded",
        ClusterId = Worlds.Cluster.ToString(),
        LoadBalancerType = LoadBalancerType.PublicIp,
        ScoringIPAddress = "20.1.2.3",
        IsPrivate = false,
    };

    [Fact]
    public void A_step_is_data_and_nothing_else()
    {
        var steps = typeof(Step).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(Step))).ToArray();
        Assert.Equal(
            [
                "AssignRole", "DeleteAddressRecord", "DeleteExtension", "DeleteRule", "DetachKubernetesCompute", "GrantTrustedAccess",
                "Later",
                "PutAddressRecord", "PutCompute", "PutExtension", "PutKubernetesCompute", "PutRule", "RegisterProvider", "RemoveCompute",
                "RevokeTrustedAccess",
                "RunInCluster",
                "SetLoadBalancer", "TurnOffLegacyMode", "UnassignRole",
            ],
            steps.Select(static type => type.Name).Order(StringComparer.Ordinal));
        Assert.All(steps.Append(typeof(Plan)), static type => Assert.All(
            type.GetProperties(BindingFlags.Instance | BindingFlags.Public),
            static property => Assert.False(typeof(Delegate).IsAssignableFrom(property.PropertyType), property.Name)));
    }

    [Fact]
    public void A_switch_says_what_is_and_what_will_be()
    {
        var step = Assert.IsType<SetLoadBalancer>(Assert.Single(Switch(Compute).Steps));
        Assert.Equal(
            "Set the load balancer of myaks: PublicIp -> InternalLoadBalancer with an address of subnet default (scoring address now "
                + "20.1.2.3)", step.Sentence);
        Assert.Contains(new ValueChange("loadBalancerType", "PublicIp", "InternalLoadBalancer"), step.Values);
        Assert.Equal(new NeededAction(Id.ToString(), "Microsoft.MachineLearningServices/workspaces/computes/write"),
            Assert.Single(step.Needs));
    }

    [Fact]
    public void A_switch_that_is_done_is_no_step()
    {
        var inside = Compute with
        {
            LoadBalancerType = LoadBalancerType.InternalLoadBalancer,
            LoadBalancerSubnet = "DEFAULT",
            IsPrivate = true
        };
        Assert.True(Switch(inside, isPrivate: true).IsDone);
        // The word alone is not enough: the address tells.
        Assert.False(Switch(inside, isPrivate: false).IsDone);
        Assert.False(Switch(inside with { ProvisioningState = "Failed" }, isPrivate: true).IsDone);
    }

    [Fact]
    public void A_planned_grant_takes_away_its_own_findings_only()
    {
        CheckResult Failed(string id) =>
            new() { Id = id, Title = "t", Severity = CheckSeverity.Error, Status = CheckStatus.Failed, Target = "x", Evidence = "e" };
        var plan = LoadBalancerPlan.Make(Compute,
            new LoadBalancerWish { Type = LoadBalancerType.InternalLoadBalancer, IsGrantPlanned = true }, Nodes, false,
            [Failed("AMLVNET-RBAC-001"), Failed("AMLVNET-SUBNET-003")], null);
        Assert.Equal("AMLVNET-SUBNET-003", Assert.Single(plan.Blocking).Id);
    }

    [Fact]
    public void A_public_load_balancer_takes_no_subnet() =>
        Assert.Equal("InvalidCombination", Assert.Throws<AmlVnetException>(
            static () =>
                LoadBalancerPlan.Require(new LoadBalancerWish { Type = LoadBalancerType.PublicIp, SubnetName = "default" })).ErrorId);

    [Fact]
    public void One_scope_for_two_subnets_is_one_assignment_with_a_derived_name()
    {
        var other = Nodes.Parent!.Child("subnets", "lb");
        var plan = RolePlans.Grant(Wish(NetworkScopeLevel.ResourceGroup), [(Nodes, None), (other, None)]);
        var step = Assert.IsType<AssignRole>(Assert.Single(plan.Steps));
        Assert.True(plan.NeedsAllSteps);
        Assert.Equal(step.AssignmentId,
            Assert.IsType<AssignRole>(RolePlans.Grant(Wish(NetworkScopeLevel.ResourceGroup), [(other, None)]).Steps[0]).AssignmentId);
        Assert.Equal(2, RolePlans.Grant(Wish(NetworkScopeLevel.Subnet), [(Nodes, None), (other, None)]).Steps.Count);
    }

    [Fact]
    public void A_scope_that_does_not_hold_the_subnet_is_refused() => Assert.Equal("ScopeDoesNotHold", Assert.Throws<AmlVnetException>(
        static () => RolePlans.Grant(Wish(NetworkScopeLevel.Subnet) with { Scope = ArmId.ForResourceGroup(Worlds.Sub, "elsewhere") },
            [(Nodes, None)])).ErrorId);

    [Theory]
    [InlineData(true, false, 0)]
    [InlineData(false, false, 1)]
    [InlineData(false, true, 1)]
    public void A_right_that_another_cluster_has_too_stays_where_it_is_asked_to(bool isKept, bool isSearched, int steps)
    {
        var scope = Nodes.Parent!;
        var own = (scope, RolePlans.AssignmentAt(scope, Worlds.Principal, RolePlans.RoleFor(Nodes)));
        var plan = RolePlans.Revoke(Wish(NetworkScopeLevel.VirtualNetwork), [own], [new IdentitySharer("other", false, [Nodes])], [Nodes],
            isKept, isSearched);
        Assert.Equal(steps, plan.Steps.Count);
        Assert.Contains("so does other", Assert.Single(plan.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_creation_is_filled_up_with_the_defaults_and_says_where_it_is_public()
    {
        var step = Assert.IsType<PutCompute>(Assert.Single(ComputePlans.Create(new ComputeWish
        {
            Id = Id,
            WorkspaceLocation = "East US 2",
            Settings = new AksComputeSettings { SubnetId = Nodes.ToString(), ServiceCidr = "10.0.0.0/16" },
        }, []).Steps));
        Assert.Equal((3, "Standard_D3_v2", "eastus2"),
            (step.Wish.Settings.AgentCount, step.Wish.Settings.AgentVmSize, step.Wish.Settings.Location));
        Assert.Equal("East US 2", step.Wish.WorkspaceLocation);
        Assert.Contains("in subnet default of mynetwork, service CIDR 10.0.0.0/16", step.Sentence, StringComparison.Ordinal);
        Assert.Contains(step.Needs, static need => need.Action == "Microsoft.Network/virtualNetworks/subnets/join/action");
    }

    [Fact]
    public void An_attachment_needs_the_clusters_credential()
    {
        var step = Assert.IsType<PutCompute>(Assert.Single(ComputePlans.Attach(
            new ComputeWish { Id = Id, Settings = new AksComputeSettings(), Cluster = Worlds.Cluster, ClusterLocation = "westus" },
            []).Steps));
        Assert.Contains(new NeededAction(Worlds.Cluster.ToString(),
            "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action"), step.Needs);
        Assert.Null(step.Wish.Settings.AgentCount);
    }

    [Theory]
    [InlineData("Deleting", "WrongState")]
    [InlineData("Failed", "ComputeFailed")]
    public void A_compute_that_can_not_be_had_is_refused(string state, string errorId) =>
        Assert.Equal(errorId, Assert.Throws<AmlVnetException>(
        () => ComputePlans.Existing(new ComputeWish { Id = Id, Settings = new AksComputeSettings() },
            Compute with { ProvisioningState = state, ClusterId = null },
            Compute)).ErrorId);

    [Fact]
    public void A_removal_says_what_becomes_of_the_cluster()
    {
        Assert.Contains("stays", Assert.Single(ComputePlans.Remove(Id, Compute, UnderlyingResourceAction.Detach, true).Steps).Sentence,
            StringComparison.Ordinal);
        Assert.Equal("AttachedNotDeleted", Assert.Throws<AmlVnetException>(
            static () => ComputePlans.Remove(Id, Compute with { IsAttached = true }, UnderlyingResourceAction.Delete, true)).ErrorId);
        Assert.Single(ComputePlans.Remove(Id, null, UnderlyingResourceAction.Detach, true).Warnings);
    }

    [Fact]
    public void Rules_are_planned_where_the_group_stops_the_traffic_and_nowhere_else()
    {
        var closed = Worlds.Good.WithSubnet(static one => one with
        {
            NetworkSecurityGroup = new NetworkSecurityGroupFacts
            {
                Id = $"{Worlds.Group}/providers/Microsoft.Network/networkSecurityGroups/mynsg",
                Rules =
                [
                    new SecurityRuleFacts
                    {
                        Name = "deny",
                        Priority = 200,
                        Direction = RuleDirection.Inbound,
                        Access = RuleAccess.Deny,
                        SourceAddressPrefixes = ["*"],
                        DestinationAddressPrefixes = ["*"],
                    },
                ],
                DefaultRules = NetworkSecurityGroupFacts.Defaults,
            },
        });
        var plan = ScoringRules.Open(closed, closed.Subnet.Value!, Compute, "10.1.0.4", ["10.9.0.0/16"]);
        var rules = plan.Steps.Cast<PutRule>().ToArray();
        Assert.Contains(rules, static one => one.Rule.Name.StartsWith("AmlVnet-Scoring-myaks-", StringComparison.Ordinal));
        Assert.All(rules, static one => Assert.InRange(one.Rule.Priority, 100, 199));
        Assert.Equal(rules.Length, rules.Select(static one => one.Rule.Priority).Distinct().Count());
        // What is in place is not planned again.
        var after = closed.WithSubnet(one => one with
        {
            NetworkSecurityGroup = closed.Subnet.Value!.NetworkSecurityGroup.Value! with
            {
                Rules = [.. closed.Subnet.Value.NetworkSecurityGroup.Value!.Rules, .. rules.Select(static rule => rule.Rule)],
            },
        });
        Assert.True(ScoringRules.Open(after, after.Subnet.Value!, Compute, "10.1.0.4", ["10.9.0.0/16"]).IsDone);
        Assert.Equal(rules.Length, ScoringRules.Close(after, after.Subnet.Value!, Compute, isProbeNeeded: false).Steps.Count);
        Assert.DoesNotContain(ScoringRules.Close(after, after.Subnet.Value!, Compute, false).Steps.Cast<DeleteRule>(),
            static one => one.RuleName == "deny");
    }

    private static SubnetJoinRight None { get; } = new(
        new ActionRight(Answer.No, null, null, "no assignment"), new ActionRight(Answer.No, null, null, "no assignment"));

    private static RoleWish Wish(NetworkScopeLevel level) => new("mycluster", Worlds.Principal, level, null);

    private static Plan Switch(AksCompute before, bool isPrivate = false) => LoadBalancerPlan.Make(
        before, new LoadBalancerWish { Type = LoadBalancerType.InternalLoadBalancer }, Nodes, isPrivate, [], null);
}
