using AmlVnet.Core.Access;

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

/// <summary>Reads what the plans of a cluster's right on its network look at, and tells how it is after them.</summary>
internal sealed class NetworkAccess(AzureWork azure)
{
    internal async Task<PlannedWork<AksNetworkAccess>> PlanGrantAsync(NetworkAccessRequest request, CancellationToken cancel)
    {
        var (found, nodes, wish) = await ResolveAsync(request, cancel).ConfigureAwait(false);
        List<ArmId> places = [RolePlans.PlaceOf(request.Scope, nodes)];
        if (request.LoadBalancerSubnet is { } name && nodes.Parent!.Child("subnets", name) is var second && !second.Equals(nodes))
        {
            Preflight.RequireSubnet(await azure.Facts.ReadNetworkAsync(second, cancel).ConfigureAwait(false), second);
            places = [nodes, second];
        }

        var rights = new List<(ArmId, SubnetJoinRight)>();
        foreach (var subnet in places)
            rights.Add((subnet, await azure.Rights.ReadAsync(subnet, wish.PrincipalId, cancel).ConfigureAwait(false)));
        var plan = RolePlans.Grant(wish, rights);
        return new GrantWork(azure, plan with { Warnings = [.. NameOther(request, found), .. plan.Warnings] }, found, wish, rights);
    }

    /// <summary>Removes the assignments whose names this module derived,
    /// at the scope given or at every level of the cluster's network.</summary>
    /// <param name="request">Whose right, and where.</param>
    /// <param name="allLevels">Whether to look at every level.</param>
    /// <param name="keepShared">Whether a right stays which another cluster in that network has by the same identity;
    /// else that is warned of.</param>
    /// <param name="cancel">Stops the planning.</param>
    internal async Task<PlannedWork<AksNetworkAccess>> PlanRevokeAsync(NetworkAccessRequest request, bool allLevels, bool keepShared,
        CancellationToken cancel)
    {
        var (found, nodes, wish) = await ResolveAsync(request, cancel).ConfigureAwait(false);
        var subnet = RolePlans.PlaceOf(request.Scope, nodes);
        var isSearched = allLevels && request.Scope is null;
        var own = isSearched ? await ListOwnAsync(wish, subnet, cancel).ConfigureAwait(false)
            : await FindOwnAsync(wish, subnet, cancel).ConfigureAwait(false);
        var sharers = own.Count > 0 && request.PrincipalId is null ? await ListSharersAsync(found, cancel).ConfigureAwait(false) : [];
        var plan = RolePlans.Revoke(wish, own, sharers, [.. found.NodeSubnets, .. found.LoadBalancerSubnets], keepShared, isSearched);
        plan = plan with { Warnings = [.. NameOther(request, found), .. plan.Warnings] };
        if (plan.Steps.Count > 0 && request.PrincipalId is null
            && await IsInternalAsync(found, cancel).ConfigureAwait(false) is { } address)
            plan = plan with { Question = RolePlans.AskToRevoke(found.ComputeId?.Name ?? found.ClusterId.Name, address) };
        return new RevokeWork(azure, plan, found, wish, subnet, tellsOthers: !keepShared);
    }

    /// <summary>The internal address that needs the right; null where there is none, or none that can be read.</summary>
    private async Task<string?> IsInternalAsync(ResolvedCluster found, CancellationToken cancel)
    {
        if (found.Compute?.ToAksCompute() is { } compute)
            return compute.LoadBalancerType == LoadBalancerType.InternalLoadBalancer ? compute.ScoringIPAddress ?? "(no address)" : null;
        var balancers = await azure.Facts.ReadLoadBalancersAsync(found, cancel).ConfigureAwait(false);
        return balancers.Value?.SelectMany(static one => one.Frontends)
            .FirstOrDefault(static one => one.SubnetId is not null)?.PrivateIPAddress;
    }

    /// <summary>A principal that was given, and that is known not to be the cluster's. Microsoft Graph is not asked: who can't ask it gives
    /// the id.</summary>
    private static IEnumerable<string> NameOther(NetworkAccessRequest request, ResolvedCluster found) =>
        request.PrincipalId is { } given && RolePlans.NameOther(given, found.ClusterId.Name, ClusterLookup.KnownIdentities(found.Cluster),
            ClusterLookup.ServicePrincipalOf(found.Cluster)) is { } warning ? [warning] : [];

    /// <summary>The assignment that this module made for a principal at one scope.</summary>
    private async Task<IReadOnlyList<(ArmId Scope, ArmId Assignment)>> FindOwnAsync(RoleWish wish, ArmId subnet, CancellationToken cancel)
    {
        var scope = wish.ScopeFor(subnet);
        var assignment = RolePlans.AssignmentAt(scope, wish.PrincipalId, RolePlans.RoleFor(subnet));
        return await azure.RoleAssignments.FindAsync(assignment, cancel).ConfigureAwait(false) is null ? [] : [(scope, assignment)];
    }

    /// <summary>The assignments that this module made for a principal anywhere in the network of the subnet.</summary>
    private async Task<IReadOnlyList<(ArmId Scope, ArmId Assignment)>> ListOwnAsync(RoleWish wish, ArmId subnet, CancellationToken cancel)
    {
        var own = new List<(ArmId, ArmId)>();
        var role = RolePlans.RoleFor(subnet);
        var group = RoleWish.At(NetworkScopeLevel.ResourceGroup, subnet);
        await foreach (var wire in azure.RoleAssignments.ListAllAsync(group, wish.PrincipalId, cancel).ConfigureAwait(false))
            if (wire.ToFacts() is { } one && ArmId.TryParse(one.Scope, out var scope, out _)
                && RolePlans.IsOwn(one, scope, wish.PrincipalId, role)
                && (scope.Equals(group) || subnet.Parent!.Holds(scope)))
                own.Add((scope, AnswerIds.Read(one.Id)));
        return own;
    }

