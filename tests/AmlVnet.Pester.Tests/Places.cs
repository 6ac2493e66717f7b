using System.Reflection;

namespace AmlVnet.Pester.Tests;

/// <summary>Where things lie; the build knows.</summary>
internal static class Places
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = Value("Root");

    /// <summary>The manifest of Pester.</summary>
    public static string Pester { get; } = Value("Pester");

    /// <summary>The manifest of the copy of the staged module that is tested.</summary>
    public static string Module { get; } = Value("Module");

    /// <summary>The folder of the Pester files.</summary>
    public static string Files { get; } = Path.Combine(Root, "tests", "Pester");

    private static string Value(string key) =>
        typeof(Places).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
