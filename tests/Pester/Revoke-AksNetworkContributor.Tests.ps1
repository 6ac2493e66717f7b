Describe 'Revoke-AksNetworkContributor' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"

        function Get-Principal { (Get-AksClusterIdentity @myaks).PrincipalId }
    }
    BeforeEach { Connect-World existing-cluster }
    AfterAll { Disconnect-AmlVnet }

    It 'removes the assignment that Grant made' {
        $granted = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor
        $revoked = Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor
        $revoked.IsChanged | Should -BeTrue
        $revoked.IsGranted | Should -BeFalse
        $revoked.RoleAssignmentId | Should -BeNullOrEmpty
        $revoked.Scope | Should -Be $granted.Scope
        (Get-AmlAksCompute @myaks | Grant-AksNetworkContributor).IsChanged | Should -BeTrue
    }

    It 'is content when there is none' {
        $outcome = Get-Outcome { Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor }
        $outcome.Output.IsChanged | Should -BeFalse
        $outcome.Output.IsGranted | Should -BeFalse
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }

    It 'finds an assignment on the subnet too, and says what right is left' {
        $null = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor -ScopeLevel Subnet
        Add-RoleAssignment $ids.Subscription $ids.Contributor (Get-Principal)

        $outcome = Get-Outcome { Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor }

        $outcome.Error | Should -BeNullOrEmpty
        $access = $outcome.Output[0]
        $access.IsChanged | Should -BeTrue
        $access.IsGranted | Should -BeTrue
        $access.RoleName | Should -BeExactly 'Contributor'
        $outcome.Warning | Should -HaveCount 1
        $outcome.Warning[0] | Should -BeLike '*still has the right*'
        @(Get-AmlSimulatorLog -WriteOnly).Method | Should -Be 'DELETE'
        @(Get-RoleAssignment $ids.Subnet | Where-Object { $_.properties.principalId -eq $access.PrincipalId }) | Should -HaveCount 1
    }

    It 'leaves an assignment of the same role that was made by hand' {
        Add-RoleAssignment $ids.NetworkGroup $ids.NetworkContributor (Get-Principal)

        $outcome = Get-Outcome { Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor }

        $outcome.Output.IsChanged | Should -BeFalse
        $outcome.Output.IsGranted | Should -BeTrue
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }

    It 'leaves the other levels where one was named, and names them' {
        $null = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor -ScopeLevel Subnet

        $outcome = Get-Outcome { Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor -ScopeLevel VirtualNetwork }

        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Output.IsChanged | Should -BeFalse
        $outcome.Warning | Should -HaveCount 1
        $outcome.Warning[0] | Should -BeLike "*This module made that assignment: Revoke-AksNetworkContributor -Scope '$($ids.Subnet)'*"
        (Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor -ScopeLevel Subnet).IsChanged | Should -BeTrue
    }

    It 'changes nothing under -WhatIf, and says from whom and what' {
        $null = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor
        $outcome = Invoke-AtPrompt { Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor -WhatIf }
        $outcome.Output | Should -BeNullOrEmpty
        $outcome.Error | Should -BeNullOrEmpty
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        $outcome.Text | Should -BeLike "*What if: ?simulator? Revoke Network Contributor from $(Get-Principal)*"
        (Get-AmlAksCompute @myaks | Grant-AksNetworkContributor).IsChanged | Should -BeFalse
    }
}
