using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AmlVnet.Simulator.Providers.MachineLearningServices;

/// <summary>Computes of type AKS: made with a cluster of their own, or attached to one that is there.</summary>
internal sealed partial class Computes
{
    public const string Type = "Microsoft.MachineLearningServices/workspaces/computes";

    private static readonly Shape Body = ResourceType.Tracked(
        ("identity", Workspaces.Identity),
        ("sku", Shape.Object(("name", Shape.Text))),
        ("properties", Shape.Object(
            ("computeType", Shape.Text),
            ("computeLocation", Shape.Text),
            ("description", Shape.Text),
            ("resourceId", Shape.Text),
            ("disableLocalAuth", Shape.Flag),
            ("properties", Shape.Object(
                ("agentVmSize", Shape.Text),
                ("agentVMSize", Shape.Text),
                ("loadBalancerSubnet", Shape.Text),
                ("aksNetworkingConfiguration", Shape.Object(
                    ("subnetId", Shape.Text),
                    ("serviceCidr", Shape.Text),
                    ("dnsServiceIP", Shape.Text),
                    ("dockerBridgeCidr", Shape.Text))),
                ("sslConfiguration", Shape.Object(
                    ("status", Shape.Text),
                    ("cert", Shape.Text),
                    ("key", Shape.Text),
                    ("cname", Shape.Text),
                    ("leafDomainLabel", Shape.Text),
                    ("overwriteExistingDomain", Shape.Flag))))))));

    /// <summary>The nodes that an AKS cluster can have (Microsoft Learn: "Quotas, virtual machine size restrictions, and region
    /// availability in AKS").</summary>
    private const int MostNodes = 5000;

    private readonly Cloud _cloud;
    private readonly OperationPages _pages;
    private readonly ClusterFleet _clusters;
    private readonly KubernetesComputes _kubernetes;
    private readonly ClusterObjects _objects;

    public Computes(Cloud cloud, OperationPages pages, ClusterFleet clusters, Gateway gateway)
    {
        (_cloud, _pages, _clusters) = (cloud, pages, clusters);
        (_kubernetes, _objects) = (new KubernetesComputes(cloud), new ClusterObjects(cloud));
        gateway.Add(new ResourceType(OperationPages.MachineLearning, "workspaces/computes", ApiVersions.MachineLearning, Frame().Handle)
        { Body = Body, Actions = ["listKeys"] });
        cloud.Operations.On("compute.create", (operation, at) => Finish(operation, at, Create));
        cloud.Operations.On("compute.attach", (operation, at) => Finish(operation, at, Attach));
        cloud.Operations.On("compute.update", (operation, at) => Finish(operation, at, Update));
        cloud.Operations.On("compute.other", (operation, at) => Finish(operation, at, (_, compute) => _kubernetes.Problem(compute)));
        cloud.Operations.On("compute.delete", Delete);
    }

    private ResourceFrame<Resource> Frame() => ResourceFrame.Of(_cloud, Type, Show) with
    {
        List = (request, items) => Answer.Page(request, items, _cloud.Settings.PageSize),
        Put = Put,
        Patch = (_, _) => throw Refused("BadRequest", "Only the scale settings of a compute of type AmlCompute can be patched."),
        Delete = StartDelete,
        Act = (_, compute) => Answer.Ok(Keys(compute)),
    };

    private Answer Put(ArmRequest request, Resource? existing)
    {
        var name = request.Name;
        if (!Name().IsMatch(name) || TrailingNumber().IsMatch(name))
        {
            throw Refused("BadArgument",
                $"Compute name is invalid: '{name}'. It has to be 3 to 24 letters, digits and dashes, begin with a letter, end with a "
                    + "letter or digit, and not end with a dash and digits.", "name");
        }
        var body = request.Body();
        var properties = body.Object("properties") ?? throw Refused("BadArgument", "The compute has no properties.", "properties");
        if (properties.Text("computeType") is not { } kind)
            throw Refused("BadArgument", "The computeType is required.", "computeType");
        if (!kind.Same("AKS"))
            return PutOther(request, body, properties, kind, existing);
        var inner = Inner(properties);
        CheckShape(inner);
        RefuseIfBusy(existing);
        // What a failed creation left behind has no cluster and is made anew.
        var fresh = existing is null || existing.Properties.Text("resourceId") is null;
        return fresh ? PutNew(request, body, properties, inner, existing) : PutExisting(request, body, properties, inner, existing!);
    }

