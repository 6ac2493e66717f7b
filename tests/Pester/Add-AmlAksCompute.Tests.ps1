Describe 'Add-AmlAksCompute' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $script:cluster = Initialize-DetachedCluster
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'attaches a cluster by its name' {
        $compute = Add-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name shared `
            -ClusterResourceGroupName myaksgroup -ClusterName myakscluster
        $compute.IsAttached | Should -BeTrue
        $compute.ClusterId | Should -Be $script:cluster
    }

    It 'attaches any object with an id' {
        $compute = [pscustomobject]@{ Id = $script:cluster } |
            Add-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name shared
        $compute.Name | Should -Be 'shared'
    }

    It 'pipes on to a private address' {
        $private = $script:cluster |
            Add-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name shared |
            Grant-AksNetworkContributor |
            Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        $private.IsPrivate | Should -BeTrue
    }

    It 'changes nothing and emits nothing under -WhatIf' {
        $script:cluster | Add-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name shared -WhatIf | Should -BeNullOrEmpty
        Get-AmlWorkspace | Get-AmlAksCompute | Should -BeNullOrEmpty
    }
}
