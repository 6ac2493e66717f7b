# Writes the sample reports of docs/reports from scenarios that ship with the module: the same each time, for the simulator's clock stands
# still. "dotnet run --project build -- docs" runs it, and a test compares what it writes with what is there.
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Folder
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name $Module
$null = New-Item -ItemType Directory -Path $Folder -Force
$null = Connect-AmlVnet -Simulator -VirtualClock -Scenario existing-cluster
Get-AmlWorkspace | Get-AmlAksCompute | Export-AmlReport -Path (Join-Path $Folder 'existing-cluster.html')
Get-AmlWorkspace | Get-AmlAksCompute | Export-AmlReport -Path (Join-Path $Folder 'existing-cluster.md')
$null = Connect-AmlVnet -Simulator -VirtualClock -Scenario hub-and-spoke
Get-AmlWorkspace | Get-AmlAksCompute | Export-AmlReport -Path (Join-Path $Folder 'hub-and-spoke.html')
Disconnect-AmlVnet
