using System.Globalization;
using AmlVnet.Arm.Carrying;
using AmlVnet.Arm.SignIn;
using AmlVnet.Arm.Simulation;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Ids;
using BenchmarkDotNet.Attributes;

namespace AmlVnet.Benchmarks;

/// <summary>Ten clusters side by side against one,
/// at a thousand simulated seconds a second: the promise is about one cluster's time.</summary>
[ShortRunJob]
public class ClusterBenchmarks
{
    [Benchmark(Baseline = true)]
    public Task OneCluster() => CreateAsync(1);

    [Benchmark]
    public Task TenClustersSideBySide() => CreateAsync(10);

    private static async Task CreateAsync(int count)
    {
        var context = await SimulatorSignIn.ConnectAsync(new SimulatorSettings("how-to", null, 1000), null, CancellationToken.None);
        using var connection = (AzureConnection)context.Connection!;
        var azure = new AzureWork(connection);
        var workspace = ArmId.ForWorkspace(context.SubscriptionId, "myworkspacegroup", "myworkspace");
        await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            var work = await azure.AksComputes.PlanCreateAsync(new ComputeRequest(
                workspace.Child("computes", string.Create(CultureInfo.InvariantCulture, $"bench{i}x")), new AksComputeSettings()),
                wait: true, CancellationToken.None);
            foreach (var step in work.Plan.Steps) await work.CarryOutAsync(step, CancellationToken.None);
        }));
    }
}
