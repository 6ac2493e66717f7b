Describe 'Get-AmlAksCompute' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $script:created = New-AmlAksCompute @myaks @network
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'gets one by name' {
        $compute = Get-AmlAksCompute @myaks
        $compute.Id | Should -Be $script:created.Id
        $compute.AgentCount | Should -Be 3
    }

    It 'gets those of a piped workspace' {
        (Get-AmlWorkspace | Get-AmlAksCompute).Name | Should -Be 'myaks'
    }

    It 'takes wildcards' {
        (Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name 'm*').Name | Should -Be 'myaks'
    }

    It 'gets one by its id' {
        (Get-AmlAksCompute -ResourceId $script:created.Id).Name | Should -Be 'myaks'
    }

    It 'reports one that does not exist' {
        Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name nowhere -ErrorAction SilentlyContinue -ErrorVariable problem |
            Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ResourceNotFound,*'
    }
}
