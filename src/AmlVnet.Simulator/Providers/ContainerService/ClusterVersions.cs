namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>
/// Which api-versions of managed clusters have which member. Source: the types of the Bicep compiler 0.49.2, which say for each version
/// what is
/// "not allowed"; a stable version and a preview of one date differ.
/// </summary>
internal static class ClusterVersions
{
    private static readonly (string Path, string Stable, string Preview)[] Members =
    [
        ("hostedSystemProfile", "2026-02-01", "2025-08-02"),
        ("hostedSystemProfile.nodeSubnetID", "2026-02-01", "2026-02-02"),
        ("hostedSystemProfile.systemNodeSubnetID", "2026-02-01", "2026-02-02"),
        ("nodeProvisioningProfile", "2025-05-01", "2023-09-02"),
        ("networkProfile.networkPluginMode", "2023-02-01", "2022-08-02"),
        ("apiServerAccessProfile.enableVnetIntegration", "2025-03-01", "2022-04-02"),
        ("apiServerAccessProfile.subnetId", "2025-03-01", "2022-04-02"),
    ];

    private static readonly (string Path, string Stable, string Preview)[] PoolMembers =
    [
        ("virtualMachinesProfile", "2025-04-01", "2023-10-02"),
        ("virtualMachinesProfile.scale.autoscale", "2026-05-01", "2026-02-02"),
        ("virtualMachineNodesStatus", "2025-04-01", "2023-10-02"),
        ("podIPAllocationMode", "2025-04-01", "2024-01-02"),
        ("upgradeSettings.maxUnavailable", "2025-03-01", "2024-09-02"),
    ];

    /// <summary>Takes out of a shown cluster what the version does not have yet, or has no more.</summary>
    public static void Trim(JsonObject cluster, string apiVersion)
    {
        if (cluster.Object("properties") is not { } properties)
            return;
        Remove(properties, Members, apiVersion);
        foreach (var pool in properties.Objects("agentPoolProfiles"))
            TrimPool(pool, apiVersion);
        // The Docker bridge left the API after 2023-03-01 (Azure/AKS issue 3534).
        if (string.CompareOrdinal(apiVersion[..10], "2023-03-01") > 0)
            properties.Object("networkProfile")?.Remove("dockerBridgeCidr");
        if (string.CompareOrdinal(apiVersion[..10], "2023-02-01") < 0 && cluster.Object("sku") is { } sku)
            sku["name"] = "Basic";
    }

    /// <summary>The same for a pool.</summary>
    public static void TrimPool(JsonObject pool, string apiVersion) => Remove(pool, PoolMembers, apiVersion);

    private static void Remove(JsonObject shown, (string Path, string Stable, string Preview)[] members, string apiVersion)
    {
        foreach (var (path, stable, preview) in members)
        {
            if (string.CompareOrdinal(apiVersion[..10], apiVersion.Length > 10 ? preview : stable) >= 0)
                continue;
            var parts = path.Split('.');
            var holder = parts[..^1].Aggregate((JsonObject?)shown, static (one, part) => one.Object(part));
            holder?.Remove(parts[^1]);
        }
    }
}
