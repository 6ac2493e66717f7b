namespace AmlVnet;

/// <summary>The name by which clients are to reach a private endpoint.</summary>
public sealed record PrivateDnsName
{
    /// <summary>The name; null where the endpoint has no host name, and no zone is in reach that could give it one.</summary>
    public string? Name { get; init; }

    /// <summary>The address that the name has to lead to.</summary>
    public string? Address { get; init; }

    /// <summary>The ARM id of a private DNS zone that answers the cluster's network and can hold the name;
    /// null where none was found.</summary>
    public string? ZoneId { get; init; }

    /// <summary>Whether the zone has the name with this address; null where that was not looked at.</summary>
    public bool? IsWritten { get; init; }

    /// <summary>What is to be done, or that it is done.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name ?? "(no name)"} -> {Address ?? "(no address)"}";
}
