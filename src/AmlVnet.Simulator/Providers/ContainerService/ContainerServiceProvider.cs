using System.Text;
using System.Text.RegularExpressions;
using AmlVnet.Simulator.Providers.Compute;
using AmlVnet.Simulator.Providers.ManagedIdentity;
using AmlVnet.Simulator.Providers.Network;

namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>Microsoft.ContainerService: managed clusters and their agent pools.</summary>
internal sealed partial class ContainerServiceProvider
{
    private const string Namespace = "Microsoft.ContainerService";

    private static readonly string[] Credentials = ["listClusterAdminCredential", "listClusterUserCredential"];

    private static readonly Shape Body = ResourceType.Tracked(
        ("identity", Shape.Object(
            ("type", Shape.OneOf("SystemAssigned", "UserAssigned", "None")),
            ("userAssignedIdentities", Shape.Map(Shape.Object())))),
        ("sku", Shape.Object(("name", Shape.Text), ("tier", Shape.Text))),
        ("properties", Shape.Object(
            ("agentPoolProfiles", Shape.List(Shape.Object(
                ("name", Shape.Text),
                ("count", Shape.Whole),
                ("vmSize", Shape.Text),
                ("vnetSubnetID", Shape.Text),
                ("maxPods", Shape.Whole),
                ("mode", Shape.Text),
                ("osType", Shape.Text)))),
            ("servicePrincipalProfile", Shape.Object(("clientId", Shape.Text), ("secret", Shape.Text))),
            ("networkProfile", Shape.Object(
                ("networkPlugin", Shape.Text),
                ("networkPluginMode", Shape.Text),
                ("networkPolicy", Shape.Text),
                ("networkDataplane", Shape.Text),
                ("outboundType", Shape.Text),
                ("loadBalancerSku", Shape.Text),
                ("podCidr", Shape.Text),
                ("serviceCidr", Shape.Text),
                ("dnsServiceIP", Shape.Text),
                ("dockerBridgeCidr", Shape.Text))),
            ("apiServerAccessProfile", Shape.Object(
                ("enablePrivateCluster", Shape.Flag),
                ("authorizedIPRanges", Shape.List(Shape.Text)))),
            ("disableLocalAccounts", Shape.Flag),
            ("aadProfile", Shape.Object()),
            ("kubernetesVersion", Shape.Text),
            ("enableRBAC", Shape.Flag),
            ("dnsPrefix", Shape.Text),
            ("diskEncryptionSetID", Shape.Text),
            ("linuxProfile", Shape.Object()),
            ("autoScalerProfile", Shape.Object()),
            ("addonProfiles", Shape.Map(Shape.Object())),
            ("upgradeSettings", Shape.Object()))));

    private readonly Cloud _cloud;
    private readonly OperationPages _pages;
    private readonly ClusterFleet _clusters;
    private readonly RunCommands _commands;

    public ContainerServiceProvider(Cloud cloud, OperationPages pages, ClusterFleet clusters, Gateway gateway)
    {
        (_cloud, _pages, _clusters, _commands) = (cloud, pages, clusters, new RunCommands(cloud, clusters, gateway));
        gateway.Add(
            new ResourceType(Namespace, "managedClusters", ApiVersions.ContainerService, Clusters().Handle)
            { Body = Body, Actions = [.. Credentials, RunCommands.Action], Removed = clusters.Demolish },
            new ResourceType(Namespace, "managedClusters/agentPools", ApiVersions.ContainerService, Pools().Handle)
            {
                ChecksParent = false
            },
            new ResourceType(Namespace, "locations/kubernetesVersions", ApiVersions.ContainerService, KubernetesVersions.List)
            {
                InGroups = false,
                ChecksParent = false
            });
        cloud.OnWritten("cluster.put", SetPoolStates);
        cloud.OnDeleted("cluster.delete", (_, cluster) => clusters.Demolish(cluster));
    }

