# The six lines that work for each command about a compute, whatever it does: see "Parameters of one family" in docs/guides/contributing.md.
# A command that is exported and takes a compute must have its row here.
BeforeDiscovery {
    # What the value is that stands first when a compute is piped, where there is one, and what else the command needs.
    $family = @{
        'Disable-AmlPrivateInference' = @{}
        'Disable-AmlScoringAccess'    = @{}
        'Disable-AmlStudioAccess'     = @{}
        'Enable-AmlPrivateInference'  = @{}
        'Enable-AmlScoringAccess'     = @{ Value = '198.51.100.0/24' }
        'Enable-AmlStudioAccess'      = @{}
        'Get-AksClusterIdentity'      = @{}
        'Get-AmlAksCompute'           = @{}
        'Get-AmlAksEndpoint'          = @{}
        'Get-AmlOperation'            = @{ Silent = $true }
        'Grant-AksNetworkContributor' = @{}
        'Move-AmlAksCompute'          = @{
            Also = @{ Path = 'Clean'; AllowInsecureConnections = $true; UseRunCommand = $true; WarningAction = 'SilentlyContinue' } }
        'Remove-AmlAksCompute'        = @{ Also = @{ PassThru = $true; WarningAction = 'SilentlyContinue' } }
        'Revoke-AksNetworkContributor' = @{ Also = @{ Confirm = $false } }
        'Set-AmlAksLoadBalancer'      = @{ Value = 'InternalLoadBalancer'; Required = $true }
        'Test-AmlAksEndpoint'         = @{ Also = @{ TimeoutSeconds = 1 } }
        'Test-AmlAksNetwork'          = @{ Also = @{ Rule = 'AMLVNET-COMPUTE-003' } }
        'Wait-AmlOperation'           = @{}
    }
    $lines = @(
        @{ Line = 'piped'; Run = { $compute | & $Cmdlet @named @Also } }
        @{ Line = 'piped, the value positional'; Positional = $true; Run = { $compute | & $Cmdlet $Value @Also } }
        @{ Line = 'three names positional'; Run = { & $Cmdlet myworkspacegroup myworkspace myaks @named @Also } }
        @{ Line = 'three names positional, then the value'; Positional = $true; Run = {
                & $Cmdlet myworkspacegroup myworkspace myaks $Value @Also } }
        @{ Line = 'by property name'; Run = { [pscustomobject]$myaks | & $Cmdlet @named @Also } }
        @{ Line = 'by property name, the value positional'; Positional = $true; Run = { [pscustomobject]$myaks | & $Cmdlet $Value @Also } }
        @{ Line = 'by id'; Run = { & $Cmdlet -ResourceId $compute.Id @named @Also } }
        @{ Line = 'by id, the value positional'; Positional = $true; Run = { & $Cmdlet -ResourceId $compute.Id $Value @Also } }
        @{ Line = 'by a Clixml copy'; Run = { Copy-ByClixml $compute | & $Cmdlet @named @Also } }
        @{ Line = 'by what it was called before'; Run = { & $Cmdlet -Compute $compute @named @Also } }
        @{ Line = 'by the text of an id'; Run = { $compute.Id | & $Cmdlet @named @Also } }
    )
    . "$PSScriptRoot/World.ps1"
    $commands = (Get-Command -Module AmlVnet).Name
    $cases = foreach ($name in $family.Keys | Sort-Object) {
        $row = $family[$name]
        foreach ($line in $lines | Where-Object { -not $_.Positional -or $row.Value }) {
            @{
                Cmdlet = $name; Line = $line.Line; Run = $line.Run; Value = $row.Value; Required = [bool]$row.Required
                Silent = [bool]$row.Silent; Also = if ($row.Also) { $row.Also } else { @{} }
            }
        }
    }

    # What a compute is named by, beside itself.
    $carriers = 'AksNetworkAccess', 'AksEndpoint', 'NetworkRuleAccess', 'AmlOperation', 'PrivateInference', 'AksClusterIdentity', 'any object with an id'
    $pipes = foreach ($name in $family.Keys | Sort-Object) {
        foreach ($carrier in $carriers) {
            @{ Cmdlet = $name; Carrier = $carrier; Required = [bool]$family[$name].Required; Value = $family[$name].Value
                Also = if ($family[$name].Also) { $family[$name].Also } else { @{} } }
        }
    }
}

