using AmlVnet.Arm.Http;

namespace AmlVnet.Arm.Tests;

/// <summary>The one waiting loop, and the table of what is tried again.</summary>
public sealed class PatienceTests
{
    [Fact]
    public void Every_retry_is_in_the_table_with_a_bound_and_a_source()
    {
        var rules = typeof(Retries).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
            .Select(static field => field.GetValue(null)).OfType<RetryRule>();

        Assert.Equal(rules, Retries.All);
        Assert.All(Retries.All, static rule =>
        {
            Assert.NotEmpty(rule.Source);
            Assert.True(rule.Attempts < 100 || rule.Limit is not null, rule.Sentence);
            Assert.True(rule.First <= rule.Longest, rule.Sentence);
        });
    }

    [Fact]
    public async Task Between_two_tries_the_last_words_are_those_of_the_pause()
    {
        using var cloud = new TestCloud(scenario: null);
        var patience = cloud.Connection.Wait.Patience;
        var told = new Words();
        told.Begin();
        var tries = 0;

        await patience.TryAsync(new Waiting(null, patience.Now, LastWords: "may be on its way", PauseWords: "between"), [Retries.GroupBusy],
            _ =>
        {
            Assert.Equal("may be on its way", told.Last);
            return ++tries < 3 ? throw Core.Errors.Problems.RequestRefused("/x", 429, null, null, null) : Task.FromResult(tries);
        }, TestCloud.Cancel);

        Assert.Equal(["may be on its way", "between", "may be on its way", "between", "may be on its way", null], told.All);
    }

    [Fact]
    public async Task Nothing_is_tried_when_the_deadline_is_before_the_next_try()
    {
        using var cloud = new TestCloud(scenario: null);
        var patience = cloud.Connection.Wait.Patience;
        var tries = 0;

        await Assert.ThrowsAnyAsync<AmlVnetException>(() => patience.TryAsync<int>(
            new Waiting(null, patience.Now, patience.Now + TimeSpan.FromSeconds(12)), [Retries.GroupBusy], _ =>
            {
                tries++;
                throw Core.Errors.Problems.RequestRefused("/x", 429, null, null, null);
            }, TestCloud.Cancel));

        // At once, after 5 seconds and after 10; the next one would be after 15.
        Assert.Equal(3, tries);
    }

    private sealed class Words : ActivityLog
    {
        internal List<string?> All { get; } = [];

        internal string? Last => All[^1];

        internal override void Verbose(string text)
        {
        }

        internal override void Debug(string text)
        {
        }

        internal override void Warning(string text)
        {
        }

        internal override void Progress(object activity, ActivityProgress progress)
        {
        }

        internal override void OnStop(object owner, string? lastWords) => All.Add(lastWords);
    }
}
