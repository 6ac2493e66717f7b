using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace AmlVnet.Loader;

/// <summary>
/// Where the module's assemblies live, apart from those of other modules: a second Azure.Core in PowerShell's default load context is
/// neither used nor disturbed. The types and the commands are in the default context: scripts name the ones, and PowerShell loads the
/// others. What the commands refer to is found here.
/// </summary>
internal sealed class ModuleLoadContext : AssemblyLoadContext
{
    private const string Contracts = "AmlVnet";
    private static readonly object Gate = new();
    private static readonly string RuntimeFolder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
    private static ModuleLoadContext? _instance;
    private readonly string _folder;

    private ModuleLoadContext(string folder) : base("AmlVnet") => _folder = folder;

    /// <summary>Has what the commands need found. Safe from several runspaces at once: a process holds one context.</summary>
    /// <param name="moduleFolder">The module's folder. What is apart is in its <c>lib</c> folder.</param>
    /// <exception cref="InvalidOperationException">The process already holds another version, or another build of this one.</exception>
    internal static void Prepare(string moduleFolder)
    {
        lock (Gate)
        {
            if (_instance is not null) return;
            var path = Path.Combine(moduleFolder, Contracts + ".dll");
            var loaded = LoadContracts(path);
            if (loaded.Location != path) ThrowIfOther(loaded, path);
            _instance = new ModuleLoadContext(Path.Combine(moduleFolder, "lib"));
            Default.Resolving += static (_, wanted) =>
                wanted.Name is "AmlVnet.Arm" or "AmlVnet.Core" ? _instance.LoadFromAssemblyName(wanted) : null;
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // Its types are the ones that scripts name, wherever else a copy lies.
        if (assemblyName.Name == Contracts) return null;
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

    private static Assembly LoadContracts(string path)
    {
        try
        {
            return Default.LoadFromAssemblyPath(path);
        }
        catch (FileLoadException) when (Default.Assemblies.FirstOrDefault(static one => one.GetName().Name == Contracts) is { } loaded)
        {
            return loaded;
        }
    }

    private static void ThrowIfOther(Assembly loaded, string path)
    {
        var name = loaded.GetName();
        var wanted = AssemblyName.GetAssemblyName(path);
        if (name.Version == wanted.Version && loaded.ManifestModule.ModuleVersionId == BuildOf(path)) return;
        var other = name.Version == wanted.Version ? $"Another build of AmlVnet {Text(name)}" : $"AmlVnet {Text(name)}";
        throw new InvalidOperationException(
            $"{other} is already loaded in this process (from \"{loaded.Location}\"), so AmlVnet {Text(wanted)} (from \"{path}\") cannot be. "
                + ".NET does not unload it: start a new PowerShell session and import the one that you want there.");

        static string Text(AssemblyName name) => name.Version?.ToString(3) ?? "";
    }

    private static Guid BuildOf(string path)
    {
        using var image = new PEReader(File.OpenRead(path));
        var metadata = image.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }
}
