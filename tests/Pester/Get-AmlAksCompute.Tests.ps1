Describe 'Get-AmlAksCompute' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        # Nothing here changes it.
        Connect-World fleet
        $one = @{ ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'fleetworkspace000'; Name = 'fleet0000' }
        $ids.Workspaces = $ids.Workspace -replace 'myworkspace$'
    }
    AfterAll { Disconnect-AmlVnet }

    It 'finds <Count>: <Command>' -ForEach @(
        @{ Count = 1; Command = { Get-AmlAksCompute myworkspacegroup fleetworkspace000 fleet0003 } }
        @{
            Count = 1; Command = {
                Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName fleetworkspace000 -ComputeName FLEET0003
            }
        }
        @{ Count = 10; Command = { Get-AmlAksCompute myworkspacegroup fleetworkspace000 } }
        @{ Count = 2; Command = { Get-AmlAksCompute myworkspacegroup fleetworkspace000 'fleet000[12]' } }
        @{ Count = 10; Command = { Get-AmlAksCompute myworkspacegroup fleetworkspace000 f* } }
        @{ Count = 0; Command = { Get-AmlAksCompute myworkspacegroup myworkspace } }
        @{ Count = 60; Command = { Get-AmlWorkspace | Get-AmlAksCompute } }
        @{ Count = 6; Command = { Get-AmlWorkspace | Get-AmlAksCompute -Name fleet*7 } }
        @{ Count = 1; Command = { Get-AmlWorkspace -Name fleetworkspace001 | Get-AmlAksCompute -Name fleet0011 } }
        @{ Count = 10; Command = { Get-AmlAksCompute -Workspace (Get-AmlWorkspace -Name fleetworkspace002) } }
        @{ Count = 10; Command = { "$($ids.Workspaces)fleetworkspace003" | Get-AmlAksCompute } }
        @{ Count = 1; Command = { Get-AmlAksCompute -ResourceId "$($ids.Workspaces)fleetworkspace000/computes/fleet0005" } }
        @{ Count = 10; Command = { Get-AmlAksCompute myworkspacegroup fleetworkspace000 | Get-AmlAksCompute } }
    ) {
        $outcome = Get-Outcome $Command
        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Output | Should -HaveCount $Count
        @($outcome.Output | ForEach-Object { "$_" } | Sort-Object -Unique) | Should -HaveCount $Count
    }

    It 'tells what its users ask for' {
        $compute = Get-AmlAksCompute @one
        $compute | Should -BeOfType 'AmlVnet.AksCompute'
        foreach ($name in 'Id', 'Name', 'ResourceGroupName', 'WorkspaceName', 'SubscriptionId', 'Location', 'ProvisioningState',
            'ClusterId', 'IsAttached', 'AgentCount',
            'AgentVmSize', 'ClusterPurpose', 'SubnetId', 'LoadBalancerType', 'ScoringIPAddress', 'IsPrivate', 'Tags', 'CreatedOn',
            'Errors') {
            ($null -ne $compute.$name) | Should -BeTrue -Because $name
        }
        foreach ($name in 'ServiceCidr', 'DnsServiceIP', 'DockerBridgeCidr', 'LoadBalancerSubnet') {
            $compute.psobject.Properties.Name | Should -Contain $name
        }
    }

    It 'reports one that does not exist' {
        Get-Failure { Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name nowhere } -Id ResourceNotFound
    }

    It 'survives Clixml, and the copy pipes on' {
        $compute = Get-AmlAksCompute @one
        $copy = Copy-ByClixml $compute

        $copy.psobject.TypeNames | Should -Contain 'Deserialized.AmlVnet.AksCompute'
        $scalars = @($compute.psobject.Properties |
            Where-Object { $null -eq $_.Value -or $_.Value -is [string] -or $_.Value -is [int] -or $_.Value -is [bool] })
        $scalars.Count | Should -BeGreaterThan 10
        foreach ($property in $scalars) { $copy.($property.Name) | Should -BeExactly $property.Value -Because $property.Name }
        ($copy | Get-AmlAksCompute).Name | Should -BeExactly 'fleet0000'
        "$(($copy | Get-AksClusterIdentity).Kind)" | Should -Be 'SystemAssigned'
    }

    It 'is completed: <Line>' -ForEach @(
        @{
            Line    = 'Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName fleetworkspace000 -Name fleet0004'
            Value   = 'fleet0004'
            ToolTip = 'Succeeded, PublicIp, '
        }
        @{
            Line    = 'Get-AksClusterIdentity -ResourceGroupName myworkspacegroup -WorkspaceName fleetworkspace000 -Name fleet0002'
            Value   = 'fleet0002'
            ToolTip = 'PublicIp'
        }
        @{
            Line    = 'Get-AksClusterIdentity -ClusterName fleet0000 -ResourceGroupName '
            Value   = 'myworkspacegroup'
            ToolTip = 'fleet0'
        }
    ) {
        $offered = @(Get-Completion $Line | Where-Object CompletionText -CEQ $Value)
        $offered | Should -HaveCount 1
        $offered[0].ToolTip | Should -BeLike "*$ToolTip*"
    }

    It 'is not completed where there is nothing: <_>' -ForEach @(
        'Get-AmlAksCompute -ResourceGroupName nogroup -WorkspaceName nospace -Name '
        'Get-AmlAksCompute -ResourceGroupName ''a/b'' -WorkspaceName myworkspace -Name '
        'Get-AmlAksCompute -Name '
    ) {
        Get-Completion $_ | Where-Object { "$($_.ResultType)" -eq 'ParameterValue' } | Should -BeNullOrEmpty
    }
}
