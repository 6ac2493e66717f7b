using System.Globalization;

namespace AmlVnet.Core;

/// <summary>Rules about network security groups.</summary>
internal static class SecurityGroupRules
{
    private const CheckStage Outbound = CheckStage.Create | CheckStage.Attach | CheckStage.Posture;

    public static IEnumerable<CheckRule> All { get; } =
    [
        new(
            "AMLVNET-NSG-001", "The scoring endpoint is reachable through the network security groups", CheckSeverity.Error,
            CheckStage.Preflight | CheckStage.Posture, Sources.SecureInferencing, facts => Each(facts, Scoring)),
        new(
            "AMLVNET-NSG-002", "The load balancer's probe is not blocked", CheckSeverity.Error,
            CheckStage.Preflight | CheckStage.Posture, Sources.SecurityGroups, facts => Each(facts, Probe)),
        new(
            "AMLVNET-NSG-003", "Outbound traffic to the internet is not denied", CheckSeverity.Warning, Outbound,
            Sources.SecureInferencing, facts => Each(facts, Internet)),
        new(
            "AMLVNET-NSG-004", "The services that the cluster needs are reachable", CheckSeverity.Error, Outbound,
            Sources.NetworkTraffic, facts => Each(facts, Needs)),
        new(
            "AMLVNET-NSG-005", "The studio is reachable from the subnet", CheckSeverity.Warning,
            CheckStage.Preflight | CheckStage.Posture, Sources.SecureInferencing, facts => Each(facts, Studio)),
        new(
            "AMLVNET-NSG-006", "No deny rule shadows an allow rule", CheckSeverity.Warning,
            CheckStage.Preflight | CheckStage.Posture, Sources.HowGroupsFilter, facts => NodeSubnets.Each(facts, Shadows)),
    ];

