namespace AmlVnet.Simulator.Providers.Compute;

/// <summary>What a cluster's pools amount to. A pool of the type VirtualMachines has its sizes and counts in a profile of its
/// own.</summary>
internal static class AgentPools
{
    /// <summary>The sizes of a pool and how many nodes there are of each.</summary>
    public static IEnumerable<(string? Size, int Count)> Sizes(JsonObject pool)
    {
        if (pool.Whole("count") is { } count)
            return [(pool.Text("vmSize"), count)];
        var given = pool.Objects("virtualMachineNodesStatus").ToList();
        if (given.Count == 0)
            given = [.. pool.Object("virtualMachinesProfile").Object("scale").Objects("manual")];
        return given.Select(static one => (one.Text("size"), one.Whole("count") ?? 0));
    }

    public static int Nodes(JsonObject pool) => Sizes(pool).Sum(static one => one.Count);

    public static int Cores(JsonObject pool) => Sizes(pool).Sum(static one => one.Count * (VmSizes.Cores(one.Size) ?? 0));

    /// <summary>
    /// The pools whose nodes the scoring service runs on: Linux, on demand, running, and no secondary pool (Microsoft Learn: "Create and
    /// attach
    /// an Azure Kubernetes Service cluster with v1", Limitations).
    /// </summary>
    public static IEnumerable<JsonObject> ForScoring(Resource cluster) =>
        cluster.Properties.Object("powerState").Text("code").Same("Stopped") ? []
        : cluster.Properties.Objects("agentPoolProfiles").Where(static pool =>
            pool.Text("osType") is null or "Linux" && pool.Text("mode") is null or "System" && !pool.Text("scaleSetPriority").Same("Spot")
            && !pool.Object("powerState").Text("code").Same("Stopped")
            && !pool.Texts("nodeTaints").Any(static taint => taint.EndsWith(":NoSchedule", StringComparison.Ordinal)
                || taint.EndsWith(":NoExecute", StringComparison.Ordinal)));
}
