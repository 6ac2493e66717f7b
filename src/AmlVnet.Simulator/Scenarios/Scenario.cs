using System.Globalization;
using System.Text;
using System.Text.Json;
using AmlVnet.Simulator.Providers.Management;
using AmlVnet.Simulator.Providers.Storage;

namespace AmlVnet.Simulator.Scenarios;

/// <summary>Builds a world from a scenario document. The named scenarios are documents of the same format.</summary>
internal sealed class Scenario(Cloud cloud, ClusterFleet clusters)
{
    private readonly string _subscription = Tenancy.Subscription;

    /// <summary>The subscriptions of the resource groups that are in another one than most.</summary>
    private readonly Dictionary<string, string> _elsewhere = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What of the section <c>resources</c> is not yet in the world.</summary>
    private readonly List<JsonObject> _resources = [];

    public static JsonObject Load(string scenario, int fleetSize)
    {
        if (NamedScenarios.Find(scenario, fleetSize) is { } named)
            return named;
        if (!File.Exists(scenario))
            throw new ArgumentException($"There is no scenario '{scenario}'. Give one of {string.Join(", ", NamedScenarios.Names)}, or the "
                + "path of a JSON scenario file.");
        try
        {
            return Json.Parse(Encoding.UTF8.GetBytes(File.ReadAllText(scenario)), new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true
            }) as JsonObject
                ?? throw new ArgumentException($"The scenario file '{scenario}' is not a JSON object.");
        }
        catch (JsonException problem)
        {
            throw new ArgumentException($"The scenario file '{scenario}' is not JSON: {problem.Message}", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The scenario file '{scenario}' cannot be read: {problem.Message}", problem);
        }
    }

    /// <summary>Makes the world of a document.</summary>
    /// <exception cref="ArgumentException">The document is not well-formed, or such a world cannot be.</exception>
    public void Build(JsonObject document)
    {
        if (ScenarioFormat.Document.Problem(document) is { } wrong)
            throw new ArgumentException($"The scenario is not well-formed. {wrong}");
        RefuseTwins(document);
        try
        {
            BuildAll(document);
        }
        catch (ArmException refusal)
        {
            throw new ArgumentException($"The scenario cannot be: {refusal.Message}", refusal);
        }
    }

    private void BuildAll(JsonObject document)
    {
        _resources.AddRange(document.Objects("resources"));
        foreach (var (name, value) in document.Object("settings") ?? [])
        {
            if (Settings.Problem(name, value) is { } problem)
                throw new ArgumentException(problem);
            cloud.Settings.Set(name, value);
        }
        AddSubscription(Tenancy.SubscriptionId, Tenancy.SubscriptionName);
        foreach (var item in document.Objects("subscriptions"))
            AddSubscription(Need(item, "id"), item.Text("name") ?? Need(item, "id"));
        foreach (var item in document.Objects("managementGroups"))
            ManagementGroups.New(cloud, Need(item, "name"), item.Text("displayName"), item.Text("parent"),
                item.Texts("subscriptions").Select(id => RequireSubscription(id, $"The management group '{item.Text("name")}'")));
        BuiltInRoles.AddTo(cloud.World);
        var people = new People(cloud, Resolve);
        people.Add(document);

        foreach (var item in document.Objects("resourceGroups"))
            AddGroup(item);
        foreach (var item in document.Objects("networkSecurityGroups"))
            AddSecurityGroup(item);
        foreach (var item in document.Objects("routeTables"))
            AddRouteTable(item);
        foreach (var item in document.Objects("virtualNetworks"))
            AddNetwork(item);
        foreach (var item in document.Objects("virtualNetworks"))
            AddPeerings(item);
        foreach (var item in document.Objects("storageAccounts"))
            AddStorage(item);
        foreach (var item in document.Objects("userAssignedIdentities"))
            ManagedIdentityProvider.New(cloud, Group(item), Need(item, "name"), Region(item), null);
        foreach (var item in document.Objects("workspaces"))
            AddWorkspace(item);
        foreach (var item in document.Objects("clusters"))
            AddCluster(item);
        foreach (var item in document.Objects("computes"))
            AddCompute(item);
        foreach (var item in document.Objects("roleDefinitions"))
        {
            cloud.World.Save(AuthorizationProvider.NewDefinition(item.Text("id") ?? cloud.Identifiers.Text(), Need(item, "roleName"),
                item.Text("description") ?? "", "CustomRole",
                item.Texts("assignableScopes").DefaultIfEmpty(_subscription), [item], Json.Stamp(cloud.Now), Json.Stamp(cloud.Now)));
        }
        foreach (var item in document.Objects("roleAssignments"))
            AddAssignment(item, people);
        people.AddCaller(document.Object("caller"));
        foreach (var item in document.Objects("computes").Where(c => c.Text("loadBalancerSubnet") is not null))
            MakeInternal(item);
        while (_resources.Count > 0)
        {
            var item = _resources[0];
            _resources.RemoveAt(0);
            AddResource(item);
        }
        // What was changed last may have taken a cluster's surroundings from under it.
        foreach (var cluster in cloud.World.OfType(ClusterFleet.Type).ToList())
            clusters.Complete(cluster);
    }

