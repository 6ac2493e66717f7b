# What locks and deny assignments do to the commands that write.
Describe 'A lock' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        . "$PSScriptRoot/Worlds.ps1"

        # The world in order, its endpoint public again, with a lock or a deny assignment.
        function Connect-LockedWorld([hashtable] $Resource, [switch] $Internal) {
            $scenario = [System.IO.File]::ReadAllText("$PSScriptRoot/../Worlds/base/posture.json") | ConvertFrom-Json -AsHashtable
            $scenario = $scenario.scenario
            if (-not $Internal) { $scenario.computes[0].Remove('loadBalancerSubnet') }
            $scenario.resources += $Resource
            Connect-World $scenario
        }

        function New-Lock([string] $Scope, [string] $Level = 'ReadOnly') {
            @{ id = "$Scope/providers/Microsoft.Authorization/locks/freeze"; type = 'Microsoft.Authorization/locks'; properties = @{ level = $Level } }
        }

        $group = "$($ids.NetworkGroup)/providers/Microsoft.Network/networkSecurityGroups/mynsg"
    }
    AfterAll { Disconnect-AmlVnet }

    It 'on the compute is known before the switch, with the line that deletes it; nothing is sent' {
        Connect-LockedWorld (New-Lock $ids.Compute)
        Get-Failure { Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName default } -Id CheckFailed `
            -Category InvalidOperation -Says 'AMLVNET-LOCK-001', "'freeze' (ReadOnly) at $($ids.Compute)", 'Nothing was changed.' `
            -Recommends "az lock delete --ids '$($ids.Compute)/providers/Microsoft.Authorization/locks/freeze'"
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }

    It 'that is met in spite of it is named by the refusal' {
        Connect-LockedWorld (New-Lock $ids.Workspace)
        $outcome = Get-Outcome {
            Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName default -SkipCheck AMLVNET-LOCK-001
        }
        $outcome.Output | Should -BeNullOrEmpty
        Get-Failure -Outcome $outcome -Id RequestRefused -Category InvalidOperation -Says 'ScopeLocked' `
            -Recommends "az lock delete --ids '$($ids.Workspace)/providers/Microsoft.Authorization/locks/freeze'"
        (Get-AmlAksCompute @myaks).IsPrivate | Should -BeFalse
    }

    It 'on the security group refuses the rules of Enable-AmlScoringAccess, which claims nothing' {
        Connect-LockedWorld (New-Lock $group) -Internal
        $outcome = Get-Outcome { Get-AmlAksCompute @myaks | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24 }
        $outcome.Output | Should -BeNullOrEmpty
        Get-Failure -Outcome $outcome -Id RequestRefused -Category InvalidOperation -Says 'ScopeLocked' `
            -Recommends "az lock delete --ids '$group/providers/Microsoft.Authorization/locks/freeze'"
    }

    It 'against deletion lets the switch through, with a warning in the check' {
        Connect-LockedWorld (New-Lock $ids.NetworkGroup CanNotDelete)
        (Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName default).IsPrivate | Should -BeTrue
        $checks = Get-AmlAksCompute @myaks | Test-AmlAksNetwork -Rule AMLVNET-LOCK-001
        $checks.Status | Should -Be 'Warning'
        Get-AmlAksCompute @myaks | Test-AmlAksNetwork -Rule AMLVNET-LOCK-001 -Quiet | Should -BeTrue
    }

    It 'is asked for once in a subscription' {
        Connect-LockedWorld (New-Lock $ids.NetworkGroup) -Internal
        Set-AmlSimulator -ClearLog
        $null = Get-AmlAksCompute @myaks | Test-AmlAksNetwork
        $asked = @(Get-AmlSimulatorLog | Where-Object Path -Match 'Authorization/(locks|denyAssignments)')
        $asked | Should -HaveCount 2
    }

    It 'is found by who may read resources only, one by one' {
        $caller = @{ roles = @(
                @{ role = 'Reader'; scope = $ids.Workspace }, @{ role = 'Reader'; scope = $ids.ExistingCluster }, @{ role = 'Reader'; scope = $ids.Network },
                @{ role = 'Reader'; scope = $group }
            )
        }
        $scenario = ([System.IO.File]::ReadAllText("$PSScriptRoot/../Worlds/base/posture.json") | ConvertFrom-Json -AsHashtable).scenario
        $scenario.resources += New-Lock $ids.NetworkGroup
        $scenario.caller = $caller
        Connect-World $scenario
        $checks = @(Get-AmlAksCompute @myaks | Test-AmlAksNetwork -Rule AMLVNET-LOCK-001)
        ($checks | Where-Object Status -EQ Failed).Target | Should -Be "$($ids.NetworkGroup)/providers/Microsoft.Authorization/locks/freeze"
        ($checks | Where-Object Status -EQ Unknown).Evidence | Should -BeLike '*its node resource group could not be read*'
    }
}

Describe 'A deny assignment' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    AfterAll { Disconnect-AmlVnet }

    It 'that takes the join from the cluster''s identity is known before the switch, and met in spite of it ends it as a missing right does' {
        $scenario = ([System.IO.File]::ReadAllText("$PSScriptRoot/../Worlds/base/posture.json") | ConvertFrom-Json -AsHashtable).scenario
        $scenario.computes[0].Remove('loadBalancerSubnet')
        $scenario.resources += @{
            id         = "$($ids.Network)/providers/Microsoft.Authorization/denyAssignments/0d6ae6ff-1c56-4d0a-8b3c-4f1f6d0b9a11"
            type       = 'Microsoft.Authorization/denyAssignments'
            properties = @{
                denyAssignmentName = 'Nobody joins'
                isSystemProtected  = $true
                permissions        = @(@{ actions = @('Microsoft.Network/virtualNetworks/subnets/join/action'); notActions = @() })
                principals         = @(@{ id = '00000000-0000-0000-0000-000000000000'; type = 'SystemDefined' })
                excludePrincipals  = @(@{ id = 'c2e8a9d1-6b34-4f70-a18d-7e5f9b0c3a42'; type = 'User' })
            }
        }
        Connect-World $scenario
        Get-Failure { Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName default } -Id CheckFailed `
            -Category InvalidOperation -Says 'AMLVNET-RBAC-006', 'Nobody joins', 'Nothing was changed.'
        $outcome = Get-Outcome {
            Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName default -SkipCheck AMLVNET-RBAC-006 -TimeoutSeconds 900
        }
        @($outcome.Error)[-1].FullyQualifiedErrorId | Should -Not -BeNullOrEmpty
        (Get-AmlAksCompute @myaks).IsPrivate | Should -BeFalse
    }
}
