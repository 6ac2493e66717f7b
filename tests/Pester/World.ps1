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
