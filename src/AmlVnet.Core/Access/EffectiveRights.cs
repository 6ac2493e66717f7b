namespace AmlVnet.Core.Access;

/// <summary>A yes, a no, or not to be known from what could be read.</summary>
public enum Answer
{
    /// <summary>It is not so.</summary>
    No,

    /// <summary>It is so.</summary>
    Yes,

    /// <summary>It can't be known; a reason comes with it.</summary>
    Unknown,
}

/// <summary>Whether a principal may do one thing at one scope, and by which assignment.</summary>
/// <param name="Granted">Whether it may.</param>
/// <param name="Assignment">The assignment that gives it (or, when unknown, the one that may give it).</param>
/// <param name="RoleName">That assignment's role.</param>
/// <param name="Reason">One sentence that says why.</param>
public sealed record ActionRight(Answer Granted, RoleAssignmentFacts? Assignment, string? RoleName, string Reason);

/// <summary>Whether a principal may put a load balancer or a node into a subnet: it needs to read the subnet and to join it.</summary>
/// <param name="Join">The right to join.</param>
/// <param name="Read">The right to read.</param>
public sealed record SubnetJoinRight(ActionRight Join, ActionRight Read)
{
    /// <summary>Both rights together.</summary>
    public Answer Granted =>
        Join.Granted == Answer.No || Read.Granted == Answer.No ? Answer.No
        : Join.Granted == Answer.Unknown || Read.Granted == Answer.Unknown ? Answer.Unknown
        : Answer.Yes;

    /// <summary>The assignment to name: the one that gives the join, and where there is one, the read too.</summary>
    public RoleAssignmentFacts? Assignment => Join.Assignment;

    /// <summary>Since when there are assignments for both: the younger one's time.</summary>
    public DateTimeOffset? CreatedOn =>
        Join.Assignment?.CreatedOn is { } join && Read.Assignment?.CreatedOn is { } read ? (join > read ? join : read) : null;

    /// <summary>The role of <see cref="Assignment"/>.</summary>
    public string? RoleName => Join.RoleName;

    /// <summary>One sentence that says why.</summary>
    public string Reason => Join.Granted != Answer.Yes ? Join.Reason : Read.Granted != Answer.Yes ? Read.Reason
        : ReferenceEquals(Join.Assignment, Read.Assignment) ? Join.Reason : $"{Join.Reason} {Read.Reason}";
}

/// <summary>
/// Evaluates role assignments as Azure does: an assignment holds at its scope and everything beneath it, rights add up over
/// assignments, and <c>notActions</c> takes away only from its own role (Microsoft Learn: "What is Azure role-based access control").
/// An assignment with a condition, or whose role can't be read, gives <see cref="Answer.Unknown"/> unless another one gives the right.
/// </summary>
public sealed class EffectiveRights
{
    private readonly List<RoleAssignmentFacts> _assignments;
    private readonly Dictionary<string, RoleDefinitionFacts> _definitions;

    /// <summary>Makes the evaluation.</summary>
    /// <param name="assignments">The assignments that could be read, at the scopes in question and above them.</param>
    /// <param name="definitions">The role definitions that they name; the well-known ones need not be given.</param>
    public EffectiveRights(IEnumerable<RoleAssignmentFacts> assignments, IEnumerable<RoleDefinitionFacts> definitions)
    {
        ArgumentNullException.ThrowIfNull(assignments);
        ArgumentNullException.ThrowIfNull(definitions);
        _assignments = [.. assignments];
        _definitions = new(StringComparer.OrdinalIgnoreCase);
        foreach (var definition in WellKnownRoles.Definitions.Concat(definitions))
            _definitions[LastPart(definition.Id)] = definition;
    }

    /// <summary>Whether the principal may do the action at the scope.</summary>
    /// <param name="principalId">The principal's object id.</param>
    /// <param name="action">The operation.</param>
    /// <param name="scope">The ARM id of what it acts on.</param>
    /// <param name="groupIds">Groups that the principal belongs to; their assignments count as its own.</param>
    public ActionRight Evaluate(string principalId, string action, ArmId scope, params IEnumerable<string> groupIds)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(groupIds);
        var principals = new HashSet<string>(groupIds, StringComparer.OrdinalIgnoreCase) { principalId };
        ActionRight? doubtful = null;
        foreach (var assignment in _assignments.Where(one => principals.Contains(one.PrincipalId) && Covers(one.Scope, scope)))
        {
            if (!_definitions.TryGetValue(LastPart(assignment.RoleDefinitionId), out var role))
            {
                doubtful ??= new(
                    Answer.Unknown, assignment, null,
                    $"The role {assignment.RoleDefinitionId} of {assignment.Id} could not be read.");
                continue;
            }

            if (!role.Allows(action))
                continue;
            if (string.IsNullOrWhiteSpace(assignment.Condition))
                return new(Answer.Yes, assignment, role.RoleName, $"{role.RoleName} at {assignment.Scope} gives {action}.");
            doubtful ??= new(
                Answer.Unknown, assignment, role.RoleName,
                $"{role.RoleName} at {assignment.Scope} has a condition, which is not evaluated.");
        }

        return doubtful ?? new(Answer.No, null, null, $"No role assignment gives {principalId} the action {action} at {scope}.");
    }

    /// <summary>Every assignment that gives the principal the action at the scope for certain.</summary>
    /// <param name="principalId">The principal's object id.</param>
    /// <param name="action">The operation.</param>
    /// <param name="scope">The ARM id of what it acts on.</param>
    /// <param name="groupIds">Groups that the principal belongs to.</param>
    public IEnumerable<ActionRight> Granting(string principalId, string action, ArmId scope, params IEnumerable<string> groupIds) =>
        _assignments
        .Select(assignment => new EffectiveRights([assignment], _definitions.Values).Evaluate(principalId, action, scope, groupIds))
        .Where(right => right.Granted == Answer.Yes);

    /// <summary>Whether the principal may read and join the subnet.</summary>
    /// <param name="principalId">The principal's object id.</param>
    /// <param name="subnet">The subnet's ARM id.</param>
    /// <param name="groupIds">Groups that the principal belongs to.</param>
    public SubnetJoinRight EvaluateSubnetJoin(string principalId, ArmId subnet, params IEnumerable<string> groupIds)
    {
        // One assignment that gives both says more than two halves, and of several the oldest tells since when.
        var reads = Granting(principalId, WellKnownRoles.SubnetReadAction, subnet, groupIds).ToArray();
        var both = Granting(principalId, WellKnownRoles.SubnetJoinAction, subnet, groupIds)
            .Select(join => (Join: join, Read: Array.Find(reads, read => ReferenceEquals(read.Assignment, join.Assignment))))
            .Where(pair => pair.Read is not null).OrderBy(pair => pair.Join.Assignment!.CreatedOn ?? DateTimeOffset.MaxValue)
            .FirstOrDefault();
        return both is { Join: { } join, Read: { } read }
            ? new(join, read)
            : new(
                Evaluate(principalId, WellKnownRoles.SubnetJoinAction, subnet, groupIds),
                Evaluate(principalId, WellKnownRoles.SubnetReadAction, subnet, groupIds));
    }

    internal static bool Covers(string assignmentScope, ArmId scope) =>
        ArmId.TryParse(assignmentScope, out var at, out _)
        // Which subscriptions a management group holds is in no id. Azure lists its assignments only where they hold.
        && (at.Holds(scope) || at.IsType("Microsoft.Management/managementGroups"));

    private static string LastPart(string id) => id[(id.LastIndexOf('/') + 1)..];
}
