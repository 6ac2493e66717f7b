using System.Globalization;

namespace AmlVnet.Simulator.Providers.Network;

/// <summary>Network security groups, their rules and their six default rules.</summary>
internal sealed class NetworkSecurityGroups
{
    public const string Type = "Microsoft.Network/networkSecurityGroups";

    private const string Namespace = "Microsoft.Network";

    /// <summary>Service tags (Microsoft Learn: "Virtual network service tags"); a region may follow those marked true.</summary>
    private static readonly Dictionary<string, bool> Tags = new(StringComparer.OrdinalIgnoreCase)
    {
        ["VirtualNetwork"] = false,
        ["AzureLoadBalancer"] = false,
        ["Internet"] = false,
        ["AzureCloud"] = true,
        ["AzureActiveDirectory"] = false,
        ["AzureActiveDirectoryDomainServices"] = false,
        ["AzureContainerRegistry"] = true,
        ["AzureCosmosDB"] = true,
        ["AzureFrontDoor.Frontend"] = false,
        ["AzureFrontDoor.Backend"] = false,
        ["AzureFrontDoor.FirstParty"] = false,
        ["AzureKeyVault"] = true,
        ["AzureMachineLearning"] = true,
        ["AzureMonitor"] = false,
        ["AzureResourceManager"] = false,
        ["AzureTrafficManager"] = false,
        ["BatchNodeManagement"] = true,
        ["DataFactory"] = true,
        ["EventHub"] = true,
        ["GatewayManager"] = false,
        ["MicrosoftContainerRegistry"] = true,
        ["ServiceBus"] = true,
        ["ServiceFabric"] = false,
        ["Sql"] = true,
        ["SqlManagement"] = false,
        ["Storage"] = true,
        ["AppService"] = true,
        ["AppServiceManagement"] = false,
        ["AzureDevOps"] = false,
        ["ApiManagement"] = true,
        ["AzureBackup"] = false,
        ["AzurePortal"] = false,
        ["AzurePlatformDNS"] = false,
        ["AzureIoTHub"] = true,
        ["LogicApps"] = false,
        ["PowerBI"] = true,
    };

    // AzureCloud's range, of which each region has a part, and what is outside of it.
    private const uint InCloud = 0xC6130000;
    private const uint OfRegion = 1024;
    private const uint AtTheEdge = 0xC6138000;

    private static readonly Shape Rule = Shape.Object(("name", Shape.Text), ("properties", Shape.Object(
        ("description", Shape.Text),
        ("sourcePortRanges", Shape.List(Shape.Text)),
        ("destinationPortRanges", Shape.List(Shape.Text)),
        ("sourceAddressPrefix", Shape.Text),
        ("sourceAddressPrefixes", Shape.List(Shape.Text)),
        ("sourceApplicationSecurityGroups", Shape.List(Shape.Reference)),
        ("destinationAddressPrefix", Shape.Text),
        ("destinationAddressPrefixes", Shape.List(Shape.Text)),
        ("destinationApplicationSecurityGroups", Shape.List(Shape.Reference)))));

    private static readonly (string Name, int Priority, string Direction, string From, string To, string Access,
        string Description)[] Defaults =
    [
        ("AllowVnetInBound", 65000, "Inbound", "VirtualNetwork", "VirtualNetwork", "Allow", "Allow inbound traffic from all VMs in VNET"),
        ("AllowAzureLoadBalancerInBound", 65001, "Inbound", "AzureLoadBalancer", "*", "Allow",
            "Allow inbound traffic from azure load balancer"),
        ("DenyAllInBound", 65500, "Inbound", "*", "*", "Deny", "Deny all inbound traffic"),
        ("AllowVnetOutBound", 65000, "Outbound", "VirtualNetwork", "VirtualNetwork", "Allow",
            "Allow outbound traffic from all VMs to all VMs in VNET"),
        ("AllowInternetOutBound", 65001, "Outbound", "*", "Internet", "Allow", "Allow outbound traffic from all VMs to Internet"),
        ("DenyAllOutBound", 65500, "Outbound", "*", "*", "Deny", "Deny all outbound traffic"),
    ];