    private Answer PutNew(ArmRequest request, JsonObject body, JsonObject properties, JsonObject inner, Resource? leftover)
    {
        var cluster = properties.Text("resourceId") is { } clusterId ? FreeCluster(request, clusterId) : null;
        var compute = NewCompute(request, body, properties, leftover);
        if (cluster is null)
            CheckNewCluster(request, inner, compute.Properties.Text("computeLocation")!);
        var own = compute.Properties;
        own["disableLocalAuth"] = properties.Flag("disableLocalAuth") ?? false;
        (own["resourceId"], own["computeType"], own["isAttachedCompute"]) = (cluster?.Id, "AKS", cluster is not null);
        own["provisioningState"] = "Creating";
        own["properties"] = new JsonObject
        {
            ["agentCount"] = cluster is null ? inner.Whole("agentCount") ?? 3 : ClusterFleet.NodesOf(cluster),
            ["agentVmSize"] = cluster is null ? Canonical(VmSizeOf(inner)) ?? "Standard_D3_v2"
                : cluster.Properties.Objects("agentPoolProfiles").First().Text("vmSize"),
            ["clusterPurpose"] = inner.Text("clusterPurpose") ?? "FastProd",
            ["sslConfiguration"] = Merge(null, inner.Object("sslConfiguration"), inner.Text("loadBalancerType")),
        };
        if (inner.Object("aksNetworkingConfiguration") is { } network && network.Text("subnetId") is not null)
            own.Object("properties")!["aksNetworkingConfiguration"] = network.DeepClone();
        if (body.Object("identity") is { } identity)
            compute.Body["identity"] = identity.DeepClone();
        var payload = new JsonObject
        {
            ["loadBalancerType"] = inner.Text("loadBalancerType"),
            ["loadBalancerSubnet"] = inner.Text("loadBalancerSubnet"),
        };
        return Begin(request, compute, leftover is null, cluster is null ? "compute.create" : "compute.attach",
            cluster is null ? _cloud.Settings.Create : _cloud.Settings.Attach, payload);
    }

    /// <summary>The cluster of an id, if no other compute has it.</summary>
    private Resource FreeCluster(ArmRequest request, string id)
    {
        // To attach, the service writes to the cluster and reads its administrator's credential, in the caller's name (Microsoft Learn:
        // "Create and attach an Azure Kubernetes Service cluster with v1").
        foreach (var right in new[] { "write", "listClusterAdminCredential/action" })
            Gateway.AuthorizeLink(_cloud.Access, request, $"{ClusterFleet.Type}/{right}", id);
        var cluster = _cloud.World.Find(id, ClusterFleet.Type)
            ?? throw Refused("BadArgument", $"The AKS cluster '{id}' was not found.", "resourceId");
        var other = _cloud.World.OfType(Type)
            .FirstOrDefault(c => c.Properties.Text("resourceId").Same(cluster.Id) && !c.Id.Same(request.Id));
        return other is null ? cluster : throw Refused("BadArgument",
            $"The AKS cluster '{cluster.Name}' is already attached as compute '{other.Name}'.", "resourceId");
    }

    /// <summary>What every compute has, whatever its type.</summary>
    private Resource NewCompute(ArmRequest request, JsonObject body, JsonObject properties, Resource? existing)
    {
        var workspace = _cloud.World.Find(request.Path.ParentId, Workspaces.Type)!;
        var location = Regions.Normalize(body.Text("location") ?? workspace.Location)
            ?? throw Refused("BadArgument", $"The location '{body.Text("location")}' is not a region.", "location");
        var compute = New(existing?.Id ?? $"{workspace.Id}/computes/{request.Name}", location, Stamp(_cloud.Now), body,
            properties["description"]);
        // The region of what does the work: of a cluster that is there, else the one that is asked for (specification).
        compute.Properties["computeLocation"] = _cloud.World.Find(properties.Text("resourceId"), ClusterFleet.Type)?.Location
            ?? (properties.Text("computeLocation") is not { Length: > 0 } asked ? location : Regions.Normalize(asked)
                ?? throw Refused("BadArgument", $"The computeLocation '{asked}' is not a region.", "computeLocation"));
        return compute;
    }

