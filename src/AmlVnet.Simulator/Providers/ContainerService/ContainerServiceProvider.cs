using System.Text;
using System.Text.RegularExpressions;

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
            ("agentPoolProfiles", Shape.List(AgentPoolRules.Profile)),
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
                ("dockerBridgeCidr", Shape.Text),
                ("loadBalancerProfile", Shape.Object(
                    ("managedOutboundIPs", Shape.Object(("count", Shape.Whole), ("countIPv6", Shape.Whole))),
                    ("outboundIPs", Shape.Object(("publicIPs", Shape.List(Shape.Reference)))),
                    ("outboundIPPrefixes", Shape.Object(("publicIPPrefixes", Shape.List(Shape.Reference)))),
                    ("allocatedOutboundPorts", Shape.Whole),
                    ("idleTimeoutInMinutes", Shape.Whole))))),
            ("apiServerAccessProfile", Shape.Object(
                ("enablePrivateCluster", Shape.Flag),
                ("enablePrivateClusterPublicFQDN", Shape.Flag),
                ("enableVnetIntegration", Shape.Flag),
                ("authorizedIPRanges", Shape.List(Shape.Text)))),
            ("disableLocalAccounts", Shape.Flag),
            ("aadProfile", Shape.Object()),
            ("kubernetesVersion", Shape.Text),
            ("enableRBAC", Shape.Flag),
            ("dnsPrefix", Shape.Text),
            ("fqdnSubdomain", Shape.Text),
            ("nodeResourceGroup", Shape.Text),
            ("supportPlan", Shape.Text),
            ("windowsProfile", Shape.Object()),
            ("identityProfile", Shape.Map(Shape.Object(("resourceId", Shape.Text)))),
            ("diskEncryptionSetID", Shape.Text),
            ("linuxProfile", Shape.Object()),
            ("autoScalerProfile", Shape.Object()),
            ("addonProfiles", Shape.Map(Shape.Object())),
            ("upgradeSettings", Shape.Object()))));

    private readonly Cloud _cloud;
    private readonly OperationPages _pages;
    private readonly ClusterFleet _clusters;
    private readonly RunCommands _commands;
    private readonly ClusterRules _rules;
    private readonly NodeSubnets _subnets;

    public ContainerServiceProvider(Cloud cloud, OperationPages pages, ClusterFleet clusters, Gateway gateway)
    {
        (_cloud, _pages, _clusters, _commands) = (cloud, pages, clusters, new RunCommands(cloud, clusters, gateway));
        (_rules, _subnets) = (new ClusterRules(cloud), new NodeSubnets(cloud));
        _ = new AgentPoolRequests(cloud, pages, clusters, gateway);
        gateway.Add(
            new ResourceType(Namespace, "managedClusters", ApiVersions.ContainerService, Clusters().Handle)
            { Body = Body, Actions = [.. Credentials, RunCommands.Action], Removed = clusters.Demolish },
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
        Check = (_, cluster) => RefuseIfBusy(_cloud, cluster),
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
        _rules.Check(body, request.ApiVersion);
        return existing is null ? Create(request, body, location) : Change(request, body, existing);
    }

    private Answer Change(ArmRequest request, JsonObject body, Resource cluster)
    {
        cluster.Body["tags"] = body["tags"]?.DeepClone();
        var before = cluster.Properties.Text("currentKubernetesVersion");
        ClusterRules.CheckUpgrade(cluster, body.Object("properties"));
        var scaled = ChangePools(request, body, cluster);
        ClusterRules.CheckChange(cluster, body.Object("properties"));
        _clusters.Change(cluster, body);
        return Settle(request, cluster, cluster.Properties.Text("currentKubernetesVersion") != before ? "Upgrading" : scaled ? "Scaling"
            : "Updating", 200);
    }

    /// <summary>Changes the pools that were sent, and adds those that are new; one that was not sent stays.</summary>
    private bool ChangePools(ArmRequest request, JsonObject body, Resource cluster)
    {
        var scaled = false;
        var version = Version(body, cluster);
        foreach (var sent in body.Object("properties").Objects("agentPoolProfiles"))
        {
            if (cluster.Properties.Objects("agentPoolProfiles").FirstOrDefault(p => p.Text("name").Same(sent.Text("name"))) is not { } pool)
            {
                var fresh = NewPool(request, sent, cluster.Location!, cluster.Properties.Object("networkProfile"), version, "User",
                    ClusterFleet.SubnetOf(cluster));
                _subnets.CheckOutbound(cluster.Properties.Object("networkProfile"), [fresh.Text("vnetSubnetID")]);
                Refuse(_clusters.AddPool(cluster, fresh));
                scaled = true;
                continue;
            }
            var wanted = (JsonObject)pool.DeepClone();
            AgentPoolRules.Take(wanted, sent);
            AgentPoolRules.Check(wanted, cluster.Location!);
            if (sent.Whole("count") is { } count && count != pool.Whole("count"))
            {
                Refuse(_clusters.Scale(cluster, pool, count));
                scaled = true;
            }
            AgentPoolRules.CheckFixed(pool, sent);
            AgentPoolRules.CheckVersion(wanted, version);
            foreach (var (member, value) in wanted)
                pool[member] = value?.DeepClone();
        }
        RequireSystemPool(cluster.Properties.Objects("agentPoolProfiles"));
        return scaled;
    }

    private static string Version(JsonObject body, Resource? cluster) =>
        body.Object("properties").Text("kubernetesVersion") is { Length: > 0 } asked
        ? KubernetesVersions.Whole(asked) : cluster?.Properties.Text("currentKubernetesVersion") ?? KubernetesVersions.Default;

    private static void RequireSystemPool(IEnumerable<JsonObject> pools)
    {
        if (!pools.Any(static pool => pool.Text("mode").Same("System")))
            throw ClusterRules.Flat("MustDefineAtLeastOneSystemPool", "Must define at least one system pool.", "agentPoolProfile.mode");
    }

    private JsonObject NewPool(ArmRequest request, JsonObject sent, string location, JsonObject? network, string version, string mode,
        string? other)
    {
        var pool = AgentPoolRules.Make(sent, sent.Text("name")
            ?? "", version, ClusterFleet.PodsOf(network.Text("networkPlugin"), network.Text("networkPluginMode")), mode);
        var whole = (JsonObject)pool.DeepClone();
        foreach (var member in new[] { "minCount", "maxCount" })
            whole[member] ??= sent[member]?.DeepClone();
        AgentPoolRules.Check(whole, location);
        AgentPoolRules.CheckVersion(pool, version);
        if (pool.Text("vnetSubnetID") is { } subnet)
            pool["vnetSubnetID"] = _subnets.Check(request, subnet, location, other).Id;
        else if (other is not null)
            throw ClusterRules.Invalid("agentPoolProfile.vnetSubnetID",
                "the cluster's other pools are in a subnet, so this one has to name one, too");
        return pool;
    }

    private Answer Create(ArmRequest request, JsonObject body, string location)
    {
        if (!Name().IsMatch(request.Name))
            throw Flat("InvalidParameter", $"The value of parameter name is invalid: '{request.Name}'.", "name");
        var properties = body.Object("properties") ?? [];
        var network = NetworkOf(properties, request.ApiVersion);
        var pools = NewPools(request, properties, location, network, Version(body, null));
        var (identity, userAssigned, client) = IdentityOf(request, body);
        CheckRanges(pools, network);
        _subnets.CheckOutbound(network, pools.Select(static pool => pool.Text("vnetSubnetID")));
        foreach (var address in network.Object("loadBalancerProfile").Object("outboundIPs").Objects("publicIPs"))
            Gateway.AuthorizeLink(_cloud.Access, request, ClusterFleet.PublicAddressType + "/join/action", address.Text("id")!);
        if (properties.Text("nodeResourceGroup") is { } nodeGroup
            && _cloud.World.Find($"/subscriptions/{request.Path.Subscription}/resourceGroups/{nodeGroup}") is not null)
            throw ClusterRules.Invalid("nodeResourceGroup", $"the resource group {nodeGroup} is there already");
        var plan = new ClusterPlan
        {
            Name = request.Name,
            GroupId = _cloud.World.Find(request.Path.Container)!.Id,
            Location = location,
            Nodes = pools[0].Whole("count") ?? 0,
            VmSize = pools[0].Text("vmSize") ?? "",
            PoolName = pools[0].Text("name")!,
            MaxPods = pools[0].Whole("maxPods"),
            SubnetId = pools[0].Text("vnetSubnetID"),
            ServiceCidr = network.Text("serviceCidr"),
            DnsServiceIP = network.Text("dnsServiceIP"),
            DockerBridgeCidr = network.Text("dockerBridgeCidr"),
            NetworkPlugin = network.Text("networkPlugin"),
            Identity = identity,
            IdentityId = userAssigned,
            ClientId = client,
            Since = _cloud.Now,
            Tags = body.Object("tags"),
            Tier = body.Object("sku").Text("tier") is { } tier ? tier.Same("Paid") ? "Standard" : tier : null,
            Properties = (JsonObject)properties.DeepClone(),
            Pools = [pools[0]],
        };
        plan.Properties!["networkProfile"] = network.DeepClone();
        Refuse(ClusterFleet.CheckPodRange(plan) ?? _clusters.CheckCapacity(plan));
        var cluster = _clusters.Build(plan);
        foreach (var pool in pools.Skip(1))
            Refuse(_clusters.AddPool(cluster, pool));
        return Settle(request, cluster, "Creating", 201);
    }

    private List<JsonObject> NewPools(ArmRequest request, JsonObject properties, string location, JsonObject network, string version)
    {
        var sent = properties.Objects("agentPoolProfiles").ToList();
        if (sent.Count == 0)
            throw Flat("InvalidParameter", "The value of parameter agentPoolProfiles is invalid: at least one pool is required.",
                "agentPoolProfiles");
        var pools = new List<JsonObject>();
        foreach (var one in sent)
        {
            if (pools.Exists(pool => pool.Text("name").Same(one.Text("name"))))
                throw ClusterRules.Invalid("agentPoolProfile.name", $"two pools are named '{one.Text("name")}'");
            // Since 2020-03-01 a pool that does not say so is no system pool (Azure/AKS issue 1602).
            var isSystem = pools.Count == 0 && string.CompareOrdinal(request.ApiVersion[..10], "2020-03-01") < 0;
            pools.Add(NewPool(request, one, location, network, version, isSystem ? "System" : "User", pools
                .FirstOrDefault()?.Text("vnetSubnetID")));
        }
        RequireSystemPool(pools);
        return pools;
    }

    /// <summary>The network with what is meant where nothing was said: Azure CNI overlay since 2024-09-01, kubenet before.</summary>
    private static JsonObject NetworkOf(JsonObject properties, string apiVersion)
    {
        var network = (JsonObject?)properties.Object("networkProfile")?.DeepClone() ?? [];
        if (network.Text("networkPlugin") is { Length: > 0 })
            return network;
        var isNew = string.CompareOrdinal(apiVersion[..10], "2024-09-01") >= 0;
        network["networkPlugin"] = isNew || network.Text("networkPluginMode").Same("overlay") ? "azure" : "kubenet";
        if (isNew)
            network["networkPluginMode"] = "overlay";
        return network;
    }

    /// <summary>The kind of identity that a body asks for, with the user-assigned one or the application.</summary>
    private (string Kind, string? UserAssigned, string? Client) IdentityOf(ArmRequest request, JsonObject body)
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
        if (userAssigned is not null)
            Gateway.AuthorizeLink(_cloud.Access, request, ManagedIdentityProvider.Type + "/assign/action", userAssigned);
        return (kind switch { "UserAssigned" => "UserAssigned", null => "ServicePrincipal", _ => "SystemAssigned" }, userAssigned,
            client is "msi" ? null : client);
    }

    /// <summary>Refuses ranges that are none, or collide with each other or with the networks of the pools.</summary>
    private void CheckRanges(List<JsonObject> pools, JsonObject network)
    {
        var vnet = VirtualNetworks.FindSubnet(_cloud.World, pools[0].Text("vnetSubnetID")) is (var found, _, _) ? found : null;
        var ranges = new JsonObject
        {
            ["serviceCidr"] = network.Text("serviceCidr") ?? "10.0.0.0/16",
            ["dnsServiceIP"] = network.Text("dnsServiceIP") ?? "10.0.0.10",
            ["dockerBridgeCidr"] = network.Text("dockerBridgeCidr"),
            ["podCidr"] = network.Text("networkPlugin").Same("azure") && !network.Text("networkPluginMode").Same("overlay") ? null
                : network.Text("podCidr") ?? "10.244.0.0/16",
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

    /// <summary>Refuses a write while another one runs.</summary>
    internal static void RefuseIfBusy(Cloud cloud, Resource? cluster)
    {
        if (cluster is not null && cloud.Operations.Running(cluster.Id) is not null)
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
        // A new cluster shows these when it is done (recorded).
        if (cluster.State == "Creating")
        {
            shown.Object("properties")!.Remove("identityProfile");
            shown.Object("properties").Object("networkProfile").Object("loadBalancerProfile")?.Remove("effectiveOutboundIPs");
        }
        return shown;
    }

    private static ArmException Flat(string code, string message, string? target) => new(400, code, message, target)
    { Shape = ErrorShape.Flat };

    [GeneratedRegex("^[a-zA-Z0-9]$|^[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]$")]
    private static partial Regex Name();
}
