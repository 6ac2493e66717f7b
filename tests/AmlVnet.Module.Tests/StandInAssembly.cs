using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace AmlVnet.Module.Tests;

/// <summary>Writes assemblies that have only a name and a version.</summary>
internal static class StandInAssembly
{
    /// <summary>The version of the Azure.Core that is in the default load context before any test runs.</summary>
    public static Version ForeignAzureCore { get; } = new(1, 2, 3, 4);

    /// <summary>Writes an assembly that holds nothing but a type named <c>StandIn</c>.</summary>
    /// <returns>The assembly's path.</returns>
    public static string Write(string folder, string name, Version version)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = version }, typeof(object).Assembly);
        assembly.DefineDynamicModule(name).DefineType("StandIn", TypeAttributes.Public | TypeAttributes.Class).CreateType();
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, name + ".dll");
        assembly.Save(path);
        return path;
    }

    // As Az.Accounts does in many a session: another Azure.Core sits in the default context before this module is imported. With this,
    // every test of this assembly runs beside it.
#pragma warning disable CA2255 // A test assembly is an application here: nothing references it.
    [ModuleInitializer]
    internal static void LoadForeignAzureCore()
    {
        var folder = Directory.CreateTempSubdirectory("amlvnet-azure-core-").FullName;
        using (var image = new MemoryStream(File.ReadAllBytes(Write(folder, "Azure.Core", ForeignAzureCore))))
            AssemblyLoadContext.Default.LoadFromStream(image);

        Directory.Delete(folder, recursive: true);
    }
#pragma warning restore CA2255
}