    /// <summary>A compute of any type, without what makes it one.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="location">Its region.</param>
    /// <param name="stamp">When it was made.</param>
    /// <param name="given">What holds its tags.</param>
    /// <param name="description">Its description.</param>
    public static Resource New(string id, string? location, string stamp, JsonObject given, JsonNode? description) =>
        new(id, Type, new JsonObject
        {
            ["id"] = id,
            ["name"] = id[(id.LastIndexOf('/') + 1)..],
            ["type"] = Type,
            ["location"] = location,
            ["tags"] = given["tags"]?.DeepClone(),
            ["properties"] = new JsonObject
            {
                ["createdOn"] = stamp,
                ["modifiedOn"] = stamp,
                ["disableLocalAuth"] = false,
                ["description"] = description?.DeepClone(),
                ["resourceId"] = null,
                ["computeType"] = null,
                ["computeLocation"] = location,
                ["provisioningState"] = "Succeeded",
                ["provisioningErrors"] = null,
                ["isAttachedCompute"] = true,
                ["properties"] = null,
            },
        });

    private Answer Begin(ArmRequest request, Resource compute, bool isNew, string kind, TimeSpan lasts, JsonObject? payload = null)
    {
        _cloud.World.Save(compute);
        var operation = _cloud.Operations.Start(kind, compute.Id, lasts, payload);
        return _pages.Compute(request, operation, isNew ? 201 : 200, Show(compute, request.ApiVersion), compute.Location!);
    }

    /// <summary>Attaches a cluster as a compute of type Kubernetes. It has no load balancer of its own.</summary>
    private Answer PutOther(ArmRequest request, JsonObject body, JsonObject properties, string kind, Resource? existing)
    {
        if (!kind.Same("Kubernetes"))
            throw Refused("BadRequest", $"Computes of type '{kind}' are not modelled by the simulator.", "computeType");
        if (existing is not null && !existing.Properties.Text("computeType").Same(kind))
            throw Refused("BadArgument", $"The compute '{existing.Name}' is of type {existing.Properties.Text("computeType")}.",
                "computeType");
        RefuseIfBusy(existing);
        if (existing is not null && !existing.Properties.Text("resourceId").Same(properties.Text("resourceId")))
            throw Refused("BadArgument", $"The compute '{existing.Name}' has another cluster: {existing.Properties.Text("resourceId")}. "
                + "Its resourceId cannot be changed.", "resourceId");
        _kubernetes.Check(request, properties, _cloud.World.Find(request.Path.ParentId, Workspaces.Type)!);
        var inner = KubernetesComputes.Inner(properties.Object("properties"), existing?.Properties.Object("properties"));
        var compute = NewCompute(request, body, properties, existing);
        var identity = (body.Object("identity") ?? existing?.Body.Object("identity"))?.DeepClone();
        if (identity.Text("type").Same("SystemAssigned"))
            (identity!["principalId"], identity["tenantId"]) = (existing?.Body.Object("identity").Text("principalId")
                ?? _cloud.Principals.AddServicePrincipal(compute.Name, "ManagedIdentity", _cloud.Now, alternative: compute.Id)
                    .Body.Text("id"), Tenancy.TenantId);
        if (identity is not null)
            compute.Body["identity"] = identity;
        var own = compute.Properties;
        own.Remove("disableLocalAuth");
        own["createdOn"] = existing?.Properties.Text("createdOn") ?? own.Text("createdOn");
        (own["resourceId"], own["computeType"]) = (properties["resourceId"]?.DeepClone(), "Kubernetes");
        own["provisioningState"] = existing is null ? "Creating" : "Updating";
        own["properties"] = inner;
        return Begin(request, compute, existing is null, "compute.other", _cloud.Settings.Attach);
    }

    private static void RefuseIfBusy(Resource? compute)
    {
        if (compute?.State is "Creating" or "Updating" or "Deleting")
            throw new ArmException(409, "Conflict", $"The compute '{compute!.Name}' is in state {compute.State}: another operation is in "
                + "progress. Try again when it has finished.")
            { Shape = ErrorShape.MachineLearning };
    }

