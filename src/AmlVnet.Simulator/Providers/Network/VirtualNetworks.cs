namespace AmlVnet.Simulator.Providers.Network;

/// <summary>Virtual networks with their subnets and peerings.</summary>
internal sealed class VirtualNetworks
{
    public const string Type = "Microsoft.Network/virtualNetworks";

    public const string JoinSubnet = Type + "/subnets/join/action";

    public const string ReadSubnet = Type + "/subnets/read";

    private const string Namespace = "Microsoft.Network";

    private const string CheckAvailability = "CheckIPAddressAvailability";

    private static readonly Shape Peering = Shape.Object(("name", Shape.Text), ("properties", Shape.Object(
        ("remoteVirtualNetwork", Shape.Reference),
        ("remoteAddressSpace", Shape.Object(("addressPrefixes", Shape.List(Shape.Text)))),
        ("allowVirtualNetworkAccess", Shape.Flag),
        ("allowForwardedTraffic", Shape.Flag),
        ("allowGatewayTransit", Shape.Flag),
        ("useRemoteGateways", Shape.Flag))));

    private static readonly Shape Subnet = Shape.Object(("name", Shape.Text), ("properties", Shape.Object(
        ("addressPrefix", Shape.Text),
        ("addressPrefixes", Shape.List(Shape.Text)),
        ("networkSecurityGroup", Shape.Reference),
        ("routeTable", Shape.Reference),
        ("natGateway", Shape.Reference),
        ("serviceEndpoints", Shape.List(Shape.Object(("service", Shape.Text), ("locations", Shape.List(Shape.Text))))),
        ("serviceEndpointPolicies", Shape.List(Shape.Reference)),
        ("delegations", Shape.List(Shape.Object(("name", Shape.Text), ("properties", Shape.Object(("serviceName", Shape.Text)))))),
        ("privateEndpointNetworkPolicies",
            Shape.OneOf("Enabled", "Disabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled")),
        ("privateLinkServiceNetworkPolicies", Shape.OneOf("Enabled", "Disabled")),
        ("defaultOutboundAccess", Shape.Flag),
        ("ipAllocations", Shape.List(Shape.Reference)),
        ("sharingScope", Shape.OneOf("Tenant", "DelegatedServices")))));

    private static readonly Shape Network = ResourceType.Tracked(("properties", Shape.Object(
        ("addressSpace", Shape.Object(("addressPrefixes", Shape.List(Shape.Text)))),
        ("dhcpOptions", Shape.Object(("dnsServers", Shape.List(Shape.Text)))),
        ("subnets", Shape.List(Subnet)),
        ("virtualNetworkPeerings", Shape.List(Peering)),
        ("enableDdosProtection", Shape.Flag),
        ("flowTimeoutInMinutes", Shape.Whole),
        ("ddosProtectionPlan", Shape.Reference),
        ("encryption", Shape.Object(("enabled", Shape.Flag))),
        ("bgpCommunities", Shape.Object(("virtualNetworkCommunity", Shape.Text))))));

    private static readonly string[] WritableSubnetMembers =
    [
        "addressPrefix", "addressPrefixes", "networkSecurityGroup", "routeTable", "natGateway", "serviceEndpoints",
            "serviceEndpointPolicies", "delegations",
        "privateEndpointNetworkPolicies", "privateLinkServiceNetworkPolicies", "defaultOutboundAccess", "ipAllocations", "sharingScope",
    ];

    private readonly Cloud _cloud;
    private readonly NetworkRequests _requests;
    private readonly SubnetAddresses _addresses;

