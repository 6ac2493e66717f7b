# Dot-source this in BeforeAll. It imports the staged module and starts a fresh simulated world, whose
# clock goes on only while a command waits.
$moduleManifest = if ($env:AMLVNET_TESTED_MODULE) { $env:AMLVNET_TESTED_MODULE } else { "$PSScriptRoot/../../artifacts/AmlVnet/AmlVnet.psd1" }
Import-Module -Name $moduleManifest
$null = Connect-AmlVnet -Simulator -VirtualClock

$network = @{
    VirtualNetworkResourceGroupName = 'mygroup'
    VirtualNetworkName              = 'mynetwork'
    SubnetName                      = 'default'
    ServiceCidr                     = '10.0.0.0/16'
    DnsServiceIP                    = '10.0.0.10'
    DockerBridgeCidr                = '172.17.0.1/16'
}
$myaks = @{ ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'myaks' }

# A world whose security group denies what it can: a compute is made there in spite of the checks, which say so.
function Initialize-LockedDownCompute {
    $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario locked-down
    $workspace = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace
    $failed = $workspace |
        Test-AmlAksNetwork -SubnetId $ids.Subnet -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 |
        Where-Object { $_.Status -eq 'Failed' }
    New-AmlAksCompute @myaks @network -SkipCheck @($failed.Id) -WarningAction SilentlyContinue
}

# A world with a cluster that is attached to nothing. Emits the cluster's id.
function Initialize-DetachedCluster {
    $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario existing-cluster
    $attached = Get-AmlAksCompute @myaks
    $attached | Remove-AmlAksCompute -WarningAction SilentlyContinue
    $attached.ClusterId
}

# What the built-in scenarios hold.
$ids = @{ Subscription = '/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36' }
$ids.Workspace = "$($ids.Subscription)/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/myworkspace"
$ids.Compute = "$($ids.Workspace)/computes/myaks"
$ids.NetworkGroup = "$($ids.Subscription)/resourceGroups/mygroup"
$ids.Network = "$($ids.NetworkGroup)/providers/Microsoft.Network/virtualNetworks/mynetwork"
$ids.Subnet = "$($ids.Network)/subnets/default"
$ids.ExistingCluster = "$($ids.Subscription)/resourceGroups/myaksgroup/providers/Microsoft.ContainerService/managedClusters/myakscluster"
$ids.NetworkContributor = '4d97b98b-1d4f-4787-a291-c67834d212e7'
$ids.Contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c'

# Starts a fresh world: a scenario by its name, or the content of a scenario file as a hash table.
function Connect-World($Scenario = 'how-to', [hashtable] $Clock = @{ VirtualClock = $true }) {
    if ($Scenario -is [string]) {
        $null = Connect-AmlVnet -Simulator @Clock -Scenario $Scenario
        return
    }

    $file = [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), "amlvnet-$([guid]::NewGuid().ToString('N')).json")
    [System.IO.File]::WriteAllText($file, (ConvertTo-Json -InputObject $Scenario -Depth 30))
    try {
        $null = Connect-AmlVnet -Simulator @Clock -Scenario $file
    } finally {
        [System.IO.File]::Delete($file)
    }
}

# Sets variables of the process while a block runs; null takes one away.
function Invoke-WithEnvironment([hashtable] $Variable, [scriptblock] $Block) {
    $before = @{}
    foreach ($name in $Variable.Keys) {
        $before.$name = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $Variable.$name)
    }
    try {
        & $Block
    } finally {
        foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before.$name) }
    }
}

# What a command gives, each stream for itself; an error that ends it comes last. Forgets the requests before it, so that afterwards
# Get-AmlSimulatorLog shows those of the command.
function Get-Outcome([scriptblock] $Command) {
    $ErrorActionPreference = 'Continue'
    $WarningPreference = 'Continue'
    $VerbosePreference = 'Continue'
    $recorded = @{}
    foreach ($stream in 'Output', 'Error', 'Warning', 'Verbose', 'Debug', 'Information') {
        $recorded[$stream] = [System.Collections.Generic.List[object]]::new()
    }
    if (Get-AmlVnetContext) { Set-AmlSimulator -ClearLog -Verbose:$false }
    try {
        & $Command *>&1 | ForEach-Object -Process {
            switch ($_) {
                { $_ -is [System.Management.Automation.ErrorRecord] } { $recorded.Error.Add($_); break }
                { $_ -is [System.Management.Automation.WarningRecord] } { $recorded.Warning.Add($_.Message); break }
                { $_ -is [System.Management.Automation.VerboseRecord] } { $recorded.Verbose.Add($_.Message); break }
                { $_ -is [System.Management.Automation.DebugRecord] } { $recorded.Debug.Add($_.Message); break }
                { $_ -is [System.Management.Automation.InformationRecord] } { $recorded.Information.Add($_); break }
                default { $recorded.Output.Add($_) }
            }
        }
    } catch {
        $recorded.Error.Add($_)
    }
    [pscustomobject]$recorded
}

