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
    default:
        BenchmarkSwitcher.FromTypes([typeof(SecurityGroupBenchmarks), typeof(PlannerBenchmarks), typeof(ClusterBenchmarks)]).Run(args);
        break;
}

static int Rounds(string[] rest, int usual) => rest is ["--rounds", var count] ? int.Parse(count, CultureInfo.InvariantCulture) : usual;
