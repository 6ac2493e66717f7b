using AmlVnet.Arm.Resources;
using AmlVnet.Core;

namespace AmlVnet.Arm.Operations;

/// <summary>Where a role is to be granted, and to whom.</summary>
internal sealed record NetworkAccessRequest
{
    /// <summary>A cluster's or a compute's ARM id.</summary>
    internal required ArmId Cluster { get; init; }

    internal NetworkScopeLevel Level { get; init; }

    /// <summary>A scope of the user's own; it outranks <see cref="Level"/>.</summary>
    internal ArmId? Scope { get; init; }

    /// <summary>An object id of the user's own; it outranks the look-up.</summary>
    internal string? PrincipalId { get; init; }
}

/// <summary>Grants a cluster's identity Network Contributor where its virtual network lives, and takes it back.</summary>
internal sealed class NetworkAccess(AzureConnection azure)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(60);

    // A new principal is usually known within seconds; replication across a tenant's replicas can take minutes.
    private static readonly TimeSpan ReplicationPatience = TimeSpan.FromMinutes(15);

    internal async Task<PlannedWork<AksNetworkAccess>> PlanGrantAsync(NetworkAccessRequest request, CancellationToken cancel)
    {
        var (found, nodes, principalId) = await ResolveAsync(request, cancel).ConfigureAwait(false);
        var subnet = PlaceOf(request, nodes);
        var scope = request.Scope ?? ScopeAt(request.Level, subnet);
        if (!scope.Holds(subnet)) throw Problems.ScopeDoesNotHold(scope.ToString(), subnet.ToString());
        var right = await azure.Rights.ReadAsync(subnet, principalId, cancel).ConfigureAwait(false);
        if (right is { Granted: Answer.Yes, Assignment: { } giving })
        {
            ActivityLog.Current.Verbose($"{principalId} has the right already: {right.Reason}");
            return new(new OperationPlan(), static (_, _) => Task.CompletedTask, _ => Task.FromResult(
                Describe(found, subnet, principalId, giving.Scope, giving.Id, giving.CreatedOn, right.RoleName ?? "", isChanged: false, isGranted: true)));
        }

        var role = ArmId.ForRoleDefinition(subnet.SubscriptionId!, WellKnownRoles.NetworkContributorId).ToString();
        var assignment = scope.RoleAssignment(RoleAssignmentName.Derive(scope.ToString(), principalId, role).ToString());
        WireRoleAssignment? made = null;
        var step = new PlanStep
        {
            Kind = PlanStepKind.Grant,
            Target = scope.ToString(),
            Sentence = $"Grant {WellKnownRoles.NetworkContributorName} to {principalId}, the identity of cluster {found.ClusterId.Name}",
            Changes = [new PropertyChange("role", null, WellKnownRoles.NetworkContributorName)],
        };
        return new(new OperationPlan { Steps = [step] },
            async (_, token) => made = await AssignAsync(assignment, role, principalId, token).ConfigureAwait(false),
            async token =>
            {
                if (made is not null)
                    return Describe(found, subnet, principalId, scope.ToString(), made.Id ?? assignment.ToString(), made.Properties?.CreatedOn,
                        WellKnownRoles.NetworkContributorName, isChanged: true, isGranted: true);
                var now = await azure.Rights.ReadAsync(subnet, principalId, token).ConfigureAwait(false);
                return Describe(found, subnet, principalId, now.Assignment?.Scope ?? scope.ToString(), now.Assignment?.Id, now.Assignment?.CreatedOn,
                    now.RoleName ?? WellKnownRoles.NetworkContributorName, isChanged: false, isGranted: true);
            });
    }

    /// <summary>Removes the assignments whose names this module derived, at the scope given or at each of the three levels.</summary>
    internal async Task<PlannedWork<AksNetworkAccess>> PlanRevokeAsync(NetworkAccessRequest request, bool allLevels, CancellationToken cancel)
    {
        var (found, nodes, principalId) = await ResolveAsync(request, cancel).ConfigureAwait(false);
        var subnet = PlaceOf(request, nodes);
        var role = ArmId.ForRoleDefinition(subnet.SubscriptionId!, WellKnownRoles.NetworkContributorId).ToString();
        ArmId[] scopes = request.Scope is { } own ? [own]
            : allLevels ? [.. Enum.GetValues<NetworkScopeLevel>().Select(level => ScopeAt(level, subnet))]
            : [ScopeAt(request.Level, subnet)];
        var steps = new List<PlanStep>();
        var targets = new Dictionary<PlanStep, ArmId>();
        foreach (var scope in scopes)
        {
            var assignment = scope.RoleAssignment(RoleAssignmentName.Derive(scope.ToString(), principalId, role).ToString());
            if (await azure.RoleAssignments.FindAsync(assignment, cancel).ConfigureAwait(false) is null) continue;
            var step = new PlanStep
            {
                Kind = PlanStepKind.Revoke,
                Target = scope.ToString(),
                Sentence = $"Revoke {WellKnownRoles.NetworkContributorName} from {principalId}, the identity of cluster {found.ClusterId.Name}",
                Changes = [new PropertyChange("role", WellKnownRoles.NetworkContributorName, null)],
            };
            steps.Add(step);
            targets[step] = assignment;
        }

        return new(new OperationPlan { Steps = steps },
            (step, token) => azure.RoleAssignments.DeleteAsync(targets[step], token),
            async token =>
            {
                var right = await azure.Rights.ReadAsync(subnet, principalId, token).ConfigureAwait(false);
                if (right is { Granted: Answer.Yes, Assignment: { } other })
                {
                    ActivityLog.Current.Warning($"{principalId} still has the right on {subnet}: {right.Reason} That assignment was not made by this module.");
                    return Describe(found, subnet, principalId, other.Scope, other.Id, other.CreatedOn, right.RoleName ?? "", steps.Count > 0, isGranted: true);
                }

                return Describe(found, subnet, principalId, (steps.Count > 0 ? steps[0].Target : scopes[0].ToString()), null, null,
                    WellKnownRoles.NetworkContributorName, steps.Count > 0, isGranted: false);
            });
    }

    /// <summary>The subnet that the right is for: the nodes', or another one of their network that is the scope itself, for the load balancer.</summary>
    private static ArmId PlaceOf(NetworkAccessRequest request, ArmId nodes) =>
        request.Scope is { } own && own.IsType(ResourceTypes.Subnet) && ArmId.AreSame(own.Parent!.ToString(), nodes.Parent!.ToString()) ? own : nodes;

    private static ArmId ScopeAt(NetworkScopeLevel level, ArmId subnet) => level switch
    {
        NetworkScopeLevel.Subnet => subnet,
        NetworkScopeLevel.VirtualNetwork => subnet.Parent!,
        _ => ArmId.ForResourceGroup(subnet.SubscriptionId!, subnet.ResourceGroupName!),
    };

    private static AksNetworkAccess Describe(ClusterInHand found, ArmId subnet, string principalId, string scope, string? assignmentId,
        DateTimeOffset? createdOn, string roleName, bool isChanged, bool isGranted) => new()
        {
            ClusterId = found.ClusterId.ToString(),
            ComputeId = found.ComputeId?.ToString(),
            SubnetId = subnet.ToString(),
            PrincipalId = principalId,
            RoleName = roleName,
            Scope = scope,
            RoleAssignmentId = assignmentId,
            IsChanged = isChanged,
            IsGranted = isGranted,
            GrantedOn = createdOn,
        };

    private async Task<(ClusterInHand Found, ArmId Subnet, string PrincipalId)> ResolveAsync(NetworkAccessRequest request, CancellationToken cancel)
    {
        var found = await azure.Clusters.FindAsync(request.Cluster, cancel).ConfigureAwait(false);
        var subnet = found.RequireSubnet();
        var principalId = request.PrincipalId ?? (await azure.Clusters.GetIdentityAsync(found, cancel).ConfigureAwait(false)).PrincipalId;
        return (found, subnet, principalId);
    }

    /// <summary>Null when somebody else's assignment of the same role, scope and principal was there first.</summary>
    private async Task<WireRoleAssignment?> AssignAsync(ArmId assignment, string role, string principalId, CancellationToken cancel)
    {
        var log = ActivityLog.Current;
        var activity = new object();
        var start = azure.Pace.UtcNow;
        var delay = FirstRetry;
        log.OnStop(activity, $"Stopped before {WellKnownRoles.NetworkContributorName} was granted to {principalId}. Run the same command again to go on.");
        try
        {
            while (true)
            {
                try
                {
                    return await azure.RoleAssignments.PutAsync(assignment, role, principalId, cancel).ConfigureAwait(false);
                }
                catch (ArmRequestException e) when (e.Code == "RoleAssignmentExists")
                {
                    return null;
                }
                catch (ArmRequestException e) when (e.Code == "PrincipalNotFound")
                {
                    var waited = azure.Pace.UtcNow - start;
                    if (waited >= ReplicationPatience) throw Problems.PrincipalNotReplicated(principalId, waited, e);
                    log.Verbose($"The directory does not know {principalId} yet; asking again in {delay.TotalSeconds:0} s.");
                    log.Progress(activity, new ActivityProgress($"Granting {WellKnownRoles.NetworkContributorName}",
                        $"waiting for the directory to know {principalId}", waited));
                    await azure.Pace.DelayAsync(delay, cancel).ConfigureAwait(false);
                    delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestRetry.Ticks));
                }
            }
        }
        finally
        {
            log.Progress(activity, new ActivityProgress("Granting", "", azure.Pace.UtcNow - start, IsCompleted: true));
            if (!cancel.IsCancellationRequested) log.OnStop(activity, null);
        }
    }
}
