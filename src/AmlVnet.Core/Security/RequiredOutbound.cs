namespace AmlVnet.Core;

/// <summary>A service tag that must be reachable, and for what.</summary>
/// <param name="ServiceTag">The tag, with its region where it has regional forms.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="Purpose">What it is for.</param>
public sealed record OutboundNeed(string ServiceTag, string Port, string Purpose);

/// <summary>
/// What must be reachable where outbound traffic is restricted. Sources: Microsoft Learn "Secure an Azure Machine Learning inferencing
/// environment with virtual networks (v1)" and "Configure inbound and outbound network traffic".
/// </summary>
public static class RequiredOutbound
{
    /// <summary>What a browser in the virtual network needs for the studio.</summary>
    public static IReadOnlyList<OutboundNeed> Studio { get; } = [new("AzureFrontDoor.Frontend", "443", "Azure Machine Learning studio")];

    /// <summary>What an inferencing cluster needs.</summary>
    /// <param name="region">The cluster's region; without one, the tags of all regions.</param>
    public static IReadOnlyList<OutboundNeed> Cluster(string? region)
    {
        var suffix = string.IsNullOrEmpty(region) ? "" : "." + AzureRegion.Normalize(region);
        return
        [
            new("AzureActiveDirectory", "443", "sign-in of the cluster and its services"),
            new("AzureMachineLearning", "443", "the workspace"),
            new("AzureResourceManager", "443", "Azure's control plane"),
            new("Storage" + suffix, "443", "the workspace's storage"),
            new("AzureContainerRegistry" + suffix, "443", "images of the workspace"),
            new("MicrosoftContainerRegistry" + suffix, "443", "images of AKS and Azure Machine Learning"),
            new("AzureFrontDoor.FirstParty", "443", "the content network of the Microsoft registry"),
            new("AzureMonitor", "443", "logs and metrics of the cluster"),
        ];
    }
}
