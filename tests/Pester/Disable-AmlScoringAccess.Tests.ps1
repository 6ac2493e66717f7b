Describe 'Disable-AmlScoringAccess' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    AfterAll { Disconnect-AmlVnet }

    Context 'behind a security group that denies' {
        BeforeEach { $script:created = Initialize-LockedDownCompute }

        It 'removes the rules of this module' {
            $null = $script:created | Enable-AmlScoringAccess
            $closed = $script:created | Disable-AmlScoringAccess
            $closed.IsChanged | Should -BeTrue
            $closed.RuleName | Should -BeNullOrEmpty
        }

        It 'closes a private address too, says what denies it, and changes nothing the second time' {
            $private = $script:created | Grant-AksNetworkContributor |
                Set-AmlAksLoadBalancer -Type InternalLoadBalancer -WarningAction SilentlyContinue
            (($private | Enable-AmlScoringAccess).RuleName) | Should -Not -BeNullOrEmpty

            $closed = $private | Disable-AmlScoringAccess

            $closed.IsChanged | Should -BeTrue
            $closed.RuleName | Should -BeNullOrEmpty
            $closed.IsOpen | Should -BeFalse
            $closed.Reason | Should -BeLikeExactly '*denied by rule Deny*'
            ($private | Disable-AmlScoringAccess).IsChanged | Should -BeFalse
        }

        It 'is content when there are none' {
            $outcome = Get-Outcome { $script:created | Disable-AmlScoringAccess }
            $outcome.Output.IsChanged | Should -BeFalse
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'changes nothing under -WhatIf' {
            $null = $script:created | Enable-AmlScoringAccess
            $script:created | Disable-AmlScoringAccess -WhatIf | Should -BeNullOrEmpty
            ($script:created | Disable-AmlScoringAccess).IsChanged | Should -BeTrue
        }
    }

    Context 'computes that share a security group' {
        It 'leaves the rules of a compute whose name begins alike' {
            Connect-World (Get-GuardedWorld $denyAll ws1/aks, ws1/aks-two)
            $others = (Enable-AmlScoringAccess g ws1 aks-two).RuleName
            $null = Enable-AmlScoringAccess g ws1 aks

            (Disable-AmlScoringAccess g ws1 aks).IsChanged | Should -BeTrue

            $again = Enable-AmlScoringAccess g ws1 aks-two
            $again.IsChanged | Should -BeFalse
            @($again.RuleName | Sort-Object) | Should -Be @($others | Sort-Object)
        }

        It 'leaves the probe''s rule while another cluster is behind the group' {
            Connect-World (Get-GuardedWorld $denyProbe ws1/aaa, ws1/bbb -Internal)
            $null = Enable-AmlScoringAccess g ws1 aaa
            $null = Enable-AmlScoringAccess g ws1 bbb

            $kept = (Disable-AmlScoringAccess g ws1 aaa).RuleName

            @($kept) | Should -Be @('AmlVnet-LoadBalancerProbe')
            (Enable-AmlScoringAccess g ws1 bbb).IsChanged | Should -BeFalse
        }
    }
}
