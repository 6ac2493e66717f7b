using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace AmlVnet.Loader;

/// <summary>
/// Runs at the import, before the commands are loaded: the manifest names this assembly first. In a process that has the module already, in
/// another runspace, PowerShell does not run it again.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The session is not in FullLanguage, or the process holds another version or another
    /// build of the module.</exception>
    public void OnImport()
    {
        if (Runspace.DefaultRunspace?.SessionStateProxy.LanguageMode is { } mode and not PSLanguageMode.FullLanguage)
            throw new InvalidOperationException(
                $"AmlVnet needs the language mode FullLanguage; this session is in {mode}, which an application control policy (App "
                    + "Control for Business, AppLocker) or an endpoint of just enough administration sets. Import it in a session in "
                    + "FullLanguage, or have the policy trust the module's files.");
        ModuleLoadContext.Prepare(Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!);
    }
}