    private Answer PutExisting(ArmRequest request, JsonObject body, JsonObject properties, JsonObject inner, Resource compute)
    {
        var now = compute.Properties.Object("properties")!;
        if (properties.Text("resourceId") is { } clusterId && !clusterId.Same(compute.Properties.Text("resourceId")))
            throw Refused("BadArgument", $"The compute '{compute.Name}' has another cluster: {compute.Properties.Text("resourceId")}. Its "
                + "resourceId cannot be changed.", "resourceId");
        if (body.Text("location") is { } location && !Regions.Same(location, compute.Location))
            throw Refused("BadArgument", $"The location of the compute '{compute.Name}' is {compute.Location} and cannot be changed.",
                "location");
        if (properties.Text("computeLocation") is { } place && !Regions.Same(place, compute.Properties.Text("computeLocation")))
            throw Refused("BadArgument", $"The computeLocation of the compute '{compute.Name}' is "
                + $"{compute.Properties.Text("computeLocation")} and cannot be changed.", "computeLocation");
        Unchangeable(compute, "agentVmSize", VmSizeOf(inner), now.Text("agentVmSize"));
        Unchangeable(compute, "clusterPurpose", inner.Text("clusterPurpose"), now.Text("clusterPurpose"));
        foreach (var (member, value) in inner.Object("aksNetworkingConfiguration") ?? [])
        {
            if (value is not null)
                Unchangeable(compute, "aksNetworkingConfiguration." + member, value.ToString(),
                    now.Object("aksNetworkingConfiguration").Text(member));
        }
        var wantedType = inner.Text("loadBalancerType") ?? now.Text("loadBalancerType") ?? "PublicIp";
        var ssl = Merge(now.Object("sslConfiguration"), inner.Object("sslConfiguration"), wantedType);

        if (body["tags"] is JsonObject tags)
            compute.Body["tags"] = tags.DeepClone();
        if (body.Object("identity") is { } identity)
            compute.Body["identity"] = identity.DeepClone();
        if (properties["description"] is { } description)
            compute.Properties["description"] = description.DeepClone();
        compute.State = "Updating";
        compute.Properties["modifiedOn"] = Stamp(_cloud.Now);
        compute.Properties["provisioningErrors"] = null;

        var subnet = inner.Text("loadBalancerSubnet")
            ?? (now.Text("loadBalancerType") == "InternalLoadBalancer" ? now.Text("loadBalancerSubnet") : null);
        var moves = wantedType != (now.Text("loadBalancerType") ?? "PublicIp")
            || (wantedType == "InternalLoadBalancer" && (!subnet.Same(now.Text("loadBalancerSubnet")) || !IsInternal(compute)));
        var scales = inner.Whole("agentCount") is { } count && count != now.Whole("agentCount");
        var payload = new JsonObject
        {
            ["loadBalancerType"] = moves ? wantedType : null,
            ["loadBalancerSubnet"] = subnet,
            ["agentCount"] = scales ? inner.Whole("agentCount") : null,
            ["sslConfiguration"] = ssl.DeepClone(),
        };
        var lasts = moves || scales ? _cloud.Settings.Switch : TimeSpan.FromSeconds(20);
        return Begin(request, compute, isNew: false, "compute.update", lasts, payload);
    }

    /// <summary>Whether the endpoint really is where an internal one is; the compute may say so without.</summary>
    private bool IsInternal(Resource compute) => _cloud.World.Find(compute.Properties.Text("resourceId")) is { } cluster
        && _clusters.ScoringOf(cluster) is ("kubernetes-internal", _);

    private Answer StartDelete(ArmRequest request, Resource compute)
    {
        var isAttached = compute.Properties.Flag("isAttachedCompute") == true;
        // The specification requires the parameter; a request without it is taken all the same (recorded).
        var action = request.QueryValue("underlyingResourceAction") ?? (isAttached ? "Detach" : "Delete");
        if (!action.Same("Delete") && !action.Same("Detach"))
            throw Refused("BadArgument", $"The query parameter underlyingResourceAction has to be Delete or Detach, not '{action}'.",
                "underlyingResourceAction");
        RefuseIfBusy(compute);
        if (action.Same("Delete") && isAttached)
            throw Refused("BadRequest", $"The compute '{compute.Name}' is attached; its AKS cluster was not made by the workspace and "
                + "cannot be deleted through it. Use Detach.", "underlyingResourceAction");
        compute.State = "Deleting";
        _cloud.World.Save(compute);
        var payload = new JsonObject { ["action"] = action.Same("Delete") ? "Delete" : "Detach" };
        var lasts = action.Same("Delete") ? _cloud.Settings.Delete : TimeSpan.FromSeconds(30);
        return _pages.Compute(request, _cloud.Operations.Start("compute.delete", compute.Id, lasts, payload), 202, null, compute.Location!);
    }

