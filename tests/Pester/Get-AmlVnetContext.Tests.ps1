Describe 'Get-AmlVnetContext' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    BeforeEach { $context = Connect-AmlVnet -Simulator -VirtualClock }
    AfterAll { Disconnect-AmlVnet }

    It 'emits the sign-in' {
        (Get-AmlVnetContext).IsSimulator | Should -BeTrue
    }

    It 'emits nothing without one' {
        Disconnect-AmlVnet
        Get-AmlVnetContext | Should -BeNullOrEmpty
    }

    It 'gives other commands a context to use' {
        (Get-AmlWorkspace -DefaultProfile $context -ResourceGroupName myworkspacegroup -Name myworkspace).Name | Should -Be 'myworkspace'
    }

    It 'gives parallel runspaces, which have none, a context to use' {
        $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario fleet
        $fleet = Get-AmlVnetContext
        $found = 'fleetworkspace000', 'fleetworkspace001', 'fleetworkspace002' | ForEach-Object -Parallel {
            Import-Module -Name $using:moduleManifest
            if (Get-AmlVnetContext) { throw 'This runspace should have no context.' }
            Get-AmlAksCompute myworkspacegroup $_ -DefaultProfile $using:fleet
        }
        $found.Count | Should -Be 30
    }

    It 'gives <_> a context to use' -ForEach 'Start-ThreadJob', 'ForEach-Object -Parallel -AsJob' {
        $work = {
            Import-Module -Name $using:moduleManifest
            (Get-AmlWorkspace -DefaultProfile $using:context).Name
        }
        $job = if ($_ -eq 'Start-ThreadJob') { Start-ThreadJob -ScriptBlock $work } else { 1..4 | ForEach-Object -Parallel $work -AsJob }
        $job | Receive-Job -Wait -AutoRemoveJob | Select-Object -Unique | Should -Be 'myworkspace'
    }

    It 'says in a runspace that has none what to do, and takes one there' {
        $said = Start-ThreadJob -ArgumentList $moduleManifest, $context {
            param($moduleManifest, $context)
            Import-Module -Name $moduleManifest
            try { Get-AmlWorkspace -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; $_.ErrorDetails.RecommendedAction }
            $null = $context | Set-AmlVnetContext
            (Get-AmlWorkspace).Name
        } | Receive-Job -Wait -AutoRemoveJob
        $said[0] | Should -BeLike 'NotConnected,*'
        $said[1] | Should -BeLike '*Connect-AmlVnet*'
        $said[2] | Should -Be 'myworkspace'
    }

    It 'emits what has no connection after a file or another process, and that is said: <_>' -ForEach 'Export-Clixml', 'ConvertTo-Json',
        'Start-Job' {
        $copy = switch ($_) {
            'Export-Clixml' { Get-AmlVnetContext |
                Export-Clixml -Path "$TestDrive/context.xml"; Import-Clixml -Path "$TestDrive/context.xml" }
            'ConvertTo-Json' { Get-AmlVnetContext | ConvertTo-Json | ConvertFrom-Json }
            'Start-Job' {
                Start-Job -ArgumentList $moduleManifest { Import-Module -Name $args[0]; Connect-AmlVnet -Simulator -VirtualClock } |
                    Receive-Job -Wait -AutoRemoveJob
            }
        }
        Set-AmlSimulator -ClearLog
        $failure = try { Get-AmlWorkspace -DefaultProfile $copy } catch { $_ }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ContextNotLive,*'
        "$($failure.CategoryInfo.Category)" | Should -Be 'AuthenticationError'
        Get-AmlSimulatorLog | Should -BeNullOrEmpty
    }
}
