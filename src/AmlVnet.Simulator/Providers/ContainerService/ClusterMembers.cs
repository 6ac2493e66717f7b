namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>
/// The members that the bodies of clusters and pools have (spec 2023-11-01; the types of 2026-05-01). What AKS does not know it refuses
/// since
/// api-version 2024-01-01 and ignored before (Azure/AKS issue 4060); here it is always refused, so that nothing is taken and dropped.
/// </summary>
internal static class ClusterMembers
{
    /// <summary>What a caller may say of a cluster and this simulator keeps as it was said.</summary>
    public static readonly HashSet<string> Kept = Set("""
        dnsPrefix fqdnSubdomain linuxProfile windowsProfile addonProfiles podIdentityProfile oidcIssuerProfile nodeResourceGroupProfile
        enableRBAC supportPlan enablePodSecurityPolicy aadProfile autoUpgradeProfile upgradeSettings autoScalerProfile
        apiServerAccessProfile diskEncryptionSetID privateLinkResources disableLocalAccounts httpProxyConfig securityProfile
        storageProfile ingressProfile publicNetworkAccess workloadAutoScalerProfile azureMonitorProfile serviceMeshProfile
        metricsProfile nodeProvisioningProfile bootstrapProfile aiToolchainOperatorProfile schedulerProfile hostedSystemProfile
        kubernetesVersion
        """);

    /// <summary>Of the network, beside what has consequences and the load balancer's profile.</summary>
    public static readonly HashSet<string> NetworkKept = Set("""
        networkPluginMode networkPolicy networkMode networkDataplane advancedNetworking outboundType loadBalancerSku podCidr
        natGatewayProfile staticEgressGatewayProfile ipFamilies
        """);

    public static readonly HashSet<string> LoadBalancerKept = Set("""
        managedOutboundIPs outboundIPPrefixes outboundIPs allocatedOutboundPorts idleTimeoutInMinutes
        enableMultipleStandardLoadBalancers backendPoolType
        """);

    /// <summary>Of a pool.</summary>
    public static readonly HashSet<string> PoolKept = Set("""
        count vmSize osDiskSizeGB osDiskType kubeletDiskType workloadRuntime messageOfTheDay vnetSubnetID podSubnetID
        podIPAllocationMode maxPods osType osSKU maxCount minCount enableAutoScaling scaleDownMode type mode orchestratorVersion
        upgradeSettings availabilityZones enableNodePublicIP nodePublicIPPrefixID scaleSetPriority scaleSetEvictionPolicy spotMaxPrice
        tags nodeLabels nodeTaints proximityPlacementGroupID kubeletConfig linuxOSConfig enableEncryptionAtHost enableUltraSSD
        enableFIPS gpuInstanceProfile creationData capacityReservationGroupID hostGroupID networkProfile windowsProfile securityProfile
        gpuProfile gatewayProfile artifactStreamingProfile virtualMachinesProfile localDNSProfile
        """);

    private static readonly HashSet<string> Top = Set("""
        id name type location tags identity sku extendedLocation kind properties systemData eTag etag
        """);

    private static readonly HashSet<string> Cluster = [.. Kept, .. Set("""
        agentPoolProfiles networkProfile servicePrincipalProfile identityProfile nodeResourceGroup provisioningState powerState
        maxAgentPools currentKubernetesVersion fqdn privateFQDN azurePortalFQDN resourceUID status
        """)];

    private static readonly HashSet<string> Network = [.. NetworkKept, .. Set("""
        networkPlugin serviceCidr dnsServiceIP dockerBridgeCidr loadBalancerProfile podCidrs serviceCidrs
        """)];

    private static readonly HashSet<string> LoadBalancer = [.. LoadBalancerKept, "effectiveOutboundIPs"];

    private static readonly HashSet<string> Pool = [.. PoolKept, .. Set("""
        name currentOrchestratorVersion nodeImageVersion provisioningState powerState virtualMachineNodesStatus status eTag
        """)];

    /// <summary>The first member of a cluster's body that there is none such of in an api-version, or null.</summary>
    public static string? Unknown(JsonObject body, string apiVersion)
    {
        var properties = body.Object("properties");
        var network = properties.Object("networkProfile");
        return Other(body, Top) ?? Other(properties, Cluster) ?? Other(network, Network)
            ?? Other(network.Object("loadBalancerProfile"), LoadBalancer)
            ?? properties.Objects("agentPoolProfiles").Select(pool => UnknownOfPool(pool, apiVersion))
                .FirstOrDefault(static one => one is not null)
            ?? ClusterVersions.NotIn(properties, apiVersion);
    }

    /// <summary>The same of a pool's properties.</summary>
    public static string? UnknownOfPool(JsonObject? pool, string apiVersion) =>
        Other(pool, Pool) ?? ClusterVersions.PoolNotIn(pool, apiVersion);

    private static string? Other(JsonObject? given, HashSet<string> known) =>
        given?.Select(static one => one.Key).FirstOrDefault(name => !known.Contains(name));

    private static HashSet<string> Set(string names) => [.. names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
}
