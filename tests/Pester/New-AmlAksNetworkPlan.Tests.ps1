Describe 'New-AmlAksNetworkPlan' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    AfterAll { Disconnect-AmlVnet }

    Context 'without a sign-in' {
        BeforeAll { $null = Disconnect-AmlVnet }

        It 'proposes values that the checks pass, and says why' {
            $plan = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16
            $plan | Should -BeOfType 'AmlVnet.AksNetworkPlan'
            $plan.IsUsable | Should -BeTrue
            $plan.Reason | Should -Not -BeNullOrEmpty
            foreach ($reason in $plan.Reason) { $reason.Text | Should -Not -BeNullOrEmpty }
            $plan | Test-AmlAksNetwork -Quiet | Should -BeExactly $true
            Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16 -ServiceCidr $plan.ServiceCidr `
                -DnsServiceIP $plan.DnsServiceIP -DockerBridgeCidr $plan.DockerBridgeCidr -Quiet | Should -BeExactly $true
        }

        It 'gives the same plan for the same input' {
            $first = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16
            $second = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16
            "$second" | Should -Be "$first"
        }

        It 'keeps what is given, and checks it' {
            $plan = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16 `
                -ServiceCidr 10.0.0.0/16
            $plan.ServiceCidr | Should -Be '10.0.0.0/16'
            $plan.IsUsable | Should -BeFalse
        }

        It 'counts nodes only, with a pod CIDR' {
            $pods = @{ VirtualNetworkAddressPrefix = '10.1.0.0/16'; SubnetAddressPrefix = '10.1.0.0/27'; PodCidr = '10.244.0.0/16' }
            (New-AmlAksNetworkPlan @pods).Capacity.MaxPodsPerNode | Should -BeExactly 0
            (New-AmlAksNetworkPlan @pods -MaxPodsPerNode 8).Capacity.MaxPodsPerNode | Should -BeExactly 8
        }

        It 'refuses a range that is none' {
            Get-Failure { New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/99 } -Id InvalidValue
        }
    }

    It 'pipes into New-AmlAksCompute, past an overlap' {
        Connect-World overlap
        $plan = New-AmlAksNetworkPlan -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default
        $compute = $plan | New-AmlAksCompute @myaks
        $compute.ServiceCidr | Should -Be $plan.ServiceCidr
        # The virtual network has all of 10.0.0.0/8.
        $compute.ServiceCidr | Should -Not -BeLike '10.*'
        $compute.SubnetId | Should -Be $plan.SubnetId
        $compute.SubnetId | Should -BeLikeExactly '*/subnets/default'
    }
}
