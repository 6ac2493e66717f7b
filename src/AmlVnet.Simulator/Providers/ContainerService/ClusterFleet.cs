using System.Globalization;

namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>What a cluster is to be made of.</summary>
internal sealed record ClusterPlan
{
    public required string Name { get; init; }

    public required string GroupId { get; init; }

    public required string Location { get; init; }

    public required int Nodes { get; init; }

    public required string VmSize { get; init; }

    /// <summary>The subnet of the nodes; null lets AKS make its own network in the node group.</summary>
    public string? SubnetId { get; init; }

    public string PoolName { get; init; } = "agentpool";

    public int? MaxPods { get; init; }

    /// <summary>The pools as their own bodies, where there is more to say than name, size and number of nodes.</summary>
    public IReadOnlyList<JsonObject>? Pools { get; init; }

    public string? ServiceCidr { get; init; }

    public string? DnsServiceIP { get; init; }

    public string? DockerBridgeCidr { get; init; }

    public string? NetworkPlugin { get; init; }

    /// <summary>SystemAssigned, UserAssigned or ServicePrincipal.</summary>
    public required string Identity { get; init; }

    /// <summary>The user-assigned identity; one is made in the cluster's group when null.</summary>
    public string? IdentityId { get; init; }

    /// <summary>The application of a service principal; one is made when null.</summary>
    public string? ClientId { get; init; }

    /// <summary>Since when the directory has known the identity; null is long ago.</summary>
    public DateTimeOffset? Since { get; init; }

    public JsonObject? Tags { get; init; }

    /// <summary>The tier of the SKU; Free when null.</summary>
    public string? Tier { get; init; }

    /// <summary>Further properties, as in the cluster's own body; what the simulator decides itself wins over them.</summary>
    public JsonObject? Properties { get; init; }
}

/// <summary>AKS clusters with all that belongs to them: node group, load balancers, addresses, identity.</summary>
internal sealed class ClusterFleet(Cloud cloud, SubnetAddresses addresses)
{
    public const string Type = "Microsoft.ContainerService/managedClusters";

    public const string LoadBalancerType = "Microsoft.Network/loadBalancers";

    /// <summary>The scoring service of an AKS compute, as a cluster's hidden part names it.</summary>
    public const string Scoring = "scoring";

    /// <summary>The router of the Azure Machine Learning extension.</summary>
    public const string Router = "router";

    public const string PublicAddressType = "Microsoft.Network/publicIPAddresses";

    /// <summary>Which addresses are taken.</summary>
    public SubnetAddresses Addresses => addresses;

    /// <summary>Why a cluster cannot be made from a plan, as AKS says it, or null.</summary>
    public JsonObject? CheckCapacity(ClusterPlan plan, int occupied = 0)
    {
        if (VirtualNetworks.FindSubnet(cloud.World, plan.SubnetId) is not (_, var subnet, var subnetId))
            return null;
        // Azure CNI: every node takes its own address and one for each pod, and one node more is kept for upgrades (Microsoft Learn: "Plan
        // IP addressing").
        // With kubenet and overlay pods have addresses of their own range.
        var isFlat = plan.NetworkPlugin is null or "azure"
            && !plan.Properties.Object("networkProfile").Text("networkPluginMode").Same("overlay");
        long needed = (long)(plan.Nodes + 1) * (isFlat ? PodsOf(plan) + 1 : 1);
        if (plan.Nodes == 0)
            return null;
        var available = addresses.Free(subnetId, subnet) + occupied;
        return needed <= available ? null : ArmException.Detail(
            "InsufficientSubnetSize",
            string.Create(CultureInfo.InvariantCulture, $"Pre-allocated IPs {needed} exceeds IPs available {available} in Subnet Cidr "
                + $"{string.Join(", ", SubnetAddresses.Ranges(subnet))}, Subnet Name {subnet.Text("name")}. ")
                + "If Azure CNI network plugin is used, please see https://aka.ms/aks/insufficientsubnetsize",
            "networkProfile.subnet");
    }

    /// <summary>
    /// Why a cluster cannot be made, or scaled, with its range for pods: each node takes a /24 of it, and one more is kept for an upgrade
    /// (the message: Azure/AKS-Construction issue 701; kubenet: Azure/AKS issue 848).
    /// </summary>
    public static JsonObject? CheckPodRange(ClusterPlan plan)
    {
        var network = plan.Properties.Object("networkProfile");
        var hasRange = plan.NetworkPlugin.Same("kubenet") || network.Text("networkPluginMode").Same("overlay");
        if (!hasRange || !AddressRange.TryParse(network.Text("podCidr") ?? "10.244.0.0/16", out var range))
            return null;
        long needed = (plan.Nodes + 1) * 256L, available = 1L << (32 - range.Length);
        return needed <= available ? null : ArmException.Detail(
            "InsufficientSubnetSize",
            string.Create(CultureInfo.InvariantCulture, $"Pre-allocated IPs {needed} exceeds IPs available {available} in Subnet Cidr "
                + $"{range}, Subnet Name networkProfile.podCIDR. ")
                + "If Autoscaler is enabled, the max-count from each nodepool is counted towards this total (which means that "
                    + "pre-allocated IPs "
                + "count represents a theoretical max value, not the actual number of IPs requested). "
                    + "http://aka.ms/aks/insufficientsubnetsize",
            "networkProfile.podCIDR");
    }

