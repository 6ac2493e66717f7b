Describe 'Revoke-AksAmlTrustedAccess' {
    BeforeAll { . "$PSScriptRoot/KubernetesWorld.ps1" }
    AfterAll { Disconnect-AmlVnet }
    BeforeEach {
        Connect-World automatic
        $access = Grant-AksAmlTrustedAccess $k8s.Cluster -Workspace $ids.Workspace -WarningAction SilentlyContinue
        Set-AmlSimulator -ClearLog
    }

    It 'takes away what was given, says what stops working, and is content where there is none' {
        $outcome = Get-Outcome { $access | Revoke-AksAmlTrustedAccess -Workspace $ids.Workspace }
        $outcome.Output.IsGranted | Should -BeFalse
        $outcome.Output.IsChanged | Should -BeTrue
        "$($outcome.Warning)" | Should -Match 'stop working'
        Set-AmlSimulator -ClearLog
        (Revoke-AksAmlTrustedAccess $k8s.Cluster -Workspace $ids.Workspace).IsChanged | Should -BeFalse
        Get-Change | Should -BeNullOrEmpty
    }

    It 'shows it under -WhatIf' {
        $shown = Invoke-AtPrompt { Revoke-AksAmlTrustedAccess $k8s.Cluster -Workspace $ids.Workspace -WhatIf } -With @{ k8s = $k8s; workspace = $ids.Workspace }
        $shown.Text | Should -Match 'Take trusted access to cluster myakscluster from workspace myworkspace'
        Get-Change | Should -BeNullOrEmpty
    }
}
