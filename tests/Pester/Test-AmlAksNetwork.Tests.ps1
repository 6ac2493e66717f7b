Describe 'Test-AmlAksNetwork' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $script:created = New-AmlAksCompute @myaks @network
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'finds an overlap without a sign-in' {
        $null = Disconnect-AmlVnet
        $results = Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16 `
            -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16
        $overlap = $results | Where-Object { $_.Id -eq 'AMLVNET-CIDR-002' }
        "$($overlap.Status)" | Should -Be 'Failed'
        $results[0].Id | Should -Be 'AMLVNET-CIDR-002'
    }

    It 'passes ranges that are apart' {
        Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24 `
            -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 -Quiet | Should -BeTrue
    }

    It 'finds the missing right of a piped compute' {
        $result = $script:created | Test-AmlAksNetwork -Rule 'AMLVNET-RBAC-001'
        $result | Should -BeOfType 'AmlVnet.CheckResult'
        "$($result.Status)" | Should -Be 'Failed'
        $result.Recommendation | Should -BeLike 'Grant-AksNetworkContributor*'
    }

    It 'passes it after the grant' {
        $null = $script:created | Grant-AksNetworkContributor
        $script:created | Test-AmlAksNetwork -Rule 'AMLVNET-RBAC-001' -Quiet | Should -BeTrue
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

    It 'refuses a rule that there is not' {
        Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.1.0.0/16 -Rule 'AMLVNET-NONE-001' -ErrorAction SilentlyContinue -ErrorVariable problem |
            Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidValue,*'
    }
}
