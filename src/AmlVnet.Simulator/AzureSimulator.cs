using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AmlVnet.Simulator.Arm;
using AmlVnet.Simulator.Control;
using AmlVnet.Simulator.Directory;
using AmlVnet.Simulator.Kernel;
using AmlVnet.Simulator.Providers.Authorization;
using AmlVnet.Simulator.Providers.Compute;
using AmlVnet.Simulator.Providers.ContainerService;
using AmlVnet.Simulator.Providers.MachineLearningServices;
using AmlVnet.Simulator.Providers.ManagedIdentity;
using AmlVnet.Simulator.Providers.Network;
using AmlVnet.Simulator.Providers.Resources;
using AmlVnet.Simulator.Providers.Storage;
using AmlVnet.Simulator.Scenarios;

namespace AmlVnet.Simulator;

/// <summary>
/// A local Azure Resource Manager with what belongs to it: Microsoft Graph, a token authority, metadata and managed-identity endpoints.
/// A state machine behind one function, request in, response out; it opens no sockets.
/// </summary>
public sealed class AzureSimulator : IDisposable
{
    /// <summary>The only subscription.</summary>
    public const string SubscriptionId = "5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36";

    /// <summary>The subscription's display name.</summary>
    public const string SubscriptionName = "AmlVnet rehearsal";

    /// <summary>The Microsoft Entra tenant.</summary>
    public const string TenantId = "b7d9e1f4-2a6c-4038-8e5b-93c1f0a7d264";

    /// <summary>The directory object id of the one who asks.</summary>
    public const string CallerId = "c2e8a9d1-6b34-4f70-a18d-7e5f9b0c3a42";

    /// <summary>The name of the one who asks.</summary>
    public const string CallerName = "rehearsal@simulator.invalid";

    /// <summary>Resource Manager's address for the in-process front. It leads nowhere outside.</summary>
    public static readonly Uri ArmEndpoint = new("https://management.simulator.invalid");

    /// <summary>Microsoft Graph's address for the in-process front. It leads nowhere outside.</summary>
    public static readonly Uri GraphEndpoint = new("https://graph.simulator.invalid");

    private const int LogLimit = 20_000;

    private static readonly Dictionary<string, Shape> OwnRecords = new(StringComparer.Ordinal)
    {
        [Operation.Running] = Operation.Shape,
        [Operation.Finished] = Operation.Shape,
        [Faults.RecordType] = Faults.RecordShape,
        [SubnetAddresses.RecordType] = SubnetAddresses.Shape,
    };

    private readonly object _gate = new();
    private readonly Cloud _cloud;
    private readonly Gateway _gateway;
    private readonly GraphService _graph;
    private readonly TokenAuthority _authority;
    private readonly ControlEndpoint _controlEndpoint;
    private readonly StateFile? _file;
    private readonly SimulatorOptions _options;
    private readonly JsonObject _scenario;
    private readonly ClusterFleet _clusters;
    private readonly Queue<SimulatorLogEntry> _log = new();
    private readonly Dictionary<string, Throttle> _throttles = new(StringComparer.Ordinal);
    private long _served;
    private bool _inside;
    private bool _disposed;

    /// <summary>Starts a simulator.</summary>
    /// <param name="options">How it is set up; defaults when null.</param>
    /// <exception cref="ArgumentException">The scenario does not exist or is not well-formed.</exception>
    /// <exception cref="IOException">The state file cannot be read, is damaged, or is not one of this simulator.</exception>
    public AzureSimulator(SimulatorOptions? options = null)
    {
        _options = options ?? new SimulatorOptions();
        Clock = _options.Clock ?? SimulatorClock.Scaled(1);
        _scenario = Scenario.Load(_options.Scenario, _options.FleetSize ?? NamedScenarios.DefaultFleetSize);
        _cloud = new Cloud(Clock, _options.Seed ?? 1, _options.AlwaysRetryAfter);
        var pages = new OperationPages(_cloud);
        var addresses = new SubnetAddresses(_cloud);
        _clusters = new ClusterFleet(_cloud, addresses);
        _gateway = new Gateway(_cloud) { Resources = new ResourcesProvider(_cloud, pages, _clusters, addresses) };
        _gateway.Resources.Types = () => _gateway.Types;
        pages.AddTo(_gateway);
        var network = new NetworkRequests(_cloud, pages, addresses);
        _ = new VirtualNetworks(_cloud, network, addresses, _gateway);
        _ = new NetworkSecurityGroups(_cloud, network, _gateway);
        _ = new SimpleNetworkResources(_cloud, network, addresses, _gateway);
        _ = new StorageProvider(_cloud, pages, _gateway);
        _ = new ManagedIdentityProvider(_cloud, _gateway);
        _ = new AuthorizationProvider(_cloud, _gateway);
        _ = new ContainerServiceProvider(_cloud, pages, _clusters, _gateway);
        _ = new Workspaces(_cloud, pages, _gateway);
        _ = new Computes(_cloud, pages, _clusters, _gateway);
        _ = new ComputeProvider(_cloud, _gateway);
        _graph = new GraphService(_cloud);
        _authority = new TokenAuthority(_cloud);
        Control = new SimulatorControl(this, _cloud);
        _controlEndpoint = new ControlEndpoint(Control);
        _file = _options.StatePath is { } path ? new StateFile(path, OwnRecords) : null;
        Within(() => 0);
    }

