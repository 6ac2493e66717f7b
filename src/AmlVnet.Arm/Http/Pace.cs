using Azure;
using Azure.Core;

namespace AmlVnet.Arm.Http;

/// <summary>Time as the cloud counts it, and how long to wait for it. Real for Azure, scaled or virtual for the simulator.</summary>
internal abstract class Pace
{
    /// <summary>The real clock.</summary>
    internal static Pace Real { get; } = new RealPace();

    internal abstract DateTimeOffset UtcNow { get; }

    /// <summary>Waits for a span of the cloud's time.</summary>
    internal abstract Task DelayAsync(TimeSpan span, CancellationToken cancel);

    /// <summary>The real time to wait for a span of the cloud's time; a clock that nobody waits for is ahead by it when this returns.</summary>
    internal abstract TimeSpan RealWait(TimeSpan span);

    private sealed class RealPace : Pace
    {
        internal override DateTimeOffset UtcNow => DateTimeOffset.UtcNow;

        internal override Task DelayAsync(TimeSpan span, CancellationToken cancel) => Task.Delay(span, cancel);

        internal override TimeSpan RealWait(TimeSpan span) => span;
    }
}

/// <summary>How long to wait before a request is sent again, in the cloud's time: what the service asks for, or longer from time to time.</summary>
internal sealed class PacedRetry(Pace pace) : DelayStrategy(TimeSpan.FromMinutes(1))
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(800);

    /// <inheritdoc/>
    protected override TimeSpan GetNextDelayCore(Response? response, int retryNumber) => pace.RealWait(
        response is not null && response.Headers.TryGetValue("Retry-After", out var text)
        && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : First * Math.Pow(2, retryNumber - 1));
}
