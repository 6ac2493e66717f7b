using Azure;
using Azure.Core;

namespace AmlVnet.Arm.Http;

/// <summary>How long the SDK waits before it sends a request again: what the service asks for, or longer from time to time;
/// as real time.</summary>
/// <param name="realWait">The real time that stands for a span of the cloud's time.</param>
internal sealed class PacedRetry(Func<TimeSpan, TimeSpan> realWait) : DelayStrategy(TimeSpan.FromMinutes(1))
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(800);

    /// <inheritdoc/>
    protected override TimeSpan GetNextDelayCore(Response? response, int retryNumber) => realWait(
        response is not null && response.Headers.TryGetValue("Retry-After", out var text)
        && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : First * Math.Pow(2, retryNumber - 1));
}
