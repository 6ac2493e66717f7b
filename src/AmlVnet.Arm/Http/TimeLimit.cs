namespace AmlVnet.Arm.Http;

/// <summary>
/// How long the work of one record may take, where its command was told so. It flows with the asynchronous calls of the work, down to the
/// tries of a single request: nothing waits beyond it.
/// </summary>
internal static class TimeLimit
{
    private static readonly AsyncLocal<Limit?> Flowing = new();

    /// <summary>When the work has to end, in the cloud's time; null where nobody said.</summary>
    internal static DateTimeOffset? Current => Flowing.Value?.End;

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

    /// <summary>A token that ends a request without an answer when the time is up; null where nobody said, or where time is a simulated
    /// one, whose requests are answered at once.</summary>
    internal static CancellationTokenSource? Link(CancellationToken cancel)
    {
        if (Flowing.Value is not { } limit || !ReferenceEquals(limit.Time, TimeProvider.System)) return null;
        var link = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var left = limit.End - limit.Time.GetUtcNow();
        link.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        return link;
    }

    private sealed class Limit(TimeProvider time)
    {
        internal DateTimeOffset End { get; set; }

        internal TimeProvider Time => time;
    }
}
