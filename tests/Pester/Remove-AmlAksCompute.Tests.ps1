Describe 'Remove-AmlAksCompute' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"

        # What the removal of an attached compute leaves is warned of.
        $WarningPreference = 'SilentlyContinue'

        function Confirm-Removed { $null = Get-Failure { Get-AmlAksCompute @myaks } -Id ResourceNotFound }
    }
    AfterAll { Disconnect-AmlVnet }

    Context 'a compute whose cluster the workspace made' {
        BeforeEach {
            Connect-World
            $script:created = New-AmlAksCompute @myaks @network
        }

        It 'detaches, and the cluster stays' {
            $script:created | Remove-AmlAksCompute | Should -BeNullOrEmpty
            Get-AmlWorkspace | Get-AmlAksCompute | Should -BeNullOrEmpty
            (Get-AksClusterIdentity -Cluster $script:created.ClusterId).ClusterId | Should -Be $script:created.ClusterId
        }

        It 'asks before Delete, with the list of what dies' {
            $outcome = Invoke-AtPrompt { Remove-AmlAksCompute @myaks -UnderlyingResourceAction Delete } -Answer No

            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Question | Should -HaveCount 1
            $nodeGroup = (Send-SimulatorRequest GET "$($script:created.ClusterId)?api-version=2023-11-01").properties.nodeResourceGroup
            $nodeGroup | Should -BeLike 'MC_*'
            foreach ($part in 'This deletes for good:', "cluster $($script:created.ClusterId)",
                "resource group $nodeGroup with all in it", 'load balancer kubernetes',
                "public IP address $($script:created.ScoringIPAddress)") {
                $outcome.Question[0] | Should -Match ([regex]::Escape($part))
            }
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty

            $outcome = Invoke-AtPrompt { Remove-AmlAksCompute @myaks -UnderlyingResourceAction Delete } -Answer Yes
            $outcome.Output | Should -BeNullOrEmpty
            @(Get-AmlSimulatorLog -WriteOnly).Method | Should -Be 'DELETE'
            Confirm-Removed
        }

        It 'is not answered by -Confirm:$false, but by -Force' {
            $outcome = Invoke-AtPrompt { Remove-AmlAksCompute @myaks -UnderlyingResourceAction Delete -Confirm:$false } -NonInteractive
            Get-Failure -Outcome $outcome -Id CannotAsk -Category InvalidOperation -Target $null `
                -Says "can't ask", 'This deletes for good' -Recommends '-Force'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty

            $outcome = Invoke-AtPrompt { Remove-AmlAksCompute @myaks -UnderlyingResourceAction Delete -Force } -NonInteractive
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Error | Should -BeNullOrEmpty
            @(Get-AmlSimulatorLog -WriteOnly) | Should -HaveCount 1
            Confirm-Removed
            Get-Failure { Get-AksClusterIdentity -Cluster $script:created.ClusterId } -Id ResourceNotFound
        }

        It 'asks nothing under -WhatIf of Delete' {
            $outcome = Invoke-AtPrompt { Remove-AmlAksCompute @myaks -UnderlyingResourceAction Delete -WhatIf }

            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Text | Should -Match ([regex]::Escape("Delete AKS compute myaks and its cluster $($script:created.ClusterId)"))
            $outcome.Question | Should -BeNullOrEmpty
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }

    Context 'an attached compute' {
        BeforeEach { Connect-World existing-cluster }

        It 'detaches by default, asks nothing, and the cluster stays' {
            $outcome = Invoke-AtPrompt { Remove-AmlAksCompute @myaks }
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Question | Should -BeNullOrEmpty
            $outcome.Warning | Should -HaveCount 1
            $outcome.Warning[0] | Should -BeLike "After myaks these remain: cluster $($ids.ExistingCluster);*"
            Confirm-Removed
            (Send-SimulatorRequest GET "$($ids.ExistingCluster)?api-version=2023-11-01").properties.provisioningState |
                Should -Be 'Succeeded'
        }

        It 'changes nothing under -WhatIf, whatever names the compute' {
            $copy = Copy-ByClixml (Get-AmlAksCompute @myaks)
            $ways = @(
                { Remove-AmlAksCompute @myaks -WhatIf }
                { Get-AmlAksCompute @myaks | Remove-AmlAksCompute -WhatIf }
                { Remove-AmlAksCompute -ResourceId $ids.Compute -WhatIf }
                { $ids.Compute | Remove-AmlAksCompute -WhatIf }
                { [pscustomobject]@{ ResourceId = $ids.Compute } | Remove-AmlAksCompute -WhatIf }
                { $copy | Remove-AmlAksCompute -WhatIf }
            )

            foreach ($way in $ways) {
                $outcome = Invoke-AtPrompt $way -With @{ copy = $copy }
                $outcome.Output | Should -BeNullOrEmpty -Because $way
                $outcome.Error | Should -BeNullOrEmpty -Because $way
                $said = "What if: [simulator] Detach AKS compute myaks; the cluster $($ids.ExistingCluster) stays (`"$($ids.Compute)`")."
                $outcome.Text | Should -Match ([regex]::Escape($said)) -Because $way
                Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty -Because $way
            }
        }

        It 'emits true with -PassThru, and warns the second time that there was nothing' {
            Remove-AmlAksCompute @myaks -PassThru | Should -BeExactly $true

            $again = Get-Outcome { Remove-AmlAksCompute @myaks }

            $again.Output | Should -BeNullOrEmpty
            $again.Error | Should -BeNullOrEmpty
            $again.Warning | Should -HaveCount 1
            $again.Warning[0] | Should -BeLike '*myaks*nothing was removed*'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'refuses to delete what was attached from outside' {
            Get-Failure { Remove-AmlAksCompute @myaks -UnderlyingResourceAction Delete -Force } -Id AttachedNotDeleted `
                -Category InvalidOperation -Target $ids.Compute `
                -Says 'was attached from outside' -Recommends '-UnderlyingResourceAction Detach'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'removes nothing and emits nothing where it was declined' {
            $outcome = Invoke-AtPrompt { Remove-AmlAksCompute @myaks -Confirm -PassThru } -Answer No
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Question | Should -HaveCount 1
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'gives an operation with -NoWait, which can be waited for' {
            $operation = Remove-AmlAksCompute @myaks -NoWait
            $operation.Kind | Should -BeExactly 'RemoveAksCompute'
            (Get-AmlAksCompute @myaks).ProvisioningState | Should -Be 'Deleting'
            Wait-AmlOperation -Token $operation.Token | Should -BeNullOrEmpty
            Confirm-Removed
        }

        It 'waits for a deletion that is going on, and starts no other' {
            $null = Remove-AmlAksCompute @myaks -NoWait
            $outcome = Get-Outcome { Remove-AmlAksCompute @myaks }
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Error | Should -BeNullOrEmpty
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
            Confirm-Removed
        }

        It 'reports a removal that fails, and the next run succeeds' {
            Set-AmlSimulator -Fault @{
                method = 'DELETE'; times = 1; kind = 'FailOperation'; code = 'Conflict'; message = 'The cluster is locked.'
            }
            Get-Failure { Remove-AmlAksCompute @myaks } -Id OperationFailed -Category InvalidResult -Target $ids.Compute `
                -Says 'Conflict', 'The cluster is locked.'

            (Get-Outcome { Remove-AmlAksCompute @myaks }).Error | Should -BeNullOrEmpty
            Confirm-Removed
        }
    }

    It 'removes many side by side' {
        Connect-World fleet
        $removed = Get-AmlWorkspace -Name fleetworkspace000 | Get-AmlAksCompute | Remove-AmlAksCompute -PassThru -ThrottleLimit 10
        $removed | Should -HaveCount 10
        Get-AmlWorkspace -Name fleetworkspace000 | Get-AmlAksCompute | Should -BeNullOrEmpty
    }
}