    /// <summary>Makes a cluster and everything around it, settled.</summary>
    public Resource Build(ClusterPlan plan)
    {
        var subscription = ResourcePath.Parse(plan.GroupId).Subscription!;
        var group = ResourcePath.Parse(plan.GroupId).Group!;
        // The provider answers with lower-case "resourcegroups" (recorded).
        var id = $"/subscriptions/{subscription}/resourcegroups/{group}/providers/{Type}/{plan.Name}";
        var nodeGroupName = plan.Properties.Text("nodeResourceGroup") ?? $"MC_{group}_{plan.Name}_{plan.Location}";
        if (nodeGroupName.Length > 80)
            nodeGroupName = nodeGroupName[..80];
        var nodeGroup = ResourcesProvider.NewGroup(cloud.World, subscription, nodeGroupName, plan.Location, id);
        var asked = plan.Properties.Text("dnsPrefix") ?? plan.Properties.Text("fqdnSubdomain");
        var prefix = $"{asked ?? plan.Name + "-dns"}-{cloud.Identifiers.Hex(8)}";
        var outbound = OutboundAddresses(plan, nodeGroup);
        var cluster = new Resource(id, Type, NewBody(id, plan, prefix, nodeGroupName, outbound));
        AddGiven(cluster, plan.Properties);
        NameServers(cluster, prefix);
        var network = cluster.Properties.Object("networkProfile")!;
        if (network.Text("networkPlugin") == "kubenet")
        {
            network["podCidr"] ??= "10.244.0.0/16";
            network["podCidrs"] = new JsonArray(network.Text("podCidr"));
        }
        GiveIdentity(cluster, plan, nodeGroup);
        cloud.World.Save(cluster);
        foreach (var pool in cluster.Properties.Objects("agentPoolProfiles"))
            TakeNodeAddresses(cluster, pool);
        cloud.World.Save(NewLoadBalancer(nodeGroup.Id, "kubernetes", plan.Location, [.. outbound.Select(address =>
            Frontend(nodeGroup.Id, "kubernetes", address[(address.LastIndexOf('/') + 1)..], publicAddress: address))]));
        return cluster;
    }

    /// <summary>The addresses by which a cluster goes out: those that it was given, or as many of its own as it wants.</summary>
    private List<string> OutboundAddresses(ClusterPlan plan, Resource nodeGroup)
    {
        var wish = plan.Properties.Object("networkProfile").Object("loadBalancerProfile");
        var given = wish.Object("outboundIPs").Objects("publicIPs").Select(static one => one.Text("id")).OfType<string>().ToList();
        if (given.Count > 0)
            return [.. given.Select(id => cloud.World.Find(id, PublicAddressType)?.Id ?? id)];
        var own = wish.Object("managedOutboundIPs").Whole("count") ?? 1;
        return [.. Enumerable.Range(0, own).Select(_ => AddPublicAddress(nodeGroup, cloud.Identifiers.Text(), plan.Location).Id)];
    }

    /// <summary>The names of the API server. A private cluster has a public one only where that was asked for.</summary>
    private void NameServers(Resource cluster, string prefix)
    {
        var access = cluster.Properties.Object("apiServerAccessProfile");
        if (access.Flag("enablePrivateCluster") != true)
            return;
        cluster.Properties["privateFQDN"] = $"{prefix}.{cloud.Identifiers.Text()}.privatelink.{cluster.Location}.azmk8s.io";
        if (access.Flag("enablePrivateClusterPublicFQDN") != true)
            cluster.Properties.Remove("fqdn");
    }

    private JsonObject NewBody(string id, ClusterPlan plan, string prefix, string nodeGroup, IEnumerable<string> outbound) => new()
    {
        ["id"] = id,
        ["location"] = plan.Location,
        ["name"] = plan.Name,
        ["tags"] = plan.Tags?.DeepClone(),
        ["type"] = "Microsoft.ContainerService/ManagedClusters",
        ["properties"] = new JsonObject
        {
            ["provisioningState"] = "Succeeded",
            ["powerState"] = new JsonObject { ["code"] = "Running" },
            ["kubernetesVersion"] = KubernetesVersions.Default,
            ["currentKubernetesVersion"] = KubernetesVersions.Default,
            ["disableLocalAccounts"] = false,
            ["dnsPrefix"] = $"{plan.Name}-dns",
            ["fqdn"] = $"{prefix}.hcp.{plan.Location}.azmk8s.io",
            ["azurePortalFQDN"] = $"{prefix}.portal.hcp.{plan.Location}.azmk8s.io",
            ["agentPoolProfiles"] = plan.Pools is { } pools ? new JsonArray([.. pools.Select(static pool => pool.DeepClone())])
                : new JsonArray(NewPool(plan)),
            ["servicePrincipalProfile"] = new JsonObject { ["clientId"] = "msi" },
            ["nodeResourceGroup"] = nodeGroup,
            ["enableRBAC"] = true,
            ["networkProfile"] = NewNetworkProfile(plan, outbound),
            ["maxAgentPools"] = 100,
        },
        ["sku"] = new JsonObject { ["name"] = "Base", ["tier"] = plan.Tier ?? "Free" },
    };

