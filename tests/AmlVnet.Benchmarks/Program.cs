using System.Globalization;
using AmlVnet.Benchmarks;
using BenchmarkDotNet.Running;

// Whole processes are measured by turns, as ratios in one run; the rest is BenchmarkDotNet's.
switch (args)
{
    case ["start", .. var rest]:
        StartRun.Run(Layout.Find(), Rounds(rest, 9));
        break;
    case ["how-to", .. var rest]:
        HowToRun.Run(Layout.Find(), Rounds(rest, 5));
        break;
    case ["fleet", .. var sizes]:
        FleetRun.Run(Layout.Find(), sizes is [] ? [10, 100, 1000, 10000]
            : [.. sizes.Select(static size => int.Parse(size, CultureInfo.InvariantCulture))]);
        break;
    default:
        BenchmarkSwitcher.FromTypes([typeof(SecurityGroupBenchmarks), typeof(PlannerBenchmarks), typeof(ClusterBenchmarks)]).Run(args);
        break;
}

static int Rounds(string[] rest, int usual) => rest is ["--rounds", var count] ? int.Parse(count, CultureInfo.InvariantCulture) : usual;
