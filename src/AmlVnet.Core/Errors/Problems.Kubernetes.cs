namespace AmlVnet.Core.Errors;

/// <content>Errors of the Kubernetes route.</content>
public static partial class Problems
{
    /// <summary>The extension is there with other settings.</summary>
    public static AmlVnetException ExtensionDiffers(string id, IReadOnlyList<string> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        return new(nameof(ExtensionDiffers), ProblemKind.AlreadyExists,
            $"The extension '{id}' is there with other settings: {string.Join("; ", differences)}. A cluster takes one, and nothing was "
                + "sent.",
            $"Update-AksAmlExtension -ResourceId {Commands.Quote(ClusterOf(id))} with what is to change keeps the rest.", id);
    }

    /// <summary>The cluster has no Azure Machine Learning extension, or none that works.</summary>
    public static AmlVnetException ExtensionMissing(string clusterId, string? state = null) =>
        new(nameof(ExtensionMissing), ProblemKind.InvalidState,
        state is null ? $"The cluster '{clusterId}' has no Azure Machine Learning extension (microsoft.azureml.kubernetes)."
            : $"The Azure Machine Learning extension of the cluster '{clusterId}' is not installed: it is in state {state}.",
        $"Install-AksAmlExtension -ResourceId {Commands.Quote(clusterId)} -SslSecretName <secret> -SslCname <host name>", clusterId);

    /// <summary>An update would make the service forget settings that only the user has.</summary>
    public static AmlVnetException ProtectedSettingsMissing(string id, IReadOnlyList<string> keys) =>
        new(nameof(ProtectedSettingsMissing), ProblemKind.InvalidValue,
        $"An update of '{id}' has to bring its protected settings again, which the service keeps no other way and shows to nobody: "
            + $"{string.Join(", ", keys)}. Nothing was sent.",
        keys.Any(static key => key.StartsWith("scoringFe.ssl", StringComparison.Ordinal))
                ? "Give -SslCertificatePath and -SslKeyPath again; or take a Kubernetes secret (Update-AksAmlExtension -SslSecretName "
                    + "-SslCname), which no update forgets."
                : "Give them with Update-AksAmlExtension -ConfigurationProtectedSetting; or -Force there, and the service forgets them.",
            id);

    /// <summary>A cluster that acts by a service principal.</summary>
    public static AmlVnetException ClusterNeedsIdentity(string clusterId) => new(nameof(ClusterNeedsIdentity), ProblemKind.InvalidState,
        $"The cluster '{clusterId}' acts by a service principal, and the Azure Machine Learning extension needs a managed identity.",
        Commands.UseManagedIdentity(clusterId), clusterId);

    /// <summary>Something inside the cluster that the extension would fail at.</summary>
    public static AmlVnetException ClusterInTheWay(string what, string fix) => new(nameof(ClusterInTheWay), ProblemKind.InvalidState,
        $"The extension would fail in the cluster: {what}. Nothing was sent.", fix);

    /// <summary>The workspace takes the v1 API only.</summary>
    public static AmlVnetException WorkspaceInLegacyMode(string workspaceId) => new(nameof(WorkspaceInLegacyMode), ProblemKind.InvalidState,
        $"The workspace '{workspaceId}' is in v1 legacy mode (v1LegacyMode), in which Kubernetes computes and online endpoints can't be "
            + "used.",
        "Switch it off, which takes 30 minutes to an hour or more, and makes the v2 API reachable: "
            + Commands.LeaveLegacyMode(workspaceId), workspaceId);

    /// <summary>A cluster without local accounts, in which the workspace has no trusted access.</summary>
    public static AmlVnetException TrustedAccessMissing(string clusterId, string workspaceId) =>
        new(nameof(TrustedAccessMissing), ProblemKind.InvalidState,
        $"Local accounts of the cluster '{clusterId}' are disabled, and the workspace has no trusted access to it.",
        $"Grant-AksAmlTrustedAccess -ResourceId {Commands.Quote(clusterId)} -Workspace {Commands.Quote(workspaceId)}", clusterId);

