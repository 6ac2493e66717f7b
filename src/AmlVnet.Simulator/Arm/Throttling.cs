namespace AmlVnet.Simulator.Arm;

/// <summary>Token buckets, when the control surface set them (Microsoft Learn: "Understand how Azure Resource Manager throttles
/// requests").</summary>
internal sealed class Throttling(CloudState state) : IStep
{
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    public Answer Take(Exchange exchange, Func<Answer> next)
    {
        // What is asked of the tenant is limited elsewhere.
        if (exchange.Service.IsResourceManager && exchange.Request.Path.Subscription is { } subscription)
            Limit(exchange, subscription.ToLowerInvariant());
        return next();
    }

    /// <summary>The bucket that a method's requests are taken from: reads, writes or deletes.</summary>
    public static string KindOf(string method) => method switch { "GET" or "HEAD" => "reads", "DELETE" => "deletes", _ => "writes" };

    private void Limit(Exchange exchange, string subscription)
    {
        var request = exchange.Request;
        var kind = KindOf(request.Method);
        if (state.Settings.Values.Object("throttling").Object(kind) is not { } limit)
        {
            _buckets.Clear();
            return;
        }
        var (capacity, refill) = (limit.Number("capacity") ?? 250, limit.Number("perSecond") ?? 25);
        if (!_buckets.TryGetValue($"{subscription}/{kind}", out var bucket))
            _buckets[$"{subscription}/{kind}"] = bucket = new Bucket { Left = capacity, At = request.Now };
        bucket.Left = Math.Min(capacity, bucket.Left + ((request.Now - bucket.At).TotalSeconds * refill));
        bucket.At = request.Now;
        exchange.Left = (int)bucket.Left;
        if (bucket.Left < 1)
        {
            throw new ArmException(429, "SubscriptionRequestsThrottled",
                $"Number of '{kind}' requests for subscription '{subscription}' exceeded the limit. Please try again after some "
                    + "time.")
            {
                FromGateway = true,
                RetryAfter = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((1 - bucket.Left) / Math.Max(refill, 0.001)))),
            };
        }
        bucket.Left--;
        exchange.Left = (int)bucket.Left;
    }

    private sealed class Bucket
    {
        public double Left { get; set; }

        public DateTimeOffset At { get; set; }
    }
}
