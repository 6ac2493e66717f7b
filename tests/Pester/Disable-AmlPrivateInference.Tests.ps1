Describe 'Disable-AmlPrivateInference' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    AfterAll { Disconnect-AmlVnet }

    Context 'a private compute' {
        BeforeAll {
            Connect-World
            $null = New-AmlAksCompute @myaks @network | Enable-AmlPrivateInference
        }

        It 'changes nothing under -WhatIf' {
            Get-AmlAksCompute @myaks | Disable-AmlPrivateInference -WhatIf | Should -BeNullOrEmpty
            (Get-AmlAksCompute @myaks).IsPrivate | Should -BeTrue
        }

        It 'goes back to a public address and takes the role away' {
            $public = Get-AmlAksCompute @myaks | Disable-AmlPrivateInference
            $public.IsPrivate | Should -BeFalse
            $public.IsChanged | Should -BeTrue
            $public.Steps.Name | Should -Be @('Switch', 'Close', 'Revoke')
            $public.Steps[2].After | Should -BeExactly 'not granted'
            (Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor).IsChanged | Should -BeFalse
        }

        It 'changes nothing the second time' {
            (Get-AmlAksCompute @myaks | Disable-AmlPrivateInference).IsChanged | Should -BeFalse
        }
    }

    Context 'two clusters with one identity' {
        BeforeAll {
            function Connect-SharedIdentity {
                $world = Get-GuardedWorld $denyAll ws1/aaa
                $world.Remove('networkSecurityGroups')
                $world.virtualNetworks[0].subnets[0].Remove('networkSecurityGroup')
                $world.settings = @{ assignmentSeconds = 0 }
                $world.userAssignedIdentities = @(@{ resourceGroup = 'g'; name = 'idn' })
                $world.clusters = @('k1', 'k2' | ForEach-Object {
                        @{
                            resourceGroup = 'g'; name = $_; nodes = 3; vmSize = 'Standard_D3_v2'; identity = 'UserAssigned'
                            userAssignedIdentity = 'g/Microsoft.ManagedIdentity/userAssignedIdentities/idn'
                            subnet = 'g/Microsoft.Network/virtualNetworks/v/subnets/s'
                        }
                    })
                $world.computes = @('k1', 'k2' | ForEach-Object {
                        @{
                            workspace = 'g/Microsoft.MachineLearningServices/workspaces/ws1'; name = "c-$_"; clusterPurpose = 'FastProd'
                            cluster = "g/Microsoft.ContainerService/managedClusters/$_"
                        }
                    })
                Connect-World $world
            }

            function Get-RightOfTheOther { "$((Get-AmlAksCompute g ws1 c-k2 | Test-AmlAksNetwork -Rule AMLVNET-RBAC-001).Status)" }
        }

        It 'leaves the role to the other, and Revoke says for whom it goes' {
            Connect-SharedIdentity
            $null = Get-AmlAksCompute g ws1 | Enable-AmlPrivateInference

            $outcome = Get-Outcome { Get-AmlAksCompute g ws1 c-k1 | Disable-AmlPrivateInference }
            $outcome.Error | Should -BeNullOrEmpty
            @($outcome.Warning | Where-Object { $_ -clike '*k2*' -and $_ -clike '*stays*' }) | Should -Not -BeNullOrEmpty
            Get-RightOfTheOther | Should -Be 'Passed'

            $revoked = Get-Outcome { Get-AmlAksCompute g ws1 c-k1 | Revoke-AksNetworkContributor }
            $revoked.Error | Should -BeNullOrEmpty
            @($revoked.Warning | Where-Object { $_ -clike '*k2*' -and $_ -clike '*goes for all*' }) | Should -Not -BeNullOrEmpty
            $revoked.Output.IsGranted | Should -BeFalse
        }

        It 'leaves the role on the other''s load balancer subnet, which only its name takes away' {
            Connect-SharedIdentity
            $null = Get-AmlAksCompute g ws1 c-k1 | Enable-AmlPrivateInference -ScopeLevel Subnet
            $null = Get-AmlAksCompute g ws1 c-k2 | Enable-AmlPrivateInference -ScopeLevel Subnet -LoadBalancerSubnetName lb

            (Get-Outcome { Get-AmlAksCompute g ws1 c-k1 | Disable-AmlPrivateInference }).Error | Should -BeNullOrEmpty
            Get-RightOfTheOther | Should -Be 'Passed'
            (Get-Outcome { Get-AmlAksCompute g ws1 c-k1 | Revoke-AksNetworkContributor }).Error | Should -BeNullOrEmpty
            Get-RightOfTheOther | Should -Be 'Passed'
            $named = Get-AmlAksCompute g ws1 c-k1 | Revoke-AksNetworkContributor -WarningAction SilentlyContinue `
                -Scope "$($ids.Subscription)/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/lb"
            $named.IsChanged | Should -BeTrue
        }
    }
}
