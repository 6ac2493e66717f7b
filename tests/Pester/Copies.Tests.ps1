# Whatever a command emits can be kept in a file and piped on from there: by Export-Clixml and Import-Clixml, and by ConvertTo-Json and
# ConvertFrom-Json, which writes an enumeration as its number.
BeforeDiscovery {
    # What is kept, how it is made, and what takes it afterwards. The world is one with a compute of an attached cluster.
    $rows = @(
        @{ type = 'Workspace'; make = { Get-AmlWorkspace -Name myworkspace }; use = @(
                @{ with = 'Get-AmlAksCompute'; line = { $_ | Get-AmlAksCompute }; gives = 'AksCompute' }
                @{ with = 'New-AmlAksCompute'; line = { $_ |
                    New-AmlAksCompute -Name another -AgentCount 1 -ClusterPurpose DevTest @network }; gives = 'AksCompute' }
                @{ with = 'Test-AmlAksNetwork'; line = { $_ |
                    Test-AmlAksNetwork -SubnetId $ids.Subnet -Rule AMLVNET-REGION-001 }; gives = 'CheckResult' }
            )
        }
        @{ type = 'AksCompute'; make = { Get-AmlAksCompute @myaks }; use = @(
                @{ with = 'Get-AksClusterIdentity'; line = { $_ | Get-AksClusterIdentity }; gives = 'AksClusterIdentity' }
                @{ with = 'Grant-AksNetworkContributor'; line = { $_ | Grant-AksNetworkContributor }; gives = 'AksNetworkAccess' }
                @{ with = 'Test-AmlAksNetwork'; line = { $_ | Test-AmlAksNetwork -Rule AMLVNET-COMPUTE-003 }; gives = 'CheckResult' }
                @{ with = 'Get-AmlAksEndpoint'; line = { $_ | Get-AmlAksEndpoint }; gives = 'AksEndpoint' }
                @{ with = 'Enable-AmlScoringAccess'; line = { $_ |
                    Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24 }; gives = 'NetworkRuleAccess' }
                @{ with = 'Remove-AmlAksCompute'; line = { $_ | Remove-AmlAksCompute -WarningAction SilentlyContinue } }
            )
        }
        @{ type = 'AksClusterIdentity'; make = { Get-AmlAksCompute @myaks | Get-AksClusterIdentity }; use = @(
                @{ with = 'Grant-AksNetworkContributor'; line = { $_ | Grant-AksNetworkContributor }; gives = 'AksNetworkAccess' }
            )
        }
        @{ type = 'AksNetworkAccess'; make = { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor }; use = @(
                @{ with = 'Set-AmlAksLoadBalancer'; line = { $_ |
                    Set-AmlAksLoadBalancer -Type InternalLoadBalancer }; gives = 'AksCompute' }
                @{ with = 'Revoke-AksNetworkContributor'; line = { $_ | Revoke-AksNetworkContributor -Confirm:$false } }
            )
        }
        @{ type = 'AksNetworkPlan';
            make = { New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24 }; use = @(
                @{ with = 'Test-AmlAksNetwork'; line = { $_ | Test-AmlAksNetwork -Rule AMLVNET-CIDR-002 }; gives = 'CheckResult' }
                @{ with = 'New-AmlAksCompute'; line = {
                        $_ | New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name another -AgentCount 1 `
                            -ClusterPurpose DevTest -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork `
                                -SubnetName default
                    }; gives = 'AksCompute' }
            )
        }
        @{ type = 'AmlOperation';
            make = { New-AmlAksCompute myworkspacegroup myworkspace another -AgentCount 1 -ClusterPurpose DevTest @network -NoWait };
                use = @(
                @{ with = 'Get-AmlOperation'; line = { $_ | Get-AmlOperation }; gives = 'AmlOperation' }
                @{ with = 'Wait-AmlOperation'; line = { $_ | Wait-AmlOperation }; gives = 'AksCompute' }
            )
        }
        @{ type = 'AksEndpoint'; make = { Get-AmlAksCompute @myaks | Get-AmlAksEndpoint }; use = @(
                @{ with = 'Get-AksClusterIdentity'; line = { $_ | Get-AksClusterIdentity }; gives = 'AksClusterIdentity' }
            )
        }
        @{ type = 'NetworkRuleAccess'; make = { Get-AmlAksCompute @myaks |
            Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24 }; use = @(
                @{ with = 'Disable-AmlScoringAccess'; line = { $_ | Disable-AmlScoringAccess }; gives = 'NetworkRuleAccess' }
            )
        }
        @{ type = 'PrivateInference'; make = { Get-AmlAksCompute @myaks | Enable-AmlPrivateInference }; use = @(
                @{ with = 'Test-AmlAksNetwork'; line = { $_ | Test-AmlAksNetwork -Rule AMLVNET-COMPUTE-005 }; gives = 'CheckResult' }
                @{ with = 'Disable-AmlPrivateInference'; line = { $_ |
                    Disable-AmlPrivateInference -WarningAction SilentlyContinue }; gives = 'PrivateInference' }
            )
        }
        @{ type = 'CheckResult'; make = { Get-AmlAksCompute @myaks | Test-AmlAksNetwork -Rule AMLVNET-RBAC-001 }; use = @(
                @{ with = 'Export-AmlCheckResult'; line = { $_ | Export-AmlCheckResult -Format Json -Path "$TestDrive/out" -PassThru } }
            )
        }
        @{ type = 'NotLookedAt'; make = { (Get-AmlAksCompute @myaks | Test-AmlAksNetwork)[-1] }; use = @(
                @{ with = 'Export-AmlCheckResult'; line = { $_ | Export-AmlCheckResult -Format Json -Path "$TestDrive/out" -PassThru } }
            )
        }
        @{ type = 'AksAmlExtension'; make = { Connect-Kubernetes -Installed; Get-AksAmlExtension $k8s.Cluster }; use = @(
                @{ with = 'Add-AmlKubernetesCompute'; line = { $_ | Add-AmlKubernetesCompute myworkspacegroup myworkspace another }
                    gives = 'KubernetesCompute' }
                @{ with = 'Update-AksAmlExtension'; line = { $_ | Update-AksAmlExtension -EnableTraining }; gives = 'AksAmlExtension' }
            )
        }
        @{ type = 'KubernetesCompute'; make = { Connect-Kubernetes -Attached; Get-AmlKubernetesCompute myworkspacegroup myworkspace myk8s }
            use = @(
                @{ with = 'Get-AksAmlExtension'; line = { $_ | Get-AksAmlExtension }; gives = 'AksAmlExtension' }
                @{ with = 'Remove-AmlKubernetesCompute'; line = { $_ | Remove-AmlKubernetesCompute -WarningAction SilentlyContinue } }
            )
        }
        @{ type = 'AksTrustedAccess'; make = {
                Connect-World automatic
                Grant-AksAmlTrustedAccess $k8s.Cluster -Workspace $ids.Workspace -WarningAction SilentlyContinue
            }; use = @(
                @{ with = 'Revoke-AksAmlTrustedAccess'; line = { $_ | Revoke-AksAmlTrustedAccess -WarningAction SilentlyContinue }
                    gives = 'AksTrustedAccess' }
            )
        }
        @{ type = 'ComputeMove'; make = {
                Connect-World migration
                Move-AmlAksCompute @myaks -Path Coexist -UseRunCommand -AllowInsecureConnections -Namespace inferencing -WarningAction SilentlyContinue
            }; use = @() }
        @{ type = 'AmlVnetContext'; make = { Get-AmlVnetContext }; use = @() }
        @{ type = 'AksEndpointProbe'; make = { Get-AmlAksCompute @myaks | Test-AmlAksEndpoint -TimeoutSeconds 1 }; use = @() }
        @{ type = 'AmlSimulatorRequest'; make = { Get-AmlSimulatorLog -Last 1 }; use = @() }
        @{ type = 'AmlSimulatorState'; make = { Set-AmlSimulator -PassThru }; use = @() }
    )
    $uses = foreach ($row in $rows) {
        foreach ($form in 'Clixml', 'Json') { foreach ($use in $row.use) { @{ type = $row.type; make = $row.make; form = $form } + $use } }
    }
    $kept = foreach ($row in $rows) { foreach ($form in 'Clixml', 'Json') { @{ type = $row.type; make = $row.make; form = $form } } }
}

