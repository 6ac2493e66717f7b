using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>Ctrl+C while a command waits; what it says then goes past the streams, to the host.</summary>
public sealed class StopTests
{
    [Theory]
    [InlineData(Rehearsal.New, "Wait-AmlOperation -ResourceId '" + SimulatedCloud.Compute + "'")]
    [InlineData("Wait-AmlOperation -ResourceId '" + SimulatedCloud.Compute + "'",
        "Wait-AmlOperation -ResourceId '" + SimulatedCloud.Compute + "'")]
    [InlineData("Set-AmlAksLoadBalancer myworkspacegroup myworkspace myaks -Type PublicIp", "Run the same command again to go on.")]
    public async Task CtrlC_stops_the_waiting_and_says_how_to_go_on(string command, string words)
    {
        // On a clock of real seconds the ten minutes of a creation are far away when the command is stopped.
        using var world = new Rehearsal(clock: "-TimeScale 1");
        if (command != Rehearsal.New) world.Run(Rehearsal.New + " -NoWait");
        var running = world.Runspace.Start(command);
        await Until(world, static record => record.RecordType == ProgressRecordType.Processing);

        running.Stop();
        var result = await running.Result;

        Assert.True(result.IsStopped);
        Assert.Empty(result.Output);
        Assert.Empty(result.Errors);
        Assert.Contains("WARNING: Stopped waiting", world.Host.Text, StringComparison.Ordinal);
        Assert.Contains(words, world.Host.Text, StringComparison.Ordinal);
        Assert.Equal("Creating", world.One(Rehearsal.Get).ProvisioningState);
    }

    [Fact]
    public async Task CtrlC_between_two_tries_of_a_switch_says_how_to_go_on()
    {
        using var world = new Rehearsal("existing-cluster", "-TimeScale 200");
        world.Run("Set-AmlSimulator -Setting @{ assignmentSeconds = 3600; switchMinutes = 0.1 }");
        var running = world.Runspace.Start(Rehearsal.Get
            + " | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer");
        await Until(world, static record => record.StatusDescription.Contains("min ago", StringComparison.Ordinal));

        running.Stop();

        Assert.True((await running.Result).IsStopped);
        Assert.Contains("WARNING: Stopped", world.Host.Text, StringComparison.Ordinal);
        Assert.Contains("again", world.Host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CtrlC_while_the_directory_is_waited_for_says_how_to_go_on()
    {
        using var world = new Rehearsal(clock: "-TimeScale 20");
        world.Run("Set-AmlSimulator -Setting @{ principalWithTypeSeconds = 100000 }");
        world.Run(Rehearsal.New + " -NoWait");
        world.Run("Set-AmlSimulator -Advance 00:11:00");
        var running = world.Runspace.Start(Rehearsal.Get + " | Grant-AksNetworkContributor");
        await Until(world, static record => record.StatusDescription.Contains("waiting for the directory", StringComparison.Ordinal));

        running.Stop();

        Assert.True((await running.Result).IsStopped);
        Assert.Contains("WARNING: Stopped", world.Host.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Rehearsal.Get + " | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type PublicIp", true)]
    [InlineData(Rehearsal.Get + " |\n Grant-AksNetworkContributor |\n Set-AmlAksLoadBalancer -Type PublicIp", false)]
    [InlineData("foreach ($one in " + Rehearsal.Get + ") { $one | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type PublicIp }",
        false)]
    public async Task CtrlC_in_a_pipeline_prints_a_command_that_works_and_says_what_is_left(string pipeline, bool isWhole)
    {
        using var world = new Rehearsal(clock: "-TimeScale 20");
        world.Run("Set-AmlSimulator -Setting @{ principalWithTypeSeconds = 100000 }");
        world.Run(Rehearsal.New + " -NoWait");
        world.Run("Set-AmlSimulator -Advance 00:11:00");
        var running = world.Runspace.Start(pipeline);
        await Until(world, static record => record.StatusDescription.Contains("waiting for the directory", StringComparison.Ordinal));

        running.Stop();

        Assert.True((await running.Result).IsStopped);
        var words = string.Join(' ', world.Host.Text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("one: Grant ", words, StringComparison.Ordinal);
        if (!isWhole) Assert.Contains("The commands after it in the pipeline have not run for it", words, StringComparison.Ordinal);
        var printed = words[(words.IndexOf("To go on: ", StringComparison.Ordinal) + "To go on: ".Length)..].Split("WARNING:")[0].Trim();
        Assert.Equal(isWhole, printed == pipeline);
        world.Run("Set-AmlSimulator -Advance 30:00:00");
        Assert.Equal(isWhole ? "AksCompute" : "AksNetworkAccess", Assert.Single(world.Run(printed)).BaseObject.GetType().Name);
    }

    private static async Task Until(Rehearsal world, Func<ProgressRecord, bool> isShown)
    {
        while (!world.Host.Progress.Any(isShown)) await Task.Delay(10, TestContext.Current.CancellationToken);
    }
}
