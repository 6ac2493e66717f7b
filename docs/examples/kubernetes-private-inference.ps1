<#
.SYNOPSIS
    Gives a workspace private inferencing on a compute of type Kubernetes: today's route.
.DESCRIPTION
    Uses the session's sign-in. If there is none, it signs in to Azure with -Subscription, and without that parameter it starts
    the simulator with a world that has a cluster in a virtual network, and nothing on it. To run it on Azure, put your own names
    in. It can be run again: what is done already is kept.
.EXAMPLE
    ./kubernetes-private-inference.ps1
    Rehearses the job on the simulator.
#>
param([Parameter()] [string] $Subscription)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

if ($Subscription) { Connect-AmlVnet -DefaultCredential -Subscription $Subscription | Out-Host }
elseif (-not (Get-AmlVnetContext)) { Connect-AmlVnet -Simulator -Scenario kubernetes | Out-Host }

$id = "/subscriptions/$((Get-AmlVnetContext).SubscriptionId)/resourceGroups"
$job = @{
    ResourceGroupName = 'myworkspacegroup'
    WorkspaceName     = 'myworkspace'
    Name              = 'mykube'
    Cluster           = "$id/myaksgroup/providers/Microsoft.ContainerService/managedClusters/myakscluster"
    Namespace         = 'inferencing'
    SslSecretName     = 'scoring-tls'
    SslCname          = 'scoring.contoso.internal'
    DnsZoneId         = "$id/mygroup/providers/Microsoft.Network/privateDnsZones/contoso.internal"
}
$private = Enable-AmlPrivateInference @job -Kubernetes -UseRunCommand
$private.Steps | Out-Host
$private.DnsName | Out-Host
$private