    public VirtualNetworks(Cloud cloud, NetworkRequests requests, SubnetAddresses addresses, Gateway gateway)
    {
        (_cloud, _requests, _addresses) = (cloud, requests, addresses);
        gateway.Add(
            new ResourceType(Namespace, "virtualNetworks", ApiVersions.Network, Networks().Handle)
            {
                Body = Network,
                Actions = [CheckAvailability],
                InUse = InUse,
                Removed = RemoveInterfaces,
            },
            new ResourceType(Namespace, "virtualNetworks/subnets", ApiVersions.Network, Subnets().Handle) { Body = Subnet },
            new ResourceType(Namespace, "virtualNetworks/virtualNetworkPeerings", ApiVersions.Network,
                requests.ChildFrame("virtualNetworkPeerings", ShowPeering,
                    (request, network, name, _) => MakePeering(request, request.Body(), name, network.Id,
                        NetworkRules.Space(network))).Handle)
            { Body = Peering });
    }

    /// <summary>The virtual network and the subnet that an id names, or null.</summary>
    public static (Resource Network, JsonObject Subnet, string Id)? FindSubnet(World world, string? subnetId)
    {
        var path = ResourcePath.Parse(subnetId ?? "");
        if (!path.Namespace.Same(Namespace) || path.Types.Count != 2 || path.Names.Count != 2 || !path.Types[1].Same("subnets")
            || world.Find(path.ParentId, Type) is not { } network
            || network.Properties.Objects("subnets").FirstOrDefault(s => s.Text("name").Same(path.Names[1])) is not { } subnet)
        {
            return null;
        }
        return (network, subnet, $"{network.Id}/subnets/{subnet.Text("name")}");
    }

    private ResourceFrame<Resource> Networks() => _requests.Frame(Type, Show, PutNetwork, InUse) with
    {
        Act = CheckAddress,
        ActMethod = "GET",
    };

    private ArmException? InUse(Resource network, Func<string, bool> goes) => network.Properties.Objects("subnets")
        .Select(subnet => InUse(network, subnet, goes)).FirstOrDefault(refusal => refusal is not null);

    private ResourceFrame<JsonObject> Subnets() => _requests.ChildFrame("subnets", ShowSubnet,
        (request, network, name, existing) => MakeSubnet(
            request, request.Body(), name, network.Id, network.Location!, NetworkRules.Space(network),
            [.. network.Properties.Objects("subnets").Where(subnet => subnet != existing)], existing),
        RefuseIfUsed);

    /// <summary>Other interfaces in the subnets, which a scenario gave them, go with the network.</summary>
    private void RemoveInterfaces(Resource network)
    {
        foreach (var subnet in network.Properties.Objects("subnets"))
            _addresses.Release(SubnetAddresses.InterfacesOf($"{network.Id}/subnets/{subnet.Text("name")}"));
    }

    private Answer PutNetwork(ArmRequest request, Resource? existing)
    {
        var body = request.Body();
        var location = NetworkRules.Location(body, existing);
        var properties = body.Object("properties") ?? [];
        var spaces = properties.Object("addressSpace").Texts("addressPrefixes").ToList();
        if (spaces.Count == 0)
            throw new ArmException(400, "InvalidRequestFormat", "Cannot parse the request: addressSpace.addressPrefixes is required.");
        var ranges = spaces.Select(s => NetworkRules.Prefix(s, request.Id)).ToList();
        foreach (var (range, index) in ranges.Select((r, i) => (r, i)))
        {
            if (ranges.Take(index).Any(range.Overlaps))
                throw new ArmException(400, "NetcfgOverlappingAddressPrefixes",
                    $"Address prefixes of virtual network '{request.Name}' overlap.");
        }

        var network = new Resource(existing?.Id ?? NetworkRules.Id(_cloud, request, "virtualNetworks"), Type, [],
            existing?.Hidden.DeepClone() as JsonObject);
        var subnets = MakeSubnets(request, properties, network.Id, location, ranges, existing);
        var peerings = properties.Objects("virtualNetworkPeerings")
            .Select(p => MakePeering(request, p, p.Text("name") ?? "", network.Id, ranges));
        network.Body = new JsonObject
        {
            ["name"] = network.Name,
            ["id"] = network.Id,
            ["etag"] = null,
            ["type"] = Type,
            ["location"] = location,
            ["tags"] = body["tags"]?.DeepClone() ?? new JsonObject(),
            ["properties"] = new JsonObject
            {
                ["provisioningState"] = "Updating",
                ["resourceGuid"] = existing?.Properties.Text("resourceGuid") ?? _cloud.Identifiers.Text(),
                ["addressSpace"] = new JsonObject { ["addressPrefixes"] = Json.List(spaces) },
                ["dhcpOptions"] = properties["dhcpOptions"]?.DeepClone() ?? new JsonObject { ["dnsServers"] = new JsonArray() },
                ["subnets"] = subnets,
                ["virtualNetworkPeerings"] = new JsonArray([.. peerings]),
                ["enableDdosProtection"] = properties.Flag("enableDdosProtection") ?? false,
            },
        };
        // What was made without tags has none to show (recorded).
        if (body["tags"] is null)
            network.Body.Remove("tags");
        network.Properties.Object("dhcpOptions")!["dnsServers"] ??= new JsonArray();
        foreach (var member in new[] { "flowTimeoutInMinutes", "ddosProtectionPlan", "encryption", "bgpCommunities" })
        {
            if (properties[member] is { } value)
                network.Properties[member] = value.DeepClone();
        }
        _requests.Begin(network, out var operation);
        return _requests.Written(request, network, existing is null, Show(network), operation);
    }

