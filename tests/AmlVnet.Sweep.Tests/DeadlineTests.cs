using System.Diagnostics;
using System.Net;

namespace AmlVnet.Sweep.Tests;

/// <summary>-TimeoutSeconds bounds everything: what is looked at, written and waited for, each repetition and each silence.</summary>
public sealed class DeadlineTests
{
    /// <summary>A whole job, or one write, of each kind; each takes minutes of the cloud's time.</summary>
    private static readonly Swept[] Bounded =
    [
        .. Swept.All.Where(static swept => swept.Name.Contains("PrivateInference", StringComparison.Ordinal)),
        .. Swept.All.Where(static swept => swept.Name.StartsWith("Set-AmlAksLoadBalancer", StringComparison.Ordinal)),
    ];

    private static readonly Fault Hang = new("no answer", Reach.All, static hit => hit.HangAsync());

    private static readonly int[] Spans = [3, 45, 200];

    public static TheoryData<int, int> Limits => new(
        from row in Enumerable.Range(0, Bounded.Length) from seconds in Spans select (row, seconds));

    /// <summary>Whatever the limit falls on, the command ends with it, in one error of its own that says how it goes on.</summary>
    [Theory]
    [MemberData(nameof(Limits))]
    public void What_takes_longer_ends_at_the_limit(int row, int seconds)
    {
        var swept = Bounded[row];
        using var world = Prepared(swept);
        // Everything is throttled now and then, so that each phase has something to repeat.
        var asked = 0;
        world.Proxy.Arm(_ => ++asked % 5 == 0, Throttled("2"));
        var begun = world.Simulator.Clock.UtcNow;

        var ran = world.Run($"{swept.Script} -TimeoutSeconds {seconds}");

        var took = world.Simulator.Clock.UtcNow - begun;
        Assert.True(took <= TimeSpan.FromSeconds(seconds), $"{took}");
        if (ran.Errors.Count == 0) return;
        var error = Assert.IsAssignableFrom<AmlVnetException>(Assert.Single(ran.Errors).Exception);
        // The last kind: a switch failed for want of a fresh right, and there is no time left for another.
        Assert.True(error.Kind is ProblemKind.Timeout or ProblemKind.Connection or ProblemKind.OperationFailed, ran.Said);
        Assert.NotEmpty(ran.Errors[0].ErrorDetails.RecommendedAction);
    }

    [Theory]
    [InlineData("17")]
    [InlineData("86400")]
    [InlineData("Fri, 31 Dec 2099 23:59:59 GMT")]
    public void A_limit_bounds_what_Retry_After_asks_for(string retryAfter)
    {
        foreach (var swept in Bounded)
        {
            using var world = Prepared(swept);
            world.Proxy.Arm(static _ => true, Throttled(retryAfter));
            var begun = world.Simulator.Clock.UtcNow;

            var ran = world.Run($"{swept.Script} -TimeoutSeconds 3");

            Assert.IsAssignableFrom<AmlVnetException>(Assert.Single(ran.Errors).Exception);
            Assert.True(world.Simulator.Clock.UtcNow - begun <= TimeSpan.FromSeconds(3), $"{world.Simulator.Clock.UtcNow - begun}");
        }
    }

    [Theory]
    [InlineData("GET", "TimeRanOut")]
    [InlineData("PUT", "TimeRanOut")]
    [InlineData("poll", "WaitTimedOut")]
    public void A_request_that_nobody_answers_is_cut_off_at_the_limit(string which, string id)
    {
        var swept = Bounded.First(static swept => swept.Script.EndsWith("| Enable-AmlPrivateInference", StringComparison.Ordinal));
        using var world = new SweptWorld(swept.Scenario) { IsOnRealTime = true };
        Assert.Empty(world.Run("Get-AmlWorkspace").Errors);
        world.Renew();
        var hasWritten = false;
        world.Proxy.Arm(asked =>
        {
            hasWritten |= asked.IsWrite;
            return which switch { "GET" => true, "PUT" => asked.IsWrite, _ => hasWritten && !asked.IsWrite };
        }, Hang);
        var watch = Stopwatch.StartNew();

        var ran = world.Run($"{swept.Script} -TimeoutSeconds 1");

        var error = Assert.IsAssignableFrom<AmlVnetException>(Assert.Single(ran.Errors).Exception);
        Assert.True(error.ErrorId == id || error.ErrorId == "TimeRanOut", ran.Said);
        Assert.Equal(ProblemKind.Timeout, error.Kind);
        if (which != "GET") Assert.Contains("ay have been done:", error.Message, StringComparison.Ordinal);
        // The request itself would be given up after 100 s, and sent three times more.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{watch.Elapsed}");
    }

    private static SweptWorld Prepared(Swept swept)
    {
        var world = new SweptWorld(swept.Scenario);
        if (swept.Before.Length > 0) Assert.Empty(world.Run(swept.Before).Errors);
        world.Settle();
        world.Keep();
        world.Renew();
        return world;
    }

    private static Fault Throttled(string retryAfter) => new("429", Reach.All, _ =>
    {
        var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Content = new StringContent("{}") };
        answer.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return Task.FromResult(answer);
    });
}
