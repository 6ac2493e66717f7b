using AmlVnet.Core.Access;

namespace AmlVnet.Arm.Reading;

/// <summary>
/// Reads from the services what the checks look at. What this sign-in may not read becomes Unknown with the reason, what does not
/// exist becomes None; a failed sign-in, and an answer that says nothing of what was asked for, end the reading.
/// </summary>
internal sealed class FactsReader(AzureReader azure)
{
    /// <summary>The facts of a subnet that a cluster is to be made in.</summary>
    internal async Task<NetworkFacts> ReadNetworkAsync(ArmId subnetId, CancellationToken cancel)
    {
        var network = await TryAsync(() => azure.Networks.FindAsync(subnetId.Parent!, cancel),
            $"The virtual network '{subnetId.Parent}' does not exist.")
            .ConfigureAwait(false);
        var subnets = network.Value is { } read ? await ReadSubnetsAsync(read, [subnetId], null, cancel).ConfigureAwait(false) : [];
        var facts = new NetworkFacts
        {
            VirtualNetwork = await MapAsync(network, one => ToFactsAsync(one, subnets, cancel)).ConfigureAwait(false),
            Subnet = SubnetOf(network, subnets, subnetId),
            CloudName = azure.Options.Cloud.Name,
        };
        return facts with { ServiceTags = await ReadTagsAsync(facts, cancel).ConfigureAwait(false) };
    }

    /// <summary>The workspace, and the storage, key vault and registry that it works with.</summary>
    /// <param name="facts">The facts so far.</param>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <param name="withLocks">Whether the locks on all that the facts name are read too.</param>
    internal async Task<NetworkFacts> AddWorkspaceAsync(NetworkFacts facts, ArmId workspaceId, CancellationToken cancel,
        bool withLocks = true)
    {
        var wire = await TryAsync(() => azure.Workspaces.FindAsync(workspaceId, cancel),
            $"The workspace '{workspaceId}' does not exist.").ConfigureAwait(false);
        return await AddWorkspaceAsync(facts, wire, cancel, withLocks).ConfigureAwait(false);
    }

    internal async Task<NetworkFacts> AddWorkspaceAsync(NetworkFacts facts, Known<WireWorkspace> wire, CancellationToken cancel,
        bool withLocks = true)
    {
        var workspace = Map(wire, static one => WorkspaceFacts.From(one.ToWorkspace()) with
        {
            Kind = one.Kind,
            ManagedNetworkMode = one.Properties?.ManagedNetwork?.IsolationMode,
            IdentityType = one.Identity?.Type,
            UserIdentity = UserIdentityOf(one),
        });
        var associated = new AssociatedResourceReading(azure);
        var named = wire.Value?.Properties;
        facts = facts with
        {
            Workspace = workspace,
            Storage = await associated.ReadStorageAsync(named?.StorageAccount, cancel).ConfigureAwait(false),
            KeyVaults = await associated.ReadKeyVaultAsync(named?.KeyVault, cancel).ConfigureAwait(false),
            ContainerRegistries = await associated.ReadRegistryAsync(named?.ContainerRegistry, cancel).ConfigureAwait(false),
        };
        facts = await AddWorkspaceRolesAsync(facts, cancel).ConfigureAwait(false);
        return withLocks ? await new LockReading(azure).AddAsync(facts, [], cancel).ConfigureAwait(false) : facts;
    }

    /// <summary>By which of its user-assigned identities a workspace works: the primary one, or the only one.</summary>
    private static (string Id, string? PrincipalId)? UserIdentityOf(WireWorkspace wire) =>
        wire.Identity?.UserAssignedIdentities is not { Count: > 0 } all ? null
        : all.Where(one => all.Count == 1 || ArmId.AreSame(one.Key, wire.Properties?.PrimaryUserAssignedIdentity))
            .Select(static one => ((string, string?)?)(one.Key, one.Value.PrincipalId)).FirstOrDefault();