    private readonly Cloud _cloud;
    private readonly NetworkRequests _requests;

    public NetworkSecurityGroups(Cloud cloud, NetworkRequests requests, Gateway gateway)
    {
        (_cloud, _requests) = (cloud, requests);
        gateway.Add(
            new ResourceType(Namespace, "locations/serviceTags", ApiVersions.Network,
                (ResourceFrame.ReadOnly(ServiceTags) with { List = ListTags }).Handle)
            { InGroups = false, ChecksParent = false },
            new ResourceType(Namespace, "networkSecurityGroups", ApiVersions.Network, requests.Frame(Type, Show, Put, InUse).Handle)
            { InUse = InUse, Body = ResourceType.Tracked(("properties", Shape.Object(("securityRules", Shape.List(Rule))))) },
            new ResourceType(Namespace, "networkSecurityGroups/securityRules", ApiVersions.Network,
                requests.ChildFrame("securityRules", NetworkRequests.WithEtag, (request, group, name, existing) => MakeRule(
                    group.Id, name, request.Body(),
                    [.. group.Properties.Objects("securityRules").Where(rule => rule != existing)])).Handle)
            { Body = Rule },
            new ResourceType(Namespace, "networkSecurityGroups/defaultSecurityRules", ApiVersions.Network,
                requests.ChildFrame("defaultSecurityRules", NetworkRequests.WithEtag).Handle));
    }

    /// <summary>
    /// The ranges of the tags, in the form of the real list. But for the load balancer's probe address, which is documented, they are made
    /// up, of RFC 2544's range. They nest as on Azure: a tag holds its regional forms, AzureCloud holds the services that run in Azure's
    /// data
    /// centers, and its regional form holds theirs. Sign-in and the front doors stand beside it, at the network's edge. The list is of all
    /// regions, whichever is asked for (Microsoft Learn: "Get-AzNetworkServiceTag").
    /// </summary>
    private static IEnumerable<JsonObject> ServiceTags(ArmRequest request)
    {
        _ = Regions.Normalize(request.Path.Names[0])
            ?? throw new ArmException(400, "InvalidLocation", $"The location '{request.Path.Names[0]}' is not valid.");
        var regions = Regions.Both.Select((region, at) => (region.Short, Place: region.Display.Replace(" ", "", StringComparison.Ordinal),
            First: InCloud + ((uint)at * OfRegion))).ToList();
        yield return Tag("AzureLoadBalancer", "", new AddressRange(0xA83F8110, 32));
        yield return Tag("AzureCloud", "", new AddressRange(InCloud, 17));
        foreach (var region in regions)
            yield return Tag($"AzureCloud.{region.Place}", region.Short, new AddressRange(region.First, 22));
        var number = 0u;
        foreach (var (tag, regional) in Tags.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            if (tag is "VirtualNetwork" or "Internet" or "AzureLoadBalancer" or "AzureCloud" or "AzurePlatformDNS")
                continue;
            var offset = number++ * 8;
            yield return Tag(tag, "", IsAtTheEdge(tag) ? [new AddressRange(AtTheEdge + offset, 29)]
                : [.. regions.Select(region => new AddressRange(region.First + offset, 29))]);
            foreach (var region in regions.Where(_ => regional))
                yield return Tag($"{tag}.{region.Place}", region.Short, new AddressRange(region.First + offset, 29));
        }
    }

    private static JsonObject Tag(string name, string place, params AddressRange[] ranges) => new()
    {
        ["name"] = name,
        ["id"] = name,
        ["properties"] = new JsonObject
        {
            ["changeNumber"] = "1",
            ["region"] = place,
            ["systemService"] = name.Split('.')[0],
            ["addressPrefixes"] = new JsonArray([.. ranges.Select(range => (JsonNode)range.ToString())]),
        },
    };

