namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>
/// The few objects inside a cluster that the Azure Machine Learning extension meets: namespaces, secrets, services, deployments and such.
/// Resource Manager does not show them; a run command does.
/// </summary>
internal sealed class ClusterObjects(Cloud cloud)
{
    public const string RecordType = "simulator/clusterobjects";

    /// <summary>The namespace of the extension.</summary>
    public const string Extension = "azureml";

    /// <summary>What a record holds.</summary>
    public static Shape Shape { get; } = Shape.Object(("items", Shape.List(Shape.Object(
        ("kind", Shape.Text.Required), ("metadata", Shape.Object(("name", Shape.Text.Required)).Required))).Required));

    private static readonly string[] FirstNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    /// <summary>What belongs to the whole cluster.</summary>
    private static readonly string[] ClusterWide = ["Namespace", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"];

    public static string RecordId(string clusterId) => "simulator/clusterobjects" + clusterId.ToLowerInvariant();

    public static bool IsClusterWide(string kind) => ClusterWide.Contains(kind);

    public IReadOnlyList<JsonObject> All(Resource cluster) => [.. Record(cluster).Body.Objects("items")];

    public JsonObject? Find(Resource cluster, string kind, string name, string? space = null) => All(cluster).FirstOrDefault(
        item => item.Text("kind").Same(kind) && NameOf(item).Same(name) && (IsClusterWide(kind) || SpaceOf(item).Same(space ?? "default")));

    public static string NameOf(JsonObject item) => item.Object("metadata").Text("name")!;

    public static string? SpaceOf(JsonObject item) => item.Object("metadata").Text("namespace");

    /// <summary>A new object, without what makes its kind.</summary>
    public static JsonObject New(string kind, string name, string? space)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (!IsClusterWide(kind))
            metadata["namespace"] = space ?? "default";
        return new JsonObject { ["kind"] = kind, ["metadata"] = metadata };
    }

    /// <summary>Adds an object, in the place of one of that name.</summary>
    public void Save(Resource cluster, JsonObject item)
    {
        var record = Record(cluster);
        Drop(record, item.Text("kind")!, NameOf(item), SpaceOf(item));
        record.Body.Array("items")!.Add((JsonNode)item.DeepClone());
        cloud.World.Save(record);
    }

    public void EnsureNamespace(Resource cluster, string name)
    {
        if (Find(cluster, "Namespace", name) is null)
            Save(cluster, New("Namespace", name, null));
    }

    public void Remove(Resource cluster, string kind, string name, string? space = null)
    {
        var record = Record(cluster);
        Drop(record, kind, name, space ?? "default");
        if (kind.Same("Namespace"))
        {
            foreach (var inside in record.Body.Objects("items").Where(item => SpaceOf(item).Same(name)).ToList())
                record.Body.Array("items")!.Remove(inside);
        }
        cloud.World.Save(record);
    }

    /// <summary>The router of an AKS compute and what belongs to it, in the namespace default (Microsoft Learn: "Create and attach an Azure
    /// Kubernetes Service cluster with v1", on deleting what azureml-fe leaves behind).</summary>
    public void AddOldRouter(Resource cluster, bool tls, bool isInternal, string? address)
    {
        if (Find(cluster, "Deployment", "azureml-fe") is null)
        {
            foreach (var (kind, name) in new[]
            {
                ("ServiceAccount", "azureml-fe"), ("ClusterRole", "azureml-fe-role"), ("ClusterRoleBinding", "azureml-fe-binding"),
                ("Service", "azureml-fe-int-http"), ("Deployment", "azureml-fe"), ("ConfigMap", "azuremlfeconfig"),
            })
                Save(cluster, New(kind, name, "default"));
        }
        if (tls)
            Save(cluster, Secret("azuremlfessl", "default"));
        Save(cluster, RouterService("default", "LoadBalancer", isInternal, address));
    }

    /// <summary>A service azureml-fe; without an address it waits for one.</summary>
    public static JsonObject RouterService(string space, string type, bool isInternal, string? address)
    {
        var service = New("Service", "azureml-fe", space);
        if (isInternal)
            service.Object("metadata")!["annotations"] =
                new JsonObject { ["service.beta.kubernetes.io/azure-load-balancer-internal"] = "true" };
        service["spec"] = new JsonObject { ["type"] = type };
        service["status"] = new JsonObject
        {
            ["loadBalancer"] = address is null ? new JsonObject()
                : new JsonObject { ["ingress"] = new JsonArray(new JsonObject { ["ip"] = address }) },
        };
        return service;
    }

    /// <summary>A made-up certificate with its key.</summary>
    public static JsonObject Secret(string name, string space)
    {
        var secret = New("Secret", name, space);
        secret["type"] = "Opaque";
        secret["data"] = new JsonObject
        {
            ["cert.pem"] = Convert.ToBase64String("-----BEGIN CERTIFICATE-----\nsimulated\n-----END CERTIFICATE-----\n"u8),
            ["key.pem"] = Convert.ToBase64String("-----BEGIN PRIVATE KEY-----\nsimulated\n-----END PRIVATE KEY-----\n"u8),
        };
        return secret;
    }

    private static void Drop(Resource record, string kind, string name, string? space)
    {
        foreach (var item in record.Body.Objects("items").Where(item => item.Text("kind").Same(kind) && NameOf(item).Same(name)
            && (IsClusterWide(kind) || SpaceOf(item).Same(space))).ToList())
            record.Body.Array("items")!.Remove(item);
    }

    private Resource Record(Resource cluster) => cloud.World.Find(RecordId(cluster.Id)) ?? cloud.World.Save(new Resource(
        RecordId(cluster.Id), RecordType,
        new JsonObject { ["items"] = new JsonArray([.. FirstNamespaces.Select(name => (JsonNode)New("Namespace", name, null))]) }));
}