    /// <summary>What the workspace's user-assigned identity may do on the cluster, on the Kubernetes route.</summary>
    private async Task<NetworkFacts> AddWorkspaceRolesAsync(NetworkFacts facts, CancellationToken cancel)
    {
        if (facts is not { Kubernetes: { IsMeant: true } route, Cluster.Value: { } cluster, Workspace.Value: { } workspace }
            || workspace.IdentityType?.Contains("SystemAssigned", StringComparison.OrdinalIgnoreCase) == true
            || workspace.UserIdentity is not (_, { } principal)) return facts;
        var roles = await TryAsync(async () =>
        {
            var (assignments, definitions) = await azure.Rights.ListAsync(ArmId.Parse(cluster.Id), principal, cancel).ConfigureAwait(false);
            return RolesOf(assignments, definitions);
        }, "").ConfigureAwait(false);
        return facts with { Kubernetes = route with { WorkspaceRoles = roles } };
    }

    /// <summary>All there is to know of an existing cluster: its network, identity, rights, load balancers,
    /// and the compute that led to it.</summary>
    /// <param name="found">The cluster.</param>
    /// <param name="compute">The compute as it is, or as it is to be.</param>
    /// <param name="loadBalancerSubnet">The name of the internal load balancer's subnet, where it is not the nodes' own.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <param name="withRights">Whether the identity and its role assignments are read too.</param>
    /// <param name="withLocks">Whether locks and deny assignments are read too, which matter to changes only.</param>
    internal async Task<NetworkFacts> ReadClusterAsync(ResolvedCluster found, ComputeFacts? compute, string? loadBalancerSubnet,
        CancellationToken cancel, bool withRights = true, bool withLocks = true)
    {
        var cluster = ClusterReading.ToFacts(found);
        var reading = new LockReading(azure);
        var locks = withRights && withLocks ? reading.BeginAsync([found.ClusterId.ToString(), found.SubnetId, compute?.Id], cancel) : null;
        var balancers = await ReadLoadBalancersAsync(found, cancel).ConfigureAwait(false);
        var facts = new NetworkFacts
        {
            Cluster = cluster,
            CloudName = azure.Options.Cloud.Name,
            Compute = compute is null ? default : Known.Of(compute.WithLoadBalancerOf(balancers.Value)),
            Settings = SettingsOf(found, cluster),
            Identity = withRights ? await ReadIdentityAsync(found, cancel).ConfigureAwait(false) : default,
            LoadBalancers = balancers,
            InterfaceSecurityGroups = await ReadInterfaceGroupsAsync(found, cancel).ConfigureAwait(false),
        };
        if (!ArmId.TryParse(found.SubnetId, ResourceTypes.Subnet, out var nodes, out _))
            return await WithLocksAsync(found.SubnetUnknown is { } why
                ? facts with { Subnet = Known.Unknown<SubnetFacts>(why), VirtualNetwork = Known.Unknown<VirtualNetworkFacts>(why) }
                : facts with
                {
                    Subnet = Known.None<SubnetFacts>("The cluster is in a network that AKS made."),
                    VirtualNetwork = Known.None<VirtualNetworkFacts>("The cluster is in a network that AKS made."),
                }).ConfigureAwait(false);
        var network = await TryAsync(() => azure.Networks.FindAsync(nodes.Parent!, cancel),
            $"The virtual network '{nodes.Parent}' does not exist.")
            .ConfigureAwait(false);
        var place = loadBalancerSubnet is null ? nodes : nodes.Parent!.Child("subnets", loadBalancerSubnet);
        ArmId[] others = [.. found.NodeSubnets.Where(id => !id.Equals(nodes))];
        ArmId[] pods = [.. found.PodSubnets];
        var subnets = network.Value is { } read
            ? await ReadSubnetsAsync(read, [nodes, place, .. others, .. pods], found.Cluster.Properties?.NodeResourceGroup,
                cancel).ConfigureAwait(false) : [];
        facts = facts with
        {
            VirtualNetwork = await MapAsync(network, one => ToFactsAsync(one, subnets, cancel)).ConfigureAwait(false),
            Subnet = SubnetOf(network, subnets, nodes),
            OtherNodeSubnets = [.. others.Select(id => Beside(id, "some nodes"))],
            PodSubnets = [.. pods.Select(id => Beside(id, "some pods"))],
            LoadBalancerSubnet = place == nodes ? default : SubnetOf(network, subnets, place),
        };
        var denied = withLocks && facts.Identity.State == KnownState.Value
            ? reading.ReadDenyAssignmentsAsync([nodes.Parent!, .. WrittenTables(facts)], cancel) : null;
        return await WithLocksAsync(facts with
        {
            Roles = withRights ? await ReadRolesAsync(facts, cancel).ConfigureAwait(false) : default,
            ServiceTags = await ReadTagsAsync(facts, cancel).ConfigureAwait(false),
            DenyAssignments = denied is null ? default : await denied.ConfigureAwait(false),
        }).ConfigureAwait(false);

        async Task<NetworkFacts> WithLocksAsync(NetworkFacts read) => locks is null ? read
            : await reading.AddAsync(read, await locks.ConfigureAwait(false), cancel).ConfigureAwait(false);

        Known<SubnetFacts> Beside(ArmId id, string whose) => ArmId.AreSame(id.Parent!.ToString(), nodes.Parent!.ToString())
            ? SubnetOf(network, subnets, id)
            : Known.Unknown<SubnetFacts>($"The subnet '{id}' of {whose} is in another virtual network, which is not looked at.");
    }

