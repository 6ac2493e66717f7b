using AmlVnet.Simulator.Providers.KubernetesConfiguration;

namespace AmlVnet.Simulator.Providers.MachineLearningServices;

/// <summary>What a compute of type Kubernetes asks of its workspace and its cluster.</summary>
internal sealed class KubernetesComputes(Cloud cloud)
{
    /// <summary>Why a compute cannot be attached, as is said at once.</summary>
    public void Check(ArmRequest request, JsonObject properties, Resource workspace)
    {
        if (properties.Text("resourceId") is not { } id)
            throw Computes.Refused("BadArgument", "The resourceId of a compute of type Kubernetes is required.", "resourceId");
        if (!ResourcePath.Parse(id).Subscription.Same(ResourcePath.Parse(workspace.Id).Subscription))
            throw Computes.Refused("BadArgument", $"The cluster '{id}' is not in the subscription of the workspace.", "resourceId");
        // Attaching reads the administrator's credential of the cluster, in the caller's name (Microsoft Learn: "Attach a Kubernetes
        // cluster to Azure Machine Learning workspace").
        Gateway.AuthorizeLink(cloud.Access, request, $"{ClusterFleet.Type}/listClusterAdminCredential/action", id);
        if (workspace.Properties.Flag("v1LegacyMode") == true)
            throw Computes.Refused("BadRequest", $"The workspace '{workspace.Name}' is in v1 legacy mode (v1LegacyMode), in which computes "
                + "of type Kubernetes cannot be used.", "v1LegacyMode");
    }

    /// <summary>Why the attachment fails at its end, or null.</summary>
    public JsonObject? Problem(Resource compute)
    {
        if (cloud.World.Find(compute.Properties.Text("resourceId"), ClusterFleet.Type) is not { } cluster)
            return ArmException.Detail("BadRequest", $"The AKS cluster '{compute.Properties.Text("resourceId")}' was not found.");
        if (Extensions.Of(cloud.World, cluster) is not { } extension)
            return ArmException.Detail("BadRequest",
                $"The Azure Machine Learning extension (microsoft.azureml.kubernetes) is not installed on the cluster '{cluster.Name}'.");
        var workspaceId = compute.Id[..compute.Id.LastIndexOf("/computes/", StringComparison.OrdinalIgnoreCase)];
        if (cluster.Properties.Flag("disableLocalAccounts") == true && !TrustedAccess.Holds(cloud.World, cluster, workspaceId))
            return ArmException.Detail("BadRequest", $"Getting credentials is not allowed because local accounts are disabled on the "
                + $"cluster '{cluster.Name}', and the workspace has no trusted access to it.");
        if (LackingIdentity(workspaceId, cluster) is { } lacking)
            return ArmException.Detail("BadRequest", $"AKS role check failed: the identity '{lacking}' of the workspace lacks the roles "
                + $"Reader, Kubernetes Extension Contributor or Azure Kubernetes Service Cluster Admin on the cluster '{cluster.Name}'.");
        var inner = compute.Properties.Object("properties")!;
        var space = inner.Text("namespace")!;
        var objects = new ClusterObjects(cloud);
        if (objects.Find(cluster, "Namespace", space) is null)
            return ArmException.Detail("BadRequest", $"The namespace '{space}' does not exist in the cluster '{cluster.Name}'.");
        if (space.Same($"azureml-{workspaceId[(workspaceId.LastIndexOf('/') + 1)..]}"))
            return ArmException.Detail("BadRequest", $"The namespace '{space}' is that of the AKS compute of this workspace.");
        inner["extensionPrincipalId"] = extension.Properties.Object("aksAssignedIdentity").Text("principalId");
        inner["extensionInstanceReleaseTrain"] = extension.Properties.Text("releaseTrain");
        return null;
    }

    /// <summary>A user-assigned identity that lacks its roles: nobody gives them when a cluster is attached (Microsoft Learn: "Attach a
    /// Kubernetes cluster to Azure Machine Learning workspace"; AML-Kubernetes issue 279). A system-assigned one is given them.</summary>
    private string? LackingIdentity(string workspaceId, Resource cluster)
    {
        var identity = cloud.World.Find(workspaceId)?.Body.Object("identity");
        if (identity.Text("type")?.Contains("SystemAssigned", StringComparison.OrdinalIgnoreCase) != false)
            return null;
        string[] actions =
        [
            $"{ClusterFleet.Type}/read", $"{ClusterFleet.Type}/listClusterAdminCredential/action",
            "Microsoft.KubernetesConfiguration/extensions/write",
        ];
        return (identity.Object("userAssignedIdentities") ?? []).FirstOrDefault(one => !Array.TrueForAll(actions,
            action => cloud.Access.Allows((one.Value as JsonObject).Text("principalId"), action, cluster.Id))).Key;
    }

    /// <summary>The inner properties as they are kept: without secrets, and with what the service adds (the specification's
    /// example).</summary>
    public static JsonObject Inner(JsonObject? sent, JsonObject? now)
    {
        var inner = (JsonObject?)now?.DeepClone() ?? [];
        foreach (var (name, value) in sent ?? [])
            inner[name] = value?.DeepClone();
        inner.Remove("relayConnectionString");
        inner.Remove("serviceBusConnectionString");
        inner["namespace"] ??= "default";
        if (inner.Object("instanceTypes") is { Count: > 0 })
            return inner;
        inner["defaultInstanceType"] ??= "defaultinstancetype";
        inner["instanceTypes"] = new JsonObject
        {
            [inner.Text("defaultInstanceType")!] = new JsonObject
            {
                ["resources"] = new JsonObject
                {
                    ["requests"] = new JsonObject { ["cpu"] = "1", ["memory"] = "4Gi" },
                    ["limits"] = new JsonObject { ["cpu"] = "1", ["memory"] = "4Gi" },
                },
            },
        };
        return inner;
    }
}
