Describe 'Get-AmlVnetContext' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'emits the sign-in' {
        (Get-AmlVnetContext).IsSimulator | Should -BeTrue
    }

    It 'emits nothing without one' {
        Disconnect-AmlVnet
        Get-AmlVnetContext | Should -BeNullOrEmpty
    }

    It 'gives other commands a context to use' {
        $context = Connect-AmlVnet -Simulator -VirtualClock
        (Get-AmlWorkspace -DefaultProfile $context -ResourceGroupName myworkspacegroup -Name myworkspace).Name | Should -Be 'myworkspace'
    }
}
