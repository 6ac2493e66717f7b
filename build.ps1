#Requires -Version 7.4
<#
.SYNOPSIS
    Builds, rehearses, tests and packs AmlVnet.
.DESCRIPTION
    The same as "dotnet run --project build -- TASK", from any folder. Needs the .NET 10 SDK.
.PARAMETER Task
    stage (the default) puts the module into artifacts/AmlVnet, from where Import-Module takes it. pack also makes packages of it in
    artifacts/packages. rehearse runs docs/examples/private-inference.ps1 with it, on the simulator. prompt starts a PowerShell that has
    imported it. test runs every test. mutate shows what the tests of AmlVnet.Core would not notice. help turns docs/en-US into what
    Get-Help reads. bench runs the benchmarks.
.PARAMETER ArgumentList
    What is handed to the task. Paths are taken from the repository's root.
.EXAMPLE
    ./build.ps1
    Import-Module ./artifacts/AmlVnet/AmlVnet.psd1
.EXAMPLE
    ./build.ps1 test
.EXAMPLE
    ./build.ps1 rehearse docs/examples/undo.ps1
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('stage', 'pack', 'rehearse', 'prompt', 'test', 'mutate', 'help', 'bench')]
    [string] $Task = 'stage',

    [Parameter(ValueFromRemainingArguments)]
    [string[]] $ArgumentList = @()
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# dotnet reads global.json, and the program finds the repository, from the current folder upwards.
Push-Location -LiteralPath $PSScriptRoot
try {
    & dotnet run --project build -- $Task @ArgumentList
} finally {
    Pop-Location
}

exit $LASTEXITCODE