    private void AddWorkspace(JsonObject item)
    {
        // A workspace cannot be made without its vault: one that is only named is there, and open.
        if (item.Text("keyVault") is { } vault && ResourcePath.Parse(Resolve(vault)) is { Group: not null } path
            && cloud.World.Find(path.Container) is not null && cloud.World.Find(Resolve(vault)) is null)
            KeyVaultProvider.New(cloud, Resolve(vault), Region(item));
        Workspaces.New(cloud, Group(item), Need(item, "name"), Region(item), Resolve(item.Text("storageAccount") ?? ""),
            Resolve(item.Text("keyVault") ?? ""),
            item.Text("applicationInsights") is { } insights ? Resolve(insights) : null);
    }

    private void AddGroup(JsonObject item)
    {
        var name = Need(item, "name");
        var subscription = item.Text("subscription") is { } other ? RequireSubscription(other, $"The resource group '{name}'")
            : Tenancy.SubscriptionId;
        if (!subscription.Same(Tenancy.SubscriptionId))
            _elsewhere[name] = "/subscriptions/" + subscription;
        ResourcesProvider.NewGroup(cloud.World, subscription, name, Region(item));
    }

    private string RequireSubscription(string id, string who) => cloud.World.Find("/subscriptions/" + id) is null
        ? throw Missing(who, id) : id;

    private void AddSubscription(string id, string name) =>
        cloud.World.Save(new Resource("/subscriptions/" + id, ResourcesProvider.SubscriptionType, new JsonObject
        {
            ["id"] = "/subscriptions/" + id,
            ["subscriptionId"] = id,
            ["tenantId"] = Tenancy.TenantId,
            ["displayName"] = name,
            ["state"] = "Enabled",
            ["subscriptionPolicies"] = new JsonObject
            {
                ["locationPlacementId"] = "Public_2014-09-01",
                ["quotaId"] = "PayAsYouGo_2014-09-01",
                ["spendingLimit"] = "Off",
            },
            ["authorizationSource"] = "RoleBased",
        }));

    /// <summary>Refuses two items of one name in one place.</summary>
    private void RefuseTwins(JsonObject document)
    {
        // Service principals may share a name. Those of "resources" are told apart by their ids, and one id may be changed twice.
        foreach (var section in document.Select(s => s.Key).Where(s => s is not ("servicePrincipals" or "resources")))
            RefuseTwins(section, document.Objects(section));
        foreach (var (section, collection) in new[] { ("virtualNetworks", "subnets"), ("virtualNetworks", "peerings"),
            ("routeTables", "routes"), ("networkSecurityGroups", "securityRules") })
        {
            foreach (var item in document.Objects(section))
                RefuseTwins($"{collection} of '{item.Text("name")}'", item.Objects(collection));
        }
    }

