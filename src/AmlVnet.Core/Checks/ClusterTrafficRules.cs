namespace AmlVnet.Core.Checks;

/// <summary>Rules about the traffic of the cluster itself: of its nodes and pods among themselves, and with its API server.</summary>
internal static class ClusterTrafficRules
{
    private const CheckStage Stages = CheckStage.Create | CheckStage.Attach | CheckStage.Posture;

    private static readonly RuleDirection[] Directions = [RuleDirection.Inbound, RuleDirection.Outbound];

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-NSG-007", "Nodes and pods reach one another through the network security groups", CheckSeverity.Error, Stages,
            Sources.OutboundRules, Inside),
        new("AMLVNET-NSG-008", "The nodes reach the API server through the network security groups", CheckSeverity.Error, Stages,
            Sources.OutboundRules, facts => FlowFindings.Each(facts, ApiServer)),
        new("AMLVNET-NSG-009", "The ports of older clusters are open", CheckSeverity.Information,
            CheckStage.Preflight | CheckStage.Posture, Sources.OutboundRules, facts => FlowFindings.Each(facts, Older)),
    ];

    private static IEnumerable<Finding> Inside(NetworkFacts facts)
    {
        if (facts.Subnet.State == KnownState.None && facts.Cluster.Value is not null)
            return [Finding.Missing(facts.Subnet, "subnet")];
        var traffic = ClusterTraffic.From(facts);
        var findings = facts.OtherNodeSubnets.Prepend(facts.Subnet).Concat(facts.PodSubnets)
            .SelectMany(subnet => OneSubnet(facts with { Subnet = subnet }, traffic))
            .DistinctBy(finding => (finding.Target, finding.Evidence));
        return traffic.Unread is { } why && facts.Subnet.State == KnownState.Value ? findings.Append(Finding.Unknown("cluster", why))
            : findings;
    }

    private static IEnumerable<Finding> OneSubnet(NetworkFacts facts, ClusterTraffic traffic)
    {
        if (!facts.Subnet.TryGet(out var subnet))
            return [Finding.Missing(facts.Subnet, "subnet")];
        return Directions.Select(direction => FlowFindings.All(
            facts, [.. traffic.Flows(subnet, direction)],
            $"Nodes and pods, {(direction == RuleDirection.Inbound ? "in to" : "out of")} {subnet.Name ?? "the subnet"}",
            (group, _) => FlowFindings.OpenProfile(facts, group, "Cluster") is { } open && IsReached(facts, group) ? open
                : FlowFindings.Create(facts, group, traffic.Rule(direction, $"AmlVnet-Inside-{direction}"))));
    }

    // The command opens the first subnet's group for all of the cluster's ranges; one with a subnet only knows no others.
    private static bool IsReached(NetworkFacts facts, string groupId) =>
        NodeSubnets.IsFirst(facts) && facts.PodSubnets.All(pods => !ArmId.AreSame(pods.Value?.Id, facts.Subnet.Value?.Id))
        && ArmId.AreSame(groupId, facts.Subnet.Value?.NetworkSecurityGroup.Value?.Id);

    private static IEnumerable<Finding> ApiServer(NetworkFacts facts)
    {
        if (facts.Cluster.State == KnownState.Unknown)
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (facts.Subnet.Value is null)
            return [Finding.Missing(facts.Subnet, "subnet")];
        var flows = ClusterTraffic.ApiServerFlows(facts);
        if (flows.Count == 0 && facts.Cluster.Value?.ApiServerSubnetId is { } place)
            return [Finding.Unknown(place, "The API server's subnet is none that was read of the nodes' virtual network.")];
        return flows.Select(
            (flow, i) => FlowFindings.One(facts, flow, "API server", (group, _) => FlowFindings.OpenProfile(facts, group, "Cluster")
            ?? FlowFindings.Open(facts, flow, group, FlowFindings.Numbered("AmlVnet-ApiServer", i), [.. flows.Take(i)])));
    }

    private static IEnumerable<Finding> Older(NetworkFacts facts)
    {
        var isPublicCloud = facts.CloudName is not ("AzureUSGovernment" or "AzureChinaCloud");
        if (ClusterTraffic.HasPrivateApiServer(facts.Cluster.Value) && isPublicCloud)
            return [Finding.NotApplicable(facts.Cluster.Value!.Id, "The API server is private; no node of such a cluster needs them.")];
        if (facts.Subnet.Value is null)
            return [Finding.Missing(facts.Subnet, "subnet")];
        return from range in AddressView.NodeRanges(facts)
               from need in RequiredOutbound.Older(RequiredOutbound.RegionOf(facts), facts.CloudName)
               let found = FlowFindings.One(facts, NetworkFlow.Out(range, need.ServiceTag, need.Port, need.Protocol), need.Purpose,
                   (_, _) => null)
               select found.Status != CheckStatus.Failed ? found
                   : found with
                   {
                       Status = CheckStatus.Warning,
                       Evidence = found.Evidence + (isPublicCloud
                           ? " Clusters of today do without it: their nodes speak to the API server by konnectivity on 443, and have their "
                               + "time from the host."
                           : $" The page for {facts.CloudName} names it; open it if the cluster is one that needs it."),
                   };
    }
}
