using System.Globalization;

namespace AmlVnet.Core.Checks;

/// <summary>Rules about network security groups.</summary>
internal static class SecurityGroupRules
{
    private const CheckStage Outbound = CheckStage.Create | CheckStage.Attach | CheckStage.Posture;

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-NSG-001", "The scoring endpoint is reachable through the network security groups", CheckSeverity.Error,
            CheckStage.Preflight | CheckStage.Posture, Sources.SecureInferencing, facts => FlowFindings.Each(facts, Scoring)),
        new("AMLVNET-NSG-002", "The load balancer's probe is not blocked", CheckSeverity.Error, CheckStage.Preflight | CheckStage.Posture,
            Sources.SecurityGroups, facts => FlowFindings.Each(facts, Probe)),
        new("AMLVNET-NSG-003", "Outbound traffic to the internet is not denied", CheckSeverity.Warning, Outbound,
            Sources.SecureInferencing, facts => FlowFindings.Each(facts, Internet)),
        new("AMLVNET-NSG-004", "The services that the cluster needs are reachable", CheckSeverity.Error, Outbound, Sources.NetworkTraffic,
            facts => FlowFindings.Each(facts, Needs)),
        new("AMLVNET-NSG-005", "The studio is reachable from the subnet", CheckSeverity.Warning, CheckStage.Preflight | CheckStage.Posture,
            Sources.NetworkTraffic, facts => FlowFindings.Each(facts, Studio)),
        new("AMLVNET-NSG-006", "No deny rule shadows an allow rule", CheckSeverity.Warning, CheckStage.Preflight | CheckStage.Posture,
            Sources.SecurityGroups, facts => NodeSubnets.Each(facts, Shadows)),
    ];

    /// <summary>The flow to the scoring endpoint from one source; null when its address can't be told.</summary>
    public static IEnumerable<NetworkFlow> ScoringFlows(NetworkFacts facts)
    {
        var compute = facts.Compute.Value;
        var port = SslStatus.PortOf(compute?.SslStatus).ToString(CultureInfo.InvariantCulture);
        var sources = facts.ScoringSources.Count > 0 ? facts.ScoringSources
            : [compute is { LoadBalancerType: LoadBalancerType.PublicIp, ScoringIPAddress: not null } ? "Internet" : "VirtualNetwork"];
        var place = LoadBalancerPlace.Subnet(facts).Value;
        string[] destinations = compute?.ScoringIPAddress is { } address ? [address]
            : place is null ? []
            : [.. AddressView.Ranges(place.AddressPrefixes).Select(range => range.ToString())];
        return from source in sources
               from destination in destinations
               select new NetworkFlow
               {
                   Direction = RuleDirection.Inbound,
                   Source = source,
                   Destination = destination,
                   DestinationPort = port,
               };
    }

    private static IEnumerable<Finding> Scoring(NetworkFacts facts)
    {
        var flows = ScoringFlows(facts).ToArray();
        return flows.Select((flow, i) => FlowFindings.One(facts, flow, facts.Compute.Value?.Id,
                (group, verdict) => FlowFindings.Open(facts, flow, group, FlowFindings.Numbered("AmlVnet-Scoring", i), flows[..i])))
            .DefaultIfEmpty(Finding.NotApplicable("scoring endpoint",
                "Neither the scoring address nor the load balancer's subnet is known."));
    }

    private static IEnumerable<Finding> Probe(NetworkFacts facts)
    {
        var scoring = ScoringFlows(facts).ToArray();
        var flows = AddressView.NodeRanges(facts).SelectMany(_ => LoadBalancerProbe.PortsOf(facts.LoadBalancers.Value),
            (range, port) => new NetworkFlow
            {
                Direction = RuleDirection.Inbound,
                Source = LoadBalancerProbe.Source,
                Destination = range,
                DestinationPort = port,
            }).ToArray();
        return flows.Select((flow, i) => FlowFindings.One(facts, flow, null,
            (group, verdict) => FlowFindings.Open(facts, flow, group, FlowFindings.Numbered("AmlVnet-Probe", i),
                [.. scoring, .. flows[..i]])));
    }

    private static IEnumerable<Finding> Internet(NetworkFacts facts) => AddressView.NodeRanges(facts).Select(range => FlowFindings.One(
        facts with
        {
            Subnet = facts.Subnet.Value! with
            {
                NetworkSecurityGroup = facts.Subnet.Value!.NetworkSecurityGroup.Value is { } own
                    ? WithoutTagRules(own) : facts.Subnet.Value!.NetworkSecurityGroup,
            },
            InterfaceSecurityGroups = facts.InterfaceSecurityGroups.Value is { } others
                ? Known.Of<IReadOnlyList<NetworkSecurityGroupFacts>>([.. others.Select(WithoutTagRules)]) : facts.InterfaceSecurityGroups,
        },
        NetworkFlow.Out(range, "Internet", "443"), null,
        (group, verdict) => verdict.DecidingRule is { } rule && Commands.AzName(group, "--nsg-name") is { } name
            && rule.Priority <= EffectiveRules.LastPriority
            ? $"az network nsg rule delete {name} --name {Commands.Quote(rule.Name)}" : null));

    // A service tag is a part of the internet and never all of it: what is allowed to tags only does not open the rest.
    private static NetworkSecurityGroupFacts WithoutTagRules(NetworkSecurityGroupFacts group) => group with
    {
        Rules =
        [
            .. group.Rules.Where(rule => rule.Access == RuleAccess.Deny || rule.DestinationAddressPrefixes.Any(text =>
                text is "*" || AddressView.Range(text) is not null || Ipv4Address.TryParse(text, out _, out _)
                || text.Equals("Internet", StringComparison.OrdinalIgnoreCase))),
        ],
    };

    private static IEnumerable<Finding> Needs(NetworkFacts facts) =>
        Tags(facts, RequiredOutbound.Cluster(RequiredOutbound.RegionOf(facts)), "Cluster");

    private static IEnumerable<Finding> Studio(NetworkFacts facts) => Tags(facts, RequiredOutbound.Studio, "Studio");

    private static IEnumerable<Finding> Tags(NetworkFacts facts, IReadOnlyList<OutboundNeed> needs, string profile)
    {
        var flows = AddressView.NodeRanges(facts).SelectMany(_ => needs,
            (range, need) => (Need: need, Flow: NetworkFlow.Out(range, need.ServiceTag, need.Port))).ToArray();
        return flows.Select((one, i) => FlowFindings.One(facts, one.Flow, one.Need.ServiceTag, (groupId, verdict) =>
            FlowFindings.OpenProfile(facts, groupId, profile)
            ?? FlowFindings.Open(
                facts, one.Flow, groupId, FlowFindings.Numbered("AmlVnet-" + one.Need.ServiceTag, i / needs.Count),
                [.. flows[..i].Select(other => other.Flow)])));
    }

    private static IEnumerable<Finding> Shadows(NetworkFacts facts)
    {
        if (!facts.Subnet.TryGet(out var subnet))
            return [Finding.Missing(facts.Subnet, "subnet")];
        if (subnet.NetworkSecurityGroup.State == KnownState.Unknown)
            return [Finding.Missing(subnet.NetworkSecurityGroup, "network security group")];
        var effective = new EffectiveRules(NetworkSpace.From(facts));
        NetworkSecurityGroupFacts[] groups =
            [.. subnet.NetworkSecurityGroup.Value is { } own ? [own] : Array.Empty<NetworkSecurityGroupFacts>(),
                .. facts.InterfaceSecurityGroups.Value ?? []];
        var findings = groups.SelectMany(group => OneGroup(group).DefaultIfEmpty(
            Finding.Passed(group.Id, $"Each of {Quantity.Of(group.Rules.Count, "rule")} has an effect, or is shadowed by its own kind.")));
        return facts.InterfaceSecurityGroups.State == KnownState.Unknown
            ? findings.Append(Finding.Missing(facts.InterfaceSecurityGroups, "network security groups of the nodes' interfaces"))
            : findings;

        IEnumerable<Finding> OneGroup(NetworkSecurityGroupFacts checkedGroup) =>
            from rule in checkedGroup.Rules
            where rule.Access == RuleAccess.Allow
            let shadow = effective.ShadowOf(checkedGroup, rule)
            where shadow.IsShadowed == Answer.Yes && shadow.By.Any(other => other.Access == RuleAccess.Deny)
            select Finding.Warning(
                checkedGroup.Id,
                $"{rule} has no effect: {string.Join(", ", shadow.By)} decide{(shadow.By.Count == 1 ? "s" : "")} before it.",
                Commands.AzName(checkedGroup.Id, "--nsg-name") is not { } name ? null
                    : effective.ChoosePriority(checkedGroup, rule).Priority is { } priority ? Move(name, rule, priority)
                    : shadow.By.Count == 1 && FreeBehind(checkedGroup, rule) is { } back ? Move(name, shadow.By[0], back)
                    : null);

        static string Move(string name, SecurityRuleFacts rule, int priority) =>
            $"az network nsg rule update {name} --name {Commands.Quote(rule.Name)} --priority "
                + $"{priority.ToString(CultureInfo.InvariantCulture)}";

        static int? FreeBehind(NetworkSecurityGroupFacts group, SecurityRuleFacts rule) => Enumerable
            .Range(rule.Priority + 1, Math.Max(0, EffectiveRules.LastPriority - rule.Priority)).Cast<int?>()
            .FirstOrDefault(priority => !group.Rules.Any(other => other.Direction == rule.Direction && other.Priority == priority));
    }
}
