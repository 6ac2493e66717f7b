Describe 'Set-AmlSimulator' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $null = Connect-AmlVnet -Simulator -VirtualClock
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'emits nothing without -PassThru' {
        Set-AmlSimulator -RoleAssignmentDelay 0 | Should -BeNullOrEmpty
    }

    It 'moves the clock' {
        $before = (Set-AmlSimulator -ClearLog -PassThru).Time
        $after = (Set-AmlSimulator -Advance 01:00:00 -PassThru).Time
        ($after - $before).TotalMinutes | Should -BeGreaterThan 59
    }

    It 'makes a request fail' {
        Set-AmlSimulator -Fault @{ Method = 'GET'; ResourceType = 'Microsoft.MachineLearningServices/workspaces'; Status = 403; Code = 'AuthorizationFailed' }
        Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        "$($problem[0])" | Should -BeLike '*AuthorizationFailed*'
    }

    It 'takes rights from the caller' {
        $created = New-AmlAksCompute @myaks @network
        Set-AmlSimulator -CallerNotAction 'Microsoft.Authorization/roleAssignments/write'
        $created | Grant-AksNetworkContributor -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        "$($problem[0].CategoryInfo.Category)" | Should -Be 'PermissionDenied'
    }

    It 'changes nothing under -WhatIf' {
        $null = New-AmlAksCompute @myaks @network
        Set-AmlSimulator -Scenario how-to -WhatIf
        (Get-AmlWorkspace | Get-AmlAksCompute).Name | Should -Be 'myaks'
    }
}
