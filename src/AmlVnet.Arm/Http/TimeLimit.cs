namespace AmlVnet.Arm.Http;

/// <summary>
/// How long the work of one record may take, where its command was told so. It flows with the asynchronous calls of the work, down to the
/// tries of a single request: nothing waits beyond it.
/// </summary>
internal static class TimeLimit
{
    // What names a cause is worth a moment more than was given.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly AsyncLocal<Limit?> Flowing = new();

    /// <summary>When the work has to end, in the cloud's time; null where nobody said.</summary>
    internal static DateTimeOffset? Current => Flowing.Value?.End;

    /// <summary>Whether the time is up: nothing is begun any more.</summary>
    internal static bool IsUp(DateTimeOffset now) => Current <= now;

    /// <summary>Sets it for all that the caller awaits from here on; one that is set already and ends before stays.</summary>
    internal static void Set(DateTimeOffset end, TimeProvider time) => Flowing.Value = new Limit(time) { End = Earlier(end)!.Value };

    /// <summary>The earlier one of a deadline and the limit; null where there is neither.</summary>
    internal static DateTimeOffset? Earlier(DateTimeOffset? deadline) =>
        Current is { } end && !(deadline <= end) ? end : deadline;

    /// <summary>Leaves out of account a time in which nothing could go on, such as that in which somebody thought about a question.</summary>
    internal static void Prolong(TimeSpan span)
    {
        if (Flowing.Value is { } limit) limit.End += span;
    }

    /// <summary>Gives what the caller awaits from here on, and only tells a cause, a moment of its own.</summary>
    internal static void SetForExplaining()
    {
        if (Flowing.Value is { Time: var time }) Flowing.Value = new Limit(time) { End = time.GetUtcNow() + Grace };
    }

    /// <summary>Sends a request that is ended without an answer when the time is up.</summary>
    /// <exception cref="AmlVnetException">The time was up before, or is by then.</exception>
    internal static async Task<T> BoundAsync<T>(string target, Func<CancellationToken, Task<T>> send, CancellationToken cancel)
    {
        if (Flowing.Value is not { } limit) return await send(cancel).ConfigureAwait(false);
        var left = limit.End - limit.Time.GetUtcNow();
        if (left < TimeSpan.Zero) throw Problems.TimeRanOut(target);
        // A simulated cloud answers at once, and its time does not pass by itself.
        if (!ReferenceEquals(limit.Time, TimeProvider.System)) return await send(cancel).ConfigureAwait(false);
        using var link = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        link.CancelAfter(left);
        try
        {
            return await send(link.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (link.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw Problems.TimeRanOut(target);
        }
    }

    private sealed class Limit(TimeProvider time)
    {
        internal DateTimeOffset End { get; set; }

        internal TimeProvider Time => time;
    }
}
