# Takes docs/pictures/report-light.png and report-dark.png: what Chromium shows of a sample report. Pixels differ from browser to browser, so
# report.sha256 keeps which page was taken, and a test compares that. "dotnet run --project build -- docs" runs it.
param(
    [Parameter(Mandatory)] [string] $Report,
    [Parameter(Mandatory)] [string] $Folder
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$browser = @('chromium', 'chromium-browser', 'google-chrome').Where{ Get-Command -Name $_ -CommandType Application -ErrorAction Ignore } | Select-Object -First 1
if (-not $browser) { throw 'No chromium is installed, so the report could not be taken. On Debian: apt-get install chromium' }
$page = [uri]"file://$(Convert-Path -LiteralPath $Report)"
foreach ($scheme in @{ light = 1; dark = 0 }.GetEnumerator()) {
    & $browser --headless --no-sandbox --disable-gpu --hide-scrollbars "--blink-settings=preferredColorScheme=$($scheme.Value)" `
        '--window-size=1100,1000' "--screenshot=$Folder/report-$($scheme.Key).png" $page.AbsoluteUri 2>&1 | Out-Null
    if (-not (Test-Path -LiteralPath "$Folder/report-$($scheme.Key).png")) { throw "$browser took no picture." }
}
$text = [System.IO.File]::ReadAllText($Report) -replace "`r"
$hash = [System.Convert]::ToHexStringLower([System.Security.Cryptography.SHA256]::HashData([System.Text.Encoding]::UTF8.GetBytes($text)))
[System.IO.File]::WriteAllText("$Folder/report.sha256", "$hash  ../reports/$([System.IO.Path]::GetFileName($Report))`n")
