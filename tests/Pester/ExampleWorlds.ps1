# What the examples of the help pages expect to find. It stands here and not in the pages, for PlatyPS would show a comment there to users.
$createCompute = {
    $null = Connect-AmlVnet -Simulator -VirtualClock
    $null = New-AmlAksCompute @myaks @network
}
$exampleWorlds = @{
    'none'        = { Disconnect-AmlVnet -ErrorAction Ignore }
    'connected'   = { $null = Connect-AmlVnet -Simulator -VirtualClock }
    'compute'     = $createCompute
    'granted'     = {
        . $createCompute
        $null = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor
    }
    'private'     = {
        . $createCompute
        $null = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
    }
    'creating'    = {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $null = New-AmlAksCompute @myaks -ClusterPurpose DevTest -NoWait
    }
    'started'     = {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $operation = New-AmlAksCompute @myaks @network -NoWait
    }
    'attachable'  = { $null = Initialize-DetachedCluster }
    'locked-down' = { $null = Initialize-LockedDownCompute }
    'kubernetes'  = { Connect-Kubernetes }
    'extension'   = { Connect-Kubernetes -Installed }
    'attached'    = { Connect-Kubernetes -Attached }
    'automatic'   = { Connect-World automatic }
    'migration'   = { Connect-World migration }
}

if (Get-Command -Name Connect-World -ErrorAction Ignore) { . "$PSScriptRoot/KubernetesWorld.ps1" }

# World, and the examples that need it; the others are content with a sign-in.
$exampleNeeds = @{
    'started' = @(
        'Wait-AmlOperation: Resume in another session'
    )
    'none' = @(
        'Connect-AmlVnet: Start the simulator'
        'Connect-AmlVnet: Keep what was simulated'
        'Get-AmlVnetContext: Connect only where nobody has'
        'New-AmlAksNetworkPlan: Plan without Azure'
        'New-AmlAksNetworkPlan: Keep a network on premises free'
        'Test-AmlAksNetwork: Check address ranges before there is anything'
    )
    'compute' = @(
        'Enable-AmlPrivateInference: Make a compute private that exists'
        'Export-AmlCheckResult: Show the checks in the pipeline''s test tab'
        'Export-AmlCheckResult: Keep the findings'
        'Get-AksClusterIdentity: Get the identity of a compute''s cluster'
        'Get-AksClusterIdentity: Get the object id alone'
        'Get-AmlAksCompute: Get all computes of a workspace'
        'Get-AmlAksCompute: Find endpoints that are still public'
        'Get-AmlSimulatorLog: Show that a rehearsal changes nothing'
        'Grant-AksNetworkContributor: Grant the role on the network''s resource group'
        'Grant-AksNetworkContributor: Grant no more than the subnet needs'
        'Grant-AksNetworkContributor: See what would be granted'
        'Remove-AmlAksCompute: Detach a compute'
        'Remove-AmlAksCompute: Delete the cluster too'
        'Remove-AmlAksCompute: See what would be removed'
        'Set-AmlAksLoadBalancer: Grant and switch in one line'
        'Wait-AmlOperation: Resume from the resource alone'
    )
    'granted' = @(
        'Revoke-AksNetworkContributor: Remove the assignment'
        'Revoke-AksNetworkContributor: See what would be removed'
        'Set-AmlAksLoadBalancer: Make the scoring address private'
        'Set-AmlAksLoadBalancer: See what would change'
        'Test-AmlAksNetwork: Ask one question in a script'
    )
    'private' = @(
        'Disable-AmlPrivateInference: Go back'
        'Disable-AmlPrivateInference: See what would be undone'
        'Enable-AmlScoringAccess: Let the virtual network in'
        'Get-AmlAksCompute: Get one compute'
        'Get-AmlAksEndpoint: Show the endpoint of a compute'
        'Get-AmlAksEndpoint: Show all endpoints of a workspace'
        'Get-AmlWorkspace: Find every private endpoint'
        'Set-AmlAksLoadBalancer: Go back to the public address'
        'Test-AmlAksEndpoint: Try an endpoint'
        'Test-AmlAksEndpoint: Wait in a script until the endpoint answers'
        'Test-AmlAksNetwork: Check a cluster that exists'
    )
    'creating' = @(
        'Get-AmlOperation: Find what is running'
        'Get-AmlOperation: See what a kept token is of'
        'Get-AmlOperation: Wait for all that is running in a workspace'
    )
    'attachable' = @(
        'Add-AmlAksCompute: Attach a cluster'
        'Add-AmlAksCompute: Attach, grant and go private'
        'Enable-AmlPrivateInference: Attach a cluster and make it private'
    )
    'locked-down' = @(
        'Disable-AmlScoringAccess: Remove the rules of a compute'
        'Disable-AmlScoringAccess: See what would be removed'
        'Disable-AmlStudioAccess: Remove the studio''s rule'
        'Disable-AmlStudioAccess: See what would be removed'
        'Enable-AmlScoringAccess: Let one office in, past a deny'
        'Enable-AmlScoringAccess: See what would be written'
        'Enable-AmlStudioAccess: Let the studio be shown'
        'Enable-AmlStudioAccess: Let the cluster out, too'
        'Enable-AmlStudioAccess: See what would be written'
    )
    'kubernetes' = @(
        'Enable-AmlPrivateInference: Go today''s route'
        'Enable-AmlPrivateInference: See the whole plan of the Kubernetes route'
        'Install-AksAmlExtension: Install with a certificate in a Kubernetes secret'
        'Install-AksAmlExtension: See what would be installed'
        'Install-AksAmlExtension: Look into the cluster first'
    )
    'extension' = @(
        'Add-AmlKubernetesCompute: Attach a cluster'
        'Add-AmlKubernetesCompute: Attach with instance types of your own'
        'Add-AmlKubernetesCompute: Let it create the namespace'
        'Get-AksAmlExtension: Show the extension of a cluster'
        'Get-AksAmlExtension: Show what is wrong with it'
        'Update-AksAmlExtension: Put the router on a port of each node'
        'Update-AksAmlExtension: See what would change'
    )
    'attached' = @(
        'Get-AmlKubernetesCompute: Get all Kubernetes computes of a workspace'
        'Get-AmlKubernetesCompute: Get one'
        'Remove-AmlKubernetesCompute: Detach a compute'
        'Remove-AmlKubernetesCompute: See what would be detached'
        'Uninstall-AksAmlExtension: Uninstall it'
        'Uninstall-AksAmlExtension: See what would stop working'
    )
    'migration' = @(
        'Move-AmlAksCompute: See what a move would do'
        'Move-AmlAksCompute: Keep the old endpoint for a while'
    )
    'automatic' = @(
        'Grant-AksAmlTrustedAccess: Grant before the attach'
        'Grant-AksAmlTrustedAccess: See what would be granted'
        'Revoke-AksAmlTrustedAccess: Take it away'
        'Revoke-AksAmlTrustedAccess: See what would be removed'
    )
}