    private void RefuseTwins(string what, IEnumerable<JsonObject> items)
    {
        var twin = items.Where(item => NameOf(item) is not null)
            .GroupBy(item => $"{PlaceOf(item)}/{NameOf(item)}", StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(same => same.Skip(1).Any())?.First();
        if (twin is not null)
            throw new ArgumentException($"The scenario's {what} name "
                + $"'{$"{twin.Text("resourceGroup") ?? twin.Text("workspace")}/{NameOf(twin)}".TrimStart('/')}' twice.");
    }

    private string? PlaceOf(JsonObject item) =>
        item.Text("workspace") is { } workspace ? Resolve(workspace) : item.Text("resourceGroup");

    private static string? NameOf(JsonObject item) => item.Text("name") ?? item.Text("roleName");

    /// <summary>Moves a compute's endpoint behind an internal load balancer; nobody's rights are asked for, because it has been
    /// so.</summary>
    private void MakeInternal(JsonObject item)
    {
        var compute = cloud.World.Find($"{Resolve(Need(item, "workspace"))}/computes/{Need(item, "name")}")!;
        var cluster = cloud.World.Find(compute.Properties.Text("resourceId"))!;
        var subnet = item.Text("loadBalancerSubnet")!;
        if (clusters.PlaceScoring(cluster, subnet, tls: false) is { } problem)
            throw new ArgumentException($"The compute '{compute.Name}' of the scenario cannot be internal: {problem}");
        var inner = compute.Properties.Object("properties")!;
        (inner["loadBalancerType"], inner["loadBalancerSubnet"]) = ("InternalLoadBalancer", subnet);
        inner.Objects("systemServices").First()["publicIpAddress"] = clusters.ScoringOf(cluster)!.Value.Address;
        new ClusterObjects(cloud).AddOldRouter(cluster, tls: false, isInternal: true, clusters.ScoringOf(cluster)!.Value.Address);
        cloud.World.Save(compute);
    }

    /// <summary>A resource as it stands, or what is different about one of the other sections: merged as RFC 7396 says,
    /// unchecked.</summary>
    private void AddResource(JsonObject item)
    {
        var id = Resolve(Need(item, "id"));
        var change = (JsonObject)item.DeepClone();
        change.Remove("id");
        if (cloud.World.Find(id) is { } existing)
        {
            change.Remove("type");
            Json.Merge(existing.Body, change);
            cloud.World.Save(existing);
            return;
        }

        if (MergeIntoParent(id, change))
            return;
        RequireHolder(id, Regions.Normalize(item.Text("location")) ?? "eastus2");
        var body = new JsonObject { ["id"] = id, ["name"] = id[(id.LastIndexOf('/') + 1)..] };
        Json.Merge(body, change);
        var path = ResourcePath.Parse(id);
        var type = item.Text("type") ?? (path.NamesResource ? $"{path.Namespace}/{string.Join('/', path.Types)}" : Need(item, "type"));
        body["type"] ??= type;
        var resource = cloud.World.Save(new Resource(id, type, body));
        if (type.Same(ClusterFleet.Type))
            clusters.Complete(resource);
    }

    /// <summary>Refuses a child without its parent, and what extends a resource that is not there. The resource group is made with what
    /// lies
    /// in it.</summary>
    private void RequireHolder(string id, string location)
    {
        var path = ResourcePath.Parse(id);
        if (path.Subscription is { } subscription && cloud.World.Find("/subscriptions/" + subscription) is not null
            && path.Group is { } group && cloud.World.Find(path.Container) is null)
            ResourcesProvider.NewGroup(cloud.World, subscription, group, location);
        var last = id.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase);
        var extended = last > 0 && id[..last].Contains("/providers/", StringComparison.OrdinalIgnoreCase) ? id[..last] : null;
        foreach (var holder in new[] { extended, extended is null && path.NamesResource ? path.ParentId : null }.OfType<string>())
        {
            if (cloud.World.Find(holder) is null && !HasSubnet(holder) && !AddDeclared(holder))
                throw Missing($"The resource '{id}'", holder);
        }
    }

