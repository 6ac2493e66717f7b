using AmlVnet.Core.Checks;

namespace AmlVnet.Core.Changes;

/// <summary>Moves an AKS compute (v1) to a Kubernetes compute on the same cluster, and says what that means.</summary>
public static class MovePlan
{
    /// <summary>How far a way is supported.</summary>
    public static string StatusOf(MovePath path) => path == MovePath.Clean
        ? "Documented: the old azureml-fe is removed before the extension is installed. Scoring stops until the models are deployed on the "
            + "new compute."
        : "Preview: scoringFe.enableUpgrade keeps the old router beside the new one. The URLs of both are not segregated; the namespaces "
            + "have to be.";

    /// <summary>Where a way is documented.</summary>
    public static Uri SourceOf(MovePath path) => path == MovePath.Clean ? Sources.KubernetesExtension : Sources.AttachBesideV1;

    /// <summary>The kubectl lines that put the old router out of the way.</summary>
    public static IReadOnlyList<string> LinesOf(MovePath path) =>
        path == MovePath.Clean ? Kubectl.RemoveOldRouter : [Kubectl.AnnotateOldRouter()];

    /// <summary>The job: the old router first, then all of the Kubernetes route.</summary>
    /// <param name="path">The way.</param>
    /// <param name="wish">The new compute.</param>
    public static PhasedPlan Of(MovePath path, KubernetesInferenceWish wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        wish = wish with
        {
            Preparation = LinesOf(path),
            Extension = wish.Extension with { UpgradesOldRouter = path == MovePath.Coexist },
        };
        return KubernetesInferencePlan.Of(wish) with
        {
            Phases =
            [
                new FindRoute(wish),
                KubernetesInferencePlan.Changeable(wish),
                new LeaveLegacyMode(wish.Inference.Compute.Parent!),
                new PrepareCluster
                {
                    Cluster = wish.Cluster,
                    Sentence = path == MovePath.Clean ? "Remove the old router from the cluster; its endpoint stops answering"
                        : "Let the new router beside the old one",
                    Lines = wish.Preparation,
                    UseRunCommand = wish.UseRunCommand,
                    SkippedWhen = JobFacts.Extension,
                },
                .. KubernetesInferencePlan.Rest(wish),
            ],
        };
    }

    /// <summary>What changes for clients.</summary>
    /// <param name="path">The way.</param>
    /// <param name="old">The AKS compute.</param>
    /// <param name="address">The address of the new router; null while it is not known.</param>
    /// <param name="name">The name of the new endpoint; null where it has none.</param>
    public static IReadOnlyList<MoveChange> ChangesFor(MovePath path, AksCompute old, string? address, string? name)
    {
        ArgumentNullException.ThrowIfNull(old);
        return
        [
            new("address", old.ScoringIPAddress, address ?? "the address that the router gets, of the nodes' subnet"),
            new("URL", "api/v1/service/<service>/score (services of v1)",
                "api/v1/endpoint/<endpoint>/score (online endpoints); ask the endpoint for its own"),
            new("DNS", old.SslCname, name is null ? "no name" : $"{name} -> {address ?? "that address"}"),
            new("keys", "those of the v1 services", "those of the online endpoints: keys or Microsoft Entra tokens are issued anew"),
            new("old endpoint", old.ScoringIPAddress,
                path == MovePath.Clean ? "gone" : "answers until the AKS compute is detached and its router removed"),
        ];
    }

    /// <summary>Which TLS material has to be carried over, and how. No secret is read for it.</summary>
    public static IReadOnlyList<string> TlsOf(AksCompute old)
    {
        ArgumentNullException.ThrowIfNull(old);
        return string.IsNullOrEmpty(old.SslStatus) || Words.Is(old.SslStatus, "Disabled") ? [] :
        [
            Words.Is(old.SslStatus, "Auto")
                ? $"The certificate of {old.SslLeafDomainLabel} is Microsoft's and stays with v1: bring a certificate of your own with its "
                    + "key."
                : $"Certificate and key of {old.SslCname}: PEM files, or a secret with cert.pem and key.pem in the namespace "
                    + $"{Kubectl.ExtensionNamespace}.",
            "The old ones are in the secret azuremlfessl of the namespace default, which stays: kubectl get secret azuremlfessl -n default "
                + "-o yaml",
        ];
    }

    /// <summary>The command that detaches the old compute; the cluster is never deleted.</summary>
    public static string Detach(string oldCompute) =>
        $"Get-AmlAksCompute -ResourceId {Commands.Quote(oldCompute)} | Remove-AmlAksCompute -UnderlyingResourceAction Detach";

    /// <summary>What is left to do.</summary>
    /// <param name="old">The AKS compute.</param>
    /// <param name="isDetached">Whether it was detached.</param>
    public static IReadOnlyList<string> Remaining(string old, bool isDetached) =>
    [
        "Deploy the models anew, as online endpoints on the Kubernetes compute (az ml online-endpoint create, az ml online-deployment "
            + "create), and move the clients.",
        .. isDetached ? Array.Empty<string>() : [$"When no client is left, detach the old compute, and never delete it: {Detach(old)}"],
    ];
}