    private static Answer ListTags(ArmRequest request, IEnumerable<JsonObject> tags) => Answer.Ok(new JsonObject
    {
        ["name"] = "Public",
        ["id"] = $"/subscriptions/{request.Path.Subscription}/providers/Microsoft.Network/serviceTags/Public",
        ["type"] = "Microsoft.Network/serviceTags",
        ["changeNumber"] = "1",
        ["cloud"] = "Public",
        ["values"] = new JsonArray([.. tags]),
    });

    private static bool IsAtTheEdge(string tag) => tag.StartsWith("AzureActiveDirectory", StringComparison.Ordinal)
        || tag.StartsWith("AzureFrontDoor", StringComparison.Ordinal) || tag == "AzureTrafficManager";

    private Answer Put(ArmRequest request, Resource? existing)
    {
        var body = request.Body();
        var location = NetworkRules.Location(body, existing);
        var id = existing?.Id ?? NetworkRules.Id(_cloud, request, "networkSecurityGroups");
        var rules = new JsonArray();
        foreach (var rule in body.Object("properties").Objects("securityRules"))
            rules.Add((JsonNode)MakeRule(id, rule.Text("name") ?? "", rule, rules.OfType<JsonObject>()));
        var group = NewGroup(id, location, rules, existing?.Properties.Text("resourceGuid") ?? _cloud.Identifiers.Text());
        // What was made without tags has none to show (recorded).
        if (body["tags"] is { } tags)
            group.Body["tags"] = tags.DeepClone();
        else
            group.Body.Remove("tags");
        _requests.Begin(group, out var operation);
        return _requests.Written(request, group, existing is null, Show(group), operation);
    }

    /// <summary>A group as a scenario makes it, settled.</summary>
    public static Resource NewGroup(string id, string location, JsonArray rules, string guid) => new(id, Type, new JsonObject
    {
        ["name"] = id[(id.LastIndexOf('/') + 1)..],
        ["id"] = id,
        ["etag"] = null,
        ["type"] = Type,
        ["location"] = location,
        ["tags"] = new JsonObject(),
        ["properties"] = new JsonObject
        {
            ["provisioningState"] = "Succeeded",
            ["resourceGuid"] = guid,
            ["securityRules"] = rules,
            ["defaultSecurityRules"] = new JsonArray([.. Defaults.Select(d => (JsonNode)new JsonObject
            {
                ["name"] = d.Name,
                ["id"] = $"{id}/defaultSecurityRules/{d.Name}",
                ["etag"] = null,
                ["type"] = "Microsoft.Network/networkSecurityGroups/defaultSecurityRules",
                ["properties"] = new JsonObject
                {
                    ["provisioningState"] = "Succeeded",
                    ["description"] = d.Description,
                    ["protocol"] = "*",
                    ["sourcePortRange"] = "*",
                    ["destinationPortRange"] = "*",
                    ["sourceAddressPrefix"] = d.From,
                    ["destinationAddressPrefix"] = d.To,
                    ["access"] = d.Access,
                    ["priority"] = d.Priority,
                    ["direction"] = d.Direction,
                    ["sourcePortRanges"] = new JsonArray(),
                    ["destinationPortRanges"] = new JsonArray(),
                    ["sourceAddressPrefixes"] = new JsonArray(),
                    ["destinationAddressPrefixes"] = new JsonArray(),
                },
            })]),
        },
    });

