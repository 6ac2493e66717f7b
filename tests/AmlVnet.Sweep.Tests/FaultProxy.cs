using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using AmlVnet.Arm.Simulation;
using AmlVnet.Simulator.Control;

namespace AmlVnet.Sweep.Tests;

/// <summary>One request of a command: which method on which path, and the how many-th of these.</summary>
internal readonly record struct Asked(string Method, string Path, int Nth)
{
    /// <summary>Whether it asks the cluster something by kubectl, which goes by POST.</summary>
    public bool IsLook { get; init; }

    /// <summary>Whether it may change something.</summary>
    public bool IsWrite => Method != "GET" && !IsLook;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Method} {Path[(Path.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase) + 1)..]} #{Nth}";
}

/// <summary>Stands between a connection and its simulator, as a bad network would.</summary>
internal sealed class FaultProxy(SimulatorFront front) : DelegatingHandler(front)
{
    private readonly ConcurrentDictionary<string, Asked> _messages = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Method, string Path), int> _counts = new();
    private readonly ConcurrentQueue<Asked> _order = new();
    private readonly Lock _gate = new();
    private Func<Asked, bool>? _target;
    private Fault? _fault;
    private Func<int, HttpResponseMessage>? _spoiled;
    private int _toSpoil;
    private int _spoiledSoFar;
    private DateTimeOffset _offUntil;

    /// <summary>Each message once, however often the SDK sent it.</summary>
    public IReadOnlyList<Asked> Order => [.. _order];

    /// <summary>Whether the fault has hit.</summary>
    public bool HasHit { get; private set; }

    /// <summary>Whether a request that may change something came to the simulator,
    /// or may have come there for all that the client knows.</summary>
    public bool HasSentWrites { get; private set; }

    /// <summary>Stops the command that is running, as Ctrl+C does.</summary>
    public Action? Stop { get; set; }

    /// <summary>The cloud at the moment when the command was killed; null where it was not.</summary>
    public (JsonObject World, DateTimeOffset Time)? Killed { get; private set; }

    /// <summary>Lets a fault hit one message.</summary>
    public void Arm(Asked target, Fault fault) => Arm(asked => asked == target, fault);

    /// <summary>Lets a fault hit some messages.</summary>
    public void Arm(Func<Asked, bool> target, Fault fault) => (_target, _fault) = (target, fault);

    /// <summary>Whether messages are remembered; thousands of them need not be.</summary>
    public bool IsCounting { get; set; } = true;

    /// <summary>Lets everything through again, and counts anew.</summary>
    public void Disarm()
    {
        (_target, _fault, _spoiled, _offUntil) = (null, null, null, default);
        _messages.Clear();
        _counts.Clear();
        _order.Clear();
        (HasHit, HasSentWrites) = (false, false);
    }

    /// <summary>Answers the next messages that read with something else.</summary>
    internal void SpoilReads(int count, Func<int, HttpResponseMessage> answer) => (_toSpoil, _spoiledSoFar, _spoiled) = (count, 0, answer);

    /// <summary>Lets nothing through for a while.</summary>
    internal void CutOff(TimeSpan span) => _offUntil = front.Simulator.Clock.UtcNow + span;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var asked = Note(request, await IsLookAsync(request, cancellationToken));
        if (asked.IsWrite) HasSentWrites = true;
        if (Killed is not null) throw Fault.Reset();
        var hit = new Hit(this, request, cancellationToken);
        if (_target?.Invoke(asked) == true)
        {
            HasHit = true;
            if (_fault is { } fault)
            {
                var answer = await fault.Act(hit);
                answer.RequestMessage = request;
                return answer;
            }
        }

        if (front.Simulator.Clock.UtcNow < _offUntil) throw Fault.Reset();
        return _spoiled is { } spoiled && !asked.IsWrite && Interlocked.Decrement(ref _toSpoil) >= 0
            ? spoiled(_spoiledSoFar++) : await hit.PassAsync();
    }

    private static async Task<bool> IsLookAsync(HttpRequestMessage request, CancellationToken cancel) =>
        request.RequestUri!.AbsolutePath.EndsWith("/runCommand", StringComparison.Ordinal) && request.Content is { } content
        && JsonNode.Parse(await content.ReadAsStringAsync(cancel))!["command"]!.GetValue<string>()
            .Split("&&", StringSplitOptions.TrimEntries).All(static line => line.StartsWith("kubectl get ", StringComparison.Ordinal));

    private Asked Note(HttpRequestMessage request, bool isLook)
    {
        if (!IsCounting) return new Asked(request.Method.Method, request.RequestUri!.AbsolutePath, 1) { IsLook = isLook };
        var id = request.Headers.TryGetValues("x-ms-client-request-id", out var values) ? string.Join(',', values)
            : Guid.NewGuid().ToString();
        lock (_gate)
        {
            if (_messages.TryGetValue(id, out var known)) return known;
            var key = (request.Method.Method, request.RequestUri!.AbsolutePath.ToUpperInvariant());
            var nth = _counts.AddOrUpdate(key, 1, static (_, count) => count + 1);
            var asked = new Asked(request.Method.Method, request.RequestUri.AbsolutePath, nth) { IsLook = isLook };
            _messages[id] = asked;
            _order.Enqueue(asked);
            return asked;
        }
    }

    /// <summary>A request that a fault hits.</summary>
    internal sealed class Hit(FaultProxy proxy, HttpRequestMessage request, CancellationToken cancel)
    {
        public FaultProxy Proxy => proxy;

        /// <summary>Lets time pass.</summary>
        public void Wait(TimeSpan span) => proxy.Simulator.Clock.Advance(span);

        /// <summary>Lets the simulator answer.</summary>
        public Task<HttpResponseMessage> PassAsync() => proxy.PassAsync(request, cancel);

        /// <summary>Nothing of the command comes to the cloud any more, and nothing of it is remembered.</summary>
        public Task<HttpResponseMessage> KillAsync()
        {
            proxy.Killed ??= proxy.Simulator.Control.Keep();
            throw Fault.Reset();
        }

        /// <summary>Nobody ever answers.</summary>
        public async Task<HttpResponseMessage> HangAsync()
        {
            await Task.Delay(Timeout.Infinite, cancel);
            throw new UnreachableException();
        }

        /// <summary>The user stops the command while this request has no answer.</summary>
        public async Task<HttpResponseMessage> StopAsync()
        {
            proxy.Stop!();
            return await HangAsync();
        }

        /// <summary>Lets the simulator begin an operation that fails.</summary>
        public async Task<HttpResponseMessage> PassFailingAsync()
        {
            var control = proxy.Simulator.Control;
            var rule = control.AddFault(new FaultRule
            {
                Kind = FaultKind.FailOperation,
                Method = request.Method.Method,
                PathContains = request.RequestUri!.AbsolutePath,
                Times = 1,
                Code = "InternalOperationError",
                Message = "The operation failed inside.",
            });
            try
            {
                return await PassAsync();
            }
            finally
            {
                control.RemoveFault(rule.Id!);
            }
        }
    }

    private AmlVnet.Simulator.AzureSimulator Simulator => front.Simulator;

    private Task<HttpResponseMessage> PassAsync(HttpRequestMessage request, CancellationToken cancel) => base.SendAsync(request, cancel);
}
