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

    It 'refuses a rule that there is not' {
        Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.1.0.0/16 -Rule 'AMLVNET-NONE-001' -ErrorAction SilentlyContinue -ErrorVariable problem |
            Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidValue,*'
    }
}