    private JsonObject NewPool(ClusterPlan plan)
    {
        var pool = new JsonObject
        {
            ["name"] = plan.PoolName,
            ["count"] = plan.Nodes,
            ["vmSize"] = plan.VmSize,
            ["osDiskSizeGB"] = 128,
            ["osDiskType"] = "Managed",
            ["maxPods"] = PodsOf(plan),
            ["type"] = "VirtualMachineScaleSets",
            ["provisioningState"] = "Succeeded",
            ["powerState"] = new JsonObject { ["code"] = "Running" },
            ["orchestratorVersion"] = KubernetesVersions.Default,
            ["mode"] = "System",
            ["osType"] = "Linux",
            ["enableNodePublicIP"] = false,
            ["nodeImageVersion"] = AgentPoolRules.NodeImage,
        };
        if (VirtualNetworks.FindSubnet(cloud.World, plan.SubnetId) is (_, _, var subnetId))
            pool["vnetSubnetID"] = subnetId;
        return pool;
    }

    private static JsonObject NewNetworkProfile(ClusterPlan plan, IEnumerable<string> outbound) => new()
    {
        ["networkPlugin"] = plan.NetworkPlugin ?? (plan.SubnetId is null ? "kubenet" : "azure"),
        ["loadBalancerSku"] = "Standard",
        ["loadBalancerProfile"] = new JsonObject
        {
            ["managedOutboundIPs"] = new JsonObject { ["count"] = 1 },
            ["effectiveOutboundIPs"] = new JsonArray([.. outbound.Select(static id => (JsonNode)new JsonObject { ["id"] = id })]),
        },
        ["serviceCidr"] = plan.ServiceCidr ?? "10.0.0.0/16",
        ["dnsServiceIP"] = plan.DnsServiceIP ?? "10.0.0.10",
        ["dockerBridgeCidr"] = plan.DockerBridgeCidr ?? "172.17.0.1/16",
        ["outboundType"] = "loadBalancer",
        ["serviceCidrs"] = new JsonArray(plan.ServiceCidr ?? "10.0.0.0/16"),
        ["ipFamilies"] = new JsonArray("IPv4"),
    };

    /// <summary>Changes a cluster as a PUT asks: what has no consequence here, its outbound addresses, and from no managed identity to a
    /// system-assigned one.</summary>
    public void Change(Resource cluster, JsonObject body)
    {
        var given = body.Object("properties");
        ChangeOutbound(cluster, given.Object("networkProfile").Object("loadBalancerProfile"));
        AddGiven(cluster, given);
        if (body.Object("sku").Text("tier") is { } tier)
            cluster.Body["sku"] = new JsonObject { ["name"] = "Base", ["tier"] = tier };
        if (body.Object("identity").Text("type").Same("SystemAssigned") && cluster.Body.Object("identity") is null)
        {
            cluster.Properties["servicePrincipalProfile"] = new JsonObject { ["clientId"] = "msi" };
            GiveIdentity(cluster, new ClusterPlan
            {
                Name = cluster.Name,
                GroupId = cluster.Id,
                Location = cluster.Location!,
                Nodes = NodesOf(cluster),
                VmSize = "",
                Identity = "SystemAssigned",
                Since = cloud.Now,
            }, cloud.World.Find(NodeGroupId(cluster))!);
        }

        cloud.World.Save(cluster);
    }

    /// <summary>Gives a cluster other addresses to go out by. Those that were made for it go, and not those that it was given.</summary>
    private void ChangeOutbound(Resource cluster, JsonObject? wish)
    {
        var profile = cluster.Properties.Object("networkProfile").Object("loadBalancerProfile");
        if (wish is null || profile is null
            || (wish.Object("outboundIPs") is null
                && wish.Object("managedOutboundIPs").Whole("count") == profile.Object("managedOutboundIPs").Whole("count")))
            return;
        var nodeGroup = cloud.World.Find(NodeGroupId(cluster))!;
        var balancer = cloud.World.Find(BalancerId(cluster, "kubernetes"), LoadBalancerType);
        foreach (var id in profile.Objects("effectiveOutboundIPs").Select(static one => one.Text("id")!).ToList())
        {
            var name = id[(id.LastIndexOf('/') + 1)..];
            if (balancer is not null)
                RemoveFrontend(balancer, name);
            if (Access.Covers(nodeGroup.Id, id))
                cloud.World.Remove(id);
        }
        var outbound = OutboundAddresses(new ClusterPlan
        {
            Name = cluster.Name,
            GroupId = cluster.Id,
            Location = cluster.Location!,
            Nodes = 0,
            VmSize = "",
            Identity = "SystemAssigned",
            Properties = new JsonObject { ["networkProfile"] = new JsonObject { ["loadBalancerProfile"] = wish.DeepClone() } },
        }, nodeGroup);
        profile.Remove("managedOutboundIPs");
        profile.Remove("outboundIPs");
        profile["effectiveOutboundIPs"] = new JsonArray([.. outbound.Select(static id => (JsonNode)new JsonObject { ["id"] = id })]);
        if (balancer is null)
            return;
        foreach (var id in outbound)
            balancer.Properties.Array("frontendIPConfigurations")!.Add((JsonNode)Frontend(nodeGroup.Id, "kubernetes",
                id[(id.LastIndexOf('/') + 1)..], publicAddress: id));
        Touch(balancer);
    }

