namespace AmlVnet.Core.Access;

/// <summary>Who asks, as far as the token says.</summary>
/// <param name="ObjectId">The directory object id.</param>
/// <param name="PrincipalType">User or ServicePrincipal; null where the token does not say.</param>
public sealed record CallerIdentity(string ObjectId, string? PrincipalType);

/// <summary>What Azure answered when it was asked for the caller's permissions at one place.</summary>
/// <param name="Place">Where.</param>
/// <param name="Permissions">The permissions, one for each role; empty where there is none, null where they could not be read.</param>
/// <param name="Why">Why they could not be read whole; null where they were.</param>
public sealed record CallerPermissions(ArmId Place, IReadOnlyList<RolePermission>? Permissions, string? Why)
{
    /// <summary>Whether nothing is missing from the answer.</summary>
    public bool IsWhole => Permissions is not null && Why is null;

    /// <summary>
    /// Whether a role gives the action. What one role leaves out another may give: each permission is looked at by itself (Microsoft Learn,
    /// "Understand Azure role definitions": NotActions).
    /// </summary>
    public bool Give(string action) => Permissions?.Any(permission => permission.Allows(action)) == true;
}

/// <summary>Whether the caller has a right that is needed.</summary>
/// <param name="Need">The right.</param>
/// <param name="Granted">Yes is what roles allow, and no proof: <see cref="CallerRights.NotLookedAt"/> may take it away.</param>
/// <param name="Reason">One sentence that says why.</param>
public sealed record CallerRight(NeededAction Need, Answer Granted, string Reason)
{
    /// <summary>Whether it is not known because Azure was asked and did not say; else nothing can be asked there.</summary>
    public bool IsUnread { get; init; }
}

/// <summary>Finds out from Azure's answers whether the caller has the rights that a plan needs.</summary>
public static class CallerRights
{
    /// <summary>What may forbid or allow something beside the roles that were read.</summary>
    public const string NotLookedAt =
        "conditions of assignments, deny assignments, policies, locks, and eligible roles that are not active";

    /// <summary>
    /// Where to ask for a right, widest first: a resource group, and what is in it. What is given around a place is given in it, so that
    /// the first place which gives the right ends the asking, and one answer serves many needs. Azure documents no question for a
    /// subscription (Microsoft Learn, REST: "Permissions": for a resource group and for a resource).
    /// </summary>
    public static IReadOnlyList<ArmId> PlacesFor(NeededAction need)
    {
        ArgumentNullException.ThrowIfNull(need);
        var places = new List<ArmId>();
        if (ArmId.TryParse(need.AskAt ?? need.Scope, out var id, out _))
            for (var at = id; at?.ResourceGroupName is not null; at = at.Parent)
                places.Insert(0, at);
        return places;
    }

    /// <summary>Whether the right is given, by the answers from <see cref="PlacesFor"/> as far as it was asked.</summary>
    /// <param name="need">The right.</param>
    /// <param name="asked">The answers, widest first.</param>
    public static CallerRight Judge(NeededAction need, IReadOnlyList<CallerPermissions> asked)
    {
        ArgumentNullException.ThrowIfNull(need);
        ArgumentNullException.ThrowIfNull(asked);
        if (asked.FirstOrDefault(answer => answer.Give(need.Action)) is { } giving)
            // What is given in a part of the scope need not be given in all of it.
            return ArmId.TryParse(need.Scope, out var scope, out _) && !scope.Equals(giving.Place) && scope.Holds(giving.Place)
                ? new(need, Answer.Unknown, $"it is given at {giving.Place}, and {scope} itself can't be asked")
                : new(need, Answer.Yes, $"a role gives it at {giving.Place}");
        return asked.Count == 0 ? new(need, Answer.Unknown, $"the rights at {need.Scope} can't be asked for")
            : asked[^1] is { IsWhole: true } nearest ? new(need, Answer.No, $"no role gives it at {nearest.Place}")
            : new(need, Answer.Unknown, asked[^1].Why ?? "the permissions can't be read") { IsUnread = true };
    }
}
