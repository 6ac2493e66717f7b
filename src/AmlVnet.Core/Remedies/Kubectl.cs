namespace AmlVnet.Core.Remedies;

/// <summary>The kubectl lines by which the module looks into a cluster and changes it;
/// the same ones are shown where it may not do it itself.</summary>
public static class Kubectl
{
    /// <summary>The namespace of the Azure Machine Learning extension.</summary>
    public const string ExtensionNamespace = "azureml";

    /// <summary>The annotation by which the router of an AKS compute lets another one beside it.</summary>
    public const string UpgradeAnnotation = "azureml-fe-enable-upgrade=true";

    /// <summary>Whether a namespace is there: writes its name, or nothing.</summary>
    public static string FindNamespace(string name) => $"kubectl get namespace {Quoted(name)} --ignore-not-found -o name";

    /// <summary>Makes a namespace.</summary>
    public static string CreateNamespace(string name) => $"kubectl create namespace {Quoted(name)}";

    /// <summary>Whether a secret is there: writes its name, or nothing. What is in it is not asked for.</summary>
    public static string FindSecret(string name, string space) =>
        $"kubectl get secret {Quoted(name)} -n {Quoted(space)} --ignore-not-found -o name";

    /// <summary>What the router of an AKS compute has left in the namespace default, a name a line.</summary>
    public static string FindOldRouter() =>
        "kubectl get deployment,service,serviceaccount,configmap,secret,clusterrole,clusterrolebinding -n default -o name";

    /// <summary>The custom resource definitions, a line each with its name and the namespace of the Helm release that made it: those of
    /// another Prometheus operator or Volcano scheduler are among them. A shell makes one backslash of two.</summary>
    public static string FindDefinitions() =>
        @"kubectl get crd --no-headers "
        + @"-o custom-columns=NAME:.metadata.name,RELEASE:.metadata.annotations.meta\\.helm\\.sh/release-namespace";

    /// <summary>Lets the new router beside the old one.</summary>
    public static string AnnotateOldRouter() => $"kubectl annotate deployment azureml-fe -n default --overwrite {UpgradeAnnotation}";

    /// <summary>Takes away what the router of an AKS compute leaves behind (Microsoft Learn: "Create and attach an Azure Kubernetes Service
    /// cluster with v1"). The secret with its certificate, azuremlfessl, stays: it may be the only copy, and is in nobody's way.</summary>
    public static IReadOnlyList<string> RemoveOldRouter { get; } =
    [
        "kubectl delete serviceaccount azureml-fe -n default --ignore-not-found",
        "kubectl delete clusterrole azureml-fe-role --ignore-not-found",
        "kubectl delete clusterrolebinding azureml-fe-binding --ignore-not-found",
        "kubectl delete service azureml-fe azureml-fe-int-http -n default --ignore-not-found",
        "kubectl delete deployment azureml-fe -n default --ignore-not-found",
        "kubectl delete configmap azuremlfeconfig -n default --ignore-not-found",
    ];

    /// <summary>Shows the router's service, with its address: writes nothing where it is not there.</summary>
    public static string ShowRouter() => $"kubectl get service azureml-fe -n {ExtensionNamespace} --ignore-not-found -o json";

    /// <summary>Shows the report of the extension's health check.</summary>
    public static string ShowHealth() => $"kubectl get configmap arcml-healthcheck -n {ExtensionNamespace} --ignore-not-found -o json";

    /// <summary>Why a text can't be the name of a namespace, or null (Kubernetes: RFC 1123 labels).</summary>
    public static string? CheckNamespace(string? name) => name is { Length: > 0 and <= 63 } && name.All(IsOfLabel) && HasEnds(name) ? null
        : $"'{name}' is no namespace of Kubernetes: it must be 1 to 63 lower-case letters, digits or '-', and begin and end with a letter "
            + "or digit; give such a name.";

    /// <summary>Why a text can't be the name of a secret, or null (Kubernetes: RFC 1123 subdomains).</summary>
    public static string? CheckSecret(string? name) => name is { Length: > 0 and <= 253 } && name.All(static c => IsOfLabel(c) || c == '.')
        && HasEnds(name) ? null
        : $"'{name}' is no name of a Kubernetes secret: it must be 1 to 253 lower-case letters, digits, '-' or '.', and begin and end with "
            + "a letter or digit; give such a name.";

    private static bool IsOfLabel(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-';

    private static bool HasEnds(string name) => char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]);

    /// <summary>A name goes into a command line: what is no name of Kubernetes goes into none.</summary>
    private static string Quoted(string name) => CheckSecret(name) is { } problem ? throw new ArgumentException(problem, nameof(name))
        : name;
}
