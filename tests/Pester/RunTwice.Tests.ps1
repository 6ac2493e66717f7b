# Every cmdlet that changes anything is safe to run twice, also after an answer that got lost on its way.
BeforeDiscovery {
    $grant = { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor }
    $grantAndSwitch = { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer }
    $openCluster = { Get-AmlAksCompute @myaks | Enable-AmlStudioAccess -Profile Cluster }
    $grantSwitchAndOpen = {
        $null = Get-AmlAksCompute @myaks | Enable-AmlStudioAccess -Profile Cluster
        $null = Get-AmlAksCompute @myaks | Enable-AmlPrivateInference
        Get-AmlAksCompute @myaks | Enable-AmlScoringAccess
    }
    $install = { $null = Install-AksAmlExtension $k8s.Cluster @tls }
    # The world, what goes before, and the command.
    $commands = @(
        @{ World = 'how-to'; Before = {}; Command = { New-AmlAksCompute @myaks @network } }
        @{
            World = 'how-to'; Before = {}; Command = { New-AmlAksCompute @myaks @network -SslLeafDomainLabel contoso -Tag @{ team = 'ml' } }
        }
        @{ World = 'existing-cluster'; Before = {}; Command = { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor } }
        @{ World = 'user-assigned'; Before = {}; Command = { $ids.ExistingCluster | Grant-AksNetworkContributor -ScopeLevel Subnet } }
        @{ World = 'existing-cluster'; Before = $grant; Command = { Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor } }
        @{
            World = 'existing-cluster'; Before = $grant
            Command = { Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer }
        }
        @{
            World   = 'existing-cluster'
            Before  = $grant
            Command = { Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName aks-subnet }
        }
        @{
            World = 'existing-cluster'; Before = $grantAndSwitch
            Command = { Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type PublicIp }
        }
        @{ World = 'existing-cluster'; Before = {}; Command = { Remove-AmlAksCompute @myaks } }
        @{
            World   = 'how-to'
            Before  = { New-AmlAksCompute @myaks @network }
            Command = { Remove-AmlAksCompute @myaks -UnderlyingResourceAction Delete -Force }
        }
        @{ World = 'user-assigned'; Before = {}; Command = { Add-AmlAksCompute @myaks -Cluster $ids.ExistingCluster } }
        @{ World = 'guarded'; Before = $grantAndSwitch; Command = { Get-AmlAksCompute @myaks | Enable-AmlScoringAccess } }
        @{ World = 'guarded'; Before = $grantSwitchAndOpen; Command = { Get-AmlAksCompute @myaks | Disable-AmlScoringAccess } }
        @{ World = 'guarded'; Before = {}; Command = { Get-AmlAksCompute @myaks | Enable-AmlStudioAccess } }
        @{
            World   = 'guarded'
            Before  = { Get-AmlAksCompute @myaks | Enable-AmlStudioAccess }
            Command = { Get-AmlAksCompute @myaks | Disable-AmlStudioAccess }
        }
        @{ World = 'guarded'; Before = $openCluster; Command = { Get-AmlAksCompute @myaks | Enable-AmlPrivateInference } }
        @{
            World   = 'guarded'
            Before  = {
                $null = Get-AmlAksCompute @myaks | Enable-AmlStudioAccess -Profile Cluster
                Get-AmlAksCompute @myaks | Enable-AmlPrivateInference
            }
            Command = { Get-AmlAksCompute @myaks | Disable-AmlPrivateInference }
        }
        @{ World = 'kubernetes'; Before = {}; Command = { Install-AksAmlExtension $k8s.Cluster @tls } }
        @{ World = 'kubernetes'; Before = $install; Command = { Update-AksAmlExtension $k8s.Cluster -RouterServiceType NodePort } }
        @{ World = 'kubernetes'; Before = $install; Command = { Uninstall-AksAmlExtension $k8s.Cluster } }
        @{ World = 'kubernetes'; Before = $install; Command = { Add-AmlKubernetesCompute @myk8s -InputObject $k8s.Cluster } }
        @{
            World = 'kubernetes'; Before = { . $install; Add-AmlKubernetesCompute @myk8s -InputObject $k8s.Cluster }
            Command = { Remove-AmlKubernetesCompute @myk8s }
        }
        @{ World = 'automatic'; Before = {}; Command = { Grant-AksAmlTrustedAccess $k8s.Cluster -Workspace $ids.Workspace } }
        @{
            World = 'automatic'; Before = { Grant-AksAmlTrustedAccess $k8s.Cluster -Workspace $ids.Workspace }
            Command = { Revoke-AksAmlTrustedAccess $k8s.Cluster -Workspace $ids.Workspace }
        }
    )
}