Describe 'A copy' {
    BeforeAll {
        . "$PSScriptRoot/KubernetesWorld.ps1"

        function Copy-Through([string] $Form, $InputObject) {
            if ($Form -eq 'Json') { return $InputObject | ConvertTo-Json -WarningAction Ignore | ConvertFrom-Json }
            $InputObject | Export-Clixml -Path "$TestDrive/copy.xml"
            Import-Clixml -Path "$TestDrive/copy.xml"
        }
    }
    BeforeEach { Connect-World existing-cluster }
    AfterAll { Disconnect-AmlVnet }

    It 'of a <type> through <form> has every member and its value' -ForEach $kept {
        $original = & $make
        $original.GetType().FullName | Should -Be "AmlVnet.$type"
        $copy = Copy-Through $form $original
        @($copy.psobject.Properties.Name | Sort-Object) | Should -Be @($original.GetType().GetProperties().Name | Sort-Object)
        foreach ($property in $original.GetType().GetProperties()) {
            $value = $property.GetValue($original)
            if ($value -is [string] -or $value -is [bool] -or $value -is [int]) { $copy.($property.Name) |
                Should -BeExactly $value -Because $property.Name }
            if ($value -is [enum]) {
                [int]$copy.($property.Name) | Should -Be ([int]$value) -Because $property.Name
                if ($form -eq 'Clixml') { $copy.($property.Name).ToString() | Should -BeExactly "$value" -Because $property.Name }
            }
            if ($null -eq $value) { $copy.($property.Name) | Should -BeNullOrEmpty -Because $property.Name }
        }
    }

    It 'of a <type> through <form> is taken by <with>' -ForEach $uses {
        $copy = Copy-Through $form (& $make)
        $outcome = Get-Outcome { $copy | ForEach-Object $line }
        $outcome.Error | ForEach-Object { "$_" } | Should -BeNullOrEmpty
        if ($gives) { $outcome.Output | Should -BeOfType "AmlVnet.$gives" }
        if ($with -eq 'Export-AmlCheckResult') { (Get-Content -Raw -Path "$TestDrive/out" | ConvertFrom-Json).status |
            Should -Be "$((& $make).Status)" }
        if ($with -eq 'Remove-AmlAksCompute') { Get-AmlWorkspace -Name myworkspace | Get-AmlAksCompute | Should -BeNullOrEmpty }
    }

    It 'of a plan that cannot be used is refused as the plan is: <_>' -ForEach 'Clixml', 'Json' {
        $plan = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16 -ServiceCidr 10.0.0.0/16
        $plan.IsUsable | Should -BeFalse
        $copy = Copy-Through $_ $plan
        $null = Get-Failure { $copy |
            New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name another } -Id PlanNotUsable
    }

    It 'of a plan is checked again, for a file can be edited: <_>' -ForEach 'Clixml', 'Json' {
        $plan = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24
        $copy = Copy-Through $_ $plan
        $copy.ServiceCidr = '10.1.128.0/17'
        $copy.DnsServiceIP = '10.1.128.10'
        ($copy | Test-AmlAksNetwork -Rule AMLVNET-CIDR-002).Status | Should -Be 'Failed'
        $null = Get-Failure { $copy |
            New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name another } -Id PlanNotUsable -Says 'AMLVNET-CIDR-002'
    }

    It 'is tried of every type that a command says it emits' {
        $emitted = (Get-Command -Module AmlVnet).OutputType.Type | Where-Object Namespace -EQ 'AmlVnet' | ForEach-Object Name |
            Sort-Object -Unique
        $emitted | Where-Object { $_ -notin $known } | Should -BeNullOrEmpty
    } -TestCases @{ known = $rows.type }
}
