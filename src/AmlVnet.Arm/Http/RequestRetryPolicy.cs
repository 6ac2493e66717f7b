using System.Globalization;
using System.Runtime.ExceptionServices;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AmlVnet.Arm.Http;

/// <summary>
/// Sends a request again that the SDK's classifier calls worth it (408, 429, 500, 502, 503, 504, no answer). It waits as long as the
/// service asks for, in the cloud's time and in the sight of the user, and not at all where that would be beyond the command's limit, or so
/// long that the user has to know.
/// </summary>
/// <param name="time">The cloud's time.</param>
/// <param name="realWait">The real time that stands for a span of it.</param>
internal sealed class RequestRetryPolicy(TimeProvider time, Func<TimeSpan, TimeSpan> realWait) : HttpPipelinePolicy
{
    /// <summary>The longest Retry-After that is waited for without asking anybody.</summary>
    internal static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private const int MostTries = 4;

    // What is over sooner needs no line.
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(800);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        ProcessAsync(message, pipeline).AsTask().GetAwaiter().GetResult();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        for (var tries = 1; ; tries++)
        {
            Exception? failure = null;
            try
            {
                await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                failure = e;
            }

            var isAgain = tries < MostTries && (failure is null ? message.ResponseClassifier.IsRetriableResponse(message)
                : message.ResponseClassifier.IsRetriable(message, failure));
            var delay = isAgain ? DelayAfter(message, failure, tries) : null;
            if (delay is null)
            {
                if (failure is not null) ExceptionDispatchInfo.Throw(failure);
                return;
            }

            if (failure is null) message.Response.ContentStream?.Dispose();
            await WaitAsync(message, failure, delay.Value).ConfigureAwait(false);
        }
    }

    /// <summary>How long to wait; null where that is too long.</summary>
    private TimeSpan? DelayAfter(HttpMessage message, Exception? failure, int tries)
    {
        var now = time.GetUtcNow();
        var delay = First * Math.Pow(2, tries - 1);
        if (failure is null && RetryAfter.Read(message.Response, now) is { } asked && asked > delay) delay = asked;
        return delay > LongestPause || (TimeLimit.Current is { } end && now + delay >= end) ? null : delay;
    }

    private async Task WaitAsync(HttpMessage message, Exception? failure, TimeSpan delay)
    {
        var log = ActivityLog.Current;
        var owner = new object();
        var path = message.Request.Uri.ToUri().AbsolutePath;
        var why = failure is null ? "HTTP " + message.Response.Status.ToString(CultureInfo.InvariantCulture) : "no answer";
        if (delay > Shown)
            log.Progress(owner, new ActivityProgress($"Asking {path[(path.LastIndexOf('/') + 1)..]} again",
                $"{why}; in {delay.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s", default));
        try
        {
            await Task.Delay(realWait(delay), message.CancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (delay > Shown) log.Progress(owner, new ActivityProgress("Asking again", "", default, IsCompleted: true));
        }
    }
}
