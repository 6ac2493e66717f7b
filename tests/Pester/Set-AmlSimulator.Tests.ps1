Describe 'Set-AmlSimulator' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    BeforeEach { $null = Connect-AmlVnet -Simulator -VirtualClock }
    AfterAll { Disconnect-AmlVnet }

    It 'emits nothing without -PassThru' {
        Set-AmlSimulator -RoleAssignmentDelay 0 | Should -BeNullOrEmpty
    }

    It 'moves the clock' {
        $before = (Set-AmlSimulator -ClearLog -PassThru).Time
        $after = (Set-AmlSimulator -Advance 01:00:00 -PassThru).Time
        ($after - $before).TotalMinutes | Should -BeGreaterThan 59
    }

    It 'makes a request fail' {
        Set-AmlSimulator -Fault @{ Method = 'GET'; ResourceType = 'Microsoft.MachineLearningServices/workspaces'; Status = 403;
            Code = 'AuthorizationFailed' }
        Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace -ErrorAction SilentlyContinue -ErrorVariable problem |
            Should -BeNullOrEmpty
        "$($problem[0])" | Should -BeLike '*AuthorizationFailed*'
    }

    It 'names a place outside Azure in every header, and the chain goes on without it: <_>' -ForEach 'ForeignLocation', 'ForeignOperation' {
        Set-AmlSimulator -Fault @{ Kind = $_; Method = 'PUT' }, @{ Kind = $_; Method = 'DELETE' }
        $told = New-AmlAksCompute @myaks @network -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        "$told" | Should -BeLike '*Location leads to https://eastus2.rp.simulator.invalid:443 and is ignored*'
        $switched = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        $switched.IsPrivate | Should -BeTrue
        Get-AmlAksCompute @myaks | Enable-AmlPrivateInference | ForEach-Object IsPrivate | Should -BeTrue
        Remove-AmlAksCompute @myaks -PassThru -WarningAction SilentlyContinue | Should -BeTrue
        { Get-AmlAksCompute @myaks -ErrorAction Stop } | Should -Throw -ErrorId 'ResourceNotFound,*'
    }

    It 'goes on without it with what a poll answers, too' {
        Set-AmlSimulator -Fault @{ Kind = 'ForeignOperation'; ResourceType = 'operations' }
        $waiting = New-AmlAksCompute @myaks @network -NoWait
        ($waiting | Wait-AmlOperation).ProvisioningState | Should -Be 'Succeeded'
    }

    It 'makes an operation fail half-way, and the chain can be run again' {
        Set-AmlSimulator -Fault @{
            Method = 'PUT'; ResourceType = 'Microsoft.MachineLearningServices/workspaces/computes'; Nth = 2; Times = 1
            Kind = 'FailOperation'; Code = 'InternalServerError'; Message = 'Rehearsed.'
        }
        $chain = { New-AmlAksCompute @myaks @network | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer }
        $first = @(& $chain 2>&1)
        $first.Count | Should -Be 1
        $first[0] | Should -BeOfType 'System.Management.Automation.ErrorRecord'
        $first[0].FullyQualifiedErrorId | Should -BeLike 'OperationFailed,*'
        "$($first[0])" | Should -BeLike '*Rehearsed.*'
        (& $chain).IsPrivate | Should -BeTrue
    }

    It 'takes rights from the caller' {
        $created = New-AmlAksCompute @myaks @network
        Set-AmlSimulator -CallerNotAction 'Microsoft.Authorization/roleAssignments/write'
        $created | Grant-AksNetworkContributor -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        "$($problem[0].CategoryInfo.Category)" | Should -Be 'PermissionDenied'
        "$($problem[0])" | Should -BeLike '*Microsoft.Authorization/roleAssignments/write*'
    }

    It 'refuses <arguments>' -ForEach @(
        @{ arguments = "-Fault @{ Metod = 'PUT' }"; says = 'Metod' }
        @{ arguments = '-Setting @{ nosuch = 1 }'; says = 'nosuch' }
        @{ arguments = '-Scenario nosuch'; says = 'nosuch' }
        @{ arguments = "-Fault @{ Kind = 'Nope' }"; says = 'FailOperation' }
        @{ arguments = '-Fault @{ Nth = 0 }'; says = "'nth'" }
        @{ arguments = "-Setting @{ caller = @{ notaction = 'x' } }"; says = 'notaction' }
        @{ arguments = '-Advance -00:05:00'; says = '-Advance' }
        @{ arguments = '-Advance 40000.00:00:00'; says = 'ten years' }
        @{ arguments = '-PrincipalDelay -00:05:00'; says = '-PrincipalDelay' }
        @{ arguments = '-RoleAssignmentDelay -00:05:00'; says = '-RoleAssignmentDelay' }
    ) {
        $problem = @(Invoke-Expression "Set-AmlSimulator $arguments 2>&1")
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidValue,*'
        "$($problem[0])" | Should -BeLike "*$says*"
        "$($problem[0])" | Should -Not -Match '\(Parameter|System\.'
    }

    It 'takes a setting in any case' {
        (Set-AmlSimulator -Setting @{ AssignmentSeconds = 3 } -PassThru).Setting['assignmentSeconds'] | Should -Be '3'
    }

    It 'does not tell a secret' {
        $said = Set-AmlSimulator -Setting @{ ClientSecret = 'S3CRET'; identityHeader = 'S3CRET' } -Verbose 4>&1
        "$said" | Should -Match '\*\*\*'
        "$said" | Should -Not -Match 'S3CRET'
    }

    It 'leaves the world alone when a scenario is refused' {
        Set-AmlSimulator -Scenario nosuch -ErrorAction SilentlyContinue
        (Get-AmlWorkspace).Name | Should -Be 'myworkspace'
    }

    It 'changes nothing where a part is refused: <_>' -ForEach @(
        "-Fault @{ Id = 'good' }, @{ Nth = 0 }"
        "-Fault @{ Id = 'good' } -ClearLog -Advance -00:05:00"
        '-Scenario fleet -Fault @{ Nth = 0 }'
    ) {
        $null = Set-AmlSimulator -Setting @{ pageSize = 7 } -ClearLog
        $null = Get-AmlWorkspace
        Invoke-Expression ("Set-AmlSimulator -PrincipalDelay 00:00:05 -CallerNotAction x -Setting @{ coreQuota = 3 } $_ " +
            '-ErrorAction SilentlyContinue')
        $now = Set-AmlSimulator -PassThru
        $now.Setting['principalSeconds'], $now.Setting['coreQuota'], $now.Setting['pageSize'] | Should -Be '60', '10000', '7'
        $now.Setting.ContainsKey('caller') | Should -BeFalse
        $now.Fault.Count | Should -Be 0
        @(Get-AmlSimulatorLog).Count | Should -Be 1
        @(Get-AmlWorkspace).Count | Should -Be 1
    }

    It 'changes nothing under -WhatIf' {
        $null = New-AmlAksCompute @myaks @network
        Set-AmlSimulator -Scenario how-to -WhatIf
        (Get-AmlWorkspace | Get-AmlAksCompute).Name | Should -Be 'myaks'
    }

    It 'has every world and every setting in about_AmlVnet_Simulator' {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $page = Get-Content -Raw -Path "$PSScriptRoot/../../docs/en-US/about_AmlVnet_Simulator.md"
        $line = 'Connect-AmlVnet -Simulator -Scenario '
        $worlds = @((TabExpansion2 $line $line.Length).CompletionMatches.Where{ $_.ResultType -eq 'ParameterValue' }.CompletionText)
        $settings = @((Set-AmlSimulator -PassThru).Setting.Keys)
        $worlds.Count | Should -BeGreaterThan 10
        $settings.Count | Should -BeGreaterThan 15
        $worlds + $settings | Where-Object { $page -notmatch "``$([regex]::Escape($_))``" } | Should -BeNullOrEmpty
    }
}
