namespace AmlVnet.Simulator.Providers.Network;

/// <summary>Network resources that are kept as they are sent: load balancers, public IPs, route tables, NAT gateways.</summary>
internal sealed class SimpleNetworkResources
{
    private const string Namespace = "Microsoft.Network";

    private static readonly string[] BalancerCollections =
    [
        "frontendIPConfigurations", "backendAddressPools", "loadBalancingRules", "probes", "inboundNatRules", "outboundRules",
    ];

    private static readonly Shape Named = Shape.Object(("name", Shape.Text), ("properties", Shape.Object()));

    private static readonly Shape Sku = Shape.Object(("name", Shape.Text), ("tier", Shape.Text));

    private static readonly Shape Minutes = Shape.Whole;

    private static readonly Shape Route = Shape.Object(("name", Shape.Text), ("properties", Shape.Object(
        ("addressPrefix", Shape.Text),
        ("nextHopType", Shape.OneOf("VirtualNetworkGateway", "VnetLocal", "Internet", "VirtualAppliance", "None")),
        ("nextHopIpAddress", Shape.Text))));

    /// <summary>The types that live in resource groups, with the kinds of their properties.</summary>
    private static readonly (string Name, Shape Properties)[] Types =
    [
        ("loadBalancers", Shape.Object(
            ("frontendIPConfigurations", Shape.List(Shape.Object(("name", Shape.Text), ("properties", Shape.Object(
                ("subnet", Shape.Reference),
                ("publicIPAddress", Shape.Reference),
                ("privateIPAddress", Shape.Text),
                ("privateIPAllocationMethod", Shape.OneOf("Static", "Dynamic"))))))),
            ("backendAddressPools", Shape.List(Named)),
            ("loadBalancingRules", Shape.List(Named)),
            ("probes", Shape.List(Named)),
            ("inboundNatRules", Shape.List(Named)),
            ("outboundRules", Shape.List(Named)))),
        ("publicIPAddresses", Shape.Object(
            ("publicIPAllocationMethod", Shape.OneOf("Static", "Dynamic")),
            ("publicIPAddressVersion", Shape.OneOf("IPv4", "IPv6")),
            ("idleTimeoutInMinutes", Minutes),
            ("dnsSettings", Shape.Object(("domainNameLabel", Shape.Text))))),
        ("routeTables", Shape.Object(("routes", Shape.List(Route)), ("disableBgpRoutePropagation", Shape.Flag))),
        ("natGateways", Shape.Object(
            ("idleTimeoutInMinutes", Minutes),
            ("publicIpAddresses", Shape.List(Shape.Reference)),
            ("publicIpPrefixes", Shape.List(Shape.Reference)))),
    ];

    private readonly Cloud _cloud;
    private readonly NetworkRequests _requests;
    private readonly SubnetAddresses _addresses;

    public SimpleNetworkResources(Cloud cloud, NetworkRequests requests, SubnetAddresses addresses, Gateway gateway)
    {
        (_cloud, _requests, _addresses) = (cloud, requests, addresses);
        foreach (var (name, properties) in Types)
        {
            var frame = requests.Frame($"{Namespace}/{name}", Show, Put, InUse);
            gateway.Add(new ResourceType(Namespace, name, ApiVersions.Network, frame.Handle)
            {
                Body = ResourceType.Tracked(("sku", Sku), ("properties", properties)),
                InUse = InUse,
                Removed = resource => addresses.Release(resource.Id),
            });
        }
        gateway.Add(new ResourceType(Namespace, "routeTables/routes", ApiVersions.Network,
            requests.ChildFrame("routes", NetworkRequests.WithEtag, MakeRoute).Handle)
        { Body = Route });
        foreach (var collection in BalancerCollections)
        {
            gateway.Add(new ResourceType(Namespace, "loadBalancers/" + collection, ApiVersions.Network,
                requests.ChildFrame(collection, NetworkRequests.WithEtag).Handle));
        }
    }

    private static JsonObject MakeRoute(ArmRequest request, Resource table, string name, JsonObject? existing)
    {
        NetworkRules.CheckName(name);
        var sent = request.Body().Object("properties");
        if (sent.Text("addressPrefix") is null || sent.Text("nextHopType") is null)
            throw new ArmException(400, "InvalidRequestFormat", $"The route '{name}' needs addressPrefix and nextHopType.");
        var properties = (JsonObject)sent!.DeepClone();
        properties["provisioningState"] = "Updating";
        return new JsonObject
        {
            ["name"] = name,
            ["id"] = $"{table.Id}/routes/{name}",
            ["etag"] = null,
            ["type"] = table.Type + "/routes",
            ["properties"] = properties,
        };
    }

