# The whole job in sessions that are set up otherwise: in five cultures, under strict mode, with every error ending the script.
BeforeDiscovery {
    $cultures = 'en-US', 'de-DE', 'tr-TR', 'ar-SA', 'th-TH'
}

Describe 'In another session' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"

        # What the job gives and says, without what differs from world to world.
        function Get-Job {
            $null = Connect-AmlVnet -Simulator -VirtualClock
            Set-AmlSimulator -ClearLog
            $outcome = Get-Outcome {
                $plan = New-AmlAksNetworkPlan -SubnetId $ids.Subnet
                $plan
                $plan | Test-AmlAksNetwork
                $private = New-AmlAksCompute @myaks @network | Grant-AksNetworkContributor |
                    Set-AmlAksLoadBalancer -Type InternalLoadBalancer
                $private
                $private | Test-AmlAksNetwork
                $private | Test-AmlAksNetwork | Export-AmlCheckResult -Format JUnit -Path "$TestDrive/out.xml"
                Get-Content -Raw -Path "$TestDrive/out.xml"
                New-AmlAksCompute @myaks -AgentCount 7
                New-AmlAksCompute @myaks -ServiceCidr 10.0.0.1/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 `
                    -SubnetId $ids.Subnet
                Get-AmlSimulatorLog -WriteOnly
            }
            $text = @(
                $outcome.Output | ConvertTo-Json -Depth 4 -WarningAction Ignore
                $outcome.Error | ForEach-Object { "$_ $($_.ErrorDetails.RecommendedAction) $($_.FullyQualifiedErrorId)" }
                $outcome.Verbose
                $outcome.Warning
            ) -join "`n"
            # Names that Azure makes up, times, and the ids of clients.
            $text -replace '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'GUID' -replace '(?<=myaks)[-0-9a-z]{6,}', '' `
                -replace 'T?\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?', 'TIME' -replace '20\d\d-\d\d-\d\d', 'DATE' -replace '\d+ ms', 'MS'
        }

        $before = [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture
        $rendering = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
        [cultureinfo]::CurrentCulture = [cultureinfo]::InvariantCulture
        # The first creation of a session says once what the status of the route is.
        $null = Get-Job
        $expected = Get-Job
    }
    AfterAll {
        [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture = $before
        $PSStyle.OutputRendering = $rendering
        Disconnect-AmlVnet
    }

    It 'of the culture <_> the job gives and says the same' -ForEach $cultures {
        $expected | Should -BeLike '*"IsPrivate": true*'
        $expected | Should -BeLike '*ComputeDiffers*'
        try {
            [cultureinfo]::CurrentCulture = [cultureinfo]::CurrentUICulture = $_
            $lines = (Get-Job) -split "`n"
        } finally {
            [cultureinfo]::CurrentCulture = [cultureinfo]::InvariantCulture
        }

        $wanted = $expected -split "`n"
        $lines.Count | Should -Be $wanted.Count
        for ($i = 0; $i -lt $lines.Count; $i++) { $lines[$i] | Should -BeExactly $wanted[$i] }
    }

    It 'of the culture <_> a table shows the years of everybody' -ForEach $cultures {
        try {
            $null = Connect-AmlVnet -Simulator -VirtualClock
            [cultureinfo]::CurrentCulture = [cultureinfo]::CurrentUICulture = $_
            $year = (Set-AmlSimulator -PassThru).Time.UtcDateTime.Year
            $operation = New-AmlAksCompute @myaks @network -NoWait
            $operation | Out-String -Width 120 | Should -Match "$year-\d\d-\d\d \d\d:\d\d"
            Get-AmlSimulatorLog -Last 1 | Out-String -Width 120 | Should -Match ' \d\d:\d\d:\d\d '
        } finally {
            [cultureinfo]::CurrentCulture = [cultureinfo]::InvariantCulture
        }
    }

    It 'under strict mode the job runs, and every result prints in a table and a list of <_> columns' -ForEach 80, 120 {
        Set-StrictMode -Version Latest
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $private = New-AmlAksCompute @myaks @network | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        $all = @(
            Get-AmlVnetContext; Get-AmlWorkspace; $private; New-AmlAksNetworkPlan -SubnetId $ids.Subnet; $private | Get-AksClusterIdentity
            $private | Get-AmlAksEndpoint; $private | Test-AmlAksEndpoint; $private | Test-AmlAksNetwork; $private |
                Enable-AmlPrivateInference
            $private | Grant-AksNetworkContributor; Get-AmlSimulatorLog; Set-AmlSimulator -PassThru
            $private | Disable-AmlScoringAccess;
                New-AmlAksCompute myworkspacegroup myworkspace another @network -NoWait -WarningAction SilentlyContinue
        )
        foreach ($one in $all) {
            foreach ($shown in ($one | Format-Table | Out-String -Width $_), ($one | Format-List | Out-String -Width $_)) {
                $shown.Trim() | Should -Not -BeNullOrEmpty
                $shown | Should -Not -BeLike '*#ERR*'
                ($shown -split '\r?\n' | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual $_
            }
        }
    }

    It 'where every error ends the script, the job runs to its end, and a failure ends it at the command that failed' {
        $ErrorActionPreference = 'Stop'
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $reached = @()
        $failure = try {
            $private = New-AmlAksCompute @myaks @network | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
            $reached += 'private'
            $null = $private | Test-AmlAksNetwork
            $private | Test-AmlAksNetwork -Quiet | Should -BeTrue
            $reached += 'tested'
            New-AmlAksCompute @myaks -AgentCount 7
            $reached += 'too far'
        } catch {
            $_
        }
        $reached | Should -Be 'private', 'tested'
        $failure.FullyQualifiedErrorId | Should -BeLike 'ComputeDiffers,AmlVnet.Cmdlets.NewAmlAksComputeCommand'
    }

    It 'of Tab completion every command offers its parameters and the values of its enumerations' {
        foreach ($command in Get-Command -Module AmlVnet) {
            @(Get-Completion $command.Name.Substring(0, $command.Name.Length - 1)).CompletionText | Should -Contain $command.Name
            $offered = @(Get-Completion "$($command.Name) -").CompletionText
            foreach ($parameter in $command.Parameters.Values) {
                $name = "-$($parameter.Name)"
                $offered | Should -Contain $name -Because $command.Name
                if (-not $parameter.ParameterType.IsEnum -or $parameter.ParameterType.Namespace -ne 'AmlVnet') { continue }
                $values = @(Get-Completion "$($command.Name) $name ").CompletionText
                [enum]::GetNames($parameter.ParameterType) | Where-Object { $_ -notin $values } | Should -BeNullOrEmpty -Because "$($command.Name) $name"
            }
        }
    }
}
