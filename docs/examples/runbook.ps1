<#
.SYNOPSIS
    Azure Automation runbook: gives a workspace a cluster in a virtual network with a private scoring endpoint.
.DESCRIPTION
    Runs in an Automation runtime environment with PowerShell 7.4 that has the AmlVnet module. Signs in with the account's managed
    identity, unless the session is signed in already. Asks nothing.

    The runbook writes the token of the creation as a string, and an object after each step. After three hours Automation stops a
    job and does not start it again (fair share). Start the runbook again with the same parameters, from a schedule or by a webhook: it
    goes on where the work is. With -OperationToken it resumes that very operation.
.EXAMPLE
    ./runbook.ps1 -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name myaks -SubnetId $subnetId -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ResourceGroupName,
    [Parameter(Mandatory)] [string] $WorkspaceName,
    [Parameter(Mandatory)] [string] $Name,
    [Parameter(Mandatory)] [string] $SubnetId,
    [Parameter(Mandatory)] [string] $ServiceCidr,
    [Parameter(Mandatory)] [string] $DnsServiceIP,
    [Parameter(Mandatory)] [string] $DockerBridgeCidr,

    # The token that an earlier job wrote.
    [string] $OperationToken,

    # A string variable of the Automation account that keeps the token between jobs: the next job resumes the operation by itself.
    # A kept operation that is for another compute, has failed or is forgotten does not hold the next job up.
    [string] $OperationVariable,

    # The client id, object id or resource id of a user-assigned identity. Without it the system-assigned identity is used.
    [string] $AccountId,

    # The subscription, where the identity sees more than one.
    [string] $Subscription
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
# Nobody can answer in a runbook, and Automation shows no progress.
$ConfirmPreference = 'None'
$ProgressPreference = 'SilentlyContinue'

if (-not (Get-AmlVnetContext)) {
    $signIn = @{ Identity = $true }
    if ($AccountId) { $signIn.AccountId = $AccountId }
    if ($Subscription) { $signIn.Subscription = $Subscription }
    $null = Connect-AmlVnet @signIn
}

# These two commands are Automation's own; in a rehearsal they are not there.
$isKept = $OperationVariable -and (Get-Command -Name Set-AutomationVariable -ErrorAction Ignore)
$computeId = "/subscriptions/$((Get-AmlVnetContext).SubscriptionId)/resourceGroups/$ResourceGroupName" +
    "/providers/Microsoft.MachineLearningServices/workspaces/$WorkspaceName/computes/$Name"
$compute = $null
if ($OperationToken) {
    $operation = Get-AmlOperation -Token $OperationToken
    if ($operation.ResourceId -ne $computeId) { throw "-OperationToken is of '$($operation.ResourceId)', not of '$computeId'." }
    $compute = $operation | Wait-AmlOperation
} elseif ($isKept -and ($kept = Get-AutomationVariable -Name $OperationVariable)) {
    try {
        $operation = Get-AmlOperation -Token $kept
        if ($operation.ResourceId -ne $computeId) { throw "It is of '$($operation.ResourceId)', not of '$computeId'." }
        $compute = $operation | Wait-AmlOperation
    } catch {
        # It is another compute's, it has failed, or Azure keeps no record of it any more. What there is now, the next command finds out.
        $PSCmdlet.WriteWarning("The operation of an earlier job cannot be resumed. $_")
        Set-AutomationVariable -Name $OperationVariable -Value ''
    }
}

if (-not $compute) {
    $compute = New-AmlAksCompute -ResourceGroupName $ResourceGroupName -WorkspaceName $WorkspaceName -Name $Name -SubnetId $SubnetId `
        -ServiceCidr $ServiceCidr -DnsServiceIP $DnsServiceIP -DockerBridgeCidr $DockerBridgeCidr -NoWait -Confirm:$false
    if ($compute -is [AmlVnet.AmlOperation]) {
        if ($isKept) { Set-AutomationVariable -Name $OperationVariable -Value $compute.Token }
        # A string, for a table or a list would cut it or break it over lines.
        "OperationToken: $($compute.Token)"
        $compute = $compute | Wait-AmlOperation
    }
}

if ($isKept) { Set-AutomationVariable -Name $OperationVariable -Value '' }
# The first object fixes how all are shown: with five properties or more they become lists, which show everything.
[pscustomobject]@{
    Step             = 'Created'
    ComputeId        = $compute.Id
    ClusterId        = $compute.ClusterId
    IsPrivate        = $compute.IsPrivate
    ScoringIPAddress = $compute.ScoringIPAddress
}

$result = $compute | Enable-AmlPrivateInference
[pscustomobject]@{
    Step             = 'Done'
    ComputeId        = $result.Compute.Id
    IsPrivate        = $result.IsPrivate
    ScoringIPAddress = $result.ScoringIPAddress
    IsChanged        = $result.IsChanged
    FailedChecks     = @($result.Checks | Where-Object { $_.Status -eq 'Failed' } | ForEach-Object { $_.Id })
}