Describe 'The family of commands about a compute' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        # One world, made private once, serves all lines that only read; the others are shown by -WhatIf, which binds and reads the same.
        Connect-World existing-cluster
        $compute = Get-AmlAksCompute @myaks
        $access = $compute | Grant-AksNetworkContributor
        $private = $compute | Enable-AmlPrivateInference
        $carried = @{
            AksNetworkAccess        = $access
            AksEndpoint             = $compute | Get-AmlAksEndpoint
            NetworkRuleAccess       = $compute | Enable-AmlScoringAccess
            AmlOperation            = $compute | Set-AmlAksLoadBalancer InternalLoadBalancer -NoWait |
                ForEach-Object { if ($_ -is [AmlVnet.AmlOperation]) { $_ } else { $null } }
            PrivateInference        = $private
            AksClusterIdentity      = $compute | Get-AksClusterIdentity
            'any object with an id' = [pscustomobject]@{ Id = $compute.Id; Name = 'something else' }
        }
        # Where the balancer is internal already there is no operation; one that somebody kept says the same.
        if (-not $carried.AmlOperation) {
            $null = Set-AmlAksLoadBalancer @myaks -Type PublicIp
            $carried.AmlOperation = Set-AmlAksLoadBalancer @myaks -Type InternalLoadBalancer -NoWait
            $null = $carried.AmlOperation | Wait-AmlOperation
        }

        function Test-Change([string] $Name) { (Get-Command $Name).Parameters.ContainsKey('WhatIf') }
    }
    AfterAll { Disconnect-AmlVnet }

    It '<Cmdlet>: <Line>' -ForEach $cases {
        $named = if ($Required) { @{ Type = $Value } } else { @{} }
        $Also = $Also.Clone()
        if (Test-Change $Cmdlet) { $Also.WhatIf = $true }
        $outcome = Get-Outcome $Run
        $outcome.Error | ForEach-Object { "$($_.FullyQualifiedErrorId): $_" } | Should -BeNullOrEmpty
        @(Get-AmlSimulatorLog | Where-Object Path -Like "*/workspaces/myworkspace/computes*").Count | Should -BeGreaterThan 0
        if (-not $Silent -and -not $Also.WhatIf) { $outcome.Output | Should -Not -BeNullOrEmpty }
    }

    It '<Cmdlet> takes <Carrier> from the pipeline' -ForEach $pipes {
        $named = if ($Required) { @{ Type = $Value } } else { @{} }
        $Also = $Also.Clone()
        if (Test-Change $Cmdlet) { $Also.WhatIf = $true }
        $carried[$Carrier] | Should -Not -BeNullOrEmpty
        $outcome = Get-Outcome { $carried[$Carrier] | & $Cmdlet @named @Also }
        $outcome.Error | ForEach-Object { "$($_.FullyQualifiedErrorId): $_" } | Should -BeNullOrEmpty
    }

    It 'has a row here for each command that takes a compute' -TestCases @{ known = @($family.Keys) } {
        $takers = Get-Command -Module AmlVnet | Where-Object {
            $_.Parameters.InputObject.ParameterType.Name -in 'AksComputeReference', 'AksClusterReference', 'AksNetworkReference', 'AmlOperationReference'
        }
        # FamilyKubernetes.Tests.ps1 has those of the Kubernetes route.
        @($takers.Name | Where-Object { $_ -notmatch '^Add-|AksAml|AmlKubernetes' } | Sort-Object) | Should -Be @($known | Sort-Object)
    }

    Context 'an object with an id' {
        It 'wins over its name: <Cmdlet>' -ForEach @(
            @{ Cmdlet = 'Grant-AksNetworkContributor' }, @{ Cmdlet = 'Get-AksClusterIdentity' }, @{ Cmdlet = 'Enable-AmlStudioAccess' }
        ) {
            $row = [pscustomobject]@{ Id = $compute.ClusterId; ResourceGroupName = 'myaksgroup'; Name = 'myakscluster' }
            $also = if (Test-Change $Cmdlet) { @{ WhatIf = $true } } else { @{} }
            (Get-Outcome { $row | & $Cmdlet @also }).Error | Should -BeNullOrEmpty
        }

        It 'lends its name to no compute: <Line>' -ForEach @(
            @{ Line = 'Set-AmlAksLoadBalancer'; Run = {
                    $cluster | Set-AmlAksLoadBalancer -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Type PublicIp }
                Id = 'InvalidCombination' }
            @{ Line = 'Remove-AmlAksCompute'; Run = {
                    $cluster | Remove-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace }
                Id = 'InvalidCombination' }
            @{ Line = 'New-AmlAksCompute'; Run = {
                    Get-AmlWorkspace -Name myworkspace | New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace }
                Id = 'InvalidCombination' }
            @{ Line = 'Add-AmlAksCompute'; Run = {
                    $cluster | Add-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace }
                Id = 'InvalidCombination' }
        ) {
            $cluster = [pscustomobject]@{ Id = $compute.ClusterId; ResourceGroupName = 'myaksgroup'; Name = 'myakscluster' }
            $null = Get-Failure $Run -Id $Id
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }
}

