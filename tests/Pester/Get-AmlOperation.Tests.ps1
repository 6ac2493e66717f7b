Describe 'Get-AmlOperation' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $null = Connect-AmlVnet -Simulator -VirtualClock
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'finds a creation that is running, and it can be waited for' {
        $null = New-AmlAksCompute @myaks @network -NoWait
        $operation = Get-AmlOperation
        $operation.ResourceId | Should -BeLike '*/computes/myaks'
        ($operation | Wait-AmlOperation).ProvisioningState | Should -Be 'Succeeded'
    }

    It 'looks in one workspace' {
        $null = New-AmlAksCompute @myaks @network -NoWait
        @(Get-AmlOperation -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace).Count | Should -Be 1
    }

    It 'emits nothing where nothing is running' {
        $null = New-AmlAksCompute @myaks @network
        Get-AmlOperation | Should -BeNullOrEmpty
    }
}
