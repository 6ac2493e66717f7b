namespace AmlVnet.Core.Changes;

/// <summary>What is inside a cluster as far as the Azure Machine Learning extension minds. Azure Resource Manager does not show it: each
/// part is not gathered without -UseRunCommand.</summary>
public sealed record ClusterInside
{
    /// <summary>The names of what is in the namespace default and of cluster roles, such as <c>deployment.apps/azureml-fe</c>.</summary>
    public Known<IReadOnlyList<string>> Default { get; init; }

    /// <summary>The custom resource definitions: of each its name, and the namespace of the Helm release that made it.</summary>
    public Known<IReadOnlyList<string>> Definitions { get; init; }

    /// <summary>The TLS secret that was asked for, by its name; an empty text where it is not there.</summary>
    public Known<string> Secret { get; init; }

    /// <summary>
    /// The codes that an earlier installation reports which failed; null where there was none. Helm leaves definitions, and what is of the
    /// whole cluster, behind: without such a code they are our own.
    /// </summary>
    public IReadOnlyList<string>? EarlierCodes { get; init; }

    /// <summary>Whether the user looked himself, or the command did before: nothing more is said of what is not known.</summary>
    public bool IsLookedAt { get; init; }

    /// <summary>Whether the router of an AKS compute (v1) is in the namespace default.</summary>
    public bool? HasOldRouter => Default.Value is { } names ? names.Any(static name => IsNamed(name, "deployment", "azureml-fe")) : null;

    /// <summary>Whether it left its cluster role behind.</summary>
    public bool? HasOldRole => Default.Value is { } names
        ? names.Any(static name => IsNamed(name, "clusterrole", "azureml-fe-role")) && IsForeign("E45004") : null;

    /// <summary>Whether a Prometheus operator of somebody else is in the cluster.</summary>
    public bool? HasPrometheus => Has("prometheuses.monitoring.coreos.com");

    /// <summary>Whether a Volcano scheduler of somebody else is.</summary>
    public bool? HasVolcano => Has("jobs.batch.volcano.sh");

    /// <summary>Why a wish would fail inside the cluster, or null where nothing is known that is in its way.</summary>
    public AmlVnetException? Refusal(ExtensionWish wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        if (wish is { Inference: true, TlsSecret: { } secret } && Secret.Value is "")
            return Problems.ClusterInTheWay($"the secret {secret} is not in the namespace {Kubectl.ExtensionNamespace}",
                $"kubectl create secret generic {secret} -n {Kubectl.ExtensionNamespace} --from-file=cert.pem=<path> "
                    + "--from-file=key.pem=<path>");
        if (wish is { Inference: true, UpgradesOldRouter: false } && (HasOldRouter == true || HasOldRole == true))
            return Problems.ClusterInTheWay("what an AKS compute (v1) left, or its router, is in the namespace default",
                string.Join('\n', Kubectl.RemoveOldRouter));
        if (wish.InstallsPrometheus != false && HasPrometheus == true)
            return Problems.ClusterInTheWay("another Prometheus operator is in the cluster",
                LeftBehind("prometheuses.monitoring.coreos.com", "-InstallPrometheusOperator:$false"));
        if (wish.InstallsVolcano != false && HasVolcano == true)
            return Problems.ClusterInTheWay("another Volcano scheduler is in the cluster",
                LeftBehind("jobs.batch.volcano.sh", "-InstallVolcano:$false"));
        return null;
    }

    /// <summary>The kubectl lines of what a wish needs to be known and is not.</summary>
    public IReadOnlyList<string> NotLookedAt(ExtensionWish wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        var lines = new List<string>();
        if (IsLookedAt) return lines;
        if (wish is { Inference: true, TlsSecret: { } secret } && Secret.Value is null)
            lines.Add(Kubectl.FindSecret(secret, Kubectl.ExtensionNamespace));
        if (wish.Inference && Default.Value is null) lines.Add(Kubectl.FindOldRouter());
        if ((wish.InstallsPrometheus != false || wish.InstallsVolcano != false) && Definitions.Value is null)
            lines.Add(Kubectl.FindDefinitions());
        return lines;
    }

    private static string LeftBehind(string definition, string parameter) =>
        $"Give {parameter}. Where only the definition is left of one that is gone: kubectl delete crd {definition}";

    private static bool IsNamed(string line, string kind, string name) => line.EndsWith($"/{name}", StringComparison.Ordinal)
        && (line.StartsWith(kind + "/", StringComparison.Ordinal) || line.StartsWith(kind + ".", StringComparison.Ordinal));

    private bool IsForeign(string code) => EarlierCodes is null || EarlierCodes.Contains(code, StringComparer.OrdinalIgnoreCase);

    private bool? Has(string definition) => Definitions.Value is not { } lines ? null
        : lines.Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Any(line => line is [var name, ..] && (name == definition || name.EndsWith("/" + definition, StringComparison.Ordinal))
                && !(line is [_, Kubectl.ExtensionNamespace, ..]) && IsForeign("E45002"));
}
