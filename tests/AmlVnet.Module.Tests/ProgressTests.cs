using System.Diagnostics;
using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>Progress on a console that takes long for each record, such as a terminal that does not say where its cursor is.</summary>
public sealed class ProgressTests
{
    private static readonly TimeSpan Cost = TimeSpan.FromMilliseconds(300);

    [Fact]
    public void A_slow_console_is_given_a_tenth_of_the_time_and_the_first_and_the_last_record()
    {
        // A creation of some ten minutes, told every second or so of the simulator's time.
        using var world = new Rehearsal(clock: "-TimeScale 60");
        world.Host.ProgressTakes = Cost;
        var watch = Stopwatch.StartNew();

        world.Run(Rehearsal.New);

        var shown = world.Host.Progress.ToList();
        Assert.Equal(ProgressRecordType.Processing, shown[0].RecordType);
        Assert.Equal(ProgressRecordType.Completed, shown[^1].RecordType);
        // The first and the last of each activity, and a tenth of what was left.
        var activities = shown.Select(record => record.ActivityId).Distinct().Count();
        Assert.InRange(shown.Count, 2, (2 * activities) + 1 + (int)(watch.Elapsed / (11 * Cost)));
    }

    [Fact]
    public void A_quick_console_is_shown_every_state_once()
    {
        using var world = new Rehearsal();

        world.Run(Rehearsal.New + " | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer");

        var activities = world.Host.Progress.GroupBy(record => record.ActivityId).ToList();
        Assert.NotEmpty(activities);
        Assert.All(activities, one => Assert.Equal(ProgressRecordType.Completed, one.Last().RecordType));
        Assert.Contains(world.Host.Progress,
            record => record.StatusDescription.Contains("waiting for the directory", StringComparison.Ordinal));
    }
}
