Describe 'Remove-AmlKubernetesCompute' {
    BeforeAll {
        . "$PSScriptRoot/KubernetesWorld.ps1"
        $compute = $k8s.Compute
    }
    AfterAll { Disconnect-AmlVnet }
    BeforeEach { Connect-Kubernetes -Attached }

    It 'detaches and never deletes' {
        Get-AmlKubernetesCompute @compute | Remove-AmlKubernetesCompute -PassThru -WarningAction SilentlyContinue | Should -BeTrue
        $delete = Get-AmlSimulatorLog -WriteOnly
        $delete.Method | Should -Be 'DELETE'
        "$($delete.Query)$($delete.Uri)$($delete.Path)" | Should -Not -Match 'underlyingResourceAction=Delete'
        Get-AmlKubernetesCompute myworkspacegroup myworkspace | Should -BeNullOrEmpty
        (Get-AksAmlExtension $k8s.Cluster).ProvisioningState | Should -Be 'Succeeded'
    }

    It 'has no way to delete' {
        (Get-Command Remove-AmlKubernetesCompute).Parameters.Keys | Should -Not -Contain 'UnderlyingResourceAction'
    }

    It 'shows it under -WhatIf, is content where it is gone, and gives an operation' {
        $shown = Invoke-AtPrompt { Remove-AmlKubernetesCompute @compute -WhatIf } -With @{ compute = $compute }
        $shown.Text | Should -Match 'Detach Kubernetes compute myk8s; the cluster .* and its extension stay'
        Get-Change | Should -BeNullOrEmpty
        $operation = Remove-AmlKubernetesCompute @compute -NoWait -WarningAction SilentlyContinue
        $operation.Kind | Should -Be 'DetachKubernetesCompute'
        $operation | Wait-AmlOperation | Should -BeNullOrEmpty
        $again = Get-Outcome { Remove-AmlKubernetesCompute @compute }
        $again.Error | Should -BeNullOrEmpty
        "$($again.Warning)" | Should -Match 'nothing was removed'
    }

    It 'refuses an AKS compute' {
        Connect-World existing-cluster
        Get-Failure { Remove-AmlKubernetesCompute @myaks } -Id NotAKubernetesCompute | Should -Not -BeNullOrEmpty
    }
}
