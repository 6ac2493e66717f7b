using System.Globalization;
using System.Text.RegularExpressions;

namespace AmlVnet.Build;

/// <summary>Task <c>test</c>: every test, xUnit's and Pester's, counted together.</summary>
public static partial class TestTask
{
    /// <summary>Builds everything and runs every test.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments">What is handed to the test programs.</param>
    /// <returns>0 when all passed.</returns>
    public static int Run(string root, IReadOnlyList<string> arguments)
    {
        Say("Restoring real PowerShell (.config/dotnet-tools.json) …");
        if (DotNet.Run(root, "tool", "restore") is var restored and not 0) return Broken(restored);

        Say("Building the module, the simulator and the tests …");
        if (DotNet.Run(root, "build", "AmlVnet.sln", "--nologo", "--verbosity", "minimal") is var built and not 0) return Broken(built);

        Say("Running the tests: xUnit, and Pester on real PowerShell …");
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var isSummary = false;
        var code = DotNet.Read(root, line =>
        {
            Console.WriteLine(line);
            isSummary |= line.StartsWith("Test run summary", StringComparison.Ordinal);
            if (isSummary && Count().Match(line) is { Success: true } count)
                counts[count.Groups[1].Value] = int.Parse(count.Groups[2].Value, CultureInfo.InvariantCulture);
        }, ["test", "--solution", "AmlVnet.sln", "--no-build", .. arguments]);

        // A project that crashed, or had no test to run, is an error there and no failed test. A run that broke leaves no summary at all.
        var failed = counts.GetValueOrDefault("failed") + counts.GetValueOrDefault("error");
        if (code != 0) failed = Math.Max(failed, 1);
        Console.WriteLine($"{counts.GetValueOrDefault("succeeded")} passed, {failed} failed");
        return code == 0 && failed > 0 ? 1 : code;
    }

    private static int Broken(int code)
    {
        Console.WriteLine("0 passed, 1 failed");
        return code;
    }

    private static void Say(string line) => Console.WriteLine(line);

    [GeneratedRegex(@"^\s*(succeeded|failed|error|skipped):\s*([0-9]+)\s*$")]
    private static partial Regex Count();
}