    /// <summary>Takes over what was asked for as it was said; what has consequences here has them elsewhere.</summary>
    private static void AddGiven(Resource cluster, JsonObject? given)
    {
        foreach (var (member, value) in given ?? [])
        {
            if (value is not null && ClusterMembers.Kept.Contains(member)
                && !(member == "kubernetesVersion" && value.ToString().Length == 0))
                cluster.Properties[member] = value.DeepClone();
        }
        // A password is taken and never shown.
        cluster.Properties.Object("windowsProfile")?.Remove("adminPassword");
        // A minor version alone stands for its newest patch; what was given whole is what runs.
        if (given.Text("kubernetesVersion") is { Length: > 0 } version)
            cluster.Properties["currentKubernetesVersion"] = KubernetesVersions.Whole(version);
        var network = cluster.Properties.Object("networkProfile")!;
        foreach (var (member, value) in given.Object("networkProfile") ?? [])
        {
            if (value is not null && ClusterMembers.NetworkKept.Contains(member))
                network[member] = value.DeepClone();
        }
        foreach (var (member, value) in given.Object("networkProfile").Object("loadBalancerProfile") ?? [])
        {
            if (value is null || !ClusterMembers.LoadBalancerKept.Contains(member)
                || network.Object("loadBalancerProfile") is not { } profile)
                continue;
            profile[member] = value.DeepClone();
            // One or the other.
            if (member == "outboundIPs")
                profile.Remove("managedOutboundIPs");
        }
        // The real provider writes this value in upper case, whatever was sent (recorded).
        if (network.Text("loadBalancerSku").Same("standard"))
            network["loadBalancerSku"] = "Standard";
        if (network.Text("networkPluginMode").Same("overlay") || network.Text("podCidr") is not null)
        {
            network["podCidr"] ??= "10.244.0.0/16";
            network["podCidrs"] = new JsonArray(network.Text("podCidr"));
        }
    }

    /// <summary>Removes a cluster with its node group, its addresses and its identity, but not what it was given.</summary>
    public void Demolish(Resource cluster)
    {
        addresses.Release(cluster.Id);
        if (cloud.World.Find(NodeGroupId(cluster)) is { } group)
        {
            foreach (var resource in cloud.World.Under(group.Id).ToList())
            {
                if (resource.Type == ManagedIdentityProvider.Type)
                    cloud.Principals.Remove(resource.Properties.Text("principalId"));
                cloud.World.Remove(resource.Id);
            }
            cloud.World.Remove(group.Id);
        }
        if (cluster.Body.Object("identity").Text("type") == "SystemAssigned")
            cloud.Principals.Remove(cluster.Body.Object("identity").Text("principalId"));
        foreach (var inside in cloud.World.Under(cluster.Id).ToList())
            cloud.World.Remove(inside.Id);
        cloud.World.Remove(ClusterObjects.RecordId(cluster.Id));
        cloud.World.Remove(cluster.Id);
    }

    /// <summary>Makes what belongs to a cluster that was told as it stands in ARM, where it is not there: its node group, load balancer and
    /// outbound address, its identity in the directory, the addresses of its nodes.</summary>
    public void Complete(Resource cluster)
    {
        if (cloud.World.Find(NodeGroupId(cluster)) is not null)
            return;
        var path = ResourcePath.Parse(cluster.Id);
        if (cluster.Properties.Text("nodeResourceGroup") is null)
            cluster.Properties["nodeResourceGroup"] = $"MC_{path.Group}_{cluster.Name}_{cluster.Location}";
        var region = Regions.Normalize(cluster.Location) ?? "eastus2";
        var nodeGroup = cloud.World.Find(NodeGroupId(cluster))
            ?? ResourcesProvider.NewGroup(cloud.World, path.Subscription!, cluster.Properties.Text("nodeResourceGroup")!, region,
                cluster.Id);
        Know(cluster.Name, cluster.Body.Object("identity").Text("principalId"), null, cluster.Id);
        foreach (var (id, identity) in cluster.Body.Object("identity").Object("userAssignedIdentities") ?? [])
            Know(id[(id.LastIndexOf('/') + 1)..], identity.Text("principalId"), identity.Text("clientId"), id);
        var kubelet = cluster.Properties.Object("identityProfile").Object("kubeletidentity");
        Know($"{cluster.Name}-agentpool", kubelet.Text("objectId"), kubelet.Text("clientId"), kubelet.Text("resourceId"));
        var outbound = cluster.Properties.Object("networkProfile").Object("loadBalancerProfile").Objects("effectiveOutboundIPs")
            .Select(static one => one.Text("id")).OfType<string>().ToList();
        foreach (var id in outbound.Where(id => cloud.World.Find(id) is null && Access.Covers(nodeGroup.Id, id)))
            AddPublicAddress(nodeGroup, id[(id.LastIndexOf('/') + 1)..], region);
        if (cloud.World.Find(BalancerId(cluster, "kubernetes")) is null)
            cloud.World.Save(NewLoadBalancer(nodeGroup.Id, "kubernetes", region, [.. outbound.Select(id =>
                Frontend(nodeGroup.Id, "kubernetes", id[(id.LastIndexOf('/') + 1)..], publicAddress: id))]));
        foreach (var pool in cluster.Properties.Objects("agentPoolProfiles").Where(static pool => pool.Text("name") is not null))
            TakeNodeAddresses(cluster, pool);
        cloud.World.Save(cluster);
    }

    /// <summary>Lets the directory know an identity.</summary>
    private void Know(string name, string? objectId, string? appId, string? resourceId)
    {
        if (Guid.TryParse(objectId, out _) && cloud.Principals.Find(objectId) is null)
            cloud.Principals.AddServicePrincipal(name, "ManagedIdentity", null, objectId, appId, resourceId);
    }

