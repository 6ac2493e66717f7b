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

    It 'reads a token that was kept, without a request' {
        $operation = New-AmlAksCompute @myaks @network -NoWait
        $read = Get-AmlOperation -Token $operation.Token
        $read.ResourceId | Should -Be $operation.ResourceId
        $read.Kind | Should -Be $operation.Kind
        $read.Token | Should -Be $operation.Token
    }

    It 'emits nothing where nothing is running' {
        $null = New-AmlAksCompute @myaks @network
        Get-AmlOperation | Should -BeNullOrEmpty
    }
}
