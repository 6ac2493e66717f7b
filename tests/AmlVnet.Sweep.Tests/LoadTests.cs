namespace AmlVnet.Sweep.Tests;

/// <summary>Tests that count what the process holds: no other runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Many records, several processes at once, and what is left when all is over.</summary>
[Collection(nameof(Alone))]
public sealed class LoadTests
{
    private const string Subscription = "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36";
    private const string Workspace = Subscription
        + "/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/myworkspace";
    private const string FromFleet = "$fifty | Grant-AksNetworkContributor";

    private static readonly Fault Refusal = Fault.All.First(static fault => fault.Name == "500");

    [Fact]
    public void Of_fifty_piped_computes_the_one_that_fails_is_named_and_the_others_are_done()
    {
        using var world = OpenFleet();
        world.Run(FromFleet);
        var writes = world.Proxy.Order.Where(static asked => asked.IsWrite).ToArray();
        Assert.Equal(50, writes.Length);

        world.Renew();
        world.Proxy.Arm(writes[24], Refusal);
        var ran = world.Run(FromFleet);

        Assert.Equal(49, ran.Output.Count);
        var error = Assert.Single(ran.Errors);
        var left = Assert.Single(Names(world),
            name => !ran.Output.Cast<AksNetworkAccess>().Any(access => access.ComputeId!.EndsWith("/" + name, StringComparison.Ordinal)));
        Assert.Contains(left, error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains(left, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_all_of_fifty_fail_each_error_says_which()
    {
        using var world = OpenFleet();
        world.Proxy.Arm(static asked => asked.IsWrite, Refusal);
        var ran = world.Run(FromFleet);

        Assert.Empty(ran.Output);
        Assert.Equal(50, ran.Errors.Count);
        foreach (var name in Names(world))
            Assert.Single(ran.Errors, error => error.Exception.Message.Contains($"computes/{name}'", StringComparison.Ordinal));
    }

    /// <summary>What is asked of all of them alike fails for each, and each says for which.</summary>
    [Fact]
    public void Where_what_all_of_fifty_need_can_not_be_read_each_error_says_which()
    {
        using var world = OpenFleet();
        world.Proxy.Arm(static asked => asked.Path.EndsWith("/roleAssignments", StringComparison.OrdinalIgnoreCase), Refusal);
        var ran = world.Run("$fifty | Test-AmlAksNetwork");

        Assert.Equal(50, ran.Errors.Count);
        foreach (var name in Names(world))
            Assert.Single(ran.Errors, error => error.Exception.Message.Contains($"computes/{name}'", StringComparison.Ordinal));
    }

    [Fact]
    public void Five_thousand_records_take_no_more_memory_than_one_thousand()
    {
        using var world = new SweptWorld("how-to");
        world.Proxy.IsCounting = false;
        var ran = world.Run($$"""
            $marks = [System.Collections.Generic.List[long]]::new()
            1..5000 | ForEach-Object {
                if ($_ -in 1000, 5000) { $marks.Add([GC]::GetTotalMemory($true)) }
                "{{Workspace}}/computes/c$_"
            } | Remove-AmlAksCompute -PassThru -WarningAction SilentlyContinue | ForEach-Object { $count = 0 } { $count++ } { $count }
            $marks
            """);

        Assert.Empty(ran.Errors);
        Assert.Equal(5000, ran.Output[0]);
        var grown = ((long)ran.Output[2] - (long)ran.Output[1]) >> 20;
        // The simulator's own log grows meanwhile, by some megabytes.
        Assert.True(grown < 32, $"{grown} MB more after 5,000 records than after 1,000");
    }

    [Fact]
    public async Task Two_processes_at_once_make_each_rule_once()
    {
        var open = Swept.All.First(static swept => swept.Name == "Enable-AmlScoringAccess");
        var path = Path.Combine(Path.GetTempPath(), $"amlvnet-{Guid.NewGuid():N}.json");
        try
        {
            using var first = new SweptWorld(open.Scenario, path);
            Assert.Empty(first.Run(open.Before).Errors);
            using var second = new SweptWorld(open.Scenario, path);
            var both = await Task.WhenAll(new[] { first, second }.Select(world => Task.Run(() => world.Run(open.Script))));

            Assert.All(both, static ran => Assert.Empty(ran.Errors));
            using var alone = new SweptWorld(open.Scenario);
            Assert.Empty(alone.Run(open.Before).Errors);
            Assert.Empty(alone.Run(open.Script).Errors);
            Assert.Equal(Rules(alone), Rules(first));
        }
        finally
        {
            foreach (var file in Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(path) + "*")) File.Delete(file);
        }
    }

    [Fact]
    public async Task No_timer_is_left_when_jobs_have_ended_and_the_module_is_removed()
    {
        using (var warm = new SweptWorld("how-to")) warm.Run("Get-Module");
        var before = Timer.ActiveCount;
        using (var world = new SweptWorld("existing-cluster"))
        {
            var ran = world.Run(
                $"$job = '{Workspace}/"
                + "computes/myaks' | Remove-AmlAksCompute -AsJob; $job | Wait-Job | Receive-Job; $job.State; $job | Remove-Job; Get-Module "
                + "| Remove-Module");
            Assert.Empty(ran.Errors);
            Assert.Contains("Completed", ran.Output.Select(static one => one.ToString()));
        }

        for (var look = 0; Timer.ActiveCount > before && look < 100; look++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.True(Timer.ActiveCount <= before, $"{Timer.ActiveCount} timers, {before} before");
    }

    private static SweptWorld OpenFleet()
    {
        var world = new SweptWorld("fleet");
        Assert.Empty(world.Run("$fifty = @(Get-AmlWorkspace | Get-AmlAksCompute)[0..49]").Errors);
        world.Keep();
        world.Renew();
        return world;
    }

    private static string[] Names(SweptWorld world) => [.. world.Run("$fifty | ForEach-Object Name").Output.Cast<string>()];

    private static string[] Rules(SweptWorld world) =>
        [.. world.Look().Comparable.Where(static one => one.Contains("/networkSecurityGroups/mynsg", StringComparison.Ordinal))];
}
