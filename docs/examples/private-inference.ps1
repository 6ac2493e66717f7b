<#
.SYNOPSIS
    Creates an AKS inferencing cluster in a virtual network and gives its scoring endpoint a private address.
.DESCRIPTION
    Uses the session's sign-in. If there is none, it signs in to Azure with -Subscription, and without that parameter it starts
    the simulator. To run it on Azure, put your own names into the pipeline. It can be run again: what is done already is kept.
.EXAMPLE
    ./private-inference.ps1
    Rehearses the job on the simulator.
.EXAMPLE
    ./private-inference.ps1 -Subscription 'Visual Studio Enterprise'
    Does the job on Azure, with the first of the usual credentials that works.
#>
param([Parameter()] [string] $Subscription)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

if ($Subscription) { Connect-AmlVnet -DefaultCredential -Subscription $Subscription | Out-Host }
elseif (-not (Get-AmlVnetContext)) { Connect-AmlVnet -Simulator | Out-Host }

Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace |
    New-AmlAksCompute -Name myaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default `
        -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 |
    Grant-AksNetworkContributor |
    Set-AmlAksLoadBalancer -Type InternalLoadBalancer