    private static AddressSettings SettingsOf(ResolvedCluster found, ClusterFacts cluster) => new()
    {
        SubnetId = found.SubnetId,
        ServiceCidr = cluster.ServiceCidr,
        DnsServiceIP = cluster.DnsServiceIP,
        DockerBridgeCidr = found.Compute?.Properties?.Properties?.AksNetworkingConfiguration?.DockerBridgeCidr,
        PodCidr = cluster.PodCidr,
    };

    /// <summary>The route tables into which kubenet writes; they need not be in the network's group.</summary>
    private static IEnumerable<ArmId> WrittenTables(NetworkFacts facts) =>
        facts.Cluster.Value?.NetworkPlugin == NetworkPlugin.Kubenet
            ? facts.OtherNodeSubnets.Prepend(facts.Subnet).Select(static subnet => subnet.Value?.RouteTable.Value?.Id)
                .Select(static id => ArmId.TryParse(id, out var table, out _) ? table : null).OfType<ArmId>()
            : [];

    /// <summary>The AKS and Kubernetes computes of a workspace and the clusters that they stand for.</summary>
    internal Task<Known<IReadOnlyList<AttachedClusterFacts>>> ReadAttachmentsAsync(ArmId workspace, CancellationToken cancel) =>
        TryAsync(async () =>
    {
        var attached = new List<AttachedClusterFacts>();
        await foreach (var compute in azure.Computes.ListAsync(workspace, cancel).ConfigureAwait(false))
            if (compute.ComputeType == ComputeType.Aks || compute.ComputeType == ComputeType.Kubernetes)
                attached.Add(new AttachedClusterFacts("/" + compute.Id?.TrimStart('/'), compute.Properties!.ResourceId,
                    compute.ComputeType, compute.State)
                {
                    ScoringIPAddress = compute.ScoringAddress(),
                });
        return (IReadOnlyList<AttachedClusterFacts>?)attached;
    }, "");

