Describe 'Set-AmlAksLoadBalancer' {
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

    It 'makes the address private after the grant' {
        $private = $script:created | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        $private.IsPrivate | Should -BeTrue
        $private.ScoringIPAddress | Should -BeLike '10.1.0.*'
        "$($private.LoadBalancerType)" | Should -Be 'InternalLoadBalancer'
        $private.LoadBalancerSubnet | Should -Be 'default'
        $private.PreviousScoringIPAddress | Should -Be $script:created.ScoringIPAddress
    }

    It 'sends nothing when it is so already' {
        $first = $script:created | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        $second = $first | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        $second.ModifiedOn | Should -Be $first.ModifiedOn
    }

    It 'refuses without the right, and names the command to run' {
        $script:created | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CheckFailed,*'
        $problem[0].ErrorDetails.RecommendedAction | Should -BeLike '*Grant-AksNetworkContributor*'
        (Get-AmlAksCompute @myaks).IsPrivate | Should -BeFalse
    }

    It 'goes back to the public address' {
        $null = $script:created | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        (Set-AmlAksLoadBalancer @myaks -Type PublicIp).IsPrivate | Should -BeFalse
    }

    It 'changes nothing and emits nothing under -WhatIf' {
        $null = $script:created | Grant-AksNetworkContributor
        $script:created | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -WhatIf | Should -BeNullOrEmpty
        (Get-AmlAksCompute @myaks).IsPrivate | Should -BeFalse
    }
}
