Describe 'All subscriptions at once' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $first, $second, $third = '5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36', '11111111-1111-4111-8111-111111111111',
            '22222222-2222-4222-8222-222222222222'

        # Three subscriptions with a network, two workspaces and six computes each; the second is in a management group, the third in one
        # below it.
        function New-FleetWorld {
            $learning, $virtualNetworks = 'Microsoft.MachineLearningServices/workspaces', 'Microsoft.Network/virtualNetworks'
            $places = 1..3
            $workspaces = foreach ($place in $places) { 1..2 | ForEach-Object { @{ Place = $place; Name = "work$place$_" } } }
            @{
                settings         = @{ pageSize = 2 }
                caller           = @{ roles = @(
                        @{ role = 'Owner' }
                        @{ role = 'Owner'; scope = '/providers/Microsoft.Management/managementGroups/platform' }) }
                subscriptions    = @(@{ id = $second; name = 'Second' }, @{ id = $third; name = 'Third' })
                managementGroups = @(
                    @{ name = 'platform'; subscriptions = @($second) }
                    @{ name = 'landing'; parent = 'platform'; subscriptions = @($third) })
                resourceGroups   = @(
                    @{ name = 'group1' }
                    @{ name = 'group2'; subscription = $second }
                    @{ name = 'group3'; subscription = $third })
                storageAccounts  = @($places | ForEach-Object { @{ resourceGroup = "group$_"; name = "storage$_" } })
                virtualNetworks  = @($places | ForEach-Object { @{
                            resourceGroup = "group$_"; name = "network$_"; addressPrefixes = @("10.$_.0.0/16")
                            subnets = @(@{ name = 'nodes'; addressPrefix = "10.$_.0.0/16" })
                        } })
                workspaces       = @($workspaces | ForEach-Object { @{
                            resourceGroup = "group$($_.Place)"; name = $_.Name
                            storageAccount = "group$($_.Place)/Microsoft.Storage/storageAccounts/storage$($_.Place)"
                            keyVault = "group$($_.Place)/Microsoft.KeyVault/vaults/vault$($_.Place)"
                        } })
                computes         = @($workspaces | ForEach-Object { $one = $_; 'a', 'b', 'c' | ForEach-Object { @{
                                workspace = "group$($one.Place)/$learning/$($one.Name)"; name = "$($_)$($one.Name)"; nodes = 1
                                vmSize = 'Standard_D4s_v3'
                                subnet = "group$($one.Place)/$virtualNetworks/network$($one.Place)/subnets/nodes"
                            } } })
            }
        }

        $file = "$TestDrive/fleet.json"
        [System.IO.File]::WriteAllText($file, (ConvertTo-Json -InputObject (New-FleetWorld) -Depth 20))
        function Connect-Fleet { $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario $file -Subscription $first }
        function Get-PathAsked { Get-AmlSimulatorLog | ForEach-Object Path }
        $graph = '/providers/Microsoft.ResourceGraph/resources'
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    Context 'as they are' {
        BeforeAll {
            Connect-Fleet
        }
        AfterEach {
            Set-AmlSimulator -ClearFault
        }

        It 'finds <Name>: <Command>' -ForEach @(
            @{ Name = 'work21 work22 work31 work32 work11 work12'; Command = { Get-AmlWorkspace -AllSubscriptions } }
            @{ Name = 'work21 work22 work31 work32'; Command = { Get-AmlWorkspace -ManagementGroupId platform } }
            @{ Name = 'work31 work32'; Command = { Get-AmlWorkspace -ManagementGroupId landing } }
            @{ Name = 'work31 work32'
                Command = { Get-AmlWorkspace -ManagementGroupId /providers/Microsoft.Management/managementGroups/landing }
            }
            @{ Name = 'work21 work22 work31 work32'; Command = { Get-AmlWorkspace -ManagementGroupId landing, platform } }
            @{ Name = 'work22 work32 work12'; Command = { Get-AmlWorkspace -AllSubscriptions -Name *2 } }
            @{ Name = 'work31'; Command = { Get-AmlWorkspace -ManagementGroupId platform -Name WORK31 } }
        ) {
            $outcome = Get-Outcome $Command
            $outcome.Error | Should -BeNullOrEmpty
            @($outcome.Output | ForEach-Object Name) -join ' ' | Should -BeExactly $Name
            # All of them in one request.
            Get-PathAsked | Should -Be $graph
        }

        It 'tells of a workspace what its own list tells' {
            $one = Get-AmlWorkspace -AllSubscriptions -Name work11
            $same = Get-AmlWorkspace -ResourceGroupName group1 -Name work11
            ConvertTo-Json -InputObject $one | Should -BeExactly (ConvertTo-Json -InputObject $same)
        }

        It 'asks each workspace once for each page of its computes: <Command>' -ForEach @(
            @{ Command = { Get-AmlAksCompute -AllSubscriptions -ThrottleLimit 3 }; Count = 18; Least = 2 }
            @{ Command = { Get-AmlAksCompute -ManagementGroupId platform -Name a* }; Count = 4; Least = 2 }
            @{ Command = { Get-AmlKubernetesCompute -AllSubscriptions }; Count = 0; Least = 2 }
        ) {
            $outcome = Get-Outcome $Command
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output | Should -HaveCount $Count
            $asked = @(Get-PathAsked | Where-Object { $_ -ne $graph } | Group-Object)
            $asked | ForEach-Object { $_.Name | Should -BeLike '*/computes'; $_.Count | Should -Be $Least }
        }

        It 'checks every compute, and reads once what workspaces share' {
            $outcome = Get-Outcome { Test-AmlAksNetwork -AllSubscriptions }
            $outcome.Error | Should -BeNullOrEmpty
            @($outcome.Output | Where-Object { $_ -is [AmlVnet.CheckResult] } | Group-Object ResourceId) | Should -HaveCount 18
            $asked = @(Get-PathAsked)
            # Its own facts, and the pages of its computes.
            foreach ($own in @($asked | Where-Object { $_ -like '*/workspaces/*' } | Group-Object { $_ -replace '/computes$' })) {
                $own.Count | Should -BeLessOrEqual (1 + [math]::Ceiling(3 / 2))
            }
            foreach ($type in 'skus', 'serviceTags', 'locks') {
                @($asked | Where-Object { $_ -like "*/$type" } | Group-Object) | ForEach-Object { $_.Count | Should -Be 1 }
            }
            foreach ($shared in 'virtualNetworks/network?', 'roleAssignments', 'storageAccounts/*', 'vaults/*') {
                $found = @($asked | Where-Object { $_ -like "*/$shared" } | Group-Object)
                $found | Should -HaveCount 3
                $found | ForEach-Object { $_.Count | Should -Be 1 }
            }
        }

        It 'gives one answer for all with -Quiet' {
            Test-AmlAksNetwork -AllSubscriptions -Rule AMLVNET-CIDR-* -Quiet | Should -BeTrue
            Test-AmlAksNetwork -ManagementGroupId landing -Rule AMLVNET-RBAC-001 -Quiet | Should -BeIn $true, $false
        }

        It 'calls nothing good that it could not read' {
            Set-AmlSimulator -Fault @{ Kind = 'Error'; PathContains = '/workspaces/work22/computes'; Status = 403; Code = 'No' }
            $outcome = Get-Outcome { Test-AmlAksNetwork -AllSubscriptions -Rule AMLVNET-CIDR-* -Quiet }
            $outcome.Output | Should -Be $false
            $outcome.Error | Should -HaveCount 1
        }

        It 'loses nothing of the rest where a workspace fails' {
            Set-AmlSimulator -Fault @{ Kind = 'Error'; PathContains = '/workspaces/work22/computes'; Status = 403; Code = 'No' }
            $outcome = Get-Outcome { Get-AmlAksCompute -AllSubscriptions }
            $outcome.Output | Should -HaveCount 15
            $outcome.Error | Should -HaveCount 1
            $outcome.Error[0].Exception.Message | Should -BeLike '*work22*'
        }

        It 'asks each subscription where Resource Graph refuses: <Status>' -ForEach @(
            @{ Status = 403 }, @{ Status = 400 }, @{ Status = 404 }, @{ Status = 503 }
        ) {
            Set-AmlSimulator -Fault @{ Kind = 'Error'; ResourceType = 'Microsoft.ResourceGraph/resources'; Status = $Status; Code = 'No' }
            $outcome = Get-Outcome { Get-AmlWorkspace -AllSubscriptions -Verbose }
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output | Should -HaveCount 6
            @($outcome.Verbose -like '*each subscription is asked*') | Should -HaveCount 1
            (Get-Outcome { Get-AmlWorkspace -ManagementGroupId platform }).Output | Should -HaveCount 4
        }

        It 'loses nothing of the other subscriptions where one refuses its list' {
            Set-AmlSimulator -Fault @{ Kind = 'Error'; ResourceType = 'Microsoft.ResourceGraph/resources'; Status = 403; Code = 'No' }
            Set-AmlSimulator -Fault @{ Kind = 'Error'; PathContains = "/subscriptions/$second/providers/"; Status = 403; Code = 'No' }
            $outcome = Get-Outcome { Get-AmlWorkspace -AllSubscriptions }
            $outcome.Output | Should -HaveCount 4
            $outcome.Error | Should -HaveCount 1
            $outcome.Error[0].Exception.Message | Should -BeLike "*$second*"
        }

        It 'gives the first before the last page is asked for' {
            Set-AmlSimulator -Fault @{ Kind = 'Error'; ResourceType = 'Microsoft.ResourceGraph/resources'; Status = 403; Code = 'No' }
            Set-AmlSimulator -ClearLog
            Get-AmlWorkspace -AllSubscriptions | Select-Object -First 1 | Should -HaveCount 1
            @(Get-PathAsked | Where-Object { $_ -like '*/workspaces' }).Count | Should -BeLessOrEqual 2
        }

        It 'refuses what says two things: <Command>' -ForEach @(
            @{ Id = 'InvalidCombination'; Command = { Get-AmlWorkspace -AllSubscriptions -SubscriptionId $second } }
            @{ Id = 'InvalidCombination'; Command = { Get-AmlAksCompute -AllSubscriptions:$false } }
            @{ Id = 'AmbiguousParameterSet'; Command = { Get-AmlWorkspace -AllSubscriptions -ManagementGroupId platform } }
            @{ Id = 'InvalidValue'; Command = { Test-AmlAksNetwork -ManagementGroupId 'no such*' } }
            @{ Id = 'InvalidValue'; Command = { Get-AmlWorkspace -ManagementGroupId 'landing/platform' } }
            @{ Id = 'ResourceNotFound'; Command = { Get-AmlWorkspace -AllSubscriptions -Name nowhere } }
        ) {
            $outcome = Get-Outcome $Command
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Error[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        }
    }

    Context 'stopped' {
        It 'has given what it read, and asks for nothing more' {
            $null = Connect-AmlVnet -Simulator -TimeScale 10 -Scenario $file -Subscription $first
            Set-AmlSimulator -Setting @{ throttling = @{ reads = @{ capacity = 1; perSecond = 1 } } }
            $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $shell = [powershell]::Create()
            try {
                $null = $shell.AddScript({
                        param($Module, $Context)
                        Import-Module -Name $Module
                        $null = Set-AmlVnetContext -Context $Context
                        Get-AmlAksCompute -AllSubscriptions -ThrottleLimit 1
                    }.ToString()).AddArgument($moduleManifest).AddArgument((Get-AmlVnetContext))
                $running = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
                while ($output.Count -eq 0 -and -not $running.IsCompleted) { Start-Sleep -Milliseconds 10 }
                $shell.Stop()
            } finally {
                $shell.Dispose()
            }

            $output.Count | Should -BeGreaterThan 0
            $output.Count | Should -BeLessThan 18
            $asked = @(Get-AmlSimulatorLog).Count
            Start-Sleep -Milliseconds 400
            @(Get-AmlSimulatorLog) | Should -HaveCount $asked
        }
    }

    Context 'where requests are few' {
        It 'waits for the buckets of Resource Manager, and no record fails' {
            Connect-Fleet
            Set-AmlSimulator -Setting @{ throttling = @{ reads = @{ capacity = 4; perSecond = 1 } } }
            Set-AmlSimulator -ClearLog
            $outcome = Get-Outcome { Test-AmlAksNetwork -AllSubscriptions -ThrottleLimit 16 }
            $outcome.Error | Should -BeNullOrEmpty
            @($outcome.Output | Where-Object { $_ -is [AmlVnet.CheckResult] } | Group-Object ResourceId) | Should -HaveCount 18
            # Each second gives each subscription one more; a few are refused before the first answer has told how few are left.
            $log = @(Get-AmlSimulatorLog)
            @($log | Where-Object Status -EQ 429).Count | Should -BeLessOrEqual ($log.Count / 2)
            ($log[-1].Time - $log[0].Time).TotalSeconds | Should -BeLessThan (3 * $log.Count)
        }

        It 'waits for the quota of Resource Graph' {
            Connect-Fleet
            1..40 | ForEach-Object { (Get-AmlWorkspace -AllSubscriptions).Count } | Sort-Object -Unique | Should -Be 6
            @(Get-AmlSimulatorLog | Where-Object Status -EQ 429) | Should -BeNullOrEmpty
            @(Get-AmlSimulatorLog | Where-Object Path -EQ $graph) | Should -HaveCount 40
        }
    }
}