    /// <summary>Checks a rule and gives it the members that answers always have.</summary>
    public static JsonObject MakeRule(string groupId, string name, JsonObject sent, IEnumerable<JsonObject> others)
    {
        NetworkRules.CheckName(name);
        var given = sent.Object("properties") ?? throw new ArmException(400, "InvalidRequestFormat",
            $"Cannot parse the request: the security rule '{name}' has no properties.");
        var properties = new JsonObject { ["provisioningState"] = "Updating" };
        if (given.Text("description") is { } description)
        {
            if (description.Length > 140)
                throw Invalid("SecurityRuleDescriptionTooLong", $"Security rule {name} has a description longer than 140 characters.");
            properties["description"] = description;
        }
        properties["protocol"] = OneOf(given, name, "protocol", "Tcp", "Udp", "Icmp", "Esp", "Ah", "*");
        Ports(given, properties, name, "sourcePortRange", "sourcePortRanges");
        Ports(given, properties, name, "destinationPortRange", "destinationPortRanges");
        Prefixes(given, properties, name, "source");
        Prefixes(given, properties, name, "destination");
        properties["access"] = OneOf(given, name, "access", "Allow", "Deny");
        var priority = given.Whole("priority") ?? throw Invalid("SecurityRuleInvalidPriority",
            $"Security rule {name} has no priority. It has to be between 100 and 4096.");
        if (priority is < 100 or > 4096)
            throw Invalid("SecurityRuleInvalidPriority", $"Security rule has invalid Priority. Value provided: "
                + $"{priority.ToString(CultureInfo.InvariantCulture)} Allowed range 100-4096.");
        properties["priority"] = priority;
        properties["direction"] = OneOf(given, name, "direction", "Inbound", "Outbound");
        if (Array.Exists(Defaults, d => d.Name.Same(name)))
            throw Conflict(name, name);
        foreach (var other in others)
        {
            if (other.Text("name").Same(name))
                throw Conflict(name, other.Text("name")!);
            if (other.Object("properties").Whole("priority") == priority
                && other.Object("properties").Text("direction").Same(properties.Text("direction")))
                throw Conflict(name, other.Text("name")!);
        }
        if (others.Count() >= 1000)
            throw Invalid("SecurityRulesLimitReached", "Cannot create more than 1000 security rules.");
        return new JsonObject
        {
            ["name"] = name,
            ["id"] = $"{groupId}/securityRules/{name}",
            ["etag"] = null,
            ["type"] = "Microsoft.Network/networkSecurityGroups/securityRules",
            ["properties"] = properties,
        };
    }

    private static string OneOf(JsonObject given, string rule, string member, params string[] values) =>
        values.FirstOrDefault(v => v.Same(given.Text(member)))
        ?? throw Invalid("InvalidRequestFormat", $"Cannot parse the request: the value '{given.Text(member)}' of '{member}' of security "
            + $"rule {rule} is not one of {string.Join(", ", values)}.");