    /// <summary>The clock that operations and replication run on.</summary>
    public SimulatorClock Clock { get; }

    /// <summary>Drives the simulator: clock, faults, delays, quotas, the caller's permissions.</summary>
    public SimulatorControl Control { get; }

    /// <summary>The requests that this process answered, oldest first; the last 20,000 are kept.</summary>
    public IReadOnlyList<SimulatorLogEntry> Log
    {
        get
        {
            lock (_log)
                return [.. _log];
        }
    }

    /// <summary>Answers a request. May be called from many threads at once.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="ObjectDisposedException">The simulator was disposed of.</exception>
    /// <exception cref="IOException">The state file could not be written; nothing was acknowledged.</exception>
    public SimulatorResponse Handle(SimulatorRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var answer = Within(() => Answer(request));
        Exchanged?.Invoke(request, answer);
        return answer;
    }

    /// <summary>Sees every exchange of every simulator in this process; tests compare them with the official specifications.</summary>
    internal static Action<SimulatorRequest, SimulatorResponse>? Exchanged { get; set; }

    /// <summary>Lets the state file go. What was acknowledged is already on disk.</summary>
    public void Dispose()
    {
        _disposed = true;
        _file?.Dispose();
    }

    /// <summary>Does something alone, on an up-to-date state, and writes down what it changed.</summary>
    internal T Within<T>(Func<T> action)
    {
        lock (_gate)
        {
            if (_inside)
                return action();
            _inside = true;
            try
            {
                return Alone(action);
            }
            finally
            {
                _inside = false;
            }
        }
    }

    private T Alone<T>(Func<T> action)
    {
        var known = _file?.Enter(_cloud.World, Clock) ?? true;
        try
        {
            if (!known || _cloud.World.Find("/subscriptions/" + SubscriptionId) is null)
                Seed();
            _cloud.Operations.CatchUp(Clock.UtcNow);
            _cloud.World.Settle();
            var result = action();
            _cloud.World.Settle();
            _file?.Commit(_cloud.World, Clock);
            return result;
        }
        catch
        {
            _cloud.World.Undo();
            _file?.Abandon(_cloud.World);
            throw;
        }
    }

    private void Seed() => _cloud.At(Clock.UtcNow, () =>
    {
        new Scenario(_cloud, _clusters).Build(_scenario);
        return 0;
    });

    private SimulatorResponse Answer(SimulatorRequest request)
    {
        var now = Clock.UtcNow;
        return _cloud.At(now, () =>
        {
            var path = request.Uri.AbsolutePath;
            var query = ArmRequest.ParseQuery(request.Uri);
            if (path.StartsWith("/simulator/", StringComparison.OrdinalIgnoreCase))
            {
                var answer = _controlEndpoint.Handle(request);
                if (answer.Status >= 400)
                    _cloud.World.Undo();
                return answer;
            }
            if (_authority.Handle(request, query) is { } token)
                return token;
            if (GraphService.Handles(request.Uri))
                return Serve(request, query, "graph", now);
            return Serve(request, query, "arm", now);
        });
    }

