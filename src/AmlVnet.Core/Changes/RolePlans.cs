namespace AmlVnet.Core.Changes;

/// <summary>Whose right it is, and where it is given.</summary>
/// <param name="ClusterName">The cluster's name.</param>
/// <param name="PrincipalId">The directory object id of the identity by which it acts.</param>
/// <param name="Level">How much of the network.</param>
/// <param name="Scope">A scope of the user's own, which outranks the level.</param>
public sealed record RoleWish(string ClusterName, string PrincipalId, NetworkScopeLevel Level, ArmId? Scope)
{
    /// <summary>The scope of a right on a subnet.</summary>
    public ArmId ScopeFor(ArmId subnet) => Scope ?? At(Level, subnet);

    /// <summary>The scope of a level.</summary>
    public static ArmId At(NetworkScopeLevel level, ArmId subnet) => level switch
    {
        NetworkScopeLevel.Subnet => subnet,
        NetworkScopeLevel.VirtualNetwork => subnet.Parent!,
        _ => ArmId.ForResourceGroup(subnet.SubscriptionId!, subnet.ResourceGroupName!),
    };
}

/// <summary>A cluster that acts by the same identity as another one.</summary>
/// <param name="Name">The cluster's name.</param>
/// <param name="IsSelf">Whether it stands for those that could not be listed.</param>
/// <param name="Subnets">The subnets of its nodes and pods; null when they are not known.</param>
public sealed record IdentitySharer(string Name, bool IsSelf, IReadOnlyList<ArmId>? Subnets);

/// <summary>Plans the giving and the taking of a cluster's right on its network.</summary>
public static class RolePlans
{
    /// <summary>The ARM id of the role as the subscription of a subnet knows it.</summary>
    public static string RoleFor(ArmId subnet) =>
        ArmId.ForRoleDefinition(subnet.SubscriptionId!, WellKnownRoles.NetworkContributorId).ToString();

    /// <summary>The assignment that this module makes at a scope: its name derives from what it says.</summary>
    public static ArmId AssignmentAt(ArmId scope, string principalId, string role) =>
        scope.RoleAssignment(RoleAssignmentName.Derive(scope.ToString(), principalId, role).ToString());

    /// <summary>Whether this module made an assignment.</summary>
    public static bool IsOwn(RoleAssignmentFacts assignment, ArmId scope, string principalId, string role) =>
        assignment.Id.EndsWith($"/{AssignmentAt(scope, principalId, role).Name}", StringComparison.OrdinalIgnoreCase);

    /// <summary>The subnet that a right is for: the nodes', or another one of their network that is the scope itself,
    /// for the load balancer.</summary>
    public static ArmId PlaceOf(ArmId? scope, ArmId nodes) =>
        scope is not null && scope.IsType(ResourceTypes.Subnet) && ArmId.AreSame(scope.Parent!.ToString(), nodes.Parent!.ToString()) ? scope
            : nodes;

    /// <summary>Plans the giving: one assignment for each scope that does not give the right yet.</summary>
    /// <param name="wish">Whose, and where.</param>
    /// <param name="rights">Each subnet that it is needed on, with what the identity has there.</param>
    /// <exception cref="AmlVnetException">The scope does not hold a subnet.</exception>
    public static Plan Grant(RoleWish wish, IReadOnlyList<(ArmId Subnet, SubnetJoinRight Right)> rights)
    {
        var steps = new List<AssignRole>();
        var remarks = new List<string>();
        foreach (var (subnet, right) in rights)
        {
            var scope = wish.ScopeFor(subnet);
            if (!scope.Holds(subnet)) throw Problems.ScopeDoesNotHold(scope.ToString(), subnet.ToString());
            if (right is { Granted: Answer.Yes, Assignment: not null })
            {
                remarks.Add($"{wish.PrincipalId} has the right already: {right.Reason}");
                continue;
            }

            if (steps.Exists(step => ArmId.AreSame(step.Target, scope.ToString()))) continue;
            var role = RoleFor(subnet);
            steps.Add(new AssignRole
            {
                Target = scope.ToString(),
                Sentence = $"Grant {WellKnownRoles.NetworkContributorName} to {wish.PrincipalId}, the identity of cluster "
                    + $"{wish.ClusterName}"
                    + (scope.IsType(ResourceTypes.Subnet) ? ""
                        : $"; -ScopeLevel Subnet would be narrower: subnet {subnet.Name} alone, not {WidthOf(scope)}"),
                Values = [new("role", null, WellKnownRoles.NetworkContributorName)],
                AssignmentId = AssignmentAt(scope, wish.PrincipalId, role).ToString(),
                RoleDefinitionId = role,
                PrincipalId = wish.PrincipalId,
                SubnetId = rights.Last(one => scope.Holds(one.Subnet)).Subnet.ToString(),
            });
        }

        return new Plan { Steps = steps, Remarks = remarks, NeedsAllSteps = true };
    }

