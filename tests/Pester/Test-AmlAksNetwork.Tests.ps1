Describe 'Test-AmlAksNetwork' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $apart = @{
            VirtualNetworkAddressPrefix = '10.1.0.0/16'; SubnetAddressPrefix = '10.1.0.0/24'; ServiceCidr = '10.0.0.0/16'; DnsServiceIP = '10.0.0.10'
            DockerBridgeCidr = '172.17.0.1/16'
        }
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    Context 'without a sign-in' {
        BeforeAll {
            $null = Disconnect-AmlVnet
        }

        It 'finds an overlap, and shows it first' {
            $results = Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16 `
                -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16
            $results[0] | Should -BeOfType 'AmlVnet.CheckResult'
            $results[0].Id | Should -BeExactly 'AMLVNET-CIDR-002'
            "$($results[0].Status)" | Should -Be 'Failed'
            $results[0].Evidence | Should -Match '10\.0\.0\.0/8'
        }

        It 'passes ranges that are apart' {
            Test-AmlAksNetwork @apart -Quiet | Should -BeExactly $true
        }

        It 'takes rules by pattern, and leaves them out by pattern' {
            $ranges = Test-AmlAksNetwork @apart -Rule AMLVNET-CIDR-*
            $rest = Test-AmlAksNetwork @apart -ExcludeRule AMLVNET-CIDR-*
            $ranges | Should -Not -BeNullOrEmpty
            $rest | Should -Not -BeNullOrEmpty
            @($ranges.Id -cnotlike 'AMLVNET-CIDR-*') | Should -BeNullOrEmpty
            @($rest.Id -clike '*-CIDR-*') | Should -BeNullOrEmpty
        }

        It 'refuses a rule that there is not: <_>' -ForEach 'AMLVNET-CIDR-999', 'AMLVNET-NONE-001' {
            $rule = $_
            Get-Failure { Test-AmlAksNetwork @apart -Rule $rule } -Id InvalidValue -Says $rule
        }
    }

    Context 'a piped compute' {
        BeforeAll {
            Connect-World
            $script:created = New-AmlAksCompute @myaks @network
        }

        It 'ends with what was not looked at, which no filter by Status takes for a result' {
            $all = @($script:created | Test-AmlAksNetwork)
            $all[-1] | Should -BeOfType 'AmlVnet.NotLookedAt'
            $unseen = @($all | Where-Object Status -EQ 'NotLookedAt')
            $unseen.Id | Should -Contain 'NOTLOOKEDAT-EGRESS'
            $unseen.Id | Should -Contain 'NOTLOOKEDAT-INSIDE'
            $unseen.Command | Should -Not -Contain $null
            @($all | Where-Object Status -EQ 'Failed') | Should -BeOfType 'AmlVnet.CheckResult'
            $all[0..($all.Count - $unseen.Count - 1)] | Should -BeOfType 'AmlVnet.CheckResult'
        }

        It 'has a view of its own for that, which leaves the table of the results a table' {
            $all = $script:created | Test-AmlAksNetwork
            $shown = $all | Out-String -Width 120
            $shown | Should -Match 'Id\s+Severity\s+Target\s+Evidence'
            $shown | Should -Match '(?s)Severity.*Subject\s+: Names that nodes must reach'
            $all | Where-Object Status -EQ 'NotLookedAt' | Out-String -Width 120 | Should -Match 'Status: NotLookedAt\s+Subject\s+Command'
        }

        It 'gives no such list where rules are asked for by name, or ranges are typed' {
            $script:created | Test-AmlAksNetwork -Rule 'AMLVNET-CIDR-*' | Should -BeOfType 'AmlVnet.CheckResult'
            Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.1.0.0/16 -ServiceCidr 10.0.0.0/16 | Should -BeOfType 'AmlVnet.CheckResult'
        }

        It 'is found without the right, and what is recommended mends it' {
            $result = $script:created | Test-AmlAksNetwork -Rule AMLVNET-RBAC-001
            $result | Should -BeOfType 'AmlVnet.CheckResult'
            "$($result.Status)" | Should -Be 'Failed'
            $result.Recommendation | Should -BeLike 'Grant-AksNetworkContributor*'

            $null = $script:created | Grant-AksNetworkContributor
            $script:created | Test-AmlAksNetwork -Rule AMLVNET-RBAC-001 -Quiet | Should -BeExactly $true
        }

        It 'fails no check once the job is finished' {
            $private = $script:created | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
            $results = $private | Test-AmlAksNetwork
            @($results | Where-Object Status -EQ Failed | ForEach-Object { "$_" }) | Should -BeNullOrEmpty
            foreach ($id in 'AMLVNET-RBAC-001', 'AMLVNET-COMPUTE-005') {
                "$(($results | Where-Object Id -CEQ $id).Status)" | Should -Be 'Passed' -Because $id
            }
        }
    }

    It 'recommends commands with priorities of their own' {
        Connect-World locked-down
        $wish = @{ SubnetId = $ids.Subnet; ServiceCidr = '10.0.0.0/16'; DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16' }
        $results = Test-AmlAksNetwork -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace @wish -SourceAddressPrefix VirtualNetwork, 198.51.100.0/24 `
            -Rule AMLVNET-NSG-001, AMLVNET-NSG-002
        $priorities = @($results.Recommendation | Where-Object { $_ -match '--priority (\d+)' } | ForEach-Object { $_ -match '--priority (\d+)' > $null; $Matches[1] })
        $priorities.Count | Should -BeGreaterThan 1
        $priorities | Sort-Object -Unique | Should -HaveCount $priorities.Count
    }
}
