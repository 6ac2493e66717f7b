namespace AmlVnet.Core.Changes;

/// <summary>The rules that let a subnet out to what a profile needs.</summary>
public sealed class OutboundRules
{
    private readonly NetworkFacts _facts;
    private readonly SubnetFacts _subnet;
    private readonly OutboundProfile _profile;
    private readonly string _mark;

    /// <param name="facts">The network.</param>
    /// <param name="subnet">The subnet.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="location">The region of the service tags; null takes the network's own.</param>
    public OutboundRules(NetworkFacts facts, SubnetFacts subnet, OutboundProfile profile, string? location)
    {
        (_facts, _subnet, _profile) = (facts, subnet, profile);
        _mark = RuleNames.Mark((facts.Cluster.Value?.Id ?? subnet.Id!).ToLowerInvariant());
        Tags = TagsOf(profile, location ?? RequiredOutbound.RegionOf(facts), facts);
        var rules = Tags.Select(static tag => RulePlan.Allow(RuleNames.Outbound(tag), RuleDirection.Outbound, "Tcp", ["VirtualNetwork"],
            [tag], ["443"])).ToList();
        List<NetworkFlow> flows = [];
        if (profile != OutboundProfile.Studio) AddClusterWays(rules, flows);
        (Wanted, Needed) = (rules, flows);
    }

    /// <summary>The service tags.</summary>
    public IReadOnlyList<string> Tags { get; }

    /// <summary>The rules that are to be in force.</summary>
    public IReadOnlyList<SecurityRuleFacts> Wanted { get; }

    /// <summary>Traffic that is to pass besides that of the tags.</summary>
    public IReadOnlyList<NetworkFlow> Needed { get; }

    /// <summary>Plans the ways that the profile needs; where nothing is restricted there is nothing to do.</summary>
    public Plan Open() => RulePlan.Make(_facts, _subnet, Wanted, static _ => false);

    /// <summary>Plans the removal of this module's rules for the profile.</summary>
    public Plan Close() => RulePlan.Make(_facts, _subnet, [], IsOurs);

    /// <summary>Whether a rule is one that this module made for the profile.</summary>
    public bool IsOurs(SecurityRuleFacts rule) =>
        (rule.Direction == RuleDirection.Outbound && Tags.Any(tag => Is(rule.Name, RuleNames.Outbound(tag))))
        || (_profile != OutboundProfile.Studio && (Is(rule.Name, RuleNames.Within(rule.Direction, _mark))
            || Is(rule.Name, RuleNames.ApiServer(_mark)) || Is(rule.Name, RuleNames.Dns(_mark))));

    /// <summary>The service tags of a profile; those that have regional forms in the region of the virtual network.</summary>
    private static string[] TagsOf(OutboundProfile profile, string? region, NetworkFacts facts)
    {
        var cluster = ClusterTraffic.HasPrivateApiServer(facts.Cluster.Value)
            ? RequiredOutbound.Cluster(region) : RequiredOutbound.Cluster(region).Append(RequiredOutbound.ApiServer(region));
        IEnumerable<OutboundNeed> needs = profile switch
        {
            OutboundProfile.Studio => RequiredOutbound.Studio,
            OutboundProfile.Cluster => cluster,
            _ => RequiredOutbound.Studio.Concat(cluster),
        };
        return [.. needs.Select(static need => need.ServiceTag)];
    }

    /// <summary>What a cluster needs that no service tag stands for: its nodes and pods, a private API server,
    /// DNS servers of the network's own.</summary>
    private void AddClusterWays(List<SecurityRuleFacts> rules, List<NetworkFlow> flows)
    {
        var effective = new EffectiveRules(NetworkSpace.From(_facts));
        var traffic = ClusterTraffic.From(_facts);
        foreach (var direction in Enum.GetValues<RuleDirection>())
            Add([.. traffic.Flows(_subnet, direction)], traffic.Rule(direction, RuleNames.Within(direction, _mark)));
        if (ClusterTraffic.HasPrivateApiServer(_facts.Cluster.Value))
            Add(ClusterTraffic.ApiServerFlows(_facts), Together(ClusterTraffic.ApiServerFlows(_facts), RuleNames.ApiServer(_mark)));
        Add(ClusterTraffic.DnsFlows(_facts), Together(ClusterTraffic.DnsFlows(_facts), RuleNames.Dns(_mark)));

        // A rule is wider than what is needed where that keeps it one: it is wanted only where something needed is stopped.
        void Add(IReadOnlyList<NetworkFlow> needed, SecurityRuleFacts rule)
        {
            flows.AddRange(needed);
            if (_subnet.NetworkSecurityGroup.Value is { } group
                && needed.Any(flow => effective.Evaluate(flow, group).Access != FlowAccess.Allowed)) rules.Add(rule);
        }

        static SecurityRuleFacts Together(IReadOnlyList<NetworkFlow> needed, string name) => RulePlan.Allow(name, RuleDirection.Outbound,
            needed.Count > 0 ? needed[0].Protocol : "*",
            [.. needed.Select(static flow => flow.Source).Distinct(StringComparer.Ordinal)],
            [.. needed.Select(static flow => flow.Destination).Distinct(StringComparer.Ordinal)],
            [.. needed.Select(static flow => flow.DestinationPort).Distinct(StringComparer.Ordinal)]);
    }
}
