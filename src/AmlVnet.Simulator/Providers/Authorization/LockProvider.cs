namespace AmlVnet.Simulator.Providers.Authorization;

/// <summary>Microsoft.Authorization/locks: on a subscription, a resource group or a resource.</summary>
internal sealed class LockProvider
{
    private static readonly Shape Body = Shape.Object(("properties", Shape.Object(
        ("level", Shape.OneOf("NotSpecified", "CanNotDelete", Locks.ReadOnly).Required),
        ("notes", Shape.Text),
        ("owners", Shape.List(Shape.Object(("applicationId", Shape.Text))))).Required));

    private readonly Cloud _cloud;

    public LockProvider(Cloud cloud, Gateway gateway)
    {
        _cloud = cloud;
        gateway.Add(
            new ResourceType("Microsoft.Authorization", "locks", ApiVersions.Locks, Frame().Handle) { InGroups = false, Body = Body });
    }

    private ResourceFrame<Resource> Frame() => new()
    {
        All = List,
        Find = request => _cloud.World.Find(IdOf(request), Locks.Type),
        Show = (_, one) => (JsonObject)one.Body.DeepClone(),
        List = (request, items) => Answer.Page(request, items, Math.Max(_cloud.Settings.PageSize, 50), "$skipToken"),
        Missing = request => new ArmException(404, "LockNotFound", $"The lock '{request.Name}' could not be found."),
        Put = Put,
        Delete = (_, one) =>
        {
            _cloud.World.Remove(one.Id);
            return new Answer(200);
        },
    };

    /// <summary>Those at the scope, above and below it; with <c>atScope()</c> not those below (Az.Resources: Get-AzResourceLock
    /// -AtScope).</summary>
    private IEnumerable<Resource> List(ArmRequest request)
    {
        var scope = ExtendedScope.Of(_cloud, request);
        var filter = request.QueryValue("$filter")?.Trim() ?? "";
        if (filter.Length > 0 && !filter.Same("atScope()"))
            throw new ArmException(400, "InvalidFilterInQueryString", $"The filter '{filter}' is not supported. Supported is 'atScope()'.");
        return _cloud.World.OfType(Locks.Type).Where(one => Access.Covers(Locks.ScopeOf(one), scope)
            || (filter.Length == 0 && Access.Covers(scope, Locks.ScopeOf(one))));
    }

    private Answer Put(ArmRequest request, Resource? existing)
    {
        var sent = request.Body(Body).Object("properties")!;
        var id = existing?.Id ?? IdOf(request);
        var properties = new JsonObject { ["level"] = sent["level"]!.DeepClone() };
        foreach (var name in new[] { "notes", "owners" })
            if (sent[name] is { } given)
                properties[name] = given.DeepClone();
        var one = new Resource(id, Locks.Type,
            new JsonObject { ["properties"] = properties, ["id"] = id, ["type"] = Locks.Type, ["name"] = id[(id.LastIndexOf('/') + 1)..] });
        _cloud.World.Save(one);
        return new Answer(existing is null ? 201 : 200, one.Body.DeepClone());
    }

    private string IdOf(ArmRequest request) => $"{ExtendedScope.Of(_cloud, request).TrimEnd('/')}/providers/{Locks.Type}/{request.Name}";
}
