namespace AmlVnet;

/// <summary>A sign-in: which cloud, tenant and subscription commands act on. Pass it with -DefaultProfile to other runspaces.</summary>
public sealed class AmlVnetContext
{
    /// <summary>The account, as far as the credential tells it.</summary>
    public string? Account { get; init; }

    /// <summary>The subscription's display name.</summary>
    public string? SubscriptionName { get; init; }

    /// <summary>The subscription that commands act on when they are not told another.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>The Microsoft Entra tenant.</summary>
    public string? TenantId { get; init; }

    /// <summary>The cloud: AzureCloud, AzureUSGovernment, AzureChinaCloud, a custom cloud's name, or Simulator.</summary>
    public required string Environment { get; init; }

    /// <summary>Where Azure Resource Manager is.</summary>
    public required Uri ArmEndpoint { get; init; }

    /// <summary>The kind of credential, such as AccessToken or DefaultCredential.</summary>
    public required string CredentialType { get; init; }

    /// <summary>Whether this is the local simulator and no Azure at all.</summary>
    public bool IsSimulator { get; init; }

    /// <summary>How commands on this context speak to the host.</summary>
    public LogFormat LogFormat { get; init; }

    /// <summary>The live connection; it never leaves the process.</summary>
    internal object? Connection { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Environment}/{SubscriptionName ?? SubscriptionId}";
}