    /// <summary>The types that are kept in their parent.</summary>
    private static readonly string[] Parts =
    [
        "Microsoft.Network/virtualNetworks/subnets", "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
        "Microsoft.Network/networkSecurityGroups/securityRules", "Microsoft.Network/routeTables/routes",
        "Microsoft.ContainerService/managedClusters/agentPools",
    ];

    /// <summary>Subnets, peerings, rules and routes are parts of their parent, and node pools of their cluster: a change of one is a change
    /// there.</summary>
    private bool MergeIntoParent(string id, JsonObject change)
    {
        var path = ResourcePath.Parse(id);
        if (path.Types.Count != 2 || path.Names.Count != 2 || path.Extends
            || (cloud.World.Find(path.ParentId)
                ?? (AddDeclared(path.ParentId!) ? cloud.World.Find(path.ParentId) : null)) is not { } parent)
            return false;
        var isPool = path.Types[1].Same("agentPools");
        var collection = isPool ? "agentPoolProfiles" : path.Types[1];
        var children = parent.Properties.Array(collection);
        if (children?.OfType<JsonObject>().FirstOrDefault(one => one.Text("name").Same(path.Names[1])) is not { } child)
        {
            if (!Array.Exists(Parts, part => part.Same($"{path.Namespace}/{string.Join('/', path.Types)}")))
                return false;
            child = isPool ? new JsonObject { ["name"] = path.Names[1] }
                : new JsonObject { ["name"] = path.Names[1], ["id"] = id, ["etag"] = null, ["type"] = change.Text("type") };
            (children ?? (JsonArray)(parent.Properties[collection] = new JsonArray())).Add((JsonNode)child);
        }
        change.Remove("type");
        Json.Merge(child, isPool ? change.Object("properties") ?? [] : change);
        cloud.World.Save(parent);
        return true;
    }

    private void AddSecurityGroup(JsonObject item)
    {
        var id = $"{Group(item)}/providers/{NetworkSecurityGroups.Type}/{Need(item, "name")}";
        var rules = new JsonArray();
        foreach (var rule in item.Objects("securityRules"))
            rules.Add((JsonNode)NetworkSecurityGroups.MakeRule(id, Need(rule, "name"), rule, rules.OfType<JsonObject>()));
        foreach (var rule in rules.OfType<JsonObject>())
            rule.Object("properties")!["provisioningState"] = "Succeeded";
        var group = NetworkSecurityGroups.NewGroup(id, Region(item), rules, cloud.Identifiers.Text());
        group.Body["etag"] = Etag();
        cloud.World.Save(group);
    }

    private void AddRouteTable(JsonObject item)
    {
        var id = $"{Group(item)}/providers/Microsoft.Network/routeTables/{Need(item, "name")}";
        var routes = new JsonArray([.. item.Objects("routes").Select(r => (JsonNode)new JsonObject
        {
            ["name"] = Need(r, "name"),
            ["id"] = $"{id}/routes/{Need(r, "name")}",
            ["etag"] = null,
            ["type"] = "Microsoft.Network/routeTables/routes",
            ["properties"] = r.Object("properties")?.DeepClone() ?? new JsonObject(),
        })]);
        cloud.World.Save(new Resource(id, "Microsoft.Network/routeTables", new JsonObject
        {
            ["name"] = Need(item, "name"),
            ["id"] = id,
            ["etag"] = Etag(),
            ["type"] = "Microsoft.Network/routeTables",
            ["location"] = Region(item),
            ["tags"] = new JsonObject(),
            ["properties"] = new JsonObject
            {
                ["provisioningState"] = "Succeeded",
                ["resourceGuid"] = cloud.Identifiers.Text(),
                ["disableBgpRoutePropagation"] = false,
                ["routes"] = routes
            },
        }));
    }

