namespace AmlVnet;

/// <summary>The Azure Machine Learning extension of an AKS cluster. What the service did not return is null.</summary>
public sealed record AksAmlExtension
{
    /// <summary>The ARM id of the extension.</summary>
    public required string Id { get; init; }

    /// <summary>The extension's name.</summary>
    public required string Name { get; init; }

    /// <summary>The ARM id of the cluster.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The state that the service reports: Creating, Updating, Deleting, Succeeded, Failed or Canceled.</summary>
    public string? ProvisioningState { get; init; }

    /// <summary>The version that is installed; null where none is yet.</summary>
    public string? Version { get; init; }

    /// <summary>The version that it is held at; null where it upgrades by itself.</summary>
    public string? PinnedVersion { get; init; }

    /// <summary>Whether minor versions come by themselves.</summary>
    public bool? AutoUpgradeMinorVersion { get; init; }

    /// <summary>The release train.</summary>
    public string? ReleaseTrain { get; init; }

    /// <summary>Healthy, Unhealthy, Busy or Unknown, as far as Azure Resource Manager shows it.</summary>
    public required string Health { get; init; }

    /// <summary>Whether it serves models.</summary>
    public bool? EnableInference { get; init; }

    /// <summary>Whether it runs training jobs.</summary>
    public bool? EnableTraining { get; init; }

    /// <summary>How the router is reached.</summary>
    public RouterServiceType? RouterServiceType { get; init; }

    /// <summary>Whether the settings ask for an internal load balancer.
    /// Whether it has its address is another question: Get-AmlAksEndpoint.</summary>
    public bool? IsInternal { get; init; }

    /// <summary>The host name of the router's certificate.</summary>
    public string? SslCname { get; init; }

    /// <summary>The directory object id of the extension's own identity.</summary>
    public string? PrincipalId { get; init; }

    /// <summary>All settings that the service shows; of protected ones it shows none.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The protected settings that an update has to bring again, by their keys.</summary>
    public string[] ProtectedSettingsToGiveAgain { get; init; } = [];

    /// <summary>What is wrong with it, with cause and fix.</summary>
    public AksAmlExtensionProblem[] Problems { get; init; } = [];

    /// <summary>What the service says went wrong.</summary>
    public ArmErrorDetail[] Errors { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Id;
}

/// <summary>Something that is wrong with the Azure Machine Learning extension.</summary>
/// <param name="Code">The code of its health check, such as E40001, or the words that it is known by.</param>
/// <param name="Cause">Why.</param>
/// <param name="Fix">What to do.</param>
/// <param name="Source">Who says so.</param>
public sealed record AksAmlExtensionProblem(string Code, string Cause, string Fix, string Source)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Cause} {Fix}";
}

/// <summary>A workspace's trusted access to an AKS cluster.</summary>
public sealed record AksTrustedAccess
{
    /// <summary>The ARM id of the binding; null after it has been removed.</summary>
    public string? BindingId { get; init; }

    /// <summary>The ARM id of the cluster.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The ARM id of the workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The roles that the workspace has in the cluster.</summary>
    public string[] Roles { get; init; } = [];

    /// <summary>The state that the service reports.</summary>
    public string? ProvisioningState { get; init; }

    /// <summary>True when this call wrote (or removed) the binding; false when everything was so already.</summary>
    public required bool IsChanged { get; init; }

    /// <summary>Whether the workspace has its role in the cluster now.</summary>
    public required bool IsGranted { get; init; }

    /// <inheritdoc/>
    public override string ToString() => BindingId ?? ClusterId;
}

/// <summary>A cluster with the Azure Machine Learning extension as a compute of a workspace.
/// What the service did not return is null.</summary>
public sealed record KubernetesCompute
{
    /// <summary>The ARM resource id of the compute.</summary>
    public required string Id { get; init; }

    /// <summary>The compute's name.</summary>
    public required string Name { get; init; }

    /// <summary>The resource group of the workspace.</summary>
    public required string ResourceGroupName { get; init; }

    /// <summary>The workspace's name.</summary>
    public required string WorkspaceName { get; init; }

    /// <summary>The subscription of the workspace.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>The Azure region, in its short form.</summary>
    public string? Location { get; init; }

    /// <summary>The state that the service reports: Creating, Updating, Deleting, Succeeded, Failed, Canceled or Unknown.</summary>
    public string? ProvisioningState { get; init; }

    /// <summary>The ARM id of the cluster.</summary>
    public string? ClusterId { get; init; }

    /// <summary>The namespace in which deployments run.</summary>
    public string? Namespace { get; init; }

    /// <summary>The kind of instance that is taken where none is named.</summary>
    public string? DefaultInstanceType { get; init; }

    /// <summary>The kinds of instance, each as a text that a file keeps however deep it stands. In PowerShell the property gives the kinds
    /// themselves.</summary>
    public string[] InstanceTypes => [.. Kinds.Select(static one => one.ToString())];

    internal KubernetesInstanceType[] Kinds { get; init; } = [];

    /// <summary>SystemAssigned, UserAssigned or None.</summary>
    public string? IdentityType { get; init; }

    /// <summary>The directory object id of the system-assigned identity.</summary>
    public string? PrincipalId { get; init; }

    /// <summary>The ARM ids of the user-assigned identities.</summary>
    public string[] UserAssignedIdentities { get; init; } = [];

    /// <summary>The directory object id of the extension's identity.</summary>
    public string? ExtensionPrincipalId { get; init; }

    /// <summary>The compute's description.</summary>
    public string? Description { get; init; }

    /// <summary>The compute's tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>When the compute was attached.</summary>
    public DateTimeOffset? CreatedOn { get; init; }

    /// <summary>When the compute was last changed.</summary>
    public DateTimeOffset? ModifiedOn { get; init; }

    /// <summary>What the service says went wrong, outermost first.</summary>
    public ArmErrorDetail[] Errors { get; init; } = [];

    /// <summary>The kinds of instance.</summary>
    public KubernetesInstanceType[] GetInstanceTypes() => [.. Kinds];

    /// <inheritdoc/>
    public override string ToString() => Id;
}

/// <summary>A kind of instance of a Kubernetes compute.</summary>
public sealed record KubernetesInstanceType
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The labels of the nodes that it runs on; empty runs on any.</summary>
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } = new Dictionary<string, string>();

    /// <summary>What is set aside for it, such as cpu and memory.</summary>
    public IReadOnlyDictionary<string, string> Requests { get; init; } = new Dictionary<string, string>();

    /// <summary>The most that it gets.</summary>
    public IReadOnlyDictionary<string, string> Limits { get; init; } = new Dictionary<string, string>();

    /// <summary>The name with all values.</summary>
    public override string ToString() =>
        $"{Name} (requests {Pairs(Requests)}; limits {Pairs(Limits)}{(NodeSelector.Count == 0 ? "" : $"; nodes {Pairs(NodeSelector)}")})";

    private static string Pairs(IReadOnlyDictionary<string, string> map) =>
        map.Count == 0 ? "none" : string.Join(' ', map.Select(static pair => $"{pair.Key}={pair.Value}"));
}
