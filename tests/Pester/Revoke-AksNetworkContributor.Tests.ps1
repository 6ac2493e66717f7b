Describe 'Revoke-AksNetworkContributor' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $created = New-AmlAksCompute @myaks @network
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'removes the assignment that Grant made' {
        $granted = $created | Grant-AksNetworkContributor
        $revoked = $created | Revoke-AksNetworkContributor
        $revoked.IsChanged | Should -BeTrue
        $revoked.Scope | Should -Be $granted.Scope
        ($created | Grant-AksNetworkContributor).IsChanged | Should -BeTrue
    }

    It 'finds an assignment on the subnet too' {
        $null = $created | Grant-AksNetworkContributor -ScopeLevel Subnet
        ($created | Revoke-AksNetworkContributor).IsChanged | Should -BeTrue
    }

    It 'is content when there is none' {
        ($created | Revoke-AksNetworkContributor).IsChanged | Should -BeFalse
    }

    It 'changes nothing under -WhatIf' {
        $null = $created | Grant-AksNetworkContributor
        $created | Revoke-AksNetworkContributor -WhatIf | Should -BeNullOrEmpty
        ($created | Grant-AksNetworkContributor).IsChanged | Should -BeFalse
    }
}
