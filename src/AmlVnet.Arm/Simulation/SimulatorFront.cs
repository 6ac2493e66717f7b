using AmlVnet.Arm.Http;
using AmlVnet.Arm.SignIn;
using AmlVnet.Simulator;
using AmlVnet.Simulator.Kernel;
using Azure.Core;

namespace AmlVnet.Arm.Simulation;

/// <summary>The one place where the module meets its simulator: a message handler, a credential and a clock.</summary>
internal sealed class SimulatorFront : HttpMessageHandler
{
    private readonly AzureSimulator _simulator;

    internal SimulatorFront(SimulatorOptions options)
    {
        _simulator = new AzureSimulator(options);
        Pace = new SimulatedPace(_simulator.Clock);
    }

    internal static AzureCloud Cloud { get; } = new("Simulator", AzureSimulator.ArmEndpoint, AzureSimulator.ArmEndpoint.AbsoluteUri,
        AzureSimulator.GraphEndpoint, AzureSimulator.ArmEndpoint);

    internal static TokenCredential Credential { get; } =
        DelegatedTokenCredential.Create(static (_, _) => new AccessToken("simulator", DateTimeOffset.MaxValue));

    internal Pace Pace { get; }

    internal AzureSimulator Simulator => _simulator;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
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

    private sealed class SimulatedPace(SimulatorClock clock) : Pace
    {
        internal override DateTimeOffset UtcNow => clock.UtcNow;

        internal override Task DelayAsync(TimeSpan span, CancellationToken cancel) => clock.DelayAsync(span, cancel);

        internal override TimeSpan RealWait(TimeSpan span)
        {
            if (clock.Scale is null) clock.Advance(span);
            return clock.RealWait(span);
        }
    }
}
