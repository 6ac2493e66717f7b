#Requires -Version 7.4
<#
.SYNOPSIS
    Builds AmlVnet: stages the module, packs it, makes its help, runs its benchmarks or its Pester tests.
.DESCRIPTION
    A thin front to "dotnet run --project build -- TASK". Needs the .NET 10 SDK. Works from any folder.
.PARAMETER Task
    stage (the default) puts the module into artifacts/AmlVnet, from where Import-Module takes it. pack also makes packages of it in
    artifacts/packages. help turns docs/en-US into what Get-Help reads. bench runs the benchmarks. test stages the module and runs
    tests/Pester on it, with Pester 5 or later.
.PARAMETER ArgumentList
    What is handed to the task. Paths are taken from the repository's root.
.EXAMPLE
    ./build.ps1
    Import-Module ./artifacts/AmlVnet/AmlVnet.psd1
.EXAMPLE
    ./build.ps1 -Task pack
.EXAMPLE
    Install-PSResource -Name Pester -TrustRepository
    ./build.ps1 -Task test
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('stage', 'pack', 'help', 'bench', 'test')]
    [string] $Task = 'stage',

    [Parameter(ValueFromRemainingArguments)]
    [string[]] $ArgumentList = @()
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# dotnet reads global.json, and the program finds the repository, from the current folder upwards.
Push-Location -LiteralPath $PSScriptRoot
try {
    if ($Task -eq 'test') {
        & dotnet run --project build -- stage
        # A process of its own: one that has imported the module keeps its files, and the next build could not replace them.
        if ($LASTEXITCODE -eq 0) {
            & pwsh -NoProfile -Command ('Import-Module -Name Pester -MinimumVersion 5.0.0 -ErrorAction Stop; ' +
                '$run = Invoke-Pester -Path tests/Pester -Output Detailed -PassThru; exit [int]($run.Result -ne "Passed")')
        }
    } else {
        & dotnet run --project build -- $Task @ArgumentList
    }
} finally {
    Pop-Location
}

exit $LASTEXITCODE