    private Answer Put(ArmRequest request, Resource? existing)
    {
        var body = request.Body();
        var location = NetworkRules.Location(body, existing);
        var id = existing?.Id ?? NetworkRules.Id(_cloud, request, request.Type!.Name);
        var properties = (JsonObject?)body.Object("properties")?.DeepClone() ?? [];
        properties["provisioningState"] = "Updating";
        properties["resourceGuid"] = existing?.Properties.Text("resourceGuid") ?? _cloud.Identifiers.Text();
        var type = request.Type!.FullName;
        if (type.EndsWith("publicIPAddresses", StringComparison.Ordinal))
        {
            properties["publicIPAllocationMethod"] ??= "Dynamic";
            properties["publicIPAddressVersion"] ??= "IPv4";
            if (properties.Text("publicIPAllocationMethod").Same("Static"))
                properties["ipAddress"] = existing?.Properties.Text("ipAddress") ?? PublicAddress(_cloud);
        }
        foreach (var (collection, value) in properties.ToList())
        {
            foreach (var child in (value as JsonArray ?? []).OfType<JsonObject>().Where(c => c.Text("name") is not null))
            {
                child["id"] = $"{id}/{collection}/{child.Text("name")}";
                child["type"] = $"{type}/{collection}";
                (child.Object("properties") ?? (JsonObject)(child["properties"] = new JsonObject()))["provisioningState"] = "Updating";
            }
        }
        if (type.EndsWith("loadBalancers", StringComparison.Ordinal))
        {
            foreach (var collection in BalancerCollections)
                properties[collection] ??= new JsonArray();
            CheckFrontends(request, id, properties, location);
            GiveAddresses(request, id, properties, location);
            LoadBalancerParts.Complete(properties);
        }
        if (type.EndsWith("natGateways", StringComparison.Ordinal))
        {
            foreach (var address in properties.Objects("publicIpAddresses"))
                CheckPublicAddress(request, address, id, location);
        }
        var resource = new Resource(id, type, new JsonObject
        {
            ["name"] = id[(id.LastIndexOf('/') + 1)..],
            ["id"] = id,
            ["etag"] = null,
            ["type"] = type,
            ["location"] = location,
            ["tags"] = body["tags"]?.DeepClone() ?? new JsonObject(),
            ["sku"] = body["sku"]?.DeepClone() ?? new JsonObject { ["name"] = "Basic", ["tier"] = "Regional" },
            ["properties"] = properties,
        });
        // What was made without tags has none to show (recorded).
        if (body["tags"] is null)
            resource.Body.Remove("tags");
        if (type.EndsWith("routeTables", StringComparison.Ordinal))
        {
            resource.Body.Remove("sku");
            properties["routes"] ??= new JsonArray();
            properties["disableBgpRoutePropagation"] ??= false;
        }
        _requests.Begin(resource, out var operation);
        return _requests.Written(request, resource, existing is null, Show(resource), operation);
    }

