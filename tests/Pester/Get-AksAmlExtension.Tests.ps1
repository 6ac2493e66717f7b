Describe 'Get-AksAmlExtension' {
    BeforeAll {
        . "$PSScriptRoot/KubernetesWorld.ps1"
        Connect-Kubernetes -Attached
        $names = $k8s.Names
        $compute = $k8s.Compute
    }
    AfterAll { Disconnect-AmlVnet }

    It 'shows state, version, health and settings, by <how>' -ForEach @(
        @{ how = 'the cluster''s id'; get = { Get-AksAmlExtension $k8s.Cluster } }
        @{ how = 'the cluster''s names'; get = { Get-AksAmlExtension @names } }
        @{ how = 'a compute'; get = { Get-AmlKubernetesCompute @compute | Get-AksAmlExtension } }
        @{ how = 'the extension''s own id'; get = { Get-AksAmlExtension -ResourceId $k8s.Extension } }
        @{ how = 'itself'; get = { Get-AksAmlExtension $k8s.Cluster | Get-AksAmlExtension } }
    ) {
        $extension = & $get
        $extension.Id | Should -Be $k8s.Extension
        $extension.Version | Should -Not -BeNullOrEmpty
        $extension.Health | Should -Be 'Healthy'
        $extension.Settings.Count | Should -BeGreaterThan 10
        $extension.Problems | Should -BeNullOrEmpty
    }

    It 'says that there is none' {
        Connect-Kubernetes
        $failure = Get-Failure { Get-AksAmlExtension $k8s.Cluster } -Id ExtensionMissing
        $failure.ErrorDetails.RecommendedAction | Should -BeLike 'Install-AksAmlExtension*'
    }
}
