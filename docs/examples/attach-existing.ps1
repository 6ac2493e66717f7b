<#
.SYNOPSIS
    Attaches an existing AKS cluster to a workspace and gives its scoring endpoint a private address.
.DESCRIPTION
    Uses the session's sign-in. If there is none, it signs in to Azure with -Subscription, and without that parameter it starts
    the simulator with a world that has such a cluster. To run it on Azure, put your own names into the pipeline. It can be run
    again: what is done already is kept.
.EXAMPLE
    ./attach-existing.ps1
    Rehearses the job on the simulator.
#>
param([Parameter()] [string] $Subscription)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

if ($Subscription) { Connect-AmlVnet -DefaultCredential -Subscription $Subscription | Out-Host }
elseif (-not (Get-AmlVnetContext)) { Connect-AmlVnet -Simulator -Scenario existing-cluster | Out-Host }

Add-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name myaks `
    -ClusterResourceGroupName myaksgroup -ClusterName myakscluster |
    Grant-AksNetworkContributor -ScopeLevel Subnet |
    Set-AmlAksLoadBalancer -Type InternalLoadBalancer
