# Dot-source this in BeforeAll. It imports the staged module (build it first: ./build.ps1) and starts a fresh simulated world, whose
# clock goes on only while a command waits.
Import-Module -Name "$PSScriptRoot/../../artifacts/AmlVnet/AmlVnet.psd1"
$null = Connect-AmlVnet -Simulator -VirtualClock

$network = @{
    VirtualNetworkResourceGroupName = 'mygroup'
    VirtualNetworkName              = 'mynetwork'
    SubnetName                      = 'default'
    ServiceCidr                     = '10.0.0.0/16'
    DnsServiceIP                    = '10.0.0.10'
    DockerBridgeCidr                = '172.17.0.1/16'
}
$myaks = @{ ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'myaks' }

# A world whose security group denies what it can: a compute is made there in spite of the checks, which say so.
function Initialize-LockedDownCompute {
    $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario locked-down
    $workspace = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace
    $subnet = '/subscriptions/{0}/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default' -f $workspace.SubscriptionId
    $failed = $workspace |
        Test-AmlAksNetwork -SubnetId $subnet -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 |
        Where-Object { $_.Status -eq 'Failed' }
    New-AmlAksCompute @myaks @network -SkipCheck @($failed.Id) -WarningAction SilentlyContinue
}

# A world with a cluster that is attached to nothing. Emits the cluster's id.
function Initialize-DetachedCluster {
    $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario existing-cluster
    $attached = Get-AmlAksCompute @myaks
    $attached | Remove-AmlAksCompute
    $attached.ClusterId
}