    /// <summary>Ends an operation on a compute: the state, the errors, the address.</summary>
    private JsonObject? Finish(Operation operation, DateTimeOffset at, Func<Operation, Resource, JsonObject?> work)
    {
        if (_cloud.World.Find(operation.Target, Type) is not { } compute)
            return ArmException.Detail("ResourceNotFound", "The compute is gone.");
        var error = operation.PlannedError ?? work(operation, compute);
        compute.State = error is null ? "Succeeded" : "Failed";
        compute.Properties["modifiedOn"] = Stamp(at);
        compute.Properties["provisioningErrors"] = error is null ? null : new JsonArray(new JsonObject { ["error"] = error.DeepClone() });
        Refresh(compute);
        _cloud.World.Save(compute);
        return error is null ? null : (JsonObject)error.DeepClone();
    }

    private JsonObject? Create(Operation operation, Resource compute)
    {
        var inner = compute.Properties.Object("properties")!;
        var network = inner.Object("aksNetworkingConfiguration");
        var nodes = inner.Whole("agentCount") ?? 3;
        var size = inner.Text("agentVmSize")!;
        if (PurposeProblem(inner.Text("clusterPurpose")!, nodes, nodes * (VmSizes.Cores(size) ?? 0)) is { } problem)
            return problem;
        var workspaceGroup = ResourcePath.Parse(compute.Id).Container;
        var plan = new ClusterPlan
        {
            // Named as in the official examples, never as the compute.
            Name = $"{compute.Name}-{_cloud.Identifiers.Number(90000) + 10000}-{_cloud.Identifiers.Hex(13)}",
            GroupId = _cloud.World.Find(workspaceGroup)?.Id ?? workspaceGroup,
            Location = compute.Properties.Text("computeLocation") ?? compute.Location!,
            Nodes = nodes,
            VmSize = size,
            SubnetId = network.Text("subnetId"),
            ServiceCidr = network.Text("serviceCidr"),
            DnsServiceIP = network.Text("dnsServiceIP"),
            DockerBridgeCidr = network.Text("dockerBridgeCidr"),
            Identity = _cloud.Settings.ClusterIdentity,
            Since = _cloud.Now,
        };
        if (QuotaProblem(plan.Location, nodes * (VmSizes.Cores(size) ?? 0)) is { } quota)
            return quota;
        if (VirtualNetworks.FindSubnet(_cloud.World, plan.SubnetId) is null && plan.SubnetId is not null)
            return ArmException.Detail("NetcfgInvalidSubnet",
                $"Subnet '{plan.SubnetId[(plan.SubnetId.LastIndexOf('/') + 1)..]}' is not valid in the virtual network: it is gone.");
        if (_clusters.CheckCapacity(plan) is { } capacity)
            return capacity;
        var cluster = _clusters.Build(plan);
        compute.Properties["resourceId"] = cluster.Id;
        return Publish(operation, compute, cluster);
    }

    private JsonObject? QuotaProblem(string location, long more)
    {
        var cores = more + _cloud.World.OfType(ClusterFleet.Type)
            .Where(c => Regions.Same(c.Location, location)).Sum(c => (long)ClusterFleet.CoresOf(c));
        if (more <= 0 || cores <= _cloud.Settings.CoreQuota)
            return null;
        return ArmException.Detail("QuotaExceeded", string.Create(CultureInfo.InvariantCulture,
            $"Provisioning of resource(s) for Agent Pool agentpool failed. Error: Operation could not be completed as it results in "
                + $"exceeding approved Total Regional Cores quota. Current limit: {_cloud.Settings.CoreQuota}, needed: {cores}, "
                + $"location: {location}."));
    }

    private JsonObject? Attach(Operation operation, Resource compute)
    {
        if (_cloud.World.Find(compute.Properties.Text("resourceId"), ClusterFleet.Type) is not { } cluster)
            return ArmException.Detail("BadArgument", "The AKS cluster is gone.");
        var inner = compute.Properties.Object("properties")!;
        var scoring = AgentPools.ForScoring(cluster).ToList();
        return PurposeProblem(inner.Text("clusterPurpose")!, scoring.Sum(AgentPools.Nodes), scoring.Sum(AgentPools.Cores))
            ?? Publish(operation, compute, cluster);
    }

