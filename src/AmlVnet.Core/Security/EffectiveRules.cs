namespace AmlVnet.Core.Security;

/// <summary>
/// Evaluates network security groups as Azure does: within a group the matching rule with the lowest priority number decides, the default
/// rules come last; traffic must pass every group on its way (Microsoft Learn: "How network security groups filter network traffic").
/// What can't be known (a tag's ranges, the members of an application security group, what lies behind a gateway or a default route) is
/// never guessed: it makes the verdict <see cref="FlowAccess.Unknown"/>, unless the outcome is the same either way.
/// </summary>
public sealed class EffectiveRules
{
    /// <summary>The lowest priority number that a rule can have.</summary>
    public const int FirstPriority = 100;

    /// <summary>The highest priority number that a rule can have.</summary>
    public const int LastPriority = 4096;

    // Beyond this the answer would take too long; real groups stay far below.
    private const int MostPieces = 20_000;

    private readonly RuleSide _side;

    // The tag VirtualNetwork as wide as it may be; null when what it covers is known.
    private readonly RuleSide? _wide;

    // The same where rules are compared with rules: the tags in both mean the same then, whatever that is.
    private readonly RuleSide? _wideForAddresses;

    /// <summary>Makes the evaluation for one virtual network.</summary>
    public EffectiveRules(NetworkSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        _side = new(space);
        _wide = new RuleSide(space, isWide: true) is { IsWide: true } wide ? wide : null;
        _wideForAddresses = _wide is null ? null
            : new(space with { HasDefaultRoute = false, HasGateway = space.HasDefaultRoute || space.HasGateway }, isWide: true);
    }

