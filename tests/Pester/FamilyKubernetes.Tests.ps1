# The lines that work for each command of the Kubernetes route, whatever it does: see "Parameters of one family" in docs/guides/contributing.md.
BeforeDiscovery {
    $family = @{
        'Get-AksAmlExtension'         = @{}
        'Get-AmlKubernetesCompute'    = @{}
        'Grant-AksAmlTrustedAccess'   = @{ NeedsWorkspace = $true }
        'Install-AksAmlExtension'     = @{ Also = @{ AllowInsecureConnections = $true } }
        'Remove-AmlKubernetesCompute' = @{}
        'Revoke-AksAmlTrustedAccess'  = @{ NeedsWorkspace = $true }
        'Uninstall-AksAmlExtension'   = @{}
        'Update-AksAmlExtension'      = @{ Also = @{ EnableTraining = $true } }
    }
    $lines = @(
        @{ Line = 'piped'; Run = { $compute | & $Cmdlet @Also } }
        @{ Line = 'positional'; Run = { & $Cmdlet $compute @Also } }
        @{ Line = 'three names positional'; Run = { & $Cmdlet myworkspacegroup myworkspace myk8s @Also } }
        @{ Line = 'by property name'; Run = { [pscustomobject]$names | & $Cmdlet @Also } }
        @{ Line = 'by id'; Run = { & $Cmdlet -ResourceId $compute.Id @Also } }
        @{ Line = 'by a Clixml copy'; Run = { Copy-ByClixml $compute | & $Cmdlet @Also } }
        @{ Line = 'by the text of an id'; Run = { $compute.Id | & $Cmdlet @Also } }
    )
    $cases = foreach ($name in $family.Keys | Sort-Object) {
        foreach ($line in $lines) {
            @{ Cmdlet = $name; Line = $line.Line; Run = $line.Run; Also = if ($family[$name].Also) { $family[$name].Also } else { @{} } }
        }
    }
    $clusterCases = foreach ($name in $family.Keys | Where-Object { $_ -notlike '*AmlKubernetesCompute' } | Sort-Object) {
        @{
            Cmdlet = $name; NeedsWorkspace = [bool]$family[$name].NeedsWorkspace
            Also = if ($family[$name].Also) { $family[$name].Also } else { @{} }
        }
    }
}

