# From an AKS compute of v1 to a Kubernetes compute on the same cluster, both ways.
Describe 'Move-AmlAksCompute' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        . "$PSScriptRoot/KubernetesWorld.ps1"
        $move = @{ AllowInsecureConnections = $true; Namespace = 'inferencing' }
    }
    BeforeEach { Connect-World migration }
    AfterAll { Disconnect-AmlVnet }

    It '<Path> moves the compute, and offers to detach the old one' -ForEach @(
        @{ Path = 'Clean'; Status = 'Documented*'; Source = 'https://learn.microsoft.com/*'; Old = 'gone' }
        @{ Path = 'Coexist'; Status = 'Preview*'; Source = 'https://github.com/Azure/AML-Kubernetes/*'; Old = 'answers until*' }
    ) {
        $outcome = Get-Outcome { Move-AmlAksCompute @myaks @move -Path $Path -UseRunCommand }
        $outcome.Error | Should -BeNullOrEmpty
        $moved = $outcome.Output[0]
        $moved.Status | Should -BeLike $Status
        $moved.Source | Should -BeLike $Source
        $moved.ComputeId | Should -BeLike '*/computes/myaks-k8s'
        $moved.Compute.ComputeType | Should -Be 'Kubernetes'
        $moved.IsPrivate | Should -BeTrue
        $moved.IsOpen | Should -BeTrue
        $moved.ScoringIPAddress | Should -BeLike '10.1.0.*'
        @($moved.Steps | Where-Object Status -EQ 'Done').Name | Should -Be @('LegacyMode', 'Prepare', 'Extension', 'Attach')
        ($moved.ClientChanges | Where-Object What -EQ 'address').Before | Should -BeLike '10.1.1.*'
        ($moved.ClientChanges | Where-Object What -EQ 'old endpoint').After | Should -BeLike $Old
        $moved.Readiness.Id | Should -Contain 'AMLVNET-KUBERNETES-011'
        $moved.IsDetached | Should -BeFalse
        $moved.Remaining[-1] | Should -BeLike '*Remove-AmlAksCompute -UnderlyingResourceAction Detach'
        @($outcome.Warning) -like '*never delete it*' | Should -Not -BeNullOrEmpty
        @(Get-AmlSimulatorLog -WriteOnly | Where-Object Method -EQ 'DELETE') | Should -BeNullOrEmpty
        @(Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace).Name | Should -Be 'myaks'
        (Get-AmlAksCompute @myaks).ComputeType | Should -Be 'AKS'
    }

    It 'run again changes nothing, and detaches where that is asked' {
        $first = Move-AmlAksCompute @myaks @move -Path Clean -UseRunCommand -WarningAction SilentlyContinue
        $again = Move-AmlAksCompute @myaks @move -Path Clean -UseRunCommand -WarningAction SilentlyContinue
        $first.IsChanged | Should -BeTrue
        $again.IsChanged | Should -BeFalse
        $last = Move-AmlAksCompute @myaks @move -Path Clean -UseRunCommand -Detach -WarningAction SilentlyContinue
        $last.IsDetached | Should -BeTrue
        Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace | Should -BeNullOrEmpty
        @(Get-AmlKubernetesCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace).Name | Should -Be 'myaks-k8s'
        # The cluster stays.
        { Get-AksAmlExtension $ids.ExistingCluster -ErrorAction Stop } | Should -Not -Throw
        # The old one is gone by now, and the job is done.
        $after = Move-AmlAksCompute @myaks @move -Path Clean -UseRunCommand -Detach -WarningAction SilentlyContinue
        $after.IsDetached | Should -BeTrue
        $after.IsChanged | Should -BeFalse
    }

    It 'stops without -UseRunCommand before the first write, with the kubectl lines' -ForEach @(
        @{ Path = 'Clean'; Line = '*kubectl delete deployment azureml-fe -n default*' }
        @{ Path = 'Coexist'; Line = '*kubectl annotate deployment azureml-fe*azureml-fe-enable-upgrade=true*' }
    ) {
        $outcome = Get-Outcome { Move-AmlAksCompute @myaks @move -Path $Path }
        $outcome.Error[-1].FullyQualifiedErrorId | Should -BeLike 'ClusterNotLookedAt,*'
        "$($outcome.Error[-1])" | Should -BeLike $Line
        "$($outcome.Error[-1])" | Should -Not -BeLike '*delete secret*'
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }

    It 'shows under -WhatIf source, readiness, what changes and each step, and writes nothing' {
        $shown = Invoke-AtPrompt { Move-AmlAksCompute @myaks -Path Clean -AllowInsecureConnections -Namespace inferencing -UseRunCommand -WhatIf }
        $shown.Error | Should -BeNullOrEmpty
        $shown.Output | Should -BeNullOrEmpty
        foreach ($line in 'Turn off the v1 legacy mode', 'Remove the old router', 'Install the Azure Machine Learning extension', 'Attach cluster') {
            "$($shown.Text)" | Should -BeLike "*$line*"
        }
        @($shown.Warning) -like 'Clean. Documented*' | Should -Not -BeNullOrEmpty
        @($shown.Warning) -like 'For clients: address*' | Should -Not -BeNullOrEmpty
        @($shown.Warning) -like 'AMLVNET-KUBERNETES-011*' | Should -Not -BeNullOrEmpty
        @(Get-AmlSimulatorLog -WriteOnly | Where-Object Path -NotLike '*/runCommand') | Should -BeNullOrEmpty
    }

    It 'goes on after a failure' {
        Set-AmlSimulator -Fault @{
            method = 'PUT'; resourceType = 'Microsoft.MachineLearningServices/workspaces/computes'; status = 400; code = 'Rehearsed'; message = 'No.'
        }
        $failed = Get-Outcome { Move-AmlAksCompute @myaks @move -Path Clean -UseRunCommand }
        "$($failed.Error[-1])" | Should -BeLike '*Rehearsed*'
        Set-AmlSimulator -ClearFault
        $moved = Move-AmlAksCompute @myaks @move -Path Clean -UseRunCommand -WarningAction SilentlyContinue
        $moved.IsOpen | Should -BeTrue
        @($moved.Steps | Where-Object Status -EQ 'Done').Name | Should -Be @('Attach')
    }

    It 'carries TLS from PEM files over, tells the material, and shows the key nowhere: <Path>' -ForEach @(@{ Path = 'Clean' }, @{ Path = 'Coexist' }) {
        $files = New-PemFile "$TestDrive/pem"
        $null = Remove-AmlAksCompute @myaks -UnderlyingResourceAction Detach -Force -WarningAction SilentlyContinue
        $null = Add-AmlAksCompute @myaks -Cluster $ids.ExistingCluster @files -SslCname old.contoso.com -LoadBalancerType InternalLoadBalancer -WarningAction SilentlyContinue
        $outcome = Get-Outcome {
            $DebugPreference = 'Continue'
            Move-AmlAksCompute @myaks -Path $Path -Namespace inferencing @files -SslCname scoring.contoso.internal -UseRunCommand -Verbose
        }
        $outcome.Error | Should -BeNullOrEmpty
        $moved = $outcome.Output[0]
        $moved.TlsMaterial[0] | Should -BeLike 'Certificate and key of old.contoso.com*'
        $moved.TlsMaterial[1] | Should -BeLike '*azuremlfessl*which stays*'
        ($moved.ClientChanges | Where-Object What -EQ 'DNS').After | Should -BeLike 'scoring.contoso.internal -> 10.1.0.*'
        $extension = Get-AksAmlExtension $ids.ExistingCluster
        $extension.SslCname | Should -Be 'scoring.contoso.internal'
        $extension.ProtectedSettingsToGiveAgain | Should -Be 'scoringFe.sslCert', 'scoringFe.sslKey'
        $told = ($outcome.Verbose + $outcome.Debug + $outcome.Warning + ($outcome.Output | ConvertTo-Json -Depth 6 -WarningAction SilentlyContinue)) -join "`n"
        $told | Should -Not -Match 'the-key-of-the-router'
        $told.Contains([Convert]::ToBase64String([System.IO.File]::ReadAllBytes($files.SslKeyPath)).Substring(0, 30)) | Should -BeFalse
        (Move-AmlAksCompute @myaks -Path $Path -Namespace inferencing @files -SslCname scoring.contoso.internal -UseRunCommand -WarningAction SilentlyContinue).IsChanged |
            Should -BeFalse
    }

    It 'ends within -TimeoutSeconds, also while the legacy mode is turned off, and goes on' {
        Set-AmlSimulator -ClearLog
        $failure = Get-Failure { Move-AmlAksCompute @myaks @move -Path Clean -UseRunCommand -TimeoutSeconds 600 -WarningAction SilentlyContinue } -Id WaitTimedOut
        "$failure" | Should -BeLike '*v1LegacyMode is still on*'
        $log = Get-AmlSimulatorLog
        ($log[-1].Time - $log[0].Time).TotalSeconds | Should -BeLessOrEqual 600
        (Move-AmlAksCompute @myaks @move -Path Clean -UseRunCommand -WarningAction SilentlyContinue).IsOpen | Should -BeTrue
    }

    It 'refuses the namespace of v1, and the old name' {
        (Get-Outcome { Move-AmlAksCompute @myaks -Path Coexist -AllowInsecureConnections -Namespace azureml-myworkspace -UseRunCommand }).Error[-1].FullyQualifiedErrorId |
            Should -BeLike 'InvalidValue,*'
        (Get-Outcome { Move-AmlAksCompute @myaks @move -Path Coexist -NewName myaks -UseRunCommand }).Error[-1].FullyQualifiedErrorId |
            Should -BeLike 'InvalidValue,*'
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }
}