    /// <summary>What is said of each size of virtual machine that a region offers, by the size's name; read once for each region.</summary>
    internal Task<Known<IReadOnlyDictionary<string, VmSizeFacts>>> ReadVmSizesAsync(string subscriptionId, string location,
        CancellationToken cancel) => TryAsync(
        async () => (IReadOnlyDictionary<string, VmSizeFacts>?)await azure.OnceAsync($"vmSizes {subscriptionId} {location}", async () =>
        {
            var sizes = new Dictionary<string, VmSizeFacts>(StringComparer.OrdinalIgnoreCase);
            await foreach (var (name, cores, retires, memory) in azure.VmSizes.ListAsync(subscriptionId, location,
                cancel).ConfigureAwait(false))
                sizes[name] =
                    new(int.TryParse(cores, System.Globalization.CultureInfo.InvariantCulture, out var count) ? count : null, retires,
                    double.TryParse(memory, System.Globalization.CultureInfo.InvariantCulture, out var size) ? size : null);
            return sizes;
        }).ConfigureAwait(false), "");

    /// <summary>The service tags of a region with their ranges; read once.</summary>
    internal Task<Known<WireServiceTags>> ReadServiceTagsAsync(string subscriptionId, string location, CancellationToken cancel) =>
        TryAsync(
        async () => (WireServiceTags?)await azure.OnceAsync($"tags {subscriptionId} {location}",
            () => azure.Networks.GetServiceTagsAsync(subscriptionId, AzureRegion.Normalize(location), cancel)).ConfigureAwait(false), "");

    /// <summary>Reads something that this sign-in may not be allowed to read.</summary>
    internal static async Task<Known<T>> TryAsync<T>(Func<Task<T?>> read, string noneBecause) where T : class
    {
        try
        {
            return await read().ConfigureAwait(false) is { } value ? Known.Of(value) : Known.None<T>(noneBecause);
        }
        catch (AmlVnetException e) when (IsAnswer(e))
        {
            return Known.Unknown<T>(e.Message);
        }
    }

    /// <summary>
    /// Whether a failure is what the service has to say of a thing: that this sign-in may not see it, that there is no such thing, or words
    /// that tell nothing. All else passes: too many requests, a service that fails, no answer. It says nothing of the thing, and ends what
    /// looks before it writes.
    /// </summary>
    internal static bool IsAnswer(AmlVnetException failure) => failure.Kind is ProblemKind.PermissionDenied or ProblemKind.NotFound
        || failure is { ErrorId: nameof(Problems.AnswerUnreadable), Kind: ProblemKind.InvalidState }
        // What a cloud, or a region of it, does not have, or no subscription has asked for yet.
        || failure is ArmRequestException
        {
            Code: "NoRegisteredProviderFound" or "InvalidApiVersionParameter" or "UnsupportedApiVersion"
                or "LocationNotAvailableForResourceType" or "MissingSubscriptionRegistration" or "SubscriptionNotRegistered"
        };

    private static Known<TOut> Map<TIn, TOut>(Known<TIn> known, Func<TIn, TOut> map) where TIn : class where TOut : class => known switch
    {
        { Value: { } value } => Known.Of(map(value)),
        { State: KnownState.Unknown } => Known.Unknown<TOut>(known.Why!),
        { State: KnownState.None } => Known.None<TOut>(known.Why),
        _ => default,
    };

    private static async Task<Known<TOut>> MapAsync<TIn, TOut>(Known<TIn> known, Func<TIn, Task<TOut>> map) where TIn : class
        where TOut : class =>
        known.Value is { } value ? Known.Of(await map(value).ConfigureAwait(false)) : Map(known, static _ => (TOut)null!);

    private static Known<SubnetFacts> SubnetOf(Known<WireVirtualNetwork> network, List<SubnetFacts> subnets, ArmId id) =>
        network.State switch
        {
            KnownState.Value => subnets.Find(s => ArmId.AreSame(s.Id, id.ToString())) is { } subnet
                ? Known.Of(subnet)
                : Known.None<SubnetFacts>(
                    $"The virtual network {id.Parent!.Name} has no subnet '{id.Name}'. "
                        + NearNames.Describe(id.Name, subnets.Select(static s => s.Name).OfType<string>())),
            KnownState.Unknown => Known.Unknown<SubnetFacts>(network.Why!),
            _ => Known.None<SubnetFacts>(network.Why),
        };

