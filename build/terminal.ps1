# Draws docs/pictures/terminal.svg: a run of build/session.ps1 in pwsh on a terminal of 100 columns. "dotnet run --project build -- docs"
# runs it, and a test compares what it draws with what is there.
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Path
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/../tests/Pester/Terminal.ps1"
if ($gap = Get-TerminalGap) { throw "The terminal $gap." }
$Module = Convert-Path -LiteralPath $Module
$columns = 100
$shown = Invoke-OnTerminal -Argument '-NoProfile', '-NonInteractive', '-File', "$PSScriptRoot/session.ps1", '-Module', $Module -Columns $columns `
    -Environment @{ NO_COLOR = $null; TERM = 'xterm-256color' } -Coloured

# One line of the screen as its pieces: text and the colour that holds there.
$colours = @{ '30' = 'dim'; '31' = 'red'; '32' = 'green'; '33' = 'yellow'; '36' = 'cyan'; '90' = 'dim'; '91' = 'red'; '92' = 'green'; '93' = 'yellow' }
$class = ''
$rows = foreach ($line in $shown.TrimEnd() -split "`n") {
    $x = 0
    $pieces = foreach ($part in [regex]::Split($line, '(\e\[[0-9;]*m)')) {
        if ($part -match '^\e\[([0-9;]*)m$') {
            $class = "$($Matches[1].Split(';') | ForEach-Object { $colours[$_] } | Select-Object -First 1)"
        } elseif ($part) {
            while ($part) {
                $room = [Math]::Min($columns - $x, $part.Length)
                @{ X = $x; Text = $part.Substring(0, $room); Class = $class; Last = $x + $room -ge $columns }
                $part = $part.Substring($room)
                $x = ($x + $room) % $columns
            }
        }
    }
    # What is longer than the screen goes on in the next row.
    $row = @()
    foreach ($piece in @($pieces)) {
        $row += , $piece
        if ($piece.Last) { , $row; $row = @() }
    }
    , $row
}

$cell, $height, $left, $top = 8.4, 19, 16, 46
$bottom = $top + $rows.Count * $height
$svg = [System.Text.StringBuilder]::new()
$null = $svg.Append(@"
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $($columns * $cell + 2 * $left) $bottom" role="img" aria-labelledby="title">
<title id="title">PowerShell: a cluster is created on the simulator, its identity gets its role, and its scoring endpoint goes private</title>
<style>
text { font: 14px ui-monospace, "SFMono-Regular", "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; fill: #d6dbe3; white-space: pre; }
.red { fill: #ff8f87; } .green { fill: #8fd88f; } .yellow { fill: #e8c66a; } .cyan { fill: #7fc8e8; } .dim { fill: #98a2b3; }
</style>
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
<circle cx="20" cy="18" r="5" fill="#ff8f87"/><circle cx="38" cy="18" r="5" fill="#e8c66a"/><circle cx="56" cy="18" r="5" fill="#8fd88f"/>

"@)
for ($i = 0; $i -lt $rows.Count; $i++) {
    foreach ($piece in $rows[$i]) {
        if (-not $piece -or -not $piece.Text.Trim()) { continue }
        $text = $piece.Text.TrimEnd()
        $lead = $text.Length - $text.TrimStart().Length
        $text = $text.TrimStart()
        $name = if ($piece.Class) { " class=`"$($piece.Class)`"" } else { '' }
        $null = $svg.AppendFormat([cultureinfo]::InvariantCulture, '<text x="{0:0.#}" y="{1}" textLength="{2:0.#}"{3}>{4}</text>',
            $left + ($piece.X + $lead) * $cell, $top + $i * $height, $text.Length * $cell, $name, [System.Security.SecurityElement]::Escape($text)).Append("`n")
    }
}
[System.IO.File]::WriteAllText($Path, $svg.Append("</svg>`n").ToString().Replace("`r", ''))
