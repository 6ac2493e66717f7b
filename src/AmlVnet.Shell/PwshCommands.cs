using System.Management.Automation;

namespace AmlVnet.Shell;

/// <summary>
/// The commands that pwsh brings beside the engine (Microsoft Learn, "PowerShell modules" reference for 7.x). The Shell does not have them
/// and does not stand in for them; it says where they are.
/// </summary>
internal static class PwshCommands
{
    private static readonly Dictionary<string, string> ModuleOf = Index(
        ("Microsoft.PowerShell.Management",
            """
            Add-Content Clear-Content Clear-Item Clear-ItemProperty Clear-RecycleBin Convert-Path Copy-Item Copy-ItemProperty
            Debug-Process Get-ChildItem Get-Clipboard Get-ComputerInfo Get-Content Get-HotFix Get-Item Get-ItemProperty
            Get-ItemPropertyValue Get-Location Get-Process Get-PSDrive Get-PSProvider Get-Service Get-TimeZone Invoke-Item
            Join-Path Move-Item Move-ItemProperty New-Item New-ItemProperty New-PSDrive New-Service Pop-Location Push-Location
            Remove-Item Remove-ItemProperty Remove-PSDrive Remove-Service Rename-Computer Rename-Item Rename-ItemProperty
            Resolve-Path Restart-Computer Restart-Service Resume-Service Set-Clipboard Set-Content Set-Item Set-ItemProperty
            Set-Location Set-Service Set-TimeZone Split-Path Start-Process Start-Service Stop-Computer Stop-Process
            Stop-Service Suspend-Service Test-Connection Test-Path Wait-Process
            """),
        ("Microsoft.PowerShell.Utility",
            """
            Add-Member Add-Type Clear-Variable Compare-Object ConvertFrom-CliXml ConvertFrom-Csv ConvertFrom-Json
            ConvertFrom-Markdown ConvertFrom-SddlString ConvertFrom-StringData ConvertTo-CliXml ConvertTo-Csv ConvertTo-Html
            ConvertTo-Json ConvertTo-Xml Debug-Runspace Disable-PSBreakpoint Disable-RunspaceDebug Enable-PSBreakpoint
            Enable-RunspaceDebug Export-Alias Export-Clixml Export-Csv Export-FormatData Export-PSSession Format-Custom
            Format-Hex Format-List Format-Table Format-Wide Get-Alias Get-Culture Get-Date Get-Error Get-Event
            Get-EventSubscriber Get-FileHash Get-FormatData Get-Host Get-MarkdownOption Get-Member Get-PSBreakpoint
            Get-PSCallStack Get-Random Get-Runspace Get-RunspaceDebug Get-SecureRandom Get-TraceSource Get-TypeData
            Get-UICulture Get-Unique Get-Uptime Get-Variable Get-Verb Group-Object Import-Alias Import-Clixml Import-Csv
            Import-LocalizedData Import-PowerShellDataFile Import-PSSession Invoke-Expression Invoke-RestMethod
            Invoke-WebRequest Join-String Measure-Command Measure-Object New-Alias New-Event New-Guid New-Object
            New-TemporaryFile New-TimeSpan New-Variable Out-File Out-GridView Out-Printer Out-String Read-Host
            Register-EngineEvent Register-ObjectEvent Remove-Alias Remove-Event Remove-PSBreakpoint Remove-TypeData
            Remove-Variable Select-Object Select-String Select-Xml Send-MailMessage Set-Alias Set-Date Set-MarkdownOption
            Set-PSBreakpoint Set-TraceSource Set-Variable Show-Command Show-Markdown Sort-Object Start-Sleep Tee-Object
            Test-Json Trace-Command Unblock-File Unregister-Event Update-FormatData Update-List Update-TypeData Wait-Debugger
            Wait-Event Write-Debug Write-Error Write-Host Write-Information Write-Output Write-Progress Write-Verbose
            Write-Warning
            """),
        ("Microsoft.PowerShell.Security",
            """
            ConvertFrom-SecureString ConvertTo-SecureString Get-Acl Get-AuthenticodeSignature Get-CmsMessage Get-Credential
            Get-ExecutionPolicy Get-PfxCertificate New-FileCatalog Protect-CmsMessage Set-Acl Set-AuthenticodeSignature
            Set-ExecutionPolicy Test-FileCatalog Unprotect-CmsMessage
            """),
        ("Microsoft.PowerShell.Host", "Start-Transcript Stop-Transcript"),
        ("Microsoft.PowerShell.Archive", "Compress-Archive Expand-Archive"),
        ("Microsoft.PowerShell.Diagnostics", "Get-Counter Get-WinEvent New-WinEvent"),
        ("Microsoft.PowerShell.ThreadJob", "Start-ThreadJob"),
        ("Microsoft.PowerShell.PSResourceGet",
            """
            Find-PSResource Get-InstalledPSResource Get-PSResource Get-PSResourceRepository Install-PSResource
            Publish-PSResource Register-PSResourceRepository Save-PSResource Set-PSResourceRepository Uninstall-PSResource
            Unregister-PSResourceRepository Update-PSModuleManifest Update-PSResource
            """),
        ("PowerShellGet",
            "Find-Module Find-Script Get-InstalledModule Get-PSRepository Install-Module Save-Module Uninstall-Module Update-Module"),
        ("PSReadLine",
            "Get-PSReadLineKeyHandler Get-PSReadLineOption Remove-PSReadLineKeyHandler Set-PSReadLineKeyHandler Set-PSReadLineOption"));

    /// <summary>
    /// From now on, the error of a command that only pwsh has says so. The engine's own error id, category and target stay; a script that
    /// catches the error sees the text too.
    /// </summary>
    public static void ExplainMissing() =>
        // The engine offers no way to word this error: whatever its CommandNotFoundAction throws is swallowed. The exception keeps the
        // record that it is first asked for, so the details are put on it here, before anybody else sees it.
        AppDomain.CurrentDomain.FirstChanceException += (_, first) =>
        {
            if (first.Exception is not CommandNotFoundException { CommandName: { } name } missing) return;
            if (!ModuleOf.TryGetValue(name, out var module)) return;

            missing.ErrorRecord.ErrorDetails = new ErrorDetails(
                $"The Shell is the PowerShell engine only and has no command '{name}'. pwsh has it, in its module {module}.")
            {
                RecommendedAction =
                    "Install PowerShell 7.4 or later (https://aka.ms/powershell), run pwsh, import AmlVnet there and run this again.",
            };
        };

    private static Dictionary<string, string> Index(params (string Module, string Commands)[] modules) =>
        modules
            .SelectMany(entry => entry.Commands
                .Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
                .Select(command => (Command: command, entry.Module)))
            .ToDictionary(entry => entry.Command, entry => entry.Module, StringComparer.OrdinalIgnoreCase);
}