# What is not here, and the examples that need it. The contract tests bind them.
$exampleNotRun = @{
    'the Az module' = @(
        'Add-AmlAksCompute: Attach a cluster of the Az module'
    )
    'Azure' = @(
        'Connect-AmlVnet: Sign in with a browser'
        'Connect-AmlVnet: Sign in as Az is'
        'Connect-AmlVnet: Sign in in a runbook'
        'Connect-AmlVnet: Sign in as an application'
        'Connect-AmlVnet: Sign in in a pipeline'
        'Connect-AmlVnet: Sign in to another cloud'
        'Connect-AmlVnet: Use a token that you have'
        'Set-AmlVnetContext: Turn to another tenant'
    )
    'a principal of yours' = @(
        'Grant-AksNetworkContributor: Grant without a look-up in Microsoft Graph'
    )
    'a second subscription' = @(
        'Set-AmlVnetContext: Turn to another subscription'
    )
}

$exampleWorldOf = @{}
foreach ($world in $exampleNeeds.Keys) { foreach ($example in $exampleNeeds[$world]) { $exampleWorldOf[$example] = $world } }
$exampleOnlyBound = @($exampleNotRun.Values | ForEach-Object { $_ })

$documents = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../docs")

# The blocks of PowerShell of a page.
function Get-Fence([string] $Path) {
    [regex]::Matches((Get-Content -Raw -LiteralPath $Path), '(?ms)^```powershell\r?\n(.*?)^```') | ForEach-Object { $_.Groups[1].Value.TrimEnd() }
}

# The examples of a help page: its name, its title without "Example 1: ", and its code.
function Get-Example([string] $Path) {
    $page = [System.IO.Path]::GetFileNameWithoutExtension($Path)
    $examples = (Get-Content -Raw -LiteralPath $Path) -replace '(?s)^.*?\n## EXAMPLES' -replace '(?s)\n## PARAMETERS.*$'
    foreach ($match in [regex]::Matches($examples, '(?ms)^### Example \d+: ([^\r\n]+).*?^```powershell\r?\n(.*?)^```')) {
        $name = "${page}: $($match.Groups[1].Value)"
        @{
            page  = $page
            name  = $name
            code  = $match.Groups[2].Value
            world = if ($name -in $exampleOnlyBound) { $null } elseif ($exampleWorldOf[$name]) { $exampleWorldOf[$name] } else { 'connected' }
        }
    }
}
