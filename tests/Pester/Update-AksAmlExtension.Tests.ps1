Describe 'Update-AksAmlExtension' {
    BeforeAll { . "$PSScriptRoot/KubernetesWorld.ps1" }
    AfterAll { Disconnect-AmlVnet }

    Context 'with a certificate in a secret' {
        BeforeEach { Connect-Kubernetes -Installed }

        It 'changes what is asked, keeps the rest, and says before and after' {
            $before = Get-AksAmlExtension $k8s.Cluster
            $shown = Invoke-AtPrompt { Get-AksAmlExtension $k8s.Cluster | Update-AksAmlExtension -RouterServiceType NodePort -WhatIf } -With @{ k8s = $k8s }
            $shown.Text | Should -Match 'inferenceRouterServiceType: LoadBalancer -> NodePort'
            Get-Change | Should -BeNullOrEmpty

            $after = $before | Update-AksAmlExtension -RouterServiceType NodePort
            $after.RouterServiceType | Should -Be 'NodePort'
            $changed = @($before.Settings.Keys) + @($after.Settings.Keys) | Sort-Object -Unique | Where-Object { $before.Settings[$_] -ne $after.Settings[$_] }
            $changed | Should -Be 'inferenceRouterServiceType', 'internalLoadBalancerProvider', 'scoringFe.serviceType.internalLoadBalancer',
                'scoringFe.serviceType.nodePort'
            $after.SslCname | Should -Be 'score.contoso.internal'
        }

        It 'sends nothing where all is so already' {
            $null = Update-AksAmlExtension $k8s.Cluster -RouterServiceType LoadBalancer
            Get-Change | Should -BeNullOrEmpty
        }

        It 'goes back' {
            $first = Get-AksAmlExtension $k8s.Cluster
            $null = $first | Update-AksAmlExtension -PublicLoadBalancer
            $again = $first | Update-AksAmlExtension -PublicLoadBalancer:$false
            $again.IsInternal | Should -BeTrue
            ($again.Settings | ConvertTo-Json) | Should -Be ($first.Settings | ConvertTo-Json)
        }

        It 'takes another source of TLS as a whole' {
            $files = New-PemFile "$TestDrive/other"
            $extension = Update-AksAmlExtension $k8s.Cluster @files
            $extension.Settings.ContainsKey('scoringFe.sslSecret') | Should -BeFalse
            $extension.ProtectedSettingsToGiveAgain | Should -Be 'scoringFe.sslCert', 'scoringFe.sslKey'
        }
    }

    Context 'with a certificate from files' {
        BeforeEach {
            Connect-Kubernetes
            $files = New-PemFile "$TestDrive/pem"
            $null = Install-AksAmlExtension $k8s.Cluster @files -SslCname s.contoso.internal -WarningAction SilentlyContinue
            Set-AmlSimulator -ClearLog
        }

        It 'says which protected settings must be given again, and sends nothing' {
            $failure = Get-Failure { Update-AksAmlExtension $k8s.Cluster -EnableTraining } -Id ProtectedSettingsMissing
            "$failure" | Should -BeLike '*scoringFe.sslCert, scoringFe.sslKey*'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-SslCertificatePath*-SslKeyPath*'
            Get-Change | Should -BeNullOrEmpty
        }

        It 'goes on where they are given' {
            $extension = Update-AksAmlExtension $k8s.Cluster -EnableTraining @files
            $extension.EnableTraining | Should -BeTrue
            $extension.ProvisioningState | Should -Be 'Succeeded'
            $extension.ProtectedSettingsToGiveAgain | Should -Be 'scoringFe.sslCert', 'scoringFe.sslKey'
        }

        It 'needs none of them where TLS moves to a secret' {
            $extension = Update-AksAmlExtension $k8s.Cluster -SslSecretName scoring-tls
            $extension.ProtectedSettingsToGiveAgain | Should -BeNullOrEmpty
            $extension.Settings.'scoringFe.sslSecret' | Should -Be 'scoring-tls'
        }
    }

    It 'takes other protected settings as secrets, shows them nowhere, and asks for them again' {
        Connect-Kubernetes
        $tls = $k8s.Tls
        $secret = ConvertTo-SecureString 'the-password-of-the-proxy' -AsPlainText -Force
        $given = @{ 'proxy.password' = $secret }
        $outcome = Get-Outcome {
            $DebugPreference = 'Continue'
            Install-AksAmlExtension $k8s.Cluster @tls -ConfigurationProtectedSetting $given -Verbose
        }
        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Output.ProtectedSettingsToGiveAgain | Should -Be 'proxy.password'
        $shown = Invoke-AtPrompt { Update-AksAmlExtension $k8s.Cluster -EnableTraining -ConfigurationProtectedSetting $given -WhatIf } -With @{ k8s = $k8s; given = $given }
        $shown.Text | Should -Match 'proxy.password: \(none\) -> \(given\)'
        $told = ($outcome.Verbose + $outcome.Debug + $outcome.Warning + $shown.Text + ($outcome.Output | ConvertTo-Json -Depth 6)) -join "`n"
        $told | Should -Not -Match 'the-password-of-the-proxy'
        Set-AmlSimulator -ClearLog
        (Get-Failure { Update-AksAmlExtension $k8s.Cluster -EnableTraining } -Id ProtectedSettingsMissing).ErrorDetails.RecommendedAction |
            Should -BeLike '*-ConfigurationProtectedSetting*-Force*'
        Get-Change | Should -BeNullOrEmpty
        (Update-AksAmlExtension $k8s.Cluster -EnableTraining -ConfigurationProtectedSetting $given).ProtectedSettingsToGiveAgain | Should -Be 'proxy.password'
        $outcome = Get-Outcome { Update-AksAmlExtension $k8s.Cluster -EnableTraining:$false -Force }
        "$($outcome.Warning)" | Should -BeLike '*forgets*proxy.password*'
        $outcome.Output.ProtectedSettingsToGiveAgain | Should -BeNullOrEmpty
    }

    It 'refuses a protected setting that <why>' -ForEach @(
        @{ why = 'is no SecureString'; with = @{ ConfigurationProtectedSetting = @{ a = 'plain' } }; id = 'InvalidValue' }
        @{ why = 'is the certificate''s'; secret = 'scoringFe.sslKey'; with = @{}; id = 'InvalidCombination' }
        @{ why = 'another parameter stands for'; secret = 'sslCname'; with = @{}; id = 'InvalidCombination' }
        @{ why = 'is an open one, too'; secret = 'a'; with = @{ ConfigurationSetting = @{ a = 'x' } }; id = 'InvalidCombination' }
    ) {
        Connect-Kubernetes -Installed
        $all = @{} + $with
        if ($secret) { $all.ConfigurationProtectedSetting = @{ $secret = (ConvertTo-SecureString 'x' -AsPlainText -Force) } }
        Get-Failure { Update-AksAmlExtension $k8s.Cluster @all } -Id $id | Should -Not -BeNullOrEmpty
        Get-Change | Should -BeNullOrEmpty
    }

    It 'refuses a cluster without the extension' {
        Connect-Kubernetes
        Get-Failure { Update-AksAmlExtension $k8s.Cluster -EnableTraining } -Id ExtensionMissing | Should -Not -BeNullOrEmpty
    }
}