    /// <summary>Every subnet; those named with their security group and route table.</summary>
    private async Task<List<SubnetFacts>> ReadSubnetsAsync(WireVirtualNetwork network, ArmId[] whole, string? nodeGroup,
        CancellationToken cancel)
    {
        var subnets = new List<SubnetFacts>();
        foreach (var wire in network.Properties?.Subnets ?? [])
        {
            var isWhole = whole.Any(id => ArmId.AreSame(id.ToString(), wire.Id));
            var properties = wire.Properties ?? new();
            subnets.Add(new SubnetFacts
            {
                Id = wire.Id,
                AddressPrefixes = properties.AddressPrefixes is { Length: > 0 } many ? many : properties.AddressPrefix is { } one ? [one]
                    : [],
                // The service leaves the member out of a subnet in which nothing is.
                UsedAddressCount = properties.IpConfigurations?.Length ?? 0,
                NodeAddressCount = string.IsNullOrEmpty(nodeGroup) ? null
                    : (properties.IpConfigurations ?? []).Count(one => IsNodes(one.Id, nodeGroup)),
                Delegations = [.. (properties.Delegations ?? []).Select(static d => d.Properties?.ServiceName ?? d.Name ?? "unknown")],
                NatGatewayId = properties.NatGateway?.Id,
                DefaultOutboundAccess = properties.DefaultOutboundAccess,
                ServiceEndpoints = [.. (properties.ServiceEndpoints ?? []).Select(static s => s.Service).OfType<string>()],
                NetworkSecurityGroup = isWhole ? await ReadGroupAsync(properties.NetworkSecurityGroup?.Id, cancel).ConfigureAwait(false)
                    : default,
                RouteTable = isWhole ? await ReadRouteTableAsync(properties.RouteTable?.Id, cancel).ConfigureAwait(false) : default,
            });
        }

        return subnets;
    }

    // Nodes and their pods have their addresses on network interfaces in the cluster's node resource group;
    // its load balancers are there too.
    private static bool IsNodes(string? configurationId, string nodeGroup) =>
        configurationId?.Contains($"/resourceGroups/{nodeGroup}/", StringComparison.OrdinalIgnoreCase) == true
        && !configurationId.Contains("/loadBalancers/", StringComparison.OrdinalIgnoreCase);

    private async Task<Known<NetworkSecurityGroupFacts>> ReadGroupAsync(string? groupId, CancellationToken cancel) =>
        ArmId.TryParse(groupId, out var id, out _)
            ? await TryAsync(() => azure.Networks.FindSecurityGroupAsync(id, cancel),
                $"'{id}' does not exist.").ConfigureAwait(false) switch
            {
                { Value: { } found } => found.HasReadableRules() ? Known.Of(found.ToFacts())
                    : Known.Unknown<NetworkSecurityGroupFacts>($"The answer for '{id}' has no list of rules that can be read."),
                var other => Map(other, static group => group.ToFacts()),
            }
            : Known.None<NetworkSecurityGroupFacts>("The subnet has no network security group.");

    private async Task<Known<RouteTableFacts>> ReadRouteTableAsync(string? tableId, CancellationToken cancel) =>
        ArmId.TryParse(tableId, out var id, out _)
            ? await TryAsync(() => azure.Networks.FindRouteTableAsync(id, cancel), $"'{id}' does not exist.").ConfigureAwait(false) switch
            {
                { Value: { } found } => found.Properties?.Routes is { } routes
                    && !routes.Any(static route => route.Properties is null or { AddressPrefix: null } or { NextHopType: null })
                    ? Known.Of(ToFacts(found, id, routes))
                    : Known.Unknown<RouteTableFacts>($"The answer for '{id}' has no list of routes that can be read."),
                var other => Map(other, one => ToFacts(one, id, [])),
            }
            : Known.None<RouteTableFacts>("The subnet has no route table.");

