using AmlVnet.Core.Access;

namespace AmlVnet.Arm.Reading;

/// <summary>Reads what gives a principal its rights on a subnet.</summary>
internal sealed class SubnetRights(AzureReader azure)
{
    /// <summary>Whether many principals are asked about: then one list of a scope's assignments serves all of them.</summary>
    internal bool IsForMany { get; set; }

    /// <summary>Whether the principal may read and join the subnet, and by which assignment.</summary>
    internal async Task<SubnetJoinRight> ReadAsync(ArmId subnet, string principalId, CancellationToken cancel)
    {
        var (assignments, definitions) = await ListAsync(subnet, principalId, cancel).ConfigureAwait(false);
        return new EffectiveRights(assignments, definitions).EvaluateSubnetJoin(principalId, subnet, GroupsOf(assignments));
    }

    /// <summary>The service lists what is assigned to the principal's groups too; those ids are the groups'.</summary>
    internal static string[] GroupsOf(IEnumerable<RoleAssignmentFacts> assignments) =>
        [.. assignments.Select(static one => one.PrincipalId).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The principal's role assignments at a scope and above it, and the roles that can be read.</summary>
    internal async Task<(List<RoleAssignmentFacts> Assignments, List<RoleDefinitionFacts> Definitions)> ListAsync(ArmId scope,
        string principalId,
        CancellationToken cancel)
    {
        var assignments = IsForMany ? await FindSharedAsync(scope, principalId, cancel).ConfigureAwait(false) : null;
        assignments ??= await ReadAsync(azure.RoleAssignments.ListAsync(scope, principalId, cancel)).ConfigureAwait(false);
        var definitions = new List<RoleDefinitionFacts>();
        foreach (var id in assignments.Select(static a => a.RoleDefinitionId).Distinct(StringComparer.OrdinalIgnoreCase))
            if (await FindDefinitionAsync(scope, id, cancel).ConfigureAwait(false) is { } definition)
                definitions.Add(definition);
        return (assignments, definitions);
    }

    /// <summary>The principal's own out of the list that all principals share; null where a group has one: whether he is in it, only a
    /// list of his own tells.</summary>
    private async Task<List<RoleAssignmentFacts>?> FindSharedAsync(ArmId scope, string principalId, CancellationToken cancel)
    {
        var own = new List<WireRoleAssignment>();
        await foreach (var wire in azure.RoleAssignments.ListAtAsync(scope, cancel).ConfigureAwait(false))
        {
            if (wire.Properties?.PrincipalType is not ("ServicePrincipal" or "User")) return null;
            if (string.Equals(wire.Properties.PrincipalId, principalId, StringComparison.OrdinalIgnoreCase)) own.Add(wire);
        }

        return [.. own.Select(static wire => wire.ToFacts()).OfType<RoleAssignmentFacts>()];
    }

    private static async Task<List<RoleAssignmentFacts>> ReadAsync(IAsyncEnumerable<WireRoleAssignment> list)
    {
        var assignments = new List<RoleAssignmentFacts>();
        await foreach (var wire in list.ConfigureAwait(false))
            if (wire.ToFacts() is { } assignment)
                assignments.Add(assignment);
        return assignments;
    }

    private async Task<RoleDefinitionFacts?> FindDefinitionAsync(ArmId subnet, string roleDefinitionId, CancellationToken cancel)
    {
        var name = roleDefinitionId[(roleDefinitionId.LastIndexOf('/') + 1)..];
        var id = ArmId.ForRoleDefinition(subnet.SubscriptionId!, name).ToString();
        try
        {
            return await azure.OnceAsync($"role {id}", async () =>
                (await azure.RoleAssignments.FindDefinitionAsync(id, cancel).ConfigureAwait(false))?.ToFacts()
                    ?? throw Problems.ResourceNotFound("role definition", id)).ConfigureAwait(false);
        }
        catch (AmlVnetException e) when (e.Kind is ProblemKind.NotFound or ProblemKind.PermissionDenied)
        {
            return null;
        }
    }
}
