namespace AmlVnet.Core.Security;

/// <summary>A service tag that must be reachable, and for what.</summary>
/// <param name="ServiceTag">The tag, with its region where it has regional forms.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Protocol">Tcp or Udp.</param>
public sealed record OutboundNeed(string ServiceTag, string Port, string Purpose, string Protocol = "Tcp");

/// <summary>
/// What must be reachable where outbound traffic is restricted. Sources: Microsoft Learn "Secure an Azure Machine Learning inferencing
/// environment with virtual networks (v1)" and "Configure inbound and outbound network traffic";
/// "Outbound network and FQDN rules for AKS clusters".
/// </summary>
public static class RequiredOutbound
{
    /// <summary>What a browser in the virtual network needs for the studio.</summary>
    public static IReadOnlyList<OutboundNeed> Studio { get; } = [new("AzureFrontDoor.Frontend", "443", "Azure Machine Learning studio")];

    /// <summary>The region whose tags a cluster needs: its own, else the one that it is to be in.</summary>
    public static string? RegionOf(NetworkFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return facts.Cluster.Value?.Location ?? facts.Compute.Value?.Location ?? facts.VirtualNetwork.Value?.Location;
    }

    /// <summary>Where the nodes reach an API server with a public address.</summary>
    public static OutboundNeed ApiServer(string? region) => new("AzureCloud" + Suffix(region), "443", "the cluster's API server");

    /// <summary>
    /// What the nodes of older clusters need besides. In Azure's public cloud no cluster needs the two tunnel ports whose nodes speak to
    /// the API server by konnectivity, and no node made since March 2021 a time server;
    /// the pages of the other clouds still name all of them.
    /// </summary>
    /// <param name="region">The cluster's region.</param>
    /// <param name="cloud">The cloud's name.</param>
    public static IReadOnlyList<OutboundNeed> Older(string? region, string? cloud)
    {
        OutboundNeed[] common =
        [
            new("AzureCloud" + Suffix(region), "9000", "the older tunnel to the API server"),
            new("AzureCloud" + Suffix(region), "1194", "the older tunnel to the API server", "Udp"),
            new("Internet", "123", "a time server", "Udp"),
        ];
        return cloud == "AzureChinaCloud" ? [.. common, new("AzureCloud" + Suffix(region), "22", "the older tunnel to the API server")]
            : common;
    }

    /// <summary>
    /// The names that nodes must reach on TCP 443, which no service tag stands for as a whole (Microsoft Learn: "Outbound network and FQDN
    /// rules for Azure Kubernetes Service clusters").
    /// </summary>
    /// <param name="region">The cluster's region.</param>
    /// <param name="cloud">The cloud's name.</param>
    public static IReadOnlyList<string> Names(string? region, string? cloud)
    {
        var place = string.IsNullOrEmpty(region) ? "REGION" : AzureRegion.Normalize(region);
        string[] own = cloud switch
        {
            "AzureChinaCloud" =>
            [
                $"*.hcp.{place}.cx.prod.service.azk8s.cn", $"*.tun.{place}.cx.prod.service.azk8s.cn", "management.chinacloudapi.cn",
                "login.chinacloudapi.cn",
                "*.azk8s.cn",
            ],
            "AzureUSGovernment" =>
            [
                $"*.hcp.{place}.cx.aks.containerservice.azure.us", "management.usgovcloudapi.net", "login.microsoftonline.us",
                "acs-mirror.azureedge.net",
            ],
            _ => [$"*.hcp.{place}.azmk8s.io", "management.azure.com", "login.microsoftonline.com", "acs-mirror.azureedge.net"],
        };
        return [.. own, "mcr.microsoft.com", "*.data.mcr.microsoft.com", "packages.microsoft.com"];
    }

    private static string Suffix(string? region) => string.IsNullOrEmpty(region) ? "" : "." + AzureRegion.Normalize(region);

    /// <summary>What an inferencing cluster needs.</summary>
    /// <param name="region">The cluster's region; without one, the tags of all regions.</param>
    public static IReadOnlyList<OutboundNeed> Cluster(string? region)
    {
        var suffix = Suffix(region);
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
