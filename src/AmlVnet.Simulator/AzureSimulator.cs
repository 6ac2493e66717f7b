using AmlVnet.Simulator.Control;
using AmlVnet.Simulator.Providers.ContainerRegistry;
using AmlVnet.Simulator.Providers.KubernetesConfiguration;
using AmlVnet.Simulator.Providers.Management;
using AmlVnet.Simulator.Providers.ResourceGraph;
using AmlVnet.Simulator.Providers.Storage;
using AmlVnet.Simulator.Scenarios;

namespace AmlVnet.Simulator;

/// <summary>
/// A local Azure Resource Manager with what belongs to it: Microsoft Graph, a token authority, metadata and managed-identity endpoints.
/// A state machine behind one function, request in, response out; it opens no sockets. This class only composes its parts.
/// </summary>
public sealed class AzureSimulator : IDisposable
{
    /// <summary>The names of the scenarios that need no file.</summary>
    public static IReadOnlyList<string> ScenarioNames => [.. NamedScenarios.Names];

    /// <summary>The only subscription.</summary>
    public const string SubscriptionId = Tenancy.SubscriptionId;

    /// <summary>The subscription's display name.</summary>
    public const string SubscriptionName = Tenancy.SubscriptionName;

    /// <summary>The Microsoft Entra tenant.</summary>
    public const string TenantId = Tenancy.TenantId;

    /// <summary>The directory object id of the one who asks.</summary>
    public const string CallerId = Tenancy.CallerId;

    /// <summary>The name of the one who asks.</summary>
    public const string CallerName = Tenancy.CallerName;

    /// <summary>Resource Manager's address for the in-process front. It leads nowhere outside.</summary>
    public static readonly Uri ArmEndpoint = new("https://" + Tenancy.ArmHost);

    /// <summary>Microsoft Graph's address for the in-process front. It leads nowhere outside.</summary>
    public static readonly Uri GraphEndpoint = new("https://" + Tenancy.GraphHost);

    /// <summary>What the simulator counts on in records of its own.</summary>
    private static readonly Dictionary<string, Shape> OwnRecords = new(StringComparer.Ordinal)
    {
        [Operation.Running] = Operation.Shape,
        [Operation.Finished] = Operation.Shape,
        [Faults.RecordType] = Faults.RecordShape,
        [SubnetAddresses.RecordType] = SubnetAddresses.Shape,
        [ClusterObjects.RecordType] = ClusterObjects.Shape,
    };

    private readonly RequestLog _log = new();
    private readonly CloudState _state;
    private readonly Transactions _transactions;
    private readonly ControlEndpoint _control;
    private readonly TokenAuthority _authority;
    private readonly Pipeline _pipeline;
    private bool _disposed;

    /// <summary>Starts a simulator.</summary>
    /// <param name="options">How it is set up; defaults when null.</param>
    /// <exception cref="ArgumentException">The scenario does not exist or is not well-formed.</exception>
    /// <exception cref="IOException">The state file cannot be read, is damaged, or is not one of this simulator.</exception>
    public AzureSimulator(SimulatorOptions? options = null)
    {
        options ??= new SimulatorOptions();
        Clock = options.Clock ?? SimulatorClock.Scaled(1);
        _state = new CloudState(Clock, options.Seed ?? 1);
        var faults = new Faults(_state);
        var operations = new Operations(_state, faults.TakeOperationFault);
        var principals = new Principals(_state);
        var access = new Access(_state, principals);
        var gateway = new Gateway(_state, access);
        var cloud = new Cloud(_state, principals, access, operations);
        var clusters = AddProviders(cloud, new OperationPages(_state, operations), gateway);
        var worlds = new Worlds(_state, cloud, clusters, options.Scenario, options.FleetSize);

        _transactions = new Transactions(_state, options.StatePath is { } path ? new StateFile(path, OwnRecords) : null)
        {
            Seed = worlds.Seed,
            CatchUp = operations.CatchUp,
        };
        Control = new SimulatorControl(_transactions, _state, faults, _log, worlds.Load, worlds.Replace);
        _control = new ControlEndpoint(Control);
        _authority = new TokenAuthority(_state, principals);
        _pipeline = new Pipeline(
            _state,
            [new GraphService(_state, principals), gateway],
            [
                new Authentication(_state, options.RequireAuthentication),
                new ClaimsChallenge(_state),
                new Throttling(_state),
                new FaultInjection(_state, faults),
                new Routing(),
            ],
            new Responder(_state, options.AlwaysRetryAfter));
        _transactions.Do(() => { });
    }

