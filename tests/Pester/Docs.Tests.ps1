# What the documents show is what the module does: "dotnet run --project build -- docs" writes it again. docs/reports are compared in
# Export-AmlReport.Tests.ps1.
BeforeDiscovery {
    . "$PSScriptRoot/Terminal.ps1"
    $terminalGap = Get-TerminalGap
    if ($terminalGap) { Write-Warning "docs/pictures/terminal.svg is not compared: it $terminalGap." }
    $guides = @(Get-ChildItem -Path "$PSScriptRoot/../../docs/guides/*.md" |
            Where-Object { Select-String -LiteralPath $_.FullName -Pattern '^```output( fails)?$' -Quiet } | ForEach-Object { @{ Name = $_.Name } })
}

Describe 'What the documents show' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $root = "$PSScriptRoot/../.."
        $again = 'the module shows something else now. Write it again: dotnet run --project build -- docs'
        & "$root/build/guides.ps1" -Module $moduleManifest -Folder "$TestDrive/guides"
    }

    It 'is what a run shows, under the commands of <Name>' -ForEach $guides {
        $there = (Get-Content -Raw -LiteralPath "$root/docs/guides/$Name") -replace "`r"
        Get-Content -Raw -LiteralPath "$TestDrive/guides/$Name" | Should -BeExactly $there -Because $again
    }

    # Each is run from top to bottom on the way; an error ends the run, but where the page shows it.
    It 'is in the guide to every job' {
        $jobs = 'attach-cluster', 'create-private-cluster', 'dns-and-tls', 'how-to-step-by-step', 'hub-and-spoke', 'kubernetes-private-inference',
            'move-to-kubernetes', 'open-endpoint', 'rights', 'simulator', 'troubleshooting', 'undo'
        $jobs | Where-Object { $_ -notin (Get-ChildItem -Path "$TestDrive/guides").BaseName } | Should -BeNullOrEmpty
    }

    It 'is what pwsh shows on a terminal' -Skip:([bool]$terminalGap) {
        & "$root/build/terminal.ps1" -Module $moduleManifest -Path "$TestDrive/terminal.svg"
        Get-Content -Raw -LiteralPath "$TestDrive/terminal.svg" |
            Should -BeExactly ((Get-Content -Raw -LiteralPath "$root/docs/pictures/terminal.svg") -replace "`r") -Because $again
    }

    It 'is a picture of the report that is there' {
        $hash, $name = (Get-Content -LiteralPath "$root/docs/pictures/report.sha256") -split '  '
        $text = (Get-Content -Raw -LiteralPath "$root/docs/pictures/$name") -replace "`r"
        [System.Convert]::ToHexStringLower([System.Security.Cryptography.SHA256]::HashData([System.Text.Encoding]::UTF8.GetBytes($text))) |
            Should -Be $hash -Because $again
    }

    It 'is drawn in pictures that are whole: <_>' -ForEach 'network-light.svg', 'network-dark.svg', 'terminal.svg' {
        $picture = [xml](Get-Content -Raw -LiteralPath "$root/docs/pictures/$_")
        $picture.svg.title.'#text' | Should -Not -BeNullOrEmpty
        $picture.SelectNodes("//*[local-name()='script' or local-name()='image' or local-name()='foreignObject']").Count | Should -Be 0
    }

    It 'says when not to use it: <Name>' -ForEach @(Get-ChildItem -Path "$PSScriptRoot/../../docs/guides/*.md" | ForEach-Object { @{ Name = $_.Name } }) {
        Get-Content -Raw -LiteralPath "$root/docs/guides/$Name" | Should -Match '(?i)\bdo not (use|read|take|sign)\b|nobody needs it'
    }
}
