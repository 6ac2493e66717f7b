namespace AmlVnet.Arm.Http;

/// <summary>Where a cloud's services are.</summary>
/// <param name="Name">The name that users of Az know.</param>
/// <param name="ArmEndpoint">Azure Resource Manager.</param>
/// <param name="ArmAudience">What a token for it is issued for.</param>
/// <param name="GraphEndpoint">Microsoft Graph, also the audience of its tokens.</param>
/// <param name="AuthorityHost">Microsoft Entra ID.</param>
internal sealed record AzureCloud(string Name, Uri ArmEndpoint, string ArmAudience, Uri GraphEndpoint, Uri AuthorityHost)
{
    // Endpoints: Microsoft Learn, "Azure Government developer guide", "Azure China developer guide", "Microsoft Graph national cloud
    // deployments".
    internal static AzureCloud Public { get; } = new("AzureCloud", new("https://management.azure.com/"), "https://management.azure.com/",
        new("https://graph.microsoft.com/"), new("https://login.microsoftonline.com/"));

    internal static AzureCloud USGovernment { get; } = new("AzureUSGovernment", new("https://management.usgovcloudapi.net/"),
        "https://management.usgovcloudapi.net/", new("https://graph.microsoft.us/"), new("https://login.microsoftonline.us/"));

    internal static AzureCloud China { get; } = new("AzureChinaCloud", new("https://management.chinacloudapi.cn/"),
        "https://management.chinacloudapi.cn/", new("https://microsoftgraph.chinacloudapi.cn/"), new("https://login.chinacloudapi.cn/"));

    /// <summary>The clouds that Microsoft and its partners run.</summary>
    internal static IReadOnlyList<AzureCloud> Known { get; } = [Public, USGovernment, China];

    /// <summary>The tenant that a cloud's own authority goes by; <c>adfs</c> where Active Directory Federation Services sign in.</summary>
    internal string? AuthorityTenant { get; init; }

    /// <summary>The Azure Resource Manager that the cloud's metadata names;
    /// null where there is none, or none but <see cref="ArmEndpoint"/>.</summary>
    internal Uri? ResourceManager { get; init; }

    /// <summary>Where a token for Azure Resource Manager may go.</summary>
    internal TokenDestinations ArmDestinations => new(ResourceManager is { } other ? [ArmEndpoint, other] : [ArmEndpoint]);

    /// <summary>
    /// Whether the authority is one that Microsoft Entra ID does not vouch for. The instance discovery of the sign-in library would ask
    /// login.microsoftonline.com about it, and refuse.
    /// </summary>
    internal bool IsCustom => !Known.Any(c => c.AuthorityHost.Host.Equals(AuthorityHost.Host, StringComparison.OrdinalIgnoreCase));

    internal static AzureCloud? Named(string? name) => Known.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    internal static AzureCloud? At(Uri armEndpoint) =>
        Known.FirstOrDefault(c => c.ArmEndpoint.Host.Equals(armEndpoint.Host, StringComparison.OrdinalIgnoreCase));
}
