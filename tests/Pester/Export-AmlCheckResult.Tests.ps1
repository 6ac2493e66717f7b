Describe 'Export-AmlCheckResult' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $null = New-AmlAksCompute @myaks @network
        $script:results = Test-AmlAksNetwork @myaks
        $script:path = [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), [System.IO.Path]::GetRandomFileName())
    }
    AfterAll {
        [System.IO.File]::Delete($script:path)
        Disconnect-AmlVnet
    }

    It 'writes a test for each result' {
        $script:results | Export-AmlCheckResult -Format JUnit -Path $script:path
        ([xml][System.IO.File]::ReadAllText($script:path)).testsuites.tests | Should -Be $script:results.Count
    }

    It 'writes JSON that reads back' {
        $script:results | Export-AmlCheckResult -Format Json -Path $script:path
        [System.Text.Json.Nodes.JsonNode]::Parse([System.IO.File]::ReadAllText($script:path)).Count | Should -Be $script:results.Count
    }

    It 'ends with what was not looked at, in both formats' {
        $unseen = @($script:results | Where-Object Status -EQ 'NotLookedAt').Count
        $script:results | Export-AmlCheckResult -Format JUnit -Path $script:path
        $suite = ([xml][System.IO.File]::ReadAllText($script:path)).testsuites.testsuite[-1]
        $suite.name | Should -Be 'not looked at'
        $suite.skipped | Should -Be $unseen
        $suite.testcase[0].skipped.message | Should -BeLike '*Look with: az aks *'
        $script:results | Export-AmlCheckResult -Format Json -Path $script:path
        $last = ([System.IO.File]::ReadAllText($script:path) | ConvertFrom-Json)[-1]
        $last.status | Should -Be 'NotLookedAt'
        $last.command | Should -Not -BeNullOrEmpty
    }

    It 'takes what came back from a file' {
        $script:results | ConvertTo-Json | ConvertFrom-Json | Export-AmlCheckResult -Format Json -Path $script:path
        [System.Text.Json.Nodes.JsonNode]::Parse([System.IO.File]::ReadAllText($script:path)).Count | Should -Be $script:results.Count
    }

    It 'does not replace a file under -NoClobber' {
        [System.IO.File]::WriteAllText($script:path, 'mine')
        $script:results | Export-AmlCheckResult -Format Json -Path $script:path -NoClobber -ErrorAction SilentlyContinue
        [System.IO.File]::ReadAllText($script:path) | Should -Be 'mine'
    }
}