    /// <summary>Puts the scoring service of a new compute on its address. Where an internal one was asked for there is no public one before
    /// it, and none at all where it fails: no document says what the service does then, and this asks the most of a client.</summary>
    private JsonObject? Publish(Operation operation, Resource compute, Resource cluster)
    {
        var inner = compute.Properties.Object("properties")!;
        var tls = inner.Object("sslConfiguration").Text("status") is "Enabled" or "Auto";
        if (operation.Payload.Text("loadBalancerType").Same("InternalLoadBalancer"))
        {
            if (Switch(compute, cluster, operation.Payload, tls) is { } failed)
                return failed;
        }
        else
        {
            _clusters.PublishScoring(cluster, tls);
            inner["loadBalancerType"] = "PublicIp";
        }

        NoteRouter(cluster, tls);
        return null;
    }

    private JsonObject? Update(Operation operation, Resource compute)
    {
        if (_cloud.World.Find(compute.Properties.Text("resourceId"), ClusterFleet.Type) is not { } cluster)
            return ArmException.Detail("BadRequest", "The AKS cluster of this compute does not exist any more.");
        var inner = compute.Properties.Object("properties")!;
        var payload = operation.Payload;
        if (payload.Whole("agentCount") is { } count)
        {
            var cores = count * (VmSizes.Cores(inner.Text("agentVmSize")) ?? 0);
            if ((PurposeProblem(inner.Text("clusterPurpose")!, count, cores)
                ?? QuotaProblem(cluster.Location!, cores - ClusterFleet.CoresOf(cluster))
                ?? _clusters.Scale(cluster, count)) is { } problem)
                return problem;
            inner["agentCount"] = count;
        }
        var ssl = payload.Object("sslConfiguration");
        var tls = ssl.Text("status") is "Enabled" or "Auto";
        if (payload.Text("loadBalancerType") is { } wanted)
        {
            if (wanted == "InternalLoadBalancer")
            {
                if (Switch(compute, cluster, payload, tls) is { } failed)
                    return failed;
            }
            else
            {
                _clusters.PublishScoring(cluster, tls);
                inner["loadBalancerType"] = "PublicIp";
                inner.Remove("loadBalancerSubnet");
            }
        }
        inner["sslConfiguration"] = ssl?.DeepClone();
        _clusters.SetScoringPort(cluster, tls);
        NoteRouter(cluster, tls);
        return null;
    }

    /// <summary>What runs inside the cluster for the scoring service. Detaching leaves it there.</summary>
    private void NoteRouter(Resource cluster, bool tls)
    {
        var scoring = _clusters.ScoringOf(cluster);
        _objects.AddOldRouter(cluster, tls, scoring?.LoadBalancer == "kubernetes-internal", scoring?.Address);
    }

    private JsonObject? Switch(Resource compute, Resource cluster, JsonObject payload, bool tls)
    {
        // Without a name the service is reported to look for aks-subnet (azure-cli-extensions issue 2039).
        var subnet = payload.Text("loadBalancerSubnet") ?? "aks-subnet";
        var inner = compute.Properties.Object("properties")!;
        if (_clusters.InternalizeScoring(cluster, subnet, tls) is { } reason)
        {
            return new JsonObject
            {
                ["code"] = "BadRequest",
                ["message"] = "Scoring FE IP address not updated yet.",
                ["details"] = new JsonArray(ArmException.Detail("LoadBalancerNotReady", reason)),
            };
        }
        inner["loadBalancerType"] = "InternalLoadBalancer";
        inner["loadBalancerSubnet"] = subnet;
        return null;
    }

    private JsonObject? Delete(Operation operation, DateTimeOffset at)
    {
        if (_cloud.World.Find(operation.Target, Type) is not { } compute)
            return null;
        if (operation.PlannedError is { } planned)
        {
            compute.State = "Failed";
            compute.Properties["provisioningErrors"] = new JsonArray(new JsonObject { ["error"] = planned.DeepClone() });
            _cloud.World.Save(compute);
            return (JsonObject)planned.DeepClone();
        }
        if (operation.Payload.Text("action") == "Delete"
            && _cloud.World.Find(compute.Properties.Text("resourceId"), ClusterFleet.Type) is { } cluster)
            _clusters.Demolish(cluster);
        _cloud.World.Remove(compute.Id);
        return null;
    }