    private SimulatorResponse Serve(SimulatorRequest request, IReadOnlyDictionary<string, string> query, string service, DateTimeOffset now)
    {
        var isArm = service == "arm";
        var path = ResourcePath.Parse(request.Uri.AbsolutePath);
        var type = isArm ? _gateway.NameOf(path) : "Microsoft.Graph";
        var arm = new ArmRequest
        {
            Http = request,
            Path = path,
            Query = query,
            ApiVersion = query.GetValueOrDefault("api-version") ?? "",
            Now = now
        };
        var fault = _cloud.Faults.Match(request.Method, request.Uri.AbsolutePath, type);
        // What a request that is refused has changed by then is undone; that a rule was used stays.
        _cloud.World.Settle();
        string? code = null;
        Answer answer;
        SimulatorResponse? response = null;
        string? requestId = null;
        try
        {
            if (_options.RequireAuthentication || _cloud.Settings.Values.Flag("requireAuthentication") == true)
                Authenticate(request);
            if (isArm && _cloud.Settings.Values.Flag("claimsChallenge") == true
                && !TokenAuthority.HasClaims(request.Header("Authorization")))
                throw new ArmException(401, "InvalidAuthenticationToken",
                    "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: "
                    + "LocationConditionEvaluationSatisfied.")
                { FromGateway = true };
            if (isArm)
                Limit(arm);
            if (fault is { Kind: FaultKind.Error or FaultKind.Html })
                throw Fault(fault);
            answer = isArm ? _gateway.Handle(arm) : _graph.Handle(request, query);
            response = Respond(request, arm, answer, isArm, out requestId);
            if (fault is { Kind: FaultKind.LostAnswer })
            {
                _cloud.World.Settle();
                throw Fault(fault);
            }
        }
        catch (ArmException problem)
        {
            _cloud.World.Undo();
            response = null;
            code = problem.Code;
            answer = isArm ? ErrorAnswer(request, problem, now, fault) : GraphService.ErrorAnswer(problem, now);
        }
        catch (Exception defect) when (defect is not OutOfMemoryException)
        {
            // A body of an unforeseen shape. A server answers nevertheless, and says that the fault is its own.
            _cloud.World.Undo();
            response = null;
            code = "InternalServerError";
            answer = ErrorAnswer(request, new ArmException(500, code, $"The simulator could not work on this request: {defect.Message}"),
                now, null);
        }
        var spent = _cloud.Faults.EndRequest();
        response ??= Respond(request, arm, answer, isArm, out requestId);
        Note(new SimulatorLogEntry
        {
            Number = ++_served,
            Time = now,
            Method = request.Method.ToUpperInvariant(),
            Path = request.Uri.AbsolutePath,
            ApiVersion = arm.ApiVersion.Length == 0 ? null : arm.ApiVersion,
            ResourceType = type,
            Status = answer.Status,
            ErrorCode = code,
            RequestId = requestId,
            ClientRequestId = request.Header("x-ms-client-request-id"),
            FaultId = fault?.Id ?? (code is null ? spent : null),
            IsWrite = isArm && request.Method.ToUpperInvariant() is not ("GET" or "HEAD")
                && arm.Tail?.StartsWith("list", StringComparison.OrdinalIgnoreCase) != true,
        });
        return response;
    }

    private static Answer ErrorAnswer(SimulatorRequest request, ArmException problem, DateTimeOffset now, FaultRule? fault)
    {
        if (fault is { Kind: FaultKind.Html })
        {
            var page = $"<html>\r\n<head><title>{fault.Status} {fault.Code}</title></head>\r\n<body>\r\n<center><h1>{fault.Status} "
                + $"{fault.Code}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
            return new Answer(fault.Status)
            {
                Raw = (Encoding.UTF8.GetBytes(page), "text/html"),
                Wait = problem.RetryAfter,
                RealProviderWaits = true
            };
        }
        var answer = new Answer(problem.Status, problem.ToBody("eastus2", now)) { Wait = problem.RetryAfter, RealProviderWaits = true };
        if (problem.FromGateway)
            answer.With("x-ms-failure-cause", "gateway");
        if (problem.Status == 401)
        {
            var authority = $"{request.Uri.GetLeftPart(UriPartial.Authority)}/{TenantId}";
            answer.With("WWW-Authenticate", problem.Code == "InvalidAuthenticationToken"
                ? $"Bearer realm=\"\", authorization_uri=\"{authority}\", error=\"insufficient_claims\", "
                    + $"claims=\"{TokenAuthority.ChallengeClaims}\""
                : $"Bearer authorization_uri=\"{authority}\", error=\"invalid_token\", error_description=\"The authentication failed.\"");
        }
        return answer;
    }

