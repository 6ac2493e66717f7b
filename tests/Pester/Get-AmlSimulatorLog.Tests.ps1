Describe 'Get-AmlSimulatorLog' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    BeforeEach { Set-AmlSimulator -ClearLog }
    AfterAll { Disconnect-AmlVnet }

    It 'shows what was asked' {
        $null = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace
        $request = Get-AmlSimulatorLog -Last 1
        $request | Should -BeOfType 'AmlVnet.AmlSimulatorRequest'
        $request.Method | Should -Be 'GET'
        $request.Path | Should -BeLike '*/workspaces/myworkspace'
        $request.Status | Should -Be 200
    }

    It 'tells writes from reads' {
        $null = Get-AmlWorkspace
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }
}