    /// <summary>The subnets that a network has after a PUT: those that were sent, or those it had.</summary>
    private JsonArray MakeSubnets(
        ArmRequest request, JsonObject properties, string networkId, string location, IReadOnlyList<AddressRange> ranges,
        Resource? existing)
    {
        // A member that is absent keeps all subnets since 2023-09-01 and deleted them before (azure-quickstart-templates issue 2786).
        var keep = !properties.ContainsKey("subnets") && string.CompareOrdinal(request.ApiVersion, "2023-09-01") >= 0;
        var before = existing?.Properties.Objects("subnets").ToList() ?? [];
        var subnets = new List<JsonObject>(keep ? before.Select(s => (JsonObject)s.DeepClone()) : []);
        foreach (var subnet in properties.Objects("subnets"))
        {
            var name = subnet.Text("name");
            if (subnets.Exists(s => s.Text("name").Same(name)))
                throw new ArmException(400, "NetcfgDuplicateSubnetName", $"Subnet '{name}' is named twice.");
            subnets.Add(MakeSubnet(request, subnet, name ?? "", networkId, location, ranges, subnets,
                before.Find(s => s.Text("name").Same(name))));
        }
        foreach (var gone in before.Where(s => !subnets.Exists(k => k.Text("name").Same(s.Text("name")))))
            RefuseIfUsed(existing!, gone);
        foreach (var kept in subnets)
        {
            if (!SubnetAddresses.Ranges(kept).All(r => ranges.Any(p => p.Contains(r))))
                throw NetworkRules.SubnetOutside(kept.Text("name")!, request.Name);
        }
        return new JsonArray([.. subnets]);
    }