    private static ArmException Fault(FaultRule rule) => new(rule.Status, rule.Code, rule.Message)
    {
        RetryAfter = rule.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Max(1, seconds)) : null,
    };

    private void Authenticate(SimulatorRequest request)
    {
        var header = request.Header("Authorization");
        if (string.IsNullOrWhiteSpace(header))
            throw new ArmException(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
            { FromGateway = true };
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || header.Length <= 7)
            throw new ArmException(401, "AuthenticationFailedInvalidHeader",
                "Authentication failed. The 'Authorization' header is provided in an invalid format.")
            { FromGateway = true };
        if (TokenAuthority.ExpiryOf(header[7..].Trim()) is { } expiry && expiry <= Clock.UtcNow && expiry <= DateTimeOffset.UtcNow)
            throw new ArmException(401, "ExpiredAuthenticationToken",
                $"The access token expiry UTC time '{expiry.UtcDateTime.ToString("G", CultureInfo.InvariantCulture)}' is earlier than "
                + "current UTC time.")
            { FromGateway = true };
    }

    /// <summary>Token buckets, when the control surface set them (Microsoft Learn: "Understand how Azure Resource Manager throttles
    /// requests").</summary>
    private void Limit(ArmRequest request)
    {
        var bucket = request.Method is "GET" or "HEAD" ? "reads" : request.Method == "DELETE" ? "deletes" : "writes";
        if (_cloud.Settings.Values.Object("throttling").Object(bucket) is not { } limit)
        {
            _throttles.Remove(bucket);
            return;
        }
        var (capacity, refill) = (limit.Number("capacity") ?? 250, limit.Number("perSecond") ?? 25);
        if (!_throttles.TryGetValue(bucket, out var throttle))
            _throttles[bucket] = throttle = new Throttle { Left = capacity, At = request.Now };
        throttle.Left = Math.Min(capacity, throttle.Left + ((request.Now - throttle.At).TotalSeconds * refill));
        throttle.At = request.Now;
        if (throttle.Left < 1)
        {
            throw new ArmException(429, "SubscriptionRequestsThrottled",
                $"Number of '{bucket}' requests for subscription '{SubscriptionId}' exceeded the limit. Please try again after some time.")
            {
                FromGateway = true,
                RetryAfter = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((1 - throttle.Left) / Math.Max(refill, 0.001)))),
            };
        }
        throttle.Left--;
    }

    private SimulatorResponse Respond(SimulatorRequest request, ArmRequest arm, Answer answer, bool isArm, out string requestId)
    {
        requestId = Guid.NewGuid().ToString();
        var headers = new List<KeyValuePair<string, string>>();
        void Add(string name, string value) => headers.Add(new(name, value));
        var body = Array.Empty<byte>();
        if (answer.Raw is { } raw)
        {
            body = raw.Bytes;
            Add("Content-Type", raw.ContentType);
        }
        else if (answer.Body is { } json)
        {
            body = Encoding.UTF8.GetBytes(json.ToJsonString(Json.Compact));
            Add("Content-Type", "application/json; charset=utf-8");
        }
        if (request.Method.Equals("HEAD", StringComparison.OrdinalIgnoreCase))
            body = [];
        Add("Cache-Control", "no-cache");
        if (isArm)
        {
            Add("x-ms-request-id", requestId);
            Add("x-ms-correlation-request-id", request.Header("x-ms-correlation-request-id") ?? requestId);
            Add("x-ms-routing-request-id", $"SIMULATOR:{arm.Now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}:{requestId}");
            Add("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
            if (arm.Path.Subscription is not null)
            {
                var kind = arm.Method switch { "GET" or "HEAD" => "reads", "DELETE" => "deletes", _ => "writes" };
                var left = _throttles.TryGetValue(kind, out var throttle) ? (int)throttle.Left : kind == "reads" ? 249 : 199;
                Add($"x-ms-ratelimit-remaining-subscription-{kind}", left.ToString(CultureInfo.InvariantCulture));
            }
        }
        else
        {
            Add("request-id", requestId);
        }
        if (request.Header("x-ms-return-client-request-id").Same("true") && request.Header("x-ms-client-request-id") is { } mine)
            Add("x-ms-client-request-id", mine);
        headers.AddRange(answer.Headers);
        if (answer.Wait is { } wait && (answer.RealProviderWaits || _options.AlwaysRetryAfter))
        {
            var seconds = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(wait.TotalSeconds)));
            Add("Retry-After", ((int)seconds.TotalSeconds).ToString(CultureInfo.InvariantCulture));
            Add("retry-after-ms", ((long)Clock.RealWait(seconds).TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        }
        return new SimulatorResponse(answer.Status, headers, body);
    }

    private void Note(SimulatorLogEntry entry)
    {
        lock (_log)
        {
            _log.Enqueue(entry);
            if (_log.Count > LogLimit)
                _log.Dequeue();
        }
    }

    internal void ClearLog()
    {
        lock (_log)
            _log.Clear();
    }

    /// <summary>Makes the world anew from a scenario.</summary>
    internal void Reset(string? scenario)
    {
        var document = scenario is null ? _scenario : Scenario.Load(scenario, _options.FleetSize ?? NamedScenarios.DefaultFleetSize);
        Within(() =>
        {
            _cloud.World.Empty();
            _cloud.At(Clock.UtcNow, () =>
            {
                new Scenario(_cloud, _clusters).Build(document);
                return 0;
            });
            return 0;
        });
    }

    private sealed class Throttle
    {
        public double Left { get; set; }

        public DateTimeOffset At { get; set; }
    }
}