    private void AddNetwork(JsonObject item)
    {
        var id = $"{Group(item)}/providers/{VirtualNetworks.Type}/{Need(item, "name")}";
        var spaces = item.Texts("addressPrefixes").Select(prefix => NetworkRules.Prefix(prefix, id)).ToList();
        var subnets = new JsonArray();
        var ranges = new List<AddressRange>();
        foreach (var subnet in item.Objects("subnets"))
        {
            var name = Need(subnet, "name");
            var range = NetworkRules.Prefix(Need(subnet, "addressPrefix"), $"{id}/subnets/{name}");
            if (!spaces.Exists(space => space.Contains(range)))
                throw NetworkRules.SubnetOutside(name, Need(item, "name"));
            if (ranges.Exists(range.Overlaps))
                throw NetworkRules.SubnetsOverlap(name, Need(item, "name"));
            ranges.Add(range);
            subnets.Add((JsonNode)NewSubnet(item, subnet, $"{id}/subnets/{name}"));
        }
        var network = cloud.World.Save(new Resource(id, VirtualNetworks.Type, new JsonObject
        {
            ["name"] = Need(item, "name"),
            ["id"] = id,
            ["etag"] = Etag(),
            ["type"] = VirtualNetworks.Type,
            ["location"] = Region(item),
            ["tags"] = new JsonObject(),
            ["properties"] = new JsonObject
            {
                ["provisioningState"] = "Succeeded",
                ["resourceGuid"] = cloud.Identifiers.Text(),
                ["addressSpace"] = new JsonObject { ["addressPrefixes"] = Json.List(item.Texts("addressPrefixes")) },
                ["dhcpOptions"] = new JsonObject { ["dnsServers"] = new JsonArray() },
                ["subnets"] = subnets,
                ["virtualNetworkPeerings"] = new JsonArray(),
                ["enableDdosProtection"] = false,
            },
        }));
        foreach (var subnet in item.Objects("subnets").Where(s => s.Whole("usedAddresses") > 0))
            Occupy(network, Need(subnet, "name"), subnet.Whole("usedAddresses")!.Value);
    }

    private JsonObject NewSubnet(JsonObject network, JsonObject item, string id)
    {
        var name = Need(item, "name");
        var properties = new JsonObject
        {
            ["provisioningState"] = "Succeeded",
            ["addressPrefix"] = Need(item, "addressPrefix"),
            ["delegations"] = new JsonArray(),
        };
        foreach (var (member, type) in new[] { ("networkSecurityGroup", NetworkSecurityGroups.Type),
            ("routeTable", "Microsoft.Network/routeTables") })
        {
            if (item.Text(member) is not { } reference)
                continue;
            var referred = reference.Contains('/', StringComparison.Ordinal) ? Resolve(reference)
                : $"{Group(network)}/providers/{type}/{reference}";
            properties[member] = new JsonObject { ["id"] = Existing(referred, type, $"The subnet '{name}'").Id };
        }
        var endpoints = item.Texts("serviceEndpoints").Select(service => (JsonNode)new JsonObject
        {
            ["service"] = service,
            ["locations"] = new JsonArray(Region(network)),
            ["provisioningState"] = "Succeeded",
        }).ToArray();
        if (endpoints.Length > 0)
            properties["serviceEndpoints"] = new JsonArray(endpoints);
        foreach (var service in item.Texts("delegations"))
        {
            properties.Array("delegations")!.Add((JsonNode)new JsonObject
            {
                ["name"] = "delegation",
                ["id"] = $"{id}/delegations/delegation",
                ["type"] = VirtualNetworks.Type + "/subnets/delegations",
                ["properties"] = new JsonObject { ["serviceName"] = service, ["provisioningState"] = "Succeeded" },
            });
        }
        if (item.Flag("defaultOutboundAccess") is { } outbound)
            properties["defaultOutboundAccess"] = outbound;
        properties["privateEndpointNetworkPolicies"] = "Disabled";
        properties["privateLinkServiceNetworkPolicies"] = "Enabled";
        return new JsonObject
        {
            ["name"] = name,
            ["id"] = id,
            ["etag"] = null,
            ["properties"] = properties,
            ["type"] = VirtualNetworks.Type + "/subnets",
        };
    }

