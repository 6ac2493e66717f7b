Describe 'Install-AksAmlExtension' {
    BeforeAll {
        . "$PSScriptRoot/KubernetesWorld.ps1"
        $tls = $k8s.Tls
    }
    AfterAll { Disconnect-AmlVnet }

    Context 'a cluster that waits for it' {
        BeforeEach { Connect-Kubernetes }

        It 'registers the provider, installs, and puts the router on an internal load balancer' {
            $extension = Install-AksAmlExtension $k8s.Cluster @tls -WarningAction SilentlyContinue
            $extension | Should -BeOfType 'AmlVnet.AksAmlExtension'
            $extension.Id | Should -Be $k8s.Extension
            $extension.ProvisioningState | Should -Be 'Succeeded'
            $extension.Health | Should -Be 'Healthy'
            $extension.IsInternal | Should -BeTrue
            $extension.Settings.internalLoadBalancerProvider | Should -Be 'azure'
            $extension.Settings.sslCname | Should -Be 'score.contoso.internal'
            Get-Change | Should -Be 'POST register', 'PUT azureml'
        }

        It 'shows each step under -WhatIf and changes nothing' {
            $shown = Invoke-AtPrompt { Install-AksAmlExtension $k8s.Cluster @tls -WhatIf } -With @{ k8s = $k8s; tls = $tls }
            $shown.Text | Should -Match 'Register the resource provider Microsoft.KubernetesConfiguration .*NotRegistered -> Registered'
            $shown.Text | Should -Match 'Install the Azure Machine Learning extension .*internal load balancer in the nodes'' subnet, three routers'
            $shown.Output | Should -BeNullOrEmpty
            Get-Change | Should -BeNullOrEmpty
        }

        It 'sends nothing the second time' {
            $first = Install-AksAmlExtension $k8s.Cluster @tls -WarningAction SilentlyContinue
            Set-AmlSimulator -ClearLog
            $second = $first | Install-AksAmlExtension @tls
            $second.Id | Should -Be $first.Id
            Get-Change | Should -BeNullOrEmpty
        }

        It 'refuses other settings with the difference, and sends nothing' {
            $null = Install-AksAmlExtension $k8s.Cluster @tls -WarningAction SilentlyContinue
            $failure = Get-Failure { Install-AksAmlExtension $k8s.Cluster @tls -PublicLoadBalancer } -Id ExtensionDiffers
            "$failure" | Should -BeLike '*internalLoadBalancerProvider*azure*'
            (Get-Failure { Install-AksAmlExtension $k8s.Cluster @tls -RouterServiceType ClusterIP } -Id ExtensionDiffers) |
                Should -BeLike '*inferenceRouterServiceType*'
            (Get-Failure { Install-AksAmlExtension $k8s.Cluster @tls -ExtensionName other } -Id InvalidCombination) |
                Should -BeLike "*has 'azureml'*"
        }

        It 'installs with a certificate from files, whose key is told nowhere' {
            $files = New-PemFile "$TestDrive/pem"
            $outcome = Get-Outcome {
                $DebugPreference = 'Continue'
                Install-AksAmlExtension $k8s.Cluster @files -SslCname s.contoso.internal -Verbose
            }
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output.ProtectedSettingsToGiveAgain | Should -Be 'scoringFe.sslCert', 'scoringFe.sslKey'
            $key = [Convert]::ToBase64String([System.IO.File]::ReadAllBytes($files.SslKeyPath))
            $told = ($outcome.Verbose + $outcome.Debug + $outcome.Warning + ($outcome.Output | ConvertTo-Json -Depth 6)) -join "`n"
            $told | Should -Not -Match 'the-key-of-the-router'
            $told.Contains($key.Substring(0, 30)) | Should -BeFalse
        }

        It 'gives an operation with -NoWait, which another session waits for' {
            $operation = Install-AksAmlExtension $k8s.Cluster @tls -NoWait -WarningAction SilentlyContinue
            $operation | Should -BeOfType 'AmlVnet.AmlOperation'
            $operation.Kind | Should -Be 'InstallAksAmlExtension'
            $done = $operation | Wait-AmlOperation
            $done.ProvisioningState | Should -Be 'Succeeded'
            # Where it is running already, the same command follows it.
        }

        It 'follows an installation that an earlier run began' {
            $null = Install-AksAmlExtension $k8s.Cluster @tls -NoWait -WarningAction SilentlyContinue
            Set-AmlSimulator -ClearLog
            (Install-AksAmlExtension $k8s.Cluster @tls).ProvisioningState | Should -Be 'Succeeded'
            Get-Change | Should -BeNullOrEmpty
        }

        It 'looks into the cluster with -UseRunCommand' {
            $outcome = Get-Outcome { Install-AksAmlExtension $k8s.Cluster @tls -UseRunCommand }
            $outcome.Output.ProvisioningState | Should -Be 'Succeeded'
            $outcome.Warning | Should -BeNullOrEmpty
            @(Get-Change | Where-Object { $_ -eq 'POST runCommand' }).Count | Should -Be 3
        }

        It 'names the kubectl lines without -UseRunCommand' {
            $outcome = Get-Outcome { Install-AksAmlExtension $k8s.Cluster @tls -WhatIf }
            "$($outcome.Warning)" | Should -Match 'kubectl get secret scoring-tls -n azureml'
        }
    }

    Context 'what can''t be' {
        It 'is said before anything is sent: <why>' -ForEach @(
            @{ why = 'neither TLS nor the permission to do without'; with = @{}; id = 'InvalidCombination'; says = '*expects TLS*' }
            @{ why = 'TLS without a host name'; with = @{ SslSecretName = 'scoring-tls' }; id = 'InvalidCombination'; says = '*sslCname*' }
            @{ why = 'a secret and no TLS'; with = @{ SslSecretName = 'x'; SslCname = 'y'; AllowInsecureConnections = $true }
                id = 'InvalidCombination'; says = '*without TLS*' }
            @{ why = 'a public NodePort'; with = @{ RouterServiceType = 'NodePort'; PublicLoadBalancer = $true; AllowInsecureConnections = $true }
                id = 'InvalidCombination'; says = '*no load balancer*' }
            @{ why = 'nothing to do'; with = @{ EnableInference = $false }; id = 'InvalidCombination'; says = '*neither was asked for*' }
            @{ why = 'a secret setting'; with = @{ AllowInsecureConnections = $true; ConfigurationSetting = @{ 'scoringFe.sslKey' = 'x' } }
                id = 'InvalidCombination'; says = '*is a secret*' }
            @{ why = 'a name that is none'; with = @{ AllowInsecureConnections = $true; ExtensionName = 'Not A Name' }; id = 'InvalidValue'; says = '*Helm*' }
            @{ why = 'a file that is not there'; with = @{ SslCertificatePath = 'nothing.pem'; SslKeyPath = 'x'; SslCname = 'y' }
                id = 'FileUnreadable'; says = '*nothing.pem*' }
        ) {
            Connect-Kubernetes
            Get-Failure { Install-AksAmlExtension $k8s.Cluster @with } -Id $id | Should -BeLike $says
            Get-Change | Should -BeNullOrEmpty
        }

        It 'refuses a key with a passphrase' {
            Connect-Kubernetes
            $files = New-PemFile "$TestDrive/locked"
            Set-Content -LiteralPath $files.SslKeyPath -Value '-----BEGIN ENCRYPTED PRIVATE KEY-----', 'x', '-----END ENCRYPTED PRIVATE KEY-----'
            Get-Failure { Install-AksAmlExtension $k8s.Cluster @files -SslCname y } -Id FileUnreadable | Should -BeLike '*passphrase*'
        }

        It 'refuses a cluster without the right on its subnet, and installs where it is given' {
            Connect-Kubernetes -WithoutRight
            $failure = Get-Failure { Install-AksAmlExtension $k8s.Cluster @tls -WarningAction SilentlyContinue } -Id CheckFailed
            "$failure" | Should -BeLike '*AMLVNET-RBAC-001*'
            Get-Change | Should -BeNullOrEmpty
            $null = Grant-AksNetworkContributor $k8s.Cluster -ScopeLevel Subnet
            (Install-AksAmlExtension $k8s.Cluster @tls -WarningAction SilentlyContinue).ProvisioningState | Should -Be 'Succeeded'
        }

        It 'decodes what the service says of a router without an address, and goes on once it is mended' {
            Connect-Kubernetes -WithoutRight
            $failure = Get-Failure { Install-AksAmlExtension $k8s.Cluster @tls -SkipCheck AMLVNET-RBAC-001 -WarningAction SilentlyContinue } -Id OperationFailed
            "$failure" | Should -BeLike '*E40001 LOAD_BALANCER_NOT_SUPPORT*'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Grant-AksNetworkContributor*'
            $problem = (Get-AksAmlExtension $k8s.Cluster).Problems[0]
            $problem.Code | Should -Be 'E40001'
            $problem.Fix | Should -BeLike '*Grant-AksNetworkContributor*'
            $null = Grant-AksNetworkContributor $k8s.Cluster -ScopeLevel Subnet
            (Install-AksAmlExtension $k8s.Cluster @tls -WarningAction SilentlyContinue).Health | Should -Be 'Healthy'
        }

        It 'takes the definitions that its own failed or removed installation left for its own' {
            Connect-Kubernetes -WithoutRight
            $null = Get-Failure { Install-AksAmlExtension $k8s.Cluster @tls -UseRunCommand -SkipCheck AMLVNET-RBAC-001 -WarningAction SilentlyContinue } -Id OperationFailed
            $null = Grant-AksNetworkContributor $k8s.Cluster -ScopeLevel Subnet
            foreach ($time in 1, 2) {
                (Install-AksAmlExtension $k8s.Cluster @tls -UseRunCommand).Health | Should -Be 'Healthy'
                Uninstall-AksAmlExtension $k8s.Cluster -Force -WarningAction SilentlyContinue
            }
        }

        It 'decodes what the service says: <code>' -ForEach @(
            @{ code = 'E40007'; fix = '*PEM files without a passphrase*'; with = @{ SslSecretName = 'nothing'; SslCname = 's.contoso.internal' }; found = @() }
            @{ code = 'E45002'; fix = '*-InstallPrometheusOperator:$false*'
                found = @{ kind = 'CustomResourceDefinition'; name = 'prometheuses.monitoring.coreos.com' } }
            @{ code = 'E45004'; fix = '*Remove what the AKS compute left behind*'; found = @{ kind = 'ClusterRole'; name = 'azureml-fe-role' } }
            @{ code = 'E45005'; fix = '*Remove what the AKS compute left behind*'; found = @{ kind = 'Deployment'; name = 'azureml-fe' } }
        ) {
            $more = $found
            Connect-Kubernetes { $args[0].clusters[0].objects = @($args[0].clusters[0].objects) + @($more) }
            $settings = if ($with) { $with } else { @{ AllowInsecureConnections = $true } }
            $failure = Get-Failure { Install-AksAmlExtension $k8s.Cluster @settings -WarningAction SilentlyContinue } -Id OperationFailed
            "$failure" | Should -BeLike "*Most likely: $code*"
            $failure.ErrorDetails.RecommendedAction | Should -BeLike $fix
            (Get-AksAmlExtension $k8s.Cluster).Problems[0].Code | Should -Be $code
        }

        It 'checks the cluster before it writes: <rule>' -ForEach @(
            @{ rule = 'AMLVNET-KUBERNETES-007'; change = { $args[0].clusters[0].vmSize = 'Standard_D2s_v5' } }
            @{ rule = 'AMLVNET-KUBERNETES-008'; change = { $args[0].clusters[0].properties = @{ networkProfile = @{ loadBalancerSku = 'basic' } } } }
            @{ rule = 'AMLVNET-KUBERNETES-013'; change = { $args[0].clusters[0].Remove('subnet') } }
        ) {
            Connect-Kubernetes $change -WithoutRight
            $skip = 'AMLVNET-RBAC-001', 'AMLVNET-RBAC-002'
            $failure = Get-Failure { Install-AksAmlExtension $k8s.Cluster @tls -SkipCheck $skip -WarningAction SilentlyContinue } -Id CheckFailed
            "$failure" | Should -BeLike "*$rule*"
            Get-Change | Should -BeNullOrEmpty
            $outcome = Get-Outcome { Install-AksAmlExtension $k8s.Cluster @tls -SkipCheck ($skip + $rule) -WhatIf }
            $outcome.Error | Should -BeNullOrEmpty
            "$($outcome.Warning)" | Should -BeLike "*$rule*"
            # What only a private router needs is not asked of another one.
            if ($rule -ne 'AMLVNET-KUBERNETES-007') {
                (Get-Outcome { Install-AksAmlExtension $k8s.Cluster @tls -RouterServiceType NodePort -WhatIf }).Error | Should -BeNullOrEmpty
            }
        }

        It 'refuses a service principal' {
            Connect-Kubernetes { $args[0].clusters[0].identity = 'ServicePrincipal' } -WithoutRight
            $failure = Get-Failure { Install-AksAmlExtension $k8s.Cluster @tls } -Id ClusterNeedsIdentity
            $failure.ErrorDetails.RecommendedAction | Should -BeLike 'az aks update*--enable-managed-identity --yes'
        }

        It 'takes one router on two nodes, and refuses three' {
            Connect-Kubernetes { $args[0].clusters[0].nodes = 2 }
            Get-Failure { Install-AksAmlExtension $k8s.Cluster @tls -HighAvailability } -Id InvalidCombination | Should -BeLike '*3 nodes*has 2*'
            $extension = Install-AksAmlExtension $k8s.Cluster @tls -WarningAction SilentlyContinue
            $extension.Settings.inferenceRouterHA | Should -Be 'False'
            $extension.Settings.clusterPurpose | Should -Be 'DevTest'
        }

        It 'sees with -UseRunCommand what is in the way: <what>' -ForEach @(
            @{ what = 'no secret'; objects = @(); says = '*scoring-tls*'; fix = '*create secret*' }
            @{ what = 'an old router'; objects = @(@{ kind = 'Deployment'; name = 'azureml-fe' }); says = '*AKS compute*'; fix = '*kubectl delete*' }
            @{ what = 'another Prometheus operator'; objects = @(@{ kind = 'CustomResourceDefinition'; name = 'prometheuses.monitoring.coreos.com' })
                says = '*Prometheus*'; fix = '*InstallPrometheusOperator*' }
            @{ what = 'another Volcano'; objects = @(@{ kind = 'CustomResourceDefinition'; name = 'jobs.batch.volcano.sh' }); says = '*Volcano*'; fix = '*InstallVolcano*' }
        ) {
            $found = $objects
            Connect-Kubernetes {
                $secret = @{ kind = 'Secret'; name = 'scoring-tls'; namespace = 'azureml' }
                $args[0].clusters[0].objects = @(if ($found) { @($secret) + $found })
            }
            $failure = Get-Failure { Install-AksAmlExtension $k8s.Cluster @tls -UseRunCommand } -Id ClusterInTheWay
            "$failure" | Should -BeLike $says
            $failure.ErrorDetails.RecommendedAction | Should -BeLike $fix
            Get-Change | Where-Object { $_ -like 'PUT*' } | Should -BeNullOrEmpty
        }
    }
}