    private JsonObject MakeSubnet(
        ArmRequest request, JsonObject sent, string name, string networkId, string location, IReadOnlyList<AddressRange> spaces,
        IEnumerable<JsonObject> others, JsonObject? existing)
    {
        var id = $"{networkId}/subnets/{name}";
        NetworkRules.CheckName(name);
        var given = sent.Object("properties") ?? throw new ArmException(400, "InvalidRequestFormat",
            $"Cannot parse the request: the subnet '{name}' has no properties.");
        var properties = SubnetProperties(given, id, location);
        var made = new JsonObject
        {
            ["name"] = name,
            ["id"] = id,
            ["etag"] = null,
            ["properties"] = properties,
            ["type"] = "Microsoft.Network/virtualNetworks/subnets",
        };
        var texts = properties.Texts("addressPrefixes").ToList();
        if (properties.Text("addressPrefix") is { } single && !texts.Contains(single))
            texts.Add(single);
        if (texts.Count == 0)
            throw new ArmException(400, "InvalidRequestFormat", $"Cannot parse the request: the subnet '{name}' has no address prefix.");
        var networkName = networkId[(networkId.LastIndexOf('/') + 1)..];
        foreach (var range in texts.Select(t => NetworkRules.Prefix(t, id)))
        {
            if (range.Length > 29)
                throw new ArmException(400, "NetcfgSubnetRangeTooSmall",
                    $"Subnet '{name}' in virtual network '{networkName}' is too small: {range}. The smallest subnet is a /29.");
            if (!spaces.Any(s => s.Contains(range)))
                throw NetworkRules.SubnetOutside(name, networkName);
            if (others.Any(o => SubnetAddresses.Ranges(o).Any(range.Overlaps)))
                throw NetworkRules.SubnetsOverlap(name, networkName);
        }
        if (existing is not null)
            RefuseLostPrefix(id, name, existing, made);
        Reference(request, properties.Object("networkSecurityGroup"), "Microsoft.Network/networkSecurityGroups", id, location);
        Reference(request, properties.Object("routeTable"), "Microsoft.Network/routeTables", id, location);
        Reference(request, properties.Object("natGateway"), "Microsoft.Network/natGateways", id, location);
        return made;
    }

    private static JsonObject SubnetProperties(JsonObject given, string id, string location)
    {
        var properties = new JsonObject { ["provisioningState"] = "Updating" };
        foreach (var member in WritableSubnetMembers)
        {
            if (given[member] is { } value)
                properties[member] = value.DeepClone();
        }
        foreach (var endpoint in properties.Objects("serviceEndpoints"))
        {
            endpoint["provisioningState"] = "Succeeded";
            endpoint["locations"] ??= new JsonArray(location);
        }
        foreach (var delegation in properties.Objects("delegations"))
        {
            delegation["id"] = $"{id}/delegations/{delegation.Text("name")}";
            delegation["type"] = "Microsoft.Network/virtualNetworks/subnets/delegations";
            if (delegation.Object("properties") is { } inner)
                inner["provisioningState"] = "Succeeded";
        }
        properties["delegations"] ??= new JsonArray();
        properties["privateEndpointNetworkPolicies"] ??= "Disabled";
        properties["privateLinkServiceNetworkPolicies"] ??= "Enabled";
        return properties;
    }

    /// <summary>A prefix with addresses in use stays as it is: also a wider one in its place is another prefix (Azure/AKS issue
    /// 2119).</summary>
    private void RefuseLostPrefix(string id, string name, JsonObject existing, JsonObject made)
    {
        var kept = SubnetAddresses.Ranges(made);
        var used = _addresses.In(id).Select(one => one.Address).ToList();
        var lost = SubnetAddresses.Ranges(existing).Where(old => !kept.Contains(old) && used.Exists(old.Contains)).ToList();
        if (lost.Count > 0)
            throw new ArmException(400, "InUsePrefixCannotBeDeleted",
                $"IpPrefix {string.Join(", ", lost)} on Subnet {name} has active allocations and cannot be deleted.");
    }

    /// <summary>What a subnet refers to is there, in its region, and the caller may join it (Microsoft Learn: "Azure permissions for
    /// Networking").</summary>
    private void Reference(ArmRequest request, JsonObject? reference, string type, string from, string location)
    {
        if (reference?.Text("id") is not { } id)
            return;
        Gateway.AuthorizeLink(_cloud.Access, request, $"{type}/join/action", id);
        if (_cloud.World.Find(id, type) is not { } found || !Regions.Same(found.Location, location))
        {
            throw new ArmException(400, "InvalidResourceReference",
                $"Resource {id} referenced by resource {from} was not found. Please make sure that the referenced resource exists, "
                    + "and that both resources are in the same region.");
        }
        reference["id"] = found.Id;
        _requests.RefuseUnsettled(found, from);
    }

