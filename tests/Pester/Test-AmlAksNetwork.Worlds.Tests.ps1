# Every world of the catalogue, as the command sees it, and every recommendation that PowerShell can run, run.
BeforeDiscovery {
    . "$PSScriptRoot/Worlds.ps1"
    $worlds = @(Get-World)
}

BeforeAll {
    . "$PSScriptRoot/World.ps1"
    . "$PSScriptRoot/Worlds.ps1"

    # What is not expected of a world does not fail there.
    function Assert-Result($World, $Result) {
        foreach ($rule in $World.Expect.Keys) {
            $wanted = $World.Expect.$rule -is [string] ? @{ status = $World.Expect.$rule } : $World.Expect.$rule
            $own = @($Result | Where-Object Id -EQ $rule)
            @($own | Where-Object {
                    "$($_.Status)" -eq $wanted.status -and "$($_.Target)" -like "*$($wanted.target)*" -and
                    "$($_.Evidence)" -like "*$($wanted.evidence)*" -and "$($_.Recommendation)" -clike "*$($wanted.recommendation)*"
                }) | Should -Not -BeNullOrEmpty -Because "$rule says:`n$(Show-Result $own)"
            if ($wanted.never) { $own | ForEach-Object { "$($_.Status)" } | Should -Not -Contain $wanted.never }
        }
        $others = $Result |
            Where-Object { $_.Status -eq 'Failed' -and ($World.OnlyThese -or $_.Severity -eq 'Error') -and `
                -not $World.Expect.ContainsKey($_.Id) }
        $others | ForEach-Object { Show-Result $_ } | Should -BeNullOrEmpty
    }
}

AfterAll { Disconnect-AmlVnet }

Describe 'Test-AmlAksNetwork in a world in order' {
    It '<name>: <rule> passes' -ForEach @($worlds | Where-Object { $_.rule -or $_.ContainsKey('good') }) {
        $world = Get-WorldPart -Name $name -Part good
        if ($rule -and -not $world.Expect.ContainsKey($rule)) { $world.Expect.$rule = 'Passed' }
        Enter-World $world
        $arguments = $world.Arguments
        $results = Test-AmlAksNetwork @arguments -All
        Assert-Result $world $results
        if ($rule) { $results | Where-Object Id -EQ $rule | ForEach-Object { "$($_.Status)" } | Select-Object -Unique |
            Should -Be $world.Expect.$rule }
        if ($null -ne $world.Quiet) { Test-AmlAksNetwork @arguments -Quiet | Should -Be $world.Quiet }
    }
}

Describe 'Test-AmlAksNetwork in a broken world' {
    It '<name>: <title>' -ForEach @($worlds | Where-Object { $_.ContainsKey('broken') }) {
        $world = Get-WorldPart -Name $name -Part broken
        Enter-World $world
        $arguments = $world.Arguments
        $results = Test-AmlAksNetwork @arguments -All
        Assert-Result $world $results
        if ($null -ne $world.Quiet) { Test-AmlAksNetwork @arguments -Quiet | Should -Be $world.Quiet }
        if ($remedy.kind -eq 'azureCli') {
            $status = $world.Expect.$rule -is [string] ? $world.Expect.$rule : $world.Expect.$rule.status
            ($results | Where-Object { $_.Id -eq $rule -and $_.Status -eq $status }).Recommendation -join ' ' | Should -BeLike '*az *'
        }
    }
}

Describe 'A recommendation of Test-AmlAksNetwork' {
    It '<name>: when run, the rule passes' -ForEach @($worlds | Where-Object { $_.remedy.kind -in 'plan', 'run', 'create' }) {
        $world = Get-WorldPart -Name $name -Part remedy
        Enter-World $world
        $arguments = $world.Arguments
        $broken = @(Test-AmlAksNetwork @arguments -Rule $rule | Where-Object Status -In 'Failed', 'Warning')
        $broken | Should -Not -BeNullOrEmpty
        foreach ($command in $broken.Recommendation | Select-Object -Unique) {
            $command | Should -Not -BeNullOrEmpty
            $made = @(Invoke-Expression "$command -ErrorAction Stop")[-1]
        }

        $after = switch ($remedy.kind) {
            'run' { Test-AmlAksNetwork @arguments -All }
            'create' { Test-AmlAksNetwork -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name planned }
            'plan' {
                $made.IsUsable | Should -BeTrue
                if (-not $world.Scenario) { $made | Test-AmlAksNetwork -All; break }
                foreach ($one in 'ServiceCidr', 'DnsServiceIP', 'DockerBridgeCidr') { $arguments.$one = $made.$one }
                Test-AmlAksNetwork @arguments -All
            }
        }

        $own = @($after | Where-Object Id -EQ $rule)
        $own | Should -Not -BeNullOrEmpty
        $own | ForEach-Object { "$($_.Status)" } | Select-Object -Unique | Should -Be ($remedy.ends ?? 'Passed') -Because (Show-Result $own)
        # A compute that was just made has its rights and its private endpoint yet to come.
        if ($remedy.kind -eq 'create') { return }
        $left = @($after | Where-Object { $_.Status -eq 'Failed' -and $_.Severity -eq 'Error' -and -not "$($remedy.leaves.($_.Id))" })
        Show-Result $left | Should -BeNullOrEmpty
    }

    It 'makes a cluster that lost its service CIDR anew from a plan' {
        Enter-World (Get-WorldPart -Name AMLVNET-CIDR-013 -Part broken)
        $plan = Invoke-Expression (Test-AmlAksNetwork @myaks -Rule AMLVNET-CIDR-013).Recommendation
        Get-AmlAksCompute @myaks | Remove-AmlAksCompute
        $result = $plan |
            New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name anew -AgentCount 1 `
                -ClusterPurpose DevTest |
            Test-AmlAksNetwork -Rule AMLVNET-CIDR-013
        "$($result.Status)" | Should -Be 'Passed'
    }
}
