Describe 'Revoke-AksNetworkContributor' {
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

    It 'removes the assignment that Grant made' {
        $granted = $script:created | Grant-AksNetworkContributor
        $revoked = $script:created | Revoke-AksNetworkContributor
        $revoked.IsChanged | Should -BeTrue
        $revoked.Scope | Should -Be $granted.Scope
        ($script:created | Grant-AksNetworkContributor).IsChanged | Should -BeTrue
    }

    It 'finds an assignment on the subnet too' {
        $null = $script:created | Grant-AksNetworkContributor -ScopeLevel Subnet
        ($script:created | Revoke-AksNetworkContributor).IsChanged | Should -BeTrue
    }

    It 'is content when there is none' {
        ($script:created | Revoke-AksNetworkContributor).IsChanged | Should -BeFalse
    }

    It 'changes nothing under -WhatIf' {
        $null = $script:created | Grant-AksNetworkContributor
        $script:created | Revoke-AksNetworkContributor -WhatIf | Should -BeNullOrEmpty
        ($script:created | Grant-AksNetworkContributor).IsChanged | Should -BeFalse
    }
}