    private static void Ports(JsonObject given, JsonObject properties, string rule, string single, string plural)
    {
        var one = given.Text(single);
        var many = given.Texts(plural).ToList();
        if (one is null && many.Count == 0)
            throw Invalid("SecurityRuleMissingPortRange", $"Security rule {rule} must specify either {single} or {plural}.");
        if (one is { Length: > 0 } && many.Count > 0)
            throw Invalid("SecurityRuleInvalidPortRange", $"Security rule {rule} cannot specify both {single} and {plural}.");
        foreach (var range in many.Append(one is { Length: > 0 } ? one : "*"))
        {
            var ends = range.Split('-');
            var valid = range == "*" || (ends.Length is 1 or 2
                && ends.All(e => int.TryParse(e, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                    && port is >= 0 and <= 65535)
                && (ends.Length == 1 || int.Parse(ends[0], CultureInfo.InvariantCulture) <= int.Parse(ends[1],
                    CultureInfo.InvariantCulture)));
            if (!valid)
                throw Invalid("SecurityRuleInvalidPortRange",
                    $"Security rule has invalid Port range. Value provided: {range}. Value should be an integer OR integer range with '-' "
                    + "delimiter. Valid range 0-65535.");
        }
        if (one is not null)
            properties[single] = one;
        properties[plural] = Json.List(many);
    }

    private static void Prefixes(JsonObject given, JsonObject properties, string rule, string side)
    {
        var single = side + "AddressPrefix";
        var plural = side + "AddressPrefixes";
        var groups = given.Array(side + "ApplicationSecurityGroups");
        var one = given.Text(single);
        var many = given.Texts(plural).ToList();
        if (one is null && many.Count == 0 && groups is null or { Count: 0 } && string.IsNullOrEmpty(one))
            throw Invalid("SecurityRuleMissingAddressPrefix",
                $"Security rule {rule} must specify {single}, {plural} or application security groups.");
        if (one is { Length: > 0 } && one != "*" && !Tags.ContainsKey(one) && !IsRegionalTag(one) && !IsAddress(one))
            throw Invalid("SecurityRuleInvalidAddressPrefix", $"Security rule {rule} has invalid Address prefix. Value provided: {one}");
        foreach (var prefix in many)
        {
            if (prefix == "*" || Tags.ContainsKey(prefix) || IsRegionalTag(prefix))
            {
                throw Invalid("SecurityRuleParameterContainsUnsupportedValue",
                    $"Security rule parameter {char.ToUpperInvariant(plural[0])}{plural[1..]} for rule with Id {rule} cannot specify "
                        + $"existing VIRTUALNETWORK, INTERNET, AZURELOADBALANCER, '*' or system tags. Unsupported value used: {prefix}.");
            }
            if (!IsAddress(prefix))
                throw Invalid("SecurityRuleInvalidAddressPrefix",
                    $"Security rule {rule} has invalid Address prefix. Value provided: {prefix}");
        }
        if (many.Count > 4000)
            throw Invalid("SecurityRuleAddressPrefixLimitReached", $"Security rule {rule} has more than 4000 address prefixes.");
        if (one is not null)
            properties[single] = one;
        properties[plural] = Json.List(many);
        if (groups is { Count: > 0 })
            properties[side + "ApplicationSecurityGroups"] = groups.DeepClone();
    }

    private static bool IsAddress(string text) => AddressRange.TryParseAddress(text, out _)
        || AddressRange.TryParse(text, out _, allowHostBits: true)
        || (System.Net.IPNetwork.TryParse(text, out var network)
            && network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)
        || (text.Contains(':', StringComparison.Ordinal) && System.Net.IPAddress.TryParse(text, out _));

    private static bool IsRegionalTag(string text)
    {
        var dot = text.LastIndexOf('.');
        return dot > 0 && Tags.TryGetValue(text[..dot], out var regional) && regional && Regions.Normalize(text[(dot + 1)..]) is not null;
    }

    private static ArmException Invalid(string code, string message) => new(400, code, message);

    private static ArmException Conflict(string rule, string other) => Invalid("SecurityRuleConflict",
        $"Security rule {rule} conflicts with rule {other}. Rules cannot have the same Priority and Direction. To learn more, see "
            + "aka.ms/nsgrules.");

    private IEnumerable<string> Users(Resource group) => _cloud.World.OfType(VirtualNetworks.Type)
        .SelectMany(n => n.Properties.Objects("subnets"))
        .Where(s => s.Object("properties").Object("networkSecurityGroup").Text("id").Same(group.Id))
        .Select(s => s.Text("id")!);

    private ArmException? InUse(Resource group, Func<string, bool> goes) => Users(group).FirstOrDefault(user => !goes(user)) is { } user
        ? Invalid("InUseNetworkSecurityGroupCannotBeDeleted",
            $"Network security group {group.Id} cannot be deleted because it is in use by the following resources: {user}. In order to "
            + "delete the Network security group, remove the association with the resource(s). To learn how to do this, see "
            + "aka.ms/deletensg.")
        : null;

    private JsonObject Show(Resource group)
    {
        var shown = (JsonObject)group.Body.DeepClone();
        var properties = shown.Object("properties")!;
        foreach (var rule in properties.Objects("securityRules").Concat(properties.Objects("defaultSecurityRules")))
            NetworkRequests.GiveEtag(group, rule);
        var subnets = Users(group).Select(id => (JsonNode)new JsonObject { ["id"] = id }).ToArray();
        if (subnets.Length > 0)
            properties["subnets"] = new JsonArray(subnets);
        return shown;
    }
}
