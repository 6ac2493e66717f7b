using System.Collections;
using System.ComponentModel;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace AmlVnet;

/// <summary>
/// Where the module's assemblies live, apart from those of other modules: a second Azure.Core in PowerShell's default load context is
/// neither used nor disturbed. AmlVnet.dll itself stays in the default context, so that its types can be named in scripts.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    private const string CmdletAssembly = "AmlVnet.Module";
    private static readonly object Gate = new();
    private static readonly string RuntimeFolder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
    private static ModuleLoadContext? _instance;
    private readonly string _folder;

    private ModuleLoadContext(string folder) : base("AmlVnet") => _folder = folder;

    /// <summary>Loads the cmdlets; called by AmlVnet.psm1. Safe from several runspaces at once: a process holds one context.</summary>
    /// <param name="moduleFolder">The folder of AmlVnet.psm1. The other assemblies are in its <c>lib</c> folder.</param>
    /// <returns>The assembly that holds the cmdlets.</returns>
    /// <exception cref="InvalidOperationException">The process already holds another build of this version of the module.</exception>
    /// <exception cref="FileNotFoundException">The folder does not hold the module.</exception>
    public static Assembly LoadCmdlets(string moduleFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(moduleFolder);
        var contracts = typeof(ModuleLoadContext).Assembly;
        var folder = Path.GetFullPath(Path.Combine(moduleFolder, "lib"));
        lock (Gate)
        {
            ThrowIfOtherBuild(contracts, Path.Combine(moduleFolder, contracts.GetName().Name + ".dll"));
            var instance = _instance ?? new ModuleLoadContext(folder);
            var cmdlets = instance.LoadFromAssemblyName(new AssemblyName(CmdletAssembly));
            ThrowIfOtherBuild(cmdlets, Path.Combine(folder, CmdletAssembly + ".dll"));
            _instance = instance;
            return cmdlets;
        }
    }

    /// <summary>
    /// Exports the cmdlets from the module; called by AmlVnet.psm1. The second <c>Import-Module -Force</c> finds the nested module in a cache
    /// and does not hand its cmdlets on (https://github.com/PowerShell/PowerShell/issues/20710).
    /// </summary>
    /// <param name="module">The module, a PSModuleInfo: this assembly needs none of PowerShell's.</param>
    /// <param name="inner">The nested module.</param>
    public static void HandOn(object module, object inner)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inner);
        var type = module.GetType();
        var exported = type.GetProperty("ExportedCmdlets")!;
        var own = (IDictionary)exported.GetValue(module)!;
        var add = type.GetMethod("AddExportedCmdlet", BindingFlags.Instance | BindingFlags.NonPublic);
        foreach (DictionaryEntry cmdlet in (IDictionary)exported.GetValue(inner)!)
            if (!own.Contains(cmdlet.Key))
                add?.Invoke(module, [cmdlet.Value]);
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var contracts = typeof(ModuleLoadContext).Assembly;
        if (assemblyName.Name == contracts.GetName().Name) return contracts;

        var path = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(path) && !IsInRuntime(assemblyName) ? LoadFromAssemblyPath(path) : null;
    }

    // What the runtime brings itself, and not older, is taken from there: it is compiled ahead of time, and nobody else can put another
    // one in its place.
    private static bool IsInRuntime(AssemblyName wanted)
    {
        var path = Path.Combine(RuntimeFolder, wanted.Name + ".dll");
        return File.Exists(path) && AssemblyName.GetAssemblyName(path).Version >= wanted.Version;
    }

    // Versions tell releases apart, not the builds that a developer of this module makes; without this the old one would run in silence.
    private static void ThrowIfOtherBuild(Assembly loaded, string path)
    {
        using var image = new PEReader(File.OpenRead(path));
        var metadata = image.GetMetadataReader();
        if (metadata.GetGuid(metadata.GetModuleDefinition().Mvid) == loaded.ManifestModule.ModuleVersionId) return;

        var name = loaded.GetName();
        throw new InvalidOperationException(
            $"Another build of {name.Name} {name.Version?.ToString(3)} is already loaded in this process (from \"{loaded.Location}\") than "
                + "the one in " +
            $"\"{path}\". .NET does not unload it: start a new PowerShell session and import the module there.");
    }
}