    /// <summary>The directory object id by which the control plane acts on the network.</summary>
    public string? PrincipalOf(Resource cluster)
    {
        var client = cluster.Properties.Object("servicePrincipalProfile").Text("clientId");
        if (client is not null and not "msi")
            return cloud.Principals.FindByAppId(client)?.Body.Text("id");
        var identity = cluster.Body.Object("identity");
        return identity.Text("principalId")
            ?? (identity.Object("userAssignedIdentities")?.FirstOrDefault().Value as JsonObject).Text("principalId");
    }

    /// <summary>The subnet and the network of the first pool that has one.</summary>
    public static string? SubnetOf(Resource cluster) => cluster.Properties.Objects("agentPoolProfiles").Select(p => p.Text("vnetSubnetID"))
        .FirstOrDefault(s => s is not null) ?? cluster.Properties.Object("hostedSystemProfile").Text("nodeSubnetID");

    public static int NodesOf(Resource cluster) => cluster.Properties.Objects("agentPoolProfiles").Sum(AgentPools.Nodes);

    public static int CoresOf(Resource cluster) => cluster.Properties.Objects("agentPoolProfiles").Sum(AgentPools.Cores);

    /// <summary>The pools of the clusters of a region.</summary>
    public IEnumerable<JsonObject> PoolsIn(string region) => cloud.World.OfType(Type).Where(c => Regions.Same(c.Location, region))
        .SelectMany(c => c.Properties.Objects("agentPoolProfiles"));

    public static string NodeGroupId(Resource cluster) =>
        $"/subscriptions/{ResourcePath.Parse(cluster.Id).Subscription}/resourceGroups/{cluster.Properties.Text("nodeResourceGroup")}";

    /// <summary>Changes the number of nodes of the first pool, if the subnet has room for it.</summary>
    public JsonObject? Scale(Resource cluster, int nodes) =>
        cluster.Properties.Objects("agentPoolProfiles").FirstOrDefault() is { } pool && pool.Whole("count") is not null
            ? Scale(cluster, pool, nodes)
            : ArmException.Detail("BadRequest", $"The cluster {cluster.Name} has no pool that is scaled by a count.");

    /// <summary>Changes the number of nodes of a pool.</summary>
    public JsonObject? Scale(Resource cluster, JsonObject pool, int nodes)
    {
        var before = AgentPools.Nodes(pool);
        if (before == nodes)
            return null;
        if (pool.Text("vnetSubnetID") is { } subnetId)
        {
            var mine = $"/{ScaleSetOf(cluster, pool)}/";
            var occupied = addresses.In(subnetId).Count(e => e.Configuration.Contains(mine, StringComparison.OrdinalIgnoreCase));
            if (nodes > before && CheckRoom(cluster, pool, nodes, occupied) is { } problem)
                return problem;
            addresses.Release(cluster.Id, c => c.Contains(mine, StringComparison.OrdinalIgnoreCase));
        }
        pool["count"] = nodes;
        cloud.World.Save(cluster);
        TakeNodeAddresses(cluster, pool);
        return null;
    }

    /// <summary>Adds a pool with its nodes, if there is room for them.</summary>
    public JsonObject? AddPool(Resource cluster, JsonObject pool)
    {
        if (CheckRoom(cluster, pool, AgentPools.Nodes(pool), 0) is { } problem)
            return problem;
        cluster.Properties.Array("agentPoolProfiles")!.Add((JsonNode)pool);
        TakeNodeAddresses(cluster, pool);
        cloud.World.Save(cluster);
        return null;
    }

    /// <summary>Removes a pool with its nodes.</summary>
    public void RemovePool(Resource cluster, JsonObject pool)
    {
        addresses.Release(cluster.Id, c => c.Contains($"/{ScaleSetOf(cluster, pool)}/", StringComparison.OrdinalIgnoreCase));
        cluster.Hidden.Object("scaleSets")?.Remove(pool.Text("name")!);
        cluster.Properties.Array("agentPoolProfiles")!.Remove(pool);
        cloud.World.Save(cluster);
    }

    private JsonObject? CheckRoom(Resource cluster, JsonObject pool, int nodes, int occupied)
    {
        var plan = new ClusterPlan
        {
            Name = cluster.Name,
            GroupId = cluster.Id,
            Location = cluster.Location!,
            Nodes = nodes,
            VmSize = "",
            SubnetId = pool.Text("vnetSubnetID"),
            Identity = "SystemAssigned",
            MaxPods = pool.Whole("maxPods"),
            NetworkPlugin = cluster.Properties.Object("networkProfile").Text("networkPlugin"),
            Properties = cluster.Properties,
        };
        return CheckPodRange(plan) ?? CheckCapacity(plan, occupied);
    }

    /// <summary>The scale set of a pool.</summary>
    private string ScaleSetOf(Resource cluster, JsonObject pool)
    {
        var name = pool.Text("name")!;
        var all = cluster.Hidden.Object("scaleSets") ?? (JsonObject)(cluster.Hidden["scaleSets"] = new JsonObject());
        if (all.Text(name) is not { } known)
            all[name] = known = $"aks-{name}-{cloud.Identifiers.Number(90_000_000) + 10_000_000}-vmss";
        return known;
    }

