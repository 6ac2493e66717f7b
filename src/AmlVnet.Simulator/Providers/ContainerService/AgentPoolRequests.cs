namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>Pools of nodes as resources of their own, below their cluster.</summary>
internal sealed class AgentPoolRequests
{
    private const string PutKind = "cluster.pool.put";

    private const string DeleteKind = "cluster.pool.delete";

    private readonly Cloud _cloud;
    private readonly OperationPages _pages;
    private readonly ClusterFleet _clusters;
    private readonly NodeSubnets _subnets;

    public AgentPoolRequests(Cloud cloud, OperationPages pages, ClusterFleet clusters, Gateway gateway)
    {
        (_cloud, _pages, _clusters, _subnets) = (cloud, pages, clusters, new NodeSubnets(cloud));
        gateway.Add(new ResourceType("Microsoft.ContainerService", "managedClusters/agentPools", ApiVersions.ContainerService,
            Frame().Handle)
        {
            ChecksParent = false,
            Body = Shape.Object(("properties", AgentPoolRules.Profile)),
        });
        cloud.Operations.On(PutKind, (operation, _) => End(operation, static (cluster, pool, failed) =>
            pool["provisioningState"] = failed ? "Failed" : "Succeeded"));
        cloud.Operations.On(DeleteKind, (operation, _) => End(operation, (cluster, pool, failed) =>
        {
            if (failed)
                pool["provisioningState"] = "Failed";
            else
                clusters.RemovePool(cluster, pool);
        }));
    }

    private ResourceFrame<JsonObject> Frame() => new()
    {
        All = request => Holder(request).Properties.Objects("agentPoolProfiles"),
        Find = request => PoolOf(Holder(request), request.Name),
        Show = (request, pool) => Show(Holder(request), pool, request.ApiVersion),
        Missing = request => new ArmException(404, "NotFound",
            $"Could not find the agentpool: {request.Name} in subscription: {request.Path.Subscription}, resourceGroup: "
            + $"{request.Path.Group}, resourceName: {Holder(request).Name}.")
        { Shape = ErrorShape.Flat },
        Check = (request, _) => ContainerServiceProvider.RefuseIfBusy(_cloud, Holder(request)),
        Put = Put,
        Delete = Delete,
    };

    private Answer Put(ArmRequest request, JsonObject? existing)
    {
        var cluster = Holder(request);
        var body = request.Body();
        if (body.Select(static one => one.Key).FirstOrDefault(name => name is not ("id" or "name" or "type" or "properties")) is { } other)
            throw ClusterRules.Unknown(other);
        var sent = body.Object("properties") ?? [];
        if (ClusterMembers.UnknownOfPool(sent, request.ApiVersion) is { } unknown)
            throw ClusterRules.Unknown(unknown);
        return existing is null ? Create(request, cluster, sent) : Change(request, cluster, existing, sent);
    }

    private Answer Create(ArmRequest request, Resource cluster, JsonObject sent)
    {
        if (sent["count"] is null && sent["virtualMachinesProfile"] is null)
            throw ClusterRules.Flat("InvalidParameter", "Required parameter properties.count is missing (null).", "properties.count");
        var network = cluster.Properties.Object("networkProfile");
        var pool = AgentPoolRules.Make(sent, request.Name.ToLowerInvariant(), cluster.Properties.Text("kubernetesVersion")
            ?? KubernetesVersions.Default,
            ClusterFleet.PodsOf(network.Text("networkPlugin"), network.Text("networkPluginMode")), "User");
        if (sent["vnetSubnetID"] is null && ClusterFleet.SubnetOf(cluster) is not null)
            throw ClusterRules.Invalid("agentPoolProfile.vnetSubnetID",
                "the cluster's other pools are in a subnet, so this one has to name one, too");
        Check(request, cluster, sent, pool);
        _subnets.CheckOutbound(network, [pool.Text("vnetSubnetID")]);
        if (_clusters.AddPool(cluster, pool) is { } problem)
            throw ClusterRules.Flat(problem.Text("code")!, problem.Text("message")!, problem.Text("target"));
        return Begin(request, cluster, pool, "Creating", 201);
    }

