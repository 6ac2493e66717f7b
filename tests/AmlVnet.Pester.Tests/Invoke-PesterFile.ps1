<#
.SYNOPSIS
    Runs one Pester file and writes what each of its tests gave, as JSON.
.DESCRIPTION
    What stands under "tests" is one entry a test. A file or a block that broke outside of its tests is an entry too, so that it counts.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $Pester,

    [Parameter(Mandatory)]
    [string] $Path,

    [Parameter(Mandatory)]
    [string] $ResultPath,

    [string] $TrafficPath
)

if ($TrafficPath) {
    $null = [System.Reflection.Assembly]::LoadFrom("$PSScriptRoot/AmlVnet.Pester.Tests.dll")
    [AmlVnet.Pester.Tests.TrafficFile]::Record($TrafficPath)
}

Import-Module -Name $Pester -ErrorAction Stop

function ConvertTo-Entry($Item, [string] $Name, [string] $Result, $ErrorRecord) {
    [ordered]@{
        name         = $Name
        result       = $Result
        milliseconds = $Item.Duration.TotalMilliseconds
        message      = @($ErrorRecord | ForEach-Object { "$_" }) -join "`n"
        trace        = @($ErrorRecord | ForEach-Object { $_.ScriptStackTrace }) -join "`n"
    }
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'None'
$run = Invoke-Pester -Configuration $configuration

$entries = [System.Collections.Generic.List[object]]::new()
foreach ($test in $run.Tests) {
    $problem = $test.ErrorRecord
    # Where the block's BeforeAll broke, its tests did not run and have no error of their own.
    for ($block = $test.Block; -not $problem -and $test.Result -eq 'Failed' -and $null -ne $block; $block = $block.Parent) {
        $problem = $block.ErrorRecord
    }
    $entries.Add((ConvertTo-Entry $test $test.ExpandedPath "$($test.Result)" $problem))
}
foreach ($block in $run.FailedBlocks) {
    if ($block.ErrorRecord -and -not @($block.Tests | Where-Object { $_.Result -eq 'Failed' })) {
        $entries.Add((ConvertTo-Entry $block "$($block.ExpandedPath) (BeforeAll or AfterAll)" 'Failed' $block.ErrorRecord))
    }
}
foreach ($container in $run.FailedContainers) {
    if ($container.ErrorRecord) {
        $entries.Add((ConvertTo-Entry $container '(the file)' 'Failed' $container.ErrorRecord))
    }
}

@{ tests = $entries } | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath $ResultPath -Encoding utf8
