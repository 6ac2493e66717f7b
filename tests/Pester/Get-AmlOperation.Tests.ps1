Describe 'Get-AmlOperation' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    BeforeEach { Connect-World }
    AfterAll { Disconnect-AmlVnet }

    It 'finds a creation that is running, and it can be waited for' {
        $null = New-AmlAksCompute @myaks @network -NoWait
        $operation = Get-AmlOperation
        @($operation) | Should -HaveCount 1
        $operation.Kind | Should -BeExactly 'CreateAksCompute'
        $operation.ResourceId | Should -BeLike '*/computes/myaks'
        ($operation | Wait-AmlOperation).ProvisioningState | Should -Be 'Succeeded'
        Get-AmlOperation | Should -BeNullOrEmpty
    }

    It 'looks in one workspace' {
        $null = New-AmlAksCompute @myaks @network -NoWait
        @(Get-AmlOperation -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace).Count | Should -Be 1
    }

    It 'reads a token that was kept, without a request' {
        $operation = New-AmlAksCompute @myaks @network -NoWait
        $outcome = Get-Outcome { Get-AmlOperation -Token $operation.Token }
        $outcome.Output | Should -HaveCount 1
        $outcome.Output[0].Equals($operation) | Should -BeTrue
        Get-AmlSimulatorLog | Should -BeNullOrEmpty
    }

    It 'refuses a damaged token' {
        Get-Failure { Get-AmlOperation -Token damaged } -Id InvalidOperationToken -Category InvalidArgument -Target $null -Says '-Token'
    }

    It 'emits nothing where nothing is running' {
        $null = New-AmlAksCompute @myaks @network
        Get-AmlOperation | Should -BeNullOrEmpty
    }

    It 'hides no operation behind a workspace that can not be read' {
        Connect-World (Get-GuardedWorld $denyAll ws1/aaa, ws2/bbb)
        $null = Get-AmlAksCompute g ws2 bbb | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -NoWait
        Set-AmlSimulator -Fault @{
            method = 'GET'; pathContains = '/workspaces/ws1/computes'; status = 403; code = 'AuthorizationFailed'; message = 'no'
        }

        $outcome = Get-Outcome { Get-AmlOperation }

        $outcome.Output | Should -HaveCount 1
        $outcome.Output[0].ResourceId | Should -BeLikeExactly '*/computes/bbb'
        $outcome.Error | Should -HaveCount 1
        "$($outcome.Error[0])" | Should -Match 'AuthorizationFailed'
    }
}