    /// <summary>A cloud without trusted access for workspaces.</summary>
    public static AmlVnetException NoTrustedAccess(string cloud) => new(nameof(NoTrustedAccess), ProblemKind.InvalidState,
        $"{cloud} has no trusted access for workspaces (Azure/AML-Kubernetes: docs/azureml-aks-ta-support): there a cluster needs its "
            + "local accounts.", null, cloud);

    /// <summary>A cluster of another subscription than the workspace.</summary>
    public static AmlVnetException OtherSubscription(string clusterId, string workspaceId) =>
        new(nameof(OtherSubscription), ProblemKind.InvalidValue,
        $"The cluster '{clusterId}' is not in the subscription of the workspace '{workspaceId}', and a Kubernetes compute has to be.",
        "Give a cluster of the workspace's subscription, or a workspace of the cluster's.", clusterId);

    /// <summary>A compute of that name is no Kubernetes compute.</summary>
    public static AmlVnetException NotAKubernetesCompute(string id, string? computeType) =>
        new(nameof(NotAKubernetesCompute), ProblemKind.InvalidState,
        $"The compute '{id}' is of type {computeType ?? "unknown"}, not Kubernetes.",
        Words.Is(computeType, "AKS") ? "Get-AmlAksCompute and its family are for it; or choose another -Name."
            : "Choose another -Name.", id);

    /// <summary>The compute exists with other settings.</summary>
    public static AmlVnetException KubernetesComputeDiffers(string id, IReadOnlyList<string> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        return new(nameof(KubernetesComputeDiffers), ProblemKind.AlreadyExists,
            $"The compute '{id}' exists with other settings: {string.Join("; ", differences)}. They can't be changed while it is attached.",
            "Give the settings that it has or another -Name, or detach it first: Remove-AmlKubernetesCompute -ResourceId "
                + $"{Commands.Quote(id)}", id);
    }

    /// <summary>What is inside a cluster decides, and nobody has looked.</summary>
    /// <param name="clusterId">The cluster.</param>
    /// <param name="points">Each with its name among what is not looked at, what is not known, and the kubectl line.</param>
    /// <param name="hasTried">Whether the command was to look, and could not.</param>
    public static AmlVnetException ClusterNotLookedAt(string clusterId, IReadOnlyList<(string Id, string What, string Line)> points,
        bool hasTried)
    {
        ArgumentNullException.ThrowIfNull(points);
        return new(nameof(ClusterNotLookedAt), ProblemKind.InvalidState,
            $"What is inside the cluster '{clusterId}' decides, and Azure Resource Manager does not show it. Unknown: "
                + $"{string.Join("; ", points.Select(static one => $"{one.Id}: {one.What}: {one.Line}"))}. Nothing was written.",
            (hasTried ? "The command could not look. Look yourself with these lines; then run it again with "
                : "Give -UseRunCommand, and the command looks and does it itself; or look yourself with these lines, and run it again with "
                    + "")
                + $"-SkipCheck {string.Join(", ", points.Select(static one => one.Id))}.", clusterId);
    }

    /// <summary>A DNS record of somebody else's has the name.</summary>
    public static AmlVnetException RecordTaken(string recordId, string name, string addresses, string address) => new(nameof(RecordTaken),
        ProblemKind.AlreadyExists,
        $"The record '{recordId}' leads {name} to {addresses}, and was not written by this module: it is not changed to {address}.",
        "Change it yourself, or remove it and run the command again: az network private-dns record-set a show --ids "
            + $"{Commands.Quote(recordId)}", recordId);

    private static string ClusterOf(string extensionId) => ArmId.TryParse(extensionId, out var id, out _) ? id.Parent!.ToString()
        : extensionId;
}
