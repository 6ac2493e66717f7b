Describe 'Export-AmlCheckResult' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $path = "$TestDrive/out"

        # A result of each kind; the members have no public setter.
        function New-Result([string] $Status, [string] $Severity, [string] $Target, [string] $Evidence) {
            $result = [AmlVnet.CheckResult]::new()
            $values = @{
                Id = "AMLVNET-$Status"; Title = 'A <title> & more'; Severity = [AmlVnet.CheckSeverity]$Severity;
                    Status = [AmlVnet.CheckStatus]$Status
                Target = $Target; Evidence = $Evidence
            }
            foreach ($name in $values.Keys) { [AmlVnet.CheckResult].GetProperty($name).SetValue($result, $values.$name) }
            $result
        }

        $results = @(
            New-Result Passed Error /a 'fine'
            New-Result Failed Error /a "10.0.0.0/16 overlaps`a 10.0.0.0/8"
            New-Result Failed Information /a 'worth knowing'
            New-Result Warning Warning /b 'near'
            New-Result Unknown Error /b 'could not be read'
            New-Result NotApplicable Error /b 'not here'
            New-Result Failed Warning /b 'soon'
        )

        function Read-JUnit { ([xml](Get-Content -Raw -Path $path)).testsuites }
        function Read-Json { [System.Text.Json.Nodes.JsonNode]::Parse((Get-Content -Raw -Path $path)) }
    }
    BeforeEach { Remove-Item -Path $path -ErrorAction Ignore }
    AfterAll { Disconnect-AmlVnet }

    It 'writes JUnit that counts failures and skips' {
        $results | Export-AmlCheckResult -Format JUnit -Path $path
        $root = Read-JUnit
        $root.tests, $root.failures, $root.skipped | Should -Be '7', '2', '2'
        $root.testsuite.name | Should -Be '/a', '/b'
        $failures = @($root.SelectNodes('//failure'))
        $failures.type | Should -Be 'Error', 'Warning'
        $failures[0].message | Should -Be '10.0.0.0/16 overlaps 10.0.0.0/8'
        $root.SelectNodes('//testcase')[0].name | Should -Be 'AMLVNET-Passed A <title> & more'
        @($root.SelectNodes('//skipped').message) -like '*could not be read*' | Should -Not -BeNullOrEmpty
    }

    It 'writes every member as JSON, and passes on with -PassThru' {
        @($results | Export-AmlCheckResult -Format Json -Path $path -PassThru).Count | Should -Be 7
        $json = Read-Json
        $json.Count | Should -Be 7
        "$($json[1]['status'])" | Should -Be 'Failed'
        "$($json[6]['severity'])" | Should -Be 'Warning'
        ($json[0].ToJsonString() | ConvertFrom-Json).psobject.Properties.Name.Count |
            Should -Be ([AmlVnet.CheckResult].GetProperties().Count)
    }

    It 'takes copies that came from <_>' -ForEach 'Import-Clixml', 'ConvertFrom-Json' {
        $copies = if ($_ -eq 'Import-Clixml') {
            $results | Export-Clixml -Path "$TestDrive/results.xml"
            Import-Clixml -Path "$TestDrive/results.xml"
        } else {
            $results | ConvertTo-Json | ConvertFrom-Json
        }
        $copies | Export-AmlCheckResult -Format Json -Path $path
        $json = Read-Json
        $json.Count | Should -Be 7
        "$($json[1]['status'])", "$($json[1]['severity'])" | Should -Be 'Failed', 'Error'
    }

    It 'refuses what is no result' {
        'text' | Export-AmlCheckResult -Format Json -Path $path -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.Count | Should -Be 1
    }

    It 'writes a file of no tests where there are none' {
        Export-AmlCheckResult -InputObject @() -Format JUnit -Path $path
        (Read-JUnit).tests | Should -Be '0'
    }

    It 'keeps a file under -WhatIf and -NoClobber' {
        Set-Content -NoNewline -Path $path -Value mine
        $results | Export-AmlCheckResult -Format Json -Path $path -WhatIf
        $results | Export-AmlCheckResult -Format Json -Path $path -NoClobber -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'FileExists,*'
        Get-Content -Raw -Path $path | Should -Be 'mine'
    }

    It 'gives one error for a path that is no file''s, and passes the results on: <says>' -ForEach @(
        @{ to = 'TestDrive:/absent/file'; says = 'absent' }
        @{ to = 'env:\out'; says = 'Environment' }
        @{ to = 'variable:out'; says = 'Variable' }
        @{ to = 'nodrive:\out'; says = 'nodrive' }
        @{ to = "out`0put"; says = 'null character' }
    ) {
        $passed = @($results | Export-AmlCheckResult -Format Json -PassThru -Path $to -ErrorAction SilentlyContinue -ErrorVariable problem)
        $passed.Count | Should -Be 7
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -Be 'FileNotWritten,AmlVnet.Cmdlets.ExportAmlCheckResultCommand'
        "$($problem[0])" | Should -BeLike "*$says*"
    }

    It 'exports what the checks find' {
        $found = @(Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24 `
            -ServiceCidr 10.1.0.0/16 -DnsServiceIP 10.1.0.10 |
                Export-AmlCheckResult -Format JUnit -Path $path -PassThru)
        $root = Read-JUnit
        $root.SelectNodes('//testcase').Count | Should -Be $found.Count
        $root.SelectNodes('//failure').Count | Should -BeGreaterThan 0
    }

    It 'ends with what was not looked at, in both formats' {
        $null = New-AmlAksCompute @myaks @network
        $found = Test-AmlAksNetwork @myaks
        $unseen = @($found | Where-Object Status -EQ 'NotLookedAt').Count
        $found | Export-AmlCheckResult -Format JUnit -Path $path
        $suite = ([xml][System.IO.File]::ReadAllText($path)).testsuites.testsuite[-1]
        $suite.name | Should -Be 'not looked at'
        $suite.skipped | Should -Be $unseen
        $suite.testcase[0].skipped.message | Should -BeLike '*Look with: az aks *'
        $found | Export-AmlCheckResult -Format Json -Path $path
        $last = ([System.IO.File]::ReadAllText($path) | ConvertFrom-Json)[-1]
        $last.status | Should -Be 'NotLookedAt'
        $last.command | Should -Not -BeNullOrEmpty
    }
}
