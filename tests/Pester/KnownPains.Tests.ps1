# The traps of the how-to and the pains of its users that only show in a running world, each by name. Those that pure rules decide are tested
# with the rules.
Describe 'A known pain' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    BeforeEach { Connect-World }
    AfterAll { Disconnect-AmlVnet }

    It 'the object id is found for every kind of identity: <kind>' -ForEach @(
        @{ scenario = 'user-assigned'; kind = 'UserAssigned' }
        @{ scenario = 'service-principal'; kind = 'ServicePrincipal' }
        @{ scenario = 'how-to'; kind = 'SystemAssigned' }
    ) {
        Connect-World $scenario
        $identity = New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name newaks @network | Get-AksClusterIdentity
        "$($identity.Kind)" | Should -Be $kind
        $identity.PrincipalId | Should -Not -Be $identity.ClientId
        [guid]::TryParse($identity.PrincipalId, [ref] [guid]::Empty) | Should -BeTrue
    }

    It 'New makes a public endpoint, and Set makes it private, in the nodes'' own subnet, and tells both addresses' {
        $made = New-AmlAksCompute @myaks @network
        $made.IsPrivate | Should -BeFalse
        $switched = $made | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        $switched.IsPrivate | Should -BeTrue
        $switched.LoadBalancerSubnet | Should -Be 'default'
        $switched.PreviousScoringIPAddress | Should -Be $made.ScoringIPAddress
        $switched.ScoringIPAddress | Should -Not -Be $made.ScoringIPAddress
    }

    It 'a compute that exists is switched too, by the same line' {
        $null = New-AmlAksCompute @myaks @network
        (New-AmlAksCompute @myaks @network | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer).IsPrivate | Should -BeTrue
    }

    It 'an attached cluster goes private in the same line' {
        Connect-World existing-cluster
        Get-AmlAksCompute @myaks | Remove-AmlAksCompute -WarningAction SilentlyContinue
        $compute = Add-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name again -Cluster $ids.ExistingCluster |
            Grant-AksNetworkContributor |
            Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        $compute.IsAttached | Should -BeTrue
        $compute.IsPrivate | Should -BeTrue
    }

    It 'a quota of cores that is exceeded is told in the service''s own words' {
        Set-AmlSimulator -Setting @{ coreQuota = 4 }
        $null = Get-Failure { New-AmlAksCompute @myaks @network } -Id OperationFailed -Says quota
    }

    It 'a right that the caller lacks is named, with the scope' {
        $action = 'Microsoft.MachineLearningServices/workspaces/computes/write'
        Set-AmlSimulator -CallerNotAction $action
        $null = Get-Failure { New-AmlAksCompute @myaks @network } -Category PermissionDenied -Says $action, '/computes/myaks'
    }

    It 'a grant at the one subnet is enough' {
        $compute = New-AmlAksCompute @myaks @network | Grant-AksNetworkContributor -ScopeLevel Subnet | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        $compute.IsPrivate | Should -BeTrue
    }

    It 'a principal that the directory does not know yet is asked for again' {
        $compute = New-AmlAksCompute @myaks @network
        $outcome = Get-Outcome { $compute | Grant-AksNetworkContributor }
        $outcome.Error | Should -BeNullOrEmpty
        @(Get-AmlSimulatorLog -Method PUT).ErrorCode | Should -Contain 'PrincipalNotFound'
        $outcome.Verbose -like '*does not know*' | Should -Not -BeNullOrEmpty
    }

    It 'a right that has not taken effect is waited for' {
        Set-AmlSimulator -RoleAssignmentDelay 00:20:00
        (New-AmlAksCompute @myaks @network | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer).IsPrivate | Should -BeTrue
    }

    It 'a grant needs no Graph for a managed identity, and a second one writes nothing' {
        $compute = New-AmlAksCompute @myaks @network
        $null = $compute | Grant-AksNetworkContributor
        $outcome = Get-Outcome { $compute | Grant-AksNetworkContributor }
        $outcome.Output[0].IsChanged | Should -BeFalse
        $log = @(Get-AmlSimulatorLog)
        $log | Should -Not -BeNullOrEmpty
        $log.Path -like '*/v1.0/*' | Should -BeNullOrEmpty
        @($log | Where-Object IsWrite) | Should -BeNullOrEmpty
    }

    It 'every tag that studio and cluster need can be opened at once' {
        Connect-World locked-down
        $access = Enable-AmlStudioAccess -SubnetId $ids.Subnet -Profile All
        $access.IsOpen | Should -BeTrue
        $access.DestinationAddressPrefix | Should -Contain 'AzureFrontDoor.Frontend'
        $access.DestinationAddressPrefix | Should -Contain 'AzureActiveDirectory'
    }

    It 'the one command finishes the job when it is run again after a failure at a step: <type> <nth>' -ForEach @(
        @{ type = 'Microsoft.MachineLearningServices/workspaces/computes'; nth = 1; fault = @{ Kind = 'FailOperation' } }
        @{ type = 'Microsoft.MachineLearningServices/workspaces/computes'; nth = 2; fault = @{ Kind = 'FailOperation' } }
        @{ type = 'Microsoft.Authorization/roleAssignments'; nth = 1; fault = @{ Kind = 'Error'; Status = 400; Code = 'Rehearsed' } }
    ) {
        Set-AmlSimulator -Fault (@{ Method = 'PUT'; ResourceType = $type; Nth = $nth; Times = 1; Message = 'Rehearsed.' } + $fault)
        $workspace = Get-AmlWorkspace -Name myworkspace
        $job = {
            $workspace | Enable-AmlPrivateInference -Name myaks -SubnetId $ids.Subnet -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 `
                -DockerBridgeCidr 172.17.0.1/16 -WarningAction SilentlyContinue -Confirm:$false
        }
        $null = Get-Failure $job -Says 'Rehearsed.'
        (& $job).IsPrivate | Should -BeTrue
    }

    It 'a compute that is detached tells what remains' {
        $compute = New-AmlAksCompute @myaks @network
        $null = $compute | Grant-AksNetworkContributor
        $outcome = Get-Outcome { $compute | Remove-AmlAksCompute }
        $outcome.Output | Should -BeNullOrEmpty
        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Warning | Should -HaveCount 1
        $outcome.Warning[0] | Should -BeLike '*load balancer kubernetes with 203.0.113.*'
        $outcome.Warning[0] | Should -BeLike '*role Network Contributor*'
    }
}
