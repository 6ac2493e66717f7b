namespace AmlVnet.Core.Changes;

/// <summary>A value that a step changes.</summary>
/// <param name="Name">The value's name.</param>
/// <param name="Before">The value now; null when there is none.</param>
/// <param name="After">The value afterwards; null when there will be none.</param>
public sealed record ValueChange(string Name, string? Before, string? After);

/// <summary>
/// One step of a plan: what is done to what, in words and in values. A step holds no secret; where one is sent, it holds a reference that
/// only the Carrier can resolve.
/// </summary>
public abstract record Step
{
    private protected Step()
    {
    }

    /// <summary>The ARM id of what it changes.</summary>
    public required string Target { get; init; }

    /// <summary>What ShouldProcess says, without the target: a sentence with the values before and after.</summary>
    public required string Sentence { get; init; }

    /// <summary>The values that it changes.</summary>
    public IReadOnlyList<ValueChange> Values { get; init; } = [];

    /// <summary>What the caller must be allowed to do.</summary>
    public virtual IEnumerable<NeededAction> Needs => [];
}

/// <summary>TLS of a scoring endpoint, without its secrets.</summary>
/// <param name="Status">Enabled for a certificate of the user's own, Auto for Microsoft's.</param>
/// <param name="Cname">The host name in the certificate.</param>
/// <param name="LeafDomainLabel">The label of the name that Microsoft provides.</param>
/// <param name="OverwriteExistingDomain">Whether a name that is in use is taken over.</param>
/// <param name="Reference">Stands for certificate and key; null where there are none.</param>
public sealed record TlsWish(string Status, string? Cname, string? LeafDomainLabel, bool OverwriteExistingDomain, string? Reference);

/// <summary>Makes a compute: a new cluster through its workspace, or one that exists.</summary>
public sealed record PutCompute : Step
{
    /// <summary>What the operation is called: <c>CreateAksCompute</c> or <c>AttachAksCompute</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What is being done, for the progress display.</summary>
    public required string Activity { get; init; }

    /// <summary>The compute, with its settings filled up.</summary>
    public required ComputeWish Wish { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => Actions.ToMake(Target, Wish.Cluster?.ToString(), Wish.Settings.SubnetId);
}

/// <summary>Moves a compute's scoring endpoint to another load balancer.</summary>
public sealed record SetLoadBalancer : Step
{
    /// <summary>The kind of load balancer.</summary>
    public required LoadBalancerType Type { get; init; }

    /// <summary>The subnet of the internal load balancer.</summary>
    public string? SubnetName { get; init; }

    /// <summary>Whether the user named the subnet.</summary>
    public bool IsSubnetGiven { get; init; }

    /// <summary>When the right that it needs was granted; null when that is not known.</summary>
    public DateTimeOffset? GrantedOn { get; init; }

    /// <summary>How long it may take, in the cloud's time.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether the command waits for the end.</summary>
    public bool Wait { get; init; } = true;

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => [new(Target, Actions.WriteCompute)];
}

/// <summary>Takes a compute out of its workspace.</summary>
public sealed record RemoveCompute : Step
{
    /// <summary>What becomes of the cluster.</summary>
    public required UnderlyingResourceAction Action { get; init; }

    /// <summary>Whether the command waits for the end.</summary>
    public bool Wait { get; init; } = true;

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => [new(Target, Actions.DeleteCompute)];
}

/// <summary>Assigns a role to a cluster's identity. The target is the scope.</summary>
public sealed record AssignRole : Step
{
    /// <summary>The assignment's ARM id, whose name derives from what it says.</summary>
    public required string AssignmentId { get; init; }

    /// <summary>The role definition's ARM id.</summary>
    public required string RoleDefinitionId { get; init; }

    /// <summary>The directory object id that is assigned the role.</summary>
    public required string PrincipalId { get; init; }

    /// <summary>The subnet that the right is for.</summary>
    public required string SubnetId { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => [Actions.ToAssign(Target, SubnetId)];
}

/// <summary>Removes a role assignment. The target is the scope.</summary>
public sealed record UnassignRole : Step
{
    /// <summary>The assignment's ARM id.</summary>
    public required string AssignmentId { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => [new(Target, Actions.DeleteAssignment)];
}

/// <summary>Adds a rule to a network security group. The target is the group.</summary>
public sealed record PutRule : Step
{
    /// <summary>The rule, with the priority that was free when it was planned.</summary>
    public required SecurityRuleFacts Rule { get; init; }

    /// <summary>The space around the network: with it another priority is chosen where somebody else takes this one meanwhile.</summary>
    public required NetworkSpace Space { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => [new(Target, Actions.WriteRule)];
}

/// <summary>Removes a rule from a network security group. The target is the group.</summary>
public sealed record DeleteRule : Step
{
    /// <summary>The rule's name.</summary>
    public required string RuleName { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs => [new(Target, Actions.DeleteRule)];
}

/// <summary>What follows when an earlier step has shown a value that nobody knows yet;
/// it is shown, and planned again when the value is known.</summary>
public sealed record Later : Step
{
    /// <summary>What is not known yet.</summary>
    public required string Unknown { get; init; }
}
