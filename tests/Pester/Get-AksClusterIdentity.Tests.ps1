Describe 'Get-AksClusterIdentity' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $script:created = New-AmlAksCompute @myaks @network
    }
    AfterAll {
        Disconnect-AmlVnet
    }

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
        Get-AksClusterIdentity -Cluster $workspace.Id -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'WrongResourceType,*'
    }
}