    /// <summary>The clusters that act by the same identity as this one;
    /// where they can't be listed, the cluster itself stands for them.</summary>
    private async Task<IReadOnlyList<IdentitySharer>> ListSharersAsync(ResolvedCluster found, CancellationToken cancel)
    {
        var identities = found.SharedIdentities.ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (identities.Count == 0) return [];
        return await azure.Clusters.ListOthersAsync(found.ClusterId, cancel).ConfigureAwait(false) is { } others
            ? [.. others.Where(one => one.SharedIdentities.Any(identities.Contains)).Select(static one => Sharer(one, isSelf: false))]
            : [Sharer(found, isSelf: true)];
    }

    private static IdentitySharer Sharer(ResolvedCluster cluster, bool isSelf) => new(cluster.ClusterId.Name, isSelf,
        cluster.SubnetUnknown is null ? [.. cluster.NodeSubnets, .. cluster.PodSubnets] : null);

    private async Task<(ResolvedCluster Found, ArmId Subnet, RoleWish Wish)> ResolveAsync(NetworkAccessRequest request,
        CancellationToken cancel)
    {
        var found = await azure.Clusters.FindAsync(request.Cluster, cancel, request.WaitUntilReady).ConfigureAwait(false);
        var subnet = found.RequireSubnet();
        var principalId = request.PrincipalId ?? (await azure.Clusters.GetIdentityAsync(found, cancel).ConfigureAwait(false)).PrincipalId;
        return (found, subnet, new RoleWish(found.ClusterId.Name, principalId, request.Level, request.Scope));
    }

    private static AksNetworkAccess Describe(ResolvedCluster found, RoleWish wish, string subnet, string scope,
        RoleAssignmentFacts? assignment, string roleName,
        bool isChanged, bool isGranted) => new()
        {
            ClusterId = found.ClusterId.ToString(),
            ComputeId = found.ComputeId?.ToString(),
            SubnetId = subnet,
            PrincipalId = wish.PrincipalId,
            RoleName = roleName,
            Scope = scope,
            RoleAssignmentId = assignment?.Id,
            IsChanged = isChanged,
            IsGranted = isGranted,
            GrantedOn = assignment?.CreatedOn,
        };

    private sealed class GrantWork(AzureWork azure, Plan plan, ResolvedCluster found, RoleWish wish,
        IReadOnlyList<(ArmId Subnet, SubnetJoinRight Right)> rights)
        : PlannedWork<AksNetworkAccess>(azure, plan)
    {
        internal override async Task<AksNetworkAccess> FinishAsync(CancellationToken cancel)
        {
            if (Last is not { Step: AssignRole step } last)
            {
                var (subnet, right) = rights[^1];
                return Describe(found, wish, subnet.ToString(), right.Assignment!.Scope, right.Assignment, right.RoleName ?? "",
                    isChanged: false, isGranted: true);
            }

            var isChanged = Outcomes.Any(static one => one.Assignment is not null);
            if (last.Assignment is { } made)
                return Describe(found, wish, step.SubnetId, step.Target,
                    new RoleAssignmentFacts(made.Id ?? step.AssignmentId, step.Target, wish.PrincipalId, step.RoleDefinitionId)
                    {
                        CreatedOn = made.Properties?.CreatedOn,
                    }, WellKnownRoles.NetworkContributorName, isChanged, isGranted: true);
            // Somebody else's assignment of the same role was there first.
            var now = await Azure.Rights.ReadAsync(ArmId.Parse(step.SubnetId), wish.PrincipalId, cancel).ConfigureAwait(false);
            return Describe(found, wish, step.SubnetId, now.Assignment?.Scope ?? step.Target, now.Assignment,
                now.RoleName ?? WellKnownRoles.NetworkContributorName,
                isChanged, isGranted: true);
        }
    }

    private sealed class RevokeWork(AzureWork azure, Plan plan, ResolvedCluster found, RoleWish wish, ArmId subnet, bool tellsOthers)
        : PlannedWork<AksNetworkAccess>(azure, plan)
    {
        internal override async Task<AksNetworkAccess> FinishAsync(CancellationToken cancel)
        {
            var isChanged = Plan.Steps.Count > 0;
            var right = await Azure.Rights.ReadAsync(subnet, wish.PrincipalId, cancel).ConfigureAwait(false);
            if (right is not { Granted: Answer.Yes, Assignment: { } other })
                return Describe(found, wish, subnet.ToString(), isChanged ? Plan.Steps[0].Target : wish.ScopeFor(subnet).ToString(), null,
                    WellKnownRoles.NetworkContributorName, isChanged, isGranted: false);
            if (tellsOthers)
                ActivityLog.Current.Warning($"{wish.PrincipalId} still has the right on {subnet}: {right.Reason}"
                    + (ArmId.TryParse(other.Scope, out var scope, out _)
                        && RolePlans.IsOwn(other, scope, wish.PrincipalId, RolePlans.RoleFor(subnet))
                        ? $" This module made that assignment: Revoke-AksNetworkContributor -Scope '{scope}' removes it."
                        : " That assignment was not made by this module."));
            return Describe(found, wish, subnet.ToString(), other.Scope, other, right.RoleName ?? "", isChanged, isGranted: true);
        }
    }
}
