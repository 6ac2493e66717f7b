using System.Text;
using AmlVnet.Arm.Carrying;
using AmlVnet.Arm.SignIn;
using AmlVnet.Arm.Simulation;
using AmlVnet.Simulator;
using AmlVnet.Simulator.Kernel;

namespace AmlVnet.Conformance.Tests;

/// <summary>Stands between a client and the simulator, and keeps what passes.</summary>
internal sealed class Recorder(HttpMessageHandler inner, List<Exchange> exchanges) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        lock (exchanges)
            exchanges.Add(new Exchange(request.Method.Method, request.RequestUri!, string.IsNullOrEmpty(sent) ? null
                : sent, (int)response.StatusCode, body,
                response.Headers.Contains("x-ms-failure-cause")));
        return response;
    }
}

/// <summary>The module's operations and plain requests, on one simulated world, recorded.</summary>
internal sealed class RecordedWorld : IDisposable
{
    private readonly SimulatorFront _front;
    private readonly HttpMessageInvoker _plain;
    private AzureConnection? _azure;

    internal RecordedWorld(string scenario)
    {
        _front = new SimulatorFront(new SimulatorOptions { Scenario = scenario, Clock = SimulatorClock.Virtual() });
        Recorder = new Recorder(_front, Exchanges);
        _plain = new HttpMessageInvoker(Recorder, disposeHandler: false);
    }

    internal List<Exchange> Exchanges { get; } = [];

    internal AzureSimulator Simulator => _front.Simulator;

    /// <summary>What a command has that begins now.</summary>
    internal AzureWork Azure => new(_azure ?? throw new InvalidOperationException("Not signed in."));

    private Recorder Recorder { get; }

    internal static string Subscription => "/subscriptions/" + AzureSimulator.SubscriptionId;

    internal async Task<RecordedWorld> SignInAsync(CancellationToken cancel)
    {
        var context = await AzureSignIn.ConnectAsync(_front.OptionsFor(Recorder), null, LogFormat.Default, cancel);
        _azure = (AzureConnection)context.Connection!;
        return this;
    }

    /// <summary>A request of no client in particular.</summary>
    internal async Task<(int Status, string Body, string? Async)> SendAsync(string method, string path, string? body,
        CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(AzureSimulator.ArmEndpoint, path));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _plain.SendAsync(request, cancel);
        var header = response.Headers.TryGetValues("Azure-AsyncOperation", out var values)
            || response.Headers.TryGetValues("Location", out values)
            ? values.First()
            : null;
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancel), header);
    }

    internal void Pass(TimeSpan span) => Simulator.Control.Advance(span);

    public void Dispose()
    {
        _plain.Dispose();
        _azure?.Dispose();
        Recorder.Dispose();
    }
}