    /// <summary>What becomes of a flow.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="groups">
    /// The groups that it meets, in any order: the subnet's and the network interface's. A place without a group lets everything through.
    /// </param>
    public FlowVerdict Evaluate(NetworkFlow flow, params IEnumerable<NetworkSecurityGroupFacts> groups)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(groups);
        NetworkSecurityGroupFacts[] all = [.. groups];
        var (near, nearDenied) = Evaluate(_side, flow, all);
        if (_wide is null || near.Access == FlowAccess.Unknown)
            return near;
        // Each packet meets one of the two outcomes, as the tag VirtualNetwork covers its addresses or not.
        var (wide, wideDenied) = Evaluate(_wide, flow, all);
        return (near.Access, wide.Access) switch
        {
            (_, FlowAccess.Unknown) => wide,
            (FlowAccess.Allowed, FlowAccess.Allowed) or (FlowAccess.Denied, FlowAccess.Denied) => near,
            (FlowAccess.Partly, FlowAccess.Denied) => near,
            (FlowAccess.Denied, FlowAccess.Partly) => wide,
            (FlowAccess.Partly, FlowAccess.Partly) when nearDenied.Any(one => wideDenied.Any(other => one.Box.Touches(other.Box))) => near,
            _ => new(
                FlowAccess.Unknown, near.DecidingRule, near.SecurityGroupId,
                $"{flow}: whether the tag VirtualNetwork covers it can't be known, because of a default route, a route for a service tag, "
                    + $"a gateway, or pods that are no part of the network; rule {near.DecidingRule} decides, or rule "
                    + $"{wide.DecidingRule}."),
        };
    }

    private (FlowVerdict Verdict, List<Decision> Denied) Evaluate(RuleSide side, NetworkFlow flow, NetworkSecurityGroupFacts[] groups)
    {
        List<(Box Box, Doubt? Doubt)> open = [(FlowBox(flow), null)];
        List<Decision> denied = [], passed = [];
        foreach (var group in groups)
        {
            passed = [];
            foreach (var (box, doubt) in open)
            {
                if (Walk(side, group.InOrder(flow.Direction), box, flow) is not { } walk)
                    return (new(FlowAccess.Unknown, null, group.Id, $"{Name(group)} has too many rules for this flow to be worked out."),
                        []);
                foreach (var hit in walk.Decided)
                {
                    var mayAllow = hit.Rule.Access == RuleAccess.Allow || hit.MayAllow is not null;
                    var mayDeny = hit.Rule.Access == RuleAccess.Deny || hit.MayDeny is not null;
                    // A certain deny settles earlier doubts: the traffic is dropped there or here.
                    if (!mayAllow)
                        denied.Add(new(hit.Box, hit.Rule, group, null));
                    else
                        passed.Add(new(hit.Box, hit.Rule, group,
                            mayDeny ? new((hit.Rule.Access == RuleAccess.Allow ? hit.MayDeny : hit.MayAllow)!, group) : doubt));
                }
            }

            open = [.. passed.Select(decision => (decision.Box, decision.Doubt))];
        }

        if (groups.Length == 0)
            return (new(FlowAccess.Allowed, null, null, $"{flow}: no network security group is in the way."), denied);
        var certain = passed.Where(decision => decision.Doubt is null).ToArray();
        var doubtful = passed.Where(decision => decision.Doubt is not null).ToArray();
        var first = doubtful.MinBy(decision => decision.Doubt!.Rule.Priority)?.Doubt;
        return (
            denied.Count > 0 ? certain.Length > 0 ? Say(FlowAccess.Partly, First(denied), "is denied in part by")
                : doubtful.Length > 0 ? Say(FlowAccess.Partly, First(denied), "is denied, in part at least, by")
                : Say(FlowAccess.Denied, First(denied), "is denied by")
            : first is not null ? new(
                FlowAccess.Unknown, first.Rule, first.Group.Id,
                $"{flow}: whether rule {first.Rule} of {Name(first.Group)} matches can't be known; it names {Doubted(first.Rule)}.")
            : certain.Length > 0 ? Say(FlowAccess.Allowed, First(certain), "is allowed by")
            : new(FlowAccess.Unknown, null, null, $"{flow} means no address that is known."),
            denied);

        static Decision First(IReadOnlyList<Decision> decisions) => decisions.MinBy(decision => decision.Rule.Priority)!;

        FlowVerdict Say(FlowAccess access, Decision decision, string verb) =>
            new(access, decision.Rule, decision.Group.Id, $"{flow} {verb} rule {decision.Rule} of {Name(decision.Group)}.");
    }

    /// <summary>Which earlier rule, if any, takes all of a rule's traffic, so that the rule has no effect.</summary>
    /// <param name="group">The group.</param>
    /// <param name="rule">A rule of the group.</param>
    /// <returns>
    /// Yes with the first of the earlier rules when all of the rule's traffic is decided before it; No when some is left; Unknown when
    /// that depends on what can't be known.
    /// </returns>
    public RuleShadow ShadowOf(NetworkSecurityGroupFacts group, SecurityRuleFacts rule)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(rule);
        var near = ShadowOf(_side, group, rule);
        return _wideForAddresses is { } wide && ShadowOf(wide, group, rule).IsShadowed != near.IsShadowed ? new(Answer.Unknown, near.By)
            : near;
    }

    private RuleShadow ShadowOf(RuleSide side, NetworkSecurityGroupFacts group, SecurityRuleFacts rule)
    {
        var earlier = group.InOrder(rule.Direction).TakeWhile(other => other.Priority < rule.Priority).ToArray();
        if (earlier.Length == 0)
            return new(Answer.No, []);
        HashSet<SecurityRuleFacts> takers = [];
        // The members of an application security group are not known: what is left may be nobody's traffic.
        var isDoubtful = false;
        var hasGroups = rule.SourceApplicationSecurityGroups.Count + rule.DestinationApplicationSecurityGroups.Count > 0;
        foreach (var flow in FlowsOf(rule))
        {
            if (Walk(side, earlier, FlowBox(flow), flow) is not { } walk)
                return new(Answer.Unknown, []);
            if (walk.Left.Any(piece => piece is { MayAllow: null, MayDeny: null }) && !hasGroups)
                return new(Answer.No, []);
            isDoubtful |= walk.Left.Count > 0;
            takers.UnionWith(walk.Decided.Select(hit => hit.Rule));
        }

        return takers.Count == 0 ? new(isDoubtful ? Answer.Unknown : Answer.No, [])
            : new(isDoubtful ? Answer.Unknown : Answer.Yes, [.. takers.OrderBy(taker => taker.Priority)]);
    }

    /// <summary>Whether one rule matches all the traffic that the other one matches, whatever their priorities.</summary>
    public Answer Covers(SecurityRuleFacts wider, SecurityRuleFacts narrower)
    {
        ArgumentNullException.ThrowIfNull(wider);
        ArgumentNullException.ThrowIfNull(narrower);
        if (wider.Direction != narrower.Direction)
            return Answer.No;
        var shadow = ShadowOf(
            new() { Id = "", Rules = [wider with { Priority = 1 }, narrower with { Priority = 2 }], DefaultRules = [] },
            narrower with { Priority = 2 });
        return shadow.IsShadowed;
    }

    /// <summary>Finds a rule that people made and that does the same as the one wanted, whatever its name and priority.</summary>
    public SecurityRuleFacts? FindEquivalent(NetworkSecurityGroupFacts group, SecurityRuleFacts wanted)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(wanted);
        return group.InOrder(wanted.Direction).FirstOrDefault(rule =>
            rule.Priority <= LastPriority && rule.Access == wanted.Access && Covers(rule, wanted) == Answer.Yes
                && Covers(wanted, rule) == Answer.Yes);
    }

    /// <summary>
    /// Chooses a free priority for an allowing rule: in front of every deny that touches its traffic, and behind every allow that it covers
    /// (so that their hit counts and flow logs stay theirs), as far back as can be, a multiple of ten where one is free.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="wanted">The rule; its priority does not matter.</param>
    public PriorityChoice ChoosePriority(NetworkSecurityGroupFacts group, SecurityRuleFacts wanted)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(wanted);
        var rules = group.Rules.Where(rule => rule.Direction == wanted.Direction && rule.Name != wanted.Name).OrderBy(rule => rule.Priority)
            .ToArray();
        var deny = rules.FirstOrDefault(rule => rule.Access == RuleAccess.Deny && Touches(rule, wanted));
        var before = deny?.Priority ?? LastPriority + 1;
        var covered =
            rules.LastOrDefault(rule => rule.Access == RuleAccess.Allow && rule.Priority < before && Covers(wanted, rule) == Answer.Yes);
        var taken = rules.Select(rule => rule.Priority).ToHashSet();
        var front = deny is null ? "No deny rule is in the way" : $"In front of {deny}";
        if (Free(covered?.Priority ?? FirstPriority - 1) is { } behind)
            return new(behind, front + (covered is null ? "." : $" and behind {covered}."));
        if (Free(FirstPriority - 1) is { } any)
            return new(any, $"{front}; {covered} is covered by it, because nothing is free behind that rule.");
        return new(null, $"No priority from {FirstPriority} to {before - 1} is free: move one of the rules "
            + $"there{(deny is null ? "" : $", or {deny},")} back.");

        int? Free(int behind) => Candidates(behind).Where(priority => !taken.Contains(priority)).Cast<int?>()
            .OrderByDescending(priority => priority % 10 == 0).ThenByDescending(priority => priority).FirstOrDefault();

        IEnumerable<int> Candidates(int behind) => Enumerable.Range(behind + 1, Math.Max(0, before - behind - 1));
    }

    /// <summary>Whether a group has a place for each of several allowing rules.</summary>
    /// <param name="group">The group.</param>
    /// <param name="wanted">The rules that are missing; their priorities do not matter.</param>
    /// <returns>Null when it has; else how many are needed, how many are free, and what to move.</returns>
    public string? FindRoom(NetworkSecurityGroupFacts group, IReadOnlyCollection<SecurityRuleFacts> wanted)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(wanted);
        var filled = group;
        foreach (var rule in wanted)
        {
            if (ChoosePriority(filled, rule) is not { Priority: { } priority } refused)
                return Say(rule);
            filled = filled with { Rules = [.. filled.Rules.Where(other => other.Name != rule.Name), rule with { Priority = priority }] };
        }

        return null;

        string Say(SecurityRuleFacts rule)
        {
            var deny = group.Rules.Where(other => other.Direction == rule.Direction && other.Access == RuleAccess.Deny
                && Touches(other, rule)).MinBy(other => other.Priority);
            var before = deny?.Priority ?? LastPriority + 1;
            var needed = wanted.Count(other => other.Direction == rule.Direction);
            var free = before - FirstPriority
                - group.Rules.Where(other => other.Direction == rule.Direction && other.Priority < before).Select(other => other.Priority)
                    .Distinct().Count();
            return $"{Capital(Count(needed))} {(needed == 1 ? "is" : "are")} needed, {Count(free)} {(free < 2 ? "is" : "are")} free"
                + $"{(before > FirstPriority ? $" from {FirstPriority} to {before - 1}" : "")}: "
                + "the rules are "
                + $"{string.Join(" and ", wanted.Where(other => other.Direction == rule.Direction).Select(other => other.Name))}. "
                + $"Move one of the rules there{(deny is null ? "" : $", or {deny},")} back.";
        }

        static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

        static string Count(int count) => count switch
        {
            0 => "none",
            1 => "one",
            2 => "two",
            3 => "three",
            4 => "four",
            5 => "five",
            _ => count.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    private bool Touches(SecurityRuleFacts rule, SecurityRuleFacts wanted) =>
        Touches(_side, rule, wanted) || (_wide is { } wide && Touches(wide, rule, wanted));

    private bool Touches(RuleSide side, SecurityRuleFacts rule, SecurityRuleFacts wanted) => FlowsOf(wanted).Any(flow =>
        Walk(side, [rule], FlowBox(flow), flow) is not { } walk || walk.Decided.Count > 0
        || walk.Left.Any(piece => piece.MayAllow is not null || piece.MayDeny is not null));

    /// <summary>All traffic that a rule can match, as flows with one source and one destination each.</summary>
    private static IEnumerable<NetworkFlow> FlowsOf(SecurityRuleFacts rule) =>
        from protocol in rule.Protocol == "*" ? ["Tcp", "Udp", "Icmp", "Esp", "Ah"] : new[] { rule.Protocol }
        from source in Ends(rule.SourceAddressPrefixes, rule.SourceApplicationSecurityGroups)
        from destination in Ends(rule.DestinationAddressPrefixes, rule.DestinationApplicationSecurityGroups)
        from sourcePort in rule.SourcePortRanges
        from destinationPort in rule.DestinationPortRanges
        select new NetworkFlow
        {
            Direction = rule.Direction,
            Protocol = protocol,
            Source = source,
            SourcePort = sourcePort,
            Destination = destination,
            DestinationPort = destinationPort,
        };

    private static IEnumerable<string> Ends(IReadOnlyList<string> prefixes, IReadOnlyList<string> groups)
    {
        // IPv6 prefixes match no IPv4 flow.
        foreach (var text in prefixes.Where(text => !text.Contains(':', StringComparison.Ordinal)))
        {
            yield return text;
            // In a rule, unlike in a flow, the tag covers the host's address too, from which the probes come.
            if (text.Equals("VirtualNetwork", StringComparison.OrdinalIgnoreCase))
                yield return "AzureLoadBalancer";
        }

        // A group's members lie in the virtual network, so what holds for all of it holds for them.
        if (groups.Count > 0)
            yield return "VirtualNetwork";
    }

    private Box FlowBox(NetworkFlow flow) => new(
        _side.Flow(flow.Source), RuleSide.PortSpan(flow.SourcePort) ?? new SpanSet([new(0, 65535)]),
        _side.Flow(flow.Destination), RuleSide.PortSpan(flow.DestinationPort) ?? new SpanSet([new(0, 65535)]));

    /// <summary>Sends traffic through rules in order; null when that falls into too many pieces.</summary>
    private static (List<Hit> Decided, List<Piece> Left)? Walk(RuleSide side, IEnumerable<SecurityRuleFacts> rules, Box traffic,
        NetworkFlow flow)
    {
        List<Hit> decided = [];
        List<Piece> open = traffic.IsEmpty ? [] : [new(traffic, null, null)];
        foreach (var rule in rules)
        {
            if (open.Count == 0)
                break;
            if (rule.Protocol != "*" && !rule.Protocol.Equals(flow.Protocol, StringComparison.OrdinalIgnoreCase))
                continue;
            var isDefault = rule.Priority > LastPriority;
            var source = side.Match(rule.SourceAddressPrefixes, rule.SourceApplicationSecurityGroups, flow.Source, isDefault);
            var destination = side.Match(rule.DestinationAddressPrefixes, rule.DestinationApplicationSecurityGroups, flow.Destination,
                isDefault);
            var sourcePorts = side.Ports(rule.SourcePortRanges);
            var destinationPorts = side.Ports(rule.DestinationPortRanges);
            var sure = new Box(source.Sure, sourcePorts.Sure, destination.Sure, destinationPorts.Sure);
            var maybe = new Box(source.Maybe, sourcePorts.Maybe, destination.Maybe, destinationPorts.Maybe);
            List<Piece> next = [];
            foreach (var piece in open)
            {
                if (!piece.Box.Touches(maybe))
                {
                    next.Add(piece);
                    continue;
                }

                var (hit, rest) = piece.Box.Split(sure);
                if (hit is not null)
                    decided.Add(new(hit, rule, piece.MayAllow, piece.MayDeny));
                foreach (var box in rest)
                {
                    var (touched, untouched) = box.Split(maybe);
                    if (touched is not null)
                        next.Add(rule.Access == RuleAccess.Allow
                            ? piece with { Box = touched, MayAllow = piece.MayAllow ?? rule }
                            : piece with { Box = touched, MayDeny = piece.MayDeny ?? rule });
                    next.AddRange(untouched.Select(one => piece with { Box = one }));
                }
            }

            open = next;
            if (open.Count + decided.Count > MostPieces)
                return null;
        }

        return (decided, open);
    }

    private static string Name(NetworkSecurityGroupFacts group) => ArmId.TryParse(group.Id, out var id, out _) ? id.Name : group.Id;

    private static string Doubted(SecurityRuleFacts rule) =>
        rule.SourceApplicationSecurityGroups.Count + rule.DestinationApplicationSecurityGroups.Count > 0 ? "an application security group"
        : $"{string.Join(", ", rule.SourceAddressPrefixes)} -> {string.Join(", ", rule.DestinationAddressPrefixes)}";

    /// <summary>Traffic that no rule has taken yet, and the first rules that may have.</summary>
    private sealed record Piece(Box Box, SecurityRuleFacts? MayAllow, SecurityRuleFacts? MayDeny);

    /// <summary>Traffic that a rule takes, unless one of those before it did.</summary>
    private sealed record Hit(Box Box, SecurityRuleFacts Rule, SecurityRuleFacts? MayAllow, SecurityRuleFacts? MayDeny);

    private sealed record Doubt(SecurityRuleFacts Rule, NetworkSecurityGroupFacts Group);

    private sealed record Decision(Box Box, SecurityRuleFacts Rule, NetworkSecurityGroupFacts Group, Doubt? Doubt);
}

/// <summary>Whether a rule has no effect because of rules before it.</summary>
/// <param name="IsShadowed">Whether it is so.</param>
/// <param name="By">The rules that take its traffic, in order.</param>
public sealed record RuleShadow(Answer IsShadowed, IReadOnlyList<SecurityRuleFacts> By);

/// <summary>A priority for a new rule.</summary>
/// <param name="Priority">The priority; null when none is free.</param>
/// <param name="Reason">Why this one, or what to do when there is none.</param>
public sealed record PriorityChoice(int? Priority, string Reason);