Describe 'What is made in a workspace' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $subnet = @{ VirtualNetworkResourceGroupName = 'mygroup'; VirtualNetworkName = 'mynetwork'; SubnetName = 'default' }
        $small = @{ AgentCount = 1; ClusterPurpose = 'DevTest' }
    }
    BeforeEach {
        Connect-World existing-cluster
        $workspace = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace
        $plan = New-AmlAksNetworkPlan mygroup mynetwork default
    }
    AfterAll { Disconnect-AmlVnet }

    It 'takes the workspace from the pipeline: <Line>' -ForEach @(
        @{ Line = 'New-AmlAksCompute'; Run = { $workspace | New-AmlAksCompute -Name another -NetworkPlan $plan @small } }
        @{ Line = 'Enable-AmlPrivateInference -NetworkPlan'; Run = {
                $workspace | Enable-AmlPrivateInference -Name another -NetworkPlan $plan @small } }
        @{ Line = 'Enable-AmlPrivateInference with three names'; Run = {
                $workspace | Enable-AmlPrivateInference -Name another @network @small } }
        @{ Line = 'Enable-AmlPrivateInference -Name'; Run = { $workspace | Enable-AmlPrivateInference -Name myaks } }
        @{ Line = 'New-AmlAksCompute, the name positional'; Run = { $workspace | New-AmlAksCompute another -NetworkPlan $plan @small } }
        @{ Line = 'New-AmlAksCompute, both positional'; Run = { New-AmlAksCompute $workspace another -NetworkPlan $plan @small } }
        @{ Line = 'New-AmlAksCompute, the text of an id'; Run = { $workspace.Id | New-AmlAksCompute another -NetworkPlan $plan @small } }
        @{ Line = 'New-AmlAksCompute, a Clixml copy'; Run = { Copy-ByClixml $workspace | New-AmlAksCompute another -NetworkPlan $plan @small } }
        @{ Line = 'Enable-AmlPrivateInference, the name positional'; Run = { $workspace | Enable-AmlPrivateInference myaks } }
        @{ Line = 'Enable-AmlPrivateInference, both positional'; Run = { Enable-AmlPrivateInference $workspace myaks } }
        @{ Line = 'Get-AmlAksCompute, the name positional'; Run = { $workspace | Get-AmlAksCompute myaks } }
        @{ Line = 'Get-AmlAksCompute, a pattern'; Run = { Copy-ByClixml $workspace | Get-AmlAksCompute my* } }
    ) {
        $outcome = Get-Outcome $Run
        $outcome.Error | ForEach-Object { "$_" } | Should -BeNullOrEmpty
        $outcome.Output | Should -HaveCount 1
    }

    It 'takes it where a cluster is attached: <Line>' -ForEach @(
        @{ Line = 'Add-AmlAksCompute -InputObject'; Run = { $workspace | Add-AmlAksCompute -Name again -InputObject $cluster } }
        @{ Line = 'Add-AmlAksCompute -Cluster'; Run = { $workspace | Add-AmlAksCompute -Name again -Cluster $cluster } }
        @{ Line = 'Add-AmlAksCompute, the name positional'; Run = { $workspace | Add-AmlAksCompute again -Cluster $cluster } }
        @{ Line = 'Add-AmlAksCompute, both positional'; Run = { Add-AmlAksCompute $workspace again -Cluster $cluster } }
        @{ Line = 'Add-AmlAksCompute by the names of the cluster'; Run = {
                $workspace | Add-AmlAksCompute -Name again -ClusterResourceGroupName myaksgroup -ClusterName myakscluster } }
        @{ Line = 'Add-AmlAksCompute, the cluster piped'; Run = { $cluster | Add-AmlAksCompute myworkspacegroup myworkspace again } }
        @{ Line = 'Add-AmlAksCompute, a row with ClusterId'; Run = {
                [pscustomobject]@{ ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'again'; ClusterId = $cluster } |
                    Add-AmlAksCompute } }
        @{ Line = 'Add-AmlAksCompute, a row with the names'; Run = {
                [pscustomobject]@{
                    ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'again'
                    ClusterResourceGroupName = 'myaksgroup'; ClusterName = 'myakscluster'
                } | Add-AmlAksCompute } }
        @{ Line = 'Enable-AmlPrivateInference'; Run = { $workspace | Enable-AmlPrivateInference -Name again -Cluster $cluster } }
        @{ Line = 'Enable-AmlPrivateInference by names'; Run = {
                Enable-AmlPrivateInference myworkspacegroup myworkspace again -Cluster $cluster } }
    ) {
        $cluster = Initialize-DetachedCluster
        $workspace = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace
        $outcome = Get-Outcome $Run
        $outcome.Error | ForEach-Object { "$_" } | Should -BeNullOrEmpty
        (Get-AmlAksCompute myworkspacegroup myworkspace again).ClusterId | Should -Be $cluster
    }

    It 'takes a plan wherever its values go: <Line>' -ForEach @(
        @{ Line = 'piped to New-AmlAksCompute'; Run = { $plan | New-AmlAksCompute myworkspacegroup myworkspace another @small } }
        @{ Line = 'piped beside a workspace'; Run = { $plan | New-AmlAksCompute -Workspace $workspace -Name another @small } }
        @{ Line = 'piped to Enable-AmlPrivateInference'; Run = { $plan | Enable-AmlPrivateInference myworkspacegroup myworkspace another @small } }
        @{ Line = 'piped to Enable beside a workspace'; Run = { $plan | Enable-AmlPrivateInference -Workspace $workspace -Name another @small } }
        @{ Line = 'Test-AmlAksNetwork alone'; Run = { Test-AmlAksNetwork -NetworkPlan $plan -Rule AMLVNET-CIDR-002 } }
        @{ Line = 'piped to Test-AmlAksNetwork'; Run = { $plan | Test-AmlAksNetwork -Rule AMLVNET-CIDR-002 } }
        @{ Line = 'Test-AmlAksNetwork with a workspace'; Run = { $workspace | Test-AmlAksNetwork -NetworkPlan $plan -Rule AMLVNET-REGION-001 } }
        @{ Line = 'piped to Test-AmlAksNetwork with names'; Run = {
                $plan | Test-AmlAksNetwork myworkspacegroup myworkspace -Rule AMLVNET-REGION-001 } }
    ) {
        $outcome = Get-Outcome $Run
        $outcome.Error | ForEach-Object { "$_" } | Should -BeNullOrEmpty
        $outcome.Output | Should -HaveCount 1
    }

    It 'names a subnet by its id, by three names, or by an object with an id: <Line>' -ForEach @(
        @{ Line = 'New-AmlAksNetworkPlan'; Also = @{} }
        @{ Line = 'Enable-AmlStudioAccess'; Also = @{ WhatIf = $true } }
        @{ Line = 'Disable-AmlStudioAccess'; Also = @{ WhatIf = $true } }
        @{ Line = 'Test-AmlAksNetwork'; Also = @{
                ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Rule = 'AMLVNET-REGION-001' } }
        @{ Line = 'New-AmlAksCompute'; Also = @{
                ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'another'; ServiceCidr = '10.0.0.0/16'
                DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16'; AgentCount = 1; ClusterPurpose = 'DevTest'; WhatIf = $true } }
        @{ Line = 'Enable-AmlPrivateInference'; Also = @{
                ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'another'; ServiceCidr = '10.0.0.0/16'
                DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16'; AgentCount = 1; ClusterPurpose = 'DevTest'; WhatIf = $true } }
    ) {
        foreach ($way in @{ SubnetId = $ids.Subnet }, @{ SubnetId = [pscustomobject]@{ Id = $ids.Subnet } },
            @{ Subnet = [pscustomobject]@{ ResourceId = $ids.Subnet } }, $subnet) {
            $outcome = Get-Outcome { & $Line @way @Also }
            $outcome.Error | ForEach-Object { "$_" } | Should -BeNullOrEmpty
            @(Get-AmlSimulatorLog | Where-Object Path -Like '*/virtualNetworks/mynetwork*').Count | Should -BeGreaterThan 0
        }
        (Get-Command $Line).Parameters.SubnetId.ParameterType.Name | Should -BeExactly 'SubnetReference'
    }

    It 'makes a fleet of the rows of a table' {
        Connect-World fleet
        @'
ResourceGroupName,WorkspaceName,Name,AgentCount,ClusterPurpose
myworkspacegroup,fleetworkspace000,newone,1,DevTest
myworkspacegroup,fleetworkspace001,newone,1,DevTest
'@ | Set-Content -Path "$TestDrive/fleet.csv"
        $made = Import-Csv -Path "$TestDrive/fleet.csv" | New-AmlAksCompute
        $made | Should -HaveCount 2
        $made.AgentCount | Should -Be @(1, 1)
        $made.WorkspaceName | Sort-Object | Should -Be @('fleetworkspace000', 'fleetworkspace001')
        (Import-Csv -Path "$TestDrive/fleet.csv" | Get-AmlAksCompute).Name | Should -Be @('newone', 'newone')
    }

    It 'makes no compute with a name that was meant for something else: <Line>' -ForEach @(
        @{ Line = 'the group beside a piped workspace'; Run = { $workspace | New-AmlAksCompute -ResourceGroupName myworkspacegroup } }
        @{ Line = 'a group and a name beside it'; Run = { $workspace | New-AmlAksCompute -ResourceGroupName another -Name newone } }
        @{ Line = 'the group beside a workspace to attach to'; Run = {
                $workspace | Add-AmlAksCompute -ResourceGroupName myworkspacegroup -Cluster $ids.ExistingCluster } }
        @{ Line = 'what describes a new compute beside one that is there'; Run = {
                Get-AmlAksCompute @myaks | Enable-AmlPrivateInference -SubnetId $ids.Subnet } }
        @{ Line = 'a group beside a piped cluster'; Run = {
                Get-AmlAksCompute @myaks | Grant-AksNetworkContributor -ResourceGroupName myaksgroup } }
    ) {
        $null = Get-Failure $Run -Id InvalidCombination
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }

    It 'says what is missing: <Line>' -ForEach @(
        @{ Line = 'a cluster'; Run = { $workspace | Add-AmlAksCompute -Name again }; Id = 'InvalidCombination'; Says = '-ClusterName' }
        @{ Line = 'addresses'; Run = { $workspace | Enable-AmlPrivateInference -Name another -SubnetId $ids.Subnet -ServiceCidr 10.0.0.0/16 }
            Id = 'InvalidCombination'; Says = '-DnsServiceIP and -DockerBridgeCidr are missing' }
        @{ Line = 'a subnet'; Run = {
                $workspace | Enable-AmlPrivateInference -Name another -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 }
            Id = 'InvalidCombination'; Says = '-SubnetId' }
        @{ Line = 'one job of two'; Run = {
                $workspace | Enable-AmlPrivateInference -Name another -Cluster $ids.ExistingCluster -NetworkPlan $plan }
            Id = 'InvalidCombination'; Says = '-Cluster attaches a cluster' }
    ) {
        $null = Get-Failure $Run -Id $Id -Says $Says
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }
}

Describe 'A parameter that leaves open which set is meant' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        # A runspace of its own, where nobody is signed in and nobody can be asked for what is missing.
        $shell = [powershell]::Create()
        $null = $shell.AddCommand('Import-Module').AddParameter('Name', [System.IO.Path]::GetFullPath($moduleManifest)).Invoke()
        $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        $secret = [securestring]::new()
        function Get-SampleValue([type] $Type) {
            if ($Type.IsEnum) { return [enum]::GetValues($Type).GetValue(0) }
            switch ($Type) {
                ([switch]) { $true }
                ([int]) { 1 }
                ([double]) { 1.0 }
                ([timespan]) { [timespan]::Zero }
                ([securestring]) { $secret }
                ([hashtable]) { @{} }
                ([pscredential]) { [pscredential]::new('user', $secret) }
                ([uri]) { [uri]'https://example.invalid/' }
                default { 'x' }
            }
        }
    }

    AfterAll {
        $shell.Dispose()
        Disconnect-AmlVnet
    }

    # What is missing is named, by the binder or by us; that a set cannot be resolved is said of none.
    It 'of <_> is answered with what is missing, alone and with each that it goes with' -ForEach $commands {
        $command = Get-Command $_
        # Without a sign-in nothing goes on but the binding; what signs in would.
        $signsIn = 'Identity', 'AzureCli', 'DefaultCredential', 'FromAzContext', 'Simulator', 'AzurePipelines', 'UseDeviceAuthentication',
        'Subscription', 'Tenant', 'Environment', 'ArmEndpoint', 'LogFormat', 'AccessToken'
        $names = @($command.Parameters.Keys | Where-Object { $_ -notin $common -and ($command.Name -ne 'Connect-AmlVnet' -or $_ -notin $signsIn) })
        # What is in every set decides nothing.
        $inAll = @($command.Parameters.Values.Where{ $_.ParameterSets.ContainsKey('__AllParameterSets') }.Name)
        $telling = @($names.Where{ $_ -notin $inAll })
        $pairs = if ($command.Name -ne 'Connect-AmlVnet') {
            for ($at = 0; $at -lt $telling.Count; $at++) {
                foreach ($other in $telling[($at + 1)..$telling.Count]) {
                    $sets = $command.Parameters[$telling[$at]].ParameterSets.Keys
                    if ($other -and $sets.Where({ $command.Parameters[$other].ParameterSets.ContainsKey($_) }, 'First')) { , @($telling[$at], $other) }
                }
            }
        }
        $unclear = foreach ($given in @($names | ForEach-Object { , @($_) }) + @($pairs)) {
            $shell.Commands.Clear()
            $shell.Streams.ClearStreams()
            $null = $shell.AddCommand($command.Name)
            foreach ($name in $given) { $null = $shell.AddParameter($name, (Get-SampleValue $command.Parameters[$name].ParameterType)) }
            $id = try {
                $null = $shell.Invoke()
                "$($shell.Streams.Error.FullyQualifiedErrorId)"
            } catch {
                $_.Exception.InnerException.ErrorRecord.FullyQualifiedErrorId
            }
            if ($id -like 'AmbiguousParameterSet*') { "-$($given -join ' -')" }
        }
        $unclear | Should -BeNullOrEmpty
    }
}
