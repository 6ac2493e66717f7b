# What users copy, run as it stands: the examples of the help pages, the scripts of docs/examples, the guides, and README.
BeforeDiscovery {
    . "$PSScriptRoot/ExampleWorlds.ps1"
    $examples = Get-ChildItem -Path "$documents/en-US/*-*.md" | ForEach-Object { Get-Example $_.FullName }
    $run = @($examples | Where-Object { $_.world })
    $pages = @($examples | ForEach-Object { $_.page } | Sort-Object -Unique | ForEach-Object { @{ page = $_ } })
    $scripts = @(Get-ChildItem -Path "$documents/examples/*.ps1" | ForEach-Object { @{ script = $_.Name } })
}

Describe 'Examples' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        . "$PSScriptRoot/ExampleWorlds.ps1"
        $all = Get-ChildItem -Path "$documents/en-US/*-*.md" | ForEach-Object { Get-Example $_.FullName }

        # Runs a text as a script of its own would be run, and gives what it emitted; any error fails the test.
        function Invoke-Text([string] $Code) {
            $problems = $null
            $script = [scriptblock]::Create("Set-StrictMode -Version Latest`n$Code")
            $emitted = Invoke-Command -ScriptBlock $script -NoNewScope -ErrorVariable problems -ErrorAction Continue -WarningAction SilentlyContinue 2>$null
            $problems | ForEach-Object { "$($_.FullyQualifiedErrorId): $_" } | Should -BeNullOrEmpty
            $emitted
        }

        # The steps of a guide, but for those that need Azure or a module that is not here; the contract tests bind them.
        function Get-GuideStep([string] $Guide) {
            Get-Fence "$documents/guides/$Guide" | Where-Object { $_ -notmatch 'Get-Az|Connect-AmlVnet' }
        }

        function Connect-GuideWorld([string] $Guide) {
            switch ($Guide) {
                'create-private-cluster.md' { Connect-World }
                'open-endpoint.md' { Connect-World 'locked-down' }
                'hub-and-spoke.md' { Connect-World 'hub-and-spoke' }
                'kubernetes-private-inference.md' { Connect-World 'kubernetes' }
                'move-to-kubernetes.md' { Connect-World 'migration' }
                default { Connect-World 'existing-cluster' }
            }
        }

        $runbookArguments = @{
            ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'myaks'; SubnetId = $ids.Subnet
            ServiceCidr = '10.0.0.0/16'; DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16'
        }
    }
    BeforeEach { Push-Location -LiteralPath $TestDrive }
    AfterEach {
        Pop-Location
        Get-ChildItem -LiteralPath $TestDrive | Remove-Item -Recurse -Force
    }
    AfterAll { Disconnect-AmlVnet -ErrorAction Ignore }

    It 'runs as it stands: <name>' -ForEach $run {
        . $exampleWorlds[$world]
        $null = Invoke-Text $code
    }

    It 'has an example that runs: <page>' -ForEach $pages {
        @($all | Where-Object { $_.page -eq $page -and $_.world }) | Should -Not -BeNullOrEmpty
    }

    It 'knows no example that is not there' {
        $known = @($exampleWorldOf.Keys) + $exampleOnlyBound
        $known | Where-Object { $_ -notin $all.name } | Should -BeNullOrEmpty
    }

    It 'runs twice and changes nothing the second time: <script>' -ForEach $scripts {
        Connect-World $(switch ($script) {
                { $_ -in 'private-inference.ps1', 'runbook.ps1' } { 'how-to' }
                'kubernetes-private-inference.ps1' { 'kubernetes' }
                'move-to-kubernetes.ps1' { 'migration' }
                default { 'existing-cluster' }
            })
        $arguments = if ($script -eq 'runbook.ps1') { $runbookArguments } else { @{} }
        $null = & "$documents/examples/$script" @arguments -WarningAction SilentlyContinue
        Set-AmlSimulator -ClearLog
        $null = & "$documents/examples/$script" @arguments -WarningAction SilentlyContinue
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }

    It 'goes private with the script of README' {
        Connect-World
        $first = @(& "$documents/examples/private-inference.ps1")[-1]
        $second = @(& "$documents/examples/private-inference.ps1")[-1]
        $first.Name | Should -Be 'myaks'
        $first.IsPrivate | Should -BeTrue
        $first.ScoringIPAddress | Should -BeLike '10.1.0.*'
        $second.ScoringIPAddress | Should -Be $first.ScoringIPAddress
        $second.ModifiedOn | Should -Be $first.ModifiedOn
    }

    It 'shows the same pipeline everywhere' {
        $pipeline = [regex]::Match(
            (Get-Content -Raw -LiteralPath "$documents/examples/private-inference.ps1"), '(?s)Get-AmlWorkspace -ResourceGroupName.*$').Value.TrimEnd()
        $pipeline | Should -BeLike '*Set-AmlAksLoadBalancer -Type InternalLoadBalancer'
        foreach ($page in "$documents/../README.md", "$documents/guides/create-private-cluster.md") {
            (Get-Content -Raw -LiteralPath $page).Contains($pipeline) | Should -BeTrue -Because $page
        }
    }

    It 'goes private with the one command of <_>' -ForEach '../README.md', 'guides/create-private-cluster.md' {
        Connect-World
        $code = @(Get-Fence "$documents/$_" | Where-Object { $_ -match 'Enable-AmlPrivateInference' })
        $code | Should -HaveCount 1
        @(Invoke-Text $code[0])[-1].IsPrivate | Should -BeTrue
    }

    It 'starts a cluster that can go private: <_>' -ForEach 'pipelines.md', 'runbooks.md' {
        Connect-World
        $code = @(Get-Fence "$documents/guides/$_" | Where-Object { $_ -match 'New-AmlAksCompute' })
        $code | Should -HaveCount 1
        # What keeps the operation is the job's own: the last line of the block.
        $start = $code[0].Substring(0, $code[0].LastIndexOf("`n"))
        @(Invoke-Text "$start`n`$operation | Wait-AmlOperation | Enable-AmlPrivateInference")[-1].IsPrivate | Should -BeTrue
    }

    It 'gives <command> of <guide> something to do' -ForEach @(
        @{ guide = 'undo.md'; command = 'Disable-AmlPrivateInference' }
        @{ guide = 'open-endpoint.md'; command = 'Enable-AmlScoringAccess' }
        @{ guide = 'open-endpoint.md'; command = '-SourceAddressPrefix' }
        @{ guide = 'open-endpoint.md'; command = '-Profile All' }
    ) {
        Connect-GuideWorld $guide
        $found = $false
        foreach ($step in Get-GuideStep $guide) {
            Set-AmlSimulator -ClearLog
            $null = . ([scriptblock]::Create($step)) 3>$null
            $found = $step.Contains($command)
            if ($found) { break }
        }
        $found | Should -BeTrue
        Get-AmlSimulatorLog -WriteOnly | Should -Not -BeNullOrEmpty
    }

    It 'goes on with the runbook from the token alone, and then changes nothing' {
        Connect-World
        $operation = New-AmlAksCompute @runbookArguments -NoWait
        $first = @(& "$documents/examples/runbook.ps1" @runbookArguments -OperationToken $operation.Token)
        $again = @(& "$documents/examples/runbook.ps1" @runbookArguments)
        $first[-1].Step | Should -Be 'Done'
        $first[-1].IsPrivate | Should -BeTrue
        $first[-1].IsChanged | Should -BeTrue
        $again[-1].IsChanged | Should -BeFalse
    }

    It 'shows the token and the result of the runbook' {
        Connect-World
        $shown = & "$documents/examples/runbook.ps1" @runbookArguments | Out-String -Width 200
        $shown = $shown -replace '\e\[[\d;]*m'
        $token = [regex]::Match($shown, '(?m)^OperationToken: (\S+)').Groups[1].Value
        Get-AmlOperation -Token $token | Should -HaveCount 1
        $shown | Should -Match '(?m)^IsPrivate +: True\s*$'
        $shown | Should -Match '(?m)^ScoringIPAddress +: 10\.1\.0\.\d+\s*$'
        $shown | Should -Match '(?m)^FailedChecks +: \{.*\}\s*$'
    }
}
