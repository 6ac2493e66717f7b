namespace AmlVnet.Core.Facts;

/// <summary>An extension of a cluster, as Azure Resource Manager shows it. What the answer lacks is null.</summary>
public sealed record ExtensionFacts
{
    /// <summary>The type of the Azure Machine Learning extension.</summary>
    public const string MachineLearning = "microsoft.azureml.kubernetes";

    /// <summary>The ARM id.</summary>
    public required string Id { get; init; }

    /// <summary>The type, such as <see cref="MachineLearning"/>.</summary>
    public string? Type { get; init; }

    /// <summary>The provisioning state.</summary>
    public ProvisioningState? State { get; init; }

    /// <summary>The version that it is held at; null where it is upgraded by itself.</summary>
    public string? Version { get; init; }

    /// <summary>The version that is installed.</summary>
    public string? CurrentVersion { get; init; }

    /// <summary>Whether minor versions come by themselves.</summary>
    public bool? UpgradesItself { get; init; }

    /// <summary>The release train, such as Stable.</summary>
    public string? ReleaseTrain { get; init; }

    /// <summary>The namespace that it is installed in.</summary>
    public string? ReleaseNamespace { get; init; }

    /// <summary>The settings that anybody may see; null where the answer has none, which tells nothing.
    /// Protected ones are never given back.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>The keys of the protected settings; the answer shows these, with empty values (az k8s-extension show).</summary>
    public IReadOnlyList<string> ProtectedKeys { get; init; } = [];

    /// <summary>The directory object id of the extension's own identity.</summary>
    public string? PrincipalId { get; init; }

    /// <summary>What the extension itself reports; the codes of its health check are there.</summary>
    public IReadOnlyList<ExtensionStatusFacts> Statuses { get; init; } = [];

    /// <summary>Why it failed.</summary>
    public ArmErrorDetail? Error { get; init; }

    /// <summary>The cluster's ARM id.</summary>
    public ArmId ClusterId => ArmId.Parse(Id).Parent!;

    /// <summary>The extension's name.</summary>
    public string Name => ArmId.Parse(Id).Name;

    /// <summary>Whether it is the extension of Azure Machine Learning.</summary>
    public bool IsMachineLearning => string.Equals(Type, MachineLearning, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is there and usable: installed, be it that an update is running or has failed.</summary>
    public bool IsInstalled => CurrentVersion is not null && State != ProvisioningState.Deleting;
}

/// <summary>A status that an extension reports of itself.</summary>
/// <param name="Code">Its code, such as E40001.</param>
/// <param name="DisplayStatus">The code's name.</param>
/// <param name="Level">Error, Warning or Information.</param>
/// <param name="Message">What it says.</param>
/// <param name="Time">When, as the answer writes it.</param>
public sealed record ExtensionStatusFacts(string? Code, string? DisplayStatus, string? Level, string? Message, string? Time);

/// <summary>A resource's trusted access to a cluster.</summary>
/// <param name="Id">The binding's ARM id.</param>
/// <param name="SourceId">The ARM id of the resource that has it.</param>
/// <param name="Roles">Its roles in the cluster.</param>
/// <param name="State">The provisioning state.</param>
public sealed record TrustedAccessFacts(string Id, string? SourceId, IReadOnlyList<string> Roles, ProvisioningState? State)
{
    /// <summary>The role that lets a workspace work in a cluster (Azure/AML-Kubernetes: docs/azureml-aks-ta-support).</summary>
    public const string WorkspaceRole = "Microsoft.MachineLearningServices/workspaces/mlworkload";

    /// <summary>Whether a workspace has its role by this binding; one that is being changed or failed counts for nobody.</summary>
    public bool Serves(string workspaceId) => (State is null || State == ProvisioningState.Succeeded)
        && ArmId.AreSame(SourceId, workspaceId) && Roles.Contains(WorkspaceRole, StringComparer.OrdinalIgnoreCase);
}

/// <summary>What a command that ran inside a cluster ended with.</summary>
/// <param name="ExitCode">Zero where it succeeded; null where the answer does not say.</param>
/// <param name="Logs">All that it wrote.</param>
/// <param name="Reason">Why it was not run, where it was not.</param>
public sealed record ClusterCommandResult(int? ExitCode, string Logs, string? Reason)
{
    /// <summary>Whether it succeeded.</summary>
    public bool IsDone => ExitCode == 0;
}
