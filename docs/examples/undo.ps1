<#
.SYNOPSIS
    Takes a compute back to its public scoring endpoint and removes what AmlVnet added.
.DESCRIPTION
    Uses the session's sign-in. If there is none, it signs in to Azure with -Subscription, and without that parameter it starts
    the simulator with a world that has a compute, and makes that compute private first, so that there is something to undo. To
    run it on Azure, put your own names in. It can be run again: what is done already is kept.
.EXAMPLE
    ./undo.ps1
    Rehearses it on the simulator.
#>
param([Parameter()] [string] $Subscription)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$name = @{ ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'myaks' }
if ($Subscription) {
    Connect-AmlVnet -DefaultCredential -Subscription $Subscription | Out-Host
} elseif (-not (Get-AmlVnetContext)) {
    Connect-AmlVnet -Simulator -Scenario existing-cluster | Out-Host
    Get-AmlAksCompute @name | Enable-AmlPrivateInference | Out-Host
}

$undone = Get-AmlAksCompute @name | Disable-AmlPrivateInference
$undone.Steps | Out-Host
$undone.Compute