    /// <summary>The flow to the scoring endpoint from one source; null when its address can't be told.</summary>
    public static IEnumerable<NetworkFlow> ScoringFlows(NetworkFacts facts)
    {
        var compute = facts.Compute.Value;
        var isTls = compute?.SslStatus is { } status && !status.Equals("Disabled", StringComparison.OrdinalIgnoreCase);
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
                   DestinationPort = isTls ? "443" : "80",
               };
    }

    // Without the subnet no group is known, and whether traffic passes is not either.
    private static IEnumerable<Finding> Each(NetworkFacts facts, Func<NetworkFacts, IEnumerable<Finding>> rule) => NodeSubnets.Each(
        facts, one => one.Subnet.State == KnownState.Unknown ? [Finding.Missing(one.Subnet, "subnet")] : rule(one));

    private static IEnumerable<Finding> Scoring(NetworkFacts facts)
    {
        var flows = ScoringFlows(facts).ToArray();
        return flows.Select((flow, i) => One(facts, flow, facts.Compute.Value?.Id,
                (group, verdict) => Open(facts, flow, group, Numbered("AmlVnet-Scoring", i), flows[..i])))
            .DefaultIfEmpty(Finding.NotApplicable("scoring endpoint", "Neither the scoring address nor the load balancer's subnet is known."));
    }

    private static IEnumerable<Finding> Probe(NetworkFacts facts)
    {
        var scoring = ScoringFlows(facts).ToArray();
        var flows = NodeRanges(facts).Select(range => new NetworkFlow
        {
            Direction = RuleDirection.Inbound,
            Source = LoadBalancerProbe.Source,
            Destination = range,
            DestinationPort = LoadBalancerProbe.NodePorts,
        }).ToArray();
        return flows.Select((flow, i) => One(facts, flow, null,
            (group, verdict) => Open(facts, flow, group, Numbered("AmlVnet-Probe", i), [.. scoring, .. flows[..i]])));
    }

    private static string Numbered(string name, int before) => before == 0 ? name : $"{name}-{(before + 1).ToString(CultureInfo.InvariantCulture)}";

    private static IEnumerable<Finding> Internet(NetworkFacts facts) => NodeRanges(facts).Select(range => One(
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
        Out(range, "Internet", "443"), null,
        (group, verdict) => verdict.DecidingRule is { } rule && Commands.AzName(group, "--nsg-name") is { } name && rule.Priority <= EffectiveRules.LastPriority
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

    private static IEnumerable<Finding> Needs(NetworkFacts facts)
    {
        var region = facts.Cluster.Value?.Location ?? facts.Compute.Value?.Location ?? facts.VirtualNetwork.Value?.Location;
        return Tags(facts, RequiredOutbound.Cluster(region), "Cluster");
    }

    private static IEnumerable<Finding> Studio(NetworkFacts facts) => Tags(facts, RequiredOutbound.Studio, "Studio");

    private static IEnumerable<Finding> Tags(NetworkFacts facts, IReadOnlyList<OutboundNeed> needs, string profile)
    {
        var flows = NodeRanges(facts).SelectMany(_ => needs, (range, need) => (Need: need, Flow: Out(range, need.ServiceTag, need.Port))).ToArray();
        return flows.Select((one, i) => One(facts, one.Flow, one.Need.ServiceTag, (groupId, verdict) =>
            Opener(facts) is { } get ? $"{get} | Enable-AmlStudioAccess -Profile {profile}"
            : ArmId.AreSame(groupId, facts.Subnet.Value?.NetworkSecurityGroup.Value?.Id) && ArmId.TryParse(facts.Subnet.Value?.Id, out var subnet, out var _)
                ? $"Enable-AmlStudioAccess -SubnetId {Commands.Quote(subnet.ToString())} -Profile {profile}"
            : Open(facts, one.Flow, groupId, Numbered("AmlVnet-" + one.Need.ServiceTag, i / needs.Count), [.. flows[..i].Select(other => other.Flow)])));
    }

    private static NetworkFlow Out(string source, string destination, string port) =>
        new() { Direction = RuleDirection.Outbound, Source = source, Destination = destination, DestinationPort = port };

    private static IEnumerable<Finding> Shadows(NetworkFacts facts)
    {
        if (!facts.Subnet.TryGet(out var subnet))
            return [Finding.Missing(facts.Subnet, "subnet")];
        if (subnet.NetworkSecurityGroup.State == KnownState.Unknown)
            return [Finding.Missing(subnet.NetworkSecurityGroup, "network security group")];
        var effective = new EffectiveRules(NetworkSpace.From(facts));
        NetworkSecurityGroupFacts[] groups =
            [.. subnet.NetworkSecurityGroup.Value is { } own ? [own] : Array.Empty<NetworkSecurityGroupFacts>(), .. facts.InterfaceSecurityGroups.Value ?? []];
        var findings = groups.SelectMany(group => OneGroup(group).DefaultIfEmpty(
            Finding.Passed(group.Id, $"Each of {group.Rules.Count} rules has an effect, or is shadowed by its own kind.")));
        return facts.InterfaceSecurityGroups.State == KnownState.Unknown
            ? findings.Append(Finding.Missing(facts.InterfaceSecurityGroups, "network security groups of the nodes' interfaces")) : findings;

        IEnumerable<Finding> OneGroup(NetworkSecurityGroupFacts checkedGroup) =>
            from rule in checkedGroup.Rules
            where rule.Access == RuleAccess.Allow
            let shadow = effective.ShadowOf(checkedGroup, rule)
            where shadow.IsShadowed == Answer.Yes && shadow.By.Any(other => other.Access == RuleAccess.Deny)
            select Finding.Warning(
                checkedGroup.Id, $"{rule} has no effect: {string.Join(", ", shadow.By)} decide{(shadow.By.Count == 1 ? "s" : "")} before it.",
                Commands.AzName(checkedGroup.Id, "--nsg-name") is not { } name ? null
                    : effective.ChoosePriority(checkedGroup, rule).Priority is { } priority ? Move(name, rule, priority)
                    : shadow.By.Count == 1 && FreeBehind(checkedGroup, rule) is { } back ? Move(name, shadow.By[0], back)
                    : null);

        static string Move(string name, SecurityRuleFacts rule, int priority) =>
            $"az network nsg rule update {name} --name {Commands.Quote(rule.Name)} --priority {priority.ToString(CultureInfo.InvariantCulture)}";

        static int? FreeBehind(NetworkSecurityGroupFacts group, SecurityRuleFacts rule) => Enumerable
            .Range(rule.Priority + 1, Math.Max(0, EffectiveRules.LastPriority - rule.Priority)).Cast<int?>()
            .FirstOrDefault(priority => !group.Rules.Any(other => other.Direction == rule.Direction && other.Priority == priority));
    }

    private static IEnumerable<string> NodeRanges(NetworkFacts facts) =>
        facts.Subnet.Value is { } subnet ? AddressView.Ranges(subnet.AddressPrefixes).Select(range => range.ToString()) : [];

    private static Finding One(NetworkFacts facts, NetworkFlow flow, string? about, Func<string, FlowVerdict, string?> mend)
    {
        if (!facts.Subnet.TryGet(out var subnet))
            return Finding.Missing(facts.Subnet, "subnet");
        var own = subnet.NetworkSecurityGroup;
        if (own.State == KnownState.NotGathered)
            return Finding.Missing(own, "network security group");
        var effective = new EffectiveRules(NetworkSpace.From(facts));
        NetworkSecurityGroupFacts[] here = own.Value is { } group ? [group] : [];
        var paths = facts.InterfaceSecurityGroups.Value is { Count: > 0 } interfaces
            ? interfaces.Select(each => effective.Evaluate(flow, [.. here, each])).ToArray()
            : [effective.Evaluate(flow, here)];
        // The worst of the ways counts: one node that is out of reach is one too many.
        var worst = paths.MaxBy(verdict => verdict.Access switch
        {
            FlowAccess.Denied => 3,
            FlowAccess.Partly => 2,
            FlowAccess.Unknown => 1,
            _ => 0,
        })!;
        var target = worst.SecurityGroupId ?? subnet.Id ?? "subnet";
        var evidence = about is null || about.Contains('/', StringComparison.Ordinal) ? worst.Reason : $"{about}: {worst.Reason}";
        return worst.Access switch
        {
            FlowAccess.Denied or FlowAccess.Partly => Finding.Failed(target, evidence, mend(target, worst)),
            _ when own.State == KnownState.Unknown => Finding.Missing(own, "network security group"),
            _ when facts.InterfaceSecurityGroups.State == KnownState.Unknown =>
                Finding.Missing(facts.InterfaceSecurityGroups, "network security groups of the nodes' interfaces"),
            FlowAccess.Unknown => Finding.Unknown(target, evidence),
            _ => Finding.Passed(target, evidence),
        };
    }

    /// <summary>The compute that this module's commands open the network for; null where they do not reach.</summary>
    private static string? Opener(NetworkFacts facts) =>
        facts.Cluster.Value is not null && NodeSubnets.IsFirst(facts) ? Commands.GetCompute(facts.Compute.Value?.Id) : null;

    /// <summary>The command that opens the way for a flow.</summary>
    /// <param name="facts">The network.</param>
    /// <param name="flow">The flow.</param>
    /// <param name="groupId">The group that stops it.</param>
    /// <param name="ruleName">The name of the rule that is to let it through.</param>
    /// <param name="before">Flows that other findings open by rules of their own: their priorities are taken.</param>
    private static string? Open(NetworkFacts facts, NetworkFlow flow, string groupId, string ruleName, NetworkFlow[] before)
    {
        var isInbound = flow.Direction == RuleDirection.Inbound;
        if (isInbound && Opener(facts) is { } get)
        {
            // The command opens the probe too when a rule blocks it.
            var source = flow.Source == "AzureLoadBalancer" ? ScoringFlows(facts).FirstOrDefault()?.Source ?? "VirtualNetwork" : flow.Source;
            return $"{get} | Enable-AmlScoringAccess -SourceAddressPrefix {source}" + (source is "Internet" or "*" ? " -Force" : "");
        }

        var group = new[] { facts.Subnet.Value?.NetworkSecurityGroup.Value }.Concat(facts.InterfaceSecurityGroups.Value ?? [])
            .FirstOrDefault(one => ArmId.AreSame(one?.Id, groupId));
        if (group is null || Commands.AzName(groupId, "--nsg-name") is not { } name)
            return null;
        var effective = new EffectiveRules(NetworkSpace.From(facts));
        for (var i = 0; i < before.Length; i++)
        {
            var other = Wanted(before[i], $"before{i}");
            if (effective.Evaluate(before[i], group).Access is FlowAccess.Denied or FlowAccess.Partly && effective.ChoosePriority(group, other).Priority is { } taken)
                group = group with { Rules = [.. group.Rules, other with { Priority = taken }] };
        }

        return effective.ChoosePriority(group, Wanted(flow, ruleName)).Priority is { } priority
            ? $"az network nsg rule create {name} --name {ruleName} --priority {priority.ToString(CultureInfo.InvariantCulture)} "
                + $"--direction {flow.Direction} --access Allow --protocol {flow.Protocol} --source-address-prefixes {Star(flow.Source)} "
                + $"--source-port-ranges '*' --destination-address-prefixes {Star(flow.Destination)} --destination-port-ranges {flow.DestinationPort}"
            : null;

        static string Star(string text) => text == "*" ? "'*'" : text;

        static SecurityRuleFacts Wanted(NetworkFlow flow, string name) => new()
        {
            Name = name,
            Priority = 0,
            Direction = flow.Direction,
            Access = RuleAccess.Allow,
            Protocol = flow.Protocol,
            SourceAddressPrefixes = [flow.Source],
            DestinationAddressPrefixes = [flow.Destination],
            DestinationPortRanges = [flow.DestinationPort],
        };
    }
}
