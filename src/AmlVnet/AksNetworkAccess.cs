namespace AmlVnet;

/// <summary>A cluster identity's right to join a subnet, and the role assignment that gives it.</summary>
public sealed record AksNetworkAccess
{
    /// <summary>The ARM id of the AKS cluster.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The ARM id of the workspace compute; null when the cluster came alone.</summary>
    public string? ComputeId { get; init; }

    /// <summary>The ARM id of the subnet that the cluster's nodes are in.</summary>
    public string? SubnetId { get; init; }

    /// <summary>The directory object id that holds the right.</summary>
    public required string PrincipalId { get; init; }

    /// <summary>The role's name.</summary>
    public required string RoleName { get; init; }

    /// <summary>The scope of the assignment that gives the right.</summary>
    public required string Scope { get; init; }

    /// <summary>The ARM id of that assignment; null after it has been removed.</summary>
    public string? RoleAssignmentId { get; init; }

    /// <summary>True when this call wrote (or removed) the assignment; false when everything was so already.</summary>
    public required bool IsChanged { get; init; }

    /// <summary>Whether the principal has the right on the subnet now.</summary>
    public required bool IsGranted { get; init; }

    /// <summary>When the assignment was made.</summary>
    public DateTimeOffset? GrantedOn { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RoleAssignmentId ?? Scope;
}