    private Answer Change(ArmRequest request, Resource cluster, JsonObject pool, JsonObject sent)
    {
        AgentPoolRules.CheckFixed(pool, sent);
        var (count, before) = (sent.Whole("count"), pool.Text("orchestratorVersion"));
        var wanted = (JsonObject)pool.DeepClone();
        AgentPoolRules.Take(wanted, sent);
        Check(request, cluster, sent, wanted);
        RefuseLastSystemPool(cluster, pool, wanted.Text("mode"));
        if (count is { } nodes && nodes != pool.Whole("count") && _clusters.Scale(cluster, pool, nodes) is { } problem)
            throw ClusterRules.Flat(problem.Text("code")!, problem.Text("message")!, problem.Text("target"));
        foreach (var (member, value) in wanted)
            pool[member] = value?.DeepClone();
        foreach (var member in pool.Select(static one => one.Key).Where(name => !wanted.ContainsKey(name)).ToList())
            pool.Remove(member);
        return Begin(request, cluster, pool, pool.Text("orchestratorVersion") != before ? "Upgrading" : count is not null ? "Scaling"
            : "Updating", 200);
    }

    private void Check(ArmRequest request, Resource cluster, JsonObject sent, JsonObject pool)
    {
        // As it was sent: what goes without automatic scaling was taken out already.
        var whole = (JsonObject)pool.DeepClone();
        foreach (var member in new[] { "minCount", "maxCount" })
            whole[member] ??= sent[member]?.DeepClone();
        AgentPoolRules.Check(whole, cluster.Location!);
        AgentPoolRules.CheckVersion(pool, cluster.Properties.Text("currentKubernetesVersion") ?? KubernetesVersions.Default);
        if (pool.Text("vnetSubnetID") is { } subnet)
            pool["vnetSubnetID"] = _subnets.Check(request, subnet, cluster.Location!, ClusterFleet.SubnetOf(cluster)).Id;
    }

    private Answer Delete(ArmRequest request, JsonObject pool)
    {
        var cluster = Holder(request);
        RefuseLastSystemPool(cluster, pool, null);
        pool["provisioningState"] = "Deleting";
        _cloud.World.Save(cluster);
        return _pages.Cluster(request, Start(DeleteKind, cluster, pool), 202, null, cluster.Location!);
    }

    /// <summary>Refuses that no system pool is left (the code and sentence: Azure/AKS issue 1568).</summary>
    private static void RefuseLastSystemPool(Resource cluster, JsonObject pool, string? mode)
    {
        if (pool.Text("mode").Same("System") && !mode.Same("System")
            && !cluster.Properties.Objects("agentPoolProfiles").Any(one => one != pool && one.Text("mode").Same("System")))
            throw ClusterRules.Flat("MustDefineAtLeastOneSystemPool", "Must define at least one system pool.", "agentPoolProfile.mode");
    }

    private Answer Begin(ArmRequest request, Resource cluster, JsonObject pool, string state, int status)
    {
        pool["provisioningState"] = state;
        _cloud.World.Save(cluster);
        return _pages.Cluster(request, Start(PutKind, cluster, pool), status, Show(cluster, pool, request.ApiVersion), cluster.Location!);
    }

    private Operation Start(string kind, Resource cluster, JsonObject pool) =>
        _cloud.Operations.Start(kind, cluster.Id, _cloud.Settings.Cluster, new JsonObject { ["pool"] = pool.Text("name") });

    private JsonObject? End(Operation operation, Action<Resource, JsonObject, bool> ending)
    {
        if (_cloud.World.Find(operation.Target, ClusterFleet.Type) is { } cluster
            && PoolOf(cluster, operation.Payload.Text("pool")) is { } pool)
        {
            ending(cluster, pool, operation.PlannedError is not null);
            _cloud.World.Save(cluster);
        }
        return operation.PlannedError;
    }

    private static JsonObject? PoolOf(Resource cluster, string? name) =>
        cluster.Properties.Objects("agentPoolProfiles").FirstOrDefault(pool => pool.Text("name").Same(name));

    private static JsonObject Show(Resource cluster, JsonObject pool, string apiVersion)
    {
        var properties = (JsonObject)pool.DeepClone();
        properties.Remove("name");
        ClusterVersions.TrimPool(properties, apiVersion);
        return new JsonObject
        {
            ["id"] = $"{cluster.Id}/agentPools/{pool.Text("name")}",
            ["name"] = pool.Text("name"),
            ["type"] = "Microsoft.ContainerService/managedClusters/agentPools",
            ["properties"] = properties,
        };
    }

    private Resource Holder(ArmRequest request) => _cloud.World.Find(request.Path.ParentId, ClusterFleet.Type)
        ?? throw ArmException.ParentResourceNotFound("read", "managedClusters/agentPools", request.Path.ParentId!);
}
