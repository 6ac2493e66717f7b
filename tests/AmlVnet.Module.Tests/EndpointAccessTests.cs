namespace AmlVnet.Module.Tests;

/// <summary>Opening and closing the way to the scoring endpoint and to the studio, on the simulator.</summary>
public sealed class EndpointAccessTests
{
    // The locked-down world denies outbound, which stops a creation; what is tested here comes after it.
    private const string MakePublic = """
        $checks = Test-AmlAksNetwork -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace `
            -SubnetId ((Get-AmlWorkspace myworkspacegroup myworkspace).Id -replace 'myworkspacegroup.*', 'mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default') `
            -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16
        $skip = @($checks | Where-Object Status -EQ Failed | ForEach-Object Id)
        # An empty list is refused; skipping one that passes skips nothing.
        if (-not $skip) { $skip = @('AMLVNET-CIDR-001') }
        $compute = New-AmlAksCompute myworkspacegroup myworkspace myaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default `
            -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 -SkipCheck $skip -WarningAction SilentlyContinue
        """;

    private const string MakePrivate = MakePublic + """

        $compute = $compute | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -WarningAction SilentlyContinue
        """;

    [Fact]
    public void Behind_a_deny_the_endpoint_and_the_probe_get_a_rule_in_front_of_it()
    {
        using var runspace = Prepared("locked-down", MakePrivate);

        dynamic access = Assert.Single(runspace.Invoke("$compute | Enable-AmlScoringAccess").OutputWithoutErrors()).BaseObject;

        Assert.True(access.IsChanged);
        Assert.True(access.IsOpen);
        Assert.Equal(2, ((string[])access.RuleName).Length);
        Assert.All((string[])access.RuleName, static name => Assert.StartsWith("AmlVnet-", name, StringComparison.Ordinal));
        dynamic again = Assert.Single(runspace.Invoke("$compute | Enable-AmlScoringAccess").OutputWithoutErrors()).BaseObject;
        Assert.False(again.IsChanged);
        Assert.True(again.IsOpen);
    }

    [Fact]
    public void Closing_removes_the_rules_of_this_module_and_no_others()
    {
        using var runspace = Prepared("locked-down", MakePrivate);
        runspace.Invoke("$compute | Enable-AmlScoringAccess").OutputWithoutErrors();

        dynamic closed = Assert.Single(runspace.Invoke("$compute | Disable-AmlScoringAccess").OutputWithoutErrors()).BaseObject;

        Assert.True(closed.IsChanged);
        Assert.Empty((string[])closed.RuleName);
        Assert.False(closed.IsOpen);
        Assert.Contains("denied by rule Deny", (string)closed.Reason, StringComparison.Ordinal);
        dynamic again = Assert.Single(runspace.Invoke("$compute | Disable-AmlScoringAccess").OutputWithoutErrors()).BaseObject;
        Assert.False(again.IsChanged);
    }

    [Fact]
    public void A_public_endpoint_is_opened_at_its_public_address()
    {
        using var runspace = Prepared("locked-down", MakePublic);

        dynamic access = Assert.Single(runspace.Invoke("$compute | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24").OutputWithoutErrors()).BaseObject;
        dynamic compute = Assert.Single(runspace.Invoke("$compute").Output).BaseObject;

        Assert.False(compute.IsPrivate);
        Assert.Equal(compute.ScoringIPAddress, Assert.Single((string[])access.DestinationAddressPrefix));
        Assert.True(access.IsOpen);
        Assert.True(access.IsChanged);
    }