    /// <summary>A front end has a subnet, or a public address that exists and that nothing else has.</summary>
    private void CheckFrontends(ArmRequest request, string id, JsonObject properties, string location)
    {
        var used = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var frontend in properties.Objects("frontendIPConfigurations"))
        {
            var inner = frontend.Object("properties");
            var address = inner.Object("publicIPAddress");
            if (address is null && inner.Object("subnet") is null && inner.Object("publicIPPrefix") is null)
                throw new ArmException(400, "FrontendIPConfigHasNoSubnetOrPublicIP",
                    $"Frontend IP Configuration {frontend.Text("id")} must reference either a Subnet or a Public IP Address.");
            if (address is null)
                continue;
            CheckPublicAddress(request, address, id, location);
            if (!used.Add(address.Text("id")!))
                throw new ArmException(400, "PublicIPReferencedByMultipleIPConfigs",
                    $"Public IP address {address.Text("id")} is referenced by multiple ipconfigs in resource {id}.");
        }
    }

    private void CheckPublicAddress(ArmRequest request, JsonObject reference, string id, string location)
    {
        if (reference.Text("id") is { } asked)
            Gateway.AuthorizeLink(_cloud.Access, request, "Microsoft.Network/publicIPAddresses/join/action", asked);
        if (_cloud.World.Find(reference.Text("id"), "Microsoft.Network/publicIPAddresses") is not { } address
            || !Regions.Same(address.Location, location))
        {
            throw new ArmException(400, "InvalidResourceReference",
                $"Resource {reference.Text("id")} referenced by resource {id} was not found. Please make sure that the referenced resource "
                + "exists, and that both resources are in the same region.");
        }
        reference["id"] = address.Id;
        _requests.RefuseUnsettled(address, id);
        bool IsOwn(string user) => user.Same(id) || user.StartsWith(id + "/", StringComparison.OrdinalIgnoreCase);
        if (UserOfAddress(address.Id, IsOwn) is { } other)
            throw new ArmException(400, "PublicIPAddressInUse",
                $"Resource {id} is referencing public IP address {address.Id} that is already allocated to resource {other}.");
    }

    private void GiveAddresses(ArmRequest request, string id, JsonObject properties, string location)
    {
        var wanted = new List<Wanted>();
        foreach (var frontend in properties.Objects("frontendIPConfigurations"))
        {
            if (frontend.Object("properties").Object("subnet").Text("id") is not { } subnetId)
                continue;
            if (frontend.Text("name") is null)
                throw new ArmException(400, "InvalidRequestFormat", "Cannot parse the request: a front end has no name.");
            if (VirtualNetworks.FindSubnet(_cloud.World, subnetId) is not (var network, var subnet, var canonical)
                || !Regions.Same(network.Location, location))
            {
                throw new ArmException(400, "InvalidResourceReference",
                    $"Resource {subnetId} referenced by resource {id} was not found. Please make sure that the referenced resource exists, "
                        + "and that both resources are in the same region.");
            }
            Gateway.AuthorizeLink(_cloud.Access, request, VirtualNetworks.JoinSubnet, canonical);
            wanted.Add(new Wanted(frontend, canonical, subnet, Asked(frontend, subnet)
                ?? _addresses.HeldBy(id, frontend.Text("id")!, canonical)));
        }
        // What a refusal has changed by then is undone.
        _addresses.Release(id);
        // Those that say their address, or keep one, come before those that take any.
        foreach (var (frontend, canonical, subnet, address) in wanted.OrderBy(w => w.Address is null))
        {
            var configuration = frontend.Text("id")!;
            if (address is { } own && _addresses.In(canonical).FirstOrDefault(e => e.Address == own) is { Configuration: { } user })
                throw new ArmException(400, "PrivateIPAddressIsAllocated", $"IP configuration {configuration} is using the private IP "
                    + $"address {AddressRange.Format(own)} which is already allocated to resource {user}.");
            var taken = address ?? _addresses.FreeAddresses(canonical, subnet).Cast<uint?>().FirstOrDefault()
                ?? throw new ArmException(400, "SubnetIsFull", $"Subnet {subnet.Text("name")} with address prefix "
                    + $"{string.Join(", ", SubnetAddresses.Ranges(subnet))} does not have enough capacity for 1 IP addresses.");
            _addresses.Hold(id, canonical, [(taken, configuration)]);
            var inner = frontend.Object("properties")!;
            (inner["subnet"], inner["privateIPAddress"]) = (new JsonObject { ["id"] = canonical }, AddressRange.Format(taken));
            inner["privateIPAllocationMethod"] ??= "Dynamic";
        }
    }

    private sealed record Wanted(JsonObject Frontend, string Id, JsonObject Subnet, uint? Address);

    /// <summary>The static address that a front end asks for, or null.</summary>
    private static uint? Asked(JsonObject frontend, JsonObject subnet)
    {
        var inner = frontend.Object("properties");
        if (!inner.Text("privateIPAllocationMethod").Same("Static") || inner.Text("privateIPAddress") is not { } text)
            return null;
        var prefix = string.Join(", ", SubnetAddresses.Ranges(subnet));
        if (!AddressRange.TryParseAddress(text, out var address))
            throw new ArmException(400, "InvalidIPAddress", $"The IP address '{text}' is not valid.");
        if (!SubnetAddresses.Ranges(subnet).Any(range => range.Contains(address)))
            throw new ArmException(400, "PrivateIPAddressNotInSubnet",
                $"Private static IP address {text} does not belong to the range of subnet prefix {prefix}.");
        return !SubnetAddresses.IsReserved(subnet, address) ? address : throw new ArmException(400, "PrivateIPAddressInReservedRange",
            $"Private static IP address {text} falls within reserved IP range of subnet prefix {prefix}.");
    }

    private ArmException? InUse(Resource resource, Func<string, bool> goes)
    {
        switch (resource.Type[(resource.Type.LastIndexOf('/') + 1)..])
        {
            case "publicIPAddresses":
                return UserOfAddress(resource.Id, goes) is not { } holder ? null : new ArmException(400, "PublicIPAddressCannotBeDeleted",
                    $"Public IP address {resource.Id} can not be deleted since it is still allocated to resource {holder}.");
            case "routeTables":
                return SubnetWith("routeTable", resource.Id, goes) is not { } table ? null
                    : new ArmException(400, "InUseRouteTableCannotBeDeleted",
                        $"Resource {resource.Id} is in use by {table} and cannot be deleted.");
            case "natGateways":
                return SubnetWith("natGateway", resource.Id, goes) is not { } gateway ? null
                    : new ArmException(400, "InUseNatGatewayCannotBeDeleted",
                        $"Resource {resource.Id} is in use by {gateway} and cannot be deleted.");
            default:
                return null;
        }
    }

    private string? UserOfAddress(string id, Func<string, bool> goes) => _cloud.World.OfType("Microsoft.Network/loadBalancers")
        .SelectMany(l => l.Properties.Objects("frontendIPConfigurations"))
        .Where(f => f.Object("properties").Object("publicIPAddress").Text("id").Same(id))
        .Select(f => f.Text("id")!)
        .Concat(_cloud.World.OfType("Microsoft.Network/natGateways")
            .Where(g => g.Properties.Objects("publicIpAddresses").Any(a => a.Text("id").Same(id))).Select(g => g.Id))
        .FirstOrDefault(user => !goes(user));

    private string? SubnetWith(string member, string id, Func<string, bool> goes) => _cloud.World.OfType(VirtualNetworks.Type)
        .SelectMany(n => n.Properties.Objects("subnets"))
        .Where(s => s.Object("properties").Object(member).Text("id").Same(id))
        .Select(s => s.Text("id")!).FirstOrDefault(user => !goes(user));

    private JsonObject Show(Resource resource)
    {
        var shown = (JsonObject)resource.Body.DeepClone();
        // A resource that a scenario gave may have none.
        var properties = shown.Object("properties") ?? (JsonObject)(shown["properties"] = new JsonObject());
        foreach (var (_, value) in properties)
        {
            foreach (var child in (value as JsonArray ?? []).OfType<JsonObject>()
                .Where(c => c.ContainsKey("id") && c.ContainsKey("properties")))
                NetworkRequests.GiveEtag(resource, child);
        }
        if (resource.Type.EndsWith("routeTables", StringComparison.Ordinal))
        {
            properties["subnets"] = new JsonArray([.. _cloud.World.OfType(VirtualNetworks.Type)
                .SelectMany(n => n.Properties.Objects("subnets"))
                .Where(s => s.Object("properties").Object("routeTable").Text("id").Same(resource.Id))
                .Select(s => (JsonNode)new JsonObject { ["id"] = s.Text("id") })]);
        }
        return shown;
    }

    /// <summary>A made-up public address of the ranges that documentation may use (RFC 5737) or, beyond them, of one half of RFC
    /// 2544's.</summary>
    public static string PublicAddress(Cloud cloud)
    {
        var counter = cloud.World.Find(AddressCounter) ?? new Resource(AddressCounter, AddressCounter, new JsonObject { ["next"] = 0 });
        HashSet<string?>? taken = null;
        for (var tries = 0; tries < PublicRanges.Sum(r => r.Size); tries++)
        {
            var next = counter.Body.Whole("next")!.Value;
            counter.Body["next"] = next + 1;
            var text = AddressRange.Format(Nth(next));
            // Only a second round can meet an address that is in use.
            if (next >= PublicRanges.Sum(r => r.Size - 20))
                taken ??= cloud.World.OfType("Microsoft.Network/publicIPAddresses").Select(p => p.Properties.Text("ipAddress")).ToHashSet();
            if (taken?.Contains(text) == true)
                continue;
            cloud.World.Save(counter);
            return text;
        }
        throw new ArmException(409, "PublicIPCountLimitReached", "Cannot create more public IP addresses.");
    }

    private const string AddressCounter = "simulator/publicaddresses";

    private static readonly AddressRange[] PublicRanges = [new(0xCB007100, 24), new(0xC6336400, 24), new(0xC6120000, 16)];

    private static uint Nth(int number)
    {
        var left = number % PublicRanges.Sum(r => r.Size - 20);
        foreach (var range in PublicRanges)
        {
            if (left < range.Size - 20)
                return range.First + 10 + (uint)left;
            left -= range.Size - 20;
        }
        throw new InvalidOperationException("The number is beyond the ranges.");
    }
}
