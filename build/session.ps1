# What docs/pictures/terminal.svg shows: typed at a prompt, on the simulator, whose clock stands still. build/terminal.ps1 runs it on a
# terminal and draws what it showed.
param([Parameter(Mandatory)] [string] $Module)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'
Import-Module -Name $Module
$lines = @(
    'Connect-AmlVnet -Simulator -VirtualClock'
    '$workspace = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace'
    "`$network = @{ VirtualNetworkResourceGroupName = 'mygroup'; VirtualNetworkName = 'mynetwork' }"
    '$plan = New-AmlAksNetworkPlan @network -SubnetName default'
    "`$workspace | New-AmlAksCompute -Name myaks -NetworkPlan `$plan |`n    Grant-AksNetworkContributor |`n    Set-AmlAksLoadBalancer -Type InternalLoadBalancer"
    '$workspace | Get-AmlAksCompute | Test-AmlAksNetwork -Quiet'
)
foreach ($line in $lines) {
    [Console]::WriteLine("`e[36mPS>`e[0m $($line -replace "`n", "`n`e[36m>>`e[0m ")")
    . ([scriptblock]::Create($line)) | Out-Default
}
