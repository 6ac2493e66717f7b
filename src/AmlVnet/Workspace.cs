namespace AmlVnet;

/// <summary>An Azure Machine Learning workspace.</summary>
public sealed record Workspace
{
    /// <summary>The ARM resource id.</summary>
    public required string Id { get; init; }

    /// <summary>The workspace's name.</summary>
    public required string Name { get; init; }

    /// <summary>The resource group that holds it.</summary>
    public required string ResourceGroupName { get; init; }

    /// <summary>The subscription that holds it.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>The Azure region, in its short form (<c>eastus2</c>).</summary>
    public required string Location { get; init; }

    /// <summary>The state that the service reports.</summary>
    public string? ProvisioningState { get; init; }

    /// <summary>The name shown in the studio.</summary>
    public string? FriendlyName { get; init; }

    /// <summary>Whether the workspace's own API is reached from public networks (<c>Enabled</c>, <c>Disabled</c>).</summary>
    public string? PublicNetworkAccess { get; init; }

    /// <summary>Whether an approved private endpoint leads to the workspace.</summary>
    public bool HasPrivateEndpoint { get; init; }

    /// <summary>The ARM id of the workspace's storage account.</summary>
    public string? StorageAccountId { get; init; }

    /// <summary>The ARM id of the workspace's container registry; null until the first image is built.</summary>
    public string? ContainerRegistryId { get; init; }

    /// <summary>The ARM id of the workspace's key vault.</summary>
    public string? KeyVaultId { get; init; }

    /// <summary>Whether only the v1 API is allowed.</summary>
    public bool? V1LegacyMode { get; init; }

    /// <summary>The resource's tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public override string ToString() => Id;
}
