Describe 'Enable-AmlPrivateInference' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $script:workspace = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace
        $script:whole = @{
            Name             = 'myaks'
            SubnetId         = '/subscriptions/{0}/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default' -f $script:workspace.SubscriptionId
            ServiceCidr      = '10.0.0.0/16'
            DnsServiceIP     = '10.0.0.10'
            DockerBridgeCidr = '172.17.0.1/16'
        }
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'does the whole job, and nothing the second time' {
        $first = $script:workspace | Enable-AmlPrivateInference @script:whole
        $first | Should -BeOfType 'AmlVnet.PrivateInference'
        $first.IsPrivate | Should -BeTrue
        $first.NotLookedAt.Id | Should -Contain 'NOTLOOKEDAT-EGRESS'
        $first.IsChanged | Should -BeTrue
        $second = $script:workspace | Enable-AmlPrivateInference @script:whole
        $second.IsChanged | Should -BeFalse
        $second.ScoringIPAddress | Should -Be $first.ScoringIPAddress
    }

    It 'makes a compute private that exists' {
        $created = New-AmlAksCompute @myaks @network
        ($created | Enable-AmlPrivateInference -ScopeLevel Subnet).IsPrivate | Should -BeTrue
    }

    It 'changes nothing and emits nothing under -WhatIf' {
        $script:workspace | Enable-AmlPrivateInference @script:whole -WhatIf | Should -BeNullOrEmpty
        Get-AmlWorkspace | Get-AmlAksCompute | Should -BeNullOrEmpty
    }
}
