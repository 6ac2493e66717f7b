namespace AmlVnet.Module.Tests;

/// <summary>Attaching a cluster that exists, on the simulator.</summary>
public sealed class AttachTests
{
    private const string Attach = """
        Get-AmlAksCompute myworkspacegroup myworkspace -Name myaks | Remove-AmlAksCompute
        $attached = Add-AmlAksCompute myworkspacegroup myworkspace again -ClusterResourceGroupName myaksgroup -ClusterName myakscluster
        """;

    [Fact]
    public void Attach_grant_and_switch_work_in_one_line()
    {
        using var runspace = Connected("existing-cluster");
        runspace.Invoke("Get-AmlAksCompute myworkspacegroup myworkspace -Name myaks | Remove-AmlAksCompute").OutputWithoutErrors();

        dynamic compute = Assert.Single(runspace.Invoke("""
            Add-AmlAksCompute myworkspacegroup myworkspace again -ClusterResourceGroupName myaksgroup -ClusterName myakscluster |
                Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
            """).OutputWithoutErrors()).BaseObject;

        Assert.True(compute.IsAttached);
        Assert.True(compute.IsPrivate);
        Assert.StartsWith("10.1.", (string)compute.ScoringIPAddress, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_that_is_attached_already_is_refused_and_the_compute_is_named()
    {
        using var runspace = Connected("existing-cluster");
        runspace.Host.IsInteractive = false;

        var result = runspace.Invoke("""
            Add-AmlAksCompute myworkspacegroup myworkspace second -ClusterResourceGroupName myaksgroup -ClusterName myakscluster
            """);

        var error = Assert.Single(result.AllErrors);
        Assert.StartsWith("CannotAsk", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("/computes/myaks", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("-Force", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Attaching_again_under_the_same_name_sends_nothing()
    {
        using var runspace = Connected("existing-cluster");
        runspace.Invoke(Attach).OutputWithoutErrors();

        var result = runspace.Invoke("""
            $VerbosePreference = 'Continue'
            Add-AmlAksCompute myworkspacegroup myworkspace again -ClusterResourceGroupName myaksgroup -ClusterName myakscluster
            """);

        Assert.Single(result.OutputWithoutErrors());
        Assert.DoesNotContain(result.Verbose, static line => line.Contains(" PUT ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""[pscustomobject]@{ Id = $id }""")]
    [InlineData("""[pscustomobject]@{ ResourceId = $id }""")]
    [InlineData("""$id""")]
    public void A_cluster_is_taken_from_the_pipeline_as_an_id_or_an_object_with_one(string cluster)
    {
        using var runspace = Connected("existing-cluster");

        var result = runspace.Invoke($$"""
            $compute = Get-AmlAksCompute myworkspacegroup myworkspace -Name myaks
            $compute | Remove-AmlAksCompute
            $id = $compute.ClusterId
            {{cluster}} | Add-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name again
            """);

        dynamic attached = Assert.Single(result.OutputWithoutErrors()).BaseObject;
        Assert.Equal("again", attached.Name);
    }

    [Fact]
    public void WhatIf_attaches_nothing()
    {
        using var runspace = Connected("existing-cluster");
        runspace.Invoke("Get-AmlAksCompute myworkspacegroup myworkspace -Name myaks | Remove-AmlAksCompute").OutputWithoutErrors();

        var result = runspace.Invoke("""
            Add-AmlAksCompute myworkspacegroup myworkspace again -ClusterResourceGroupName myaksgroup -ClusterName myakscluster -WhatIf
            Get-AmlAksCompute myworkspacegroup myworkspace
            """);

        Assert.Empty(result.OutputWithoutErrors());
        Assert.Contains("Attach cluster myakscluster", runspace.Host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_that_does_not_exist_is_an_error_before_anything_is_sent()
    {
        using var runspace = Connected("existing-cluster");

        var result = runspace.Invoke("""
            $VerbosePreference = 'Continue'
            Add-AmlAksCompute myworkspacegroup myworkspace again -ClusterResourceGroupName myaksgroup -ClusterName nosuchcluster
            """);

        var error = Assert.Single(result.AllErrors);
        Assert.StartsWith("ResourceNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Verbose, static line => line.Contains(" PUT ", StringComparison.Ordinal));
    }

    internal static ModuleRunspace Connected(string scenario)
    {
        var runspace = new ModuleRunspace();
        runspace.Invoke($"Connect-AmlVnet -Simulator -VirtualClock -Scenario '{scenario}'").OutputWithoutErrors();
        return runspace;
    }
}
