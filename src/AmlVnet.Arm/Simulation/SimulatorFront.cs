using AmlVnet.Arm.SignIn;
using AmlVnet.Simulator;
using AmlVnet.Simulator.Kernel;
using Azure.Core;

namespace AmlVnet.Arm.Simulation;

/// <summary>The one place where the module meets its simulator: a message handler, a credential and a clock.</summary>
internal sealed class SimulatorFront : HttpMessageHandler
{
    private readonly AzureSimulator _simulator;
    private readonly SharedTime? _shared;

    internal SimulatorFront(SimulatorOptions options)
    {
        _simulator = new AzureSimulator(options);
        _shared = _simulator.Clock.Scale is null ? new SharedTime(_simulator.Clock) : null;
        Time = new SimulatedTime(_simulator.Clock, _shared);
    }

    internal static AzureCloud Cloud { get; } = new("Simulator", AzureSimulator.ArmEndpoint, AzureSimulator.ArmEndpoint.AbsoluteUri,
        AzureSimulator.GraphEndpoint, AzureSimulator.ArmEndpoint);

    internal static TokenCredential Credential { get; } =
        DelegatedTokenCredential.Create(static (_, _) => new AccessToken("simulator", DateTimeOffset.MaxValue));

    /// <summary>The simulated time, which passes as the simulator's clock says.</summary>
    internal TimeProvider Time { get; }

    /// <summary>What a connection to this simulator is made of, whose requests go through a handler.</summary>
    internal ConnectionOptions OptionsFor(HttpMessageHandler handler) => new(Cloud, Credential, "Simulator")
    {
        Handler = handler,
        Time = Time,
        RealWait = RealWait,
        IsSimulator = true,
        Account = "simulator",
    };

    internal AzureSimulator Simulator => _simulator;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _shared?.Touch();
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? []))
            headers[name] = string.Join(",", values);
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var answer = _simulator.Handle(new SimulatorRequest(request.Method.Method, request.RequestUri!, headers, body));
        var response = new HttpResponseMessage((System.Net.HttpStatusCode)answer.Status)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(answer.Body.ToArray()),
        };
        foreach (var (name, value) in answer.Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value)) response.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _simulator.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The real time that stands for a simulated wait; a clock that nobody waits for is ahead by it when this returns.</summary>
    internal TimeSpan RealWait(TimeSpan span)
    {
        var clock = _simulator.Clock;
        if (clock.Scale is null) clock.Advance(span);
        _shared?.Release();
        return clock.RealWait(span);
    }

    private sealed class SimulatedTime(SimulatorClock clock, SharedTime? shared) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.UtcNow;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new SimulatedTimer(
                shared is null ? clock.DelayAsync : shared.WaitAsync, callback, state, dueTime);
    }

    /// <summary>Fires once, when the simulated time has passed.</summary>
    private sealed class SimulatedTimer : ITimer
    {
        private readonly CancellationTokenSource _stop = new();

        internal SimulatedTimer(Func<TimeSpan, CancellationToken, Task> wait, TimerCallback callback, object? state, TimeSpan dueTime) =>
            _ = RunAsync(wait, callback, state, dueTime, _stop.Token);

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() => _stop.Cancel();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private static async Task RunAsync(Func<TimeSpan, CancellationToken, Task> wait, TimerCallback callback, object? state,
            TimeSpan dueTime,
            CancellationToken stop)
        {
            if (dueTime == Timeout.InfiniteTimeSpan) return;
            try
            {
                await wait(dueTime, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            callback(state);
        }
    }
}
