using System.Collections.Concurrent;
using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AmlVnet.Arm.Http;

/// <summary>
/// Keeps to what the services say is left: the requests of a subscription, by kind (x-ms-ratelimit-remaining-subscription-reads and its
/// siblings), and the queries of Resource Graph (x-ms-user-quota-remaining, x-ms-user-quota-resets-after). While little is left, requests
/// go out no faster than Azure fills up again, and after a refusal none goes out before its time: so the whole connection waits once, and
/// not each request for itself.
/// </summary>
/// <param name="time">The cloud's time.</param>
/// <param name="realWait">The real time that stands for a span of it.</param>
internal sealed class RequestBudgetPolicy(TimeProvider time, Func<TimeSpan, TimeSpan> realWait) : HttpPipelinePolicy
{
    // With as few left as records may run side by side at most, it goes slowly until there are twice as many.
    private const int Few = 64;

    private const string Graph = "Microsoft.ResourceGraph";

    // Microsoft Learn, "Understand how Azure Resource Manager throttles requests": what a subscription's buckets get each second.
    private const double ReadsASecond = 25;
    private const double ChangesASecond = 10;

    private readonly ConcurrentDictionary<string, Budget> _budgets = new(StringComparer.OrdinalIgnoreCase);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        ProcessAsync(message, pipeline).AsTask().GetAwaiter().GetResult();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (KeyOf(message.Request) is not var (key, kind))
        {
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
            return;
        }

        var budget = _budgets.GetOrAdd(key, static _ => new Budget());
        var wait = budget.Take(time.GetUtcNow(), TimeSpan.FromSeconds(1 / (kind == "reads" ? ReadsASecond : ChangesASecond)));
        // What would be too long is for the service to refuse, and for the retries to judge.
        if (wait > TimeSpan.Zero && wait <= RequestRetryPolicy.LongestPause
            && !(TimeLimit.Current is { } end && time.GetUtcNow() + wait >= end))
            await WaitAsync(wait, key, message.CancellationToken).ConfigureAwait(false);
        await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        if (message.HasResponse) Learn(budget, message.Response, kind);
    }

    private async Task WaitAsync(TimeSpan wait, string key, CancellationToken cancel)
    {
        if (wait > TimeSpan.FromSeconds(1))
            ActivityLog.Current.Verbose($"{key}: no more requests for {wait.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s.");
        await Task.Delay(realWait(wait), cancel).ConfigureAwait(false);
    }

    private void Learn(Budget budget, Response response, string kind)
    {
        var now = time.GetUtcNow();
        if (kind == Graph)
        {
            if (Number(response, "x-ms-user-quota-remaining") is <= 0 && response.Headers.TryGetValue("x-ms-user-quota-resets-after",
                out var text) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var resets))
                // It is told in whole seconds, and cut off.
                budget.Rest(now + resets + TimeSpan.FromSeconds(1));
        }
        else if (Number(response, $"x-ms-ratelimit-remaining-subscription-{kind}") is { } left)
        {
            budget.Know(left < Few, left >= 2 * Few);
        }

        if (response.Status == 429 && RetryAfter.Read(response, now) is { } asked) budget.Rest(now + asked);
    }

    private static int? Number(Response response, string header) => response.Headers.TryGetValue(header, out var text)
        && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Whose budget a request is taken from; null where none is known.</summary>
    private static (string Key, string Kind)? KeyOf(Request request)
    {
        var path = request.Uri.Path ?? "";
        if (path.Contains(Graph, StringComparison.OrdinalIgnoreCase)) return (Graph, Graph);
        var parts = path.TrimStart('/').Split('/', 3);
        if (parts.Length < 2 || !parts[0].Equals("subscriptions", StringComparison.OrdinalIgnoreCase)) return null;
        var kind = request.Method == RequestMethod.Get || request.Method == RequestMethod.Head ? "reads"
            : request.Method == RequestMethod.Delete ? "deletes" : "writes";
        return ($"subscription {parts[1]}, {kind}", kind);
    }

    /// <summary>What is known of one.</summary>
    private sealed class Budget
    {
        private readonly object _gate = new();
        private DateTimeOffset _next;
        private bool _isSlow;

        /// <summary>Takes the next turn: how long to wait for it.</summary>
        internal TimeSpan Take(DateTimeOffset now, TimeSpan spacing)
        {
            lock (_gate)
            {
                if (!_isSlow && _next <= now) return TimeSpan.Zero;
                var turn = _next > now ? _next : now;
                _next = turn + spacing;
                return turn - now;
            }
        }

        internal void Know(bool isFew, bool isPlenty)
        {
            lock (_gate) _isSlow = isFew || (_isSlow && !isPlenty);
        }

        internal void Rest(DateTimeOffset until)
        {
            lock (_gate)
                if (until > _next)
                    _next = until;
        }
    }
}