    private ResourceFrame<Resource> Clusters() => ResourceFrame.Of(_cloud, ClusterFleet.Type, Show) with
    {
        Check = (_, cluster) => Busy(cluster),
        Put = Put,
        Patch = (request, cluster) =>
        {
            request.Retag(cluster);
            return Settle(request, cluster, "Updating", 200);
        },
        Delete = (request, cluster) =>
        {
            cluster.State = "Deleting";
            _cloud.World.Save(cluster);
            var operation = _cloud.Operations.Start("cluster.delete", cluster.Id, _cloud.Settings.Delete);
            return _pages.Cluster(request, operation, 202, null, cluster.Location!);
        },
        Act = (request, cluster) =>
            request.Tail.Same(RunCommands.Action) ? _commands.Start(request, cluster) : GiveCredentials(request, cluster),
    };

    private static Answer GiveCredentials(ArmRequest request, Resource cluster)
    {
        var file = $"apiVersion: v1\nkind: Config\n# made up by the AmlVnet simulator for {cluster.Name}\n";
        return Answer.Ok(new JsonObject
        {
            ["kubeconfigs"] = new JsonArray(new JsonObject
            {
                ["name"] = request.Tail.Same(Credentials[0]) ? "clusterAdmin" : "clusterUser",
                ["value"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(file)),
            }),
        });
    }

    private static void SetPoolStates(Resource cluster, string state)
    {
        foreach (var pool in cluster.Properties.Objects("agentPoolProfiles"))
            pool["provisioningState"] = state;
    }

    private Answer Put(ArmRequest request, Resource? existing)
    {
        var body = request.Body();
        var location = NetworkRules.Location(body, existing);
        // A pool has at most 1000 nodes (Microsoft Learn: "Quotas, virtual machine size restrictions, and region availability in AKS").
        if (body.Object("properties").Objects("agentPoolProfiles").Any(pool => pool.Whole("count") is < 0 or > 1000))
            throw Flat("InvalidParameter", "The value of parameter agentPoolProfile.count is invalid: it has to be from 0 to 1000.",
                "agentPoolProfile.count");
        return existing is null ? Create(request, body, location) : Change(request, body, existing);
    }

    private Answer Change(ArmRequest request, JsonObject body, Resource cluster)
    {
        cluster.Body["tags"] = body["tags"]?.DeepClone();
        _clusters.Change(cluster, body);
        var scaled = false;
        foreach (var sent in body.Object("properties").Objects("agentPoolProfiles"))
        {
            if (sent.Whole("count") is not { } count || cluster.Properties.Objects("agentPoolProfiles")
                .FirstOrDefault(p => p.Text("name").Same(sent.Text("name"))) is not { } pool || count == pool.Whole("count"))
                continue;
            Refuse(_clusters.Scale(cluster, count));
            scaled = true;
        }
        return Settle(request, cluster, scaled ? "Scaling" : "Updating", 200);
    }

    private Answer Create(ArmRequest request, JsonObject body, string location)
    {
        if (!Name().IsMatch(request.Name))
            throw Flat("InvalidParameter", $"The value of parameter name is invalid: '{request.Name}'.", "name");
        var properties = body.Object("properties") ?? [];
        var pool = FirstPool(properties, location);
        var network = properties.Object("networkProfile");
        var (identity, userAssigned, client) = IdentityOf(body);
        if (pool.Text("vnetSubnetID") is { } subnetId)
            CheckSubnet(request, subnetId, network, location);
        var plan = new ClusterPlan
        {
            Name = request.Name,
            GroupId = _cloud.World.Find(request.Path.Container)!.Id,
            Location = location,
            Nodes = pool.Whole("count") ?? 1,
            VmSize = SizeOf(pool),
            PoolName = pool.Text("name")!,
            MaxPods = pool.Whole("maxPods"),
            SubnetId = pool.Text("vnetSubnetID"),
            ServiceCidr = network.Text("serviceCidr"),
            DnsServiceIP = network.Text("dnsServiceIP"),
            DockerBridgeCidr = network.Text("dockerBridgeCidr"),
            NetworkPlugin = network.Text("networkPlugin"),
            Identity = identity,
            IdentityId = userAssigned,
            ClientId = client,
            Since = _cloud.Now,
            Tags = body.Object("tags"),
            Properties = properties,
        };
        Refuse(ClusterFleet.CheckPodRange(plan) ?? _clusters.CheckCapacity(plan));
        return Settle(request, _clusters.Build(plan), "Creating", 201);
    }

