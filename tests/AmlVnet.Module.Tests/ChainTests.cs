namespace AmlVnet.Module.Tests;

/// <summary>The one chain that the module exists for, on the real engine and the simulator.</summary>
public sealed class ChainTests
{
    internal const string Chain = """
        Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace |
            New-AmlAksCompute -Name myaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default `
                -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 |
            Grant-AksNetworkContributor |
            Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        """;

    [Theory]
    [InlineData("how-to")]
    [InlineData("user-assigned")]
    [InlineData("service-principal")]
    public void The_chain_ends_with_a_private_address_in_the_subnet(string scenario)
    {
        using var runspace = new ModuleRunspace();
        runspace.Invoke($"Connect-AmlVnet -Simulator -VirtualClock -Scenario {scenario}").OutputWithoutErrors();

        // Two of the worlds have a compute named myaks already.
        dynamic compute = Assert.Single(runspace.Invoke(Chain.Replace("-Name myaks", "-Name newaks", StringComparison.Ordinal)).OutputWithoutErrors()).BaseObject;

        Assert.Equal("InternalLoadBalancer", compute.LoadBalancerType.ToString());
        Assert.Equal("default", compute.LoadBalancerSubnet);
        Assert.StartsWith("10.1.0.", (string)compute.ScoringIPAddress, StringComparison.Ordinal);
        Assert.True(compute.IsPrivate);
        Assert.NotEqual(compute.ScoringIPAddress, compute.PreviousScoringIPAddress);
    }

    [Fact]
    public void The_chain_run_twice_changes_nothing_the_second_time()
    {
        using var runspace = new ModuleRunspace();
        runspace.Invoke("Connect-AmlVnet -Simulator -VirtualClock").OutputWithoutErrors();
        dynamic first = Assert.Single(runspace.Invoke(Chain).OutputWithoutErrors()).BaseObject;

        var second = runspace.Invoke("$VerbosePreference = 'Continue'; " + Chain);

        dynamic again = Assert.Single(second.OutputWithoutErrors()).BaseObject;
        Assert.Equal(first.ScoringIPAddress, again.ScoringIPAddress);
        Assert.DoesNotContain(second.Verbose, static line => line.Contains(" PUT ", StringComparison.Ordinal));
        Assert.Contains(second.Verbose, static line => line.Contains("Found existing", StringComparison.Ordinal));
    }
}
