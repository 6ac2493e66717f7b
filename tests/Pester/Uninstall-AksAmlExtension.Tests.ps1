Describe 'Uninstall-AksAmlExtension' {
    BeforeAll { . "$PSScriptRoot/KubernetesWorld.ps1" }
    AfterAll { Disconnect-AmlVnet }

    It 'says what stops working, and asks' {
        Connect-Kubernetes -Attached
        $shown = Invoke-AtPrompt { Uninstall-AksAmlExtension $k8s.Cluster } -With @{ k8s = $k8s } -Answer 'No'
        "$($shown.Warning)" | Should -Match 'stop working: .*computes/myk8s'
        "$($shown.Question)" | Should -Match 'Uninstall it all the same'
        Get-Change | Should -BeNullOrEmpty
        (Get-AksAmlExtension $k8s.Cluster).ProvisioningState | Should -Be 'Succeeded'
    }

    It 'shows it under -WhatIf, and changes nothing' {
        Connect-Kubernetes -Installed
        $shown = Invoke-AtPrompt { Uninstall-AksAmlExtension $k8s.Cluster -WhatIf } -With @{ k8s = $k8s }
        $shown.Text | Should -Match 'Uninstall the Azure Machine Learning extension'
        Get-Change | Should -BeNullOrEmpty
    }

    It 'removes it, and is content where it is gone' {
        Connect-Kubernetes -Attached
        Uninstall-AksAmlExtension $k8s.Cluster -Force -PassThru -WarningAction SilentlyContinue | Should -BeTrue
        Get-Failure { Get-AksAmlExtension $k8s.Cluster } -Id ExtensionMissing | Should -Not -BeNullOrEmpty
        Set-AmlSimulator -ClearLog
        $again = Get-Outcome { Uninstall-AksAmlExtension $k8s.Cluster }
        $again.Error | Should -BeNullOrEmpty
        "$($again.Warning)" | Should -Match 'nothing was removed'
        Get-Change | Should -BeNullOrEmpty
    }

    It 'gives an operation with -NoWait' {
        Connect-Kubernetes -Installed
        $operation = Uninstall-AksAmlExtension $k8s.Cluster -NoWait -WarningAction SilentlyContinue
        $operation.Kind | Should -Be 'UninstallAksAmlExtension'
        $operation | Wait-AmlOperation | Should -BeNullOrEmpty
        Get-Failure { Get-AksAmlExtension $k8s.Cluster } -Id ExtensionMissing | Should -Not -BeNullOrEmpty
    }
}
