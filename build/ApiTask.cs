namespace AmlVnet.Build;

/// <summary>Task <c>api</c>.</summary>
public static class ApiTask
{
    // RS0016: a public member is not in the file. RS0017: a line of the file is no member.
    private static readonly string[] Rules = ["--diagnostics", "RS0016", "RS0017", "--severity", "warn"];

    /// <summary>Writes the public surface as it is now to PublicAPI.Unshipped.txt of each project that keeps one.</summary>
    /// <param name="root">The repository's root.</param>
    /// <returns>The first exit code that is not 0.</returns>
    public static int Run(string root)
    {
        foreach (var project in new[] { "AmlVnet", "AmlVnet.Module" })
        {
            Console.WriteLine($"Writing src/{project}/PublicAPI.Unshipped.txt …");
            if (DotNet.Run(root, ["format", "analyzers", Path.Combine("src", project), .. Rules]) is var code and not 0) return code;
        }

        return 0;
    }
}
