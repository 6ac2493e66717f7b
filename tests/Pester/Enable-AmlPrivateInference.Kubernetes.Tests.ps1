# The whole job on today's route, and its undoing.
Describe 'Enable-AmlPrivateInference -Kubernetes' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        . "$PSScriptRoot/KubernetesWorld.ps1"
        $zone = "$($ids.NetworkGroup)/providers/Microsoft.Network/privateDnsZones/contoso.internal"
        $job = @{
            ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'mykube'; Kubernetes = $true
            Cluster = $ids.ExistingCluster; Namespace = 'inferencing'
        }
        $tls = @{ SslSecretName = 'scoring-tls'; SslCname = 'scoring.contoso.internal' }
    }
    AfterAll { Disconnect-AmlVnet }

    Context 'a cluster with nothing on it' {
        BeforeEach { Connect-World kubernetes }

        It 'grants, installs, attaches, verifies, opens and writes the name; twice changes nothing; Disable takes ours back' {
            $private = Enable-AmlPrivateInference @job @tls -UseRunCommand -DnsZoneId $zone
            @($private.Steps).Name | Should -Be @('Grant', 'Extension', 'Attach', 'Open', 'Dns')
            $private.Compute.ComputeType | Should -Be 'Kubernetes'
            $private.IsPrivate | Should -BeTrue
            $private.IsOpen | Should -BeTrue
            $private.ScoringIPAddress | Should -BeLike '10.1.0.*'
            "$($private.DnsName)" | Should -Be "scoring.contoso.internal -> $($private.ScoringIPAddress)"
            $private.DnsName.IsWritten | Should -BeTrue
            ($private.Steps | Where-Object Name -EQ 'Grant').After | Should -BeLike '*/subnets/default'
            # What the command itself looked at is not told as open.
            $private.NotLookedAt.Id | Should -Contain 'NOTLOOKEDAT-INSIDE'
            foreach ($seen in 'NAMESPACE', 'TLSSECRET', 'OLDROUTER', 'OPERATORS') { $private.NotLookedAt.Id | Should -Not -Contain "NOTLOOKEDAT-$seen" }

            $again = Enable-AmlPrivateInference @job @tls -UseRunCommand -DnsZoneId $zone
            $again.IsChanged | Should -BeFalse
            # The compute tells its cluster and its namespace.
            ($private | Enable-AmlPrivateInference).IsChanged | Should -BeFalse

            $endpoint = $private | Get-AmlAksEndpoint
            $endpoint.ComputeType | Should -Be 'Kubernetes'
            $endpoint.Fqdn | Should -Be 'scoring.contoso.internal'
            $endpoint.Port | Should -Be 443
            $endpoint.SubnetId | Should -Be $ids.Subnet
            $endpoint.LoadBalancerName | Should -Be 'kubernetes-internal'
            ($private | Test-AmlAksEndpoint).Address | Should -Be $private.ScoringIPAddress
            $private | Test-AmlAksNetwork -Quiet | Should -BeTrue

            $public = $private | Disable-AmlPrivateInference -DnsZoneId $zone
            @($public.Steps | Where-Object Status -EQ 'Done').Name | Should -Be @('Dns', 'Extension', 'Revoke')
            $public.IsPrivate | Should -BeFalse
            $public.DnsName.IsWritten | Should -BeFalse
            @(($private | Test-AmlAksNetwork -Rule 'AMLVNET-KUBERNETES-004').Status) | Should -Be 'Failed'
            ($private | Enable-AmlPrivateInference).IsPrivate | Should -BeTrue
        }

        It 'stops before the first write without -UseRunCommand, each point with its line, and goes on for who looked himself' {
            $outcome = Get-Outcome { Enable-AmlPrivateInference @job @tls }
            $outcome.Error[-1].FullyQualifiedErrorId | Should -BeLike 'ClusterNotLookedAt,*'
            foreach ($line in 'kubectl get namespace inferencing', 'kubectl get secret scoring-tls -n azureml', 'kubectl get crd',
                'kubectl get deployment') {
                "$($outcome.Error[-1])" | Should -BeLike "*$line*"
            }
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
            $looked = 'NOTLOOKEDAT-NAMESPACE', 'NOTLOOKEDAT-TLSSECRET', 'NOTLOOKEDAT-OLDROUTER', 'NOTLOOKEDAT-OPERATORS'
            $private = Enable-AmlPrivateInference @job @tls -SkipCheck $looked -WarningAction SilentlyContinue
            $private.IsOpen | Should -BeTrue
            foreach ($id in $looked) { $private.NotLookedAt.Id | Should -Contain $id }
            @(Get-AmlSimulatorLog -WriteOnly | Where-Object Path -Like '*/runCommand') | Should -BeNullOrEmpty
        }

        It 'makes a namespace that is not there' {
            $job.Namespace = 'another'
            try {
                (Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand).IsOpen | Should -BeTrue
            } finally {
                $job.Namespace = 'inferencing'
            }
        }

        It 'ends within -TimeoutSeconds <seconds>, while it is at <at>, and goes on when run again' -ForEach @(
            @{ seconds = 5; at = 'a look'; last = '*managedClusters/myakscluster''*' }
            @{ seconds = 61; at = 'the registration'; last = '*Microsoft.KubernetesConfiguration''*Registering*Not done: Install*' }
            @{ seconds = 400; at = 'the installation'; last = '*extensions/azureml''*Creating*' }
            @{ seconds = 820; at = 'the attach'; last = '*computes/mykube*' }
        ) {
            Set-AmlSimulator -ClearLog
            $failure = Get-Failure { Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand -TimeoutSeconds $seconds } -Id WaitTimedOut
            "$failure" | Should -BeLike $last
            $log = Get-AmlSimulatorLog
            ($log[-1].Time - $log[0].Time).TotalSeconds | Should -BeLessOrEqual $seconds
            $shown = Invoke-AtPrompt -With @{ job = $job } { Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand -WhatIf }
            $shown.Error | Should -BeNullOrEmpty
            (Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand).IsOpen | Should -BeTrue
        }

        It 'shows each step and the name under -WhatIf, and writes nothing' {
            $shown = Invoke-AtPrompt -With @{ job = $job; tls = $tls; zone = $zone } {
                Enable-AmlPrivateInference @job @tls -UseRunCommand -DnsZoneId $zone -WhatIf }
            $shown.Error | Should -BeNullOrEmpty
            foreach ($line in 'Grant Network Contributor', 'Register the resource provider', 'Install the Azure Machine Learning extension',
                'Attach cluster', 'Let VirtualNetwork in', 'Write the A record scoring.contoso.internal -> the address') {
                "$($shown.Text)" | Should -BeLike "*$line*"
            }
            @(Get-AmlSimulatorLog -WriteOnly | Where-Object Path -NotLike '*/runCommand') | Should -BeNullOrEmpty
        }

        It 'finds the zone in reach where none is named' {
            $private = Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand
            $private.DnsName.Name | Should -Be 'mykube.contoso.internal'
            $private.DnsName.ZoneId | Should -Be $zone
            $private.DnsName.IsWritten | Should -BeFalse
        }

        It 'refuses another subnet for the router, and a zone that can''t hold the name, before the first write' {
            (Get-Outcome { Enable-AmlPrivateInference @job @tls -UseRunCommand -LoadBalancerSubnetName aks-subnet }).Error[-1] |
                Should -BeLike '*LoadBalancerSubnetName*no other one here*'
            (Get-Outcome { Enable-AmlPrivateInference @job -SslSecretName scoring-tls -SslCname scoring.example.org -UseRunCommand -DnsZoneId $zone }).Error[-1] |
                Should -BeLike '*scoring.example.org*which is not in the zone*'
            @(Get-AmlSimulatorLog -WriteOnly | Where-Object Path -NotLike '*/runCommand') | Should -BeNullOrEmpty
        }

        It 'says that TLS is missing, and that parameters of the route need -Kubernetes' {
            (Get-Outcome { Enable-AmlPrivateInference @job -UseRunCommand }).Error[-1] | Should -BeLike '*expects TLS*'
            (Get-Outcome { Enable-AmlPrivateInference @myaks -Cluster $ids.ExistingCluster -UseRunCommand }).Error[-1] | Should -BeLike '*-Kubernetes*'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }

    Context 'TLS from PEM files' {
        BeforeEach {
            Connect-World kubernetes
            $files = New-PemFile "$TestDrive/pem"
            $compute = @{ ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'mykube' }
            $private = Enable-AmlPrivateInference @job @files -SslCname scoring.contoso.internal -UseRunCommand
            Set-AmlSimulator -ClearLog
        }

        It 'is sent once: what can''t be compared is no change' {
            $private.IsOpen | Should -BeTrue
            (Enable-AmlPrivateInference @job @files -SslCname scoring.contoso.internal -UseRunCommand).IsChanged | Should -BeFalse
            ($private | Enable-AmlPrivateInference).IsChanged | Should -BeFalse
            Get-Change | Should -BeNullOrEmpty
        }

        It 'is given again for the way back, before anything is written' {
            $null = $private | Enable-AmlPrivateInference -DnsZoneId $zone
            Set-AmlSimulator -ClearLog
            $failure = Get-Failure { Disable-AmlPrivateInference @compute -DnsZoneId $zone } -Id ProtectedSettingsMissing
            $failure.ErrorDetails.RecommendedAction | Should -BeLike 'Give -SslCertificatePath and -SslKeyPath again*'
            (Get-Failure { Disable-AmlPrivateInference @compute -SslCertificatePath $files.SslCertificatePath } -Id InvalidCombination) |
                Should -BeLike '*certificate and its key; one is missing*'
            Get-Change | Should -BeNullOrEmpty
            $public = Disable-AmlPrivateInference @compute -DnsZoneId $zone @files
            $public.IsPrivate | Should -BeFalse
            $extension = Get-AksAmlExtension $k8s.Cluster
            $extension.ProtectedSettingsToGiveAgain | Should -Be 'scoringFe.sslCert', 'scoringFe.sslKey'
            $extension.SslCname | Should -Be 'scoring.contoso.internal'
            Get-Failure { Enable-AmlPrivateInference @job -UseRunCommand } -Id ProtectedSettingsMissing | Should -Not -BeNullOrEmpty
            (Enable-AmlPrivateInference @job @files -UseRunCommand).IsPrivate | Should -BeTrue
        }
    }

    It 'never touches a record of somebody else: refused before the first write, and left by Disable' {
        $document = Get-KubernetesDocument
        Add-PrivateZone $document mykube 10.9.9.9
        Connect-World $document
        $failure = Get-Failure { Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand -DnsZoneId $zone } -Id RecordTaken
        "$failure" | Should -BeLike '*leads mykube.contoso.internal to 10.9.9.9*'
        Get-Change | Where-Object { $_ -ne 'POST runCommand' } | Should -BeNullOrEmpty
        $private = Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand
        $private.DnsName.IsWritten | Should -BeFalse
        $private.DnsName.Reason | Should -BeLike '*leads mykube.contoso.internal to 10.9.9.9*'
        $null = Get-Failure { $private | Enable-AmlPrivateInference -DnsZoneId $zone } -Id RecordTaken
        $null = $private | Disable-AmlPrivateInference -DnsZoneId $zone
        @(Get-AmlSimulatorLog -WriteOnly | Where-Object Path -Like '*/A/*') | Should -BeNullOrEmpty
    }

    It 'takes the record of somebody else that leads there already, and leaves it' {
        Connect-World kubernetes
        $address = (Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand).ScoringIPAddress
        $document = Get-KubernetesDocument
        Add-PrivateZone $document mykube $address
        Connect-World $document
        $private = Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand
        $named = $private | Enable-AmlPrivateInference -DnsZoneId $zone
        $named.DnsName.IsWritten | Should -BeTrue
        ($named | Disable-AmlPrivateInference -DnsZoneId $zone).DnsName | Should -Not -BeNullOrEmpty
        @(Get-AmlSimulatorLog -WriteOnly | Where-Object Path -Like '*/A/*') | Should -BeNullOrEmpty
    }

    It 'refuses <what> before the first write' -ForEach @(
        @{ what = 'a service principal'; id = 'CheckFailed'; says = '*KUBERNETES-005*'; change = { $args[0].clusters[0].identity = 'ServicePrincipal' } }
        @{ what = 'small nodes'; id = 'CheckFailed'; says = '*KUBERNETES-007*'; change = { $args[0].clusters[0].vmSize = 'Standard_D2s_v5' } }
        @{ what = 'nodes in no subnet of yours'; id = 'CheckFailed'; says = '*KUBERNETES-013*'; change = { $args[0].clusters[0].Remove('subnet') } }
        @{ what = 'v1 legacy mode'; id = 'CheckFailed'; says = '*KUBERNETES-011*'; change = {
                $args[0].resources = @(@{ id = 'myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace'; properties = @{ v1LegacyMode = $true } }) } }
        @{ what = 'a Basic load balancer'; id = 'CheckFailed'; says = '*KUBERNETES-008*'; change = {
                $args[0].clusters[0].properties = @{ networkProfile = @{ loadBalancerSku = 'basic' } } } }
        @{ what = 'a cluster that runs no command'; id = 'ClusterNotLookedAt'; says = '*Run command is disabled*'; change = {
                $args[0].clusters[0].properties = @{ apiServerAccessProfile = @{ disableRunCommand = $true } } } }
        @{ what = 'the router of v1'; id = 'ClusterInTheWay'; says = '*AKS compute (v1)*'; change = {
                $args[0].clusters[0].objects += @{ kind = 'Deployment'; name = 'azureml-fe' } } }
        @{ what = 'what it left'; id = 'ClusterInTheWay'; says = '*AKS compute (v1)*'; change = {
                $args[0].clusters[0].objects += @{ kind = 'ClusterRole'; name = 'azureml-fe-role' } } }
        @{ what = 'a missing secret'; id = 'ClusterInTheWay'; says = '*scoring-tls*'; tls = $true; change = {
                $args[0].clusters[0].objects = @(@{ kind = 'Namespace'; name = 'inferencing' }) } }
        @{ what = 'a missing workspace'; id = 'ResourceNotFound'; says = '*workspace*'; change = { $args[0].workspaces = @() } }
        @{ what = 'a missing cluster'; id = 'ResourceNotFound'; says = '*cluster*'; change = { $args[0].clusters = @() } }
    ) {
        $document = Get-KubernetesDocument
        & $change $document
        Connect-World $document
        $with = if ($tls) { @{ SslSecretName = 'scoring-tls'; SslCname = 'scoring.contoso.internal' } } else { @{ AllowInsecureConnections = $true } }
        Get-Failure { Enable-AmlPrivateInference @job @with -UseRunCommand } -Id $id | Should -BeLike $says
        Get-Change | Where-Object { $_ -ne 'POST runCommand' } | Should -BeNullOrEmpty
    }

    It 'brings no operator beside <what>' -ForEach @(
        @{ what = 'another Prometheus operator'; definition = 'prometheuses.monitoring.coreos.com'; setting = 'installPromOp' }
        @{ what = 'another Volcano scheduler'; definition = 'jobs.batch.volcano.sh'; setting = 'installVolcano' }
    ) {
        $document = Get-KubernetesDocument
        $document.clusters[0].objects += @{ kind = 'CustomResourceDefinition'; name = $definition }
        Connect-World $document
        (Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand).IsOpen | Should -BeTrue
        (Get-AksAmlExtension $k8s.Cluster).Settings.$setting | Should -Be 'False'
        (Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand).IsChanged | Should -BeFalse
    }

    It 'goes on after <at> failed' -ForEach @(
        @{ at = 'the registration'; method = 'POST'; part = '/register'; done = 'Extension', 'Attach' }
        @{ at = 'the installation'; method = 'PUT'; part = '/extensions/'; done = 'Extension', 'Attach' }
        @{ at = 'the attach'; method = 'PUT'; part = '/computes/'; done = 'Attach' }
        @{ at = 'the record'; method = 'PUT'; part = '/A/'; done = 'Dns' }
    ) {
        Connect-World kubernetes
        Set-AmlSimulator -Fault @{ method = $method; pathContains = $part; status = 400; code = 'Rehearsed'; message = 'No.' }
        $failed = Get-Outcome { Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand -DnsZoneId $zone }
        "$($failed.Error[-1])" | Should -BeLike '*Rehearsed*Done: Grant*'
        Set-AmlSimulator -ClearFault
        $private = Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand -DnsZoneId $zone
        $private.IsOpen | Should -BeTrue
        @($private.Steps | Where-Object Status -EQ 'Done').Name | Select-Object -First $done.Count | Should -Be $done
    }

    It 'gives trusted access where local accounts are disabled, and calls nothing open of which no page speaks' {
        Connect-World automatic
        $private = Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand -WarningAction SilentlyContinue
        @($private.Steps).Name | Should -Be @('Grant', 'TrustedAccess', 'Extension', 'Attach', 'Open')
        $private.IsPrivate | Should -BeTrue
        $private.IsOpen | Should -BeNullOrEmpty
        ($private.Checks | Where-Object Id -EQ 'AMLVNET-KUBERNETES-014').Status | Should -Be 'Unknown'
    }

    It 'refuses a workspace in v1 legacy mode and what an AKS compute left' {
        Connect-World migration
        (Get-Outcome { Enable-AmlPrivateInference @job -AllowInsecureConnections -UseRunCommand }).Error[-1].FullyQualifiedErrorId |
            Should -Match '^(CheckFailed|ClusterInTheWay),'
        @(Get-AmlSimulatorLog -WriteOnly | Where-Object Path -NotLike '*/runCommand') | Should -BeNullOrEmpty
    }
}