    private JsonObject MakePeering(ArmRequest request, JsonObject sent, string name, string networkId, IReadOnlyList<AddressRange> own)
    {
        NetworkRules.CheckName(name);
        var given = sent.Object("properties") ?? [];
        var remoteId = given.Object("remoteVirtualNetwork")?.Text("id")
            ?? throw new ArmException(400, "InvalidRequestFormat", "Cannot parse the request: remoteVirtualNetwork.id is required.");
        Gateway.AuthorizeLink(_cloud.Access, request, $"{Type}/peer/action", remoteId);
        var remote = _cloud.World.Find(remoteId, Type);
        var remoteSpace = remote?.Properties.Object("addressSpace")?.DeepClone()
            ?? given.Object("remoteAddressSpace")?.DeepClone()
            ?? throw new ArmException(400, "InvalidResourceReference",
                $"Resource {remoteId} referenced by resource {networkId}/virtualNetworkPeerings/{name} was not found.");
        RefuseOverlap($"{networkId}/virtualNetworkPeerings/{name}", networkId, own, remote?.Id ?? remoteId, remoteSpace);
        return new JsonObject
        {
            ["name"] = name,
            ["id"] = $"{networkId}/virtualNetworkPeerings/{name}",
            ["etag"] = null,
            ["properties"] = new JsonObject
            {
                ["provisioningState"] = "Updating",
                ["resourceGuid"] = _cloud.Identifiers.Text(),
                ["peeringState"] = remote is null || remote.Properties.Objects("virtualNetworkPeerings")
                    .Any(p => p.Object("properties").Object("remoteVirtualNetwork").Text("id").Same(networkId))
                    ? "Connected" : "Initiated",
                ["peeringSyncLevel"] = "FullyInSync",
                ["remoteVirtualNetwork"] = new JsonObject { ["id"] = remote?.Id ?? remoteId },
                ["allowVirtualNetworkAccess"] = given.Flag("allowVirtualNetworkAccess") ?? true,
                ["allowForwardedTraffic"] = given.Flag("allowForwardedTraffic") ?? false,
                ["allowGatewayTransit"] = given.Flag("allowGatewayTransit") ?? false,
                ["useRemoteGateways"] = given.Flag("useRemoteGateways") ?? false,
                ["remoteAddressSpace"] = remoteSpace,
                ["remoteVirtualNetworkAddressSpace"] = remoteSpace.DeepClone(),
            },
            ["type"] = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
        };
    }

    /// <summary>Refuses a peering of networks that overlap, or of one that overlaps another peer of the remote one (sentences: reported in
    /// Azure/ResourceModules issue 731).</summary>
    private void RefuseOverlap(string peeringId, string networkId, IReadOnlyList<AddressRange> own, string remoteId, JsonNode remoteSpace)
    {
        var start = $"Cannot create or update peering {peeringId}. Virtual networks {networkId} and {remoteId} cannot be peered because ";
        if (Overlap(own, remoteSpace) is { Length: > 0 } shared)
            throw new ArmException(400, "VnetAddressSpacesOverlap",
                $"{start}their address spaces overlap. Overlapping address prefixes: {shared}.");
        foreach (var peering in _cloud.World.Find(remoteId, Type)?.Properties.Objects("virtualNetworkPeerings") ?? [])
        {
            var other = peering.Object("properties").Object("remoteVirtualNetwork").Text("id");
            var space = _cloud.World.Find(other, Type)?.Properties.Object("addressSpace")
                ?? peering.Object("properties").Object("remoteAddressSpace");
            if (!other.Same(networkId) && Overlap(own, space) is { Length: > 0 } taken)
                throw new ArmException(400, "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet",
                    $"{start}address space of the first virtual network overlaps with address space of virtual network {other} already "
                    + $"peered with the second virtual network. Overlapping address prefixes: {taken}.");
        }
    }

    private static string Overlap(IReadOnlyList<AddressRange> own, JsonNode? space) => string.Join(", ", space.Texts("addressPrefixes")
        .Where(text => AddressRange.TryParse(text, out var range) && own.Any(range.Overlaps)));

