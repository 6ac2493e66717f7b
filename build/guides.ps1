# Writes under the commands of the guides what they show: each guide is run from top to bottom at a prompt on the simulator, whose clock
# stands still. A block of powershell that is followed by a block "output" gets what it showed; one "output fails" may show an error. The
# comment "world" says which scenario the guide is for. "dotnet run --project build -- docs" runs this, and a test compares what it writes
# with what is there.
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Folder,
    [string[]] $Guide = '*'
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/../tests/Pester/TestHost.ps1"
$Module = Convert-Path -LiteralPath $Module
$width = 110

# What a console of that width shows.
function Get-Screen([string] $Text) {
    $lines = foreach ($line in ($Text -replace '\e\[[0-9;]*m' -replace '(?m)^ERROR: ' -split "\r?\n").TrimEnd()) {
        while ($line.Length -gt $width) {
            $at = $line.LastIndexOf(' ', $width)
            if ($at -lt 20) { $at = $width }
            $line.Substring(0, $at).TrimEnd()
            $line = $line.Substring($at).TrimStart()
        }
        $line
    }
    ($lines -join "`n").Trim("`n")
}

# A prompt that knows nothing but the module, in a world of its own.
function Open-Prompt([string] $World) {
    $prompt = [TestHost]::new()
    $prompt.Interface.Raw.Width = $width
    $runspace = [runspacefactory]::CreateRunspace($prompt)
    $runspace.Open()
    $shell = [powershell]::Create($runspace)
    $null = $shell.AddScript("Import-Module -Name '$Module'; Set-Location -LiteralPath '$([System.IO.Path]::GetTempPath())'").Invoke()
    $shell.Commands.Clear()
    $null = $shell.AddScript("`$null = Connect-AmlVnet -Simulator -VirtualClock -Scenario $World").Invoke()
    if ($shell.HadErrors) { throw "$($shell.Streams.Error)" }
    $prompt, $runspace
}

# Types one block, and gives what was shown.
function Invoke-Block($Prompt, $Runspace, [string] $Code, [string] $Where, [bool] $MayFail) {
    $shell = [powershell]::Create($Runspace)
    try {
        $Prompt.Interface.Forget($false, @())
        $null = $shell.AddScript($Code)
        $shell.Commands.Commands[0].MergeMyResults('Error', 'Output')
        $null = $shell.AddScript('param([Parameter(ValueFromPipeline)] $one) begin { $all = @() } process { $all += , $one } end {
            $script:failed = $all.Where{ $_ -is [System.Management.Automation.ErrorRecord] }
            $all | Out-Default }')
        try {
            $null = $shell.Invoke()
        } catch {
            if (-not $MayFail) { throw "${Where}: $($_.Exception.InnerException ?? $_.Exception)" }
            $Prompt.Interface.WriteLine((Get-Fault $_.Exception.InnerException.ErrorRecord))
        }
        $failed = @($Runspace.SessionStateProxy.GetVariable('failed'))
        if ($failed -and -not $MayFail) { throw "${Where}: $failed" }
        Get-Screen $Prompt.Interface.Text.ToString()
    } finally {
        $shell.Dispose()
    }
}

function Get-Fault($Record) { "$($Record.FullyQualifiedErrorId -replace ',.*'): $Record`n  Recommendation: $($Record.ErrorDetails.RecommendedAction)" }

$blocks = [regex]'(?ms)^```powershell\r?\n(?<code>.*?)^```\r?\n(?:(?<gap>\r?\n)```output(?<fails> fails)?\r?\n.*?^```\r?\n)?'
foreach ($page in Get-ChildItem -Path "$PSScriptRoot/../docs/guides/*.md" | Where-Object { $name = $_.BaseName; $Guide.Where{ $name -like $_ } }) {
    $text = [System.IO.File]::ReadAllText($page.FullName) -replace "\r"
    if ($text -notmatch '(?m)^```output( fails)?$') { continue }
    $world = if ($text -match '<!-- world: (\S+) -->') { $Matches[1] } else { 'existing-cluster' }
    $prompt, $runspace = Open-Prompt $world
    try {
        $written = $blocks.Replace($text, {
                param($match)
                $code = $match.Groups['code'].Value.TrimEnd()
                $shows = $match.Groups['gap'].Success
                # Az and another sign-in are not here.
                if (-not $shows -and $code -match '-Az[A-Z]|Connect-A|-AutomationVariable') { return $match.Value }
                $where = "$($page.Name), '$($code.Split("`n")[0])'"
                $screen = Invoke-Block $prompt $runspace $code $where ($match.Groups['fails'].Success)
                if (-not $shows) { return $match.Value }
                "``````powershell`n$code`n```````n`n``````output$($match.Groups['fails'].Value)`n$screen`n```````n"
            })
        $null = [System.IO.Directory]::CreateDirectory($Folder)
        [System.IO.File]::WriteAllText((Join-Path $Folder $page.Name), $written)
    } finally {
        $runspace.Dispose()
    }
}
