using System.Globalization;

namespace AmlVnet.Simulator.Directory;

/// <summary>The tenant's directory objects.</summary>
internal sealed class Principals(CloudState state)
{
    public const string RecordType = "simulator/directory";

    /// <summary>Makes a service principal; a null <paramref name="since"/> is one that has been there for long.</summary>
    public Resource AddServicePrincipal(string name, string kind, DateTimeOffset? since, string? objectId = null, string? appId = null,
        string? alternative = null)
    {
        var id = objectId ?? state.Identifiers.Text();
        var app = appId ?? state.Identifiers.Text();
        var body = new JsonObject
        {
            ["id"] = id,
            ["deletedDateTime"] = null,
            ["accountEnabled"] = true,
            ["alternativeNames"] = alternative is null ? [] : new JsonArray("isExplicit=False", alternative),
            ["appId"] = app,
            ["appDisplayName"] = kind == "Application" ? name : null,
            ["appOwnerOrganizationId"] = kind == "Application" ? Tenancy.TenantId : null,
            ["createdDateTime"] = (since ?? Origin).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["displayName"] = name,
            ["servicePrincipalNames"] = new JsonArray(app),
            ["servicePrincipalType"] = kind,
        };
        return Add(id, "ServicePrincipal", body, since);
    }

    /// <summary>The object id of the one whom the world calls the caller.</summary>
    public string CallerId => state.Settings.Values.Text("callerId") ?? Tenancy.CallerId;

    public Resource AddUser(string name, string userPrincipalName, string objectId) => Add(
        objectId,
        "User",
        new JsonObject { ["id"] = objectId, ["displayName"] = name, ["userPrincipalName"] = userPrincipalName },
        null);

    /// <summary>Makes a security group.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="objectId">Its id; one is made when null.</param>
    /// <param name="members">The object ids of those who are in it.</param>
    public Resource AddGroup(string name, string? objectId, IEnumerable<string> members)
    {
        var id = objectId ?? state.Identifiers.Text();
        var group = Add(id, "Group", new JsonObject
        {
            ["id"] = id,
            ["displayName"] = name,
            ["groupTypes"] = new JsonArray(),
            ["mailEnabled"] = false,
            ["securityEnabled"] = true,
        }, null);
        group.Hidden["members"] = Json.List(members);
        return state.World.Save(group);
    }

    /// <summary>The object ids by which a principal holds roles: its own, and those of the groups that it is in, directly or by
    /// another group.</summary>
    public HashSet<string> WithGroups(string objectId)
    {
        var all = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { objectId };
        var groups = state.World.Derived(RecordType, static all => all.Where(static p => TypeOf(p) == "Group").ToList());
        while (groups.Find(g => !all.Contains(g.Body.Text("id")!) && g.Hidden.Texts("members").Any(all.Contains)) is { } group)
            all.Add(group.Body.Text("id")!);
        return all;
    }

    public Resource? Find(string? objectId) => Guid.TryParse(objectId, out var id)
        ? state.World.Find(RecordId(id.ToString("D")), RecordType) : null;

    public Resource? FindByAppId(string appId) => state.World.OfType(RecordType).FirstOrDefault(p => p.Body.Text("appId").Same(appId));

    public IEnumerable<Resource> All => state.World.OfType(RecordType);

    public void Remove(string? objectId)
    {
        if (Find(objectId) is { } found)
            state.World.Remove(found.Id);
    }

    /// <summary>User, Group or ServicePrincipal.</summary>
    public static string TypeOf(Resource principal) => principal.Hidden.Text("type")!;

    /// <summary>Whether role assignments know the principal yet. The principal's type in the request shortens the delay and does not
    /// remove it.</summary>
    public bool IsReplicated(Resource principal, bool withType) =>
        principal.Hidden.Time("since") is not { } since
        || state.Now >= since + (withType ? state.Settings.PrincipalWithType : state.Settings.Principal);

    private static readonly DateTimeOffset Origin = new(2024, 1, 15, 9, 0, 0, TimeSpan.Zero);

    private Resource Add(string id, string type, JsonObject body, DateTimeOffset? since)
    {
        var hidden = new JsonObject { ["type"] = type };
        if (since is { } time)
            hidden["since"] = time.ToString("O", CultureInfo.InvariantCulture);
        return state.World.Save(new Resource(RecordId(id), RecordType, body, hidden));
    }

    private static string RecordId(string objectId) => "simulator/directory/" + objectId.ToLowerInvariant();
}