Describe 'The family of commands of the Kubernetes route' {
    BeforeAll {
        . "$PSScriptRoot/KubernetesWorld.ps1"
        Connect-Kubernetes
        $names = $k8s.Compute
        $extension = Install-AksAmlExtension $k8s.Cluster -AllowInsecureConnections -WarningAction SilentlyContinue
        $compute = $extension | Add-AmlKubernetesCompute @names
    }
    AfterAll { Disconnect-AmlVnet }

    It '<Cmdlet>: <Line>' -ForEach $cases {
        $Also = $Also.Clone()
        if ((Get-Command $Cmdlet).Parameters.ContainsKey('WhatIf')) { $Also.WhatIf = $true }
        $outcome = Get-Outcome $Run
        $outcome.Error | ForEach-Object { "$($_.FullyQualifiedErrorId): $_" } | Should -BeNullOrEmpty
        @(Get-AmlSimulatorLog | Where-Object Path -Like '*/workspaces/myworkspace/computes*').Count | Should -BeGreaterThan 0
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }

    It '<Cmdlet> takes a cluster and its extension' -ForEach $clusterCases {
        $Also = $Also.Clone()
        if ((Get-Command $Cmdlet).Parameters.ContainsKey('WhatIf')) { $Also.WhatIf = $true }
        if ($NeedsWorkspace) { $Also.Workspace = $ids.Workspace }
        $outcome = Get-Outcome {
            $k8s.Cluster | & $Cmdlet @Also
            [pscustomobject]@{ Id = $k8s.Cluster; Name = 'something else' } | & $Cmdlet @Also
            $extension | & $Cmdlet @Also
            Copy-ByClixml $extension | & $Cmdlet @Also
            & $Cmdlet -ResourceGroupName myaksgroup -ClusterName myakscluster @Also
        }
        $outcome.Error | ForEach-Object { "$($_.FullyQualifiedErrorId): $_" } | Should -BeNullOrEmpty
    }

    It 'tells both kinds of compute apart in every list, and fails on neither' {
        Connect-World migration
        $null = Move-AmlAksCompute @myaks -Path Coexist -AllowInsecureConnections -UseRunCommand -WarningAction SilentlyContinue
        $workspace = @{ ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace' }
        (Get-AmlAksCompute @workspace).Name | Should -Be 'myaks'
        (Get-AmlKubernetesCompute @workspace).Name | Should -Be 'myaks-k8s'
        (Get-Failure { Get-AmlAksCompute @workspace -Name myaks-k8s } -Id NotAnAksCompute).ErrorDetails.RecommendedAction |
            Should -BeLike 'Get-AmlKubernetesCompute and its family*'
        (Get-Failure { Get-AmlKubernetesCompute @myaks } -Id NotAKubernetesCompute).ErrorDetails.RecommendedAction |
            Should -BeLike 'Get-AmlAksCompute and its family*'
        Get-AmlOperation | Should -BeNullOrEmpty
        Get-AmlKubernetesCompute @workspace | Get-AmlOperation | Should -BeNullOrEmpty
        (Get-AmlKubernetesCompute @workspace | Wait-AmlOperation).Name | Should -Be 'myaks-k8s'
        $detaching = Get-AmlKubernetesCompute @workspace | Remove-AmlKubernetesCompute -NoWait -WarningAction SilentlyContinue
        $null = Set-AmlAksLoadBalancer @myaks -Type PublicIp -NoWait -WarningAction SilentlyContinue
        $running = Get-AmlOperation | Sort-Object Kind
        $running.Kind | Should -Be 'DetachKubernetesCompute', 'UpdateAksCompute'
        (Get-AmlOperation @workspace -Name myaks-k8s).ResourceId | Should -Be $detaching.ResourceId
        $running | Wait-AmlOperation | ForEach-Object Name | Should -Be 'myaks'
    }

    It 'offers to <line> the computes that it takes' -ForEach @(
        @{ line = 'Get-AmlAksCompute myworkspacegroup myworkspace '; names = @('myaks'); tip = 'AKS, *' }
        @{ line = 'Get-AmlKubernetesCompute myworkspacegroup myworkspace '; names = @('myaks-k8s'); tip = 'Kubernetes, *namespace default' }
        @{ line = 'Test-AmlAksEndpoint myworkspacegroup myworkspace '; names = @('myaks', 'myaks-k8s'); tip = '*, Succeeded*' }
        @{ line = 'Remove-AmlKubernetesCompute -InputObject '; names = @('myaks-k8s'); tip = 'Kubernetes compute myaks-k8s of myworkspace*' }
        @{ line = 'Move-AmlAksCompute -InputObject '; names = @('myaks'); tip = 'AKS compute myaks of myworkspace*' }
        @{ line = 'Wait-AmlOperation -InputObject '; names = @('myaks', 'myaks-k8s'); tip = '* compute myaks* of myworkspace*' }
    ) {
        Connect-World migration
        $null = Move-AmlAksCompute @myaks -Path Coexist -AllowInsecureConnections -UseRunCommand -WarningAction SilentlyContinue
        $offered = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches
        @($offered.CompletionText -replace '^.*/') | Should -Be $names
        $offered.ToolTip | ForEach-Object { $_ | Should -BeLike $tip }
    }

    It 'has a row here for each command of the route' -TestCases @{ known = @($family.Keys) } {
        $takers = Get-Command -Module AmlVnet -Name '*AksAml*', '*AmlKubernetes*' | Where-Object { $_.Name -ne 'Add-AmlKubernetesCompute' }
        @($takers.Name | Sort-Object) | Should -Be @($known | Sort-Object)
    }
}
