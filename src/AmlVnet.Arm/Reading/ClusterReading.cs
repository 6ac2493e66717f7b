namespace AmlVnet.Arm.Reading;

/// <summary>Turns a cluster's answer into facts. What the answer lacks stays unknown,
/// with the version that it was read with as the reason.</summary>
internal static class ClusterReading
{
    internal static ClusterFacts ToFacts(ResolvedCluster found)
    {
        var properties = found.Cluster.Properties ?? new();
        return new ClusterFacts
        {
            Id = found.ClusterId.ToString(),
            Location = found.Cluster.Location,
            NetworkPlugin = properties.NetworkProfile?.NetworkPlugin,
            NetworkPluginMode = properties.NetworkProfile?.NetworkPluginMode,
            ServiceCidr = properties.NetworkProfile?.ServiceCidr ?? FirstIpv4(properties.NetworkProfile?.ServiceCidrs),
            DnsServiceIP = properties.NetworkProfile?.DnsServiceIP,
            PodCidr = properties.NetworkProfile?.PodCidr ?? FirstIpv4(properties.NetworkProfile?.PodCidrs),
            OutboundType = properties.NetworkProfile?.OutboundType,
            OutboundAddressCount =
                (OutboundType?)properties.NetworkProfile?.OutboundType == OutboundType.ManagedNatGateway
                ? properties.NetworkProfile?.NatGatewayProfile?.EffectiveOutboundIPs?.Length
                : properties.NetworkProfile?.LoadBalancerProfile?.EffectiveOutboundIPs?.Length,
            LoadBalancerSku = properties.NetworkProfile?.LoadBalancerSku,
            Sku = found.Cluster.Sku?.Name,
            HasServicePrincipal = ClusterLookup.ServicePrincipalOf(found.Cluster) is not null ? true
                : found.Cluster.Identity is { PrincipalId: not null } or { UserAssignedIdentities.Count: > 0 } ? false : null,
            IsPrivateCluster = properties.ApiServerAccessProfile?.EnablePrivateCluster ?? false,
            HasPublicFqdn = properties.ApiServerAccessProfile?.EnablePrivateClusterPublicFqdn ?? false,
            HasVnetIntegration = properties.ApiServerAccessProfile?.EnableVnetIntegration ?? false,
            ApiServerSubnetId = properties.ApiServerAccessProfile?.SubnetId,
            DisablesLocalAccounts = properties.DisableLocalAccounts == true,
            AuthorizedIPRanges = properties.ApiServerAccessProfile?.AuthorizedIPRanges ?? [],
            KubernetesVersion = properties.CurrentKubernetesVersion ?? properties.KubernetesVersion,
            PowerState = properties.PowerState?.Code,
            ProvisioningState = properties.ProvisioningState,
            NodeResourceGroup = properties.NodeResourceGroup,
            AgentPools = ToPools(found),
            HostedSystem = ToHosted(found.Cluster),
            ProvisionsNodes = string.Equals(properties.NodeProvisioningProfile?.Mode, "Auto", StringComparison.OrdinalIgnoreCase),
        };
    }

    private static string? FirstIpv4(string[]? ranges) =>
        Array.Find(ranges ?? [], static range => !range.Contains(':', StringComparison.Ordinal));

    private static Known<IReadOnlyList<AgentPoolFacts>> ToPools(ResolvedCluster found) => found.PoolsUnknown is { } why
        ? Known.Unknown<IReadOnlyList<AgentPoolFacts>>(why)
        : Known.Of<IReadOnlyList<AgentPoolFacts>>([.. found.Cluster.Properties!.AgentPoolProfiles!.Select(ToPool)]);

    // Below the version that shows it, only an Automatic cluster may have it.
    private static Known<HostedSystemFacts> ToHosted(WireManagedCluster cluster) =>
        cluster.Properties?.HostedSystemProfile is { Enabled: true } hosted
            ? new HostedSystemFacts(hosted.NodeSubnetId, hosted.SystemNodeSubnetId)
        : ManagedClusterVersions.Has(cluster.ApiVersion, ManagedClusterVersions.HostedSystem)
            || string.Equals(cluster.Sku?.Name, "Base", StringComparison.OrdinalIgnoreCase)
            ? Known.None<HostedSystemFacts>("AKS hosts no system nodes of the cluster.")
            : Known.Unknown<HostedSystemFacts>(
                $"api-version {cluster.ApiVersion} does not show them; {ManagedClusterVersions.HostedSystem} does.");

    private static AgentPoolFacts ToPool(WireAgentPool pool) => new()
    {
        Name = pool.Name ?? "",
        Count = pool.Count,
        AutoScales = pool.EnableAutoScaling == true || pool.VirtualMachinesProfile?.Scale?.Autoscale is { Length: > 0 },
        MinCount = pool.MinCount,
        MaxCount = pool.EnableAutoScaling == true ? pool.MaxCount : null,
        VmSize = pool.VmSize,
        Sizes = [.. ToSizes(pool)],
        Mode = pool.Mode,
        OSType = pool.OsType,
        Priority = pool.ScaleSetPriority,
        PowerState = pool.PowerState?.Code,
        Taints = [.. (pool.NodeTaints ?? []).OfType<string>()],
        MaxPods = pool.MaxPods,
        SubnetId = pool.VnetSubnetId,
        PodSubnetId = pool.PodSubnetId,
        PodAllocationMode = pool.PodIPAllocationMode,
        MaxSurge = pool.UpgradeSettings?.MaxSurge,
    };

    /// <summary>What there is now, where the answer says so; else what is asked for; and what the autoscaler may make of it.</summary>
    private static IEnumerable<NodeSizeFacts> ToSizes(WireAgentPool pool)
    {
        var scale = pool.VirtualMachinesProfile?.Scale;
        var now = pool.VirtualMachineNodesStatus is { Length: > 0 } status ? status : scale?.Manual ?? [];
        var bounds = scale?.Autoscale ?? [];
        return now.Select(one => new NodeSizeFacts(one.Size, one.Count, bounds.FirstOrDefault(bound => Same(bound, one))?.MaxCount))
            .Concat(bounds.Where(bound => !now.Any(one => Same(bound, one)))
                .Select(static bound => new NodeSizeFacts(bound.Size, null, bound.MaxCount)));

        static bool Same(WireNodesOfSize one, WireNodesOfSize other) =>
            string.Equals(one.Size, other.Size, StringComparison.OrdinalIgnoreCase);
    }
}
