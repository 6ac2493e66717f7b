namespace AmlVnet.Module.Tests;

/// <summary>
/// The traps of the how-to and the pains of its users that only show in a running world, each by name. Those that pure rules decide are
/// tested with the rules.
/// </summary>
public sealed class KnownPainTests
{
    private const string New = """
        $compute = New-AmlAksCompute myworkspacegroup myworkspace newaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default `
            -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16
        """;

    [Theory]
    [InlineData("user-assigned", "UserAssigned")]
    [InlineData("service-principal", "ServicePrincipal")]
    [InlineData("how-to", "SystemAssigned")]
    public void Trap_the_object_id_is_found_for_every_kind_of_identity(string scenario, string kind)
    {
        using var runspace = AttachTests.Connected(scenario);
        dynamic identity = Assert.Single(runspace.Invoke(New + "\n$compute | Get-AksClusterIdentity").OutputWithoutErrors()).BaseObject;

        Assert.Equal(kind, identity.Kind.ToString());
        Assert.NotEqual(identity.ClientId, identity.PrincipalId);
        Assert.True(Guid.TryParse((string)identity.PrincipalId, out _));
    }

    [Fact]
    public void Trap_a_compute_that_exists_is_switched_too()
    {
        using var runspace = AttachTests.Connected("how-to");
        runspace.Invoke(New).OutputWithoutErrors();

        dynamic compute = Assert.Single(runspace.Invoke(ChainTests.Chain.Replace("-Name myaks", "-Name newaks", StringComparison.Ordinal)).OutputWithoutErrors()).BaseObject;

        Assert.True(compute.IsPrivate);
    }

    [Fact]
    public void Trap_New_makes_a_public_endpoint_and_Set_makes_it_private()
    {
        using var runspace = AttachTests.Connected("how-to");
        dynamic made = Assert.Single(runspace.Invoke(New + "\n$compute").OutputWithoutErrors()).BaseObject;
        dynamic switched = Assert.Single(runspace.Invoke("$compute | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer").OutputWithoutErrors()).BaseObject;

        Assert.False(made.IsPrivate);
        Assert.True(switched.IsPrivate);
    }

    [Fact]
    public void Pain_3_the_load_balancers_subnet_is_the_nodes_own_and_never_a_guess()
    {
        using var runspace = AttachTests.Connected("how-to");
        dynamic compute = Assert.Single(runspace.Invoke(
            New + "\n$compute | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer").OutputWithoutErrors()).BaseObject;

        Assert.Equal("default", compute.LoadBalancerSubnet);
    }

    [Fact]
    public void Pain_4_an_attached_cluster_goes_private_in_the_same_line()
    {
        using var runspace = AttachTests.Connected("existing-cluster");
        dynamic compute = Assert.Single(runspace.Invoke("""
            Get-AmlAksCompute myworkspacegroup myworkspace myaks | Remove-AmlAksCompute -WarningAction SilentlyContinue
            Add-AmlAksCompute myworkspacegroup myworkspace again -ClusterResourceGroupName myaksgroup -ClusterName myakscluster |
                Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
            """).OutputWithoutErrors()).BaseObject;

        Assert.True(compute.IsAttached);
        Assert.True(compute.IsPrivate);
    }

