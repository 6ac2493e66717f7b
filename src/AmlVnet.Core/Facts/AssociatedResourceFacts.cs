namespace AmlVnet.Core.Facts;

/// <summary>A resource that a workspace works with, and that may be shut to networks: its storage,
/// key vault or container registry.</summary>
public sealed record AssociatedResourceFacts
{
    /// <summary>The ARM id.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// Allow or Deny (ARM: <c>networkAcls.defaultAction</c>, a registry's <c>networkRuleSet.defaultAction</c>);
    /// null where the answer has no such rules.
    /// </summary>
    public string? DefaultAction { get; init; }

    /// <summary>Enabled, Disabled or SecuredByPerimeter.</summary>
    public NetworkAccessState? PublicNetworkAccess { get; init; }

    /// <summary>The ARM ids of the subnets that its rules let in (ARM: <c>virtualNetworkRules[].id</c>).</summary>
    public IReadOnlyList<string> AllowedSubnetIds { get; init; } = [];

    /// <summary>Its approved private endpoints; null when they were not read.</summary>
    public IReadOnlyList<PrivateEndpointFacts>? PrivateEndpoints { get; init; }
}

/// <summary>A private endpoint that leads to a resource, and is approved.</summary>
/// <param name="Id">The ARM id.</param>
/// <param name="SubnetId">The ARM id of the subnet that its address is of.</param>
public sealed record PrivateEndpointFacts(string Id, string SubnetId)
{
    /// <summary>What of the resource it leads to (ARM: <c>groupIds</c>), such as blob, file, vault or registry;
    /// empty when that was not read.</summary>
    public IReadOnlyList<string> GroupIds { get; init; } = [];

    /// <summary>The private DNS zones that hold its name; empty where it has no zone group.</summary>
    public Known<IReadOnlyList<PrivateZoneFacts>> Zones { get; init; }
}

/// <summary>A private DNS zone.</summary>
/// <param name="Id">The ARM id.</param>
/// <param name="LinkedNetworkIds">The ARM ids of the virtual networks that it answers, by a link that is complete.</param>
public sealed record PrivateZoneFacts(string Id, IReadOnlyList<string> LinkedNetworkIds);
