namespace AmlVnet.Simulator.Providers.Authorization;

/// <summary>
/// Microsoft.Authorization/denyAssignments: a scenario makes them, as Azure itself does; whoever may can take away one that a person made.
/// </summary>
internal sealed class DenyAssignmentProvider
{
    private readonly Cloud _cloud;

    public DenyAssignmentProvider(Cloud cloud, Gateway gateway)
    {
        _cloud = cloud;
        gateway.Add(new ResourceType("Microsoft.Authorization", "denyAssignments", ApiVersions.DenyAssignments, Frame().Handle)
        { InGroups = false });
    }

    private ResourceFrame<Resource> Frame() => new()
    {
        All = List,
        Find = request => _cloud.World.OfType(Access.DenyType).FirstOrDefault(one => one.Name.Same(request.Name)
            && Access.DenyScope(one).Same(ExtendedScope.Of(_cloud, request))),
        Show = (_, one) => Show(one),
        List = (request, items) => Answer.Page(request, items, Math.Max(_cloud.Settings.PageSize, 100), "$skipToken"),
        Missing = request => new ArmException(404, "DenyAssignmentNotFound", $"The deny assignment '{request.Name}' is not found."),
        Delete = Delete,
    };

    /// <summary>Those at the scope, above and below it; with <c>atScope()</c> not those below (Microsoft Learn: "List Azure deny
    /// assignments").</summary>
    private IEnumerable<Resource> List(ArmRequest request)
    {
        var scope = ExtendedScope.Of(_cloud, request);
        var filter = request.QueryValue("$filter")?.Trim() ?? "";
        if (filter.Length > 0 && !filter.Same("atScope()"))
            throw new ArmException(400, "UnsupportedQuery", $"The filter '{filter}' is not supported. Supported is 'atScope()'.");
        return _cloud.World.OfType(Access.DenyType).Where(one => Access.Covers(Access.DenyScope(one), scope)
            || (filter.Length == 0 && Access.Covers(scope, Access.DenyScope(one))));
    }

    private Answer Delete(ArmRequest request, Resource one)
    {
        // Only the preview has this method.
        if (!request.ApiVersion.StartsWith("2024-07-01", StringComparison.Ordinal))
            throw request.NotAllowed();
        if (one.Properties.Flag("isSystemProtected") != false)
            throw new ArmException(403, "DenyAssignmentSystemProtected",
                $"The deny assignment '{one.Name}' is protected by the system and can't be deleted.");
        _cloud.World.Remove(one.Id);
        return Answer.Ok(Show(one));
    }

    private static JsonObject Show(Resource one)
    {
        var shown = (JsonObject)one.Body.DeepClone();
        shown["type"] = Access.DenyType;
        shown.Object("properties")!["scope"] = Access.DenyScope(one);
        return shown;
    }
}
