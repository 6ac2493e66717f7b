# Loads AmlVnet.dll into the default load context and everything else into a context of its own, so that the Azure packages of this
# module and those of other modules do not meet. Needs commands of Microsoft.PowerShell.Core only. Each line here is paid for at each
# start: PowerShell compiles a script before it runs. What is seldom needed is in AmlVnet.Refusal.ps1.
$ErrorActionPreference = 'Stop'
if ("$($ExecutionContext.SessionState.LanguageMode)" -ne 'FullLanguage') { . "$PSScriptRoot/AmlVnet.Refusal.ps1" }
try {
    $loader = [System.Reflection.Assembly]::LoadFrom("$PSScriptRoot/AmlVnet.dll").GetType('AmlVnet.ModuleLoadContext', $true)
    $inner = Microsoft.PowerShell.Core\Import-Module -Assembly $loader::LoadCmdlets($PSScriptRoot) -PassThru
} catch {
    . "$PSScriptRoot/AmlVnet.Refusal.ps1"
}
$loader::HandOn($ExecutionContext.SessionState.Module, $inner)
# Not by this module's manifest: where another version is loaded, that fails before the sentence that says so.
Microsoft.PowerShell.Core\Import-Module "$PSScriptRoot/AmlVnet.Views.psd1"
