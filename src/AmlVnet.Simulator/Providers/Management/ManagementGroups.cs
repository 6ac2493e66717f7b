namespace AmlVnet.Simulator.Providers.Management;

/// <summary>Microsoft.Management: management groups, which a scenario makes, and the list of what is below one.</summary>
internal sealed class ManagementGroups
{
    public const string Type = "Microsoft.Management/managementGroups";

    private readonly Cloud _cloud;

    public ManagementGroups(Cloud cloud, Gateway gateway)
    {
        _cloud = cloud;
        gateway.Add(new ResourceType("Microsoft.Management", "managementGroups", ApiVersions.Management, Handle)
        { InGroups = false, InTenant = true, Actions = ["descendants"] });
    }

    /// <summary>Makes a group.</summary>
    /// <param name="cloud">The cloud.</param>
    /// <param name="name">Its name.</param>
    /// <param name="displayName">Its name for people.</param>
    /// <param name="parent">The group that it is in; the tenant's own when null.</param>
    /// <param name="subscriptions">The ids of the subscriptions that are directly in it.</param>
    public static void New(Cloud cloud, string name, string? displayName, string? parent, IEnumerable<string> subscriptions) =>
        cloud.World.Save(new Resource(IdOf(name), Type, new JsonObject
        {
            ["id"] = IdOf(name),
            ["type"] = Type,
            ["name"] = name,
            ["properties"] = new JsonObject
            {
                ["tenantId"] = Tenancy.TenantId,
                ["displayName"] = displayName ?? name,
                ["details"] = new JsonObject { ["parent"] = new JsonObject { ["id"] = IdOf(parent ?? Tenancy.TenantId) } },
            },
        }, new JsonObject { ["subscriptions"] = Json.List(subscriptions.Select(static id => "/subscriptions/" + id)) }));

    /// <summary>The ids of the subscriptions in a group, and in the groups below it; null where there is no such group. The tenant's own
    /// holds all.</summary>
    public static IReadOnlyList<string>? SubscriptionsOf(World world, string name) =>
        name.Same(Tenancy.TenantId) ? [.. world.OfType(ResourcesProvider.SubscriptionType).Select(static one => one.Id)]
        : world.Find(IdOf(name), Type) is not { } group ? null
        : [.. Below(world, group).Prepend(group).SelectMany(static one => one.Hidden.Texts("subscriptions"))];

    private static IEnumerable<Resource> Below(World world, Resource group) => world.OfType(Type)
        .Where(one => one.Properties.Object("details").Object("parent").Text("id").Same(group.Id))
        .SelectMany(one => Below(world, one).Prepend(one));

    private Answer Handle(ArmRequest request)
    {
        if (request.Method != "GET" || request.Path.Names.Count == 0)
            throw request.NotAllowed();
        var action = request.Tail is null ? Type + "/read" : Type + "/descendants/read";
        // Nobody hears of a group that he may not see.
        if (!_cloud.Access.CallerMay(action, request.Id))
            throw Gateway.Forbidden(_cloud.Access, action, request.Id);
        var group = _cloud.World.Find(request.Id, Type);
        if (group is null && !request.Name.Same(Tenancy.TenantId))
            throw new ArmException(404, "NotFound", $"'{request.Id}' not found");
        if (request.Tail is null)
            return Answer.Ok((group ?? throw request.NotFound()).Body.DeepClone());
        var groups = (group is null ? _cloud.World.OfType(Type) : Below(_cloud.World, group)).ToList();
        return Answer.Page(request, [.. groups.Select(static one => Descendant(one.Id, Type, one.Name,
                one.Properties.Text("displayName"), one.Properties.Object("details").Object("parent").Text("id"))),
            .. (group is null ? groups : groups.Prepend(group)).SelectMany(holder => holder.Hidden.Texts("subscriptions")
                .Select(id => Descendant(id, "/subscriptions", id[(id.LastIndexOf('/') + 1)..],
                    _cloud.World.Find(id)?.Body.Text("displayName"), holder.Id)))],
            Math.Max(_cloud.Settings.PageSize, 100), "$skiptoken");
    }

    private static JsonObject Descendant(string id, string type, string name, string? displayName, string? parent) => new()
    {
        ["id"] = id,
        ["type"] = type,
        ["name"] = name,
        ["properties"] = new JsonObject { ["displayName"] = displayName, ["parent"] = new JsonObject { ["id"] = parent } },
    };

    private static string IdOf(string name) => $"/providers/{Type}/{name}";
}
