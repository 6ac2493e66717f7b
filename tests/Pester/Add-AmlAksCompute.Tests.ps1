Describe 'Add-AmlAksCompute' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $script:again = @{ ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'again' }
        $script:named = @{ ClusterResourceGroupName = 'myaksgroup'; ClusterName = 'myakscluster' }
    }
    AfterAll { Disconnect-AmlVnet }

    Context 'a cluster that is attached to nothing' {
        BeforeEach { $script:cluster = Initialize-DetachedCluster }

        It 'attaches a cluster by its name' {
            $compute = Add-AmlAksCompute @again @named
            $compute.IsAttached | Should -BeTrue
            $compute.ClusterId | Should -Be $script:cluster
        }

        It 'attaches <What>' -ForEach @(
            @{ What = 'any object with an Id'; Wrap = { [pscustomobject]@{ Id = $args[0] } } }
            @{ What = 'any object with a ResourceId'; Wrap = { [pscustomobject]@{ ResourceId = $args[0] } } }
            @{ What = 'an id'; Wrap = { $args[0] } }
        ) {
            $compute = & $Wrap $script:cluster | Add-AmlAksCompute @again
            $compute.Name | Should -Be 'again'
            $compute.IsAttached | Should -BeTrue
        }

        It 'pipes on to a private address' {
            $private = Add-AmlAksCompute @again @named | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
            $private.IsPrivate | Should -BeTrue
            $private.IsAttached | Should -BeTrue
            $private.ScoringIPAddress | Should -BeLike '10.1.*'
        }

        It 'sends nothing where it is attached under that name' {
            $null = Add-AmlAksCompute @again @named
            $outcome = Get-Outcome { Add-AmlAksCompute @again @named }
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output | Should -HaveCount 1
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'changes nothing and emits nothing under -WhatIf, and says what it would attach' {
            $outcome = Invoke-AtPrompt { Add-AmlAksCompute @again @named -WhatIf } -With @{ again = $again; named = $named }
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Text | Should -BeLike '*What if: ?simulator? Attach cluster myakscluster*'
            Get-AmlWorkspace | Get-AmlAksCompute | Should -BeNullOrEmpty
        }
    }

    Context 'a cluster whose pools do not say everything' {
        BeforeEach {
            $script:pool = @{
                name = 'agentpool'; type = 'VirtualMachines'; mode = 'System'; osType = 'Linux'; maxPods = 30
                vnetSubnetID = $ids.Subnet; powerState = @{ code = 'Running' }
                virtualMachinesProfile = @{ scale = @{ manual = @(@{ size = 'Standard_D3_v2'; count = 3 }) } }
            }
            $script:world = @{
                resourceGroups = @('myworkspacegroup', 'mygroup', 'myaksgroup' | ForEach-Object { @{ name = $_; location = 'eastus2' } })
                virtualNetworks = @(
                    @{
                        resourceGroup = 'mygroup'; name = 'mynetwork'; addressPrefixes = @('10.1.0.0/16')
                        subnets = @(@{ name = 'default'; addressPrefix = '10.1.0.0/24' })
                    }
                )
                storageAccounts = @(@{ resourceGroup = 'myworkspacegroup'; name = 'mystorage' })
                workspaces = @(
                    @{
                        resourceGroup = 'myworkspacegroup'; name = 'myworkspace'
                        storageAccount = 'myworkspacegroup/Microsoft.Storage/storageAccounts/mystorage'
                    }
                )
                clusters = @(
                    @{
                        resourceGroup = 'myaksgroup'; name = 'myakscluster'; nodes = 3; vmSize = 'Standard_D3_v2'
                        subnet = 'mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/default'
                    }
                )
                resources = @(@{ id = $ids.ExistingCluster; properties = @{ agentPoolProfiles = @($pool) } })
            }
        }

        It 'counts the nodes of a pool of virtual machines in its profile' {
            Connect-World $world
            (Add-AmlAksCompute @again @named).IsAttached | Should -BeTrue
        }

        It 'is Unknown to the checks where the pool has no profile' {
            $pool.Remove('virtualMachinesProfile')
            Connect-World $world
            $result = Test-AmlAksNetwork -Cluster $ids.ExistingCluster -Rule AMLVNET-SUBNET-001
            "$($result.Status)" | Should -Be 'Unknown'
            $result.Evidence | Should -BeLike '*pool agentpool does not say how many nodes it has*'
        }

        It 'refuses where the nodes that carry inferencing are known to be too few' {
            $pool.virtualMachinesProfile.scale.manual[0].count = 2
            Connect-World $world
            $outcome = Get-Outcome { Add-AmlAksCompute @again @named }
            $outcome.Error[0].Exception.Message | Should -BeLike '*FastProd needs 3 nodes or more; there are 2.*'
        }

        It 'does not take a cluster without a list of pools for one that is in no network' {
            $world.resources[0].properties = @{ agentPoolProfiles = $null }
            Connect-World $world
            $outcome = Get-Outcome { Grant-AksNetworkContributor -Cluster $ids.ExistingCluster }
            $outcome.Error[0].FullyQualifiedErrorId | Should -BeLike 'NotReadable*'
            $outcome.Error[0].Exception.Message | Should -BeLike '*lists no node pools*'
        }

        It 'reads with the newest version that the cloud has' {
            $world.settings = @{ newestApiVersions = @{ 'Microsoft.ContainerService' = '2024-10-01' } }
            Connect-World $world
            "$((Test-AmlAksNetwork -Cluster $ids.ExistingCluster -Rule AMLVNET-SUBNET-001).Status)" | Should -Be 'Unknown'
            $pool.count = 3
            $pool.vmSize = 'Standard_D3_v2'
            Connect-World $world
            "$((Test-AmlAksNetwork -Cluster $ids.ExistingCluster -Rule AMLVNET-SUBNET-001).Status)" | Should -Be 'Passed'
        }
    }

    Context 'a cluster that is attached' {
        BeforeEach { Connect-World existing-cluster }

        It 'names the compute, and what would attach it once more, where nobody can be asked' {
            $outcome = Invoke-AtPrompt { Add-AmlAksCompute @again @named } -With @{ again = $again; named = $named } -NonInteractive
            Get-Failure -Outcome $outcome -Id CannotAsk -Says '/computes/myaks' -Recommends '-Force'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'sends nothing for a cluster that does not exist' {
            Get-Failure { Add-AmlAksCompute @again -ClusterResourceGroupName myaksgroup -ClusterName nosuchcluster } -Id ResourceNotFound
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }

    Context 'with an internal load balancer from the beginning' {
        BeforeEach { $script:cluster = Initialize-DetachedCluster }

        It 'is refused without the right, and with it has no public address on the way' {
            $refused = Get-Outcome { Add-AmlAksCompute @again @named -LoadBalancerType InternalLoadBalancer }
            "$($refused.Error[0])" | Should -BeLike '*AMLVNET-RBAC-001*'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty

            $null = $script:cluster | Grant-AksNetworkContributor
            $outcome = Get-Outcome { Add-AmlAksCompute @again @named -LoadBalancerType InternalLoadBalancer }
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output[0].ScoringIPAddress | Should -BeLike '10.1.*'
            Get-AmlSimulatorLog -WriteOnly | Should -HaveCount 1
        }

        It 'refuses Microsoft''s own certificate' {
            $outcome = Get-Outcome { Add-AmlAksCompute @again @named -LoadBalancerType InternalLoadBalancer -SslLeafDomainLabel contoso }
            $outcome.Error[0].FullyQualifiedErrorId | Should -BeLike 'InvalidCombination*'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'has the right granted first by Enable-AmlPrivateInference, and is attached internal at once' {
            $outcome = Get-Outcome { Enable-AmlPrivateInference @again -Cluster $script:cluster }
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output[0].Steps.Name | Should -Be 'Grant', 'Attach', 'Switch', 'Open'
            $outcome.Output[0].Steps[2].Status | Should -Be 'AlreadySo'
            $written = @(Get-AmlSimulatorLog -WriteOnly)
            $written[0].Path | Should -BeLike '*/roleAssignments/*'
            $written | Should -HaveCount 2
        }

        It 'is not attached by Enable-AmlPrivateInference where the grant is declined' {
            $outcome = Invoke-AtPrompt { Enable-AmlPrivateInference @again -Cluster $cluster -Confirm } -With @{ again = $again; cluster = $script:cluster } -Answer 'n'
            $outcome.Output | Should -BeNullOrEmpty
            Get-AmlWorkspace | Get-AmlAksCompute | Should -BeNullOrEmpty
        }
    }
}
