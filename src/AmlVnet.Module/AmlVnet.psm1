# Loads AmlVnet.dll into the default load context and everything else into a context of its own, so that the Azure packages of this
# module and those of other modules do not meet. Needs commands of Microsoft.PowerShell.Core only, and must parse in Windows PowerShell.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

if ("$($ExecutionContext.SessionState.LanguageMode)" -ne 'FullLanguage') {
    throw ('AmlVnet needs the language mode FullLanguage; this session is in {0}, which an application control policy (App Control for ' +
        'Business, AppLocker) or an endpoint of just enough administration sets. Its assemblies cannot be loaded there. Import it in a session ' +
        'in FullLanguage, or have the policy trust the module''s files.') -f $ExecutionContext.SessionState.LanguageMode
}

if ($PSVersionTable.PSVersion.Major -lt 7 -or ($PSVersionTable.PSVersion.Major -eq 7 -and $PSVersionTable.PSVersion.Minor -lt 4)) {
    throw ('AmlVnet needs PowerShell 7.4 or later; this is {0}. Windows PowerShell has no assembly load contexts, so the module could not ' +
        'keep its Azure packages apart from those of Az. Install PowerShell from https://aka.ms/powershell and run "pwsh".') -f $PSVersionTable.PSVersion
}

$contractsPath = [System.IO.Path]::Combine($PSScriptRoot, 'AmlVnet.dll')
$wanted = [System.Reflection.AssemblyName]::GetAssemblyName($contractsPath)
$contracts = $null
foreach ($assembly in [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies) {
    $loaded = $assembly.GetName()
    if ($loaded.Name -ne $wanted.Name) { continue }

    if ($loaded.Version -ne $wanted.Version) {
        throw ('AmlVnet {0} is already loaded in this process (from "{1}"), so AmlVnet {2} (from "{3}") cannot be. .NET does not unload it: ' +
            'start a new PowerShell session and import the version that you want there.') -f
        $loaded.Version.ToString(3), $assembly.Location, $wanted.Version.ToString(3), $contractsPath
    }

    $contracts = $assembly
}

if ($null -eq $contracts) {
    $contracts = [System.Reflection.Assembly]::LoadFrom($contractsPath)
}

$loader = $contracts.GetType('AmlVnet.ModuleLoadContext', $true)
try {
    # Another build of this version is found out in there.
    $cmdlets = $loader::LoadCmdlets($PSScriptRoot)
} catch {
    throw $_.Exception.GetBaseException()
}

$importModule = Get-Command -Name Import-Module -CommandType Cmdlet -Module Microsoft.PowerShell.Core
$inner = & $importModule -Assembly $cmdlets -PassThru

# The second Import-Module -Force finds the nested module in a cache and does not hand its cmdlets on.
# https://github.com/PowerShell/PowerShell/issues/20710
$self = $ExecutionContext.SessionState.Module
$addExportedCmdlet = [System.Management.Automation.PSModuleInfo].GetMethod(
    'AddExportedCmdlet', [System.Reflection.BindingFlags]'Instance, NonPublic')
foreach ($cmdlet in $inner.ExportedCmdlets.Values) {
    if (-not $self.ExportedCmdlets.ContainsKey($cmdlet.Name)) {
        $null = $addExportedCmdlet.Invoke($self, @(, $cmdlet))
    }
}

# Not by the manifest's TypesToProcess: where another version is loaded, that fails before this script can say so.
$updateTypeData = Get-Command -Name Update-TypeData -CommandType Cmdlet -ErrorAction Ignore
if ($null -ne $updateTypeData) {
    & $updateTypeData -AppendPath ([System.IO.Path]::Combine($PSScriptRoot, 'AmlVnet.Types.ps1xml')) -ErrorAction Ignore
}
