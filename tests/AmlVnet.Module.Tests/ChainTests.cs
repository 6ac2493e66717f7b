namespace AmlVnet.Module.Tests;

/// <summary>The one chain that the module exists for.</summary>
internal static class ChainTests
{
    internal const string Chain = """
        Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace |
            New-AmlAksCompute -Name myaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default `
                -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 |
            Grant-AksNetworkContributor |
            Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        """;
}
