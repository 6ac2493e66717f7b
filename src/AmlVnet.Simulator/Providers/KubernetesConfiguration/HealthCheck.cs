using System.Globalization;

namespace AmlVnet.Simulator.Providers.KubernetesConfiguration;

/// <summary>Why the extension does not come up.</summary>
/// <param name="Code">The code of its health check, such as E40002; null where another part of the installation says no.</param>
/// <param name="Name">What that code is called.</param>
/// <param name="Message">What the health check writes, or Helm.</param>
internal sealed record Trouble(string? Code, string Name, string Message);

/// <summary>
/// What the Azure Machine Learning extension finds wrong with a cluster and its own settings (Microsoft Learn: "Troubleshoot Azure Machine
/// Learning extension"; Azure/AML-Kubernetes: docs/troubleshooting).
/// </summary>
internal sealed class HealthCheck(Cloud cloud, ClusterObjects objects)
{
    /// <summary>The first thing that is wrong, or null. The router's address comes after all this.</summary>
    public Trouble? Before(Resource cluster, Resource extension, RouterSettings settings)
    {
        if (cluster.Body.Object("identity") is null)
            return new Trouble(null, "identity", "the cluster uses a service principal; the extension needs a managed identity");
        if (cluster.Properties.Object("powerState").Text("code").Same("Stopped"))
            return new Trouble(null, "cluster", "the cluster is stopped");
        if (cloud.World.OfType(Extensions.Type, cluster.Id).FirstOrDefault(other => !other.Id.Same(extension.Id)
            && Extensions.IsMachineLearning(other) && other.State != "Failed") is { } first)
            return Owned("ClusterRole", "azureml-operator-role", first.Name);
        if (!settings.HasInference && !settings.HasTraining)
            return new Trouble("E40000", "UNKNOWN_ERROR", "neither enableTraining nor enableInference is true");
        return Foreign(settings, cluster) ?? (settings.HasInference ? Inference(cluster, settings) : null);
    }

    /// <summary>What is said of a router that got no address.</summary>
    public static Trouble NoAddress(string reason) => new("E40001", "LOAD_BALANCER_NOT_SUPPORT",
        $"service azureml-fe has no external IP address, it is pending: {reason}");

    private Trouble? Inference(Resource cluster, RouterSettings settings)
    {
        var nodes = cluster.Properties.Objects("agentPoolProfiles").Sum(static pool => pool.Whole("count") ?? 0);
        if (settings.IsHighlyAvailable && nodes < 3)
            return new Trouble("E40002", "INSUFFICIENT_NODE", string.Create(CultureInfo.InvariantCulture,
                $"inferenceRouterHA needs 3 nodes, healthy nodes: {nodes}"));
        if (settings.ServiceType is null)
            return new Trouble("E40000", "UNKNOWN_ERROR", "inferenceRouterServiceType is none of LoadBalancer, NodePort, ClusterIP");
        if (settings.LoadBalancerProvider is { } provider && !provider.Same("azure"))
            return new Trouble("E40003", "INTERNAL_LOAD_BALANCER_NOT_SUPPORT",
                $"the internal load balancer provider {provider} is unknown");
        return Tls(cluster, settings) ?? OldRouter(cluster, settings);
    }

    private Trouble? Tls(Resource cluster, RouterSettings settings)
    {
        if (settings.IsInsecure)
            return null;
        static Trouble Invalid(string what) => new("E40007", "INVALID_SSL_SETTING", what);
        if (string.IsNullOrEmpty(settings.Cname))
            return Invalid("sslCname is missing");
        if (settings.HasCertificate)
            return null;
        if (settings.Secret is not { Length: > 0 } name)
            return Invalid("there is no certificate with its key");
        return objects.Find(cluster, "Secret", name, ClusterObjects.Extension).Object("data") is { } data
            && data.Text("cert.pem") is not null && data.Text("key.pem") is not null ? null
            : Invalid($"the secret {name} in namespace {ClusterObjects.Extension} is missing, or has no cert.pem and key.pem");
    }

    /// <summary>What the router of an AKS compute leaves in the namespace default is in the way, unless both sides agree to upgrade
    /// it (Azure/AML-Kubernetes: docs/attach-compute-on-aks-v1-cluster).</summary>
    private Trouble? OldRouter(Resource cluster, RouterSettings settings)
    {
        if (objects.Find(cluster, "Deployment", "azureml-fe", "default") is { } old)
        {
            var agrees = old.Object("metadata").Object("annotations").Text("azureml-fe-enable-upgrade").Same("true");
            return agrees && settings.UpgradesOldRouter ? null : new Trouble("E45005", "AZUREML_FE_DEPLOYMENT_CONFLICT",
                "Azureml Fe deployment conflict");
        }
        return objects.Find(cluster, "ClusterRole", "azureml-fe-role") is null ? null
            : new Trouble("E45004", "AZUREML_FE_ROLE_CONFLICT", "Azureml Fe role conflict");
    }

    private Trouble? Foreign(RouterSettings settings, Resource cluster)
    {
        bool Has(string name) => objects.Find(cluster, "CustomResourceDefinition", name) is { } definition
            && !definition.Object("metadata").Object("annotations").Text("meta.helm.sh/release-namespace").Same(ClusterObjects.Extension);
        if (settings.InstallsPrometheus && Has("prometheuses.monitoring.coreos.com"))
            return new Trouble("E45002", "PROMETHEUS_CONFLICT", "another Prometheus operator is installed");
        return settings.InstallsVolcano && Has("jobs.batch.volcano.sh")
            ? Owned("CustomResourceDefinition", "jobs.batch.volcano.sh", null) : null;
    }

    /// <summary>What Helm says of an object that another one made.</summary>
    private static Trouble Owned(string kind, string name, string? owner) => new(null, "helm",
        "rendered manifests contain a resource that already exists. Unable to continue with install: "
        + $"{kind} \"{name}\" in namespace \"\" exists and cannot be imported into the current release: invalid ownership metadata"
        + (owner is null ? "" : $"; annotation validation error: key \"meta.helm.sh/release-name\": current value is \"{owner}\""));
}
