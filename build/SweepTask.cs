namespace AmlVnet.Build;

/// <summary>Task <c>sweep</c>: every fault at the requests of every command that changes the cloud.</summary>
public static class SweepTask
{
    /// <summary>Runs the sweep and prints its numbers.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments"><c>--all</c>: every fault at every request; <c>--seed N</c>: that run again; <c>--only NAME</c>: one
    /// command.</param>
    /// <returns>0 when every command converged and was clear.</returns>
    public static int Run(string root, IReadOnlyList<string> arguments)
    {
        for (var at = 0; at < arguments.Count; at++)
        {
            var value = at + 1 < arguments.Count ? arguments[at + 1] : null;
            switch (arguments[at])
            {
                case "--all":
                    Environment.SetEnvironmentVariable("AMLVNET_SWEEP", "all");
                    break;
                case "--seed" when value is not null:
                    Environment.SetEnvironmentVariable("AMLVNET_SWEEP_SEED", value);
                    at++;
                    break;
                case "--only" when value is not null:
                    Environment.SetEnvironmentVariable("AMLVNET_SWEEP_ONLY", value);
                    at++;
                    break;
                default:
                    Console.Error.WriteLine($"'{arguments[at]}' is none of --all, --seed N and --only NAME.");
                    return 2;
            }
        }

        var project = Path.Combine("tests", "AmlVnet.Sweep.Tests");
        if (DotNet.Run(root, "build", project, "--nologo", "--verbosity", "minimal") is var built and not 0) return built;
        return DotNet.Run(root, "run", "--no-build", "--project", project, "--", "--filter-class", "*.SweepTests", "--show-live-output",
            "on");
    }
}