# The same at a prompt of its own with the context of this session: Text is what the prompt showed (What if),
# Question what it was asked and Progress what it was told. Answer holds labels of choices. The command sees the variables of
# World.ps1, and those in With.
function Invoke-AtPrompt([scriptblock] $Command, [object[]] $Answer = @(), [switch] $NonInteractive, [hashtable] $With = @{}) {
    if (-not $global:AmlVnetTestPrompt) {
        . "$PSScriptRoot/TestHost.ps1"
        $testHost = [TestHost]::new()
        $runspace = [runspacefactory]::CreateRunspace($testHost)
        $runspace.Open()
        $opening = [powershell]::Create($runspace)
        $null = $opening.AddCommand('Import-Module').AddParameter('Name', "$PSScriptRoot/../../artifacts/AmlVnet/AmlVnet.psd1").Invoke()
        $global:AmlVnetTestPrompt = @{ Interface = $testHost.Interface; Runspace = $runspace }
    }

    $interface = $global:AmlVnetTestPrompt.Interface
    $interface.Forget(-not $NonInteractive, $Answer)
    $state = $global:AmlVnetTestPrompt.Runspace.SessionStateProxy
    foreach ($variable in @{ network = $network; myaks = $myaks; ids = $ids; context = Get-AmlVnetContext }, $With) {
        foreach ($entry in $variable.GetEnumerator()) { $state.SetVariable($entry.Key, $entry.Value) }
    }
    $shell = [powershell]::Create($global:AmlVnetTestPrompt.Runspace)
    try {
        $turn = { if ($context) { $null = Set-AmlVnetContext -Context $context; Set-AmlSimulator -ClearLog } else { Disconnect-AmlVnet } }
        $null = $shell.AddScript($turn.ToString()).Invoke()
        $shell.Commands.Clear()
        $null = $shell.AddScript($Command.ToString())
        $output = [System.Collections.Generic.List[psobject]]::new()
        $ending = $null
        try {
            $shell.Invoke($null, $output)
        } catch {
            $ending = $_.Exception.InnerException.ErrorRecord
        }
        [pscustomobject]@{
            Output    = @($output)
            Error     = @($shell.Streams.Error) + @($ending | Where-Object { $_ })
            Warning   = @($shell.Streams.Warning | ForEach-Object Message)
            Verbose   = @($shell.Streams.Verbose | ForEach-Object Message)
            Progress  = @($shell.Streams.Progress)
            Text      = $interface.Text.ToString()
            Question  = @($interface.Question)
            Remaining = @($interface.Answer)
        }
    } finally {
        $shell.Dispose()
    }
}

# The one error that a command gives, and no output. What is named is compared: the id before the comma, the category, the target, parts of
# the message and of the recommended action.
function Get-Failure {
    param([scriptblock] $Command, [string] $Id, [string] $Category, $Target, [string[]] $Says, [string[]] $Recommends, $Outcome)

    if (-not $Outcome) { $Outcome = Get-Outcome $Command }
    $Outcome.Output | Should -BeNullOrEmpty
    $Outcome.Error | Should -HaveCount 1
    $failure = $Outcome.Error[0]
    if ($Id) { $failure.FullyQualifiedErrorId | Should -BeLike "$Id,AmlVnet.Cmdlets.*" }
    if ($Category) { "$($failure.CategoryInfo.Category)" | Should -Be $Category }
    if ($PSBoundParameters.ContainsKey('Target')) { $failure.TargetObject | Should -Be $Target }
    foreach ($part in $Says) { "$failure" | Should -Match ([regex]::Escape($part)) }
    foreach ($part in $Recommends) { $failure.ErrorDetails.RecommendedAction | Should -Match ([regex]::Escape($part)) }
    $failure
}

# Sends one request past the module to the simulator of a context, as somebody else would, and gives the answer's body.
function Send-SimulatorRequest([string] $Method, [string] $Path, [string] $Body, $Context = (Get-AmlVnetContext)) {
    $inner = $Context
    foreach ($member in 'Connection', 'Options', 'Handler', 'Simulator') {
        $inner = $inner.GetType().GetProperty($member, [System.Reflection.BindingFlags]'Instance, Public, NonPublic').GetValue($inner)
    }
    $headers = [System.Collections.Generic.Dictionary[string, string]]::new()
    $headers['Content-Type'] = 'application/json'
    $bytes = [System.ReadOnlyMemory[byte]]::new([System.Text.Encoding]::UTF8.GetBytes($Body))
    $handle = $inner.GetType().GetMethod('Handle')
    $request = [System.Activator]::CreateInstance($handle.GetParameters()[0].ParameterType,
        @($Method, [uri]"https://management.simulator.invalid$Path", $headers, $bytes))
    $answer = $handle.Invoke($inner, @($request))
    $text = [System.Text.Encoding]::UTF8.GetString($answer.Body.ToArray())
    if ([int]$answer.Status -lt 200 -or [int]$answer.Status -gt 299) { throw "${Method} ${Path}: $([int]$answer.Status) $text" }
    if ($text) { ConvertFrom-Json -InputObject $text -NoEnumerate -AsHashtable }
}

