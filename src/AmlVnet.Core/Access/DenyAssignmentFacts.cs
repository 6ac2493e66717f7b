namespace AmlVnet.Core.Access;

/// <summary>One whom a deny assignment names.</summary>
/// <param name="Id">The directory object id; <see cref="DenyAssignmentFacts.Everyone"/> stands for all.</param>
/// <param name="Type">User, Group, ServicePrincipal or SystemDefined; null where the service does not say.</param>
public sealed record DeniedPrincipal(string Id, string? Type);

/// <summary>
/// A deny assignment as Microsoft.Authorization returns it: it takes actions away whatever roles give (Microsoft Learn: "List Azure deny
/// assignments").
/// </summary>
public sealed record DenyAssignmentFacts
{
    /// <summary>The principal that stands for all users, groups and applications of the directory.</summary>
    public const string Everyone = "00000000-0000-0000-0000-000000000000";

    /// <summary>The ARM id.</summary>
    public required string Id { get; init; }

    /// <summary>The display name, which says as a rule what made it.</summary>
    public string? Name { get; init; }

    /// <summary>Where it holds: an ARM id, a management group or <c>/</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>What it takes away; a permission's <see cref="RolePermission.NotActions"/> are left alone by it.</summary>
    public required IReadOnlyList<RolePermission> Permissions { get; init; }

    /// <summary>From whom.</summary>
    public required IReadOnlyList<DeniedPrincipal> Principals { get; init; }

    /// <summary>From whom not, though they are among <see cref="Principals"/>.</summary>
    public IReadOnlyList<DeniedPrincipal> ExcludedPrincipals { get; init; } = [];

    /// <summary>Whether it holds at <see cref="Scope"/> alone and not below.</summary>
    public bool DoNotApplyToChildScopes { get; init; }

    /// <summary>Whether Azure made it, so that nobody can delete it; null where the service does not say.</summary>
    public bool? IsSystemProtected { get; init; }

    /// <summary>The condition, when it has one. What a condition lets through is not worked out here.</summary>
    public string? Condition { get; init; }

    /// <summary>Whether it takes an action on a scope away from a principal;
    /// Unknown where that hangs on a group whose members are not known here.</summary>
    /// <param name="principalId">The principal's object id.</param>
    /// <param name="action">The operation.</param>
    /// <param name="scope">The ARM id of what it acts on.</param>
    /// <param name="groupIds">Groups that the principal is known to belong to.</param>
    public Answer Takes(string principalId, string action, ArmId scope, params IEnumerable<string> groupIds)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(groupIds);
        if (!Permissions.Any(permission => permission.Allows(action)) || !Reaches(scope))
            return Answer.No;
        var known = new HashSet<string>(groupIds, StringComparer.OrdinalIgnoreCase) { principalId };
        if (ExcludedPrincipals.Any(one => known.Contains(one.Id)))
            return Answer.No;
        var named = Principals.Any(one => one.Id == Everyone || known.Contains(one.Id)) ? Answer.Yes
            : Principals.Any(MayHold) ? Answer.Unknown : Answer.No;
        return named == Answer.Yes && (ExcludedPrincipals.Any(MayHold) || !string.IsNullOrWhiteSpace(Condition)) ? Answer.Unknown : named;
    }

    // A group that gives no role here has members whom nobody listed.
    private static bool MayHold(DeniedPrincipal one) => one.Type is null || one.Type.EndsWith("Group", StringComparison.OrdinalIgnoreCase);

    private bool Reaches(ArmId scope) => DoNotApplyToChildScopes ? ArmId.AreSame(Scope, scope.ToString())
        : EffectiveRights.Covers(Scope, scope);
}