    /// <summary>The size of a pool's nodes. Clients that leave the choice to the service send it empty.</summary>
    private static string SizeOf(JsonObject pool) => pool.Text("vmSize") is { Length: > 0 } size ? size : "Standard_DS2_v2";

    private static JsonObject FirstPool(JsonObject properties, string location)
    {
        if (properties.Objects("agentPoolProfiles").FirstOrDefault() is not { } first)
            throw Flat("InvalidParameter", "The value of parameter agentPoolProfiles is invalid: at least one pool is required.",
                "agentPoolProfiles");
        if (!PoolName().IsMatch(first.Text("name") ?? ""))
            throw Flat("InvalidParameter", $"The value of parameter agentPoolProfile.name is invalid: '{first.Text("name")}'.",
                "agentPoolProfile.name");
        if (first.Whole("maxPods") is < 10 or > 250)
            throw Flat("InvalidParameter", $"The value of parameter agentPoolProfile.maxPods is invalid: it has to be from 10 to 250.",
                "agentPoolProfile.maxPods");
        if (VmSizes.Cores(SizeOf(first)) is null)
            throw Flat("VMSizeNotSupported",
                $"The VM size of {SizeOf(first)} is not allowed in your subscription in location '{location}'.", "agentPoolProfile.vmSize");
        return first;
    }

    /// <summary>The kind of identity that a body asks for, with the user-assigned one or the application.</summary>
    private (string Kind, string? UserAssigned, string? Client) IdentityOf(JsonObject body)
    {
        var kind = body.Object("identity").Text("type");
        var userAssigned = body.Object("identity").Object("userAssignedIdentities")?.FirstOrDefault().Key;
        var client = body.Object("properties").Object("servicePrincipalProfile").Text("clientId");
        if (kind is null && client is null or "msi")
            throw Flat("ServicePrincipalNotFound", "A cluster needs a managed identity or a service principal.", "servicePrincipalProfile");
        if (kind is null && _cloud.Principals.FindByAppId(client!) is null)
            throw Flat("ServicePrincipalNotFound",
                $"Service principal clientID: {client} not found in Active Directory tenant {Tenancy.TenantId}, Please see "
                + "https://aka.ms/aks-sp-help for more details.", null);
        if (userAssigned is not null && _cloud.World.Find(userAssigned, ManagedIdentityProvider.Type) is null)
            throw Flat("InvalidParameter", $"The user-assigned identity {userAssigned} was not found.", "identity");
        return (kind switch { "UserAssigned" => "UserAssigned", null => "ServicePrincipal", _ => "SystemAssigned" }, userAssigned,
            client is "msi" ? null : client);
    }

