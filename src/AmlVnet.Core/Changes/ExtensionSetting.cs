namespace AmlVnet.Core.Changes;

/// <summary>In what form a setting of the Azure Machine Learning extension holds its value. On the wire every value is a text.</summary>
public enum ExtensionValueForm
{
    /// <summary>The text itself.</summary>
    Text,

    /// <summary>True or False.</summary>
    Flag,

    /// <summary>The base64 of a whole PEM file.</summary>
    Base64OfPem,

    /// <summary>The path of a PEM file on the computer of the Azure CLI's user. It is read there; this module sends no path.</summary>
    PathOfPem,

    /// <summary>A secret that was typed in: a plan has a reference to it, which only who sends it can resolve.</summary>
    InHand,
}

/// <summary>One setting of the Azure Machine Learning extension.</summary>
/// <param name="Key">Its key; keys are compared by case.</param>
/// <param name="Condition">When it is sent.</param>
/// <param name="Form">In what form its value is.</param>
/// <param name="Source">Who says so.</param>
public sealed record ExtensionSetting(string Key, string Condition, ExtensionValueForm Form, string Source)
{
    private const string Cli = "Azure/azure-cli-extensions: k8s-extension, AzureMLKubernetes.py";

    private const string Learn = "Microsoft Learn: Deploy Azure Machine Learning extension on Kubernetes cluster";

    private const string Coexist = "Azure/AML-Kubernetes: docs/attach-compute-on-aks-v1-cluster (preview)";

    private const string Always = "always";

    /// <summary>Whether it goes into the protected map, which no answer gives back.</summary>
    public bool IsProtected => Form is ExtensionValueForm.Base64OfPem or ExtensionValueForm.PathOfPem;

    /// <summary>
    /// The settings that this module knows. The map is open: what else stands in it is somebody's own, and is kept.
    /// </summary>
    public static IReadOnlyList<ExtensionSetting> All { get; } =
    [
        new("enableTraining", Always, ExtensionValueForm.Flag, Cli),
        new("enableInference", Always, ExtensionValueForm.Flag, Cli),
        new("inferenceRouterServiceType", "inference: LoadBalancer, NodePort or ClusterIP", ExtensionValueForm.Text, Cli),
        new("internalLoadBalancerProvider", "inference on an internal load balancer of AKS: azure", ExtensionValueForm.Text, Cli),
        new("scoringFe.serviceType.internalLoadBalancer", "with internalLoadBalancerProvider azure", ExtensionValueForm.Flag, Cli),
        new("scoringFe.serviceType.nodePort", "with inferenceRouterServiceType NodePort", ExtensionValueForm.Flag, Cli),
        new("inferenceRouterHA", "False with fewer than three nodes, or when asked for; the extension's own default is True",
            ExtensionValueForm.Flag, Cli),
        new("clusterPurpose", "DevTest with fewer than three nodes, or when asked for", ExtensionValueForm.Text, Cli),
        new("allowInsecureConnections", "inference: True without TLS, else False", ExtensionValueForm.Flag, Learn),
        new("sslCname", "inference with TLS: the host name of the certificate", ExtensionValueForm.Text, Cli),
        new("sslSecret", "TLS from a Kubernetes secret in the namespace azureml", ExtensionValueForm.Text, Learn),
        new("scoringFe.sslSecret", "with sslSecret, the same name; not with files, which win", ExtensionValueForm.Text, Cli),
        new("scoringFe.sslCert", "TLS from files", ExtensionValueForm.Base64OfPem, Cli),
        new("scoringFe.sslKey", "TLS from files", ExtensionValueForm.Base64OfPem, Cli),
        new("sslCertPemFile", "never sent here: an option of the Azure CLI", ExtensionValueForm.PathOfPem, Learn),
        new("sslKeyPemFile", "never sent here: an option of the Azure CLI", ExtensionValueForm.PathOfPem, Learn),
        new("cluster_name", Always + ": the cluster's ARM id", ExtensionValueForm.Text, Cli),
        new("clusterId", Always + ": the cluster's ARM id", ExtensionValueForm.Text, Cli),
        new("prometheus.prometheusSpec.externalLabels.cluster_name", Always + ": the cluster's ARM id", ExtensionValueForm.Text, Cli),
        new("cluster_name_friendly", Always + ": the cluster's name", ExtensionValueForm.Text, Cli),
        new("location", Always + ": the cluster's region", ExtensionValueForm.Text, Cli),
        new("jobSchedulerLocation", Always + ": the cluster's region", ExtensionValueForm.Text, Cli),
        new("domain", Always + ": region.cloudapp.azure.com", ExtensionValueForm.Text, Cli),
        new("servicebus.enabled", Always + ": false", ExtensionValueForm.Flag, Cli),
        new("relayserver.enabled", "on AKS: false", ExtensionValueForm.Flag, Cli),
        new("nginxIngress.enabled", "on AKS: true", ExtensionValueForm.Flag, Cli),
        new("installPromOp", "False where another Prometheus operator is in the cluster", ExtensionValueForm.Flag, Learn),
        new("installVolcano", "False where another Volcano scheduler is in the cluster", ExtensionValueForm.Flag, Learn),
        new("installNvidiaDevicePlugin", "when asked for; the default is False", ExtensionValueForm.Flag, Learn),
        new("installDcgmExporter", "when asked for; the default is False", ExtensionValueForm.Flag, Learn),
        new("scoringFe.enableUpgrade", "beside the router of an AKS compute, whose deployment has the annotation "
            + "azureml-fe-enable-upgrade=true", ExtensionValueForm.Flag, Coexist),
    ];

    /// <summary>The setting of a key, or null.</summary>
    public static ExtensionSetting? Find(string key) => All.FirstOrDefault(setting => setting.Key == key);
}
