using AmlVnet.Benchmarks;
using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromTypes([typeof(SecurityGroupBenchmarks), typeof(PlannerBenchmarks), typeof(ClusterBenchmarks)]).Run(args);
