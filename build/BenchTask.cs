namespace AmlVnet.Build;

/// <summary>Task <c>bench</c>.</summary>
public static class BenchTask
{
    /// <summary>Runs the benchmarks.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments">What is handed to them.</param>
    /// <returns>Their exit code, or 2 when there are none.</returns>
    public static int Run(string root, IReadOnlyList<string> arguments)
    {
        var project = Path.Combine("tests", "AmlVnet.Benchmarks");
        if (!Directory.Exists(Path.Combine(root, project)))
        {
            Console.Error.WriteLine($"There is no {project}.");
            return 2;
        }

        return DotNet.Run(root, ["run", "--configuration", "Release", "--project", project, "--", .. arguments]);
    }
}
