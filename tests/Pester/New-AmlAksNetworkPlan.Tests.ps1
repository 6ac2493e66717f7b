Describe 'New-AmlAksNetworkPlan' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'proposes values that the checks pass, without a sign-in' {
        $null = Disconnect-AmlVnet
        try {
            $plan = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16
            $plan | Should -BeOfType 'AmlVnet.AksNetworkPlan'
            $plan.IsUsable | Should -BeTrue
            $plan | Test-AmlAksNetwork -Quiet | Should -BeTrue
        } finally {
            $null = Connect-AmlVnet -Simulator -VirtualClock
        }
    }

    It 'gives the same plan for the same input' {
        $first = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16
        $second = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16
        "$second" | Should -Be "$first"
    }

    It 'keeps what is given, and checks it' {
        $plan = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16 -ServiceCidr 10.0.0.0/16
        $plan.ServiceCidr | Should -Be '10.0.0.0/16'
        $plan.IsUsable | Should -BeFalse
    }

    It 'pipes into New-AmlAksCompute' {
        $plan = New-AmlAksNetworkPlan -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default
        $compute = $plan | New-AmlAksCompute @myaks
        $compute.ServiceCidr | Should -Be $plan.ServiceCidr
        $compute.SubnetId | Should -Be $plan.SubnetId
    }

    It 'refuses a range that is none' {
        New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/99 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidValue,*'
    }
}
