using System.Text.RegularExpressions;

namespace AmlVnet.Core.Remedies;

/// <summary>What a code of the extension's health check, or a known sentence of its installation, means.</summary>
/// <param name="Code">The code, such as E40002, or a part of the sentence.</param>
/// <param name="Name">What the health check calls it; empty for a sentence.</param>
/// <param name="Cause">What is wrong.</param>
/// <param name="Fix">What to do.</param>
/// <param name="Source">Who says so.</param>
public sealed record ExtensionError(string Code, string Name, string Cause, string Fix, string Source);

/// <summary>
/// The codes of the health check of the Azure Machine Learning extension, and the sentences of an installation that has none. Below E45000
/// something has to be changed first; from there on the report in the cluster says more.
/// </summary>
public static partial class ExtensionErrors
{
    private const string Learn = "Microsoft Learn: Troubleshoot Azure Machine Learning extension";

    private const string Repository = "Azure/AML-Kubernetes: docs/troubleshooting";

    private const string Report = "kubectl describe configmap -n azureml arcml-healthcheck";

    private const string RemoveOld = "Remove what the AKS compute left behind (namespace default), or install beside it with "
        + "scoringFe.enableUpgrade=true after kubectl annotate deployment azureml-fe azureml-fe-enable-upgrade=true (preview).";

    /// <summary>The table.</summary>
    public static IReadOnlyList<ExtensionError> All { get; } =
    [
        new("E40000", "UNKNOWN_ERROR", "The health check failed for a reason of its own.", $"Read its report: {Report}", Repository),
        new("E40001", "LOAD_BALANCER_NOT_SUPPORT", "The router's service got no address of a load balancer. On AKS with an internal one "
            + "the cluster's identity most often lacks its right on the nodes' subnet, or the subnet is full.",
            "Grant-AksNetworkContributor for the nodes' subnet, then install again; or take NodePort or ClusterIP.", Learn),
        new("E40002", "INSUFFICIENT_NODE", "Three routers were asked for (inferenceRouterHA), and fewer than three healthy nodes fit them.",
            "Scale the cluster to three nodes, or install without high availability; check a node selector.", Learn),
        new("E40003", "INTERNAL_LOAD_BALANCER_NOT_SUPPORT", "An internal load balancer was asked for that is not of AKS, or of another "
            + "provider than azure.", "Set internalLoadBalancerProvider to azure, on an AKS cluster only.", Learn),
        new("E40007", "INVALID_SSL_SETTING", "The certificate or its key is not valid, or the host name does not fit the certificate.",
            "Give PEM files without a passphrase, or a secret with cert.pem and key.pem in the namespace azureml, and the certificate's "
            + "host name.", Learn),
        new("E45001", "AGENT_UNHEALTHY",
            "Something of the extension in the cluster is not healthy.", $"Read its report: {Report}", Repository),
        new("E45002", "PROMETHEUS_CONFLICT", "Another Prometheus operator is in the cluster.",
            "Install with -InstallPrometheusOperator:$false (installPromOp=False).", Learn),
        new("E45003", "BAD_NETWORK_CONNECTIVITY", "The cluster does not reach what the extension needs.",
            "Open the outbound addresses of the extension; Test-AmlAksNetwork looks at what Azure Resource Manager shows of them.", Learn),
        new("E45004", "AZUREML_FE_ROLE_CONFLICT",
            "The cluster role azureml-fe-role of an AKS compute (v1) is in the cluster.", RemoveOld, Learn),
        new("E45005", "AZUREML_FE_DEPLOYMENT_CONFLICT",
            "The deployment azureml-fe of an AKS compute (v1) is in the cluster.", RemoveOld, Learn),
        new("E45006", "", "The instance types could not be validated or updated.",
            $"Look at the instance types (kubectl get instancetype) and the report: {Report}", "Azure/azure-sdk-for-python issue 33480"),
        new("E49999", "CHECKER_PANIC",
            "The health check itself broke down.", "Read its log: kubectl logs healthcheck -n azureml", Repository),
        new("invalid ownership metadata", "", "An object in the cluster belongs to another installation: a second extension, a Volcano "
            + "scheduler or a Prometheus operator of somebody else.",
            "One extension of this type is for the whole cluster. Keep what the other one brought: -InstallVolcano:$false, "
                + "-InstallPrometheusOperator:$false.", Learn),
        new("re-use a name that is still in use", "", "The name of the extension is taken by another Helm release.",
            "Wait about an hour if that is this extension, else take another name.", Learn),
        new("being terminated", "", "The removal of an earlier extension is not finished.", "Wait until it is gone, then install.", Learn),
    ];

    /// <summary>What is known of the codes and sentences in some texts, in the table's order. A code that is not in the table is given back
    /// as what it is: not known.</summary>
    public static IReadOnlyList<ExtensionError> Decode(params IEnumerable<string?> texts)
    {
        var all = string.Join('\n', texts);
        var codes = Codes().Matches(all).Select(static match => match.Value.ToUpperInvariant()).ToHashSet();
        var found = All.Where(one => Codes().IsMatch(one.Code) ? codes.Contains(one.Code)
            : all.Contains(one.Code, StringComparison.OrdinalIgnoreCase)).ToList();
        var unknown = codes.Where(code => !found.Exists(one => one.Code == code)).Select(static code =>
            new ExtensionError(code, "", "This code is in no list that the module knows.", $"Read the report: {Report}", ""));
        return [.. found, .. unknown];
    }

    [GeneratedRegex(@"\bE4[0-9]{4}\b", RegexOptions.IgnoreCase)]
    private static partial Regex Codes();
}
