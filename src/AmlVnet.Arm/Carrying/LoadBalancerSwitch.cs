namespace AmlVnet.Arm.Carrying;

internal sealed record LoadBalancerRequest
{
    internal required ArmId Compute { get; init; }

    internal required LoadBalancerWish Wish { get; init; }

    /// <summary>When the right was granted, where the caller knows it and the assignments can't be read.</summary>
    internal DateTimeOffset? GrantedOn { get; init; }

    /// <summary>Whether a compute that is still creating is waited for; not under -WhatIf.</summary>
    internal bool WaitUntilReady { get; init; } = true;
}

/// <summary>Reads what the plan of a switch looks at, and tells how the compute is after it.</summary>
internal sealed class LoadBalancerSwitch(AzureWork azure)
{
    internal async Task<PlannedWork<object>> PlanAsync(LoadBalancerRequest request, CancellationToken cancel)
    {
        var (id, wish) = (request.Compute, request.Wish);
        var wire = await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false)
            ?? throw Problems.ResourceNotFound("compute", id.ToString());
        ClusterLookup.RequireAks(id, wire);
        if (request.WaitUntilReady)
            wire = await new LoadBalancerSteps(azure).WaitUntilReadyAsync(id, wire, wish.Timeout, cancel).ConfigureAwait(false);
        var before = wire.ToAksCompute();
        if (before.ClusterId is null && wire.State is { IsBusy: true })
            throw Problems.NotReadyYet(id.ToString(), before.ProvisioningState);
        if (before.ClusterId is null) throw Problems.ComputeFailed(id.ToString(), before.Errors.FirstOrDefault()?.ToString());
        LoadBalancerPlan.Require(wish);
        if (wish.Type != LoadBalancerType.InternalLoadBalancer)
            return new SwitchWork(azure, LoadBalancerPlan.Make(before, wish, null, isPrivate: false, [], request.GrantedOn), before);

        var found = await azure.Clusters.FindAsync(id, cancel).ConfigureAwait(false);
        var nodes = found.RequireSubnet();
        var subnet = wish.SubnetName ?? nodes.Name;
        // An address that is none of a private network may be the virtual network's all the same; its frontend tells.
        var isPrivate = LoadBalancerPlan.IsSo(before, wish.Type, subnet)
            && (before.IsPrivate == true || (await azure.Endpoints.GetAsync(found, cancel).ConfigureAwait(false)).IsPrivate == true);
        if (isPrivate) return new SwitchWork(azure, LoadBalancerPlan.Make(before, wish, nodes, isPrivate, [], null), before);
        var (findings, grantedOn) = await azure.Preflight.CheckInternalLoadBalancerAsync(
            ComputeFacts.From(before) with { LoadBalancerType = wish.Type, LoadBalancerSubnet = subnet }, found,
            cancel).ConfigureAwait(false);
        return new SwitchWork(azure, LoadBalancerPlan.Make(before, wish, nodes, isPrivate, findings, grantedOn ?? request.GrantedOn),
            before);
    }

    /// <summary>The switch counts only when the address that answers is a private one of the subnet.</summary>
    internal async Task VerifyAsync(ArmId id, CancellationToken cancel)
    {
        var found = await azure.Clusters.FindAsync(id, cancel).ConfigureAwait(false);
        var compute = found.Compute!.ToAksCompute();
        var endpoint = await azure.Endpoints.GetAsync(found, cancel).ConfigureAwait(false);
        var problem = endpoint.IsPrivate != true ? "which is not private"
            : endpoint.SubnetId is not null && ArmId.TryParse(endpoint.SubnetId, out var subnet, out _)
                && !string.Equals(subnet.Name, compute.LoadBalancerSubnet, StringComparison.OrdinalIgnoreCase)
                ? $"which is of subnet {subnet.Name}, not of {compute.LoadBalancerSubnet}"
            : null;
        if (problem is not null)
            throw Problems.WrongState("compute", id.ToString(),
                $"{compute.ProvisioningState} with the scoring address {endpoint.Address ?? "(none)"}, {problem}",
                $"Get-AmlAksCompute -ResourceId '{id}' | Test-AmlAksNetwork");
    }

    private sealed class SwitchWork(AzureWork azure, Plan plan, AksCompute before) : PlannedWork<object>(azure, plan)
    {
        internal override async Task<object> FinishAsync(CancellationToken cancel)
        {
            if (Plan.IsDone) return before;
            if (Last?.Running is { } running) return running;
            var after = await Azure.AksComputes.GetAsync(ArmId.Parse(before.Id), cancel).ConfigureAwait(false);
            ActivityLog.Current.Verbose(
                $"Scoring address of {before.Name}: {before.ScoringIPAddress ?? "unknown"} -> {after.ScoringIPAddress ?? "unknown"}.");
            return after with { PreviousScoringIPAddress = before.ScoringIPAddress };
        }
    }
}
