Describe 'Export-AmlCheckResult' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $null = New-AmlAksCompute @myaks @network
        $results = Test-AmlAksNetwork @myaks
        $path = [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), [System.IO.Path]::GetRandomFileName())
    }
    AfterAll {
        [System.IO.File]::Delete($path)
        Disconnect-AmlVnet
    }

    It 'writes a test for each result' {
        $results | Export-AmlCheckResult -Format JUnit -Path $path
        ([xml][System.IO.File]::ReadAllText($path)).testsuites.tests | Should -Be $results.Count
    }

    It 'writes JSON that reads back' {
        $results | Export-AmlCheckResult -Format Json -Path $path
        [System.Text.Json.Nodes.JsonNode]::Parse([System.IO.File]::ReadAllText($path)).Count | Should -Be $results.Count
    }

    It 'does not replace a file under -NoClobber' {
        [System.IO.File]::WriteAllText($path, 'mine')
        $results | Export-AmlCheckResult -Format Json -Path $path -NoClobber -ErrorAction SilentlyContinue
        [System.IO.File]::ReadAllText($path) | Should -Be 'mine'
    }
}
