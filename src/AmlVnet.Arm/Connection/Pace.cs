namespace AmlVnet.Arm;

/// <summary>Time as the cloud counts it, and how long to wait for it. Real for Azure, scaled or virtual for the simulator.</summary>
internal abstract class Pace
{
    /// <summary>The real clock.</summary>
    internal static Pace Real { get; } = new RealPace();

    internal abstract DateTimeOffset UtcNow { get; }

    /// <summary>Waits for a span of the cloud's time.</summary>
    internal abstract Task DelayAsync(TimeSpan span, CancellationToken cancel);

    private sealed class RealPace : Pace
    {
        internal override DateTimeOffset UtcNow => DateTimeOffset.UtcNow;

        internal override Task DelayAsync(TimeSpan span, CancellationToken cancel) => Task.Delay(span, cancel);
    }
}
