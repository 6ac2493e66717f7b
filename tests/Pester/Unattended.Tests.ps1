# Who is there to answer, in processes of their own: at a terminal, and where no answer can come; and Ctrl+C in a script.
BeforeDiscovery {
    . "$PSScriptRoot/Terminal.ps1"
    $gap = Get-TerminalGap
}

Describe 'A question' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        . "$PSScriptRoot/Terminal.ps1"
        $manifest = [System.IO.Path]::GetFullPath($moduleManifest)
        $opening = "Import-Module '$manifest'; `$null = Connect-AmlVnet -Simulator -VirtualClock -Scenario existing-cluster -LogFormat Default"
        $asking = "$TestDrive/asking.ps1"
        Set-Content -Path $asking -Value @"
$opening
`$compute = Get-AmlAksCompute myworkspacegroup myworkspace myaks
foreach (`$ask in
    { `$compute | Grant-AksNetworkContributor -Confirm -ErrorAction Stop },
    { Add-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name twice -ClusterId `$compute.ClusterId -ErrorAction Stop },
    { `$compute | Enable-AmlScoringAccess -SourceAddressPrefix * -ErrorAction Stop },
    { `$compute | Export-AmlReport -Path '$TestDrive/report.html' -Confirm -ErrorAction Stop },
    { `$compute | Test-AmlAksNetwork | Export-AmlCheckResult -Path '$TestDrive/checks.json' -Format Json -Confirm -ErrorAction Stop }) {
    try { `$null = & `$ask } catch { "`$(`$_.FullyQualifiedErrorId.Split(',')[0]) | `$(`$_.ErrorDetails.RecommendedAction)" }
}
'end'
"@
    }
    AfterAll { Disconnect-AmlVnet }

    It 'is an error that names the parameter where <case>' -ForEach @(
        @{ case = 'input is redirected'; redirection = '</dev/null'; switches = @() }
        @{ case = 'input is closed'; redirection = '<&-'; switches = @() }
        @{ case = 'pwsh runs with -NonInteractive'; redirection = ''; switches = @('-NonInteractive') }
    ) -Skip:(-not $IsLinux) {
        $lines = @((Invoke-Unattended (@('-NoProfile') + $switches + @('-File', $asking)) $redirection) -split '\r?\n' -ne '')
        $lines.Count | Should -BeGreaterOrEqual 3 -Because ($lines -join "`n")
        $lines[0] | Should -BeLike 'CannotAsk | *-Confirm:$false*'
        $lines[1] | Should -BeLike 'CannotAsk | *-Force*'
        $lines[2] | Should -BeLike 'CannotAsk | *-Force*'
        $lines[3] | Should -BeLike 'CannotAsk | *-Confirm:$false*'
        $lines[4] | Should -BeLike 'CannotAsk | *-Confirm:$false*'
        $lines[-1] | Should -BeExactly 'end'
    }

    It 'is asked at a terminal whatever variable of a CI service is set' -Skip:([bool]$gap) {
        $run = "$opening; Get-AmlAksCompute myworkspacegroup myworkspace myaks | Grant-AksNetworkContributor -Confirm | Format-List IsChanged"
        $shown = Invoke-OnTerminal @('-NoProfile', '-Command', $run) -Typed @{ After = 'default is "Y"):'; Type = "y`r" } `
            -Environment @{ CI = 'true'; GITHUB_ACTIONS = 'true'; TF_BUILD = 'True' }
        $shown | Should -BeLike '*IsChanged : True*'
    }
}

Describe 'Ctrl+C' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        . "$PSScriptRoot/Terminal.ps1"
        $manifest = [System.IO.Path]::GetFullPath($moduleManifest)
        $script = "Import-Module '$manifest'; `$null = Connect-AmlVnet -Simulator -TimeScale 1; " +
        'New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name myaks -SubnetId ' +
        "$($ids.Subnet) -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16; 'gone on'"
        Set-Content -Path "$TestDrive/waiting.ps1" -Value $script
    }
    AfterAll { Disconnect-AmlVnet }

    It 'prints how to go on in a run of <_>' -ForEach '-File', '-Command' -Skip:([bool]$gap) {
        $shown = Invoke-OnTerminal @('-NoProfile', $_, ($_ -eq '-File' ? "$TestDrive/waiting.ps1" : $script)) `
            -Typed @{ After = 'Creating AKS compute'; Type = "`u{3}" }
        $shown -replace '\s+' | Should -BeLike ("*Towaitforitagain:Wait-AmlOperation-ResourceId'$($ids.Compute)'*" -replace '\s')
        $shown | Should -Not -BeLike '*gone on*'
    }
}
