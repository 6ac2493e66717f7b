using System.Text.RegularExpressions;

namespace AmlVnet.Simulator.Providers.Storage;

/// <summary>Microsoft.Storage: storage accounts with their network rules.</summary>
internal sealed partial class StorageProvider
{
    public const string Type = "Microsoft.Storage/storageAccounts";

    private static readonly string[] WritableMembers =
    [
        "publicNetworkAccess", "allowBlobPublicAccess", "allowSharedKeyAccess", "minimumTlsVersion", "supportsHttpsTrafficOnly",
            "defaultToOAuthAuthentication",
        "isHnsEnabled", "isSftpEnabled", "keyPolicy", "sasPolicy", "routingPreference", "encryption",
    ];

    private static readonly string[] Services = ["dfs", "web", "blob", "queue", "table", "file"];

    private static readonly Shape Body = ResourceType.Tracked(
        ("kind", Shape.Text),
        ("sku", Shape.Object(("name", Shape.Text))),
        ("properties", Shape.Object(
            ("publicNetworkAccess", Shape.OneOf("Enabled", "Disabled", "SecuredByPerimeter")),
            ("allowBlobPublicAccess", Shape.Flag),
            ("allowSharedKeyAccess", Shape.Flag),
            ("minimumTlsVersion", Shape.Text),
            ("supportsHttpsTrafficOnly", Shape.Flag),
            ("defaultToOAuthAuthentication", Shape.Flag),
            ("isHnsEnabled", Shape.Flag),
            ("isSftpEnabled", Shape.Flag),
            ("keyPolicy", Shape.Object()),
            ("sasPolicy", Shape.Object()),
            ("routingPreference", Shape.Object()),
            ("encryption", Shape.Object()),
            ("networkAcls", Shape.Object(
                ("bypass", Shape.Text),
                ("defaultAction", Shape.OneOf("Allow", "Deny")),
                ("virtualNetworkRules", Shape.List(Shape.Reference)),
                ("ipRules", Shape.List(Shape.Object(("value", Shape.Text)))))))));

    private readonly Cloud _cloud;
    private readonly OperationPages _pages;

    public StorageProvider(Cloud cloud, OperationPages pages, Gateway gateway)
    {
        (_cloud, _pages) = (cloud, pages);
        gateway.Add(new ResourceType("Microsoft.Storage", "storageAccounts", ApiVersions.Storage, Frame().Handle) { Body = Body });
        cloud.OnWritten("storage.put", (account, state) =>
        {
            // An account that could not be made is not there.
            if (state == "Failed")
                cloud.World.Remove(account.Id);
        });
    }

    /// <summary>Makes an account, settled and open.</summary>
    public static Resource New(Cloud cloud, string groupId, string name, string location)
    {
        var id = $"{groupId}/providers/{Type}/{name}";
        return cloud.World.Save(new Resource(id, Type, new JsonObject
        {
            ["sku"] = new JsonObject { ["name"] = "Standard_LRS", ["tier"] = "Standard" },
            ["kind"] = "StorageV2",
            ["id"] = id,
            ["name"] = name,
            ["type"] = Type,
            ["location"] = location,
            ["tags"] = new JsonObject(),
            ["properties"] = new JsonObject
            {
                ["provisioningState"] = "Succeeded",
                ["creationTime"] = Json.Stamp(cloud.Now),
                ["primaryLocation"] = location,
                ["statusOfPrimary"] = "available",
                ["supportsHttpsTrafficOnly"] = true,
                ["accessTier"] = "Hot",
                ["keyCreationTime"] = new JsonObject { ["key1"] = Json.Stamp(cloud.Now), ["key2"] = Json.Stamp(cloud.Now) },
                ["encryption"] = Encryption(cloud.Now),
                ["publicNetworkAccess"] = "Enabled",
                ["privateEndpointConnections"] = new JsonArray(),
                ["networkAcls"] = Acls(null),
                ["primaryEndpoints"] = new JsonObject(Services
                    .Select(service => KeyValuePair.Create(service, (JsonNode?)$"https://{name}.{service}.core.windows.net/"))),
            },
        }));
    }

