Describe 'Grant-AksNetworkContributor' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"

        function Get-Principal { (Get-AksClusterIdentity @myaks).PrincipalId }
    }
    AfterAll { Disconnect-AmlVnet }

    Context 'a new compute' {
        BeforeEach {
            Connect-World
            $script:created = New-AmlAksCompute @myaks @network
        }

        It 'grants the role on the resource group of the virtual network' {
            $access = $script:created | Grant-AksNetworkContributor
            $access | Should -BeOfType 'AmlVnet.AksNetworkAccess'
            $access.IsGranted | Should -BeTrue
            $access.IsChanged | Should -BeTrue
            $access.Scope | Should -BeLike '*/resourceGroups/mygroup'
            $access.ComputeId | Should -Be $script:created.Id
        }

        It 'writes nothing when the right is there' {
            $first = $script:created | Grant-AksNetworkContributor
            $second = $script:created | Grant-AksNetworkContributor
            $second.IsChanged | Should -BeFalse
            $second.RoleAssignmentId | Should -Be $first.RoleAssignmentId
        }

        It 'refuses a principal that is no object id' {
            Get-Failure { $script:created | Grant-AksNetworkContributor -PrincipalId 'somebody' } -Id InvalidValue
        }
    }

    Context 'a principal that the directory does not know yet' {
        It 'is waited for, with progress' {
            Connect-World
            Set-AmlSimulator -Setting @{ principalWithTypeSeconds = 100 }
            $null = New-AmlAksCompute @myaks @network

            $outcome = Invoke-AtPrompt { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor }

            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output.IsChanged | Should -BeTrue
            $puts = @(Get-AmlSimulatorLog -WriteOnly)
            $puts.Count | Should -BeGreaterThan 2
            $puts[0..($puts.Count - 2)].Status | Sort-Object -Unique | Should -Be 400
            $puts[-1].Status | Should -Be 201
            $puts.Path | Sort-Object -Unique | Should -HaveCount 1
            $outcome.Progress.StatusDescription -match "waiting for the directory to know $($outcome.Output.PrincipalId)" |
                Should -Not -BeNullOrEmpty
            "$($outcome.Progress[-1].RecordType)" | Should -Be 'Completed'
        }

        It 'is given up after a while' {
            Connect-World
            Set-AmlSimulator -Setting @{ principalWithTypeSeconds = 10000000 }
            $null = New-AmlAksCompute @myaks @network
            $start = (Set-AmlSimulator -PassThru).Time

            Get-Failure { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor } -Id PrincipalNotReplicated -Category OperationTimeout `
                -Recommends 'object id is of this tenant'

            ((Set-AmlSimulator -PassThru).Time - $start).TotalMinutes | Should -BeLessThan 20
        }
    }

    Context 'an attached cluster' {
        BeforeEach { Connect-World existing-cluster }

        It 'grants where it was asked: <Where.Keys> <Where.Values>' -ForEach @(
            @{ Where = @{}; At = 'NetworkGroup' }
            @{ Where = @{ ScopeLevel = 'ResourceGroup' }; At = 'NetworkGroup' }
            @{ Where = @{ ScopeLevel = 'VirtualNetwork' }; At = 'Network' }
            @{ Where = @{ ScopeLevel = 'Subnet' }; At = 'Subnet' }
            @{ Where = @{ Scope = 'Subscription' }; At = 'Subscription' }
            @{ Where = @{ Scope = 'Subnet' }; At = 'Subnet' }
        ) {
            $parameters = $Where.Clone()
            if ($parameters.Scope) { $parameters.Scope = $ids[$parameters.Scope] }
            $access = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor @parameters

            $access.IsChanged | Should -BeTrue
            $access.IsGranted | Should -BeTrue
            $access.Scope | Should -Be $ids[$At]
            $access.RoleName | Should -BeExactly 'Network Contributor'
            $access.GrantedOn | Should -Not -BeNullOrEmpty
            $assignment = Get-RoleAssignment $ids.Subnet | Where-Object { $_.properties.principalId -eq $access.PrincipalId }
            @($assignment) | Should -HaveCount 1
            $access.RoleAssignmentId | Should -Be $assignment.id
            $assignment.properties.scope | Should -Be $ids[$At]
            $assignment.properties.roleDefinitionId | Should -BeLike "*$($ids.NetworkContributor)"
        }

        It 'binds a cluster from whatever names it' {
            $granted = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor
            $copy = Copy-ByClixml (Get-AmlAksCompute @myaks)
            $access = Copy-ByClixml $granted
            $ofCompute = @(
                { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor }
                { $copy | Grant-AksNetworkContributor }
                { $access | Grant-AksNetworkContributor }
                { Get-AmlAksCompute @myaks | Get-AksClusterIdentity | Grant-AksNetworkContributor }
                { $ids.Compute | Grant-AksNetworkContributor }
                { Grant-AksNetworkContributor -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -ComputeName myaks }
            )
            $ofCluster = @(
                { Grant-AksNetworkContributor $ids.ExistingCluster }
                { [pscustomobject]@{ Id = $ids.ExistingCluster } | Grant-AksNetworkContributor }
                { [pscustomobject]@{ ResourceId = $ids.ExistingCluster } | Grant-AksNetworkContributor }
                { Grant-AksNetworkContributor -ResourceGroupName myaksgroup -ClusterName myakscluster }
            )

            foreach ($way in $ofCompute + $ofCluster) {
                $outcome = Get-Outcome $way
                $outcome.Error | Should -BeNullOrEmpty -Because $way
                $outcome.Output | Should -HaveCount 1 -Because $way
                $again = $outcome.Output[0]
                $again.IsChanged | Should -BeFalse -Because $way
                $again.IsGranted | Should -BeTrue -Because $way
                $again.RoleAssignmentId | Should -BeExactly $granted.RoleAssignmentId -Because $way
                $again.ComputeId | Should -BeExactly $(if ($way -in $ofCompute) { $ids.Compute }) -Because $way
                Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty -Because $way
            }
        }

        It 'derives the assignment''s name, so that two runs make one' {
            $first = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor
            (Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor).IsChanged | Should -BeTrue

            $second = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor

            $second.IsChanged | Should -BeTrue
            $second.RoleAssignmentId | Should -BeExactly $first.RoleAssignmentId
            (Get-AmlAksCompute @myaks | Grant-AksNetworkContributor).IsChanged | Should -BeFalse
        }

        It 'reports <RoleName> on <At> that is there already, and writes nothing' -ForEach @(
            @{ At = 'Subscription'; Role = 'NetworkContributor'; RoleName = 'Network Contributor' }
            @{ At = 'Subscription'; Role = 'Contributor'; RoleName = 'Contributor' }
            @{ At = 'Network'; Role = 'Contributor'; RoleName = 'Contributor' }
            @{ At = 'Subnet'; Role = 'NetworkContributor'; RoleName = 'Network Contributor' }
        ) {
            Add-RoleAssignment $ids[$At] $ids[$Role] (Get-Principal)

            $outcome = Get-Outcome { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor }

            $outcome.Output.IsChanged | Should -BeFalse
            $outcome.Output.IsGranted | Should -BeTrue
            $outcome.Output.Scope | Should -BeExactly $ids[$At]
            $outcome.Output.RoleName | Should -BeExactly $RoleName
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'counts a custom role with actions <Actions> but <NotActions>: grants <IsWritten>' -ForEach @(
            @{ Actions = @('Microsoft.Network/virtualNetworks/subnets/*'); NotActions = @(); IsWritten = $false }
            @{
                Actions = @('Microsoft.Network/virtualNetworks/subnets/read', 'Microsoft.Network/virtualNetworks/subnets/join/action')
                NotActions = @(); IsWritten = $false
            }
            @{ Actions = @('*'); NotActions = @('Microsoft.Network/virtualNetworks/subnets/join/action'); IsWritten = $true }
            @{ Actions = @('Microsoft.Network/*'); NotActions = @('*/read'); IsWritten = $true }
            @{ Actions = @('Microsoft.Network/virtualNetworks/subnets/join/action'); NotActions = @(); IsWritten = $true }
        ) {
            $role = "$([guid]::NewGuid())"
            $content = @{ properties = @{
                    roleName = 'Joiner'; type = 'CustomRole'; assignableScopes = @($ids.Subscription)
                    permissions = @(@{ actions = $Actions; notActions = $NotActions })
                } }
            $definition = "$($ids.Subscription)/providers/Microsoft.Authorization/roleDefinitions/$role"
            $null = Send-SimulatorRequest PUT "${definition}?api-version=2022-04-01" (ConvertTo-Json $content -Depth 5)
            Add-RoleAssignment $ids.NetworkGroup $role (Get-Principal)

            $outcome = Get-Outcome { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor }

            $outcome.Output.IsChanged | Should -Be $IsWritten
            $outcome.Output.RoleName | Should -BeExactly $(if ($IsWritten) { 'Network Contributor' } else { 'Joiner' })
            @(Get-AmlSimulatorLog -WriteOnly) | Should -HaveCount ([int]$IsWritten)
        }

        It 'takes a role on a subnet beside it or elsewhere for no right' {
            Add-RoleAssignment "$($ids.Network)/subnets/aks-subnet" $ids.NetworkContributor (Get-Principal)
            Add-RoleAssignment "$($ids.Subscription)/resourceGroups/myworkspacegroup" $ids.NetworkContributor (Get-Principal)

            (Get-AmlAksCompute @myaks | Grant-AksNetworkContributor).IsChanged | Should -BeTrue
        }

        It 'takes an assignment that somebody else made meanwhile for success' {
            Set-AmlSimulator -Fault @{
                method = 'PUT'; resourceType = 'Microsoft.Authorization/roleAssignments'; times = 1; status = 409
                code = 'RoleAssignmentExists'
                message = 'The role assignment already exists.'
            }

            $access = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor

            $access.IsGranted | Should -BeTrue
            $access.IsChanged | Should -BeFalse
        }

        It 'says whose right it is to grant, without that right' {
            Set-AmlSimulator -CallerAction '*' -CallerNotAction 'Microsoft.Authorization/*/write'

            Get-Failure { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor } -Id CallerLacksRight -Category PermissionDenied `
                -Says 'Microsoft.Authorization/roleAssignments/write' -Recommends 'User Access Administrator'
        }

        It 'changes nothing and emits nothing under -WhatIf, and says to whom, what and where' {
            $outcome = Invoke-AtPrompt { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor -WhatIf }

            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Error | Should -BeNullOrEmpty
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
            $outcome.Text | Should -BeLike ("*What if: ?simulator? Grant Network Contributor to $(Get-Principal), " +
                "the identity of cluster myakscluster; -ScopeLevel Subnet would be narrower: subnet default alone, " +
                "not every network resource of mygroup (`"$($ids.NetworkGroup)`").*")
            (Invoke-AtPrompt { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor -ScopeLevel Subnet -WhatIf }).Text | Should -Not -BeLike '*narrower*'
        }

        It 'keeps the switch from running where it was declined' {
            $outcome = Invoke-AtPrompt {
                Get-AmlAksCompute @myaks | Grant-AksNetworkContributor -Confirm | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
            } -Answer No
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Error | Should -BeNullOrEmpty
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty

            $outcome = Invoke-AtPrompt { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor -Confirm } -Answer Yes
            $outcome.Output.IsChanged | Should -BeTrue
        }
    }

    It 'names -PrincipalId where Graph says no, and it serves' {
        Connect-World service-principal
        Set-AmlSimulator -Setting @{ graphDenied = $true }

        Get-Failure { $ids.ExistingCluster | Grant-AksNetworkContributor } -Id IdentityUnknown `
            -Says '3b4c1f0e-7d2a-4c55-9b0e-5a6f1d2e3c4b' -Recommends '-PrincipalId'
        $access = $ids.ExistingCluster | Grant-AksNetworkContributor -PrincipalId 9e8d7c6b-5a49-4837-a625-1c0b9f8e7d6a
        $access.PrincipalId | Should -Be '9e8d7c6b-5a49-4837-a625-1c0b9f8e7d6a'
        $access.IsChanged | Should -BeTrue
    }

    It 'has nothing to grant on for a cluster in a network of AKS' {
        Connect-World
        $created = New-AmlAksCompute @myaks

        Get-Failure { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor } -Id NotInVirtualNetwork -Category InvalidOperation `
            -Target $created.ClusterId `
            -Says 'is not in a virtual network of yours' -Recommends 'New-AmlAksCompute'
    }
}
