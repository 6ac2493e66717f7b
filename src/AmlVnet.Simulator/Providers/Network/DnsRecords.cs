namespace AmlVnet.Simulator.Providers.Network;

/// <summary>The A records of private DNS zones.</summary>
internal sealed class DnsRecords
{
    public const string Type = PrivateLinks.ZoneType + "/A";

    private static readonly Shape Body = Shape.Object(("properties", Shape.Object(
        ("ttl", Shape.WholeFrom(1, int.MaxValue)),
        ("metadata", Shape.Tags),
        ("aRecords", Shape.List(Shape.Object(("ipv4Address", Shape.Text.Required)))))));

    private readonly Cloud _cloud;

    public DnsRecords(Cloud cloud, Gateway gateway)
    {
        _cloud = cloud;
        gateway.Add(new ResourceType("Microsoft.Network", "privateDnsZones/A", ApiVersions.PrivateDns, Frame().Handle) { Body = Body });
    }

    private ResourceFrame<Resource> Frame() => ResourceFrame.Of(_cloud, Type) with
    {
        All = request => _cloud.World.OfType(Type, request.Path.ParentId ?? request.Path.Container),
        Check = CheckEtag,
        Put = Put,
        Delete = (_, record) =>
        {
            _cloud.World.Remove(record.Id);
            return new Answer(200);
        },
    };

    private static void CheckEtag(ArmRequest request, Resource? record)
    {
        var (match, none) = (request.Http.Header("If-Match"), request.Http.Header("If-None-Match"));
        if ((match is not null && match != "*" && match != record?.Body.Text("etag")) || (match is not null && record is null)
            || (none == "*" && record is not null))
            throw new ArmException(412, "PreconditionFailed", $"The condition '{match ?? none}' in the header was not satisfied. The "
                + $"current was '{record?.Body.Text("etag")}'.");
    }

    private Answer Put(ArmRequest request, Resource? existing)
    {
        var sent = request.Body().Object("properties") ?? [];
        if (sent.Whole("ttl") is not { } ttl)
            throw Refused("The record set has no TTL.");
        var addresses = sent.Objects("aRecords").Select(record => record.Text("ipv4Address")!).ToList();
        if (addresses.Count == 0)
            throw Refused("The record set has no records.");
        if (addresses.Find(address => !AddressRange.TryParseAddress(address, out _)) is { } wrong)
            throw Refused($"The value '{wrong}' is not an IPv4 address.");
        var zone = _cloud.World.Find(request.Path.ParentId, PrivateLinks.ZoneType)!;
        var id = existing?.Id ?? $"{zone.Id}/A/{request.Name}";
        var record = _cloud.World.Save(new Resource(id, Type, new JsonObject
        {
            ["id"] = id,
            ["name"] = id[(id.LastIndexOf('/') + 1)..],
            ["type"] = Type,
            ["etag"] = _cloud.Identifiers.Text(),
            ["properties"] = new JsonObject
            {
                ["fqdn"] = request.Name == "@" ? zone.Name + "." : $"{request.Name}.{zone.Name}.",
                ["ttl"] = ttl,
                ["isAutoRegistered"] = false,
                ["metadata"] = sent["metadata"]?.DeepClone(),
                ["aRecords"] = new JsonArray([.. addresses.Select(address => (JsonNode)new JsonObject { ["ipv4Address"] = address })]),
            },
        }));
        return new Answer(existing is null ? 201 : 200, record.Body.DeepClone());
    }

    private static ArmException Refused(string message) => new(400, "BadRequest", message);
}