    private static string WidthOf(ArmId scope) => scope.IsType(ResourceTypes.VirtualNetwork) ? $"all of network {scope.Name}"
        : $"every network resource of {scope.Name}";

    /// <summary>Plans the taking of the assignments that this module made.</summary>
    /// <param name="wish">Whose, and where.</param>
    /// <param name="own">The assignments, each with its scope.</param>
    /// <param name="sharers">The clusters that act by the same identity.</param>
    /// <param name="ownSubnets">The subnets in which this cluster has nodes or its load balancer.</param>
    /// <param name="isKept">Whether a right that others have too stays.</param>
    /// <param name="isSearched">Whether the scopes were found, and not named by the user.</param>
    public static Plan Revoke(RoleWish wish, IReadOnlyList<(ArmId Scope, ArmId Assignment)> own, IReadOnlyList<IdentitySharer> sharers,
        IReadOnlyList<ArmId> ownSubnets, bool isKept, bool isSearched)
    {
        var steps = new List<Step>();
        var warnings = new List<string>();
        foreach (var (scope, assignment) in own)
        {
            var who = Share(wish.ClusterName, sharers, scope);
            var isShared = who is not null;
            // One in the same virtual network may have its load balancer in any subnet of it;
            // what this cluster has no use for is the other's for certain.
            var stays = isShared && (isKept || (isSearched && scope.IsType(ResourceTypes.Subnet) && !ownSubnets.Contains(scope)));
            if (isShared)
                warnings.Add($"{wish.ClusterName} acts by an identity that is not its alone, and {who}: the role at {scope} "
                    + (stays ? $"stays. Revoke-AksNetworkContributor -Scope '{scope}' takes it away all the same." : "goes for all of "
                        + "them."));
            if (stays) continue;
            steps.Add(new UnassignRole
            {
                Target = scope.ToString(),
                Sentence = $"Revoke {WellKnownRoles.NetworkContributorName} from {wish.PrincipalId}, the identity of cluster "
                    + $"{wish.ClusterName}",
                Values = [new("role", WellKnownRoles.NetworkContributorName, null)],
                AssignmentId = assignment.ToString(),
            });
        }

        return new Plan { Steps = steps, Warnings = warnings };
    }

    /// <summary>What is asked before a right is taken that an internal endpoint needs.</summary>
    /// <param name="name">Whose endpoint it is.</param>
    /// <param name="address">Its address.</param>
    public static string AskToRevoke(string name, string address) =>
        $"The scoring endpoint of {name} is internal ({address}) and needs this right: without it the next change of its load balancer "
            + "fails, and so may the next node. Revoke it all the same?";

    /// <summary>That a principal is not the cluster's; null where it is, or where that is not known.</summary>
    /// <param name="given">The principal's object id.</param>
    /// <param name="clusterName">The cluster's name.</param>
    /// <param name="identities">The object ids by which the cluster acts, as far as they are known.</param>
    /// <param name="clientId">The client id of its service principal, where it has one.</param>
    public static string? NameOther(string given, string clusterName, IReadOnlyList<string> identities, string? clientId) =>
        Words.Is(clientId, given)
            ? $"-PrincipalId {given} is the client id of the service principal of cluster {clusterName}; a role is given to its object id: "
                + $"az ad sp show --id {given} --query id --output tsv"
            : identities.Count > 0 && !identities.Contains(given, StringComparer.OrdinalIgnoreCase)
                ? $"-PrincipalId {given} is not the identity of cluster {clusterName}, which acts by {string.Join(", ", identities)}: what "
                    + "another principal may do does not help the cluster."
                : null;

    /// <summary>Who else has a right at a scope, in words; null when nobody.</summary>
    private static string? Share(string clusterName, IReadOnlyList<IdentitySharer> sharers, ArmId scope)
    {
        var reach = scope.IsType(ResourceTypes.Subnet) ? scope.Parent! : scope;
        // A cluster that does not say where its nodes are may have them here.
        var here = sharers.Where(one => one.Subnets is null || one.Subnets.Any(reach.Holds)).ToArray();
        return here.Length == 0 ? null
            : Array.Exists(here, one => one.IsSelf || one.Name == clusterName) ? "other clusters may too, which can't be listed"
            : $"so does {string.Join(", ", here.Select(static one => one.Name))}";
    }
}