    [Fact]
    public void Without_a_security_group_nothing_is_written()
    {
        using var runspace = Prepared("how-to", MakePrivate);

        var result = runspace.Invoke("$VerbosePreference = 'Continue'; $compute | Enable-AmlScoringAccess");

        dynamic access = Assert.Single(result.OutputWithoutErrors()).BaseObject;
        Assert.True(access.IsOpen);
        Assert.False(access.IsChanged);
        Assert.Null(access.NetworkSecurityGroupId);
        Assert.DoesNotContain(result.Verbose, static line => line.Contains(" PUT ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("Internet")]
    [InlineData("0.0.0.0/0")]
    public void Opening_to_everybody_needs_Force_where_nobody_can_be_asked(string source)
    {
        using var runspace = Prepared("locked-down", MakePublic);
        runspace.Host.IsInteractive = false;

        var refused = runspace.Invoke($"$compute | Enable-AmlScoringAccess -SourceAddressPrefix '{source}'");
        var forced = runspace.Invoke($"$compute | Enable-AmlScoringAccess -SourceAddressPrefix '{source}' -Force");

        Assert.StartsWith("CannotAsk", Assert.Single(refused.AllErrors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(refused.Output);
        dynamic access = Assert.Single(forced.OutputWithoutErrors()).BaseObject;
        Assert.True(access.IsChanged);
    }

    [Theory]
    [InlineData("10.1.0.1/16", "10.1.0.0/16")]
    [InlineData("fe80::1", "IPv6")]
    [InlineData("", "empty")]
    public void A_source_that_is_no_range_is_an_error_that_says_why(string source, string why)
    {
        using var runspace = Prepared("locked-down", MakePublic);

        var error = Assert.Single(runspace.Invoke($"$compute | Enable-AmlScoringAccess -SourceAddressPrefix '{source}', 10.0.0.0/8").AllErrors);

        Assert.Contains(why, error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("how-to", "virtualnetwrok", false)]
    [InlineData("how-to", "AzureCloud.westeurope", true)]
    [InlineData("locked-down", "ApiManagement", true)]
    public void A_tag_that_Azure_does_not_list_is_an_error(string scenario, string source, bool isTag)
    {
        using var runspace = Prepared(scenario, MakePublic);

        var result = runspace.Invoke($"$compute | Enable-AmlScoringAccess -SourceAddressPrefix {source}");

        if (isTag) result.OutputWithoutErrors();
        Assert.Equal(!isTag, result.AllErrors.Any(static e => e.FullyQualifiedErrorId.StartsWith("InvalidValue", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_a_refused_creation_recommends_lets_it_pass()
    {
        using var runspace = AttachTests.Connected("locked-down");
        const string New = "New-AmlAksCompute myworkspacegroup myworkspace myaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default "
            + "-ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 -WarningAction SilentlyContinue";

        var advice = Assert.Single(runspace.Invoke(New).AllErrors).ErrorDetails.RecommendedAction;
        runspace.Invoke(advice).OutputWithoutErrors();

        Assert.Single(runspace.Invoke(New).OutputWithoutErrors());
    }

    [Fact]
    public void Commands_of_several_findings_take_priorities_of_their_own()
    {
        using var runspace = AttachTests.Connected("locked-down");

        var priorities = runspace.Invoke("""
            $subnet = (Get-AmlWorkspace myworkspacegroup myworkspace).Id -replace 'myworkspacegroup.*', 'mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default'
            Test-AmlAksNetwork -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -SubnetId $subnet -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 `
                -DockerBridgeCidr 172.17.0.1/16 -SourceAddressPrefix VirtualNetwork, 198.51.100.0/24 -Rule AMLVNET-NSG-001, AMLVNET-NSG-002 |
                Where-Object Recommendation -Match '--priority' | ForEach-Object { $null = $_.Recommendation -match '--priority (\d+)'; $Matches[1] }
            """).OutputWithoutErrors().Select(static one => one.BaseObject).ToArray();

        Assert.True(priorities.Length > 1);
        Assert.Equal(priorities.Length, priorities.Distinct().Count());
    }

    [Fact]
    public void The_studio_needs_nothing_while_default_outbound_is_in_force()
    {
        using var runspace = Prepared("how-to", MakePublic);

        dynamic access = Assert.Single(runspace.Invoke("$compute | Enable-AmlStudioAccess").OutputWithoutErrors()).BaseObject;

        Assert.False(access.IsChanged);
        Assert.True(access.IsOpen);
    }

    [Fact]
    public void Restricted_outbound_gets_a_rule_for_each_tag_that_is_missing_and_Disable_takes_them_back()
    {
        using var runspace = Prepared("locked-down", MakePublic);

        dynamic access = Assert.Single(runspace.Invoke("$compute | Enable-AmlStudioAccess -Profile All").OutputWithoutErrors()).BaseObject;
        dynamic closed = Assert.Single(runspace.Invoke("$compute | Disable-AmlStudioAccess -Profile All").OutputWithoutErrors()).BaseObject;

        Assert.True(access.IsOpen);
        Assert.Contains("AmlVnet-Out-AzureFrontDoor.Frontend", (string[])access.RuleName);
        // Storage is open already, by a rule that somebody else made.
        Assert.DoesNotContain((string[])access.RuleName, static name => name.Contains("Storage", StringComparison.Ordinal));
        Assert.True(closed.IsChanged);
        Assert.Empty((string[])closed.RuleName);
    }

    [Fact]
    public void The_endpoint_tells_its_load_balancer_and_subnet()
    {
        using var runspace = Prepared("how-to", MakePrivate);

        dynamic endpoint = Assert.Single(runspace.Invoke("$compute | Get-AmlAksEndpoint").OutputWithoutErrors()).BaseObject;

        Assert.True(endpoint.IsPrivate);
        Assert.Equal("kubernetes-internal", endpoint.LoadBalancerName);
        Assert.EndsWith("/subnets/default", (string)endpoint.SubnetId, StringComparison.Ordinal);
        Assert.Equal(80, endpoint.Port);
    }

    [Fact]
    public void A_simulated_endpoint_is_not_tried_on_the_network()
    {
        using var runspace = Prepared("how-to", MakePublic);

        dynamic probe = Assert.Single(runspace.Invoke("$compute | Test-AmlAksEndpoint").OutputWithoutErrors()).BaseObject;

        Assert.False(probe.TcpSucceeded);
        Assert.Contains("simulator", (string)probe.Reason, StringComparison.Ordinal);
    }

    private static ModuleRunspace Prepared(string scenario, string script)
    {
        var runspace = AttachTests.Connected(scenario);
        runspace.Invoke(script).OutputWithoutErrors();
        return runspace;
    }
}
