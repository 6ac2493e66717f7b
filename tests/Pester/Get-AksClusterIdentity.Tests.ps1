Describe 'Get-AksClusterIdentity' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $script:created = New-AmlAksCompute @myaks @network
    }
    AfterAll { Disconnect-AmlVnet }

    It 'gets the identity of a piped compute' {
        $identity = $script:created | Get-AksClusterIdentity
        $identity | Should -BeOfType 'AmlVnet.AksClusterIdentity'
        $identity.ClusterId | Should -Be $script:created.ClusterId
        [guid]::Parse($identity.PrincipalId) | Should -Not -Be ([guid]::Empty)
    }

    It 'gets it by the compute''s name' {
        (Get-AksClusterIdentity @myaks).PrincipalId | Should -Be ($script:created | Get-AksClusterIdentity).PrincipalId
    }

    It 'takes any object with the id of a cluster' {
        $identity = [pscustomobject]@{ Id = $script:created.ClusterId } | Get-AksClusterIdentity
        $identity.PrincipalId | Should -Be ($script:created | Get-AksClusterIdentity).PrincipalId
    }

    It 'refuses the id of something else' {
        $workspace = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace
        Get-Failure { Get-AksClusterIdentity -Cluster $workspace.Id } -Id WrongResourceType
    }

    Context 'a cluster with <kind>' -ForEach @(
        @{ Scenario = 'existing-cluster'; Kind = 'SystemAssigned' }
        @{ Scenario = 'user-assigned'; Kind = 'UserAssigned' }
        @{ Scenario = 'service-principal'; Kind = 'ServicePrincipal' }
    ) {
        It 'tells the control plane''s identity' {
            Connect-World $Scenario
            $identity = $ids.ExistingCluster | Get-AksClusterIdentity

            "$($identity.Kind)" | Should -Be $Kind
            $identity.ClusterId | Should -Be $ids.ExistingCluster
            $identity.ClusterName | Should -Be 'myakscluster'
            $identity.ComputeId | Should -BeNullOrEmpty
            $identity.SubnetId | Should -Be $ids.Subnet
            $cluster = Send-SimulatorRequest GET "$($ids.ExistingCluster)?api-version=2023-11-01"
            $identity.PrincipalId | Should -BeExactly $(switch ($Kind) {
                    'SystemAssigned' { $cluster.identity.principalId }
                    'UserAssigned' { @($cluster.identity.userAssignedIdentities.Values)[0].principalId }
                    'ServicePrincipal' { '9e8d7c6b-5a49-4837-a625-1c0b9f8e7d6a' }
                })
            if ($Kind -eq 'ServicePrincipal') { $identity.ClientId | Should -Be '3b4c1f0e-7d2a-4c55-9b0e-5a6f1d2e3c4b' }
        }
    }
}
