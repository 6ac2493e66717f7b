Describe 'Enable-AmlScoringAccess' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    AfterAll { Disconnect-AmlVnet }

    Context 'behind a security group that denies' {
        BeforeEach { $script:created = Initialize-LockedDownCompute }

        It 'does not call an endpoint open whose nodes the deny cuts from one another, says what opens it, and then does' {
            $outcome = Get-Outcome { $script:created | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24 }
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output[0].IsChanged | Should -BeTrue
            $outcome.Output[0].IsOpen | Should -BeFalse
            $outcome.Output[0].Reason | Should -BeLike '*AMLVNET-NSG-007*'
            $outcome.Warning | Should -HaveCount 1
            $outcome.Warning[0] | Should -BeLike '*AMLVNET-NSG-007*| Enable-AmlStudioAccess -Profile Cluster'

            $opened = $script:created | Enable-AmlStudioAccess -Profile Cluster
            $opened.RuleName | Where-Object { $_ -like 'AmlVnet-Inside-Inbound-*' } | Should -HaveCount 1
            ($script:created | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24).IsOpen | Should -BeTrue
            $script:created |
                Test-AmlAksNetwork -Rule AMLVNET-NSG-*, AMLVNET-OUTBOUND-* -SourceAddressPrefix 198.51.100.0/24 -Quiet | Should -BeTrue

            $closed = $script:created | Disable-AmlStudioAccess -Profile Cluster
            $closed.RuleName | Should -BeNullOrEmpty
            $again = $script:created | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24 -WarningAction SilentlyContinue
            $again.IsOpen | Should -BeFalse
        }

        It 'lets a source in past the deny, at the public address' {
            $null = $script:created | Enable-AmlStudioAccess -Profile Cluster
            $access = $script:created | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24
            $access | Should -BeOfType 'AmlVnet.NetworkRuleAccess'
            $access.IsChanged | Should -BeTrue
            $access.IsOpen | Should -BeTrue
            $access.RuleName[0] | Should -BeLike 'AmlVnet-*'
            $script:created.IsPrivate | Should -BeFalse
            @($access.DestinationAddressPrefix) | Should -Be @($script:created.ScoringIPAddress)
        }

        It 'lets the virtual network and the probe in at a private address, once' {
            $null = $script:created | Enable-AmlStudioAccess -Profile Cluster
            $private = $script:created | Grant-AksNetworkContributor |
                Set-AmlAksLoadBalancer -Type InternalLoadBalancer -WarningAction SilentlyContinue

            $access = $private | Enable-AmlScoringAccess

            $access.IsChanged | Should -BeTrue
            $access.IsOpen | Should -BeTrue
            $access.RuleName | Should -HaveCount 2
            foreach ($name in $access.RuleName) { $name | Should -BeLikeExactly 'AmlVnet-*' }
            $again = $private | Enable-AmlScoringAccess
            $again.IsChanged | Should -BeFalse
            $again.IsOpen | Should -BeTrue
        }

        It 'writes nothing the second time' {
            $null = $script:created | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24
            $outcome = Get-Outcome { $script:created | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24 }
            $outcome.Output.IsChanged | Should -BeFalse
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'changes nothing and emits nothing under -WhatIf' {
            Enable-AmlScoringAccess @myaks -SourceAddressPrefix 198.51.100.0/24 -WhatIf | Should -BeNullOrEmpty
            ($script:created | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24).IsChanged | Should -BeTrue
        }

        It 'opens to everybody (<_>) only with -Force where nobody can be asked' -ForEach '*', 'Internet', '0.0.0.0/0' {
            $with = @{ everybody = $_ }
            $refused = Invoke-AtPrompt { Enable-AmlScoringAccess @myaks -SourceAddressPrefix $everybody } -NonInteractive -With $with
            Get-Failure -Outcome $refused -Id CannotAsk
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty

            $forced = Invoke-AtPrompt { Enable-AmlScoringAccess @myaks -SourceAddressPrefix $everybody -Force } -NonInteractive -With $with
            $forced.Error | Should -BeNullOrEmpty
            $forced.Output.IsChanged | Should -BeTrue
        }

        It 'refuses a source that is no range, and says why: <Source>' -ForEach @(
            @{ Source = '198.51.100.0/99'; Why = '198.51.100.0/99' }
            @{ Source = '10.1.0.1/16'; Why = '10.1.0.0/16' }
            @{ Source = 'fe80::1'; Why = 'IPv6' }
            @{ Source = ''; Why = 'empty' }
        ) {
            $failure = Get-Failure { $script:created | Enable-AmlScoringAccess -SourceAddressPrefix $Source, 10.0.0.0/8 }
            "$failure" | Should -Match ([regex]::Escape($Why))
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'takes a tag of Azure''s' {
            $outcome = Get-Outcome { $script:created | Enable-AmlScoringAccess -SourceAddressPrefix ApiManagement }
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output | Should -HaveCount 1
        }
    }

    Context 'without a security group' {
        BeforeAll {
            Connect-World
            $script:created = New-AmlAksCompute @myaks @network
        }

        It 'refuses a tag that Azure does not list' {
            Get-Failure { $script:created | Enable-AmlScoringAccess -SourceAddressPrefix virtualnetwrok } -Id InvalidValue
        }

        It 'takes a regional tag' {
            (Get-Outcome { $script:created | Enable-AmlScoringAccess -SourceAddressPrefix AzureCloud.westeurope }).Error |
                Should -BeNullOrEmpty
        }

        It 'is open, and nothing is written' {
            $private = $script:created | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
            $outcome = Get-Outcome { $private | Enable-AmlScoringAccess }
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output | Should -HaveCount 1
            $outcome.Output[0].IsOpen | Should -BeTrue
            $outcome.Output[0].IsChanged | Should -BeFalse
            $outcome.Output[0].NetworkSecurityGroupId | Should -BeNullOrEmpty
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }

    Context 'computes that share a security group' {
        It 'keeps the rules of computes of one name in two workspaces apart' {
            Connect-World (Get-GuardedWorld $denyAll ws1/myaks, ws2/myaks)

            $first = (Enable-AmlScoringAccess g ws1 myaks).RuleName
            $second = (Enable-AmlScoringAccess g ws2 myaks).RuleName

            (Enable-AmlScoringAccess g ws1 myaks).IsChanged | Should -BeFalse
            $first | Should -HaveCount 2
            @($first | Where-Object { $_ -cin $second }) | Should -Be @('AmlVnet-LoadBalancerProbe')
        }

        It 'gives the probe no rule where only another port is denied' {
            Connect-World (Get-GuardedWorld @{ sourceAddressPrefix = 'Internet'; destinationPortRange = '22' } ws1/aaa -Internal)
            $access = Enable-AmlScoringAccess g ws1 aaa
            $access.IsChanged | Should -BeFalse
            $access.IsOpen | Should -BeTrue
        }

        It 'asks nothing under -WhatIf where nobody can answer' {
            Connect-World (Get-GuardedWorld $denyAll ws1/aaa)
            $outcome = Invoke-AtPrompt { Enable-AmlScoringAccess g ws1 aaa -SourceAddressPrefix * -WhatIf } -NonInteractive
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Question | Should -BeNullOrEmpty
            $outcome.Text | Should -BeLike '*Add rule AmlVnet-Scoring-aaa-*'
        }
    }

    Context 'a public endpoint behind a default route to an appliance' {
        It 'is not open, whatever the rules let in' {
            $world = Get-GuardedWorld @{ sourceAddressPrefix = '198.51.100.0/24'; destinationPortRange = '*' } ws1/aaa
            $world.routeTables = @(@{
                    resourceGroup = 'g'; name = 'rt'
                    routes        = @(@{
                            name       = 'fw'
                            properties = @{ addressPrefix = '0.0.0.0/0'; nextHopType = 'VirtualAppliance'; nextHopIpAddress = '10.1.200.4' }
                        })
                })
            $world.virtualNetworks[0].subnets[0].routeTable = 'rt'
            Connect-World $world

            $access = Enable-AmlScoringAccess g ws1 aaa -SourceAddressPrefix 203.0.113.0/24 -WarningAction SilentlyContinue

            $access.IsOpen | Should -BeFalse
            $access.Reason | Should -BeLike '*answers would leave*'
        }
    }

    Context 'a default route that is split in two and leads nowhere' {
        BeforeAll {
            $world = Get-GuardedWorld @{ sourceAddressPrefix = '198.51.100.0/24'; destinationPortRange = '*' } ws1/aaa
            $routes = foreach ($half in @{ name = 'low'; to = '0.0.0.0/1' }, @{ name = 'high'; to = '128.0.0.0/1' }) {
                @{ name = $half.name; properties = @{ addressPrefix = $half.to; nextHopType = 'None' } }
            }
            $world.routeTables = @(@{ resourceGroup = 'g'; name = 'rt'; routes = @($routes) })
            $world.virtualNetworks[0].subnets[0].routeTable = 'rt'
            Connect-World $world
        }

        It 'writes a rule whose effect can not be known once' {
            (Enable-AmlScoringAccess g ws1 aaa -SourceAddressPrefix Internet -Force).IsChanged | Should -BeTrue
            (Enable-AmlScoringAccess g ws1 aaa -SourceAddressPrefix Internet -Force).IsChanged | Should -BeFalse
        }

        It 'is the reason why the studio is not open' {
            $studio = Get-AmlAksCompute g ws1 aaa | Enable-AmlStudioAccess
            $studio.IsOpen | Should -BeFalse
            $studio.Reason | Should -BeLike '*0.0.0.0/1 to None*'
        }
    }

    It 'sees a group on the nodes'' interfaces, also without one on the subnet' {
        $world = Get-GuardedWorld $denyAll ws1/aaa
        $world.Remove('networkSecurityGroups')
        $world.virtualNetworks[0].subnets[0].Remove('networkSecurityGroup')
        $nodes = "$($ids.Subscription)/resourceGroups/MC_g_kk_eastus2/providers/Microsoft.Network"
        $world.clusters = @(@{
                resourceGroup = 'g'; name = 'kk'; nodes = 3; vmSize = 'Standard_D3_v2'; identity = 'SystemAssigned'
                subnet        = 'g/Microsoft.Network/virtualNetworks/v/subnets/s'
            })
        $world.computes = @(@{
                workspace = 'g/Microsoft.MachineLearningServices/workspaces/ws1'; name = 'aaa'
                cluster = 'g/Microsoft.ContainerService/managedClusters/kk'
                clusterPurpose = 'FastProd'; loadBalancerSubnet = 's'
            })
        $world.resources = @(@{
                id         = "$nodes/networkSecurityGroups/aks-agentpool-nsg"; type = 'Microsoft.Network/networkSecurityGroups'
                location = 'eastus2'
                properties = @{
                    provisioningState = 'Succeeded'
                    networkInterfaces = @(@{ id = "$nodes/networkInterfaces/n1" })
                    securityRules     = @(@{
                            id         = "$nodes/networkSecurityGroups/aks-agentpool-nsg/securityRules/DenyIn"; name = 'DenyIn'
                            properties = @{
                                provisioningState = 'Succeeded'; protocol = '*'; sourcePortRange = '*'; destinationPortRange = '*'
                                sourceAddressPrefix = '*'
                                destinationAddressPrefix = '*'; access = 'Deny'; priority = 200; direction = 'Inbound'
                            }
                        })
                }
            })
        Connect-World $world

        $access = Enable-AmlScoringAccess g ws1 aaa

        $access.IsChanged | Should -BeFalse
        $access.IsOpen | Should -BeFalse
        $access.Reason | Should -BeLike '*DenyIn*'
    }
}
