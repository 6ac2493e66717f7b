namespace AmlVnet.Simulator.Providers.KubernetesConfiguration;

/// <summary>What the Azure Machine Learning extension puts into its cluster: the router with its address, and the report of the health
/// check.</summary>
internal sealed class ExtensionRelease(Cloud cloud, ClusterFleet clusters)
{
    private readonly ClusterObjects _objects = new(cloud);

    /// <summary>Installs or changes the release, at the end of the operation.</summary>
    /// <returns>Why it failed, or null.</returns>
    public Trouble? Install(Resource cluster, Resource extension, RouterSettings settings, bool isNew)
    {
        _objects.EnsureNamespace(cluster, ClusterObjects.Extension);
        var trouble = new HealthCheck(cloud, _objects).Before(cluster, extension, settings)
            ?? (settings.HasInference ? PlaceRouter(cluster, settings) : RemoveRouter(cluster));
        if (trouble is { Code: null })
            return trouble;
        // Helm brings definitions first, and leaves them, whether the rest comes up or goes.
        if (settings.InstallsPrometheus && trouble?.Code != "E45002")
            Define(cluster, extension, "prometheuses.monitoring.coreos.com");
        if (settings.InstallsVolcano)
            Define(cluster, extension, "jobs.batch.volcano.sh");
        var report = ClusterObjects.New("ConfigMap", "arcml-healthcheck", ClusterObjects.Extension);
        report["data"] = new JsonObject
        {
            [isNew ? "reports-pre-install" : "reports-pre-upgrade"] = trouble is null ? "Status: Passed Name: inference" : Report(trouble),
        };
        _objects.Save(cluster, report);
        return trouble;
    }

    private void Define(Resource cluster, Resource extension, string name)
    {
        var definition = ClusterObjects.New("CustomResourceDefinition", name, null);
        definition.Object("metadata")!["annotations"] = new JsonObject
        {
            ["meta.helm.sh/release-name"] = extension.Name,
            ["meta.helm.sh/release-namespace"] = ClusterObjects.Extension,
        };
        if (_objects.Find(cluster, "CustomResourceDefinition", name) is null)
            _objects.Save(cluster, definition);
    }

    public void Uninstall(Resource cluster, Resource extension)
    {
        // Another installation, which failed beside this one, has nothing in the cluster.
        if (Extensions.Of(cloud.World, cluster) is { } other && !other.Id.Same(extension.Id))
            return;
        RemoveRouter(cluster);
        _objects.Remove(cluster, "ConfigMap", "arcml-healthcheck", ClusterObjects.Extension);
    }

    /// <summary>A line of the health check's report (azure-sdk-for-python issue 33480, AML-Kubernetes issue 293).</summary>
    public static string Report(Trouble trouble) =>
        $"Status: Failed Name: inference ErrorCode: {trouble.Code} ErrorMessage: {trouble.Name}: {trouble.Message}";

    private Trouble? RemoveRouter(Resource cluster)
    {
        clusters.WithdrawScoring(cluster, ClusterFleet.Router);
        foreach (var kind in new[] { "Service", "Deployment", "ServiceAccount" })
            _objects.Remove(cluster, kind, "azureml-fe", ClusterObjects.Extension);
        return null;
    }

    private Trouble? PlaceRouter(Resource cluster, RouterSettings settings)
    {
        var tls = !settings.IsInsecure;
        var type = settings.ServiceType!;
        var isInternal = type == "LoadBalancer" && settings.IsInternal;
        string? reason = null;
        if (type != "LoadBalancer")
            clusters.WithdrawScoring(cluster, ClusterFleet.Router);
        else if (isInternal)
            reason = Internalize(cluster, tls);
        else
            clusters.PublishScoring(cluster, tls, ClusterFleet.Router);
        var address = reason is null ? clusters.ScoringOf(cluster, ClusterFleet.Router)?.Address : null;
        _objects.Save(cluster, ClusterObjects.RouterService(ClusterObjects.Extension, type, isInternal, address));
        if (reason is not null)
            return HealthCheck.NoAddress(reason);
        _objects.Save(cluster, ClusterObjects.New("Deployment", "azureml-fe", ClusterObjects.Extension));
        return null;
    }

    /// <summary>The router's internal load balancer is always in the subnet of the nodes.</summary>
    private string? Internalize(Resource cluster, bool tls) => ClusterFleet.SubnetOf(cluster) is not { } subnet
        ? $"the cluster {cluster.Name} is in no virtual network of yours"
        : clusters.InternalizeScoring(cluster, subnet[(subnet.LastIndexOf('/') + 1)..], tls, ClusterFleet.Router);
}
