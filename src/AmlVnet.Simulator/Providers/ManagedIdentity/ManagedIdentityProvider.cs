using System.Text.Json.Nodes;
using AmlVnet.Simulator.Arm;
using AmlVnet.Simulator.Kernel;
using AmlVnet.Simulator.Providers.Network;

namespace AmlVnet.Simulator.Providers.ManagedIdentity;

/// <summary>Microsoft.ManagedIdentity: user-assigned identities, each with its service principal.</summary>
internal sealed class ManagedIdentityProvider
{
    public const string Type = "Microsoft.ManagedIdentity/userAssignedIdentities";

    private readonly Cloud _cloud;

    public ManagedIdentityProvider(Cloud cloud, Gateway gateway)
    {
        _cloud = cloud;
        gateway.Add(new ResourceType("Microsoft.ManagedIdentity", "userAssignedIdentities", ApiVersions.ManagedIdentity, Handle)
        { Body = ResourceType.Tracked(), Removed = identity => cloud.Principals.Remove(identity.Properties.Text("principalId")) });
    }

    /// <summary>Makes an identity; a null <paramref name="since"/> is one that the directory has known for long.</summary>
    public static Resource New(Cloud cloud, string groupId, string name, string location, DateTimeOffset? since)
    {
        var id = $"{groupId}/providers/{Type}/{name}";
        var principal = cloud.Principals.AddServicePrincipal(name, "ManagedIdentity", since, alternative: id);
        return cloud.World.Save(new Resource(id, Type, new JsonObject
        {
            ["id"] = id,
            ["location"] = location,
            ["name"] = name,
            ["properties"] = new JsonObject
            {
                ["tenantId"] = Tenancy.TenantId,
                ["principalId"] = principal.Body.Text("id"),
                ["clientId"] = principal.Body.Text("appId"),
            },
            ["tags"] = new JsonObject(),
            ["type"] = Type,
        }));
    }

    private Answer Handle(ArmRequest request)
    {
        if (request.Path.Names.Count == 0)
        {
            return request.Method == "GET"
                ? Answer.Page(request, _cloud.World.OfType(Type, request.Path.Container).Select(i => (JsonObject)i.Body.DeepClone()),
                    Math.Max(_cloud.Settings.PageSize, 50), "$skipToken")
                : throw request.NotAllowed();
        }
        var existing = _cloud.World.Find(request.Id, Type);
        switch (request.Method)
        {
            case "GET":
                return Answer.Ok((existing ?? throw request.NotFound()).Body.DeepClone());
            case "PUT":
                var body = request.Body();
                var location = NetworkRules.Location(body, existing);
                var identity = existing ?? New(_cloud, _cloud.World.Find(request.Path.Container)!.Id, request.Name, location, _cloud.Now);
                identity.Body["tags"] = body["tags"]?.DeepClone() ?? new JsonObject();
                _cloud.World.Save(identity);
                return new Answer(existing is null ? 201 : 200, identity.Body.DeepClone());
            case "PATCH":
                request.Retag(existing ?? throw request.NotFound());
                _cloud.World.Save(existing);
                return Answer.Ok(existing.Body.DeepClone());
            case "DELETE":
                if (existing is null)
                    return Answer.NoContent;
                _cloud.Principals.Remove(existing.Properties.Text("principalId"));
                _cloud.World.Remove(existing.Id);
                return new Answer(200);
            default:
                throw request.NotAllowed();
        }
    }
}
