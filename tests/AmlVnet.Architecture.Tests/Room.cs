namespace AmlVnet.Architecture.Tests;

/// <summary>A project under src, and what it may know.</summary>
/// <param name="Name">Its name and its assembly's.</param>
/// <param name="RootNamespace">The namespace of what lies in no folder.</param>
/// <param name="RootTypes">The types that may be in that namespace; none other may.</param>
/// <param name="Projects">The projects that it references.</param>
/// <param name="Packages">The packages that it may reference.</param>
internal sealed record Room(string Name, string RootNamespace, string[] RootTypes, string[] Projects, string[] Packages)
{
    /// <summary>The circles of namespaces that are still to be cut, as <see cref="Slices.Cycles"/> names them. None may be added.</summary>
    public string[] KnownCircles { get; init; } = [];

    /// <summary>A folder whose types stay in the root namespace, or null.</summary>
    public string? RootFolder { get; init; }

    /// <summary>Assemblies, neither ours nor .NET's, that its packages may bring into what it compiles to.</summary>
    public string[] ForeignAssemblies { get; init; } = [];

    /// <summary>Projects that are built with it, and that it does not know.</summary>
    public string[] BuiltWith { get; init; } = [];

    /// <summary>Whether it is on the shared framework of ASP.NET Core.</summary>
    public bool IsWeb { get; init; }

    /// <summary>The target framework: that of PowerShell 7.4 for what PowerShell loads.</summary>
    public string Framework { get; init; } = "net8.0";

    /// <summary>The namespace that a folder's types are in.</summary>
    public string Namespace(string folder) =>
        folder.Length == 0 || folder == RootFolder ? RootNamespace : $"{RootNamespace}.{folder.Replace('/', '.')}";

    public override string ToString() => Name;
}
