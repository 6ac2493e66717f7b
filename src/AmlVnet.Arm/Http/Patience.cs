namespace AmlVnet.Arm.Http;

/// <summary>One look at what is waited for.</summary>
/// <typeparam name="T">What it is at the end.</typeparam>
/// <param name="IsOver">Whether the waiting is over.</param>
/// <param name="Value">What was waited for, where it is over.</param>
/// <param name="State">What it is at, for the user.</param>
/// <param name="Delay">How long to wait before the next look, in the cloud's time; null is the usual pace.</param>
internal readonly record struct Look<T>(bool IsOver, T Value, string? State, TimeSpan? Delay);

/// <summary>Makes looks.</summary>
internal static class Look
{
    internal static Look<T> Over<T>(T value) => new(true, value, null, default);

    internal static Look<T> Again<T>(string? state, TimeSpan? delay = null) => new(false, default!, state, delay);
}

/// <summary>What is waited for, and how long.</summary>
/// <param name="Title">What is being done, for the progress display; null shows none.</param>
/// <param name="Since">When it began, in the cloud's time.</param>
/// <param name="Deadline">When to give up, in the cloud's time; null waits for ever.</param>
/// <param name="TooLong">The error when it took too long: what it was at then, and how long it took.</param>
/// <param name="LastWords">What to say when the user stops the waiting.</param>
/// <param name="PauseWords">What to say instead when he stops it between two looks.</param>
internal sealed record Waiting(string? Title, DateTimeOffset Since, DateTimeOffset? Deadline = null,
    Func<string?, TimeSpan, Exception>? TooLong = null,
    string? LastWords = null, string? PauseWords = null);

/// <summary>The one waiting loop: looks until it is over, in the cloud's time, telling how it goes.</summary>
internal sealed class Patience(TimeProvider time)
{
    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Looks until a look says that it is over.</summary>
    /// <exception cref="OperationCanceledException">The user stopped the waiting; what is waited for goes on.</exception>
    internal async Task<T> UntilAsync<T>(Waiting wait, Func<CancellationToken, Task<Look<T>>> look, CancellationToken cancel)
    {
        var log = ActivityLog.Current;
        var owner = new object();
        string? state = null;
        // What nobody gives words for ends with what it is a part of, or with its request.
        using var limit = wait.TooLong is null ? null : Limit(TimeLimit.Earlier(wait.Deadline), cancel);
        if (wait.LastWords is not null) log.OnStop(owner, wait.LastWords);
        try
        {
            while (true)
            {
                var seen = await look(limit?.Token ?? cancel).ConfigureAwait(false);
                if (seen.IsOver) return seen.Value;
                state = seen.State;
                if (wait.Title is not null) log.Progress(owner, new ActivityProgress(wait.Title, seen.State ?? "", Now - wait.Since));
                var deadline = TimeLimit.Earlier(wait.Deadline);
                if (deadline <= Now && wait.TooLong is { } tooLong) throw tooLong(seen.State, Now - wait.Since);
                if (wait.PauseWords is not null) log.OnStop(owner, wait.PauseWords);
                await Task.Delay(Within(seen.Delay ?? PollPace.After(Now - wait.Since), deadline), time, cancel).ConfigureAwait(false);
                if (wait.PauseWords is not null) log.OnStop(owner, wait.LastWords);
            }
        }
        catch (Exception e) when (wait.TooLong is not null && !cancel.IsCancellationRequested
            && (e is OperationCanceledException && limit?.IsCancellationRequested == true
                || e is AmlVnetException { ErrorId: nameof(Problems.TimeRanOut) }))
        {
            throw wait.TooLong(state, Now - wait.Since);
        }
        finally
        {
            if (wait.Title is not null) log.Progress(owner, new ActivityProgress(wait.Title, "", Now - wait.Since, IsCompleted: true));
            if (!cancel.IsCancellationRequested) log.OnStop(owner, null);
        }
    }

    /// <summary>The last look comes when the time is up, not after the next pause.</summary>
    private TimeSpan Within(TimeSpan delay, DateTimeOffset? deadline) =>
        deadline is { } end && end - Now < delay ? end > Now ? end - Now : TimeSpan.Zero : delay;

    /// <summary>Ends a look that has no answer when the time is up.
    /// A simulated cloud answers at once, and its time does not pass by itself.
    /// </summary>
    private CancellationTokenSource? Limit(DateTimeOffset? deadline, CancellationToken cancel)
    {
        if (deadline is not { } end || !ReferenceEquals(time, TimeProvider.System)) return null;
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(end > Now ? end - Now : TimeSpan.Zero);
        return limit;
    }

    /// <summary>Tries again what a rule says is tried again, until its limit is reached,
    /// or the deadline would be before the next try.</summary>
    /// <param name="wait">What is tried.</param>
    /// <param name="rules">The rules that apply; the first one that knows the failure decides.</param>
    /// <param name="act">One try.</param>
    /// <param name="cancel">Stops the trying.</param>
    /// <param name="status">What to show while it waits for so long; null shows the rule's sentence.</param>
    /// <param name="limitSince">From when on a rule's limit counts; null is the beginning.</param>
    internal async Task<T> TryAsync<T>(Waiting wait, IReadOnlyList<RetryRule> rules, Func<CancellationToken, Task<T>> act,
        CancellationToken cancel,
        Func<TimeSpan, string>? status = null, DateTimeOffset? limitSince = null)
    {
        var tries = new Dictionary<RetryRule, int>();
        return await UntilAsync(wait, async token =>
        {
            try
            {
                return Look.Over(await act(token).ConfigureAwait(false));
            }
            catch (AmlVnetException e) when (rules.FirstOrDefault(rule => rule.Applies(e)) is { } rule && MayTry(rule))
            {
                tries[rule] = tries.GetValueOrDefault(rule) + 1;
                var delay = rule.DelayAfter(tries[rule]);
                ActivityLog.Current.Verbose($"{rule.Sentence} ({e.Message}) Trying again in {delay.TotalSeconds:0.#} s.");
                return Look.Again<T>(status?.Invoke(delay) ?? rule.Sentence, delay);
            }
        }, cancel).ConfigureAwait(false);

        bool MayTry(RetryRule rule)
        {
            var before = tries.GetValueOrDefault(rule);
            return before < rule.Attempts && (rule.Limit is not { } limit || Now - (limitSince ?? wait.Since) < limit)
                && (TimeLimit.Earlier(wait.Deadline) is not { } end || Now + rule.DelayAfter(before + 1) < end);
        }
    }
}
