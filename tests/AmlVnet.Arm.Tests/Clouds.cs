using System.Net;
using System.Text;
using AmlVnet.Arm.Carrying;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.SignIn;
using AmlVnet.Arm.Simulation;
using AmlVnet.Core.Ids;
using AmlVnet.Simulator;
using AmlVnet.Simulator.Kernel;
using Azure.Core;

namespace AmlVnet.Arm.Tests;

/// <summary>One request as it went out.</summary>
internal sealed record SentRequest(string Method, Uri Uri, string? Authorization, string Body)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public override string ToString() => $"{Method} {Uri.PathAndQuery}";
}

/// <summary>Keeps what is sent, and answers from a script where there is one.</summary>
internal sealed class RecordingHandler : DelegatingHandler
{
    private readonly List<SentRequest> _sent = [];

    public RecordingHandler(HttpMessageHandler inner) : base(inner)
    {
    }

    /// <summary>An answer of the test's own; null lets the request through.</summary>
    public Func<SentRequest, HttpResponseMessage?> Answer { get; set; } = static _ => null;

    public IReadOnlyList<SentRequest> Sent
    {
        get
        {
            lock (_sent) return [.. _sent];
        }
    }

    public IEnumerable<SentRequest> Changes => Sent.Where(static request => request.Method is not "GET");

    public void Forget()
    {
        lock (_sent) _sent.Clear();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var sent = new SentRequest(request.Method.Method, request.RequestUri!, request.Headers.Authorization?.ToString(), body);
        lock (_sent) _sent.Add(sent);
        if (Answer(sent) is { } answer)
        {
            answer.RequestMessage = request;
            return answer;
        }

        return await base.SendAsync(request, cancellationToken);
    }
}

/// <summary>A server that has nothing but its script.</summary>
internal sealed class NoServer : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"The test's script has no answer to {request.Method} {request.RequestUri}.");
}

/// <summary>What the work told, line by line.</summary>
internal sealed class RecordingLog : ActivityLog
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    internal override void Verbose(string text) => Add("verbose: " + text);

    internal override void Debug(string text) => Add("debug: " + text);

    internal override void Warning(string text) => Add("warning: " + text);

    internal override void Progress(object activity, ActivityProgress progress) => Add($"progress: {progress.Activity}: {progress.Status}");

    internal override void OnStop(object owner, string? lastWords) => Add("on stop: " + lastWords);

    private void Add(string line)
    {
        lock (_lines) _lines.Add(line);
    }
}

/// <summary>A connection to a simulated or a scripted cloud, with all that is sent kept and time that nobody waits for.</summary>
internal sealed class TestCloud : IDisposable
{
    internal const string Token = "the-secret-bearer-token-0123456789";

    private static readonly Uri Endpoint = SimulatorFront.Cloud.ArmEndpoint;

    public TestCloud(string? scenario)
    {
        var front = new SimulatorFront(new SimulatorOptions { Scenario = scenario ?? "how-to", Clock = SimulatorClock.Virtual() });
        Simulator = front.Simulator;
        Handler = new RecordingHandler(scenario is null ? new NoServer() : front);
        Connection = new AzureConnection(new ConnectionOptions(SimulatorFront.Cloud,
            DelegatedTokenCredential.Create(static (_, _) => new AccessToken(Token, DateTimeOffset.MaxValue)), "Test")
        {
            Handler = Handler,
            Time = front.Time,
            RealWait = front.RealWait,
            IsSimulator = true,
        });
        Log.Begin();
    }

    public static string Subscription => AzureSimulator.SubscriptionId;

    public static ArmId Workspace => ArmId.ForWorkspace(Subscription, "myworkspacegroup", "myworkspace");

    public static ArmId Compute => Workspace.Child("computes", "myaks");

    public static ArmId Subnet => ArmId.ForSubnet(Subscription, "mygroup", "mynetwork", "default");

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public AzureSimulator Simulator { get; }

    public RecordingHandler Handler { get; }

    public AzureConnection Connection { get; }

    /// <summary>What a command has that begins now.</summary>
    public AzureWork Azure => new(Connection);

    public RecordingLog Log { get; } = new();

    /// <summary>An answer with a JSON body.</summary>
    public static HttpResponseMessage Json(HttpStatusCode status, string body, params (string Name, string Value)[] headers) =>
        Make(status, body, "application/json", headers);

    /// <summary>A proxy's page.</summary>
    public static HttpResponseMessage Html(HttpStatusCode status, params (string Name, string Value)[] headers) =>
        Make(status, "<html><body><h1>Bad gateway</h1></body></html>", "text/html", headers);

    /// <summary>An address in the cloud.</summary>
    public static string At(string pathAndQuery) => new Uri(Endpoint, pathAndQuery).AbsoluteUri;

    public void Dispose() => Connection.Dispose();

    private static HttpResponseMessage Make(HttpStatusCode status, string body, string type, (string Name, string Value)[] headers)
    {
        var answer = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) };
        foreach (var (name, value) in headers) answer.Headers.TryAddWithoutValidation(name, value);
        return answer;
    }
}
