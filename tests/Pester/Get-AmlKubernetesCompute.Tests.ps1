Describe 'Get-AmlKubernetesCompute' {
    BeforeAll {
        . "$PSScriptRoot/KubernetesWorld.ps1"
        Connect-Kubernetes -Attached
        $compute = $k8s.Compute
        $id = "$($ids.Workspace)/computes/myk8s"
    }
    AfterAll { Disconnect-AmlVnet }

    It 'gets it by <how>' -ForEach @(
        @{ how = 'three names'; get = { Get-AmlKubernetesCompute myworkspacegroup myworkspace myk8s } }
        @{ how = 'property name'; get = { [pscustomobject]$compute | Get-AmlKubernetesCompute } }
        @{ how = 'its id'; get = { Get-AmlKubernetesCompute -ResourceId $id } }
        @{ how = 'itself'; get = { Get-AmlKubernetesCompute @compute | Get-AmlKubernetesCompute } }
        @{ how = 'its workspace'; get = { Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace | Get-AmlKubernetesCompute } }
        @{ how = 'a wildcard'; get = { Get-AmlKubernetesCompute myworkspacegroup myworkspace my* } }
    ) {
        $found = & $get
        $found | Should -BeOfType 'AmlVnet.KubernetesCompute'
        $found.Id | Should -Be $id
        $found.ClusterId | Should -Be $k8s.Cluster
        $found.Namespace | Should -Be 'inferencing'
    }

    It 'passes AKS computes over, and says what one is' {
        Connect-World existing-cluster
        Get-AmlKubernetesCompute myworkspacegroup myworkspace | Should -BeNullOrEmpty
        $failure = Get-Failure { Get-AmlKubernetesCompute @myaks } -Id NotAKubernetesCompute
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Get-AmlAksCompute*'
    }
}
