namespace AmlVnet.Simulator.Providers.Network;

/// <summary>
/// Private endpoints with their zone groups, and private DNS zones with their links to virtual networks. They can be read; a scenario makes
/// them. A link can be made and removed too.
/// </summary>
internal sealed class PrivateLinks
{
    public const string ZoneType = "Microsoft.Network/privateDnsZones";
    public const string LinkType = ZoneType + "/virtualNetworkLinks";

    private const string Namespace = "Microsoft.Network";
    private const string EndpointType = "Microsoft.Network/privateEndpoints";

    private static readonly Shape Link = ResourceType.Tracked(("properties", Shape.Object(
        ("virtualNetwork", Shape.Reference), ("registrationEnabled", Shape.Flag))));

    private readonly Cloud _cloud;

    public PrivateLinks(Cloud cloud, Gateway gateway)
    {
        _cloud = cloud;
        gateway.Add(
            new ResourceType(Namespace, "privateEndpoints", ApiVersions.Network, ResourceFrame.Of(cloud, EndpointType).Handle),
            new ResourceType(Namespace, "privateEndpoints/privateDnsZoneGroups", ApiVersions.Network,
                ResourceFrame.Of(cloud, EndpointType + "/privateDnsZoneGroups").Handle),
            new ResourceType(Namespace, "privateDnsZones", ApiVersions.PrivateDns, ResourceFrame.Of(cloud, ZoneType).Handle),
            new ResourceType(Namespace, "privateDnsZones/virtualNetworkLinks", ApiVersions.PrivateDns, Links().Handle) { Body = Link });
    }

    private ResourceFrame<Resource> Links() => ResourceFrame.Of(_cloud, LinkType) with
    {
        Put = Put,
        Delete = (_, link) =>
        {
            _cloud.World.Remove(link.Id);
            return new Answer(200);
        },
    };

    private Answer Put(ArmRequest request, Resource? existing)
    {
        var sent = request.Body().Object("properties");
        if (_cloud.World.Find(sent.Object("virtualNetwork").Text("id"), VirtualNetworks.Type) is not { } network)
            throw new ArmException(400, "BadRequest", "The virtual network that the link names does not exist.");
        var id = existing?.Id ?? $"{request.Path.ParentId}/virtualNetworkLinks/{request.Name}";
        var link = _cloud.World.Save(new Resource(id, LinkType, new JsonObject
        {
            ["id"] = id,
            ["name"] = request.Name,
            ["type"] = LinkType,
            ["location"] = "global",
            ["properties"] = new JsonObject
            {
                ["provisioningState"] = "Succeeded",
                ["registrationEnabled"] = sent.Flag("registrationEnabled") ?? false,
                ["virtualNetwork"] = new JsonObject { ["id"] = network.Id },
                ["virtualNetworkLinkState"] = "Completed",
            },
        }));
        return new Answer(existing is null ? 201 : 200, link.Body.DeepClone());
    }
}
