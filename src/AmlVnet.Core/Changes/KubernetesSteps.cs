namespace AmlVnet.Core.Changes;

/// <summary>Registers the subscription with a resource provider. The target is the provider in the subscription.</summary>
public sealed record RegisterProvider : Step
{
    /// <summary>The subscription's id.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>The provider's namespace.</summary>
    public required string Provider { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => [new($"/subscriptions/{SubscriptionId}", $"{Provider}/register/action")];
}

/// <summary>Installs an extension on a cluster, or changes it: what the answer showed of it before is sent again.
/// The target is the extension.</summary>
public sealed record PutExtension : Step
{
    /// <summary>What is being done, for the progress display.</summary>
    public required string Activity { get; init; }

    /// <summary>What the operation is called.</summary>
    public required string Kind { get; init; }

    /// <summary>All settings that anybody may see.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The protected ones, by reference. What is not given is forgotten by the service.</summary>
    public IReadOnlyList<ProtectedReference> Protected { get; init; } = [];

    /// <summary>The release train.</summary>
    public string ReleaseTrain { get; init; } = "Stable";

    /// <summary>The version to hold it at; null lets it upgrade by itself.</summary>
    public string? Version { get; init; }

    /// <summary>When the right was granted that the router's internal load balancer needs; null when that is not known.</summary>
    public DateTimeOffset? GrantedOn { get; init; }

    /// <summary>Whether minor versions come by themselves.</summary>
    public bool UpgradesItself { get; init; } = true;

    /// <summary>Whether the report of the health check in the cluster may be read where it fails.</summary>
    public bool LooksInside { get; init; }

    /// <summary>The namespace that it is installed in.</summary>
    public string ReleaseNamespace { get; init; } = Remedies.Kubectl.ExtensionNamespace;

    /// <summary>Whether the command waits for the end.</summary>
    public bool Wait { get; init; } = true;

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs =>
        [new(Ids.ArmId.Parse(Target).Parent!.ToString(), "Microsoft.KubernetesConfiguration/extensions/write")];
}

/// <summary>Turns off the v1 legacy mode of a workspace. The target is the workspace.</summary>
public sealed record TurnOffLegacyMode : Step
{
    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => [new(Target, "Microsoft.MachineLearningServices/workspaces/write")];
}

/// <summary>Takes an extension off its cluster. The target is the extension.</summary>
public sealed record DeleteExtension : Step
{
    /// <summary>Whether the command waits for the end.</summary>
    public bool Wait { get; init; } = true;

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs =>
        [new(Ids.ArmId.Parse(Target).Parent!.ToString(), "Microsoft.KubernetesConfiguration/extensions/delete")];
}

/// <summary>Gives a workspace its role inside a cluster. The target is the binding.</summary>
public sealed record GrantTrustedAccess : Step
{
    /// <summary>The workspace's ARM id.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The role.</summary>
    public string Role { get; init; } = Facts.TrustedAccessFacts.WorkspaceRole;

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => [new(Ids.ArmId.Parse(Target).Parent!.ToString(),
        "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write")];
}

/// <summary>Takes a workspace's role inside a cluster away. The target is the binding.</summary>
public sealed record RevokeTrustedAccess : Step
{
    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => [new(Ids.ArmId.Parse(Target).Parent!.ToString(),
        "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/delete")];
}

/// <summary>Runs lines of kubectl inside a cluster, through Azure Resource Manager. The target is the cluster.</summary>
public sealed record RunInCluster : Step
{
    /// <summary>The lines, which run one after the other until one fails.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs =>
    [
        new(Target, "Microsoft.ContainerService/managedClusters/runCommand/action"),
        new(Target, "Microsoft.ContainerService/managedClusters/commandResults/read"),
    ];
}

/// <summary>What a kind of instance of a Kubernetes compute gets.</summary>
/// <param name="NodeSelector">The labels of the nodes that it runs on; null runs on any.</param>
/// <param name="Requests">What is set aside for it: cpu, memory and such.</param>
/// <param name="Limits">The most that it gets.</param>
public sealed record InstanceTypeWish(IReadOnlyDictionary<string, string>? NodeSelector, IReadOnlyDictionary<string, string> Requests,
    IReadOnlyDictionary<string, string> Limits);

/// <summary>Attaches a cluster with the Azure Machine Learning extension to a workspace. The target is the compute.</summary>
public sealed record PutKubernetesCompute : Step
{
    /// <summary>The region of the workspace, as it is written.</summary>
    public string? WorkspaceLocation { get; init; }

    /// <summary>The compute.</summary>
    public required KubernetesComputeWish Wish { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs =>
    [
        Actions.ToWrite(Target),
        new(Wish.Cluster.ToString(), "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action"),
    ];
}

/// <summary>Takes a Kubernetes compute out of its workspace; the cluster and its extension stay. The target is the compute.</summary>
public sealed record DetachKubernetesCompute : Step
{
    /// <summary>Whether the command waits for the end.</summary>
    public bool Wait { get; init; } = true;

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => [new(Target, Actions.DeleteCompute)];
}