    private Answer CheckAddress(ArmRequest request, Resource network)
    {
        if (!AddressRange.TryParseAddress(request.QueryValue("ipAddress"), out var address))
            throw new ArmException(400, "InvalidIPAddress", $"The IP address '{request.QueryValue("ipAddress")}' is not valid.");
        var subnet = network.Properties.Objects("subnets").FirstOrDefault(s => SubnetAddresses.Ranges(s).Any(r => r.Contains(address)))
            ?? throw new ArmException(400, "PrivateIPAddressNotInAnySubnet",
                $"Private static IP address {AddressRange.Format(address)} does not belong to the range of any subnet in the virtual "
                    + $"network {network.Id}.");
        var id = $"{network.Id}/subnets/{subnet.Text("name")}";
        if (!SubnetAddresses.IsReserved(subnet, address) && !_addresses.In(id).Any(e => e.Address == address))
            return Answer.Ok(new JsonObject { ["available"] = true });
        return Answer.Ok(new JsonObject
        {
            ["available"] = false,
            ["availableIPAddresses"] = Json.List(_addresses.FreeAddresses(id, subnet).Take(5).Select(AddressRange.Format)),
        });
    }

    private void RefuseIfUsed(Resource network, JsonObject subnet)
    {
        if (InUse(network, subnet, _ => false) is { } refusal)
            throw refusal;
    }

    private ArmException? InUse(Resource network, JsonObject subnet, Func<string, bool> goes)
    {
        var name = subnet.Text("name");
        return _addresses.In($"{network.Id}/subnets/{name}").Select(e => e.Configuration).FirstOrDefault(user => !goes(user)) is { } user
            ? new ArmException(400, "InUseSubnetCannotBeDeleted",
                $"Subnet {name} is in use by {user} and cannot be deleted. In order to delete the subnet, delete all the resources within "
                + "the subnet. See aka.ms/deletesubnet.")
            : null;
    }

    /// <summary>The network as GET shows it, with what other resources add to its subnets.</summary>
    private JsonObject Show(Resource network)
    {
        var shown = (JsonObject)network.Body.DeepClone();
        shown.Object("properties")!["subnets"] = new JsonArray([.. network.Properties.Objects("subnets")
            .Select(s => (JsonNode)ShowSubnet(network, s))]);
        // A scenario may be about an answer without the list.
        if (network.Properties.Array("virtualNetworkPeerings") is not null)
            shown.Object("properties")!["virtualNetworkPeerings"] = new JsonArray([.. network.Properties.Objects("virtualNetworkPeerings")
                .Select(p => (JsonNode)ShowPeering(network, p))]);
        return shown;
    }

    private JsonObject ShowSubnet(Resource network, JsonObject subnet)
    {
        var shown = NetworkRequests.WithEtag(network, subnet);
        var users = _addresses.In($"{network.Id}/subnets/{subnet.Text("name")}")
            .Select(e => (JsonNode)new JsonObject { ["id"] = e.Configuration }).ToArray();
        if (users.Length > 0)
            shown.Object("properties")!["ipConfigurations"] = new JsonArray(users);
        return shown;
    }

    private JsonObject ShowPeering(Resource network, JsonObject peering)
    {
        var shown = NetworkRequests.WithEtag(network, peering);
        var properties = shown.Object("properties")!;
        if (_cloud.World.Find(properties.Object("remoteVirtualNetwork").Text("id"), Type) is { } remote)
        {
            properties["remoteVirtualNetworkAddressSpace"] = remote.Properties["addressSpace"]!.DeepClone();
            properties["peeringState"] = remote.Properties.Objects("virtualNetworkPeerings")
                .Any(p => p.Object("properties").Object("remoteVirtualNetwork").Text("id").Same(network.Id)) ? "Connected" : "Initiated";
        }
        return shown;
    }
}
