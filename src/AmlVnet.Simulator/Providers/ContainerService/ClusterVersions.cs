namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>
/// Which api-versions of managed clusters have which member. Source: the types of the Bicep compiler 0.49.2, which say for each version
/// what is
/// "not allowed"; a stable version and a preview of one date differ. A recorded answer of 2020-09-01 has none of those before 2022-08;
/// the version with which each of these came was not looked up.
/// </summary>
internal static class ClusterVersions
{
    private static readonly (string Path, string Stable, string Preview)[] Members =
    [
        ("hostedSystemProfile", "2026-02-01", "2025-08-02"),
        ("hostedSystemProfile.nodeSubnetID", "2026-02-01", "2026-02-02"),
        ("hostedSystemProfile.systemNodeSubnetID", "2026-02-01", "2026-02-02"),
        ("nodeProvisioningProfile", "2025-05-01", "2023-09-02"),
        ("azurePortalFQDN", "2021-03-01", "2021-03-01"),
        ("disableLocalAccounts", "2021-05-01", "2021-05-01"),
        ("networkProfile.podCidrs", "2021-10-01", "2021-10-01"),
        ("networkProfile.serviceCidrs", "2021-10-01", "2021-10-01"),
        ("networkProfile.ipFamilies", "2021-10-01", "2021-10-01"),
        ("currentKubernetesVersion", "2022-06-01", "2022-04-02"),
        ("networkProfile.networkPluginMode", "2023-02-01", "2022-08-02"),
        ("apiServerAccessProfile.enableVnetIntegration", "2025-03-01", "2022-04-02"),
        ("apiServerAccessProfile.subnetId", "2025-03-01", "2022-04-02"),
    ];

    private static readonly (string Path, string Stable, string Preview)[] PoolMembers =
    [
        ("currentOrchestratorVersion", "2022-06-01", "2022-04-02"),
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

    /// <summary>A member of a cluster's properties that came with a later version than the request's, or null.</summary>
    public static string? NotIn(JsonObject? properties, string apiVersion) => Later(Members, apiVersion)
        .FirstOrDefault(path => Holder(properties, path.Split('.'))?.ContainsKey(path[(path.LastIndexOf('.') + 1)..]) == true);

    /// <summary>The same of a pool.</summary>
    public static string? PoolNotIn(JsonObject? pool, string apiVersion) => Later(PoolMembers, apiVersion)
        .FirstOrDefault(path => Holder(pool, path.Split('.'))?.ContainsKey(path[(path.LastIndexOf('.') + 1)..]) == true);

    private static void Remove(JsonObject shown, (string Path, string Stable, string Preview)[] members, string apiVersion)
    {
        foreach (var path in Later(members, apiVersion))
        {
            var parts = path.Split('.');
            Holder(shown, parts)?.Remove(parts[^1]);
        }
    }

    private static IEnumerable<string> Later((string Path, string Stable, string Preview)[] members, string apiVersion) => members
        .Where(one => string.CompareOrdinal(apiVersion[..10], apiVersion.Length > 10 ? one.Preview : one.Stable) < 0)
        .Select(static one => one.Path);

    private static JsonObject? Holder(JsonObject? shown, string[] parts) =>
        parts[..^1].Aggregate(shown, static (one, part) => one.Object(part));
}