    /// <summary>Lets the interfaces of something else have addresses of a subnet.</summary>
    private void Occupy(Resource network, string subnetName, int count)
    {
        var (_, subnet, id) = VirtualNetworks.FindSubnet(cloud.World, $"{network.Id}/subnets/{subnetName}")!.Value;
        var place = network.Id[..network.Id.LastIndexOf('/')].Replace("virtualNetworks", "networkInterfaces", StringComparison.Ordinal);
        var interfaces = Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"{place}/{subnetName}-nic{i}/ipConfigurations/ipconfig1"));
        if (clusters.Addresses.Take(SubnetAddresses.InterfacesOf(id), id, subnet, [.. interfaces]) is null)
            throw new ArgumentException($"The subnet '{subnetName}' of the scenario has no {count} addresses.");
    }

    private void AddPeerings(JsonObject item)
    {
        var network = cloud.World.Find($"{Group(item)}/providers/{VirtualNetworks.Type}/{Need(item, "name")}")!;
        foreach (var peering in item.Objects("peerings"))
        {
            var remoteId = Resolve(Need(peering, "remoteVirtualNetwork"));
            var remote = cloud.World.Find(remoteId, VirtualNetworks.Type);
            var space = remote?.Properties["addressSpace"]?.DeepClone()
                ?? new JsonObject { ["addressPrefixes"] = Json.List(peering.Texts("remoteAddressPrefixes")) };
            network.Properties.Array("virtualNetworkPeerings")!.Add((JsonNode)new JsonObject
            {
                ["name"] = Need(peering, "name"),
                ["id"] = $"{network.Id}/virtualNetworkPeerings/{Need(peering, "name")}",
                ["etag"] = null,
                ["properties"] = new JsonObject
                {
                    ["provisioningState"] = "Succeeded",
                    ["peeringState"] = "Connected",
                    ["peeringSyncLevel"] = "FullyInSync",
                    ["remoteVirtualNetwork"] = new JsonObject { ["id"] = remoteId },
                    ["allowVirtualNetworkAccess"] = true,
                    ["allowForwardedTraffic"] = false,
                    ["allowGatewayTransit"] = false,
                    ["useRemoteGateways"] = false,
                    ["remoteAddressSpace"] = space,
                    ["remoteVirtualNetworkAddressSpace"] = space.DeepClone(),
                },
                ["type"] = VirtualNetworks.Type + "/virtualNetworkPeerings",
            });
            cloud.World.Save(network);
        }
    }

    private void AddStorage(JsonObject item)
    {
        var account = StorageProvider.New(cloud, Group(item), Need(item, "name"), Region(item));
        var rules = item.Texts("virtualNetworkRules").Select(Resolve).ToList();
        if (rules.Find(rule => !HasSubnet(rule) && !AddDeclared(rule)) is { } unknown)
            throw Missing($"The storage account '{account.Name}'", unknown);
        if (rules.Count > 0 || item.Text("defaultAction") is not null)
        {
            account.Properties["networkAcls"] = new JsonObject
            {
                ["bypass"] = "AzureServices",
                ["virtualNetworkRules"] = new JsonArray([.. rules.Select(r =>
                    (JsonNode)new JsonObject { ["id"] = r, ["action"] = "Allow", ["state"] = "Succeeded" })]),
                ["ipRules"] = new JsonArray(),
                ["defaultAction"] = item.Text("defaultAction") ?? "Deny",
            };
            cloud.World.Save(account);
        }
    }

    private Resource AddCluster(JsonObject item)
    {
        var plan = new ClusterPlan
        {
            Name = Need(item, "name"),
            GroupId = Group(item),
            Location = Region(item),
            Nodes = item.Whole("nodes") ?? 3,
            VmSize = item.Text("vmSize") ?? "Standard_D3_v2",
            PoolName = item.Text("poolName") ?? "nodepool1",
            SubnetId = item.Text("subnet") is { } subnet ? Resolve(subnet) : null,
            MaxPods = item.Whole("maxPods"),
            ServiceCidr = item.Text("serviceCidr"),
            DnsServiceIP = item.Text("dnsServiceIP"),
            DockerBridgeCidr = item.Text("dockerBridgeCidr"),
            NetworkPlugin = item.Text("networkPlugin"),
            Identity = Settings.Identities.FirstOrDefault(i => i.Same(item.Text("identity"))) ?? cloud.Settings.ClusterIdentity,
            IdentityId = item.Text("userAssignedIdentity") is { } identity ? Resolve(identity) : null,
            ClientId = item.Text("clientId"),
            Properties = item.Object("properties"),
        };
        var cluster = $"The cluster '{plan.Name}'";
        if (plan.SubnetId is not null && !HasSubnet(plan.SubnetId))
            throw Missing(cluster, plan.SubnetId);
        if (plan.IdentityId is not null)
            Existing(plan.IdentityId, ManagedIdentityProvider.Type, cluster);
        if (plan.ClientId is not null && cloud.Principals.FindByAppId(plan.ClientId) is null)
            throw Missing(cluster, plan.ClientId);
        if (VmSizes.Cores(plan.VmSize) is null)
            throw new ArgumentException($"{cluster} of the scenario has the unknown vmSize '{plan.VmSize}'.");
        if (clusters.CheckCapacity(plan) is { } problem)
            throw new ArgumentException($"The cluster '{plan.Name}' of the scenario does not fit: {problem.Text("message")}");
        var made = clusters.Build(plan);
        foreach (var inside in item.Objects("objects"))
            AddObject(made, inside);
        return made;
    }

    /// <summary>An object inside a cluster. A secret gets a made-up certificate and key.</summary>
    private void AddObject(Resource cluster, JsonObject item)
    {
        var objects = new ClusterObjects(cloud);
        var (kind, name, space) = (item.Text("kind")!, Need(item, "name"), item.Text("namespace"));
        if (!ClusterObjects.IsClusterWide(kind))
            objects.EnsureNamespace(cluster, space ?? "default");
        var made = kind == "Secret" ? ClusterObjects.Secret(name, space ?? "default") : ClusterObjects.New(kind, name, space);
        if (item.Object("annotations") is { } annotations)
            made.Object("metadata")!["annotations"] = annotations.DeepClone();
        objects.Save(cluster, made);
    }

    private void AddCompute(JsonObject item)
    {
        var who = $"The compute '{Need(item, "name")}'";
        var workspace = Existing(Resolve(Need(item, "workspace")), Workspaces.Type, who).Id;
        var cluster = item.Text("cluster") is { } attached ? Existing(Resolve(attached), ClusterFleet.Type, who) : null;
        var isAttached = cluster is not null;
        if (cluster is null)
        {
            var made = (JsonObject)item.DeepClone();
            made["resourceGroup"] = ResourcePath.Parse(workspace).Group;
            made["name"] = $"{Need(item, "name")}-{cloud.Identifiers.Number(90000) + 10000}-{cloud.Identifiers.Hex(13)}";
            made["poolName"] = "agentpool";
            cluster = AddCluster(made);
        }
        clusters.PublishScoring(cluster, tls: false);
        new ClusterObjects(cloud).AddOldRouter(cluster, tls: false, isInternal: false, clusters.ScoringOf(cluster)!.Value.Address);
        var network = cluster.Properties.Object("networkProfile");
        var inner = new JsonObject
        {
            ["agentCount"] = ClusterFleet.NodesOf(cluster),
            ["agentVmSize"] = cluster.Properties.Objects("agentPoolProfiles").First().Text("vmSize"),
            ["clusterPurpose"] = item.Text("clusterPurpose") ?? "FastProd",
            ["sslConfiguration"] = new JsonObject { ["status"] = "Disabled" },
            ["loadBalancerType"] = "PublicIp",
            ["clusterFqdn"] = cluster.Properties.Text("fqdn"),
            ["systemServices"] = new JsonArray(new JsonObject
            {
                ["systemServiceType"] = "ScoringFrontEnd",
                ["publicIpAddress"] = clusters.ScoringOf(cluster)!.Value.Address,
                ["version"] = "1",
            }),
        };
        if (!isAttached && ClusterFleet.SubnetOf(cluster) is { } subnet)
        {
            inner["aksNetworkingConfiguration"] = new JsonObject
            {
                ["subnetId"] = subnet,
                ["serviceCidr"] = network.Text("serviceCidr"),
                ["dnsServiceIP"] = network.Text("dnsServiceIP"),
                ["dockerBridgeCidr"] = network.Text("dockerBridgeCidr"),
            };
        }
        var compute = Computes.New(
            $"{workspace}/computes/{Need(item, "name")}", cluster.Location, Computes.Stamp(cloud.Now), item, item["description"]);
        var own = compute.Properties;
        (own["resourceId"], own["computeType"], own["isAttachedCompute"]) = (cluster.Id, "AKS", isAttached);
        own["properties"] = inner;
        cloud.World.Save(compute);
    }

    private void AddAssignment(JsonObject item, People people)
    {
        var role = people.Role(Need(item, "role"));
        var scope = Resolve(item.Text("scope") ?? "");
        var principal = item.Text("principal") is { } name ? people.ObjectId(name) : item.Text("principalId");
        if (item.Text("cluster") is { } clusterId)
            principal = cloud.World.Find(Resolve(clusterId)) is { } cluster ? clusters.PrincipalOf(cluster) : null;
        if (item.Text("compute") is { } computeId)
            principal = cloud.World.Find(cloud.World.Find(Resolve(computeId))?.Properties.Text("resourceId")) is { } cluster
                ? clusters.PrincipalOf(cluster) : null;
        if (item.Text("userAssignedIdentity") is { } identityId)
            principal = cloud.World.Find(Resolve(identityId))?.Properties.Text("principalId");
        people.Assign(role, scope,
            principal ?? throw new ArgumentException("A role assignment of the scenario names no principal that exists."), 30);
    }

    private string Etag() => $"W/\"{cloud.Identifiers.Text()}\"";

    private string Group(JsonObject item)
    {
        var name = Need(item, "resourceGroup");
        return cloud.World.Find(GroupId(name))?.Id
            ?? throw new ArgumentException($"The scenario names the resource group '{name}', which it does not have.");
    }

    private Resource Existing(string id, string type, string who) => cloud.World.Find(id, type)
        ?? (AddDeclared(id) ? cloud.World.Find(id, type) : null) ?? throw Missing(who, id);

    private bool HasSubnet(string id)
    {
        bool IsThere() => VirtualNetworks.FindSubnet(cloud.World, id) is not null;
        return IsThere() || (ResourcePath.Parse(id).ParentId is { } network && AddDeclared(network) && IsThere());
    }

    /// <summary>Adds what the section <c>resources</c> says of an id before its turn, for something refers to it.</summary>
    private bool AddDeclared(string id)
    {
        var items = _resources.FindAll(item => Resolve(Need(item, "id")).Same(id));
        foreach (var item in items)
        {
            _resources.Remove(item);
            AddResource(item);
        }
        return items.Count > 0;
    }

    private static ArgumentException Missing(string who, string what) =>
        new($"{who} of the scenario names '{what}', which the scenario does not have.");

    private string Region(JsonObject item)
    {
        var asked = item.Text("location") ?? (item.Text("resourceGroup") is { } group
            ? cloud.World.Find(GroupId(group))?.Location : null) ?? "eastus2";
        return Regions.Normalize(asked) ?? throw new ArgumentException($"The scenario names the location '{asked}', which is no region.");
    }

    /// <summary>An id, or one relative to the subscription such as <c>mygroup/Microsoft.Network/virtualNetworks/mynetwork</c>.</summary>
    private string Resolve(string reference) => reference.StartsWith('/') ? reference
        : reference.Length == 0 ? _subscription
        : reference.IndexOf('/', StringComparison.Ordinal) is var slash and > 0
            ? $"{GroupId(reference[..slash])}/providers/{reference[(slash + 1)..]}"
            : GroupId(reference);

    private string GroupId(string name) => $"{_elsewhere.GetValueOrDefault(name) ?? _subscription}/resourceGroups/{name}";

    private static string Need(JsonObject item, string member) =>
        item.Text(member) ?? throw new ArgumentException($"An item of the scenario has no '{member}': {item.ToJsonString()}");
}
