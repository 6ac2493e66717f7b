Describe 'Remove-AmlAksCompute' {
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

    It 'detaches, and the cluster stays' {
        $script:created | Remove-AmlAksCompute | Should -BeNullOrEmpty
        Get-AmlWorkspace | Get-AmlAksCompute | Should -BeNullOrEmpty
        (Get-AksClusterIdentity -Cluster $script:created.ClusterId).ClusterId | Should -Be $script:created.ClusterId
    }

    It 'deletes the cluster too with Delete and -Force' {
        Remove-AmlAksCompute @myaks -UnderlyingResourceAction Delete -Force
        Get-AmlWorkspace | Get-AmlAksCompute | Should -BeNullOrEmpty
        Get-AksClusterIdentity -Cluster $script:created.ClusterId -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ResourceNotFound,*'
    }

    It 'changes nothing under -WhatIf' {
        $script:created | Remove-AmlAksCompute -WhatIf
        (Get-AmlAksCompute @myaks).Name | Should -Be 'myaks'
    }

    It 'emits true with -PassThru' {
        $script:created | Remove-AmlAksCompute -PassThru | Should -BeTrue
    }

    It 'warns of one that does not exist, and goes on' {
        Remove-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name nowhere -WarningAction SilentlyContinue -WarningVariable warning
        "$($warning[0])" | Should -BeLike '*nowhere*'
    }
}
