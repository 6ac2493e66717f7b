namespace AmlVnet.Core.Checks;

/// <summary>Rules about regions and subscriptions.</summary>
internal static class RegionRules
{
    private const CheckStage Stages = CheckStage.Create | CheckStage.Attach | CheckStage.Posture;

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-REGION-001", "The virtual network is in the cluster's region", CheckSeverity.Error, Stages, Sources.NetworkInterface,
            Network),
        new("AMLVNET-REGION-002", "A cluster of a workspace with a private endpoint is in the workspace's region", CheckSeverity.Error,
            Stages, Sources.SecureInferencing, Workspace),
        new("AMLVNET-REGION-003", "The virtual network is in the cluster's subscription", CheckSeverity.Error, Stages,
            Sources.NetworkInterface, Subscription),
    ];

    private static string? ClusterRegion(NetworkFacts facts) =>
        facts.Cluster.Value?.Location ?? facts.Compute.Value?.Location ?? facts.Workspace.Value?.Location;

    private static IEnumerable<Finding> Network(NetworkFacts facts)
    {
        if (!facts.VirtualNetwork.TryGet(out var network))
            return [Finding.Missing(facts.VirtualNetwork, "virtual network")];
        var target = network.Id ?? "virtual network";
        if (network.Location is not { Length: > 0 } place)
            return [network.Id is null || facts.Cluster.State == KnownState.NotGathered
                ? Finding.NotApplicable(target, "The virtual network's region was not given.")
                : Finding.Unknown(target, "The answer for the virtual network names no region.")];
        if (ClusterRegion(facts) is not { Length: > 0 } region)
            return [facts.Workspace.State == KnownState.Unknown
                ? Finding.Missing(facts.Workspace, "workspace")
                : Finding.NotApplicable(target, "The cluster's region was not given.")];
        return AzureRegion.AreSame(place, region)
            ? [Finding.Passed(target, $"Both are in {AzureRegion.Normalize(region)}.")]
            : [Finding.Failed(
                target, $"The virtual network is in {AzureRegion.Normalize(place)}, the cluster in {AzureRegion.Normalize(region)}.",
                facts.Cluster.State == KnownState.Value ? null : Commands.NewCompute(facts, location: AzureRegion.Normalize(place)))];
    }

    private static IEnumerable<Finding> Workspace(NetworkFacts facts)
    {
        if (!facts.Workspace.TryGet(out var workspace))
            return [Finding.Missing(facts.Workspace, "workspace")];
        if (!workspace.HasPrivateEndpoint)
            return [Finding.NotApplicable(workspace.Id, "The workspace has no private endpoint.")];
        if (ClusterRegion(facts) is not { Length: > 0 } region || workspace.Location.Length == 0)
            return [Finding.Unknown(workspace.Id, "The region of the workspace, or of the cluster, is not known.")];
        return AzureRegion.AreSame(workspace.Location, region)
            ? [Finding.Passed(workspace.Id, $"Both are in {AzureRegion.Normalize(region)}.")]
            : [Finding.Failed(
                workspace.Id,
                $"The workspace has a private endpoint and is in {AzureRegion.Normalize(workspace.Location)}, the cluster in "
                    + $"{AzureRegion.Normalize(region)}.",
                // In the workspace's region the cluster needs a network of that region too; no command moves one.
                facts.Cluster.State == KnownState.Value
                    || !AzureRegion.AreSame(workspace.Location, facts.VirtualNetwork.Value?.Location ?? workspace.Location)
                    ? null : Commands.NewCompute(facts, location: AzureRegion.Normalize(workspace.Location)))];
    }

    private static IEnumerable<Finding> Subscription(NetworkFacts facts)
    {
        var subnet = facts.Subnet.Value?.Id ?? facts.VirtualNetwork.Value?.Id ?? facts.Settings?.SubnetId;
        if (!ArmId.TryParse(subnet, out var network, out _))
            return [Finding.NotApplicable("virtual network", "No virtual network was given.")];
        if (!ArmId.TryParse(facts.Cluster.Value?.Id ?? facts.Workspace.Value?.Id ?? facts.Compute.Value?.Id, out var cluster, out _))
            return [Finding.NotApplicable(network.ToString(), "Neither a cluster nor a workspace was given.")];
        return string.Equals(network.SubscriptionId, cluster.SubscriptionId, StringComparison.OrdinalIgnoreCase)
            ? [Finding.Passed(network.ToString(), $"Both are in subscription {network.SubscriptionId}.")]
            : [Finding.Failed(
                network.ToString(), $"The network is in subscription {network.SubscriptionId}, the cluster in {cluster.SubscriptionId}.",
                null)];
    }
}
