# Says why the module can't be loaded. AmlVnet.psm1 runs it in its place; it must parse in Windows PowerShell.
if ("$($ExecutionContext.SessionState.LanguageMode)" -ne 'FullLanguage') {
    throw ('AmlVnet needs the language mode FullLanguage; this session is in {0}, which an application control policy (App Control for ' +
        'Business, AppLocker) or an endpoint of just enough administration sets. Its assemblies cannot be loaded there. Import it in a session ' +
        'in FullLanguage, or have the policy trust the module''s files.') -f $ExecutionContext.SessionState.LanguageMode
}

if ($PSVersionTable.PSVersion -lt '7.4') {
    throw ('AmlVnet needs PowerShell 7.4 or later; this is {0}. Windows PowerShell has no assembly load contexts, so the module could not ' +
        'keep its Azure packages apart from those of Az. Install PowerShell from https://aka.ms/powershell and run "pwsh".') -f $PSVersionTable.PSVersion
}

$cause = $_.Exception.GetBaseException()
$path = "$PSScriptRoot/AmlVnet.dll"
$wanted = [System.Reflection.AssemblyName]::GetAssemblyName($path)
foreach ($assembly in [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies) {
    $loaded = $assembly.GetName()
    if ($loaded.Name -ne $wanted.Name) { continue }

    if ($loaded.Version -ne $wanted.Version) {
        throw ('AmlVnet {0} is already loaded in this process (from "{1}"), so AmlVnet {2} (from "{3}") cannot be. .NET does not unload it: ' +
            'start a new PowerShell session and import the version that you want there.') -f
        $loaded.Version.ToString(3), $assembly.Location, $wanted.Version.ToString(3), $path
    }

    # Another build of this version is found out in there.
    try {
        $null = $assembly.GetType('AmlVnet.ModuleLoadContext', $true)::LoadCmdlets($PSScriptRoot)
    } catch {
        throw $_.Exception.GetBaseException()
    }
}

throw $cause
