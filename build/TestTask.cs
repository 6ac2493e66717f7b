using System.Globalization;
using System.Text.RegularExpressions;

namespace AmlVnet.Build;

/// <summary>Task <c>test</c>: every test, xUnit's and Pester's, counted together.</summary>
public static partial class TestTask
{
    /// <summary>The variable that asks the tests that take too long for every day to run.</summary>
    public const string AllVariable = "AMLVNET_TEST_ALL";

    /// <summary>Builds everything and runs every test.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments">
    /// <c>--all</c>: also what takes too long for every day; <c>--no-coverage</c>; anything else is handed to the test programs.
    /// </param>
    /// <returns>0 when all passed.</returns>
    public static int Run(string root, IReadOnlyList<string> arguments)
    {
        if (arguments.Contains("--all")) Environment.SetEnvironmentVariable(AllVariable, "1");

        if (Pwsh.Restore(root) is var restored and not 0) return Broken(restored);

        Console.WriteLine("Building the module, the simulator and the tests; the first time, packages are downloaded …");
        if (DotNet.Run(root, "build", "AmlVnet.sln", "--nologo", "--verbosity", "minimal") is var built and not 0) return Broken(built);

        Console.WriteLine("Running the tests: xUnit's, and Pester's in PowerShell …");
        var reports = Path.Combine(root, "artifacts", "coverage");
        if (Directory.Exists(reports)) Directory.Delete(reports, recursive: true);
        string[] coverage = arguments.Contains("--no-coverage") ? [] : ["--results-directory", reports, .. Coverage.Options];
        var handedOn = arguments.Where(argument => argument is not ("--all" or "--no-coverage"));
        var summary = new Summary();
        var code = DotNet.Read(root, line =>
        {
            summary.Read(line);
            Console.WriteLine(line);
        }, ["test", "--solution", "AmlVnet.sln", "--no-build", .. coverage, .. handedOn]);

        foreach (var line in Coverage.Read(reports)) Console.WriteLine(line);
        // A run that broke says so by its code only.
        var failed = code == 0 ? summary.Failed : Math.Max(summary.Failed, 1);
        Console.WriteLine($"{summary.Passed} passed, {failed} failed");
        return failed == 0 ? 0 : code == 0 ? 1 : code;
    }

    private static int Broken(int code)
    {
        Console.WriteLine("0 passed, 1 failed");
        return code;
    }

    /// <summary>The numbers under "Test run summary", which adds up all test programs.</summary>
    internal sealed partial class Summary
    {
        private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
        private bool _isHere;

        /// <summary>How many tests passed.</summary>
        public int Passed => _counts.GetValueOrDefault("succeeded");

        /// <summary>How many failed. A program that crashed, or had no test to run, is an error there and no failed test.</summary>
        public int Failed => _counts.GetValueOrDefault("failed") + _counts.GetValueOrDefault("error");

        /// <summary>Takes the next line of what "dotnet test" prints.</summary>
        public void Read(string line)
        {
            _isHere |= line.StartsWith("Test run summary", StringComparison.Ordinal);
            if (_isHere && Count().Match(line) is { Success: true } count)
                _counts[count.Groups[1].Value] = int.Parse(count.Groups[2].Value, CultureInfo.InvariantCulture);
        }

        [GeneratedRegex(@"^\s*(succeeded|failed|error|skipped):\s*([0-9]+)\s*$")]
        private static partial Regex Count();
    }
}