# The role assignments at a scope and above it, as Resource Manager shows them.
function Get-RoleAssignment([string] $Scope) {
    (Send-SimulatorRequest GET "$Scope/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&`$filter=atScope()").value
}

# Assigns a role, as somebody else than the module would.
function Add-RoleAssignment([string] $Scope, [string] $RoleId, [string] $PrincipalId) {
    $content = @{ properties = @{
            roleDefinitionId = "$($ids.Subscription)/providers/Microsoft.Authorization/roleDefinitions/$RoleId"
            principalId      = $PrincipalId
            principalType    = 'ServicePrincipal'
        } }
    $assignment = "$Scope/providers/Microsoft.Authorization/roleAssignments/$([guid]::NewGuid())"
    $null = Send-SimulatorRequest PUT "${assignment}?api-version=2022-04-01" (ConvertTo-Json $content)
}

# The path of a state file that is not there yet, and what takes it away with all that was written beside it.
function New-StatePath { [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), "amlvnet-$([guid]::NewGuid().ToString('N')).state") }

function Remove-StateFile([string] $Path) {
    Disconnect-AmlVnet
    $folder = [System.IO.Path]::GetDirectoryName($Path)
    foreach ($file in [System.IO.Directory]::GetFiles($folder, [System.IO.Path]::GetFileName($Path) + '*')) {
        [System.IO.File]::Delete($file)
    }
}

# What Export-Clixml and Import-Clixml make of an object.
function Copy-ByClixml($InputObject) {
    [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($InputObject, 3))
}

# What the Tab key offers at the end of a line.
function Get-Completion([string] $Line) {
    (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches
}

# Computes in one subnet, behind one network security group with one deny rule: a world for Connect-World. Deny is what the rule denies,
# Compute names them as workspace/compute. There is a second subnet, lb, for load balancers. A rule before the deny lets the nodes' subnet
# through in itself, without which no cluster works; CutsNodes leaves it out.
function Get-GuardedWorld([hashtable] $Deny, [string[]] $Compute, [switch] $Internal, [string] $Prefix = '10.1',
    [string[]] $Delegation = @(), [switch] $CutsNodes) {
    $workspaces = @($Compute | ForEach-Object { $_.Split('/')[0] } | Select-Object -Unique)
    $rule = @{
        protocol = 'Tcp'; sourcePortRange = '*'; destinationAddressPrefix = '*'; access = 'Deny'; priority = 200; direction = 'Inbound'
    } + $Deny
    $inside = @{
        protocol = '*'; sourcePortRange = '*'; destinationPortRange = '*'; sourceAddressPrefix = "$Prefix.0.0/22"
        destinationAddressPrefix = "$Prefix.0.0/22"; access = 'Allow'; priority = 150; direction = 'Inbound'
    }
    $rules = @(@{ name = 'Nodes'; properties = $inside } | Where-Object { -not $CutsNodes }) + @{ name = 'Theirs'; properties = $rule }
    @{
        settings              = @{ assignmentSeconds = 0; principalSeconds = 0; principalWithTypeSeconds = 0 }
        resourceGroups        = @(@{ name = 'g'; location = 'eastus2' })
        networkSecurityGroups = @(@{ resourceGroup = 'g'; name = 'nsg'; securityRules = @($rules) })
        virtualNetworks       = @(@{
                resourceGroup = 'g'; name = 'v'; addressPrefixes = @("$Prefix.0.0/16")
                subnets       = @(
                    @{ name = 's'; addressPrefix = "$Prefix.0.0/22"; networkSecurityGroup = 'nsg' }
                    @{ name = 'lb'; addressPrefix = "$Prefix.8.0/24"; delegations = $Delegation }
                )
            })
        storageAccounts       = @($workspaces | ForEach-Object { @{ resourceGroup = 'g'; name = "acc$_" } })
        workspaces            = @($workspaces |
            ForEach-Object { @{ resourceGroup = 'g'; name = $_; storageAccount = "g/Microsoft.Storage/storageAccounts/acc$_" } })
        computes              = @($Compute | ForEach-Object {
                $place = $_.Split('/')
                $one = @{
                    workspace = "g/Microsoft.MachineLearningServices/workspaces/$($place[0])"; name = $place[1]; nodes = 1
                    vmSize = 'Standard_D4s_v3'
                    clusterPurpose = 'DevTest'; subnet = 'g/Microsoft.Network/virtualNetworks/v/subnets/s'
                }
                if ($Internal) { $one.loadBalancerSubnet = 's' }
                $one
            })
    }
}
$denyAll = @{ sourceAddressPrefix = '*'; destinationPortRange = '*' }
$denyProbe = @{ sourceAddressPrefix = 'AzureLoadBalancer'; destinationPortRange = '*' }
