#Requires -Version 7.4
<#
.SYNOPSIS
    Builds AmlVnet: stages the module, packs it, makes its help or runs its benchmarks.
.DESCRIPTION
    A thin front to "dotnet run --project build -- TASK". Needs the .NET 10 SDK.
.PARAMETER Task
    stage (the default) puts the module into artifacts/AmlVnet, from where Import-Module takes it. pack also makes packages of it in
    artifacts/packages. help turns docs/en-US into what Get-Help reads. bench runs the benchmarks.
.PARAMETER ArgumentList
    What is handed to the task.
.EXAMPLE
    ./build.ps1
    Import-Module ./artifacts/AmlVnet/AmlVnet.psd1
.EXAMPLE
    ./build.ps1 -Task pack
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('stage', 'pack', 'help', 'bench')]
    [string] $Task = 'stage',

    [Parameter(ValueFromRemainingArguments)]
    [string[]] $ArgumentList = @()
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

& dotnet run --project ([System.IO.Path]::Combine($PSScriptRoot, 'build')) -- $Task @ArgumentList
exit $LASTEXITCODE