    /// <summary>The rules that a production cluster has to meet (Microsoft Learn: "Create and attach an Azure Kubernetes Service cluster
    /// with v1").</summary>
    private static JsonObject? PurposeProblem(string purpose, int nodes, int cores)
    {
        if (purpose.Same("DevTest"))
            return null;
        if (nodes < 3)
        {
            return ArmException.Detail("BadRequest", string.Create(CultureInfo.InvariantCulture,
                $"At least 3 machine(s) are required for cluster with purpose '{purpose}'. Available machine(s) : {nodes}"));
        }
        return cores >= 12 ? null : ArmException.Detail("BadRequest", "Agent coresCluster should have at least 12 cores to operate");
    }

    private void CheckNewCluster(ArmRequest request, JsonObject inner, string location)
    {
        if (inner.Whole("agentCount") is < 1)
            throw Refused("BadArgument", "The agentCount has to be at least 1.", "agentCount");
        if (VmSizeOf(inner) is { } size && VmSizes.Cores(size) is null)
            throw Refused("BadArgument", $"The VM size of '{size}' is not allowed in your subscription in location '{location}'.",
                "agentVmSize");
        if (inner.Object("aksNetworkingConfiguration") is { } network)
            ComputeNetworkRules.Check(_cloud, request, network, location);
    }

    private static void CheckShape(JsonObject inner)
    {
        if (inner["agentCount"] is not null && inner.Whole("agentCount") is null or < 0 or > MostNodes)
            throw Refused("BadArgument", $"The agentCount '{inner["agentCount"]}' is not a whole number from 0 to {MostNodes}.",
                "agentCount");
        OneOf(inner, "clusterPurpose", "FastProd", "DenseProd", "DevTest");
        OneOf(inner, "loadBalancerType", "PublicIp", "InternalLoadBalancer");
        if (inner.Text("loadBalancerSubnet") is { } subnet && subnet.Contains('/', StringComparison.Ordinal))
            throw Refused("BadArgument", $"The loadBalancerSubnet is a subnet's name, not an id: '{subnet}'.", "loadBalancerSubnet");
    }

    private static void OneOf(JsonObject inner, string member, params string[] values)
    {
        if (inner[member] is not { } given)
            return;
        var value = values.FirstOrDefault(v => v.Same(inner.Text(member)))
            ?? throw Refused("BadArgument", $"The {member} '{given}' is not one of {string.Join(", ", values)}.", member);
        inner[member] = value;
    }

    /// <summary>What TLS becomes. The certificate and key are checked and then forgotten: they are never given back.</summary>
    private JsonObject Merge(JsonObject? now, JsonObject? sent, string? loadBalancerType)
    {
        var merged = (JsonObject?)now?.DeepClone() ?? new JsonObject { ["status"] = "Disabled" };
        if (sent is not null)
        {
            var status = sent.Text("status") ?? merged.Text("status");
            if (status is not ("Disabled" or "Enabled" or "Auto"))
                throw Refused("BadArgument", $"The status '{status}' of sslConfiguration is not one of Disabled, Enabled, Auto.",
                    "sslConfiguration.status");
            if (status == "Enabled" && (string.IsNullOrEmpty(sent.Text("cert")) || string.IsNullOrEmpty(sent.Text("key"))))
                throw Refused("BadArgument", "An sslConfiguration with status Enabled needs both cert and key.", "sslConfiguration");
            if (status == "Auto" && string.IsNullOrEmpty(sent.Text("leafDomainLabel") ?? merged.Text("leafDomainLabel")))
                throw Refused("BadArgument", "An sslConfiguration with status Auto needs a leafDomainLabel.",
                    "sslConfiguration.leafDomainLabel");
            merged = new JsonObject { ["status"] = status };
            if (status == "Enabled")
                merged["cname"] = sent.Text("cname") ?? now.Text("cname");
            if (status == "Auto")
            {
                var label = sent.Text("leafDomainLabel") ?? now.Text("leafDomainLabel");
                merged["leafDomainLabel"] = label;
                merged["cname"] = label.Same(now.Text("leafDomainLabel")) ? now.Text("cname")
                    : $"{label}{_cloud.Identifiers.Hex(6)}.cloudapp.azure.com";
            }
            merged["overwriteExistingDomain"] = sent.Flag("overwriteExistingDomain") ?? false;
        }
        if (loadBalancerType.Same("InternalLoadBalancer") && merged.Text("leafDomainLabel") is not null)
        {
            throw Refused("BadArgument",
                "A certificate that Microsoft provides (leafDomainLabel) cannot be used with an internal load balancer. Use a certificate "
                    + "of your own, or none.", "sslConfiguration.leafDomainLabel");
        }
        return merged;
    }

