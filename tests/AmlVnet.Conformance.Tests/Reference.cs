namespace AmlVnet.Conformance.Tests;

/// <summary>The official specifications, examples and recordings, which are no part of this repository.</summary>
internal static partial class Reference
{
    internal const string Missing =
        "The official specifications are not here: they are looked for in ../shared/arm/specs/specification beside the "
        + "repository (the tree of Azure/azure-rest-api-specs), with examples and recordings beside them.";

    internal static string Repository { get; } = Climb(static folder => File.Exists(Path.Combine(folder, "AmlVnet.sln")))
        ?? throw new InvalidOperationException("The tests do not run from inside the repository.");

    private static string? Root { get; } =
        Path.Combine(Path.GetDirectoryName(Repository)!, "shared", "arm") is var root
            && Directory.Exists(Path.Combine(root, "specs", "specification"))
            ? root
            : null;

    internal static bool IsHere => Root is not null;

    internal static string Specifications => Path.Combine(Require(), "specs", "specification");

    private static string? Climb(Func<string, bool> isIt)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (isIt(folder.FullName))
                return folder.FullName;
        return null;
    }
}
