<#
.SYNOPSIS
    Moves an AKS compute (v1) to a compute of type Kubernetes on the same cluster.
.DESCRIPTION
    Uses the session's sign-in. If there is none, it signs in to Azure with -Subscription, and without that parameter it starts
    the simulator with a world that has such a compute. To run it on Azure, put your own names in. It can be run again: what is
    done already is kept. The old compute stays attached; the last line of the result says how to detach it.
.EXAMPLE
    ./move-to-kubernetes.ps1
    Rehearses the move on the simulator.
.EXAMPLE
    ./move-to-kubernetes.ps1 -Path Coexist
    Rehearses the preview that keeps the old router.
#>
[CmdletBinding()]
param(
    [string] $Subscription,

    [ValidateSet('Clean', 'Coexist')]
    [string] $Path = 'Clean'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

if ($Subscription) { Connect-AmlVnet -DefaultCredential -Subscription $Subscription | Out-Host }
elseif (-not (Get-AmlVnetContext)) { Connect-AmlVnet -Simulator -Scenario migration | Out-Host }

$moved = Move-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name myaks -Path $Path -NewName mykube `
    -Namespace inferencing -AllowInsecureConnections -UseRunCommand
$moved.Steps | Out-Host
$moved.ClientChanges | Out-Host
$moved
