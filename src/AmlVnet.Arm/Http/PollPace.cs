namespace AmlVnet.Arm.Http;

/// <summary>
/// When to look again at what goes on: after a tenth of the time that it has been going on, at least five seconds and at most a minute. So
/// its end is noticed within a tenth of its duration, or five seconds; ten minutes take fewer than 40 looks, and an hour fewer than 90. A
/// service that asks for a longer pause gets it.
/// </summary>
internal static class PollPace
{
    private const double Part = 0.1;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    // The longest that ARM's contract lets a service ask for; a date far ahead is a clock that goes wrong.
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(10);

    /// <summary>The pause before the next look.</summary>
    /// <param name="elapsed">How long it has been going on, in the cloud's time.</param>
    /// <param name="asked">What the service asks for; null, and what is no pause, leaves it to the pace.</param>
    internal static TimeSpan After(TimeSpan elapsed, TimeSpan? asked = null)
    {
        var pace = elapsed * Part;
        if (pace > Longest) pace = Longest;
        // What is asked for may be shorter: an operation that the service thinks short is looked at soon.
        var least = asked > TimeSpan.Zero ? asked.Value < LongestAsked ? asked.Value : LongestAsked : Shortest;
        return pace > least ? pace : least;
    }
}
