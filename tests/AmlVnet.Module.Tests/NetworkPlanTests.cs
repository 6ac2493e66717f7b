namespace AmlVnet.Module.Tests;

/// <summary>Planning and checking the network, without a connection and on the simulator.</summary>
public sealed class NetworkPlanTests
{
    [Fact]
    public void An_overlap_is_reported_offline()
    {
        using var runspace = new ModuleRunspace();

        var results = runspace.Invoke("""
            Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16 -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16
            """).OutputWithoutErrors();

        dynamic first = results[0].BaseObject;
        Assert.Equal("AMLVNET-CIDR-002", first.Id);
        Assert.Equal("Failed", first.Status.ToString());
        Assert.Contains("10.0.0.0/8", (string)first.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_for_the_same_ranges_passes_the_checks()
    {
        using var runspace = new ModuleRunspace();

        var result = runspace.Invoke("""
            $plan = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16
            $plan
            $plan | Test-AmlAksNetwork -Quiet
            Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16 -ServiceCidr $plan.ServiceCidr -DnsServiceIP $plan.DnsServiceIP -DockerBridgeCidr $plan.DockerBridgeCidr -Quiet
            """).OutputWithoutErrors();

        dynamic plan = result[0].BaseObject;
        Assert.True(plan.IsUsable);
        Assert.Equal(true, result[1].BaseObject);
        Assert.Equal(true, result[2].BaseObject);
        Assert.All((object[])plan.Reason, static reason => Assert.NotEmpty((string)((dynamic)reason).Text));
    }

    [Fact]
    public void With_a_pod_CIDR_a_plan_counts_nodes_only()
    {
        using var runspace = new ModuleRunspace();

        var result = runspace.Invoke("""
            (New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/27 -PodCidr 10.244.0.0/16).Capacity.MaxPodsPerNode
            (New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/27 -PodCidr 10.244.0.0/16 -MaxPodsPerNode 8).Capacity.MaxPodsPerNode
            """).OutputWithoutErrors();

        Assert.Equal([0, 8], result.Select(static r => r.BaseObject));
    }

    [Fact]
    public void A_plan_of_a_subnet_pipes_into_New()
    {
        using var runspace = AttachTests.Connected("overlap");

        dynamic compute = Assert.Single(runspace.Invoke("""
            New-AmlAksNetworkPlan -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default |
                New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name myaks
            """).OutputWithoutErrors()).BaseObject;

        Assert.False(((string)compute.ServiceCidr).StartsWith("10.", StringComparison.Ordinal));
        Assert.EndsWith("/subnets/default", (string)compute.SubnetId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_found_no_range_is_refused_by_New()
    {
        using var runspace = AttachTests.Connected("how-to");

        var result = runspace.Invoke("""
            New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/28 -ServiceCidr 10.1.0.0/16 |
                New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name myaks
            """);

        var error = Assert.Single(result.AllErrors);
        Assert.StartsWith("PlanNotUsable", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("AMLVNET-CIDR-002", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_posture_of_a_finished_job_has_no_failed_check()
    {
        using var runspace = AttachTests.Connected("how-to");
        runspace.Invoke("$compute = " + ChainTests.Chain).OutputWithoutErrors();

        var results = runspace.Invoke("$compute | Test-AmlAksNetwork").OutputWithoutErrors();

        var failed = results.Where(static r => ((dynamic)r.BaseObject).Status.ToString() == "Failed").Select(static r => r.ToString()).ToArray();
        Assert.True(failed.Length == 0, string.Join("\n", failed));
        Assert.Contains(results, static r => ((dynamic)r.BaseObject).Id == "AMLVNET-RBAC-001" && ((dynamic)r.BaseObject).Status.ToString() == "Passed");
        Assert.Contains(results, static r => ((dynamic)r.BaseObject).Id == "AMLVNET-COMPUTE-005" && ((dynamic)r.BaseObject).Status.ToString() == "Passed");
    }

    [Fact]
    public void Filters_take_ids_patterns_and_severities_and_an_unknown_id_is_an_error()
    {
        using var runspace = new ModuleRunspace();
        const string Test = "Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24 -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16";

        var cidr = runspace.Invoke(Test + " -Rule AMLVNET-CIDR-*").OutputWithoutErrors();
        var rest = runspace.Invoke(Test + " -ExcludeRule AMLVNET-CIDR-*").OutputWithoutErrors();
        var unknown = Assert.Single(runspace.Invoke(Test + " -Rule AMLVNET-CIDR-999").AllErrors);

        Assert.All(cidr, static r => Assert.StartsWith("AMLVNET-CIDR-", (string)((dynamic)r.BaseObject).Id, StringComparison.Ordinal));
        Assert.All(rest, static r => Assert.DoesNotContain("-CIDR-", (string)((dynamic)r.BaseObject).Id, StringComparison.Ordinal));
        Assert.NotEmpty(rest);
        Assert.Contains("AMLVNET-CIDR-999", unknown.ToString(), StringComparison.Ordinal);
    }
}