    /// <summary>A service's front end: its load balancer and address, as they are now.</summary>
    public (string LoadBalancer, string Address)? ScoringOf(Resource cluster, string which = Scoring)
    {
        if (cluster.Hidden.Text(which) is not { } service)
            return null;
        foreach (var name in new[] { "kubernetes-internal", "kubernetes" })
        {
            var balancer = cloud.World.Find(BalancerId(cluster, name), LoadBalancerType);
            if (balancer?.Properties.Objects("frontendIPConfigurations")
                .FirstOrDefault(f => f.Text("name").Same(service)) is not { } frontend)
                continue;
            var inner = frontend.Object("properties");
            var address = inner.Text("privateIPAddress")
                ?? cloud.World.Find(inner.Object("publicIPAddress").Text("id"))?.Properties.Text("ipAddress");
            if (address is not null)
                return (name, address);
        }
        return null;
    }

    /// <summary>Puts a service on a public address.</summary>
    public void PublishScoring(Resource cluster, bool tls, string which = Scoring)
    {
        var service = cluster.Hidden.Text(which) ?? "a" + cloud.Identifiers.Hex(31);
        cluster.Hidden[which] = service;
        cloud.World.Save(cluster);
        RemoveScoring(cluster, service);
        var nodeGroup = cloud.World.Find(NodeGroupId(cluster))!;
        var address = AddPublicAddress(nodeGroup, "kubernetes-" + service, cluster.Location!);
        var balancer = cloud.World.Find(BalancerId(cluster, "kubernetes"), LoadBalancerType)
            ?? NewLoadBalancer(nodeGroup.Id, "kubernetes", cluster.Location!, []);
        AddFrontend(balancer, Frontend(nodeGroup.Id, "kubernetes", service, publicAddress: address.Id), service, tls);
    }

    /// <summary>
    /// Puts a service on an address of a subnet. Works only when the cluster's identity effectively has the right on that subnet
    /// and the
    /// subnet has a free address; otherwise nothing changes and the reason comes back.
    /// </summary>
    public string? InternalizeScoring(Resource cluster, string subnetName, bool tls, string which = Scoring) =>
        Internalize(cluster, subnetName, tls, checksRight: true, which);

    /// <summary>The same without asking for rights: for a world in which it has been so.</summary>
    public string? PlaceScoring(Resource cluster, string subnetName, bool tls, string which = Scoring) =>
        Internalize(cluster, subnetName, tls, checksRight: false, which);

    /// <summary>Takes a service's front end away.</summary>
    public void WithdrawScoring(Resource cluster, string which)
    {
        if (cluster.Hidden.Text(which) is not { } service)
            return;
        RemoveScoring(cluster, service);
        cluster.Hidden.Remove(which);
        cloud.World.Save(cluster);
    }

    private string? Internalize(Resource cluster, string subnetName, bool tls, bool checksRight, string which)
    {
        if (VirtualNetworks.FindSubnet(cloud.World, SubnetOf(cluster)) is not (var network, _, _))
            return $"The cluster {cluster.Name} is not in a virtual network of yours.";
        if (VirtualNetworks.FindSubnet(cloud.World, $"{network.Id}/subnets/{subnetName}") is not (_, var subnet, var subnetId))
            return $"Subnet {subnetName} was not found in virtual network {network.Name}.";
        if (checksRight && NodeSubnets.ReservedProblem(subnetName) is { } reserved)
            return reserved;
        if (checksRight)
        {
            var principal = PrincipalOf(cluster);
            foreach (var action in new[] { VirtualNetworks.ReadSubnet, VirtualNetworks.JoinSubnet })
            {
                if (!cloud.Access.Allows(principal, action, subnetId))
                    return $"The client '{principal}' does not have authorization to perform action '{action}' over scope '{subnetId}'.";
            }
            var balancerId = BalancerId(cluster, "kubernetes-internal");
            if (Locks.On(cloud.World, balancerId, isDeletion: false) is [var locked, ..])
                return $"The scope '{balancerId}' cannot perform write operation because following scope(s) are locked: '{locked}'.";
        }

        var service = cluster.Hidden.Text(which) ?? "a" + cloud.Identifiers.Hex(31);
        var nodeGroup = cloud.World.Find(NodeGroupId(cluster))!;
        var frontendId = $"{BalancerId(cluster, "kubernetes-internal")}/frontendIPConfigurations/{service}";
        var moving = addresses.In(subnetId).Any(e => e.Configuration.Same(frontendId));
        if (!moving && !addresses.FreeAddresses(subnetId, subnet).Any())
            return $"Subnet {subnetName} has no free address.";
        cluster.Hidden[which] = service;
        cloud.World.Save(cluster);
        RemoveScoring(cluster, service);
        var address = addresses.Take(cluster.Id, subnetId, subnet, [frontendId])![0];
        var balancer = cloud.World.Find(BalancerId(cluster, "kubernetes-internal"), LoadBalancerType)
            ?? NewLoadBalancer(nodeGroup.Id, "kubernetes-internal", cluster.Location!, []);
        AddFrontend(balancer, Frontend(nodeGroup.Id, "kubernetes-internal", service, subnetId: subnetId, privateAddress: address), service,
            tls);
        return null;
    }

    /// <summary>Sets the ports of the scoring service's rules: 443 with TLS, 80 without.</summary>
    public void SetScoringPort(Resource cluster, bool tls)
    {
        if (ScoringOf(cluster) is not var (name, _) || cluster.Hidden.Text("scoring") is not { } service)
            return;
        var balancer = cloud.World.Find(BalancerId(cluster, name))!;
        var frontend = balancer.Properties.Objects("frontendIPConfigurations").First(f => f.Text("name").Same(service));
        AddFrontend(balancer, (JsonObject)frontend.DeepClone(), service, tls);
    }