    private ResourceFrame<Resource> Frame() => ResourceFrame.Of(_cloud, Type) with
    {
        Put = Put,
        Patch = (request, account) => Changed(account, request.Body()),
        Delete = (_, account) =>
        {
            _cloud.World.Remove(account.Id);
            return new Answer(200);
        },
    };

    private Answer Put(ArmRequest request, Resource? existing)
    {
        if (!Name().IsMatch(request.Name))
            throw new ArmException(400, "AccountNameInvalid",
                $"{request.Name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length "
                + "and use numbers and lower-case letters only.");
        var body = request.Body();
        var location = NetworkRules.Location(body, existing);
        if (existing is not null)
            return Changed(existing, body);
        var account = New(_cloud, _cloud.World.Find(request.Path.Container)!.Id, request.Name, location);
        Change(account, body);
        account.State = "Creating";
        _cloud.World.Save(account);
        return _pages.StorageWrite(request, _cloud.Operations.Start("storage.put", account.Id, TimeSpan.FromSeconds(17)), location);
    }

    private Answer Changed(Resource account, JsonObject body)
    {
        Change(account, body);
        _cloud.World.Save(account);
        return Answer.Ok(account.Body.DeepClone());
    }

    private void Change(Resource account, JsonObject body)
    {
        if (body["tags"] is { } tags)
            account.Body["tags"] = tags.DeepClone();
        if (body["sku"] is { } sku)
            account.Body["sku"] = sku.DeepClone();
        var sent = body.Object("properties");
        if (body["kind"] is { } kind)
            account.Body["kind"] = kind.DeepClone();
        foreach (var (member, value) in sent ?? [])
        {
            if (member == "encryption" && value is JsonObject encryption && account.Properties.Object(member) is { } kept)
                Json.Merge(kept, encryption);
            else if (WritableMembers.Contains(member))
                account.Properties[member] = value?.DeepClone();
        }
        if (sent?.Object("networkAcls") is not { } acls)
            return;
        foreach (var rule in acls.Objects("virtualNetworkRules"))
        {
            var id = rule.Text("id");
            if (VirtualNetworks.FindSubnet(_cloud.World, id) is not (_, var subnet, _))
                throw new ArmException(400, "NetworkAclsValidationFailure",
                    $"Validation of network acls failure: SubnetsNotFound:The subnet {id} was not found.");
            if (!subnet.Object("properties").Objects("serviceEndpoints")
                .Any(e => e.Text("service")?.StartsWith("Microsoft.Storage", StringComparison.OrdinalIgnoreCase) == true))
            {
                throw new ArmException(400, "NetworkAclsValidationFailure",
                    $"Validation of network acls failure: SubnetsHaveNoServiceEndpointsConfigured:Subnets {id} do not have "
                        + "ServiceEndpoints for Microsoft.Storage resources configured. Add Microsoft.Storage to subnet's ServiceEndpoints "
                        + "collection before trying to ACL Microsoft.Storage resources to these subnets.");
            }
        }
        account.Properties["networkAcls"] = Acls(acls);
    }

    /// <summary>Every account is encrypted, with Microsoft's keys where nobody gave others.</summary>
    private static JsonObject Encryption(DateTimeOffset since)
    {
        JsonObject Service() => new() { ["keyType"] = "Account", ["enabled"] = true, ["lastEnabledTime"] = Json.Stamp(since) };
        return new JsonObject
        {
            ["services"] = new JsonObject { ["file"] = Service(), ["blob"] = Service() },
            ["keySource"] = "Microsoft.Storage",
        };
    }

    private static JsonObject Acls(JsonObject? sent) => new()
    {
        ["bypass"] = sent.Text("bypass") ?? "AzureServices",
        ["virtualNetworkRules"] = new JsonArray([.. sent.Objects("virtualNetworkRules")
            .Select(r => (JsonNode)new JsonObject { ["id"] = r.Text("id"), ["action"] = "Allow", ["state"] = "Succeeded" })]),
        ["ipRules"] = (JsonArray?)sent.Array("ipRules")?.DeepClone() ?? [],
        ["defaultAction"] = sent.Text("defaultAction") ?? "Allow",
    };

    [GeneratedRegex("^[a-z0-9]{3,24}$")]
    private static partial Regex Name();
}
