Describe 'Add-AmlAksCompute' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $script:again = @{ ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'again' }
        $script:named = @{ ClusterResourceGroupName = 'myaksgroup'; ClusterName = 'myakscluster' }
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    Context 'a cluster that is attached to nothing' {
        BeforeEach {
            $script:cluster = Initialize-DetachedCluster
        }

        It 'attaches a cluster by its name' {
            $compute = Add-AmlAksCompute @again @named
            $compute.IsAttached | Should -BeTrue
            $compute.ClusterId | Should -Be $script:cluster
        }

        It 'attaches <What>' -ForEach @(
            @{ What = 'any object with an Id'; Wrap = { [pscustomobject]@{ Id = $args[0] } } }
            @{ What = 'any object with a ResourceId'; Wrap = { [pscustomobject]@{ ResourceId = $args[0] } } }
            @{ What = 'an id'; Wrap = { $args[0] } }
        ) {
            $compute = & $Wrap $script:cluster | Add-AmlAksCompute @again
            $compute.Name | Should -Be 'again'
            $compute.IsAttached | Should -BeTrue
        }

        It 'pipes on to a private address' {
            $private = Add-AmlAksCompute @again @named | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
            $private.IsPrivate | Should -BeTrue
            $private.IsAttached | Should -BeTrue
            $private.ScoringIPAddress | Should -BeLike '10.1.*'
        }

        It 'sends nothing where it is attached under that name' {
            $null = Add-AmlAksCompute @again @named
            $outcome = Get-Outcome { Add-AmlAksCompute @again @named }
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output | Should -HaveCount 1
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'changes nothing and emits nothing under -WhatIf, and says what it would attach' {
            $outcome = Invoke-AtPrompt { Add-AmlAksCompute @again @named -WhatIf } -With @{ again = $again; named = $named }
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Text | Should -BeLike '*What if: ?simulator? Attach cluster myakscluster*'
            Get-AmlWorkspace | Get-AmlAksCompute | Should -BeNullOrEmpty
        }
    }

    Context 'a cluster that is attached' {
        BeforeEach {
            Connect-World existing-cluster
        }

        It 'names the compute, and what would attach it once more, where nobody can be asked' {
            $outcome = Invoke-AtPrompt { Add-AmlAksCompute @again @named } -With @{ again = $again; named = $named } -NonInteractive
            Get-Failure -Outcome $outcome -Id CannotAsk -Says '/computes/myaks' -Recommends '-Force'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'sends nothing for a cluster that does not exist' {
            Get-Failure { Add-AmlAksCompute @again -ClusterResourceGroupName myaksgroup -ClusterName nosuchcluster } -Id ResourceNotFound
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }
}
