namespace AmlVnet.Core.Changes;

/// <summary>What the settings need to know of the cluster.</summary>
/// <param name="Id">The cluster.</param>
/// <param name="Location">Its region.</param>
/// <param name="Nodes">How many nodes its pools have; null where that is not known.</param>
public sealed record ExtensionCluster(ArmId Id, string Location, int? Nodes)
{
    /// <summary>What the facts of a cluster tell. Windows nodes and stopped pools carry no router; where AKS makes nodes as it sees fit,
    /// nobody knows how many there are.</summary>
    public static ExtensionCluster Of(ClusterFacts cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var pools = cluster.AgentPools.Value?.Where(static pool =>
            pool.OSType != PoolOS.Windows && pool.PowerState != PowerState.Stopped).ToArray();
        var nodes = cluster.ProvisionsNodes || pools is null || Array.Exists(pools, static pool => pool.NodeCount is null) ? null
            : pools.Sum(static pool => pool.NodeCount);
        return new ExtensionCluster(ArmId.Parse(cluster.Id), cluster.Location ?? "", nodes);
    }
}

/// <summary>What a user wants of the Azure Machine Learning extension. What is null is left to the rules of the Azure CLI.</summary>
public sealed record ExtensionWish
{
    /// <summary>Whether models are to be served.</summary>
    public bool Inference { get; init; } = true;

    /// <summary>Whether training jobs are to run.</summary>
    public bool Training { get; init; }

    /// <summary>How the router is reached.</summary>
    public RouterServiceType ServiceType { get; init; }

    /// <summary>Whether the router's load balancer is to be a public one.</summary>
    public bool IsPublic { get; init; }

    /// <summary>Whether scoring is to be on a private address of the nodes' subnet.</summary>
    public bool IsInternal => this is { Inference: true, ServiceType: RouterServiceType.LoadBalancer, IsPublic: false };

    /// <summary>Whether three routers are to run; null is by the number of nodes.</summary>
    public bool? HighAvailability { get; init; }

    /// <summary>What the cluster is for; null is by the number of nodes.</summary>
    public ClusterPurpose? Purpose { get; init; }

    /// <summary>The host name in the certificate; needed with TLS.</summary>
    public string? Cname { get; init; }

    /// <summary>A Kubernetes secret with cert.pem and key.pem in the namespace azureml.</summary>
    public string? TlsSecret { get; init; }

    /// <summary>The path of the certificate's PEM file. Only who sends the settings opens it.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The path of the key's PEM file. Only who sends the settings opens it.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Whether scoring over HTTP without TLS is wanted.</summary>
    public bool AllowsInsecure { get; init; }

    /// <summary>Whether the extension brings its own Prometheus operator; null leaves the default, True.</summary>
    public bool? InstallsPrometheus { get; init; }

    /// <summary>Whether the extension brings its own Volcano scheduler; null leaves the default, True.</summary>
    public bool? InstallsVolcano { get; init; }

    /// <summary>Whether the router of an AKS compute stays beside the new one.</summary>
    public bool UpgradesOldRouter { get; init; }

    /// <summary>Other settings, as the extension takes them; none that is protected or that another member stands for.</summary>
    public IReadOnlyDictionary<string, string> Others { get; init; } = new Dictionary<string, string>();

    /// <summary>Other protected settings: of each key the reference to its value.</summary>
    public IReadOnlyDictionary<string, string> ProtectedOthers { get; init; } = new Dictionary<string, string>();

    /// <summary>The wish that what is installed fulfils.
    /// A certificate from files is not shown by any answer; then the files are unknown.</summary>
    public static ExtensionWish From(IReadOnlyDictionary<string, string> installed)
    {
        ArgumentNullException.ThrowIfNull(installed);
        var type = Enum.TryParse<RouterServiceType>(Value("inferenceRouterServiceType"), ignoreCase: true, out var known) ? known : default;
        var secret = Value("scoringFe.sslSecret") ?? Value("sslSecret");
        return new ExtensionWish
        {
            Inference = Flag("enableInference") == true,
            Training = Flag("enableTraining") == true,
            ServiceType = type,
            IsPublic = type == RouterServiceType.LoadBalancer && !new RouterSettings(installed).IsInternal,
            HighAvailability = Flag("inferenceRouterHA"),
            Purpose = Enum.TryParse<ClusterPurpose>(Value("clusterPurpose"), ignoreCase: true, out var purpose) ? purpose : null,
            Cname = Value("sslCname"),
            TlsSecret = secret,
            AllowsInsecure = Flag("allowInsecureConnections") == true,
            InstallsPrometheus = Flag("installPromOp"),
            InstallsVolcano = Flag("installVolcano"),
            UpgradesOldRouter = Flag("scoringFe.enableUpgrade") == true,
        };

        string? Value(string key) => installed.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;

        bool? Flag(string key) => bool.TryParse(Value(key), out var flag) ? flag : null;
    }

    /// <summary>Whether TLS is from files, which an update has to bring again.</summary>
    public bool HasFileTls => Inference && !AllowsInsecure && TlsSecret is null;
}
