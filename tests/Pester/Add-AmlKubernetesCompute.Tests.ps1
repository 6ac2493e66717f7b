Describe 'Add-AmlKubernetesCompute' {
    BeforeAll {
        . "$PSScriptRoot/KubernetesWorld.ps1"
        $compute = $k8s.Compute
        $tls = $k8s.Tls
    }
    AfterAll { Disconnect-AmlVnet }

    Context 'a cluster with the extension' {
        BeforeEach { Connect-Kubernetes -Installed }

        It 'attaches with namespace, identity and instance types, by <how>' -ForEach @(
            @{ how = 'the extension'; cluster = { Get-AksAmlExtension $k8s.Cluster } }
            @{ how = 'the cluster''s id'; cluster = { $k8s.Cluster } }
            @{ how = 'a Clixml copy'; cluster = {
                    Get-AksAmlExtension $k8s.Cluster | Export-Clixml "$TestDrive/x.xml"; Import-Clixml "$TestDrive/x.xml" } }
        ) {
            $made = & $cluster | Add-AmlKubernetesCompute @compute -Namespace inferencing -InstanceType @{ small = @{ cpu = 1; memory = '2Gi' } }
            $made | Should -BeOfType 'AmlVnet.KubernetesCompute'
            $made.ProvisioningState | Should -Be 'Succeeded'
            $made.Namespace | Should -Be 'inferencing'
            $made.IdentityType | Should -Be 'SystemAssigned'
            $made.DefaultInstanceType | Should -Be 'small'
            $made.InstanceTypes[0].Limits.memory | Should -Be '2Gi'
            Get-Change | Should -Be 'PUT myk8s'
        }

        It 'takes a workspace from the pipeline, and the cluster by its names' {
            $made = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace |
                Add-AmlKubernetesCompute -Name myk8s -ClusterResourceGroupName myaksgroup -ClusterName myakscluster
            $made.Namespace | Should -Be 'default'
            $again = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace |
                Add-AmlKubernetesCompute myk8s -InputObject $k8s.Cluster
            $again.Id | Should -Be $made.Id
        }

        It 'shows it under -WhatIf, and sends nothing twice' {
            $shown = Invoke-AtPrompt { Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster -WhatIf } -With @{ k8s = $k8s; compute = $compute }
            $shown.Text | Should -Match 'Attach cluster myakscluster as Kubernetes compute myk8s, namespace default'
            Get-Change | Should -BeNullOrEmpty
            $null = Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster
            Set-AmlSimulator -ClearLog
            (Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster).Name | Should -Be 'myk8s'
            Get-Change | Should -BeNullOrEmpty
            Get-Failure { Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster -Namespace inferencing -WarningAction SilentlyContinue } -Id KubernetesComputeDiffers |
                Should -BeLike '*Namespace*default*inferencing*'
        }

        It 'creates a namespace that is missing with -UseRunCommand, and names the lines without' {
            $made = Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster -Namespace scoring -UseRunCommand
            $made.Namespace | Should -Be 'scoring'
            $null = $made | Remove-AmlKubernetesCompute -WarningAction SilentlyContinue
            $outcome = Get-Outcome { Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster -Namespace elsewhere -WhatIf }
            "$($outcome.Warning)" | Should -Match 'kubectl create namespace elsewhere'
        }

        It 'tells why the service refused, and attaches once it is mended' {
            $failure = Get-Failure { Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster -Namespace nothing -WarningAction SilentlyContinue } -Id OperationFailed
            "$failure" | Should -BeLike "*namespace 'nothing' does not exist*"
            (Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster -Namespace nothing -UseRunCommand).ProvisioningState | Should -Be 'Succeeded'
        }

        It 'gives an operation with -NoWait, which another session waits for' {
            $operation = Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster -NoWait
            $operation.Kind | Should -Be 'AttachKubernetesCompute'
            ($operation | Wait-AmlOperation).Namespace | Should -Be 'default'
        }

        It 'refuses before anything is sent: <why>' -ForEach @(
            @{ why = 'another subscription'; with = @{ InputObject = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c' }
                id = 'OtherSubscription' }
            @{ why = 'the namespace of AKS computes'; with = @{ Namespace = 'azureml-myworkspace' }; id = 'InvalidValue' }
            @{ why = 'no name of a namespace'; with = @{ Namespace = 'Not_One' }; id = 'InvalidValue' }
            @{ why = 'a default that is none'; with = @{ InstanceType = @{ a = @{ cpu = 1 } }; DefaultInstanceType = 'b' }; id = 'InvalidValue' }
            @{ why = 'a default without types'; with = @{ DefaultInstanceType = 'b' }; id = 'InvalidCombination' }
            @{ why = 'an identity that is none'; with = @{ UserAssignedIdentity = 'me' }; id = 'InvalidValue' }
        ) {
            $all = @{ InputObject = $k8s.Cluster } + @{}
            foreach ($key in $with.Keys) { $all[$key] = $with[$key] }
            Get-Failure { Add-AmlKubernetesCompute @compute @all } -Id $id | Should -Not -BeNullOrEmpty
            Get-Change | Should -BeNullOrEmpty
        }
    }

    It 'checks before it attaches: <rule>' -ForEach @(
        @{ rule = 'AMLVNET-KUBERNETES-007'; ends = 'Succeeded'; change = { $args[0].clusters[0].vmSize = 'Standard_D2s_v5' } }
        @{ rule = 'AMLVNET-KUBERNETES-016'; ends = 'AKS role check failed'; change = {
                $identity = 'myworkspacegroup/Microsoft.ManagedIdentity/userAssignedIdentities/mine'
                $principal = '0b6e5a4c-7d1f-4d5e-9c55-2f1f0a9d0016'
                $args[0].resources = @(
                    @{
                        id = $identity; type = 'Microsoft.ManagedIdentity/userAssignedIdentities'; location = 'eastus2'
                        properties = @{ principalId = $principal; clientId = '0b6e5a4c-7d1f-4d5e-9c55-2f1f0a9d0017' }
                    }
                    @{
                        id = 'myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace'
                        identity = @{
                            type = 'UserAssigned'
                            userAssignedIdentities = @{
                                "$($ids.Subscription)/resourceGroups/myworkspacegroup/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mine" = @{ principalId = $principal }
                            }
                        }
                    }
                )
            }
        }
    ) {
        Connect-Kubernetes $change
        $null = Install-AksAmlExtension $k8s.Cluster @tls -SkipCheck AMLVNET-KUBERNETES-007 -WarningAction SilentlyContinue
        Set-AmlSimulator -ClearLog
        $failure = Get-Failure { Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster } -Id CheckFailed
        "$failure" | Should -BeLike "*$rule*"
        Get-Change | Should -BeNullOrEmpty
        $outcome = Get-Outcome { Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster -SkipCheck $rule }
        "$($outcome.Output.ProvisioningState)$($outcome.Error[-1])" | Should -BeLike "*$ends*"
    }

    It 'refuses a cluster without the extension' {
        Connect-Kubernetes
        $failure = Get-Failure { Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster } -Id ExtensionMissing
        $failure.ErrorDetails.RecommendedAction | Should -BeLike 'Install-AksAmlExtension*'
    }

    It 'refuses a workspace in v1 legacy mode' {
        Connect-World migration
        $failure = Get-Failure { Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster } -Id WorkspaceInLegacyMode
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*v1LegacyMode*'
    }

    It 'needs trusted access where local accounts are disabled' {
        Connect-World automatic
        $null = Grant-AksNetworkContributor $k8s.Cluster -ScopeLevel Subnet
        $null = Install-AksAmlExtension $k8s.Cluster -AllowInsecureConnections -WarningAction SilentlyContinue
        $failure = Get-Failure { Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster } -Id TrustedAccessMissing
        $failure.ErrorDetails.RecommendedAction | Should -BeLike 'Grant-AksAmlTrustedAccess*'
        $null = Invoke-Expression "$($failure.ErrorDetails.RecommendedAction) -WarningAction SilentlyContinue"
        (Add-AmlKubernetesCompute @compute -InputObject $k8s.Cluster).ProvisioningState | Should -Be 'Succeeded'
    }

    It 'refuses a name that an AKS compute has' {
        Connect-World existing-cluster
        Get-Failure { Add-AmlKubernetesCompute @myaks -InputObject $k8s.Cluster } -Id NotAKubernetesCompute | Should -Not -BeNullOrEmpty
    }
}
