Describe 'Grant-AksAmlTrustedAccess' {
    BeforeAll { . "$PSScriptRoot/KubernetesWorld.ps1" }
    AfterAll { Disconnect-AmlVnet }
    BeforeEach {
        Connect-World automatic
        Set-AmlSimulator -ClearLog
    }

    It 'gives the workspace its role, once' {
        $access = Grant-AksAmlTrustedAccess $k8s.Cluster -Workspace $ids.Workspace -WarningAction SilentlyContinue
        $access | Should -BeOfType 'AmlVnet.AksTrustedAccess'
        $access.IsGranted | Should -BeTrue
        $access.IsChanged | Should -BeTrue
        $access.Roles | Should -Be 'Microsoft.MachineLearningServices/workspaces/mlworkload'
        ($access.BindingId -replace '^.*/').Length | Should -BeLessOrEqual 24
        Set-AmlSimulator -ClearLog
        $again = $access | Grant-AksAmlTrustedAccess -Workspace $ids.Workspace
        $again.IsChanged | Should -BeFalse
        $again.BindingId | Should -Be $access.BindingId
        Get-Change | Should -BeNullOrEmpty
    }

    It 'cites both sources' {
        $outcome = Get-Outcome { Grant-AksAmlTrustedAccess $k8s.Cluster -Workspace $ids.Workspace }
        "$($outcome.Warning)" | Should -Match 'AML-Kubernetes.*Microsoft Learn'
    }

    It 'shows it under -WhatIf' {
        $shown = Invoke-AtPrompt { Grant-AksAmlTrustedAccess $k8s.Cluster -Workspace $ids.Workspace -WhatIf } -With @{ k8s = $k8s; workspace = $ids.Workspace }
        $shown.Text | Should -Match 'Give workspace myworkspace trusted access to cluster myakscluster'
        Get-Change | Should -BeNullOrEmpty
    }

    It 'asks for a workspace, and for one that is there' {
        Get-Failure { Grant-AksAmlTrustedAccess $k8s.Cluster } -Id InvalidCombination | Should -BeLike '*-Workspace*'
        Get-Failure { Grant-AksAmlTrustedAccess $k8s.Cluster -Workspace "$($ids.Workspace)-other" } -Id ResourceNotFound | Should -Not -BeNullOrEmpty
    }

    It 'takes the workspace of a compute' {
        Connect-World existing-cluster
        (Get-AmlAksCompute @myaks | Grant-AksAmlTrustedAccess).WorkspaceId | Should -Be $ids.Workspace
    }
}
