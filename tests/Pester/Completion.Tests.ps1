# What the Tab key offers: everything that has a known set, and file names only where a file is meant.
BeforeDiscovery {
    $files = 'Path', 'CertificatePath', 'SslCertificatePath', 'SslKeyPath', 'StatePath', 'Scenario'
    $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
    Import-Module -Name $(if ($env:AMLVNET_TESTED_MODULE) { $env:AMLVNET_TESTED_MODULE } else { "$PSScriptRoot/../../artifacts/AmlVnet/AmlVnet.psd1" })
    $commands = Get-Command -Module AmlVnet | ForEach-Object {
        $parameters = @($_.Parameters.Values | Where-Object { $_.Name -notin $common -and -not $_.SwitchParameter -and $_.Name -notin $files } | ForEach-Object Name)
        @{ Name = $_.Name; Parameters = $parameters }
    }
    # A known set, by the parameter's name, and one value of it; what depends on other parameters is given with them.
    $known = @{
        SkipCheck                       = 'AMLVNET-RBAC-001'
        Rule                            = 'AMLVNET-RBAC-001'
        ExcludeRule                     = 'AMLVNET-RBAC-001'
        Scenario                        = 'existing-cluster'
        SubnetId                        = "*/virtualNetworks/mynetwork/subnets/default*"
        AgentVmSize                     = 'Standard_D3_v2'
        Location                        = 'eastus2'
        SourceAddressPrefix             = 'VirtualNetwork'
        Setting                         = '@{ assignmentSeconds = }'
        Tenant                          = '*-*-*-*-*'
        SubscriptionId                  = '5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36'
        Subscription                    = '5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36'
        ClusterName                     = 'myakscluster'
        ClusterResourceGroupName        = 'myaksgroup'
        Cluster                         = "*/managedClusters/myakscluster*"
        Workspace                       = "*/workspaces/myworkspace*"
        VirtualNetworkResourceGroupName = 'mygroup'
        VirtualNetworkName              = 'mynetwork'
        ResourceGroupName               = 'myworkspacegroup'
        WorkspaceName                   = 'myworkspace'
        ResourceId                      = "*/workspaces/myworkspace*"
        InputObject                     = "*/workspaces/myworkspace*"
    }
    $sets = foreach ($command in Get-Command -Module AmlVnet) {
        foreach ($name in $known.Keys | Where-Object { $command.Parameters.ContainsKey($_) -and $command.Parameters[$_].ParameterType.Name -notlike '*CheckReport*' }) {
            # The world's compute is of type AKS.
            if ($command.Name -cmatch '^(Get|Remove)-AmlKubernetesCompute$' -and $name -in 'InputObject', 'ResourceId') { continue }
            $value = if ($command.Name -like 'Add-Aml*' -and $name -eq 'InputObject') { $known.Cluster } else { $known[$name] }
            @{ Name = $command.Name; Parameter = $name; Value = $value }
        }
    }
}

Describe 'Tab' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        Connect-World existing-cluster
    }
    AfterAll { Disconnect-AmlVnet }

    It 'offers no file to <Name>, signed in or not' -ForEach $commands {
        $context = Get-AmlVnetContext
        foreach ($parameter in $Parameters) {
            Get-Completion "$Name -$parameter " | Where-Object { "$($_.ResultType)" -like 'Provider*' } | Should -BeNullOrEmpty -Because "-$parameter is no file"
            Get-Completion "$Name -$parameter zzz" | Where-Object { "$($_.ResultType)" -like 'Provider*' } | Should -BeNullOrEmpty -Because "-$parameter is no file"
        }
        Disconnect-AmlVnet
        foreach ($parameter in $Parameters) {
            Get-Completion "$Name -$parameter " | Where-Object { "$($_.ResultType)" -like 'Provider*' } | Should -BeNullOrEmpty -Because "-$parameter is no file"
        }
        $null = Set-AmlVnetContext -Context $context
    }

    It 'knows what <Name> -<Parameter> may be' -ForEach $sets {
        @(Get-Completion "$Name -$Parameter ").CompletionText | Where-Object { $_ -like $Value } | Should -Not -BeNullOrEmpty
    }

    It 'knows the computes of type Kubernetes for <_>' -ForEach 'Get-AmlKubernetesCompute -InputObject ', 'Get-AmlKubernetesCompute -ResourceId ',
    'Remove-AmlKubernetesCompute -InputObject ', 'Remove-AmlKubernetesCompute -ResourceId ' {
        $context = Get-AmlVnetContext
        . "$PSScriptRoot/KubernetesWorld.ps1"
        Connect-Kubernetes -Attached
        @(Get-Completion $_).CompletionText | Where-Object { $_ -like '*/computes/myk8s*' } | Should -Not -BeNullOrEmpty
        $null = Set-AmlVnetContext -Context $context
    }

    It 'offers files where one is meant: <_>' -ForEach @(
        'Export-AmlCheckResult -Path ', 'Connect-AmlVnet -CertificatePath ', 'Connect-AmlVnet -Simulator -StatePath ', 'Connect-AmlVnet -Simulator -Scenario ',
        'New-AmlAksCompute -SslCertificatePath '
    ) {
        Push-Location -Path $TestDrive
        try {
            $null = New-Item -Path "$TestDrive/one.json" -ItemType File -Force
            @(Get-Completion $_ | Where-Object { $_.CompletionText -like '*one.json' }) | Should -HaveCount 1
        } finally {
            Pop-Location
        }
    }
}
