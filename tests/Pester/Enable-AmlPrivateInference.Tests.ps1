Describe 'Enable-AmlPrivateInference' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $whole = @{
            Name = 'myaks'; SubnetId = $ids.Subnet; ServiceCidr = '10.0.0.0/16'; DnsServiceIP = '10.0.0.10'
            DockerBridgeCidr = '172.17.0.1/16'
        }
    }
    AfterAll { Disconnect-AmlVnet }

    Context 'a workspace without a compute' {
        BeforeEach {
            Connect-World
            $script:workspace = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace
        }

        It 'does the whole job, reports it, and does nothing the second time' {
            $first = $script:workspace | Enable-AmlPrivateInference @whole
            $first | Should -BeOfType 'AmlVnet.PrivateInference'
            $first.IsPrivate | Should -BeTrue
            $first.NotLookedAt.Id | Should -Contain 'NOTLOOKEDAT-EGRESS'
            $first.IsChanged | Should -BeTrue
            $first.ScoringIPAddress | Should -BeLike '10.1.0.*'
            $first.Steps.Name | Should -Be @('Create', 'Grant', 'Switch', 'Open')
            $first.Checks | Should -Not -BeNullOrEmpty

            $second = Get-Outcome { $script:workspace | Enable-AmlPrivateInference @whole }

            $second.Error | Should -BeNullOrEmpty
            $second.Output | Should -HaveCount 1
            $second.Output[0].IsChanged | Should -BeFalse
            $second.Output[0].ScoringIPAddress | Should -Be $first.ScoringIPAddress
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'makes a compute private that exists' {
            $created = New-AmlAksCompute @myaks @network
            ($created | Enable-AmlPrivateInference -ScopeLevel Subnet).IsPrivate | Should -BeTrue
        }

        It 'prints the whole plan under -WhatIf, and changes and emits nothing' {
            $outcome = Invoke-AtPrompt { Get-AmlWorkspace | Enable-AmlPrivateInference @whole -WhatIf } -With @{ whole = $whole }

            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output | Should -BeNullOrEmpty
            foreach ($step in 'Create AKS compute myaks', 'Grant Network Contributor', 'PublicIp -> InternalLoadBalancer',
                'scoring endpoint of myaks') {
                $outcome.Text | Should -MatchExactly ([regex]::Escape($step))
            }
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
            Get-AmlWorkspace | Get-AmlAksCompute | Should -BeNullOrEmpty
        }

        It 'prints the whole plan over a creation that failed' {
            Set-AmlSimulator -Fault @{
                method = 'PUT'; resourceType = 'Microsoft.MachineLearningServices/workspaces/computes'; nth = 1; kind = 'FailOperation'
                code = 'Boom'; message = 'boom'
            }
            Get-Failure { $script:workspace | Enable-AmlPrivateInference @whole } -Says 'boom'

            $outcome = Invoke-AtPrompt { Get-AmlWorkspace | Enable-AmlPrivateInference @whole -WhatIf } -With @{ whole = $whole }

            $outcome.Error | Should -BeNullOrEmpty
            foreach ($step in 'Detach AKS compute myaks', 'Create AKS compute myaks', 'PublicIp -> InternalLoadBalancer') {
                $outcome.Text | Should -MatchExactly ([regex]::Escape($step))
            }
        }
    }

    It 'takes a compute that exists, and a cluster to attach' {
        Connect-World existing-cluster
        $compute = Get-AmlAksCompute @myaks
        ($compute | Enable-AmlPrivateInference).IsPrivate | Should -BeTrue
        $null = $compute | Disable-AmlPrivateInference
        $compute | Remove-AmlAksCompute -WarningAction SilentlyContinue

        $attached = Enable-AmlPrivateInference -Workspace (Get-AmlWorkspace) -Name again -Cluster $compute.ClusterId

        $attached.IsPrivate | Should -BeTrue
        $attached.Steps.Name | Should -Be 'Grant', 'Attach', 'Switch', 'Open'
        $attached.Steps[2].Status | Should -BeExactly 'AlreadySo'
    }

    Context 'a load balancer in another subnet' {
        BeforeEach { Connect-World (Get-GuardedWorld $denyAll ws1/aaa) }

        It 'gets its address and the right there too, and Disable takes both rights away' {
            $subnets = "$($ids.Subscription)/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets"
            $report = Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference -ScopeLevel Subnet -LoadBalancerSubnetName lb
            $undone = Get-AmlAksCompute g ws1 aaa | Disable-AmlPrivateInference

            $report.IsPrivate | Should -BeTrue
            $report.ScoringIPAddress | Should -BeLike '10.1.8.*'
            $undone.IsPrivate | Should -BeFalse
            foreach ($name in 's', 'lb') {
                (Get-AmlAksCompute g ws1 aaa | Grant-AksNetworkContributor -Scope "$subnets/$name").IsChanged | Should -BeTrue
            }
        }

        It 'ends the command where only one of the two rights is granted' {
            $outcome = Invoke-AtPrompt {
                Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference -ScopeLevel Subnet -LoadBalancerSubnetName lb -Confirm
            } -Answer No, Yes
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Remaining | Should -HaveCount 1
        }

        It 'is refused before anything is changed where the subnet does not exist' {
            Get-Failure { Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference -LoadBalancerSubnetName nosuch } -Id ResourceNotFound
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'grants nothing for a subnet that can''t take the address' {
            Connect-World (Get-GuardedWorld $denyAll ws1/aaa -Delegation Microsoft.Web/serverFarms)
            $failure = Get-Failure { Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference -LoadBalancerSubnetName lb } `
                -Says 'AMLVNET-SUBNET', 'Nothing was changed.'
            $failure.ErrorDetails.RecommendedAction | Should -Match 'delegations'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }

    Context 'nodes that a rule cuts from one another' {
        It 'is refused before anything is changed, and the command that it names mends it' {
            Connect-World (Get-GuardedWorld $denyAll ws1/aaa -CutsNodes)
            $failure = Get-Failure { Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference } -Id CheckFailed `
                -Says 'AMLVNET-NSG-007', 'Nothing was changed' -Recommends '| Enable-AmlStudioAccess -Profile Cluster'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty

            $null = [scriptblock]::Create($failure.ErrorDetails.RecommendedAction).InvokeReturnAsIs()
            $report = Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference
            $report.IsPrivate | Should -BeTrue
            $report.IsOpen | Should -BeTrue
            Get-AmlAksCompute g ws1 aaa | Test-AmlAksNetwork -Quiet | Should -BeTrue
        }

        It 'goes on where that check is skipped' {
            Connect-World (Get-GuardedWorld $denyAll ws1/aaa -CutsNodes)
            $report = Get-AmlAksCompute g ws1 aaa |
                Enable-AmlPrivateInference -SkipCheck AMLVNET-NSG-007 -WarningAction SilentlyContinue
            $report.IsPrivate | Should -BeTrue
        }
    }

    Context 'no room for its rules' {
        It 'is known before the first write, and how many are needed and free: a deny at <Priority>' -ForEach @(
            @{ Priority = 100; Says = 'Two are needed, none is free' }
            @{ Priority = 101; Says = 'Two are needed, one is free' }
        ) {
            $world = Get-GuardedWorld $denyAll ws1/aaa -CutsNodes
            $world.networkSecurityGroups[0].securityRules[0].properties.priority = $Priority
            Connect-World $world
            Get-Failure { Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference } -Id NoFreePriority -Says $Says
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }

    It 'tells under -WhatIf of the rule for the address that comes, and of none for the address that goes' {
        Connect-World (Get-GuardedWorld $denyAll ws1/aaa)
        $outcome = Invoke-AtPrompt { Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference -SourceAddressPrefix Internet -WhatIf }
        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Text | Should -MatchExactly 'Let Internet in to the scoring endpoint of aaa'
        $outcome.Text | Should -Not -Match 'Add rule'
        $told = [regex]::Match($outcome.Text, 'add to network security group nsg rule (AmlVnet-Scoring-aaa-\w{8}-)\*: allow Internet -> ' +
            'the address that it gets of subnet s:80, Inbound, priority (\d+)').Groups
        $null = Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference -SourceAddressPrefix Internet -Force -WarningAction SilentlyContinue
        $group = Send-SimulatorRequest GET "$($ids.Subscription)/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/nsg?api-version=2023-09-01"
        $rule = $group.properties.securityRules | Where-Object { $_.name -like "$($told[1].Value)*" }
        $rule.properties.priority | Should -Be $told[2].Value
        # Where they are in force already, it says so.
        (Invoke-AtPrompt { Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference -SourceAddressPrefix Internet -WhatIf }).Text |
            Should -Match 'Nothing to do: The rules of nsg are so already'
    }

    It 'takes the shared address space for private, and changes nothing the second time' {
        Connect-World (Get-GuardedWorld $denyAll ws1/aaa -Prefix 100.64)
        (Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference).IsPrivate | Should -BeTrue
        (Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference).IsChanged | Should -BeFalse
    }

    It 'judges a virtual network of public addresses by the load balancer''s frontend' {
        Connect-World (Get-GuardedWorld $denyAll ws1/aaa -Prefix 131.107)
        $null = Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference
        (Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference).IsChanged | Should -BeFalse
        (Get-AmlAksCompute g ws1 aaa | Get-AmlAksEndpoint).IsPrivate | Should -BeTrue
    }

    It 'is completed with the ids of subnets: <Line>' -ForEach @(
        @{ Line = 'Enable-AmlPrivateInference -SubnetId {0}/'; Value = '{1}'; ToolTip = '10.1.0.0/24 of mynetwork in eastus2' }
        @{ Line = 'Enable-AmlPrivateInference -SubnetId {1} -LoadBalancerSubnetName '; Value = 'default'; ToolTip = '10.1.0.0/24' }
    ) {
        Connect-World
        $value = $Value -f $ids.NetworkGroup, $ids.Subnet
        $offered = @(Get-Completion ($Line -f $ids.NetworkGroup, $ids.Subnet) | Where-Object CompletionText -CEQ $value)
        $offered | Should -HaveCount 1
        $offered[0].ToolTip | Should -BeLike "*$ToolTip*"
    }
}
