Describe 'Grant-AksNetworkContributor' {
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

    It 'grants the role on the resource group of the virtual network' {
        $access = $script:created | Grant-AksNetworkContributor
        $access | Should -BeOfType 'AmlVnet.AksNetworkAccess'
        $access.IsGranted | Should -BeTrue
        $access.IsChanged | Should -BeTrue
        $access.Scope | Should -BeLike '*/resourceGroups/mygroup'
        $access.ComputeId | Should -Be $script:created.Id
    }

    It 'writes nothing when the right is there' {
        $first = $script:created | Grant-AksNetworkContributor
        $second = $script:created | Grant-AksNetworkContributor
        $second.IsChanged | Should -BeFalse
        $second.RoleAssignmentId | Should -Be $first.RoleAssignmentId
    }

    It 'grants on the subnet only when asked' {
        ($script:created | Grant-AksNetworkContributor -ScopeLevel Subnet).Scope | Should -BeLike '*/virtualNetworks/mynetwork/subnets/default'
    }

    It 'changes nothing and emits nothing under -WhatIf' {
        $script:created | Grant-AksNetworkContributor -WhatIf | Should -BeNullOrEmpty
        ($script:created | Grant-AksNetworkContributor).IsChanged | Should -BeTrue
    }

    It 'refuses a principal that is no object id' {
        $script:created | Grant-AksNetworkContributor -PrincipalId 'somebody' -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidValue,*'
    }
}
