namespace AmlVnet;

/// <summary>The identity by which an AKS cluster's control plane acts on the network.</summary>
public sealed record AksClusterIdentity
{
    /// <summary>The ARM id of the AKS cluster.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The AKS cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The ARM id of the workspace compute through which the cluster was found; null for a bare cluster.</summary>
    public string? ComputeId { get; init; }

    /// <summary>The kind of identity.</summary>
    public required ClusterIdentityKind Kind { get; init; }

    /// <summary>The directory object id, which a role assignment takes.</summary>
    public required string PrincipalId { get; init; }

    /// <summary>The client (application) id.</summary>
    public string? ClientId { get; init; }

    /// <summary>The ARM id of a user-assigned identity.</summary>
    public string? IdentityResourceId { get; init; }

    /// <summary>The ARM id of the subnet that holds the cluster's nodes; null where AKS made the network.</summary>
    public string? SubnetId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => PrincipalId;
}
