Describe 'Get-AmlAksEndpoint' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $script:created = New-AmlAksCompute @myaks @network
    }
    AfterAll { Disconnect-AmlVnet }

    It 'gets the public endpoint of a new compute' {
        $endpoint = $script:created | Get-AmlAksEndpoint
        $endpoint | Should -BeOfType 'AmlVnet.AksEndpoint'
        $endpoint.Address | Should -Be $script:created.ScoringIPAddress
        $endpoint.IsPrivate | Should -BeFalse
        $endpoint.Port | Should -Be 80
    }

    It 'gets the private one, with its load balancer and its subnet' {
        $private = $script:created | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        $endpoint = Get-AmlAksEndpoint @myaks
        $endpoint.Address | Should -Be $private.ScoringIPAddress
        $endpoint.IsPrivate | Should -BeTrue
        $endpoint.LoadBalancerName | Should -BeExactly 'kubernetes-internal'
        $endpoint.SubnetId | Should -BeLikeExactly '*/subnets/default'
        $endpoint.Port | Should -Be 80
    }
}