    [Fact]
    public void Pain_8_a_core_quota_that_is_exceeded_is_told_with_the_services_own_words()
    {
        using var runspace = AttachTests.Connected("how-to");
        runspace.Invoke("Set-AmlSimulator -Setting @{ coreQuota = 4 }").OutputWithoutErrors();

        var error = Assert.Single(runspace.Invoke(New).AllErrors);

        Assert.StartsWith("OperationFailed", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("quota", error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Pain_9_a_missing_right_of_the_caller_names_the_action_and_the_scope()
    {
        using var runspace = AttachTests.Connected("how-to");
        runspace.Invoke("Set-AmlSimulator -CallerNotAction 'Microsoft.MachineLearningServices/workspaces/computes/write'").OutputWithoutErrors();

        var error = Assert.Single(runspace.Invoke(New).AllErrors);

        Assert.Equal("PermissionDenied", error.CategoryInfo.Category.ToString());
        Assert.Contains("Microsoft.MachineLearningServices/workspaces/computes/write", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("/computes/newaks", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Pain_10_a_grant_on_the_one_subnet_is_enough()
    {
        using var runspace = AttachTests.Connected("how-to");
        dynamic compute = Assert.Single(runspace.Invoke(
            New + "\n$compute | Grant-AksNetworkContributor -ScopeLevel Subnet | Set-AmlAksLoadBalancer -Type InternalLoadBalancer").OutputWithoutErrors()).BaseObject;

        Assert.True(compute.IsPrivate);
    }

    [Fact]
    public void Pain_12_a_principal_that_the_directory_does_not_know_yet_is_asked_for_again()
    {
        using var runspace = AttachTests.Connected("how-to");
        var result = runspace.Invoke("$VerbosePreference = 'Continue'; " + New + "\n$compute | Grant-AksNetworkContributor; Get-AmlSimulatorLog -Method PUT");

        Assert.Contains(result.OutputWithoutErrors(), static o => o.ToString().Contains("PrincipalNotFound", StringComparison.Ordinal));
        Assert.Contains(result.Verbose, static line => line.Contains("does not know", StringComparison.Ordinal));
    }

    [Fact]
    public void Pain_13_a_right_that_has_not_taken_effect_is_waited_for()
    {
        using var runspace = AttachTests.Connected("how-to");
        runspace.Invoke("Set-AmlSimulator -RoleAssignmentDelay 00:20:00").OutputWithoutErrors();

        dynamic compute = Assert.Single(runspace.Invoke(
            New + "\n$compute | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer").OutputWithoutErrors()).BaseObject;

        Assert.True(compute.IsPrivate);
        Assert.Contains(runspace.Host.Progress, static p => p.StatusDescription.Contains("min ago", StringComparison.Ordinal));
    }

    [Fact]
    public void Pain_14_a_grant_needs_no_Graph_for_a_managed_identity_and_a_second_one_writes_nothing()
    {
        using var runspace = AttachTests.Connected("how-to");
        var result = runspace.Invoke(New + "\n$null = $compute | Grant-AksNetworkContributor; Set-AmlSimulator -ClearLog; $compute | Grant-AksNetworkContributor; Get-AmlSimulatorLog");

        dynamic again = result.OutputWithoutErrors()[0].BaseObject;
        Assert.False(again.IsChanged);
        Assert.DoesNotContain(result.Output, static o => o.BaseObject.ToString()!.Contains("/v1.0/", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Output.Skip(1), static o => (bool)((dynamic)o.BaseObject).IsWrite);
    }

    [Fact]
    public void Pain_16_the_old_and_the_new_address_are_told()
    {
        using var runspace = AttachTests.Connected("how-to");
        var result = runspace.Invoke(New + "\n$before = $compute.ScoringIPAddress; $before; $compute | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer");

        dynamic after = result.OutputWithoutErrors()[1].BaseObject;
        Assert.Equal(result.Output[0].BaseObject, after.PreviousScoringIPAddress);
        Assert.NotEqual(after.PreviousScoringIPAddress, after.ScoringIPAddress);
    }

    [Fact]
    public void Pain_20_every_tag_that_studio_and_cluster_need_can_be_opened_at_once()
    {
        using var runspace = AttachTests.Connected("locked-down");
        dynamic access = Assert.Single(runspace.Invoke("""
            $network = (Get-AmlWorkspace myworkspacegroup myworkspace).Id -replace 'myworkspacegroup.*', 'mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork'
            Enable-AmlStudioAccess -SubnetId "$network/subnets/default" -Profile All
            """).OutputWithoutErrors()).BaseObject;

        Assert.True(access.IsOpen);
        Assert.Contains("AzureFrontDoor.Frontend", (string[])access.DestinationAddressPrefix);
        Assert.Contains("AzureActiveDirectory", (string[])access.DestinationAddressPrefix);
    }

    [Theory]
    [InlineData("Microsoft.MachineLearningServices/workspaces/computes", 1)]
    [InlineData("Microsoft.MachineLearningServices/workspaces/computes", 2)]
    [InlineData("Microsoft.Authorization/roleAssignments", 1)]
    public void The_one_command_finishes_the_job_when_it_is_run_again_after_a_failure_at_a_step(string type, int nth)
    {
        using var runspace = AttachTests.Connected("how-to");
        var kind = type.StartsWith("Microsoft.Auth", StringComparison.Ordinal) ? "Kind = 'Error'; Status = 400; Code = 'Rehearsed'" : "Kind = 'FailOperation'";
        runspace.Invoke($"Set-AmlSimulator -Fault @{{ Method = 'PUT'; ResourceType = '{type}'; Nth = {nth}; Times = 1; {kind}; Message = 'Rehearsed.' }}").OutputWithoutErrors();
        const string Enable = """
            $workspace = Get-AmlWorkspace myworkspacegroup myworkspace
            $subnet = $workspace.Id -replace 'myworkspacegroup.*', 'mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default'
            $workspace | Enable-AmlPrivateInference -Name myaks -SubnetId $subnet -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 -WarningAction SilentlyContinue
            """;

        var first = runspace.Invoke(Enable);
        var second = runspace.Invoke(Enable);

        Assert.Contains("Rehearsed.", Assert.Single(first.AllErrors).ToString(), StringComparison.Ordinal);
        Assert.Empty(first.Output);
        dynamic report = Assert.Single(second.OutputWithoutErrors()).BaseObject;
        Assert.True(report.IsPrivate);
    }

    [Fact]
    public void A_detached_compute_tells_what_remains()
    {
        using var runspace = AttachTests.Connected("how-to");
        var result = runspace.Invoke(New + "\n$null = $compute | Grant-AksNetworkContributor; $compute | Remove-AmlAksCompute");

        Assert.Empty(result.OutputWithoutErrors());
        var warning = Assert.Single(result.Warnings);
        Assert.Contains("load balancer kubernetes with 203.0.113.", warning, StringComparison.Ordinal);
        Assert.Contains("role Network Contributor", warning, StringComparison.Ordinal);
    }
}
