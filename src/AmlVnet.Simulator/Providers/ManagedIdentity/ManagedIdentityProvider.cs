using System.Text.RegularExpressions;

namespace AmlVnet.Simulator.Providers.ManagedIdentity;

/// <summary>Microsoft.ManagedIdentity: user-assigned identities, each with its service principal.</summary>
internal sealed partial class ManagedIdentityProvider
{
    public const string Type = "Microsoft.ManagedIdentity/userAssignedIdentities";

    private readonly Cloud _cloud;

    public ManagedIdentityProvider(Cloud cloud, Gateway gateway)
    {
        _cloud = cloud;
        gateway.Add(new ResourceType("Microsoft.ManagedIdentity", "userAssignedIdentities", ApiVersions.ManagedIdentity, Frame().Handle)
        { Body = ResourceType.Tracked(), Removed = identity => cloud.Principals.Remove(identity.Properties.Text("principalId")) });
    }

    /// <summary>Makes an identity; a null <paramref name="since"/> is one that the directory has known for long.</summary>
    public static Resource New(Cloud cloud, string groupId, string name, string location, DateTimeOffset? since)
    {
        // The provider writes "resourcegroups" in its ids (example of spec 2023-01-31).
        var id = $"{groupId}/providers/{Type}/{name}".Replace("/resourceGroups/", "/resourcegroups/", StringComparison.OrdinalIgnoreCase);
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

    private ResourceFrame<Resource> Frame() => ResourceFrame.Of(_cloud, Type) with
    {
        Put = Put,
        Patch = (request, identity) =>
        {
            request.Retag(identity);
            _cloud.World.Save(identity);
            return Answer.Ok(identity.Body.DeepClone());
        },
        Delete = (_, identity) =>
        {
            _cloud.Principals.Remove(identity.Properties.Text("principalId"));
            _cloud.World.Remove(identity.Id);
            return new Answer(200);
        },
    };

    private Answer Put(ArmRequest request, Resource? existing)
    {
        if (existing is null && !Name().IsMatch(request.Name))
            throw new ArmException(400, "InvalidResourceName",
                $"The resource name '{request.Name}' is invalid. It has to be 3 to 128 letters, digits, '-' and '_', and begin with a "
                + "letter or digit.");
        var body = request.Body();
        var location = NetworkRules.Location(body, existing);
        var identity = existing ?? New(_cloud, _cloud.World.Find(request.Path.Container)!.Id, request.Name, location, _cloud.Now);
        identity.Body["tags"] = body["tags"]?.DeepClone() ?? new JsonObject();
        _cloud.World.Save(identity);
        return new Answer(existing is null ? 201 : 200, identity.Body.DeepClone()).With("Location", existing is null ? identity.Id : null);
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$")]
    private static partial Regex Name();
}
