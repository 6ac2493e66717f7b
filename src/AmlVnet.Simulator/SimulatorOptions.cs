namespace AmlVnet.Simulator;

/// <summary>How a simulator is set up.</summary>
public sealed record SimulatorOptions
{
    /// <summary>
    /// The world to begin with: <c>how-to</c>, <c>existing-cluster</c>, <c>user-assigned</c>, <c>service-principal</c>, <c>overlap</c>,
    /// <c>locked-down</c>, <c>contributor</c>, <c>hub-and-spoke</c>, <c>kubernetes</c>, <c>migration</c>,
    /// <c>automatic</c>, <c>fleet</c>, or the path of a JSON scenario file. A state file that exists already wins over it.
    /// </summary>
    public string Scenario { get; init; } = "how-to";

    /// <summary>
    /// The file that keeps the state between processes; null keeps it in memory only. Every change is on disk before it is acknowledged.
    /// Several processes may use one file at the same time.
    /// </summary>
    public string? StatePath { get; init; }

    /// <summary>The clock that operations and replication run on; null is real time.</summary>
    public SimulatorClock? Clock { get; init; }

    /// <summary>How many computes the scenario <c>fleet</c> holds; 60 when null.</summary>
    public int? FleetSize { get; init; }

    /// <summary>The seed of every generated id, key and fault draw. Equal seeds and requests give equal worlds; 1 when null.</summary>
    public int? Seed { get; init; }

    /// <summary>
    /// Whether every answer that starts or continues an operation carries <c>Retry-After</c>. The real machine learning and AKS providers
    /// send none; set this to false to see a client cope. Network, storage and resource group operations carry it either way.
    /// </summary>
    public bool AlwaysRetryAfter { get; init; } = true;

    /// <summary>Whether requests to Resource Manager and Microsoft Graph without a bearer token get 401.</summary>
    public bool RequireAuthentication { get; init; }
}
