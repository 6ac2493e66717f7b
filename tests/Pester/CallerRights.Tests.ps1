# The caller's own rights: asked before the first write of a command, also under -WhatIf.
BeforeAll {
    . "$PSScriptRoot/World.ps1"
    $permissions = '*/providers/Microsoft.Authorization/permissions'
    $assign = 'Microsoft.Authorization/roleAssignments/write'
    $unassign = 'Microsoft.Authorization/roleAssignments/delete'

    $made = @{
        SubnetId = $ids.Subnet; ServiceCidr = '172.20.0.0/16'; DnsServiceIP = '172.20.0.10'; DockerBridgeCidr = '172.17.0.1/16'
    }

    function Get-Asked { @(Get-AmlSimulatorLog | Where-Object Path -Like $permissions) }

    # A file world of the how-to's with these roles for the caller.
    function Connect-Caller([object[]] $Roles, [object[]] $Definitions = @(), [hashtable] $Settings = @{}) {
        $scenario = ([System.IO.File]::ReadAllText("$PSScriptRoot/../Worlds/base/preflight.json") | ConvertFrom-Json -AsHashtable).scenario
        $scenario.caller = @{ roles = $Roles }
        $scenario.roleDefinitions = $Definitions
        foreach ($name in $Settings.Keys) { $scenario.settings[$name] = $Settings.$name }
        Connect-World $scenario
    }

    # Refused before anything was written, with the right, its scope, roles and the administrator's line.
    function Confirm-Refused($Outcome, [string] $Action, [string] $Scope, [string] $Role, [string] $LineScope = $Scope) {
        $failure = Get-Failure -Outcome $Outcome -Id CallerLacksRight -Category PermissionDenied -Says "$Action over '$Scope'", 'Nothing was changed.' `
            -Recommends "# $Action is given by: ", $Role, 'Owner',
        "az role assignment create --assignee-object-id '<object id>' --role '$Role' --scope '$LineScope'", '# <object id> stands for yours'
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        $failure
    }
}

AfterAll { Disconnect-AmlVnet }

Describe 'The caller''s rights' {
    Context 'of the whole job' {
        It 'a Contributor is told before a public cluster is made<_>' -ForEach '', ' -WhatIf' {
            Connect-World contributor
            $isShown = $_ -ne ''
            $outcome = Invoke-AtPrompt -With @{ isShown = $isShown } {
                Set-AmlSimulator -ClearLog
                Enable-AmlPrivateInference @myaks @network -WhatIf:$isShown
            }
            $null = Confirm-Refused $outcome $assign $ids.NetworkGroup 'Role Based Access Control Administrator'
            "$($outcome.Error[0])" | Should -Not -Match 'computes/write'
            $outcome.Text | Should -Not -Match 'What if'
        }

        It 'a Contributor attaches where the right was given beforehand' {
            $cluster = Initialize-DetachedCluster
            $null = $cluster | Grant-AksNetworkContributor
            Set-AmlSimulator -Advance 01:00:00 -CallerNotAction $assign, $unassign
            (Enable-AmlPrivateInference @myaks -Cluster $cluster -WarningAction SilentlyContinue).IsPrivate | Should -BeTrue
        }

        It 'a Contributor is told before a cluster is attached where the right is missing' {
            $cluster = Initialize-DetachedCluster
            Set-AmlSimulator -CallerNotAction $assign
            $null = Confirm-Refused (Get-Outcome { Enable-AmlPrivateInference @myaks -Cluster $cluster }) $assign $ids.NetworkGroup `
                'Role Based Access Control Administrator'
        }

        It 'the grant is not made where the attachment after it lacks a right' {
            $cluster = Initialize-DetachedCluster
            $credential = 'Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action'
            Set-AmlSimulator -CallerNotAction $credential
            $null = Confirm-Refused (Get-Outcome { Enable-AmlPrivateInference @myaks -Cluster $cluster }) $credential $cluster `
                'Azure Kubernetes Service Cluster Admin Role'
        }

        It 'the switch is not made where the opening after it lacks a right' {
            Connect-Caller -Roles @{ role = 'Owner' }
            $compute = New-AmlAksCompute @myaks @made -WarningAction SilentlyContinue
            $rule = 'Microsoft.Network/networkSecurityGroups/securityRules/write'
            Set-AmlSimulator -CallerNotAction $rule
            $null = Confirm-Refused (Get-Outcome { $compute | Enable-AmlPrivateInference -SourceAddressPrefix 10.50.0.0/16 }) $rule `
                "$($ids.NetworkGroup)/providers/Microsoft.Network/networkSecurityGroups/mynsg" 'Network Contributor'
        }

        It 'the rules'' right is not asked for where the rules in force let the clients in' {
            Connect-World
            $compute = New-AmlAksCompute @myaks @network -WarningAction SilentlyContinue
            Set-AmlSimulator -CallerNotAction 'Microsoft.Network/networkSecurityGroups/securityRules/write'
            ($compute | Enable-AmlPrivateInference).IsPrivate | Should -BeTrue
        }

        It 'that the security group can not be read is known before the switch' {
            $null = Initialize-LockedDownCompute
            Set-AmlSimulator -CallerNotAction 'Microsoft.Network/networkSecurityGroups/read'
            $outcome = Get-Outcome { Get-AmlAksCompute @myaks | Enable-AmlPrivateInference }
            $null = Get-Failure -Outcome $outcome -Category PermissionDenied -Says 'networkSecurityGroups/read' -Recommends "--role 'Reader' --scope", 'mynsg'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'nothing is taken back where a part of it may not be' {
            Connect-World
            $null = New-AmlAksCompute @myaks @network -WarningAction SilentlyContinue | Enable-AmlPrivateInference
            Set-AmlSimulator -CallerNotAction $unassign
            foreach ($isShown in $false, $true) {
                $null = Confirm-Refused (Get-Outcome { Get-AmlAksCompute @myaks | Disable-AmlPrivateInference -WhatIf:$isShown }) $unassign `
                    $ids.NetworkGroup 'Role Based Access Control Administrator'
            }
        }

        It 'a job that has nothing to write asks for no right' {
            Connect-World
            $compute = New-AmlAksCompute @myaks @network -WarningAction SilentlyContinue
            $null = $compute | Enable-AmlPrivateInference
            Set-AmlSimulator -CallerNotAction $assign
            Set-AmlSimulator -ClearLog
            ($compute | Enable-AmlPrivateInference).IsChanged | Should -BeFalse
            Get-Asked | Should -BeNullOrEmpty
        }
    }

    Context 'of one command' {
        It '<Name> without <Action>' -ForEach @(
            @{ Name = 'New-AmlAksCompute'; Action = 'Microsoft.MachineLearningServices/workspaces/computes/write'; Scope = 'Compute'; Line = 'Workspace'
                Role = 'AzureML Compute Operator'; Command = { New-AmlAksCompute @myaks @network } }
            @{ Name = 'New-AmlAksCompute'; Action = 'Microsoft.Network/virtualNetworks/subnets/join/action'; Scope = 'Subnet'
                Role = 'Network Contributor'; Command = { New-AmlAksCompute @myaks @network } }
            @{ Name = 'Add-AmlAksCompute'; Action = 'Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action'
                Scope = 'ExistingCluster'; Role = 'Azure Kubernetes Service Cluster Admin Role'; World = 'detached'
                Command = { Add-AmlAksCompute @myaks -InputObject $ids.ExistingCluster } }
            @{ Name = 'Add-AmlAksCompute'; Action = 'Microsoft.ContainerService/managedClusters/write'; Scope = 'ExistingCluster'
                Role = 'Azure Kubernetes Service Contributor Role'; World = 'detached'
                Command = { Add-AmlAksCompute @myaks -InputObject $ids.ExistingCluster } }
            @{ Name = 'Remove-AmlAksCompute'; Action = 'Microsoft.MachineLearningServices/workspaces/computes/delete'; Scope = 'Compute'
                Line = 'Workspace'; Role = 'AzureML Compute Operator'; World = 'existing-cluster'; Command = { Get-AmlAksCompute @myaks | Remove-AmlAksCompute } }
            @{ Name = 'Grant-AksNetworkContributor'; Action = 'Microsoft.Authorization/roleAssignments/write'; Scope = 'NetworkGroup'
                Role = 'Role Based Access Control Administrator'; World = 'existing-cluster'
                Command = { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor } }
            @{ Name = 'Revoke-AksNetworkContributor'; Action = 'Microsoft.Authorization/roleAssignments/delete'; Scope = 'NetworkGroup'
                Role = 'Role Based Access Control Administrator'; World = 'existing-cluster'
                Before = { $null = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor }
                Command = { Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor } }
            @{ Name = 'Set-AmlAksLoadBalancer'; Action = 'Microsoft.MachineLearningServices/workspaces/computes/write'; Scope = 'Compute'
                Line = 'Workspace'; Role = 'AzureML Compute Operator'; World = 'existing-cluster'
                Before = { $null = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor; Set-AmlSimulator -Advance 01:00:00 }
                Command = { Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer } }
            @{ Name = 'Enable-AmlStudioAccess'; Action = 'Microsoft.Network/networkSecurityGroups/securityRules/write'; Scope = 'Group'
                Role = 'Network Contributor'; World = 'locked-down'; Command = { Enable-AmlStudioAccess -InputObject $ids.Subnet -Location eastus2 } }
            @{ Name = 'Disable-AmlStudioAccess'; Action = 'Microsoft.Network/networkSecurityGroups/securityRules/delete'; Scope = 'Group'
                Role = 'Network Contributor'; World = 'locked-down'
                Before = { $null = Enable-AmlStudioAccess -InputObject $ids.Subnet -Location eastus2 -WarningAction SilentlyContinue }
                Command = { Disable-AmlStudioAccess -InputObject $ids.Subnet -Location eastus2 } }
        ) {
            if ($World -eq 'detached') { $null = Initialize-DetachedCluster } elseif ($World) { Connect-World $World } else { Connect-World }
            if ($Before) { & $Before }
            Set-AmlSimulator -CallerNotAction $Action
            $places = $ids + @{ Group = "$($ids.NetworkGroup)/providers/Microsoft.Network/networkSecurityGroups/mynsg" }
            foreach ($isShown in $false, $true) {
                $PSDefaultParameterValues = @{ "${Name}:WhatIf" = $isShown }
                $outcome = Get-Outcome $Command
                $null = Confirm-Refused $outcome $Action $places.$Scope $Role ($Line ? $places.$Line : $places.$Scope)
            }
        }
    }

    Context 'as they are read' {
        It 'roles are united, each with what it leaves out; a custom one gives what Contributor does not' {
            Connect-Caller -Roles @{ role = 'Contributor' }, @{ role = 'Granting' } -Definitions @(
                @{ roleName = 'Granting'; actions = @('microsoft.authorization/ROLEASSIGNMENTS/*'); notActions = @('*/delete') }
            ) -Settings @{ pageSize = 1 }
            $compute = New-AmlAksCompute @myaks @made -WarningAction SilentlyContinue
            $outcome = Get-Outcome { $compute | Grant-AksNetworkContributor }
            $outcome.Error | Should -BeNullOrEmpty
            # Two roles in pages of one.
            (Get-Asked).Count | Should -Be 2
            $null = Confirm-Refused (Get-Outcome { $compute | Revoke-AksNetworkContributor }) $unassign $ids.NetworkGroup `
                'Role Based Access Control Administrator'
        }

        It 'a role at the workspace and one at the network''s group are enough, and the narrowest place is asked last' {
            Connect-Caller -Roles @{ role = 'Reader' }, @{ role = 'Contributor'; scope = 'myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace' },
            @{ role = 'Network Contributor'; scope = 'mygroup' }
            $outcome = Get-Outcome { New-AmlAksCompute @myaks @made }
            $outcome.Error | Should -BeNullOrEmpty
            @((Get-Asked).Path -replace '/providers/Microsoft.Authorization/permissions$') | Should -Be @(
                "$($ids.Subscription)/resourceGroups/myworkspacegroup", $ids.Workspace, $ids.NetworkGroup)
        }

        It 'what roles allow is called no proof, with what was not looked at' {
            Connect-World existing-cluster
            $outcome = Get-Outcome { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor }
            @($outcome.Verbose -like "Allowed by roles, which is no proof: $assign. Not looked at: *conditions*deny assignments*policies*eligible roles*") |
                Should -HaveCount 1
        }

        It 'a <Status> of the permissions is unknown: one warning, and the command goes on' -ForEach @{ Status = 403 }, @{ Status = 404 } {
            Connect-World existing-cluster
            Set-AmlSimulator -Fault @{ method = 'GET'; resourceType = 'Microsoft.Authorization/permissions'; status = $Status; code = 'Rehearsed'; message = 'No.' }
            $outcome = Get-Outcome { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor }
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output.IsChanged | Should -BeTrue
            @($outcome.Warning -like 'Not checked whether this sign-in may*Rehearsed*') | Should -HaveCount 1
        }

        It 'permissions that get no answer end the command with nothing written' {
            Connect-World existing-cluster
            Set-AmlSimulator -Fault @{ method = 'GET'; resourceType = 'Microsoft.Authorization/permissions'; status = 503; code = 'ServiceUnavailable'; message = 'No.' }
            $null = Get-Failure { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor } -Says ServiceUnavailable
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'each place is asked once for all records of a pipeline' {
            Connect-World fleet
            $outcome = Invoke-AtPrompt { Get-AmlWorkspace | Get-AmlAksCompute | Remove-AmlAksCompute -WhatIf }
            ([regex]::Matches($outcome.Text, 'Detach AKS compute')).Count | Should -Be 60
            $asked = Get-Asked
            $asked.Count | Should -BeGreaterThan 0
            $asked.Count | Should -BeLessOrEqual 6
            ($asked | Group-Object Path | Where-Object Count -GT 1).Name | Should -BeNullOrEmpty
        }
    }

    Context 'that Azure refuses in the run' {
        It 'a deny assignment takes away what roles allow, and no role is recommended' {
            $scenario = ([System.IO.File]::ReadAllText("$PSScriptRoot/../Worlds/base/preflight.json") | ConvertFrom-Json -AsHashtable).scenario
            $scenario.resources = @(@{
                    id         = "$($ids.NetworkGroup)/providers/Microsoft.Authorization/denyAssignments/$([guid]::NewGuid())"
                    type       = 'Microsoft.Authorization/denyAssignments'
                    properties = @{
                        denyAssignmentName = 'stack'; isSystemProtected = $true; excludePrincipals = @()
                        permissions        = @(@{ actions = @($assign); notActions = @() })
                        principals         = @(@{ id = [guid]::Empty.ToString(); type = 'SystemDefined' })
                    }
                })
            Connect-World $scenario
            $compute = New-AmlAksCompute @myaks @made -WarningAction SilentlyContinue
            $outcome = Get-Outcome { $compute | Grant-AksNetworkContributor }
            @($outcome.Verbose -like 'Allowed by roles, which is no proof*') | Should -HaveCount 1
            $failure = Get-Failure -Outcome $outcome -Id RequestRefused -Category PermissionDenied -Says DenyAssignmentAuthorizationFailed `
                -Recommends 'No role helps', "'stack'"
            $failure.ErrorDetails.RecommendedAction | Should -Not -Match 'az role assignment create'
        }

        It 'are named with roles, the line and what was done before' {
            Connect-World
            $words = "The client 'u' with object id '11111111-2222-3333-4444-555555555555' does not have authorization to perform action " +
            "'$assign' over scope '$($ids.NetworkGroup)/providers/Microsoft.Authorization/roleAssignments/1' or the scope is invalid."
            Set-AmlSimulator -Fault @{
                method = 'PUT'; resourceType = 'Microsoft.Authorization/roleAssignments'; status = 403; code = 'AuthorizationFailed'; message = $words
            }
            $null = Get-Failure { Enable-AmlPrivateInference @myaks @network -WarningAction SilentlyContinue } -Id RequestRefused -Category PermissionDenied `
                -Says $assign, 'Done: Create AKS compute myaks' -Recommends 'User Access Administrator, Owner',
            "az role assignment create --assignee-object-id 11111111-2222-3333-4444-555555555555 --role 'Role Based Access Control Administrator' --scope '$($ids.NetworkGroup)'"
        }
    }
}
