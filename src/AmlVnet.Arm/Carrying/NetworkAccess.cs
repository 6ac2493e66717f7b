using System.Runtime.CompilerServices;
using AmlVnet.Arm.Clients;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.Reading;
using AmlVnet.Core.Access;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Errors;
using AmlVnet.Core.Ids;

namespace AmlVnet.Arm.Carrying;

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

    /// <summary>The internal load balancer's subnet, where it is another one than the nodes': the right is needed on both.</summary>
    internal string? LoadBalancerSubnet { get; init; }

    /// <summary>Whether a compute that is still creating is waited for; not under -WhatIf.</summary>
    internal bool WaitUntilReady { get; init; } = true;
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
        ArmId[] places = [PlaceOf(request, nodes)];
        if (request.LoadBalancerSubnet is { } name && nodes.Parent!.Child("subnets", name) is var second && !second.Equals(nodes))
        {
            Preflight.RequireSubnet(await azure.Facts.ReadNetworkAsync(second, cancel).ConfigureAwait(false), second);
            places = [nodes, second];
        }

        var role = ArmId.ForRoleDefinition(nodes.SubscriptionId!, WellKnownRoles.NetworkContributorId).ToString();
        var steps = new List<PlanStep>();
        var scopes = new Dictionary<PlanStep, ArmId>();
        AksNetworkAccess? result = null;
        foreach (var subnet in places)
        {
            var scope = request.Scope ?? ScopeAt(request.Level, subnet);
            if (!scope.Holds(subnet)) throw Problems.ScopeDoesNotHold(scope.ToString(), subnet.ToString());
            var right = await azure.Rights.ReadAsync(subnet, principalId, cancel).ConfigureAwait(false);
            if (right is { Granted: Answer.Yes, Assignment: { } giving })
            {
                ActivityLog.Current.Verbose($"{principalId} has the right already: {right.Reason}");
                result = Describe(found, subnet, principalId, giving.Scope, giving.Id, giving.CreatedOn, right.RoleName ?? "", isChanged: false, isGranted: true);
            }
            else if (!scopes.ContainsValue(scope))
            {
                var step = new PlanStep
                {
                    Kind = PlanStepKind.Grant,
                    Target = scope.ToString(),
                    Sentence = $"Grant {WellKnownRoles.NetworkContributorName} to {principalId}, the identity of cluster {found.ClusterId.Name}",
                    Changes = [new PropertyChange("role", null, WellKnownRoles.NetworkContributorName)],
                };
                steps.Add(step);
                scopes[step] = scope;
            }
        }

        return new(new OperationPlan { Steps = steps, NeedsAllSteps = true },
            async (step, token) =>
            {
                var scope = scopes[step];
                var subnet = places.Last(scope.Holds);
                var assignment = AssignmentAt(scope, principalId, role);
                if (await AssignAsync(assignment, role, principalId, token).ConfigureAwait(false) is { } made)
                {
                    result = Describe(found, subnet, principalId, scope.ToString(), made.Id ?? assignment.ToString(), made.Properties?.CreatedOn,
                        WellKnownRoles.NetworkContributorName, isChanged: true, isGranted: true);
                    return;
                }

                var now = await azure.Rights.ReadAsync(subnet, principalId, token).ConfigureAwait(false);
                result = Describe(found, subnet, principalId, now.Assignment?.Scope ?? scope.ToString(), now.Assignment?.Id, now.Assignment?.CreatedOn,
                    now.RoleName ?? WellKnownRoles.NetworkContributorName, isChanged: result?.IsChanged ?? false, isGranted: true);
            },
            _ => Task.FromResult(result!));
    }

    /// <summary>Removes the assignments whose names this module derived, at the scope given or at every level of the cluster's network.</summary>
    /// <param name="request">Whose right, and where.</param>
    /// <param name="allLevels">Whether to look at every level.</param>
    /// <param name="keepShared">Whether a right stays which another cluster in that network has by the same identity; else that is warned of.</param>
    /// <param name="cancel">Stops the planning.</param>
    internal async Task<PlannedWork<AksNetworkAccess>> PlanRevokeAsync(NetworkAccessRequest request, bool allLevels, bool keepShared, CancellationToken cancel)
    {
        var (found, nodes, principalId) = await ResolveAsync(request, cancel).ConfigureAwait(false);
        var subnet = PlaceOf(request, nodes);
        var role = ArmId.ForRoleDefinition(subnet.SubscriptionId!, WellKnownRoles.NetworkContributorId).ToString();
        var steps = new List<PlanStep>();
        var targets = new Dictionary<PlanStep, ArmId>();
        IReadOnlyList<ClusterInHand>? sharers = null;
        await foreach (var (scope, assignment) in ListOwnAsync(request, allLevels, subnet, principalId, role, cancel).ConfigureAwait(false))
        {
            if (request.PrincipalId is null && IsShared(found, sharers ??= await ListSharersAsync(found, cancel).ConfigureAwait(false), scope, keepShared, allLevels && request.Scope is null)) continue;
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
            (step, token) => UnassignAsync(targets[step], token),
            async token =>
            {
                var right = await azure.Rights.ReadAsync(subnet, principalId, token).ConfigureAwait(false);
                if (right is { Granted: Answer.Yes, Assignment: { } other })
                {
                    if (!keepShared)
                        ActivityLog.Current.Warning($"{principalId} still has the right on {subnet}: {right.Reason}"
                            + (ArmId.TryParse(other.Scope, out var scope, out _) && IsOwn(other, scope, principalId, role)
                                ? $" This module made that assignment: Revoke-AksNetworkContributor -Scope '{scope}' removes it."
                                : " That assignment was not made by this module."));
                    return Describe(found, subnet, principalId, other.Scope, other.Id, other.CreatedOn, right.RoleName ?? "", steps.Count > 0, isGranted: true);
                }

                return Describe(found, subnet, principalId, (steps.Count > 0 ? steps[0].Target : (request.Scope ?? ScopeAt(request.Level, subnet)).ToString()),
                    null, null, WellKnownRoles.NetworkContributorName, steps.Count > 0, isGranted: false);
            });
    }

    /// <summary>The assignments that this module made for a principal: at one scope, or anywhere in the network of the subnet.</summary>
    private async IAsyncEnumerable<(ArmId Scope, ArmId Assignment)> ListOwnAsync(NetworkAccessRequest request, bool allLevels, ArmId subnet, string principalId,
        string role, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (request.Scope is not null || !allLevels)
        {
            var scope = request.Scope ?? ScopeAt(request.Level, subnet);
            var assignment = AssignmentAt(scope, principalId, role);
            if (await azure.RoleAssignments.FindAsync(assignment, cancel).ConfigureAwait(false) is not null) yield return (scope, assignment);
            yield break;
        }

        var group = ScopeAt(NetworkScopeLevel.ResourceGroup, subnet);
        await foreach (var wire in azure.RoleAssignments.ListAllAsync(group, principalId, cancel).ConfigureAwait(false))
            if (wire.ToFacts() is { } one && ArmId.TryParse(one.Scope, out var scope, out _) && IsOwn(one, scope, principalId, role)
                && (scope.Equals(group) || subnet.Parent!.Holds(scope)))
                yield return (scope, ArmId.Parse(one.Id));
    }

    /// <summary>The assignment that this module makes at a scope: its name derives from what it says.</summary>
    private static ArmId AssignmentAt(ArmId scope, string principalId, string role) =>
        scope.RoleAssignment(RoleAssignmentName.Derive(scope.ToString(), principalId, role).ToString());

    private static bool IsOwn(RoleAssignmentFacts assignment, ArmId scope, string principalId, string role) =>
        assignment.Id.EndsWith($"/{AssignmentAt(scope, principalId, role).Name}", StringComparison.OrdinalIgnoreCase);

    /// <summary>The clusters that act by the same identity as this one; where they can't be listed, the cluster itself stands for them.</summary>
    private async Task<IReadOnlyList<ClusterInHand>> ListSharersAsync(ClusterInHand found, CancellationToken cancel)
    {
        var identities = found.SharedIdentities.ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (identities.Count == 0) return [];
        var others = await azure.Clusters.ListOthersAsync(found.ClusterId, cancel).ConfigureAwait(false);
        return others is null ? [found] : [.. others.Where(one => one.SharedIdentities.Any(identities.Contains))];
    }

    /// <summary>
    /// Whether a right is to stay for another cluster. One in the same virtual network may have its load balancer in any subnet of it; what this
    /// cluster has no use for is the other's for certain, unless the user named it.
    /// </summary>
    private static bool IsShared(ClusterInHand found, IReadOnlyList<ClusterInHand> sharers, ArmId scope, bool isKept, bool isSearched)
    {
        var reach = scope.IsType(ResourceTypes.Subnet) ? scope.Parent! : scope;
        // A cluster that does not say where its nodes are may have them here.
        var names = sharers.Where(one => one.SubnetUnknown is not null || one.NodeSubnets.Concat(one.PodSubnets).Any(reach.Holds)).Select(static one => one.ClusterId.Name).ToArray();
        if (names.Length == 0) return false;
        var stays = isKept || (isSearched && scope.IsType(ResourceTypes.Subnet) && !found.NodeSubnets.Contains(scope) && !found.LoadBalancerSubnets.Contains(scope));
        var who = names.Contains(found.ClusterId.Name) ? "other clusters may too, which can't be listed" : $"so does {string.Join(", ", names)}";
        ActivityLog.Current.Warning($"{found.ClusterId.Name} acts by an identity that is not its alone, and {who}: the role at {scope} "
            + (stays ? $"stays. Revoke-AksNetworkContributor -Scope '{scope}' takes it away all the same." : "goes for all of them."));
        return stays;
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
        var found = await azure.Clusters.FindAsync(request.Cluster, cancel, request.WaitUntilReady).ConfigureAwait(false);
        var subnet = found.RequireSubnet();
        var principalId = request.PrincipalId ?? (await azure.Clusters.GetIdentityAsync(found, cancel).ConfigureAwait(false)).PrincipalId;
        return (found, subnet, principalId);
    }

    /// <summary>Removes an assignment, and looks whether it is gone.</summary>
    private async Task UnassignAsync(ArmId assignment, CancellationToken cancel)
    {
        await azure.RoleAssignments.DeleteAsync(assignment, cancel).ConfigureAwait(false);
        await azure.Wait.ReadBackAsync(assignment, token => azure.RoleAssignments.FindAsync(assignment, token), static now => now is null,
            static _ => "the role is still assigned", null, cancel).ConfigureAwait(false);
    }

    /// <summary>The assignment that was made, as it is read back.</summary>
    private async Task<WireRoleAssignment> ReadBackAsync(ArmId assignment, WireRoleAssignment? answered, string principalId, CancellationToken cancel)
    {
        try
        {
            return (await azure.Wait.ReadBackAsync(assignment, token => azure.RoleAssignments.FindAsync(assignment, token),
                now => principalId.Equals(now?.Properties?.PrincipalId, StringComparison.OrdinalIgnoreCase), static _ => "the role is not assigned", null, cancel)
                .ConfigureAwait(false))!;
        }
        // Whoever may assign roles need not be allowed to read them; then the service's own answer, which is the assignment, has to do.
        catch (AmlVnetException e) when (e.Kind == ProblemKind.PermissionDenied && answered is not null)
        {
            ActivityLog.Current.Warning($"The assignment can't be read back: {e.Message}");
            return answered;
        }
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
                    var answered = await azure.RoleAssignments.PutAsync(assignment, role, principalId, cancel).ConfigureAwait(false);
                    return await ReadBackAsync(assignment, answered, principalId, cancel).ConfigureAwait(false);
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