    private void CheckSubnet(ArmRequest request, string subnetId, JsonObject? network, string location)
    {
        if (VirtualNetworks.FindSubnet(_cloud.World, subnetId) is not (var vnet, var subnet, _))
            throw Flat("NetcfgInvalidSubnet", $"Subnet '{subnetId[(subnetId.LastIndexOf('/') + 1)..]}' is not valid in the virtual "
                + "network.", "agentPoolProfile.vnetSubnetID");
        Gateway.AuthorizeLink(_cloud.Access, request, VirtualNetworks.JoinSubnet, subnetId);
        if (!Regions.Same(vnet.Location, location))
            throw Flat("VnetRegionMismatch", $"The virtual network is in region {vnet.Location}, the cluster in {location}.",
                "agentPoolProfile.vnetSubnetID");
        if (subnet.Object("properties").Objects("delegations").Any())
            throw Flat("SubnetIsDelegated", $"Subnet {subnetId} has been delegated and cannot be used for AKS nodes.",
                "agentPoolProfile.vnetSubnetID");
        var ranges = new JsonObject
        {
            ["serviceCidr"] = network.Text("serviceCidr") ?? "10.0.0.0/16",
            ["dnsServiceIP"] = network.Text("dnsServiceIP") ?? "10.0.0.10",
            ["dockerBridgeCidr"] = network.Text("dockerBridgeCidr"),
        };
        new ClusterNetworkRules(_cloud, ErrorShape.Flat).CheckRanges(ranges, vnet);
    }

    private static void Refuse(JsonObject? problem)
    {
        if (problem is not null)
            throw Flat(problem.Text("code")!, problem.Text("message")!, problem.Text("target"));
    }

    private Answer Settle(ArmRequest request, Resource cluster, string state, int status)
    {
        cluster.State = state;
        SetPoolStates(cluster, state);
        _cloud.World.Save(cluster);
        var operation = _cloud.Operations.Start("cluster.put", cluster.Id, _cloud.Settings.Cluster);
        return _pages.Cluster(request, operation, status, Show(cluster, request.ApiVersion), cluster.Location!);
    }

    private ResourceFrame<JsonObject> Pools() => new()
    {
        All = request => Holder(request).Properties.Objects("agentPoolProfiles"),
        Find = request => Holder(request).Properties.Objects("agentPoolProfiles").FirstOrDefault(p => p.Text("name").Same(request.Name)),
        Show = (request, pool) =>
        {
            var properties = (JsonObject)pool.DeepClone();
            properties.Remove("name");
            ClusterVersions.TrimPool(properties, request.ApiVersion);
            return new JsonObject
            {
                ["id"] = $"{Holder(request).Id}/agentPools/{pool.Text("name")}",
                ["name"] = pool.Text("name"),
                ["type"] = "Microsoft.ContainerService/managedClusters/agentPools",
                ["properties"] = properties,
            };
        },
        Missing = request => new ArmException(404, "NotFound",
            $"Could not find the agentpool: {request.Name} in subscription: {request.Path.Subscription}, resourceGroup: "
            + $"{request.Path.Group}, resourceName: {Holder(request).Name}.")
        { Shape = ErrorShape.Flat },
    };

    private Resource Holder(ArmRequest request) => _cloud.World.Find(request.Path.ParentId, ClusterFleet.Type)
        ?? throw ArmException.ParentResourceNotFound("read", "managedClusters/agentPools", request.Path.ParentId!);

    private void Busy(Resource? cluster)
    {
        if (cluster is not null && _cloud.Operations.Running(cluster.Id) is not null)
            throw new ArmException(409, "OperationNotAllowed",
                $"Operation is not allowed: Another operation is in progress on the managed cluster {cluster.Name} ({cluster.State}).")
            { Shape = ErrorShape.Flat };
    }

    private static JsonObject Show(Resource cluster, string apiVersion)
    {
        var shown = (JsonObject)cluster.Body.DeepClone();
        ClusterVersions.Trim(shown, apiVersion);
        if (shown["tags"] is null)
            shown.Remove("tags");
        return shown;
    }

    private static ArmException Flat(string code, string message, string? target) => new(400, code, message, target)
    { Shape = ErrorShape.Flat };

    [GeneratedRegex("^[a-zA-Z0-9]$|^[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]$")]
    private static partial Regex Name();

    [GeneratedRegex("^[a-z][a-z0-9]{0,11}$")]
    private static partial Regex PoolName();
}
