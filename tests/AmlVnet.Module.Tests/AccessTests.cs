using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>Get-AksClusterIdentity, Grant-AksNetworkContributor and Revoke-AksNetworkContributor.</summary>
public sealed class AccessTests
{
    private const string Contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";
    private const string Grant = Rehearsal.Get + " | Grant-AksNetworkContributor";
    private const string Revoke = Rehearsal.Get + " | Revoke-AksNetworkContributor";

    [Theory]
    [InlineData("existing-cluster", "SystemAssigned")]
    [InlineData("user-assigned", "UserAssigned")]
    [InlineData("service-principal", "ServicePrincipal")]
    public void The_identity_is_the_control_planes_of_whatever_kind(string scenario, string kind)
    {
        using var world = new Rehearsal(scenario);

        var identity = world.One($"'{SimulatedCloud.ExistingCluster}' | Get-AksClusterIdentity");

        Assert.Equal(kind, identity.Kind.ToString());
        Assert.Equal(SimulatedCloud.ExistingCluster, (string)identity.ClusterId, ignoreCase: true);
        Assert.Equal("myakscluster", identity.ClusterName);
        Assert.Null(identity.ComputeId);
        Assert.Equal(SimulatedCloud.Subnet, (string)identity.SubnetId, ignoreCase: true);
        var cluster = world.Cloud.Get(SimulatedCloud.ExistingCluster, "2023-11-01");
        var expected = kind switch
        {
            "SystemAssigned" => (string)cluster["identity"]!["principalId"]!,
            "UserAssigned" => (string)cluster["identity"]!["userAssignedIdentities"]!.AsObject().Single().Value!["principalId"]!,
            _ => "9e8d7c6b-5a49-4837-a625-1c0b9f8e7d6a",
        };
        Assert.Equal(expected, identity.PrincipalId);
        if (kind == "ServicePrincipal") Assert.Equal("3b4c1f0e-7d2a-4c55-9b0e-5a6f1d2e3c4b", identity.ClientId);
    }

    [Fact]
    public void A_cluster_is_bound_from_whatever_names_it()
    {
        using var world = new Rehearsal("existing-cluster");
        var granted = world.One(Grant);
        world.Runspace.SetVariable("copy", Rehearsal.Copy(Assert.Single(world.Run(Rehearsal.Get))));
        world.Runspace.SetVariable("access", Rehearsal.Copy((object)granted));
        (string Way, bool HasCompute)[] ways =
        [
            (Rehearsal.Get + " | Grant-AksNetworkContributor", true),
            ("$copy | Grant-AksNetworkContributor", true),
            ("$access | Grant-AksNetworkContributor", true),
            (Rehearsal.Get + " | Get-AksClusterIdentity | Grant-AksNetworkContributor", true),
            ($"'{SimulatedCloud.Compute}' | Grant-AksNetworkContributor", true),
            ("Grant-AksNetworkContributor -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -ComputeName myaks", true),
            ($"Grant-AksNetworkContributor '{SimulatedCloud.ExistingCluster}'", false),
            ($"[pscustomobject]@{{ Id = '{SimulatedCloud.ExistingCluster}' }} | Grant-AksNetworkContributor", false),
            ($"[pscustomobject]@{{ ResourceId = '{SimulatedCloud.ExistingCluster}' }} | Grant-AksNetworkContributor", false),
            ("Grant-AksNetworkContributor -ResourceGroupName myaksgroup -ClusterName myakscluster", false),
        ];

        foreach (var (way, hasCompute) in ways)
        {
            var access = world.One(way);
            Assert.False(access.IsChanged);
            Assert.True(access.IsGranted);
            Assert.Equal(granted.RoleAssignmentId, access.RoleAssignmentId);
            Assert.Equal(hasCompute ? SimulatedCloud.Compute : null, access.ComputeId);
            Assert.Empty(world.Cloud.Writes);
        }
    }

