<#
.SYNOPSIS
    Lets clients in to the scoring endpoint of a compute, and shows what the rules say.
.DESCRIPTION
    Uses the session's sign-in. If there is none, it signs in to Azure with -Subscription, and without that parameter it starts
    the simulator with a world that has a compute. To run it on Azure, put your own names in. It can be run again: what is done
    already is kept.
.EXAMPLE
    ./open-endpoint.ps1 -SourceAddressPrefix 10.0.0.0/8
    Rehearses it on the simulator.
#>
[CmdletBinding()]
param(
    [string[]] $SourceAddressPrefix = 'VirtualNetwork',
    [string] $Subscription
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

if ($Subscription) { Connect-AmlVnet -DefaultCredential -Subscription $Subscription | Out-Host }
elseif (-not (Get-AmlVnetContext)) { Connect-AmlVnet -Simulator -Scenario existing-cluster | Out-Host }

$compute = Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name myaks
$compute | Get-AmlAksEndpoint | Out-Host
$compute | Enable-AmlScoringAccess -SourceAddressPrefix $SourceAddressPrefix
$compute | Enable-AmlStudioAccess
