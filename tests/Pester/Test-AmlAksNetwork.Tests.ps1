Describe 'Test-AmlAksNetwork' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        . "$PSScriptRoot/Worlds.ps1"
        $good = @{
            VirtualNetworkAddressPrefix = '10.1.0.0/16'; SubnetAddressPrefix = '10.1.0.0/24'
            ServiceCidr = '10.0.0.0/16'; DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16'
        }
        $bad = $good + @{}
        $bad.VirtualNetworkAddressPrefix = '10.0.0.0/8'
        $bad.SubnetAddressPrefix = '10.240.0.0/16'

        function Get-Id($Result) { @($Result.Id | Sort-Object -Unique -Culture '') }
    }
    AfterAll { Disconnect-AmlVnet }

    Context 'with typed ranges' {
        BeforeAll { Disconnect-AmlVnet }

        It 'finds an overlap without a sign-in, the failed ones first' {
            $results = Test-AmlAksNetwork @bad
            $results[0].Id | Should -Be 'AMLVNET-CIDR-002'
            "$($results[0].Status)" | Should -Be 'Failed'
            $results[0].Evidence | Should -Match '10\.0\.0\.0/8'
        }

        It 'chooses rules by id, pattern and exclusion, in any case' {
            $all = Get-Id (Test-AmlAksNetwork @bad -All)
            Get-Id (Test-AmlAksNetwork @bad -Rule amlvnet-cidr-002) | Should -Be 'AMLVNET-CIDR-002'
            Get-Id (Test-AmlAksNetwork @bad -Rule AMLVNET-CIDR-*) | Should -Be @($all -like 'AMLVNET-CIDR-*')
            Get-Id (Test-AmlAksNetwork @bad -ExcludeRule AMLVNET-CIDR-* -All) | Should -Be @($all -notlike 'AMLVNET-CIDR-*')
            Get-Id (Test-AmlAksNetwork @bad -Rule AMLVNET-CIDR-002, AMLVNET-CIDR-003 -ExcludeRule AMLVNET-CIDR-002) |
                Should -Be 'AMLVNET-CIDR-003'
        }

        It '-Quiet gives one answer about the rules that are asked for: <expected>' -ForEach @(
            @{ expected = $true; ranges = 'good'; more = @{} }
            @{ expected = $false; ranges = 'bad'; more = @{} }
            @{ expected = $true; ranges = 'bad'; more = @{ ExcludeRule = 'AMLVNET-CIDR-002' } }
            @{ expected = $true; ranges = 'bad'; more = @{ Rule = 'AMLVNET-COMPUTE-*' } }
        ) {
            $typed = Get-Variable -Name $ranges -ValueOnly
            $answer = @(Test-AmlAksNetwork @typed @more -Quiet)
            $answer.Count | Should -Be 1
            $answer[0] | Should -BeOfType 'System.Boolean'
            $answer[0] | Should -Be $expected
        }

        It 'gives an error and no answer where nothing is checked: <says>' -ForEach @(
            @{ more = @{ Severity = 'Information' }; id = 'InvalidCombination'; says = 'Nothing was checked' }
            @{ more = @{ Rule = 'AMLVNET-CIDR-011' }; id = 'InvalidCombination'; says = 'Nothing was checked' }
            @{ more = @{ Rule = 'AMLVNET-NSG-001' }; id = 'InvalidCombination'; says = 'Nothing was checked' }
            @{ more = @{ Rule = 'AMLVNET-CDIR-*' }; id = 'InvalidValue'; says = "Rule: there is no rule 'AMLVNET-CDIR-*'" }
            @{ more = @{ ExcludeRule = 'AMLVNET-XX' }; id = 'InvalidValue'; says = "ExcludeRule: there is no rule 'AMLVNET-XX'" }
        ) {
            Test-AmlAksNetwork @bad @more -Quiet -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
            $problem.Count | Should -Be 1
            $problem[0].FullyQualifiedErrorId | Should -BeLike "$id,*"
            "$($problem[0])" | Should -BeLike "*$([WildcardPattern]::Escape($says))*"
        }

        It 'adds reserved ranges to a plan''s own' {
            $plan = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24 `
                -ReservedAddressPrefix 192.168.0.0/16
            "$(($plan | Test-AmlAksNetwork -Rule AMLVNET-CIDR-004).Status)" | Should -Be 'Passed'
            "$(($plan | Test-AmlAksNetwork -Rule AMLVNET-CIDR-004 -ReservedAddressPrefix 10.0.0.0/16).Status)" | Should -Be 'Failed'
        }

        It 'refuses values beside a plan: <_>' -ForEach @(
            '-ServiceCidr 10.1.0.0/16', '-AgentCount 1', '-PodCidr 10.1.0.0/16', '-SourceAddressPrefix Internet'
        ) {
            $plan = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24
            Invoke-Expression "`$plan | Test-AmlAksNetwork $_ -ErrorAction SilentlyContinue -ErrorVariable problem" | Should -BeNullOrEmpty
            $problem.Count | Should -Be 1
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidCombination,*'
            "$($problem[0])" | Should -BeLike "*$($_.Split(' ')[0])*"
        }

        It 'keeps a range whole in the table of <_> columns' -ForEach 80, 120 {
            Test-AmlAksNetwork @good -Rule AMLVNET-SUBNET-001 | Out-String -Width $_ | Should -BeLike '*10.1.0.0/24 *'
        }

        It 'groups the table by status with the failed ones at the top, at <_> columns' -ForEach 80, 120 {
            $lines = (Test-AmlAksNetwork @bad -All | Out-String -Width $_) -split '\r?\n' -replace '\e\[[0-9;]*m'
            $groups = @($lines -like '*Status:*' | ForEach-Object { $_.Split(':')[1].Trim() })
            $groups | Should -Be 'Failed', 'Passed', 'NotApplicable'
            @($lines -like '*AMLVNET-CIDR-002*').Count | Should -Be 1
            $place = [array]::FindIndex([string[]]$lines, [Predicate[string]] { $args[0] -like '*AMLVNET-CIDR-002*' })
            $place | Should -BeLessThan ([array]::FindIndex([string[]]$lines, [Predicate[string]] { $args[0] -like '*Status: Passed*' }))
            $lines | ForEach-Object Length | Measure-Object -Maximum | ForEach-Object Maximum | Should -BeLessOrEqual $_
        }
    }

    Context 'before a cluster exists' {
        BeforeEach { $null = Connect-AmlVnet -Simulator -VirtualClock }

        It 'passes the how-to''s values, looks at the security groups, and passes them after the chain' {
            $workspace = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace
            $subnet = $workspace.Id -replace 'myworkspacegroup.*',
                'mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default'
            $before = $workspace |
                Test-AmlAksNetwork -SubnetId $subnet -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16
            Show-Result @($before | Where-Object Status -In 'Failed', 'Unknown') | Should -BeNullOrEmpty
            "$(($before | Where-Object Id -EQ 'AMLVNET-NSG-001').Status)" | Should -Be 'Passed'

            $after = New-AmlAksCompute @myaks @network | Grant-AksNetworkContributor |
                Set-AmlAksLoadBalancer -Type InternalLoadBalancer | Test-AmlAksNetwork
            Show-Result @($after | Where-Object Status -In 'Failed', 'Unknown') | Should -BeNullOrEmpty
            # The how-to grants at the resource group, which is more than the subnet needs: said, and no more than a warning.
            # The service's own default size retires in 2028: worth knowing, no more.
            ($after | Where-Object Status -EQ 'Warning').Id | Should -Be @('AMLVNET-CLUSTER-004', 'AMLVNET-RBAC-004')
            ($after | Where-Object Id -In 'AMLVNET-RBAC-001', 'AMLVNET-COMPUTE-005').Status | Should -Be 'Passed', 'Passed'
        }

        It 'gives an error and no answer where the <what> does not exist' -ForEach @(
            @{ what = 'subnet'; parameter = 'SubnetId'; value = '/virtualNetworks/mynetwork/subnets/nope' }
            @{ what = 'virtual network'; parameter = 'SubnetId'; value = '/virtualNetworks/nonet/subnets/default' }
            @{ what = 'workspace'; parameter = 'WorkspaceName'; value = 'nows' }
        ) {
            $arguments = (Get-WorldPart -Name base/preflight -Part good).Arguments
            Enter-World (Get-WorldPart -Name base/preflight -Part good)
            $arguments.$parameter = $parameter -eq 'SubnetId' ? $arguments.SubnetId -replace '/virtualNetworks/.*', $value : $value
            Test-AmlAksNetwork @arguments -Quiet -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'ResourceNotFound,*'
            "$($problem[0])" | Should -BeLike "The $what '*"
        }
    }

    Context 'with a compute' {
        BeforeEach {
            $null = Connect-AmlVnet -Simulator -VirtualClock
            $created = New-AmlAksCompute @myaks @network
        }

        It 'finds the missing right of a piped compute, and passes it after the grant' {
            $result = $created | Test-AmlAksNetwork -Rule 'AMLVNET-RBAC-001'
            $result | Should -BeOfType 'AmlVnet.CheckResult'
            "$($result.Status)" | Should -Be 'Failed'
            $result.Recommendation | Should -BeLike 'Grant-AksNetworkContributor*'
            $null = $created | Grant-AksNetworkContributor
            $created | Test-AmlAksNetwork -Rule 'AMLVNET-RBAC-001' -Quiet | Should -BeTrue
        }

        It 'ends with what was not looked at, which no filter by Status takes for a result' {
            $all = @($created | Test-AmlAksNetwork)
            $all[-1] | Should -BeOfType 'AmlVnet.NotLookedAt'
            $unseen = @($all | Where-Object Status -EQ 'NotLookedAt')
            $unseen.Id | Should -Contain 'NOTLOOKEDAT-EGRESS'
            $unseen.Id | Should -Contain 'NOTLOOKEDAT-INSIDE'
            $unseen.Command | Should -Not -Contain $null
            @($all | Where-Object Status -EQ 'Failed') | Should -BeOfType 'AmlVnet.CheckResult'
            $all[0..($all.Count - $unseen.Count - 1)] | Should -BeOfType 'AmlVnet.CheckResult'
        }

        It 'has a view of its own for that, which leaves the table of the results a table' {
            $all = $created | Test-AmlAksNetwork
            $shown = $all | Out-String -Width 120
            $shown | Should -Match 'Id\s+Severity\s+Target\s+Evidence'
            $shown | Should -Match '(?s)Severity.*Subject\s+: Names that nodes must reach'
            $all | Where-Object Status -EQ 'NotLookedAt' | Out-String -Width 120 | Should -Match 'Status: NotLookedAt\s+Subject\s+Command'
        }

        It 'gives no such list where rules are asked for by name, or ranges are typed' {
            $created | Test-AmlAksNetwork -Rule 'AMLVNET-CIDR-*' | Should -BeOfType 'AmlVnet.CheckResult'
            Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.1.0.0/16 -ServiceCidr 10.0.0.0/16 | Should -BeOfType 'AmlVnet.CheckResult'
        }

        It 'refuses the values of a planned cluster: <_>' -ForEach @(
            '-ServiceCidr 10.1.0.0/16', '-PodCidr 10.1.0.0/16', '-ClusterPurpose DevTest', '-SubnetId junk'
        ) {
            Invoke-Expression "`$created | Test-AmlAksNetwork $_ -ErrorAction SilentlyContinue -ErrorVariable problem" |
                Should -BeNullOrEmpty
            $problem.Count | Should -Be 1
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidCombination,*'
            "$($problem[0])" | Should -BeLike "*$($_.Split(' ')[0])*"
        }

        It 'does not take <_> for a tag' -ForEach '10.1.300.0/24', 'fd00::/8' {
            $created | Test-AmlAksNetwork -SourceAddressPrefix $_ -ErrorAction SilentlyContinue -ErrorVariable problem |
                Should -BeNullOrEmpty
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidValue,*'
            "$($problem[0])" | Should -BeLike '*SourceAddressPrefix*'
        }

        It 'chooses by severity' {
            Enter-World (Get-WorldPart -Name AMLVNET-NSG-003 -Part broken)
            (Test-AmlAksNetwork @myaks).Severity | Should -Contain 'Error'
            $warnings = Test-AmlAksNetwork @myaks -Severity Warning
            $warnings.Id | Should -Contain 'AMLVNET-NSG-003'
            $warnings.Severity | Select-Object -Unique | Should -Be 'Warning'
        }

        It 'gives failed ones first, and errors before warnings' {
            $world = Get-WorldPart -Name AMLVNET-NSG-004 -Part broken
            $scenario = [System.Text.Json.Nodes.JsonNode]::Parse($world.Scenario)
            $scenario['resources'].Add([System.Text.Json.Nodes.JsonNode]::Parse(
                '{ "id": "myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace/computes/myaks",
                   "properties": { "provisioningState": "Updating" } }'))
            $world.Scenario = $scenario.ToJsonString()
            Enter-World $world
            $results = Test-AmlAksNetwork @myaks -All
            $order = 'Failed', 'Warning', 'Unknown', 'Passed', 'NotApplicable', 'NotLookedAt'
            $places = @($results | ForEach-Object { $order.IndexOf("$($_.Status)") })
            $places | Should -Be @($places | Sort-Object)
            $results.Status | Should -Contain 'Warning'
            $failed = @($results | Where-Object Status -EQ 'Failed' | ForEach-Object { "$($_.Severity)" })
            $failed | Select-Object -Unique | Should -Be 'Error', 'Warning'
            $failed | Should -Be @($failed | Sort-Object)
        }

        It 'recommends to detach a compute whose cluster was deleted, and that works' {
            Enter-World (Get-WorldPart -Name AMLVNET-COMPUTE-004-cluster-gone -Part broken)
            $failed = Test-AmlAksNetwork @myaks | Where-Object Status -EQ 'Failed'
            $failed.Id | Should -Be 'AMLVNET-COMPUTE-004'
            Invoke-Expression $failed.Recommendation
            Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace | Should -BeNullOrEmpty
        }
    }

    It 'recommends commands with priorities of their own' {
        Connect-World locked-down
        $wish = @{ SubnetId = $ids.Subnet; ServiceCidr = '10.0.0.0/16'; DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16' }
        $results = Test-AmlAksNetwork -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace @wish `
            -SourceAddressPrefix VirtualNetwork, 198.51.100.0/24 `
            -Rule AMLVNET-NSG-001, AMLVNET-NSG-002
        $priorities = @($results.Recommendation | Where-Object { $_ -match '--priority (\d+)' } |
            ForEach-Object { $_ -match '--priority (\d+)' > $null; $Matches[1] })
        $priorities.Count | Should -BeGreaterThan 1
        $priorities | Sort-Object -Unique | Should -HaveCount $priorities.Count
    }
}