    private void RemoveScoring(Resource cluster, string service)
    {
        foreach (var name in new[] { "kubernetes", "kubernetes-internal" })
        {
            if (cloud.World.Find(BalancerId(cluster, name), LoadBalancerType) is not { } balancer)
                continue;
            RemoveFrontend(balancer, service);
            if (name == "kubernetes-internal" && !balancer.Properties.Objects("frontendIPConfigurations").Any())
                cloud.World.Remove(balancer.Id);
            else
                Touch(balancer);
        }
        cloud.World.Remove($"{NodeGroupId(cluster)}/providers/{PublicAddressType}/kubernetes-{service}");
        addresses.Release(cluster.Id, c => c.EndsWith("/frontendIPConfigurations/" + service, StringComparison.OrdinalIgnoreCase));
    }

    private void AddFrontend(Resource balancer, JsonObject frontend, string service, bool tls)
    {
        RemoveFrontend(balancer, service);
        var port = tls ? 443 : 80;
        var name = string.Create(CultureInfo.InvariantCulture, $"{service}-TCP-{port}");
        var properties = balancer.Properties;
        var rule = new JsonObject { ["id"] = $"{balancer.Id}/loadBalancingRules/{name}" };
        frontend.Object("properties")!["loadBalancingRules"] = new JsonArray(rule);
        properties.Array("frontendIPConfigurations")!.Add((JsonNode)frontend);
        properties.Array("loadBalancingRules")!.Add((JsonNode)Child(balancer.Id, "loadBalancingRules", name, new JsonObject
        {
            ["provisioningState"] = "Succeeded",
            ["frontendIPConfiguration"] = new JsonObject { ["id"] = frontend.Text("id") },
            ["frontendPort"] = port,
            ["backendPort"] = port,
            ["enableFloatingIP"] = true,
            ["idleTimeoutInMinutes"] = 4,
            ["protocol"] = "Tcp",
            ["backendAddressPool"] = new JsonObject { ["id"] = $"{balancer.Id}/backendAddressPools/kubernetes" },
            ["probe"] = new JsonObject { ["id"] = $"{balancer.Id}/probes/{name}" },
            ["disableOutboundSnat"] = true,
        }));
        properties.Array("probes")!.Add((JsonNode)Child(balancer.Id, "probes", name, new JsonObject
        {
            ["provisioningState"] = "Succeeded",
            ["protocol"] = "Tcp",
            ["port"] = 30000 + cloud.Identifiers.Number(2768),
            ["intervalInSeconds"] = 5,
            ["numberOfProbes"] = 2,
        }));
        Touch(balancer);
    }

    private static void RemoveFrontend(Resource balancer, string service)
    {
        foreach (var collection in new[] { "frontendIPConfigurations", "loadBalancingRules", "probes" })
        {
            var kept = balancer.Properties.Objects(collection)
                .Where(c => !c.Text("name")!.StartsWith(service, StringComparison.OrdinalIgnoreCase)).Select(c => c.DeepClone()).ToArray();
            balancer.Properties[collection] = new JsonArray(kept);
        }
    }

    private void Touch(Resource balancer)
    {
        balancer.Body["etag"] = $"W/\"{cloud.Identifiers.Text()}\"";
        cloud.World.Save(balancer);
    }

    private void GiveIdentity(Resource cluster, ClusterPlan plan, Resource nodeGroup)
    {
        switch (plan.Identity)
        {
            case "ServicePrincipal":
                var application = plan.ClientId ?? cloud.Principals.AddServicePrincipal(plan.Name, "Application",
                    plan.Since).Body.Text("appId");
                cluster.Properties["servicePrincipalProfile"] = new JsonObject { ["clientId"] = application };
                return;
            case "UserAssigned":
                var identity = cloud.World.Find(plan.IdentityId, ManagedIdentityProvider.Type)
                    ?? ManagedIdentityProvider.New(cloud, plan.GroupId, $"{plan.Name}-identity", plan.Location, plan.Since);
                cluster.Body["identity"] = new JsonObject
                {
                    ["type"] = "UserAssigned",
                    ["userAssignedIdentities"] = new JsonObject
                    {
                        // The key comes back with lower-case "resourcegroups" (recorded).
                        [identity.Id.Replace("/resourceGroups/", "/resourcegroups/", StringComparison.Ordinal)] = new JsonObject
                        {
                            ["clientId"] = identity.Properties.Text("clientId"),
                            ["principalId"] = identity.Properties.Text("principalId"),
                        },
                    },
                };
                break;
            default:
                var principal = cloud.Principals.AddServicePrincipal(plan.Name, "ManagedIdentity", plan.Since, alternative: cluster.Id);
                cluster.Body["identity"] = new JsonObject
                {
                    ["type"] = "SystemAssigned",
                    ["principalId"] = principal.Body.Text("id"),
                    ["tenantId"] = Tenancy.TenantId,
                };
                break;
        }
        var ownKubelet = plan.Properties.Object("identityProfile").Object("kubeletidentity").Text("resourceId");
        var kubelet = cloud.World.Find(ownKubelet, ManagedIdentityProvider.Type)
            ?? ManagedIdentityProvider.New(cloud, nodeGroup.Id, $"{plan.Name}-agentpool", plan.Location, plan.Since);
        cluster.Properties["identityProfile"] = new JsonObject
        {
            ["kubeletidentity"] = new JsonObject
            {
                ["resourceId"] = kubelet.Id.Replace("/resourceGroups/", "/resourcegroups/", StringComparison.Ordinal),
                ["clientId"] = kubelet.Properties.Text("clientId"),
                ["objectId"] = kubelet.Properties.Text("principalId"),
            },
        };
    }