    private static RouteTableFacts ToFacts(WireRouteTable table, ArmId id, WireRoute[] routes) => new()
    {
        Id = table.Id ?? id.ToString(),
        Routes = [.. routes.Select(static route => new RouteFacts(
            route.Name ?? "", route.Properties?.AddressPrefix ?? "", route.Properties?.NextHopType ?? "",
            route.Properties?.NextHopIpAddress))],
    };

    private async Task<VirtualNetworkFacts> ToFactsAsync(WireVirtualNetwork network, List<SubnetFacts> subnets, CancellationToken cancel)
    {
        var peerings = new List<PeeringFacts>();
        foreach (var peering in network.Properties?.VirtualNetworkPeerings ?? [])
        {
            var advertised = peering.Properties?.RemoteVirtualNetworkAddressSpace?.AddressPrefixes
                ?? peering.Properties?.RemoteAddressSpace?.AddressPrefixes ?? [];
            var remoteId = peering.Properties?.RemoteVirtualNetwork?.Id;
            var remote = ArmId.TryParse(remoteId, ResourceTypes.VirtualNetwork, out var id, out _)
                ? await TryAsync(() => azure.Networks.FindAsync(id, cancel), "").ConfigureAwait(false)
                : default;
            peerings.Add(new PeeringFacts
            {
                Name = peering.Name ?? "",
                RemoteVirtualNetworkId = remoteId,
                State = peering.Properties?.PeeringState,
                AllowsVirtualNetworkAccess = peering.Properties?.AllowVirtualNetworkAccess,
                UsesRemoteGateways = peering.Properties?.UseRemoteGateways == true,
                RemoteAddressPrefixes = remote.Value?.Properties?.AddressSpace?.AddressPrefixes ?? advertised,
            });
        }

        // Every answer has the list, be it empty; without it nobody knows what the network is peered with.
        if (network.Properties?.VirtualNetworkPeerings is null) peerings.Add(new PeeringFacts { Name = "(the answer lists no peerings)" });
        return new VirtualNetworkFacts
        {
            Id = network.Id,
            Location = network.Location,
            AddressPrefixes = network.Properties?.AddressSpace?.AddressPrefixes ?? [],
            DnsServers = network.Properties?.DhcpOptions?.DnsServers ?? [],
            Subnets = subnets,
            Peerings = peerings,
        };
    }

    private async Task<Known<AksClusterIdentity>> ReadIdentityAsync(ResolvedCluster found, CancellationToken cancel)
    {
        try
        {
            return await azure.Clusters.GetIdentityAsync(found, cancel).ConfigureAwait(false);
        }
        catch (AmlVnetException e) when (e.ErrorId == nameof(Problems.IdentityUnknown))
        {
            var isServicePrincipal = found.Cluster.Identity?.PrincipalId is null && found.Cluster.Identity?.UserAssignedIdentities is null
                && found.Cluster.Properties?.ServicePrincipalProfile?.ClientId is { Length: > 0 } client && client != "msi";
            return isServicePrincipal ? Known.Unknown<AksClusterIdentity>(e.Message) : Known.None<AksClusterIdentity>(e.Message);
        }
        catch (AmlVnetException e) when (IsAnswer(e))
        {
            return Known.Unknown<AksClusterIdentity>(e.Message);
        }
    }

    private static ArmId? NodeGroup(ResolvedCluster found) => found.Cluster.Properties?.NodeResourceGroup is { Length: > 0 } name
        ? ArmId.ForResourceGroup(found.ClusterId.SubscriptionId!, name)
        : null;

