# What breaks on the way, in a real pwsh: kills, two processes at once, jobs, questions, and the words of errors. The sweep
# (tests/AmlVnet.Sweep.Tests) injects everything at every request.
BeforeAll {
    . "$PSScriptRoot/World.ps1"

    # A pwsh of its own that has the world of a state file. Gives its exit code and what it wrote.
    function Start-Child([string] $StatePath, [string] $Script) {
        $prelude = ". '$PSScriptRoot/World.ps1'; `$null = Connect-AmlVnet -Simulator -VirtualClock -StatePath '$StatePath'; "
        $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
        # Of the dotnet tool it is dotnet with pwsh.dll.
        $library = [Environment]::GetCommandLineArgs()[0]
        if ($library -like '*.dll' -and [Environment]::ProcessPath -notlike '*pwsh*') { $start.ArgumentList.Add($library) }
        foreach ($argument in '-NoProfile', '-NonInteractive', '-Command', ($prelude + $Script)) { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        [System.Diagnostics.Process]::Start($start)
    }

    function Wait-Child($Process) {
        $output, $errors = $Process.StandardOutput.ReadToEndAsync(), $Process.StandardError.ReadToEndAsync()
        $Process.WaitForExit()
        [pscustomobject]@{ ExitCode = $Process.ExitCode; Output = $output.Result.Trim(); Error = $errors.Result.Trim() }
    }

    # A world in a state file, before the command.
    function New-GuardedState([switch] $Internal) {
        $path = New-StatePath
        $file = [System.IO.Path]::GetTempFileName()
        [System.IO.File]::WriteAllText($file, (ConvertTo-Json (Get-GuardedWorld $denyAll -Compute 'wsp/aks1' -Internal:$Internal) -Depth 30))
        $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario $file -StatePath $path
        [System.IO.File]::Delete($file)
        Disconnect-AmlVnet
        $path
    }

    # What the commands of these tests change, without what is made anew each time.
    function Get-Picture {
        $group = "$($ids.Subscription)/resourceGroups/g/providers/Microsoft.Network"
        $rules = (Send-SimulatorRequest GET "$group/networkSecurityGroups/nsg?api-version=2023-09-01").properties.securityRules
        $compute = Get-AmlAksCompute -ResourceGroupName g -WorkspaceName wsp -Name aks1
        $roles = Get-RoleAssignment "$group/virtualNetworks/v/subnets/s"
        @(
            "$($compute.ProvisioningState) $($compute.LoadBalancerType) $($compute.LoadBalancerSubnet)"
            "roles: $(@($roles).Count)"
            $rules | ForEach-Object { "$($_.name) $($_.properties.priority) $($_.properties.access) $($_.properties.provisioningState)" } | Sort-Object
        ) -join "`n"
    }
    $open = "'$($ids.Subscription)/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/wsp/computes/aks1'" +
        ' | Enable-AmlPrivateInference -Confirm:$false -WarningAction SilentlyContinue'
}
AfterAll { Disconnect-AmlVnet }

Describe 'A process that is killed' {
    It 'by SIGKILL at a request leaves what the next one brings to its end' {
        $undisturbed = New-GuardedState
        $killed = [System.Collections.Generic.List[string]]::new()
        try {
            $whole = Wait-Child (Start-Child $undisturbed ("`$DebugPreference = 'Continue'; `$n = 0; $open 5>&1 | ForEach-Object { " +
                    "if (`$_ -is [System.Management.Automation.DebugRecord]) { `$n++ } }; `$n"))
            $whole.Error | Should -BeNullOrEmpty
            $requests = [int]$whole.Output
            $requests | Should -BeGreaterThan 30
            $null = Connect-AmlVnet -Simulator -VirtualClock -StatePath $undisturbed
            $wanted = Get-Picture
            # With AMLVNET_SWEEP=all at each of them.
            $at = if ($env:AMLVNET_SWEEP -eq 'all') { 1..$requests } else { [int]($requests * 0.7) }
            foreach ($k in $at) {
                $path = New-GuardedState
                $killed.Add($path)
                $run = Wait-Child (Start-Child $path ("`$DebugPreference = 'Continue'; `$n = 0; $open 5>&1 | ForEach-Object { " +
                        "if (`$_ -is [System.Management.Automation.DebugRecord] -and ++`$n -eq $k) { [System.Diagnostics.Process]::GetCurrentProcess().Kill() } }"))
                $run.ExitCode | Should -Not -Be 0
                $null = Connect-AmlVnet -Simulator -VirtualClock -StatePath $path
                Set-AmlSimulator -Advance 06:00:00
                $again = Get-Outcome ([scriptblock]::Create($open))
                $again.Error | Should -BeNullOrEmpty -Because "killed at $k"
                Get-Picture | Should -Be $wanted -Because "killed at $k"
            }
        } finally {
            foreach ($path in @($undisturbed) + $killed) { Remove-StateFile $path }
        }
    }
}

Describe 'Two processes at once' {
    It 'do one job once, and neither fails' {
        $alone, $path = (New-GuardedState), (New-GuardedState)
        try {
            (Wait-Child (Start-Child $alone $open)).Error | Should -BeNullOrEmpty
            $null = Connect-AmlVnet -Simulator -VirtualClock -StatePath $alone
            $wanted = Get-Picture
            $both = @(1..2 | ForEach-Object { Start-Child $path "`$ErrorActionPreference = 'Stop'; $open | ForEach-Object IsPrivate" })
            foreach ($run in $both | ForEach-Object { Wait-Child $_ }) {
                $run.Error | Should -BeNullOrEmpty
                $run.Output | Should -Be 'True'
            }
            $null = Connect-AmlVnet -Simulator -VirtualClock -StatePath $path
            Get-Picture | Should -Be $wanted
        } finally {
            Remove-StateFile $alone
            Remove-StateFile $path
        }
    }
}

Describe 'After jobs and Remove-Module' {
    It 'no thread and no timer is left' {
        $path = New-StatePath
        try {
            $run = Wait-Child (Start-Child $path @'
                function Measure-Left {
                    for ($look = 0; $look -lt 50; $look++) {
                        [GC]::Collect(); [GC]::WaitForPendingFinalizers()
                        Start-Sleep -Milliseconds 50
                        $timers = [System.Threading.Timer]::ActiveCount
                        if ($timers -le $script:timers) { break }
                    }
                    $timers
                }
                Remove-Module AmlVnet
                $script:timers = [System.Threading.Timer]::ActiveCount
                $pool = { [System.Threading.ThreadPool]::ThreadCount }
                $counts = foreach ($round in 1..3) {
                    Import-Module $moduleManifest
                    $null = Connect-AmlVnet -Simulator -VirtualClock
                    $job = New-AmlAksCompute @myaks @network -AsJob
                    $null = $job | Wait-Job; $job | Remove-Job
                    Remove-Module AmlVnet
                    $left = Measure-Left
                    "$left $([System.Diagnostics.Process]::GetCurrentProcess().Threads.Count - (& $pool))"
                }
                "$script:timers; $($counts -join '; ')"
'@)
            $run.Error | Should -BeNullOrEmpty
            $before, $rounds = $run.Output -split '; '
            # One that is left by each round would be there three times; PowerShell itself keeps one for jobs.
            [int]($rounds[-1] -split ' ')[0] | Should -BeLessOrEqual ([int]($rounds[0] -split ' ')[0]) -Because $run.Output
            [int]($rounds[-1] -split ' ')[0] | Should -BeLessOrEqual ([int]$before + 1) -Because $run.Output
            # Threads that are not of the pool: as many after the last round as after the first.
            [int]($rounds[-1] -split ' ')[1] | Should -BeLessOrEqual ([int]($rounds[0] -split ' ')[1] + 1) -Because $run.Output
        } finally {
            Remove-StateFile $path
        }
    }
}

Describe 'A creation that failed' {
    BeforeEach {
        Connect-World how-to
        Set-AmlSimulator -Fault @{
            Kind = 'FailOperation'; Method = 'PUT'; ResourceType = 'Microsoft.MachineLearningServices/workspaces/computes'; Times = 1
            Code = 'InternalError'; Message = 'It failed inside.'
        }
        $null = Get-Failure { New-AmlAksCompute @myaks @network } -Id OperationFailed -Says 'It failed inside'
    }

    It 'is taken away and made again after a question' {
        $outcome = Invoke-AtPrompt { New-AmlAksCompute @myaks @network } -Answer Yes
        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Question | Should -HaveCount 1
        $outcome.Question[0] | Should -BeLike "*left '$($ids.Compute)' failed*"
        $outcome.Output[0].ProvisioningState | Should -Be 'Succeeded'
    }

    It 'stays where that is declined' {
        $outcome = Invoke-AtPrompt { Enable-AmlPrivateInference @myaks @network } -Answer No
        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Output | Should -BeNullOrEmpty
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        (Get-AmlAksCompute @myaks).ProvisioningState | Should -Be 'Failed'
    }

    It 'is an error where nobody can answer, and none where the answer was given before' {
        Get-Failure -Outcome (Invoke-AtPrompt { New-AmlAksCompute @myaks @network } -NonInteractive) -Id CannotAsk -Recommends '-Confirm:$false'
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        $outcome = Invoke-AtPrompt { New-AmlAksCompute @myaks @network -Confirm:$false } -NonInteractive
        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Output[0].ProvisioningState | Should -Be 'Succeeded'
    }
}

Describe 'What is said on the way' {
    It 'is progress while a security group is busy' {
        Connect-World (Get-GuardedWorld $denyAll -Compute 'wsp/aks1' -Internal)
        Set-AmlSimulator -Fault @{
            Method = 'PUT'; ResourceType = 'Microsoft.Network/networkSecurityGroups/securityRules'; Times = 9; Status = 409
            Code = 'AnotherOperationInProgress'; Message = 'Another operation on this or dependent resource is in progress.'
        }
        $outcome = Invoke-AtPrompt { Get-AmlAksCompute -ResourceGroupName g -WorkspaceName wsp -Name aks1 | Enable-AmlScoringAccess }
        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Output[0].IsOpen | Should -BeTrue
        @($outcome.Progress | Where-Object StatusDescription -Like '*being changed by somebody else*') | Should -Not -BeNullOrEmpty
    }

    It 'names what was done and what may have been, with the command that goes on, and that command works' {
        Connect-World (Get-GuardedWorld $denyAll -Compute 'wsp/aks1')
        Set-AmlSimulator -Fault @{
            Kind = 'FailOperation'; Method = 'PUT'; ResourceType = 'Microsoft.MachineLearningServices/workspaces/computes'; Times = 1
            Code = 'InternalError'; Message = 'It failed inside.'
        }
        $compute = Get-AmlAksCompute -ResourceGroupName g -WorkspaceName wsp -Name aks1
        $failure = Get-Failure { $compute | Enable-AmlPrivateInference -WarningAction SilentlyContinue } `
            -Id OperationFailed -Says 'It failed inside', 'aks1', 'Done: Grant', 'one: Set the load balancer of aks1'
        $goesOn = ($failure.ErrorDetails.RecommendedAction -split "`n")[-1]
        $goesOn | Should -BeLike 'Enable-AmlPrivateInference *'
        $outcome = & ([scriptblock]::Create("$goesOn -WarningAction SilentlyContinue"))
        $outcome.IsPrivate | Should -BeTrue
    }

    It 'of a removal whose answer was lost is nothing: it is followed' {
        Connect-World existing-cluster
        Set-AmlSimulator -Fault @{ Kind = 'LostAnswer'; Method = 'DELETE'; Status = 503; Times = 1 }
        $outcome = Get-Outcome { Remove-AmlAksCompute @myaks -PassThru -WarningAction SilentlyContinue }
        $outcome.Error | Should -BeNullOrEmpty
        @(Get-AmlSimulatorLog -WriteOnly).Status | Should -Be 503, 409
        Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace | Should -BeNullOrEmpty
    }

    It 'of a rule whose write failed is written again' {
        Connect-World (Get-GuardedWorld $denyAll -Compute 'wsp/aks1' -Internal)
        $rules = 'Microsoft.Network/networkSecurityGroups/securityRules'
        Set-AmlSimulator -Fault @{ Kind = 'FailOperation'; Method = 'PUT'; ResourceType = $rules; Times = 1; Code = 'InternalError'; Message = 'It failed.' }
        $compute = Get-AmlAksCompute -ResourceGroupName g -WorkspaceName wsp -Name aks1
        $null = Get-Failure { $compute | Enable-AmlScoringAccess } -Id OperationFailed -Says 'It failed.' -Recommends 'Enable-AmlScoringAccess'
        $outcome = Get-Outcome { $compute | Enable-AmlScoringAccess }
        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Output[0].IsOpen | Should -BeTrue
        @(Get-AmlSimulatorLog -WriteOnly) | Should -Not -BeNullOrEmpty
    }

    It 'ends with the limit: <Name>' -ForEach @(
        @{ Name = 'Enable-AmlPrivateInference'; Command = { Enable-AmlPrivateInference @myaks @network -TimeoutSeconds 120 } }
        @{ Name = 'Set-AmlAksLoadBalancer'; Command = { Set-AmlAksLoadBalancer -ResourceId $ids.Compute -Type PublicIp -TimeoutSeconds 120 } }
    ) {
        Connect-World how-to
        $null = New-AmlAksCompute @myaks @network -NoWait
        $failure = Get-Failure $Command -Category OperationTimeout -Says 'myaks'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'Wait-AmlOperation|TimeoutSeconds'
    }
}
