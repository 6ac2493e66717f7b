namespace AmlVnet.Simulator.Directory;

/// <summary>Who may do what: role assignments with inheritance, wildcards and exclusions (Microsoft Learn: "Understand Azure role
/// definitions").</summary>
internal sealed class Access(CloudState state, Principals principals) : ICallerRights
{
    public const string AssignmentType = "Microsoft.Authorization/roleAssignments";

    public const string DenyType = "Microsoft.Authorization/denyAssignments";

    /// <summary>The principal that stands for all (Microsoft Learn: "List Azure deny assignments").</summary>
    private const string Everyone = "00000000-0000-0000-0000-000000000000";

    public const string DefinitionType = "Microsoft.Authorization/roleDefinitions";

    /// <summary>Whether a principal effectively has an action on a resource at this time.</summary>
    public bool Allows(string? principalId, string action, string scope) =>
        principalId is not null && Effective(principalId, scope).Any(definition => Permits(definition, action))
            && Denied(principalId, action, scope) is null;

    /// <summary>The deny assignment that takes an action on a scope away from a principal; null where none does.</summary>
    public Resource? Denied(string principalId, string action, string scope)
    {
        var holders = principals.WithGroups(principalId);
        return state.World.OfType(DenyType).FirstOrDefault(deny => deny.Properties is var its
            && (its.Flag("doNotApplyToChildScopes") == true ? DenyScope(deny).Same(scope) : Covers(DenyScope(deny), scope))
            && !its.Text("denyAssignmentEffect").Same("Audit")
            && its.Objects("permissions").Any(permission => Permits(permission, action))
            && its.Objects("principals").Any(one => one.Text("id") is { } id && (id.Same(Everyone) || holders.Contains(id)))
            && !its.Objects("excludePrincipals").Any(one => holders.Contains(one.Text("id") ?? "")));
    }

    /// <summary>Where a deny assignment holds; a scenario may leave it to the id.</summary>
    public static string DenyScope(Resource deny) => deny.Properties.Text("scope") is { Length: > 0 } said ? said
        : deny.Id.LastIndexOf("/providers/" + DenyType + "/", StringComparison.OrdinalIgnoreCase) is var at and > 0 ? deny.Id[..at] : "/";

    public DenyInForce? CallerDenied(string action, string scope) => Denied(Caller.Id, action, scope) is { } deny
        ? new(deny.Properties.Text("denyAssignmentName") ?? deny.Name, deny.Name, DenyScope(deny)) : null;

    /// <summary>The role definitions that act for a principal on a scope now.</summary>
    public IEnumerable<Resource> Effective(string principalId, string scope)
    {
        var holders = principals.WithGroups(principalId);
        foreach (var assignment in AssignmentsOf(holders))
        {
            if (Covers(assignment.Properties.Text("scope")!, scope)
                && (assignment.Hidden.Time("effective") is not { } from || from <= state.Now)
                && Definition(assignment.Properties.Text("roleDefinitionId")) is { } definition)
            {
                yield return definition;
            }
        }
    }

    private IEnumerable<Resource> AssignmentsOf(HashSet<string> holders)
    {
        var byPrincipal = state.World.Derived(AssignmentType, static all =>
            all.ToLookup(static one => one.Properties.Text("principalId") ?? "", StringComparer.OrdinalIgnoreCase));
        return holders.SelectMany(holder => byPrincipal[holder]).OrderBy(static one => one.Id, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The definition that an id names, whatever scope the id was written with.</summary>
    public Resource? Definition(string? id) => id is null ? null : state.World.Find(DefinitionRecord(id[(id.LastIndexOf('/') + 1)..]),
        DefinitionType);

    public static string DefinitionRecord(string name) => "/providers/Microsoft.Authorization/roleDefinitions/" + name;

    /// <summary>Whether an assignment at one scope reaches another.</summary>
    public static bool Covers(string scope, string target) =>
        scope is "/" or "" || IsAbove(scope, target) || target.Same(scope.TrimEnd('/'))
            || target.StartsWith(scope.TrimEnd('/') + "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>The subscription lies below every management group that is named: nothing else says where it lies.</summary>
    private static bool IsAbove(string scope, string target) =>
        scope.StartsWith("/providers/Microsoft.Management/managementGroups/", StringComparison.OrdinalIgnoreCase)
        && target.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase);

    public static bool Permits(Resource definition, string action) => definition.Properties.Objects("permissions")
        .Any(p => Permits(p, action));

    public static bool Permits(JsonObject permission, string action) =>
        permission.Texts("actions").Any(a => Matches(a, action)) && !permission.Texts("notActions").Any(a => Matches(a, action));

    /// <summary>Compares an action with a pattern in which <c>*</c> stands for any text.</summary>
    public static bool Matches(string pattern, string action)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1)
            return pattern.Same(action);
        if (!action.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase))
            return false;
        var at = parts[0].Length;
        foreach (var part in parts[1..^1])
        {
            var found = action.IndexOf(part, at, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
                return false;
            at = found + part.Length;
        }
        return action.Length - at >= parts[^1].Length && action.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The one whose token the request carries, where the directory knows him; else the one whom the world calls the
    /// caller.</summary>
    public (string Id, string Name) Caller
    {
        get
        {
            var caller = principals.Find(state.SignedIn) ?? principals.Find(principals.CallerId);
            // A user is called by the name that he signs in with, an application by its id.
            return caller is null ? (principals.CallerId, principals.CallerId)
                : (caller.Body.Text("id")!, caller.Body.Text("userPrincipalName") ?? caller.Body.Text("appId") ?? caller.Body.Text("id")!);
        }
    }

    /// <summary>Whether the caller may do something: by his role assignments, or by what the control surface set in their place.</summary>
    public bool CallerMay(string action, string scope) => CallerPermissions(scope).Any(permission => Permits(permission, action));

    /// <summary>Whether the caller sees that a subscription or a group is there, and may ask what is in it: he may read it, or has a role
    /// on something in it.</summary>
    public bool CallerSees(string action, string scope) => CallerMay(action, scope)
        || (GivenPermission() is null && AssignmentsOf(principals.WithGroups(Caller.Id))
            .Any(assignment => Covers(scope, assignment.Properties.Text("scope")!)));

    /// <summary>The permissions that the caller has on a scope, one for each of his roles there.</summary>
    public IEnumerable<JsonObject> CallerPermissions(string scope) => GivenPermission() is { } given ? [given]
        : Effective(Caller.Id, scope).DistinctBy(static role => role.Id, StringComparer.OrdinalIgnoreCase)
            .SelectMany(static role => role.Properties.Objects("permissions")).Select(Whole);

    private JsonObject? GivenPermission() => state.Settings.Values.Object("caller") is not { } given ? null
        : Whole(new JsonObject
        {
            ["actions"] = given.Array("actions")?.DeepClone() ?? new JsonArray("*"),
            ["notActions"] = given.Array("notActions")?.DeepClone(),
        });

    private static JsonObject Whole(JsonObject permission) => new()
    {
        ["actions"] = Json.List(permission.Texts("actions")),
        ["notActions"] = Json.List(permission.Texts("notActions")),
        ["dataActions"] = Json.List(permission.Texts("dataActions")),
        ["notDataActions"] = Json.List(permission.Texts("notDataActions")),
    };
}