    internal async Task<Known<IReadOnlyList<LoadBalancerFacts>>> ReadLoadBalancersAsync(ResolvedCluster found, CancellationToken cancel)
    {
        if (NodeGroup(found) is not { } group)
            return Known.Unknown<IReadOnlyList<LoadBalancerFacts>>("The cluster names no node resource group.");
        return await TryAsync(async () =>
        {
            var wires = await azure.Lists.OfGroupAsync("loadBalancers", group, azure.Networks.ListLoadBalancersAsync, static one => one.Id,
                cancel)
                .ConfigureAwait(false);
            var addresses = NeedsPublicAddresses(found, wires) ? await ReadPublicAddressesAsync(group, cancel).ConfigureAwait(false) : [];
            LoadBalancerFacts[] balancers = [.. wires.Select(balancer => new LoadBalancerFacts
            {
                Id = balancer.Id ?? "",
                Sku = balancer.Sku?.Name,
                Frontends = [.. (balancer.Properties?.FrontendIPConfigurations ?? []).Select(f => new LoadBalancerFrontendFacts(
                    f.Name ?? "", f.Properties?.PrivateIPAddress, f.Properties?.Subnet?.Id,
                    f.Properties?.PublicIPAddress?.Id is { } id ? addresses.GetValueOrDefault(id)
                        : null) { Ports = PortsOf(balancer, f) })],
                ProbePorts = [.. (balancer.Properties?.Probes ?? []).Select(static probe => probe.Properties?.Port).OfType<int>()],
            })];
            return (IReadOnlyList<LoadBalancerFacts>?)balancers;
        }, "").ConfigureAwait(false);
    }

    private static int[] PortsOf(WireLoadBalancer balancer, WireFrontend frontend) => [.. (balancer.Properties?.LoadBalancingRules ?? [])
        .Where(rule => ArmId.AreSame(rule.Properties?.FrontendIPConfiguration?.Id, frontend.Id))
        .Select(static rule => rule.Properties?.FrontendPort)
        .OfType<int>()];

    // A frontend names a public address by its id only. Where the endpoint's address is a private frontend's, and the cluster itself says
    // that it has outbound addresses, nobody asks what the public ones are.
    private static bool NeedsPublicAddresses(ResolvedCluster found, List<WireLoadBalancer> balancers)
    {
        var scoring = found.Compute?.ToAksCompute().ScoringIPAddress;
        var frontends = balancers.SelectMany(static one => one.Properties?.FrontendIPConfigurations ?? []).ToArray();
        return Array.Exists(frontends, static one => one.Properties?.PublicIPAddress?.Id is not null)
            && !(found.Cluster.Properties?.NetworkProfile?.LoadBalancerProfile?.EffectiveOutboundIPs is { Length: > 0 }
                && scoring is not null && Array.Exists(frontends, one => one.Properties?.PrivateIPAddress == scoring));
    }