    [Theory]
    [InlineData("", SimulatedCloud.NetworkGroup)]
    [InlineData("-ScopeLevel ResourceGroup", SimulatedCloud.NetworkGroup)]
    [InlineData("-ScopeLevel VirtualNetwork", SimulatedCloud.Network)]
    [InlineData("-ScopeLevel Subnet", SimulatedCloud.Subnet)]
    [InlineData("-Scope '" + SimulatedCloud.Subscription + "'", SimulatedCloud.Subscription)]
    [InlineData("-Scope '" + SimulatedCloud.Subnet + "'", SimulatedCloud.Subnet)]
    public void The_role_is_granted_where_it_was_asked(string where, string scope)
    {
        using var world = new Rehearsal("existing-cluster");

        var access = world.One($"{Grant} {where}");

        Assert.True(access.IsChanged);
        Assert.True(access.IsGranted);
        Assert.Equal(scope, (string)access.Scope, ignoreCase: true);
        Assert.Equal("Network Contributor", access.RoleName);
        Assert.NotNull(access.GrantedOn);
        var assignment = Assert.Single(world.Cloud.Assignments(SimulatedCloud.Subnet), one => (string)one!["properties"]!["principalId"]! == access.PrincipalId)!;
        Assert.Equal((string)assignment["id"]!, (string)access.RoleAssignmentId, ignoreCase: true);
        Assert.Equal(scope, (string)assignment["properties"]!["scope"]!, ignoreCase: true);
        Assert.EndsWith(SimulatedCloud.NetworkContributor, (string)assignment["properties"]!["roleDefinitionId"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void The_assignments_name_is_derived_so_that_two_runs_make_one()
    {
        using var world = new Rehearsal("existing-cluster");
        var first = world.One(Grant);
        Assert.True(world.One(Revoke).IsChanged);

        var second = world.One(Grant);

        Assert.True(second.IsChanged);
        Assert.Equal(first.RoleAssignmentId, second.RoleAssignmentId);
        Assert.False(world.One(Grant).IsChanged);
    }

    [Theory]
    [InlineData(SimulatedCloud.Subscription, SimulatedCloud.NetworkContributor, "Network Contributor")]
    [InlineData(SimulatedCloud.Subscription, Contributor, "Contributor")]
    [InlineData(SimulatedCloud.Network, Contributor, "Contributor")]
    [InlineData(SimulatedCloud.Subnet, SimulatedCloud.NetworkContributor, "Network Contributor")]
    public void A_right_that_is_there_already_is_reported_and_nothing_is_written(string scope, string role, string roleName)
    {
        using var world = new Rehearsal("existing-cluster");
        world.Cloud.Assign(scope, role, Principal(world));

        var access = world.One(Grant);

        Assert.False(access.IsChanged);
        Assert.True(access.IsGranted);
        Assert.Equal(scope, access.Scope);
        Assert.Equal(roleName, access.RoleName);
        Assert.Empty(world.Cloud.Writes);
    }

    [Theory]
    [InlineData("\"Microsoft.Network/virtualNetworks/subnets/*\"", "", false)]
    [InlineData("\"Microsoft.Network/virtualNetworks/subnets/read\", \"Microsoft.Network/virtualNetworks/subnets/join/action\"", "", false)]
    [InlineData("\"*\"", "\"Microsoft.Network/virtualNetworks/subnets/join/action\"", true)]
    [InlineData("\"Microsoft.Network/*\"", "\"*/read\"", true)]
    [InlineData("\"Microsoft.Network/virtualNetworks/subnets/join/action\"", "", true)]
    public void A_custom_role_counts_with_its_notActions(string actions, string notActions, bool isWritten)
    {
        using var world = new Rehearsal("existing-cluster");
        world.Cloud.Assign(SimulatedCloud.NetworkGroup, world.Cloud.DefineRole("Joiner", actions, notActions), Principal(world));

        var access = world.One(Grant);

        Assert.Equal(isWritten, access.IsChanged);
        Assert.Equal(isWritten ? "Network Contributor" : "Joiner", access.RoleName);
        Assert.Equal(isWritten ? 1 : 0, world.Cloud.Writes.Count);
    }

    [Fact]
    public void A_role_beneath_the_subnets_scope_or_elsewhere_is_no_right()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Cloud.Assign(SimulatedCloud.Network + "/subnets/aks-subnet", SimulatedCloud.NetworkContributor, Principal(world));
        world.Cloud.Assign(SimulatedCloud.Subscription + "/resourceGroups/myworkspacegroup", SimulatedCloud.NetworkContributor, Principal(world));

        Assert.True(world.One(Grant).IsChanged);
    }

    [Fact]
    public void A_new_principal_is_waited_for_with_progress()
    {
        using var world = new Rehearsal();
        world.Cloud.Set("principalWithTypeSeconds", "100");
        world.Run(Rehearsal.New);

        var access = world.One(Grant);

        Assert.True(access.IsChanged);
        var puts = world.Cloud.Writes;
        Assert.True(puts.Count > 2);
        Assert.All(puts.SkipLast(1), static put => Assert.Equal(400, put.Status));
        Assert.Equal(201, puts[^1].Status);
        Assert.Single(puts.Select(static put => put.Path).Distinct());
        Assert.Contains(world.Host.Progress, record => record.StatusDescription.Contains($"waiting for the directory to know {access.PrincipalId}", StringComparison.Ordinal));
        Assert.Equal(ProgressRecordType.Completed, world.Host.Progress.Last().RecordType);
    }

    [Fact]
    public void A_principal_that_never_comes_is_an_error_after_a_while()
    {
        using var world = new Rehearsal();
        world.Cloud.Set("principalWithTypeSeconds", "10000000");
        world.Run(Rehearsal.New);
        var start = world.Cloud.Now;

        var error = world.Error(Grant);

        Assert.StartsWith("PrincipalNotReplicated,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.OperationTimeout, error.CategoryInfo.Category);
        Assert.True(world.Cloud.Now - start < TimeSpan.FromMinutes(20));
        error.Recommends("object id is of this tenant");
    }

    [Fact]
    public void An_assignment_that_somebody_else_made_meanwhile_is_success()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Cloud.Fail("""
            { "method": "PUT", "resourceType": "Microsoft.Authorization/roleAssignments", "times": 1, "status": 409, "code": "RoleAssignmentExists",
              "message": "The role assignment already exists." }
            """);

        var access = world.One(Grant);

        Assert.True(access.IsGranted);
        Assert.False(access.IsChanged);
    }

    [Fact]
    public void Without_the_right_to_grant_the_error_says_so_and_whose_it_is()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Cloud.Set("caller", """{ "actions": ["*"], "notActions": ["Microsoft.Authorization/*/write"] }""");

        var error = world.Error(Grant);

        Assert.StartsWith("RequestRefused,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.PermissionDenied, error.CategoryInfo.Category);
        Assert.Contains("AuthorizationFailed", error.ToString(), StringComparison.Ordinal);
        error.Recommends("Ask for the role");
    }

    [Fact]
    public void Where_Graph_says_no_the_error_names_PrincipalId_and_it_serves()
    {
        using var world = new Rehearsal("service-principal");
        world.Cloud.Set("graphDenied", "true");

        const string Bare = "'" + SimulatedCloud.ExistingCluster + "' | Grant-AksNetworkContributor";

        var error = world.Error(Bare);

        Assert.StartsWith("IdentityUnknown,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("3b4c1f0e-7d2a-4c55-9b0e-5a6f1d2e3c4b", error.ToString(), StringComparison.Ordinal);
        error.Recommends("-PrincipalId");
        var access = world.One(Bare + " -PrincipalId 9e8d7c6b-5a49-4837-a625-1c0b9f8e7d6a");
        Assert.Equal("9e8d7c6b-5a49-4837-a625-1c0b9f8e7d6a", access.PrincipalId);
        Assert.True(access.IsChanged);
    }

    [Fact]
    public void A_cluster_in_a_network_of_AKS_has_nothing_to_grant_on()
    {
        using var world = new Rehearsal();
        var compute = world.One("New-AmlAksCompute myworkspacegroup myworkspace myaks");

        world.Error(Grant).Is("NotInVirtualNetwork", ErrorCategory.InvalidOperation, (string)compute.ClusterId, "is not in a virtual network of yours")
            .Recommends("New-AmlAksCompute");
    }

    [Fact]
    public void WhatIf_says_to_whom_what_and_where_and_writes_nothing()
    {
        using var world = new Rehearsal("existing-cluster");
        var principal = Principal(world);

        Assert.Empty(world.Run(Grant + " -WhatIf"));
        Assert.Contains($"What if: [simulator] Grant Network Contributor to {principal}, the identity of cluster myakscluster (\"{SimulatedCloud.NetworkGroup}\").",
            world.Host.Text, StringComparison.Ordinal);
        Assert.Empty(world.Cloud.Writes);

        world.Run(Grant);
        Assert.Empty(world.Run(Revoke + " -WhatIf"));
        Assert.Contains($"What if: [simulator] Revoke Network Contributor from {principal}", world.Host.Text, StringComparison.Ordinal);
        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void A_grant_declined_keeps_the_switch_from_running()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Host.Answers.Enqueue("No");

        Assert.Empty(world.Run(Grant + " -Confirm | Set-AmlAksLoadBalancer -Type InternalLoadBalancer"));

        Assert.Empty(world.Cloud.Writes);
        world.Host.Answers.Enqueue("Yes");
        Assert.True(world.One(Grant + " -Confirm").IsChanged);
    }

    [Fact]
    public void Revoke_takes_ours_at_each_level_and_no_other()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Run(Grant + " -ScopeLevel Subnet");
        world.Cloud.Assign(SimulatedCloud.Subscription, Contributor, Principal(world));

        var result = world.Try(Revoke);

        dynamic access = Assert.Single(result.OutputWithoutErrors()).BaseObject;
        Assert.True(access.IsChanged);
        Assert.True(access.IsGranted);
        Assert.Equal("Contributor", access.RoleName);
        Assert.Contains("still has the right", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal("DELETE", Assert.Single(world.Cloud.Writes).Method);
        Assert.Single(world.Cloud.Assignments(SimulatedCloud.Subnet), one => (string)one!["properties"]!["principalId"]! == access.PrincipalId);
    }

    [Fact]
    public void Revoke_leaves_an_assignment_of_the_same_role_that_was_made_by_hand()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Cloud.Assign(SimulatedCloud.NetworkGroup, SimulatedCloud.NetworkContributor, Principal(world));

        var access = world.One(Revoke);

        Assert.False(access.IsChanged);
        Assert.True(access.IsGranted);
        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void Revoke_twice_changes_nothing_the_second_time()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Run(Grant);
        var first = world.One(Revoke);
        Assert.True(first.IsChanged);
        Assert.False(first.IsGranted);
        Assert.Null(first.RoleAssignmentId);

        var second = world.One(Revoke);

        Assert.False(second.IsChanged);
        Assert.False(second.IsGranted);
        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void Revoke_at_one_level_leaves_the_others()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Run(Grant + " -ScopeLevel Subnet");

        var other = world.Try(Revoke + " -ScopeLevel VirtualNetwork");
        Assert.False(((dynamic)Assert.Single(other.OutputWithoutErrors()).BaseObject).IsChanged);
        Assert.Contains($"This module made that assignment: Revoke-AksNetworkContributor -Scope '{SimulatedCloud.Subnet}'", Assert.Single(other.Warnings),
            StringComparison.OrdinalIgnoreCase);
        Assert.True(world.One(Revoke + " -ScopeLevel Subnet").IsChanged);
    }

    private static string Principal(Rehearsal world) => world.One(Rehearsal.Get + " | Get-AksClusterIdentity").PrincipalId;
}
