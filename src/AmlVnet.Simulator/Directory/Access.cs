namespace AmlVnet.Simulator.Directory;

/// <summary>Who may do what: role assignments with inheritance, wildcards and exclusions (Microsoft Learn: "Understand Azure role
/// definitions").</summary>
internal sealed class Access(CloudState state) : ICallerRights
{
    public const string AssignmentType = "Microsoft.Authorization/roleAssignments";

    public const string DefinitionType = "Microsoft.Authorization/roleDefinitions";

    /// <summary>Whether a principal effectively has an action on a resource at this time.</summary>
    public bool Allows(string? principalId, string action, string scope) =>
        principalId is not null && Effective(principalId, scope).Any(definition => Permits(definition, action));

    /// <summary>The role definitions that act for a principal on a scope now.</summary>
    public IEnumerable<Resource> Effective(string principalId, string scope)
    {
        foreach (var assignment in state.World.OfType(AssignmentType))
        {
            if (assignment.Properties.Text("principalId").Same(principalId)
                && Covers(assignment.Properties.Text("scope")!, scope)
                && (assignment.Hidden.Time("effective") is not { } from || from <= state.Now)
                && Definition(assignment.Properties.Text("roleDefinitionId")) is { } definition)
            {
                yield return definition;
            }
        }
    }

    /// <summary>The definition that an id names, whatever scope the id was written with.</summary>
    public Resource? Definition(string? id) => id is null ? null : state.World.Find(DefinitionRecord(id[(id.LastIndexOf('/') + 1)..]),
        DefinitionType);

    public static string DefinitionRecord(string name) => "/providers/Microsoft.Authorization/roleDefinitions/" + name;

    /// <summary>Whether an assignment at one scope reaches another.</summary>
    public static bool Covers(string scope, string target) =>
        scope is "/" or "" || target.Same(scope.TrimEnd('/'))
            || target.StartsWith(scope.TrimEnd('/') + "/", StringComparison.OrdinalIgnoreCase);

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

    /// <summary>What the caller may do, as the control surface set it: everything by default.</summary>
    public bool CallerMay(string action)
    {
        var permission = state.Settings.Values.Object("caller");
        return permission is null || (permission["actions"] is null || permission.Texts("actions").Any(a => Matches(a, action)))
            && !permission.Texts("notActions").Any(a => Matches(a, action));
    }

    public JsonObject CallerPermission() => new()
    {
        ["actions"] = (state.Settings.Values.Object("caller")?.Array("actions")?.DeepClone() as JsonArray) ?? new JsonArray("*"),
        ["notActions"] = (state.Settings.Values.Object("caller")?.Array("notActions")?.DeepClone() as JsonArray) ?? [],
        ["dataActions"] = new JsonArray(),
        ["notDataActions"] = new JsonArray(),
    };
}
