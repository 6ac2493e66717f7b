using AmlVnet.Core.Ids;

namespace AmlVnet.Core.Changes;

/// <summary>How the router of the extension is reached.</summary>
public enum RouterServiceType
{
    /// <summary>On a load balancer: an internal one in the nodes' subnet, unless it is said otherwise.</summary>
    LoadBalancer,

    /// <summary>On a port of each node.</summary>
    NodePort,

    /// <summary>From inside the cluster only.</summary>
    ClusterIP,
}

/// <summary>What the settings need to know of the cluster.</summary>
/// <param name="Id">The cluster.</param>
/// <param name="Location">Its region.</param>
/// <param name="Nodes">How many nodes its pools have; null where that is not known.</param>
public sealed record ExtensionCluster(ArmId Id, string Location, int? Nodes);

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
}
