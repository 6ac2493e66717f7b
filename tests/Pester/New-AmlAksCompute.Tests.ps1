Describe 'New-AmlAksCompute' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $null = Connect-AmlVnet -Simulator -VirtualClock
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'creates a cluster in the subnet, with a public address' {
        $compute = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace | New-AmlAksCompute -Name myaks @network
        $compute | Should -BeOfType 'AmlVnet.AksCompute'
        $compute.ProvisioningState | Should -Be 'Succeeded'
        $compute.SubnetId | Should -BeLike '*/virtualNetworks/mynetwork/subnets/default'
        $compute.IsPrivate | Should -BeFalse
    }

    It 'finds an existing one with the same settings' {
        $first = New-AmlAksCompute @myaks @network
        $second = New-AmlAksCompute @myaks @network
        $second.ClusterId | Should -Be $first.ClusterId
        $second.CreatedOn | Should -Be $first.CreatedOn
    }

    It 'reports each difference of an existing one' {
        $null = New-AmlAksCompute @myaks @network
        $other = $network.Clone()
        $other.ServiceCidr = '10.2.0.0/16'
        $other.DnsServiceIP = '10.2.0.10'
        New-AmlAksCompute @myaks @other -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ComputeDiffers,*'
        "$($problem[0])" | Should -BeLike '*10.2.0.0/16*'
    }

    It 'changes nothing and emits nothing under -WhatIf' {
        New-AmlAksCompute @myaks @network -WhatIf | Should -BeNullOrEmpty
        Get-AmlWorkspace | Get-AmlAksCompute | Should -BeNullOrEmpty
    }

    It 'refuses a name that the service would refuse' {
        New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name 'my_aks!' @network -ErrorAction SilentlyContinue -ErrorVariable problem |
            Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidValue,*'
    }

    It 'returns an operation with -NoWait' {
        $operation = New-AmlAksCompute @myaks @network -NoWait
        $operation | Should -BeOfType 'AmlVnet.AmlOperation'
        $operation.ResourceId | Should -BeLike '*/computes/myaks'
    }
}