    private void TakeNodeAddresses(Resource cluster, JsonObject pool)
    {
        if (VirtualNetworks.FindSubnet(cloud.World, pool.Text("vnetSubnetID")) is not (_, var subnet, var subnetId))
            return;
        var nodes = AgentPools.Nodes(pool);
        var network = cluster.Properties.Object("networkProfile");
        var isFlat = network.Text("networkPlugin") == "azure" && !network.Text("networkPluginMode").Same("overlay");
        var perNode = isFlat ? (pool.Whole("maxPods") ?? 30) + 1 : 1;
        var vmss = ScaleSetOf(cluster, pool);
        var machines = $"{NodeGroupId(cluster)}/providers/Microsoft.Compute/virtualMachineScaleSets/{vmss}/virtualMachines";
        var configurations = new List<string>(nodes * perNode);
        for (var node = 0; node < nodes; node++)
        {
            for (var i = 1; i <= perNode; i++)
            {
                configurations.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{machines}/{node}/networkInterfaces/{vmss}/ipConfigurations/ipconfig{i}"));
            }
        }
        addresses.Take(cluster.Id, subnetId, subnet, configurations);
    }

    private Resource AddPublicAddress(Resource group, string name, string location) =>
        cloud.World.Save(NewNetworkResource(PublicAddressType, group.Id, name, location, new JsonObject
        {
            ["provisioningState"] = "Succeeded",
            ["resourceGuid"] = cloud.Identifiers.Text(),
            ["ipAddress"] = SimpleNetworkResources.PublicAddress(cloud),
            ["publicIPAddressVersion"] = "IPv4",
            ["publicIPAllocationMethod"] = "Static",
            ["idleTimeoutInMinutes"] = 30,
        }));

    private Resource NewLoadBalancer(string groupId, string name, string location, IReadOnlyList<JsonObject> frontends) =>
        NewNetworkResource(LoadBalancerType, groupId, name, location, new JsonObject
        {
            ["provisioningState"] = "Succeeded",
            ["resourceGuid"] = cloud.Identifiers.Text(),
            ["frontendIPConfigurations"] = new JsonArray([.. frontends]),
            ["backendAddressPools"] = new JsonArray(Child($"{groupId}/providers/{LoadBalancerType}/{name}", "backendAddressPools",
                "kubernetes", new JsonObject { ["provisioningState"] = "Succeeded" })),
            ["loadBalancingRules"] = new JsonArray(),
            ["probes"] = new JsonArray(),
            ["inboundNatRules"] = new JsonArray(),
            ["inboundNatPools"] = new JsonArray(),
            ["outboundRules"] = new JsonArray(),
        });

    private Resource NewNetworkResource(string type, string groupId, string name, string location, JsonObject properties)
    {
        var id = $"{groupId}/providers/{type}/{name}";
        return new Resource(id, type, new JsonObject
        {
            ["name"] = name,
            ["id"] = id,
            ["etag"] = $"W/\"{cloud.Identifiers.Text()}\"",
            ["type"] = type,
            ["location"] = location,
            ["tags"] = new JsonObject(),
            ["sku"] = new JsonObject { ["name"] = "Standard", ["tier"] = "Regional" },
            ["properties"] = properties,
        });
    }

    private static JsonObject Frontend(string groupId, string balancer, string name, string? publicAddress = null, string? subnetId = null,
        string? privateAddress = null)
    {
        var properties = new JsonObject { ["provisioningState"] = "Succeeded", ["privateIPAllocationMethod"] = "Dynamic" };
        if (publicAddress is not null)
            properties["publicIPAddress"] = new JsonObject { ["id"] = publicAddress };
        if (subnetId is not null)
        {
            properties["subnet"] = new JsonObject { ["id"] = subnetId };
            properties["privateIPAddress"] = privateAddress;
            properties["privateIPAddressVersion"] = "IPv4";
        }
        return Child($"{groupId}/providers/{LoadBalancerType}/{balancer}", "frontendIPConfigurations", name, properties);
    }

    private static JsonObject Child(string parentId, string collection, string name, JsonObject properties) => new()
    {
        ["name"] = name,
        ["id"] = $"{parentId}/{collection}/{name}",
        ["etag"] = null,
        ["type"] = $"{LoadBalancerType}/{collection}",
        ["properties"] = properties,
    };

    private static string BalancerId(Resource cluster, string name) => $"{NodeGroupId(cluster)}/providers/{LoadBalancerType}/{name}";

    /// <summary>The pods of a node: as many as were asked for, else as the network can have (Microsoft Learn: "Plan IP
    /// addressing").</summary>
    private static int PodsOf(ClusterPlan plan) => plan.MaxPods ?? PodsOf(
        plan.NetworkPlugin ?? (plan.SubnetId is null ? "kubenet" : "azure"),
            plan.Properties.Object("networkProfile").Text("networkPluginMode"));

    public static int PodsOf(string? plugin, string? mode) => !plugin.Same("azure") ? 110 : mode.Same("overlay") ? 250 : 30;
}
