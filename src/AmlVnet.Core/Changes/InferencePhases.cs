namespace AmlVnet.Core.Changes;

/// <summary>Looks what an earlier try left, and whether the compute is there.</summary>
public sealed record FindCompute(ArmId Compute) : Gate;

/// <summary>Refuses, before the first write, what would find no room for its rules once the endpoint is to be opened.</summary>
public sealed record FindRoom : Gate
{
    /// <summary>The subnet that a cluster is made in, or the cluster that is there.</summary>
    public required ArmId SubnetOrCluster { get; init; }

    /// <summary>The subnet of the internal load balancer; null takes the nodes' own.</summary>
    public string? LoadBalancerSubnet { get; init; }

    /// <summary>Who is to be let in.</summary>
    public required IReadOnlyList<string> Sources { get; init; }
}

/// <summary>Refuses a compute that can't be made, or whose endpoint could not be put where it is to be afterwards,
/// before anything is taken away or made for it.</summary>
public sealed record FindMakeable(CreateCompute Create) : Gate
{
    /// <inheritdoc cref="FindRoom.LoadBalancerSubnet"/>
    public string? LoadBalancerSubnet { get; init; }
}

/// <summary>Refuses an attachment that can't be, before anything is granted for it.</summary>
public sealed record FindAttachable(AttachCluster Attach) : Gate;

/// <summary>Refuses a compute whose endpoint would not be open after all of the job.</summary>
public sealed record FindSound : Gate
{
    /// <summary>The compute.</summary>
    public required ArmId Compute { get; init; }

    /// <inheritdoc cref="FindRoom.LoadBalancerSubnet"/>
    public string? LoadBalancerSubnet { get; init; }

    /// <inheritdoc cref="FindRoom.Sources"/>
    public required IReadOnlyList<string> Sources { get; init; }
}

/// <summary>Refuses, before the first write, a private DNS zone that can't take the name of the endpoint.</summary>
public sealed record FindName(ArmId Compute, ArmId Zone) : Gate;

/// <summary>Refuses to go on with an endpoint that answers elsewhere than it was put.</summary>
public sealed record VerifyAddress(ArmId Compute) : Gate;

/// <summary>Takes away what a failed creation or attachment left; the cluster itself stays.</summary>
public sealed record ClearFailed(ArmId Compute) : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "Clear";

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state) => [new(Compute.ToString(), Actions.DeleteCompute)];
}

/// <summary>Makes a compute, and its cluster in a subnet.</summary>
public sealed record CreateCompute : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "Create";

    /// <summary>The compute.</summary>
    public required ArmId Compute { get; init; }

    /// <summary>What it is made with.</summary>
    public required AksComputeSettings Settings { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state) => Actions.ToMake(Compute.ToString(), null, Settings.SubnetId);

    /// <inheritdoc/>
    public override (string? Before, string? After) Tell(object result) => (null, (result as AksCompute)?.ClusterId);
}

/// <summary>Attaches a cluster as a compute with an internal load balancer from the beginning.</summary>
public sealed record AttachCluster : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "Attach";

    /// <summary>The compute.</summary>
    public required ArmId Compute { get; init; }

    /// <summary>The cluster.</summary>
    public required ArmId Cluster { get; init; }

    /// <summary>What the cluster is for; null leaves it to the service.</summary>
    public ClusterPurpose? Purpose { get; init; }

    /// <inheritdoc cref="FindRoom.LoadBalancerSubnet"/>
    public string? LoadBalancerSubnet { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state) => Actions.ToMake(Compute.ToString(), Cluster.ToString(), null);

    /// <inheritdoc/>
    public override (string? Before, string? After) Tell(object result) => (null, (result as AksCompute)?.ClusterId);
}

/// <summary>Gives a cluster's identity its right on the network.</summary>
public sealed record GrantRight : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "Grant";

    /// <summary>The cluster, or the compute that stands for it.</summary>
    public required ArmId ClusterOrCompute { get; init; }

    /// <summary>How much of the network.</summary>
    public required NetworkScopeLevel Level { get; init; }

    /// <inheritdoc cref="FindRoom.LoadBalancerSubnet"/>
    public string? LoadBalancerSubnet { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        // Who has the right already is read first.
        return [.. new[] { state.Nodes, state.Place }.OfType<ArmId>().Distinct().Select(static subnet =>
            new NeededAction(subnet.ToString(), Actions.ReadAssignment)), .. Actions.ToGrant(Level, state.Nodes, state.Place)];
    }

    /// <inheritdoc/>
    public override (string? Before, string? After) Tell(object result) =>
        (null, result is AksNetworkAccess access ? $"{access.RoleName} at {access.Scope}" : null);
}

/// <summary>Moves a compute's endpoint to another load balancer.</summary>
public sealed record SwitchLoadBalancer : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "Switch";

    /// <summary>The compute.</summary>
    public required ArmId Compute { get; init; }

    /// <summary>Which load balancer.</summary>
    public required LoadBalancerWish Wish { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var id = Compute.ToString();
        return [state.Facts.HasFlag(JobFacts.Compute) ? new(id, Actions.WriteCompute) : Actions.ToWrite(id)];
    }

    /// <inheritdoc/>
    public override (string? Before, string? After) Tell(object result) =>
        result is AksCompute compute ? (compute.PreviousScoringIPAddress, compute.ScoringIPAddress) : default;
}

/// <summary>Lets clients in to an endpoint.</summary>
public sealed record OpenEndpoint : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "Open";

    /// <summary>The compute.</summary>
    public required ArmId Compute { get; init; }

    /// <inheritdoc cref="FindRoom.Sources"/>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state) =>
        state.SecurityGroup is { } group ? [new(group, Actions.WriteRule)] : [];

    /// <inheritdoc/>
    public override (string? Before, string? After) Tell(object result) => (null, (result as NetworkRuleAccess)?.Reason);
}

/// <summary>Removes the rules that this module made for an endpoint.</summary>
public sealed record CloseEndpoint(ArmId Compute) : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "Close";

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state) =>
        state.SecurityGroup is { } group ? [new(group, Actions.DeleteRule)] : [];

    /// <inheritdoc/>
    public override (string? Before, string? After) Tell(object result) => (null, (result as NetworkRuleAccess)?.Reason);
}

/// <summary>Takes the rights that this module gave a cluster's identity, but for those that others use.</summary>
public sealed record RevokeRight(ArmId Compute) : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "Revoke";

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state) =>
        state.Nodes is { } nodes ? [new(RoleWish.At(NetworkScopeLevel.ResourceGroup, nodes).ToString(), Actions.DeleteAssignment)] : [];

    /// <inheritdoc/>
    public override (string? Before, string? After) Tell(object result) =>
        (null, result is AksNetworkAccess { IsGranted: true } access ? $"still granted at {access.Scope}" : "not granted");
}
