namespace AmlVnet.Module.Tests;

/// <summary>The whole how-to as one command, and back.</summary>
public sealed class PrivateInferenceTests
{
    private const string Enable = """
        $workspace = Get-AmlWorkspace myworkspacegroup myworkspace
        $subnet = $workspace.Id -replace 'myworkspacegroup.*', 'mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default'
        $workspace | Enable-AmlPrivateInference -Name myaks -SubnetId $subnet -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16
        """;

    [Fact]
    public void One_command_creates_grants_switches_and_reports()
    {
        using var runspace = AttachTests.Connected("how-to");

        dynamic report = Assert.Single(runspace.Invoke(Enable).OutputWithoutErrors()).BaseObject;

        Assert.True(report.IsPrivate);
        Assert.True(report.IsChanged);
        Assert.StartsWith("10.1.0.", (string)report.ScoringIPAddress, StringComparison.Ordinal);
        Assert.Equal(["Create", "Grant", "Switch", "Open"], ((object[])report.Steps).Select(static step => (string)((dynamic)step).Name));
        Assert.NotEmpty((object[])report.Checks);
    }

    [Fact]
    public void Running_it_again_changes_nothing()
    {
        using var runspace = AttachTests.Connected("how-to");
        runspace.Invoke(Enable).OutputWithoutErrors();

        var result = runspace.Invoke("$VerbosePreference = 'Continue'; " + Enable);

        dynamic report = Assert.Single(result.OutputWithoutErrors()).BaseObject;
        Assert.False(report.IsChanged);
        Assert.DoesNotContain(result.Verbose, static line => line.Contains(" PUT ", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIf_prints_the_full_plan_and_changes_nothing()
    {
        using var runspace = AttachTests.Connected("how-to");

        var result = runspace.Invoke(Enable + " -WhatIf; Get-AmlAksCompute myworkspacegroup myworkspace");

        Assert.Empty(result.OutputWithoutErrors());
        Assert.Contains("Create AKS compute myaks", runspace.Host.Text, StringComparison.Ordinal);
        Assert.Contains("Grant Network Contributor", runspace.Host.Text, StringComparison.Ordinal);
        Assert.Contains("PublicIp -> InternalLoadBalancer", runspace.Host.Text, StringComparison.Ordinal);
        Assert.Contains("scoring endpoint of myaks", runspace.Host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_takes_a_compute_that_exists_and_a_cluster_to_attach()
    {
        using var runspace = AttachTests.Connected("existing-cluster");

        dynamic byCompute = Assert.Single(runspace.Invoke("Get-AmlAksCompute myworkspacegroup myworkspace myaks | Enable-AmlPrivateInference").OutputWithoutErrors()).BaseObject;
        dynamic byCluster = Assert.Single(runspace.Invoke("""
            $old = Get-AmlAksCompute myworkspacegroup myworkspace myaks
            $old | Disable-AmlPrivateInference | ForEach-Object { }
            $old | Remove-AmlAksCompute
            Enable-AmlPrivateInference -Workspace (Get-AmlWorkspace myworkspacegroup myworkspace) -Name again -Cluster $old.ClusterId
            """).OutputWithoutErrors()).BaseObject;

        Assert.True(byCompute.IsPrivate);
        Assert.True(byCluster.IsPrivate);
        Assert.Equal("Attach", (string)((dynamic)((object[])byCluster.Steps)[0]).Name);
    }

    [Fact]
    public void Disable_goes_back_to_a_public_address_and_takes_away_the_grant()
    {
        using var runspace = AttachTests.Connected("how-to");
        runspace.Invoke(Enable).OutputWithoutErrors();

        dynamic report = Assert.Single(runspace.Invoke("Get-AmlAksCompute myworkspacegroup myworkspace myaks | Disable-AmlPrivateInference").OutputWithoutErrors()).BaseObject;

        Assert.False(report.IsPrivate);
        Assert.Equal(["Switch", "Close", "Revoke"], ((object[])report.Steps).Select(static step => (string)((dynamic)step).Name));
        Assert.Equal("not granted", (string)((dynamic)((object[])report.Steps)[2]).After);
    }

    [Fact]
    public void Running_operations_are_found_from_another_shell()
    {
        using var runspace = AttachTests.Connected("how-to");

        var result = runspace.Invoke("""
            $started = New-AmlAksCompute myworkspacegroup myworkspace myaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default `
                -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 -NoWait
            $found = Get-AmlOperation
            $found
            $found | Wait-AmlOperation
            Get-AmlOperation
            """).OutputWithoutErrors();

        Assert.Equal(2, result.Count);
        dynamic operation = result[0].BaseObject;
        dynamic compute = result[1].BaseObject;
        Assert.Equal("CreateAksCompute", operation.Kind);
        Assert.Equal("Succeeded", compute.ProvisioningState);
    }
}