    private async Task<Dictionary<string, string?>> ReadPublicAddressesAsync(ArmId group, CancellationToken cancel)
    {
        var addresses = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var address in await azure.Lists.OfGroupAsync("publicIPAddresses", group, azure.Networks.ListPublicIPAddressesAsync,
            static one => one.Id, cancel)
            .ConfigureAwait(false))
            if (address.Id is not null)
                addresses[address.Id] = address.Properties?.IpAddress;
        return addresses;
    }

    /// <summary>The groups that AKS put on the nodes' network interfaces: they are in the node resource group.</summary>
    internal async Task<Known<IReadOnlyList<NetworkSecurityGroupFacts>>> ReadInterfaceGroupsAsync(ResolvedCluster found,
        CancellationToken cancel)
    {
        if (NodeGroup(found) is not { } group)
            return Known.Unknown<IReadOnlyList<NetworkSecurityGroupFacts>>("The cluster names no node resource group.");
        return await TryAsync(async () =>
        {
            var groups = new List<NetworkSecurityGroupFacts>();
            foreach (var one in await azure.Lists.OfGroupAsync("securityGroups", group, azure.Networks.ListSecurityGroupsAsync,
                static one => one.Id, cancel)
                .ConfigureAwait(false))
                if (one.Properties?.NetworkInterfaces is { Length: > 0 })
                    groups.Add(one.HasReadableRules() ? one.ToFacts()
                        : throw Problems.AnswerMisshapen(one.Id ?? "", "it has no list of rules that can be read", null));
            return (IReadOnlyList<NetworkSecurityGroupFacts>?)groups;
        }, "").ConfigureAwait(false);
    }

    /// <summary>The role assignments at each place where the identity needs a right, and above it.</summary>
    private async Task<Known<RoleFacts>> ReadRolesAsync(NetworkFacts facts, CancellationToken cancel)
    {
        if (facts.Identity.Value is not { } identity)
            return facts.Identity.State == KnownState.Unknown ? Known.Unknown<RoleFacts>(facts.Identity.Why!) : default;
        var nodes = facts.OtherNodeSubnets.Prepend(facts.Subnet).Select(static subnet => subnet.Value).OfType<SubnetFacts>().ToArray();
        var pods = facts.PodSubnets.Select(static subnet => subnet.Value?.Id);
        string?[] places = [.. nodes.Select(static s => s.Id), .. pods, facts.LoadBalancerSubnet.Value?.Id,
            .. nodes.Select(static s => s.RouteTable.Value?.Id)];
        return await TryAsync(async () =>
        {
            var assignments = new List<RoleAssignmentFacts>();
            var definitions = new List<RoleDefinitionFacts>();
            foreach (var place in places.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase))
            {
                var (here, roles) = await azure.Rights.ListAsync(ArmId.Parse(place), identity.PrincipalId, cancel).ConfigureAwait(false);
                assignments.AddRange(here.Where(a => !assignments.Exists(known => ArmId.AreSame(known.Id, a.Id))));
                definitions.AddRange(roles);
            }

            return RolesOf(assignments, definitions);
        }, "").ConfigureAwait(false);
    }

    private static RoleFacts? RolesOf(List<RoleAssignmentFacts> assignments, List<RoleDefinitionFacts> definitions) => new()
    {
        Assignments = assignments,
        Definitions = definitions,
        GroupIds = SubnetRights.GroupsOf(assignments),
    };

    /// <summary>The ranges of service tags, where a rule names one that only its ranges can decide.
    /// The list is large, so it is read once.</summary>
    private async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> ReadTagsAsync(NetworkFacts facts, CancellationToken cancel)
    {
        var ranges = new Dictionary<string, IReadOnlyList<string>>();
        var groups = facts.OtherNodeSubnets.Concat(facts.PodSubnets).Append(facts.Subnet).Append(facts.LoadBalancerSubnet)
            .Select(static s => s.Value?.NetworkSecurityGroup.Value)
            .OfType<NetworkSecurityGroupFacts>().Concat(facts.InterfaceSecurityGroups.Value ?? []);
        var needed = groups.SelectMany(static g => g.Rules)
            .SelectMany(static r => r.SourceAddressPrefixes.Concat(r.DestinationAddressPrefixes))
            .Any(static p => p.Length > 0 && char.IsLetter(p[0]) && p is not ("VirtualNetwork" or "AzureLoadBalancer" or "Internet"));
        if (!needed || facts.VirtualNetwork.Value is not { Id: { } networkId, Location: { } location }) return ranges;
        var subscription = ArmId.Parse(networkId).SubscriptionId!;
        var tags = await ReadServiceTagsAsync(subscription, location, cancel).ConfigureAwait(false);
        foreach (var tag in tags.Value?.Values ?? [])
            if (tag.Name is not null)
                ranges[tag.Name] = tag.Properties?.AddressPrefixes ?? [];
        return ranges;
    }
}
