Describe 'Get-AmlWorkspace' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        # Nothing here changes it.
        Connect-World fleet
    }
    AfterAll { Disconnect-AmlVnet }

    It 'tells what the chain needs' {
        $workspace = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace
        $workspace | Should -BeOfType 'AmlVnet.Workspace'
        $workspace.Id | Should -BeExactly $ids.Workspace
        $workspace.Location | Should -BeExactly 'eastus2'
        $workspace.ProvisioningState | Should -Be 'Succeeded'
        $workspace.StorageAccountId | Should -BeLike '*/storageAccounts/myworkspacestorage'
        $workspace.HasPrivateEndpoint | Should -BeFalse
    }

    It 'finds <Count>: <Command>' -ForEach @(
        @{ Count = 7; Command = { Get-AmlWorkspace } }
        @{ Count = 7; Command = { Get-AmlWorkspace -ResourceGroupName myworkspacegroup } }
        @{ Count = 7; Command = { Get-AmlWorkspace myworkspacegroup } }
        @{ Count = 0; Command = { Get-AmlWorkspace mygroup } }
        @{ Count = 1; Command = { Get-AmlWorkspace myworkspacegroup myworkspace } }
        @{ Count = 1; Command = { Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name 'myw*' } }
        @{ Count = 1; Command = { Get-AmlWorkspace -WorkspaceName MYWORKSPACE } }
        @{ Count = 6; Command = { Get-AmlWorkspace -Name fleet* } }
        @{ Count = 0; Command = { Get-AmlWorkspace -Name nothinglikeit* } }
        @{ Count = 1; Command = { Get-AmlWorkspace -ResourceId $ids.Workspace } }
        @{ Count = 1; Command = { [pscustomobject]@{ Id = $ids.Workspace } | Get-AmlWorkspace } }
        @{ Count = 1; Command = { [pscustomobject]@{ ResourceId = $ids.Workspace } | Get-AmlWorkspace } }
        @{ Count = 2; Command = { Get-AmlWorkspace -Name 'fleetworkspace00[01]' | Get-AmlWorkspace } }
    ) {
        $outcome = Get-Outcome $Command
        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Output | Should -HaveCount $Count
    }

    It 'asks for page after page' {
        Set-AmlSimulator -Setting @{ pageSize = 2 }
        try {
            (Get-Outcome { Get-AmlWorkspace }).Output | Should -HaveCount 7
            @(Get-AmlSimulatorLog) | Should -HaveCount 4
        } finally {
            Set-AmlSimulator -Setting @{ pageSize = $null }
        }
    }

    It 'reports one that does not exist, and goes on' {
        $outcome = Get-Outcome {
            Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name nowhere; Get-AmlWorkspace myworkspacegroup myworkspace
        }
        $outcome.Output | Should -HaveCount 1
        $outcome.Error | Should -HaveCount 1
        $outcome.Error[0].FullyQualifiedErrorId | Should -BeLike 'ResourceNotFound,*'
        "$($outcome.Error[0].CategoryInfo.Category)" | Should -Be 'ObjectNotFound'
    }

    It 'takes a copy that was in a Clixml file' {
        $copy = Copy-ByClixml (Get-AmlWorkspace -Name fleetworkspace000)
        ($copy | Get-AmlWorkspace).Name | Should -BeExactly 'fleetworkspace000'
        @($copy | Get-AmlAksCompute) | Should -HaveCount 10
    }

    It 'is completed: <Line>' -ForEach @(
        @{ Line = 'Get-AmlWorkspace -ResourceGroupName '; Value = 'myworkspacegroup'; ToolTip = 'resource group of workspace' }
        @{ Line = 'Get-AmlWorkspace -ResourceGroupName my'; Value = 'myworkspacegroup'; ToolTip = 'resource group of workspace' }
        @{ Line = 'Get-AmlWorkspace myworkspacegroup myw'; Value = 'myworkspace'; ToolTip = 'workspace in myworkspacegroup, eastus2' }
        @{ Line = 'Get-AmlWorkspace -SubscriptionId '; Value = '5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36'; ToolTip = 'AmlVnet rehearsal' }
    ) {
        $offered = @(Get-Completion $Line | Where-Object CompletionText -CEQ $Value)
        $offered | Should -HaveCount 1
        $offered[0].ToolTip | Should -BeLike "*$ToolTip*"
    }

    It 'is not completed where there is nothing of that name' {
        Get-Completion 'Get-AmlWorkspace -ResourceGroupName nothinglikeit' | Where-Object ResultType -EQ ParameterValue |
            Should -BeNullOrEmpty
    }

    It 'is not completed without a connection' {
        $context = Get-AmlVnetContext
        Disconnect-AmlVnet
        try {
            Get-Completion 'Get-AmlWorkspace -Name ' | Where-Object CompletionText -EQ myworkspace | Should -BeNullOrEmpty
        } finally {
            $null = Set-AmlVnetContext -Context $context
        }
        Get-Completion 'Get-AmlWorkspace -Name ' | Where-Object CompletionText -EQ myworkspace | Should -HaveCount 1
    }
}
