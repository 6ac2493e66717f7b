namespace AmlVnet.Core.Access;

/// <summary>A role assignment as Microsoft.Authorization returns it.</summary>
/// <param name="Id">The assignment's ARM id.</param>
/// <param name="Scope">Where the role holds: an ARM id, a management group or <c>/</c>.</param>
/// <param name="PrincipalId">The directory object id that the role is assigned to.</param>
/// <param name="RoleDefinitionId">The role definition's ARM id; only its last part counts.</param>
public sealed record RoleAssignmentFacts(string Id, string Scope, string PrincipalId, string RoleDefinitionId)
{
    /// <summary>The assignment's condition, when it has one. What a condition lets through is not worked out here.</summary>
    public string? Condition { get; init; }

    /// <summary>When the assignment was made.</summary>
    public DateTimeOffset? CreatedOn { get; init; }
}

/// <summary>What a role allows: each action that a member of <see cref="Actions"/> matches and none of <see cref="NotActions"/>
/// does.</summary>
/// <param name="Actions">Patterns of operations; <c>*</c> stands for any text.</param>
/// <param name="NotActions">Patterns of operations that are taken out of this permission (not denied: another role may give them).</param>
public sealed record RolePermission(IReadOnlyList<string> Actions, IReadOnlyList<string> NotActions)
{
    /// <summary>Whether this permission allows the action.</summary>
    public bool Allows(string action) =>
        Actions.Any(pattern => ActionPattern.Matches(pattern, action))
            && !NotActions.Any(pattern => ActionPattern.Matches(pattern, action));
}

/// <summary>A role definition as Microsoft.Authorization returns it.</summary>
public sealed record RoleDefinitionFacts
{
    /// <summary>The definition's ARM id; only its last part counts.</summary>
    public required string Id { get; init; }

    /// <summary>The role's display name.</summary>
    public required string RoleName { get; init; }

    /// <summary>The role's permissions; one that allows the action is enough.</summary>
    public required IReadOnlyList<RolePermission> Permissions { get; init; }

    /// <summary>Whether the role allows the action.</summary>
    public bool Allows(string action) => Permissions.Any(permission => permission.Allows(action));
}

/// <summary>Matches operations against the patterns of role definitions.</summary>
public static class ActionPattern
{
    /// <summary>
    /// Whether the pattern covers the action, without regard to case. <c>*</c> stands for any text, slashes included
    /// (Microsoft Learn: "Understand Azure role definitions").
    /// </summary>
    public static bool Matches(string pattern, string action)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(action);
        int p = 0, a = 0, star = -1, resume = 0;
        while (a < action.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = a;
            }
            else if (p < pattern.Length && char.ToUpperInvariant(pattern[p]) == char.ToUpperInvariant(action[a]))
            {
                p++;
                a++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                a = ++resume;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }
}