Describe 'Run twice' {
    BeforeAll {
        . "$PSScriptRoot/KubernetesWorld.ps1"
        $tls = $k8s.Tls
        $myk8s = $k8s.Compute
        $install = { $null = Install-AksAmlExtension $k8s.Cluster @tls }
        $WarningPreference = 'SilentlyContinue'

        # An attached cluster whose subnet's security group denies what is not allowed.
        function Connect-Guarded {
            $rules = foreach ($rule in @{ name = 'DenyAllIn'; to = '*'; direction = 'Inbound' },
                @{ name = 'DenyInternetOut'; to = 'Internet'; direction = 'Outbound' }) {
                @{
                    name       = $rule.name
                    properties = @{
                        protocol = '*'; sourcePortRange = '*'; destinationPortRange = '*'; sourceAddressPrefix = '*'
                        destinationAddressPrefix = $rule.to
                        access = 'Deny'; priority = 4000; direction = $rule.direction
                    }
                }
            }
            Connect-World @{
                resourceGroups        = @(@{ name = 'myworkspacegroup'; location = 'eastus2' }, @{ name = 'mygroup'; location = 'eastus2' })
                networkSecurityGroups = @(@{ resourceGroup = 'mygroup'; name = 'mynsg'; securityRules = @($rules) })
                virtualNetworks       = @(@{
                        resourceGroup = 'mygroup'; name = 'mynetwork'; addressPrefixes = @('10.1.0.0/16')
                        subnets       = @(@{ name = 'default'; addressPrefix = '10.1.0.0/24'; networkSecurityGroup = 'mynsg' })
                    })
                workspaces            = @(@{ resourceGroup = 'myworkspacegroup'; name = 'myworkspace' })
                clusters              = @(@{
                        resourceGroup = 'mygroup'; name = 'mycluster'; nodes = 3; vmSize = 'Standard_D3_v2'
                        subnet        = 'mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/default'
                    })
                computes              = @(@{
                        workspace = 'myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace'; name = 'myaks'
                        cluster   = 'mygroup/Microsoft.ContainerService/managedClusters/mycluster'
                    })
            }
        }

        function Open-World([string] $Name) {
            switch ($Name) {
                'guarded' { Connect-Guarded }
                'kubernetes' { Connect-Kubernetes }
                default { Connect-World $Name }
            }
        }

        # What the cloud has to show for it: the compute, the assignments on the subnet, and the rules of its security group.
        function Get-State {
            $computes = Get-AmlAksCompute myworkspacegroup myworkspace | ForEach-Object {
                "$($_.Name) $($_.ProvisioningState) $($_.LoadBalancerType) $($_.LoadBalancerSubnet) $($_.IsPrivate) $($_.SslStatus)"
            }
            $rights = Get-RoleAssignment $ids.Subnet |
                ForEach-Object { "$($_.properties.scope) $($_.properties.roleDefinitionId)".ToUpperInvariant() } | Sort-Object
            $group = (Send-SimulatorRequest GET "$($ids.Subnet)?api-version=2023-09-01").properties.networkSecurityGroup.id
            $rules = if ($group) {
                (Send-SimulatorRequest GET "${group}?api-version=2023-09-01").properties.securityRules.name | Sort-Object
            }
            @($computes) + @($rights) + @($rules) + @(Get-KubernetesState) -join "`n"
        }

        # And on the Kubernetes route: the extension with its settings, its computes, and who has trusted access.
        function Get-KubernetesState {
            if ($World -notin 'kubernetes', 'automatic') { return }
            $extension = Get-AksAmlExtension $k8s.Cluster -ErrorAction Ignore
            if ($extension) { "$($extension.ProvisioningState) $($extension.Settings | ConvertTo-Json)" }
            Get-AmlKubernetesCompute myworkspacegroup myworkspace | ForEach-Object { "$($_.Name) $($_.ProvisioningState) $($_.Namespace)" }
            (Send-SimulatorRequest GET "$($k8s.Cluster)/trustedAccessRoleBindings?api-version=2023-11-01").value |
                ForEach-Object { "$($_.name) $($_.properties.provisioningState)" }
        }
    }
    AfterAll { Disconnect-AmlVnet }

    Context '<World>:<Command>' -ForEach $commands {
        BeforeAll {
            Open-World $World
            $null = & $Before
            $script:first = Get-Outcome $Command
            $script:writes = @(Get-AmlSimulatorLog -WriteOnly)
            $script:after = Get-State
        }

        It 'sends nothing the second time, and ends the same' {
            $script:first.Error | Should -BeNullOrEmpty
            $script:writes | Should -Not -BeNullOrEmpty

            $second = Get-Outcome $Command

            $second.Error | Should -BeNullOrEmpty
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
            Get-State | Should -BeExactly $script:after
        }

        It 'ends the same after a run whose answer got lost' {
            Open-World $World
            $null = & $Before
            foreach ($method in 'PUT', 'DELETE') {
                Set-AmlSimulator -Fault @{
                    method = $method; times = 1; kind = 'LostAnswer'; status = 400; code = 'Lost'; message = 'The answer got lost.'
                }
            }
            (Get-Outcome $Command).Error | Should -Not -BeNullOrEmpty
            Set-AmlSimulator -ClearFault

            (Get-Outcome $Command).Error | Should -BeNullOrEmpty

            Get-State | Should -BeExactly $script:after
        }
    }

    It 'is asked of every cmdlet that changes the cloud' -ForEach @(@{ Tried = "$($commands.Command)" }) {
        # These change files or the simulator itself; Move-AmlAksCompute.Tests.ps1 runs that command twice.
        $elsewhere = 'Export-AmlCheckResult', 'Export-AmlReport', 'Set-AmlSimulator', 'Move-AmlAksCompute'
        $changing = Get-Command -Module AmlVnet | Where-Object { $_.Parameters.ContainsKey('WhatIf') -and $_.Name -notin $elsewhere }
        $changing.Count | Should -BeGreaterThan 9
        foreach ($name in $changing.Name) { "$Tried " | Should -Match "$name " }
    }

    It 'lets the whole chain go on wherever it was cut: <_>' -ForEach '/computes/myaks', '/roleAssignments/' {
        Connect-World
        Set-AmlSimulator -Setting @{ principalWithTypeSeconds = 0 }
        Set-AmlSimulator -Fault @{
            method = 'PUT'; pathContains = $_; times = 1; kind = 'LostAnswer'; status = 400; code = 'Lost'; message = 'Lost.'
        }
        $chain = {
            Get-AmlWorkspace | New-AmlAksCompute -Name myaks @network | Grant-AksNetworkContributor |
                Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        }
        (Get-Outcome $chain).Error | Should -Not -BeNullOrEmpty

        $again = Get-Outcome $chain

        $again.Error | Should -BeNullOrEmpty
        $again.Output | Should -HaveCount 1
        $again.Output[0].IsPrivate | Should -BeTrue
    }
}
