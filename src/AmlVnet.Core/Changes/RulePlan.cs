namespace AmlVnet.Core.Changes;

/// <summary>
/// Plans rules of the network security group that governs a subnet. A rule is added only where the rules in force do not let the traffic
/// through already; what others put there is looked at and never planned.
/// </summary>
public static class RulePlan
{
    private static readonly string[] AnyProtocol = ["Tcp", "Udp"];

    /// <summary>A rule that lets traffic through; its priority is chosen by the plan.</summary>
    public static SecurityRuleFacts Allow(string name, RuleDirection direction, string protocol, IReadOnlyList<string> sources,
        IReadOnlyList<string> destinations, IReadOnlyList<string> ports) =>
        SecurityRuleFacts.Of(name, 0, direction, RuleAccess.Allow, "*", "*") with
        {
            Protocol = protocol,
            SourceAddressPrefixes = sources,
            DestinationAddressPrefixes = destinations,
            DestinationPortRanges = ports,
        };

    /// <summary>The prefixes of a list that are no IPv6 ones.</summary>
    public static IReadOnlyList<string> Ipv4(IReadOnlyList<string> prefixes) =>
        [.. prefixes.Where(static text => !text.Contains(':', StringComparison.Ordinal))];

    /// <summary>Plans the rules that are wanted and not in force yet, and the removal of stale ones.</summary>
    /// <param name="facts">The network.</param>
    /// <param name="subnet">The subnet.</param>
    /// <param name="wanted">The rules that are to be in force.</param>
    /// <param name="isStale">Whether a rule that is there is to go.</param>
    /// <exception cref="AmlVnetException">The group has no place for them.</exception>
    public static Plan Make(NetworkFacts facts, SubnetFacts subnet, IReadOnlyList<SecurityRuleFacts> wanted,
        Func<SecurityRuleFacts, bool> isStale)
    {
        if (subnet.NetworkSecurityGroup.Value is not { } group)
            return new Plan { Remarks = [$"No network security group governs the subnet {subnet.Name}."] };
        group = WithoutFailed(group, wanted);
        var id = ArmId.Parse(group.Id);
        var space = NetworkSpace.From(facts);
        var effective = new EffectiveRules(space);
        List<Step> steps = [.. group.Rules.Where(isStale).Select(stale => Remove(id, stale))];
        // A rule that is to go takes a priority until it is gone, and none after that.
        RequireRoom(effective, group with { Rules = [.. group.Rules.Where(rule => !isStale(rule))] }, wanted);
        foreach (var rule in wanted)
        {
            if (IsInForce(effective, rule, group)) continue;
            var choice = effective.ChoosePriority(group, rule);
            if (choice.Priority is not { } priority) throw Problems.NoFreePriority(group.Id, choice.Reason);
            var placed = rule with { Priority = priority };
            steps.Add(Add(id, placed, space));
            // The next rule's priority is chosen with this one in place.
            group = group with { Rules = [.. group.Rules, placed] };
        }

        return new Plan { Steps = steps, Remarks = steps.Count == 0 ? [$"The rules of {id.Name} are so already; nothing is sent."] : [] };
    }

    /// <summary>Refuses rules for which a group has no place.</summary>
    /// <exception cref="AmlVnetException">It says how many are needed and how many are free.</exception>
    public static void RequireRoom(EffectiveRules effective, NetworkSecurityGroupFacts group, IEnumerable<SecurityRuleFacts> wanted)
    {
        group = WithoutFailed(group, wanted);
        SecurityRuleFacts[] missing = [.. wanted.Where(rule => !IsInForce(effective, rule, group))];
        if (effective.FindRoom(group, missing) is { } problem) throw Problems.NoFreePriority(group.Id, problem);
    }

    /// <summary>A group without the wanted rules whose last write failed: they are written again, in their own place.</summary>
    public static NetworkSecurityGroupFacts WithoutFailed(NetworkSecurityGroupFacts group, IEnumerable<SecurityRuleFacts> wanted) =>
        group.Rules.Any(static rule => rule.IsFailed) ? group with
        {
            Rules = [.. group.Rules.Where(rule => !rule.IsFailed || !wanted.Any(one => Words.Is(one.Name, rule.Name)))],
        } : group;

    /// <summary>Whether all traffic of a rule passes a group.</summary>
    public static bool IsOpen(EffectiveRules effective, SecurityRuleFacts rule, NetworkSecurityGroupFacts group) =>
        FlowsOf(rule).All(flow => effective.Evaluate(flow, group).Access == FlowAccess.Allowed);

    /// <summary>Whether a rule is not needed: its traffic passes,
    /// or it stands there already and no other rule is known to stop its traffic.</summary>
    public static bool IsInForce(EffectiveRules effective, SecurityRuleFacts rule, NetworkSecurityGroupFacts group) =>
        IsOpen(effective, rule, group)
        || (effective.FindEquivalent(group, rule) is not null
            && FlowsOf(rule).All(flow => effective.Evaluate(flow, group).Access is FlowAccess.Allowed or FlowAccess.Unknown));

    /// <summary>All traffic that a rule is for.</summary>
    public static IEnumerable<NetworkFlow> FlowsOf(SecurityRuleFacts rule) =>
        from source in rule.SourceAddressPrefixes
        from destination in rule.DestinationAddressPrefixes
        from port in rule.DestinationPortRanges
        from protocol in rule.Protocol == "*" ? AnyProtocol : [rule.Protocol]
        select new NetworkFlow
        {
            Direction = rule.Direction,
            Protocol = protocol,
            Source = source,
            Destination = destination,
            DestinationPort = port,
        };

    private static PutRule Add(ArmId group, SecurityRuleFacts rule, NetworkSpace space) => new()
    {
        Target = group.ToString(),
        Sentence = $"Add rule {rule.Name} to network security group {group.Name}: allow {string.Join(", ", rule.SourceAddressPrefixes)} -> "
            + $"{string.Join(", ", rule.DestinationAddressPrefixes)}:{string.Join(",", rule.DestinationPortRanges)}, {rule.Direction}, "
            + $"priority {rule.Priority}",
        Values = [new(rule.Name, null, "Allow")],
        Rule = rule,
        Space = space,
    };

    private static DeleteRule Remove(ArmId group, SecurityRuleFacts rule) => new()
    {
        Target = group.ToString(),
        Sentence = $"Remove rule {rule} from network security group {group.Name}",
        Values = [new(rule.Name, rule.Access.ToString(), null)],
        RuleName = rule.Name,
    };
}