    /// <summary>The clock that operations and replication run on.</summary>
    public SimulatorClock Clock { get; }

    /// <summary>Drives the simulator: clock, faults, delays, quotas, the caller's permissions.</summary>
    public SimulatorControl Control { get; }

    /// <summary>The requests that this process answered, oldest first; the last 20,000 are kept.</summary>
    public IReadOnlyList<SimulatorLogEntry> Log => _log.Entries;

    /// <summary>Answers a request. May be called from many threads at once.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="ObjectDisposedException">The simulator was disposed of.</exception>
    /// <exception cref="IOException">The state file could not be written; nothing was acknowledged.</exception>
    public SimulatorResponse Handle(SimulatorRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var answer = _transactions.Do(() => _state.At(Clock.UtcNow, () => Answer(request)));
        Exchanged?.Invoke(request, answer);
        return answer;
    }

    /// <summary>Sees every exchange of every simulator in this process; tests compare them with the official specifications.</summary>
    internal static Action<SimulatorRequest, SimulatorResponse>? Exchanged { get; set; }

    /// <summary>Lets the state file go. What was acknowledged is already on disk.</summary>
    public void Dispose()
    {
        _disposed = true;
        _transactions.Dispose();
    }

    private static ClusterFleet AddProviders(Cloud cloud, OperationPages pages, Gateway gateway)
    {
        pages.AddTo(gateway);
        var addresses = new SubnetAddresses(cloud);
        var clusters = new ClusterFleet(cloud, addresses);
        var network = new NetworkRequests(cloud, pages, addresses);
        _ = new ResourcesProvider(cloud, pages, gateway);
        _ = new VirtualNetworks(cloud, network, addresses, gateway);
        _ = new NetworkSecurityGroups(cloud, network, gateway);
        _ = new SimpleNetworkResources(cloud, network, addresses, gateway);
        _ = new PrivateLinks(cloud, gateway);
        _ = new DnsRecords(cloud, gateway);
        _ = new StorageProvider(cloud, pages, gateway);
        _ = new KeyVaultProvider(cloud, gateway);
        _ = new ContainerRegistryProvider(cloud, gateway);
        _ = new ManagedIdentityProvider(cloud, gateway);
        _ = new AuthorizationProvider(cloud, gateway);
        _ = new LockProvider(cloud, gateway);
        _ = new DenyAssignmentProvider(cloud, gateway);
        _ = new ContainerServiceProvider(cloud, pages, clusters, gateway);
        _ = new TrustedAccess(cloud, pages, gateway);
        _ = new Extensions(cloud, pages, clusters, gateway);
        _ = new Workspaces(cloud, pages, gateway);
        _ = new Computes(cloud, pages, clusters, gateway);
        _ = new ManagementGroups(cloud, gateway);
        _ = new ResourceGraphProvider(cloud, gateway);
        _ = new ComputeProvider(cloud, clusters.PoolsIn, gateway);
        return clusters;
    }

    private SimulatorResponse Answer(SimulatorRequest request)
    {
        if (_control.Handle(request) is { } control)
            return control;
        if (_authority.Handle(request) is { } token)
            return token;
        var (exchange, response) = _pipeline.Serve(request);
        _log.Note(exchange, response.Status);
        return response;
    }
}
