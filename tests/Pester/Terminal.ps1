# Dot-source this where a test needs pwsh in a process of its own: on a pseudo-terminal (the script command of util-linux), or with an
# input that nobody types on.

# The command line of this pwsh: the local tool is run by dotnet, an installed pwsh by itself.
$ownPwsh = @([Environment]::ProcessPath) + @(if ([Environment]::ProcessPath -notmatch 'pwsh[^/\\]*$') { "$PSHOME/pwsh.dll" })

# Why there is no terminal here; nothing where there is one.
function Get-TerminalGap { if (-not (Test-Path -Path /usr/bin/script)) { 'needs /usr/bin/script of util-linux for a pseudo-terminal' } }

function Start-Child([string] $Shell, [hashtable] $Environment, [string] $Folder) {
    $start = [System.Diagnostics.ProcessStartInfo]::new('/usr/bin/env', [string[]]@('sh', '-c', $Shell))
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $start.WorkingDirectory = $Folder
    foreach ($variables in @{ NO_COLOR = '1'; TERM = 'xterm'; CI = $null; GITHUB_ACTIONS = $null; TF_BUILD = $null }, $Environment) {
        foreach ($entry in $variables.GetEnumerator()) { $start.Environment[$entry.Key] = $entry.Value }
    }
    [System.Diagnostics.Process]::Start($start)
}

function Get-ShellWord([string[]] $Word) { ($Word | ForEach-Object { "'" + $_.Replace("'", "'\''") + "'" }) -join ' ' }

# What pwsh says with an input from which no answer comes: Redirection is the shell's, such as '<&-'.
function Invoke-Unattended([string[]] $Argument, [string] $Redirection, [hashtable] $Environment = @{}) {
    $child = Start-Child "exec $(Get-ShellWord ($ownPwsh + $Argument)) $Redirection" $Environment $PWD.ProviderPath
    try {
        $said = $child.StandardOutput.ReadToEndAsync()
        $child.StandardInput.Close()
        # A guard against a hang, not a measure.
        if (-not $child.WaitForExit(120000)) { throw 'pwsh waits for an answer that does not come.' }
        $said.Result
    } finally {
        if (-not $child.HasExited) { $child.Kill($true) }
    }
}

# What pwsh shows on a terminal of 120 columns, without its colours if they are not asked for. Typed holds what to type ("`u{3}" is Ctrl+C) after which text has appeared.
function Invoke-OnTerminal([string[]] $Argument, [object[]] $Typed = @(), [hashtable] $Environment = @{}, [int] $Columns = 120, [switch] $Coloured) {
    # What runs in the background of a script is started with these signals ignored.
    $pwsh = "stty cols $Columns; exec env --default-signal=INT,QUIT $(Get-ShellWord ($ownPwsh + $Argument))"
    $child = Start-Child "exec /usr/bin/script -qec $(Get-ShellWord $pwsh) /dev/null" $Environment $PWD.ProviderPath
    $limit = [System.Threading.CancellationTokenSource]::new(120000)
    try {
        $seen = [System.Text.StringBuilder]::new()
        $from = $next = 0
        $buffer = [char[]]::new(1024)
        while (($read = $child.StandardOutput.ReadAsync([System.Memory[char]]$buffer, $limit.Token).AsTask().GetAwaiter().GetResult()) -gt 0) {
            $text = [string]::new($buffer, 0, $read)
            $null = $seen.Append($text)
            # pwsh asks where the cursor is, and waits for the answer.
            if ($text.Contains("`e[6n")) { $child.StandardInput.Write("`e[1;1R"); $child.StandardInput.Flush() }
            if ($next -ge $Typed.Count -or ($at = $seen.ToString().IndexOf($Typed[$next].After, $from, [StringComparison]::Ordinal)) -lt 0) { continue }

            # While it asks for the cursor it would take what is typed for the answer.
            [System.Threading.Thread]::Sleep(700)
            $child.StandardInput.Write($Typed[$next].Type)
            $child.StandardInput.Flush()
            $from = $at + $Typed[$next++].After.Length
        }
        if ($next -lt $Typed.Count) { throw "It ended before it showed '$($Typed[$next].After)'. It had shown:`n$seen" }
        $seen.ToString() -creplace ($Coloured ? '\e(\[[0-9;?]*[a-ln-zA-Z]|[=>])' : '\e\[[0-9;?]*[a-zA-Z]') -replace '\r'
    } finally {
        if (-not $child.HasExited) { $child.Kill($true) }
        $limit.Dispose()
    }
}