    private static void Unchangeable(Resource compute, string member, string? sent, string? now)
    {
        if (sent is not null && !sent.Same(now))
            throw Refused("BadArgument", $"The {member} of the compute '{compute.Name}' is '{now}' and cannot be changed to '{sent}'.",
                member);
    }

    /// <summary>What follows from the cluster: its name and the scoring address.</summary>
    private void Refresh(Resource compute)
    {
        var inner = compute.Properties.Object("properties")!;
        // A compute of type Kubernetes has neither member, whatever cluster it stands for.
        if (!compute.Properties.Text("computeType").Same("AKS")
            || _cloud.World.Find(compute.Properties.Text("resourceId"), ClusterFleet.Type) is not { } cluster)
            return;
        inner["clusterFqdn"] = cluster.Properties.Text("fqdn");
        if (_clusters.ScoringOf(cluster) is (_, var address))
        {
            inner["systemServices"] = new JsonArray(new JsonObject
            {
                ["systemServiceType"] = "ScoringFrontEnd",
                ["publicIpAddress"] = address,
                ["version"] = "1",
            });
        }
    }

    private static JsonObject Show(Resource compute, string apiVersion)
    {
        var shown = (JsonObject)compute.Body.DeepClone();
        var inner = shown.Object("properties").Object("properties");
        // The member had another spelling in the first versions (Azure REST API specifications).
        if (inner is not null && string.CompareOrdinal(apiVersion, "2021-01-01") < 0 && inner["agentVmSize"] is { } size)
        {
            inner.Remove("agentVmSize");
            inner["agentVMSize"] = size.DeepClone();
        }
        if (string.CompareOrdinal(apiVersion, "2021-07-01") < 0)
            shown.Object("properties")!.Remove("disableLocalAuth");
        if (string.CompareOrdinal(apiVersion, "2019-05-01") >= 0)
            return shown;
        inner?.Remove("clusterPurpose");
        inner.Object("sslConfiguration")?.Remove("overwriteExistingDomain");
        foreach (var members in new[] { shown, shown.Object("properties")! })
        {
            // The first versions declare no member as nullable.
            foreach (var (name, value) in members.ToArray())
            {
                if (value is null)
                    members.Remove(name);
            }
        }
        return shown;
    }

    private static JsonObject Keys(Resource compute)
    {
        string Config(string user) => Convert.ToBase64String(Encoding.UTF8.GetBytes(
            $"apiVersion: v1\nkind: Config\n# made up by the AmlVnet simulator\nusers:\n- name: {user}_{compute.Name}\n  user:\n    token: "
                + $"simulated-{compute.Name}-{user}\n"));
        return new JsonObject
        {
            ["computeType"] = "AKS",
            ["userKubeConfig"] = Config("clusterUser"),
            ["adminKubeConfig"] = Config("clusterAdmin"),
            ["imagePullSecretName"] = $"{compute.Name}acrsecret",
        };
    }

    /// <summary>The inner properties with the names spelled as in the newest versions.</summary>
    private static JsonObject Inner(JsonObject properties)
    {
        var inner = new JsonObject();
        foreach (var (name, value) in properties.Object("properties") ?? [])
            inner[name.Same("agentVmSize") ? "agentVmSize" : name] = value?.DeepClone();
        return inner;
    }

    private static string? VmSizeOf(JsonObject inner) => inner.Text("agentVmSize");

    private static string? Canonical(string? size) => size is null ? null : VmSizes.All.FirstOrDefault(s => s.Name.Same(size)).Name ?? size;

    /// <summary>A time as computes show it.</summary>
    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'+00:00'",
        CultureInfo.InvariantCulture);

    public static ArmException Refused(string code, string message, string? target = null, params JsonObject[] details) =>
        new(400, code, message, target) { Shape = ErrorShape.MachineLearning, Details = details };

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$")]
    private static partial Regex Name();

    [GeneratedRegex("-[0-9]+$")]
    private static partial Regex TrailingNumber();
}
