Describe 'Get-AmlWorkspace' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'gets one by name' {
        $workspace = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace
        $workspace | Should -BeOfType 'AmlVnet.Workspace'
        $workspace.Location | Should -Be 'eastus2'
    }

    It 'gets those of a resource group' {
        (Get-AmlWorkspace -ResourceGroupName myworkspacegroup).Name | Should -Be 'myworkspace'
    }

    It 'gets those of the subscription' {
        @(Get-AmlWorkspace).Count | Should -BeGreaterThan 0
    }

    It 'takes wildcards' {
        (Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name 'myw*').Name | Should -Be 'myworkspace'
    }

    It 'gets one by its id' {
        $id = (Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace).Id
        (Get-AmlWorkspace -ResourceId $id).Name | Should -Be 'myworkspace'
    }

    It 'reports one that does not exist, and goes on' {
        Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name nowhere -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ResourceNotFound,*'
        "$($problem[0].CategoryInfo.Category)" | Should -Be 'ObjectNotFound'
    }
}
