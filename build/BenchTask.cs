namespace AmlVnet.Build;

/// <summary>Task <c>bench</c>.</summary>
public static class BenchTask
{
    /// <summary>Runs the benchmarks.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments">What is handed to them.</param>
    /// <returns>Their exit code.</returns>
    public static int Run(string root, IReadOnlyList<string> arguments)
    {
        Console.WriteLine("Building and running the benchmarks …");
        return DotNet.Run(root, ["run", "--configuration", "Release", "--project", Path.Combine("tests", "AmlVnet.Benchmarks"), "--",
            .. arguments]);
    }
}
