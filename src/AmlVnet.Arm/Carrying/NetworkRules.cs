using System.Security.Cryptography;
using System.Text;
using AmlVnet.Arm.Clients;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.Reading;
using AmlVnet.Core.Addressing;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Checks;
using AmlVnet.Core.Errors;
using AmlVnet.Core.Facts;
using AmlVnet.Core.Ids;
using AmlVnet.Core.Security;

namespace AmlVnet.Arm.Carrying;

/// <summary>
/// Opens and closes traffic in the network security group that governs a cluster's subnet. A rule is written only where the rules in
/// force do not let the traffic through already; what others put there is read and never written.
/// </summary>
internal sealed class NetworkRules(AzureConnection azure)
{
    /// <summary>How the names of this module's rules begin; nothing else marks them as its own.</summary>
    internal const string Prefix = "AmlVnet-";

    private const string ProbeRule = Prefix + "LoadBalancerProbe";
    private const string InsideRule = Prefix + "Inside-";
    private const string ApiServerRule = Prefix + "Out-ApiServer-";
    private const string DnsRule = Prefix + "Out-Dns-";
    private const int MostTries = 40;
    private static readonly string[] AnyProtocol = ["Tcp", "Udp"];
    private static readonly TimeSpan BusyDelay = TimeSpan.FromSeconds(5);

    /// <summary>Plans the inbound way to a compute's scoring endpoint.</summary>
    internal async Task<PlannedWork<NetworkRuleAccess>> PlanScoringAsync(ArmId computeId, string[] sources, bool wait, CancellationToken cancel)
    {
        var (facts, found, subnet) = await ReadAsync(computeId, wait, cancel).ConfigureAwait(false);
        var compute = found.Compute!.ToAksCompute();
        var address = compute.ScoringIPAddress
            ?? throw Problems.WrongState("compute", computeId.ToString(), compute.ProvisioningState, "It has no scoring address yet; run the command when it has one.");
        await RequireTagsAsync(facts, sources, cancel).ConfigureAwait(false);
        var port = Endpoints.PortOf(compute);
        var wanted = WantedInbound(facts, subnet, WantedScoring(ScoringPrefix(compute), sources, [address], port));
        var template = new NetworkRuleAccess
        {
            ComputeId = computeId.ToString(),
            SubnetId = subnet.Id!,
            Direction = nameof(RuleDirection.Inbound),
            SourceAddressPrefix = sources,
            DestinationAddressPrefix = [address],
            Port = port,
            IsChanged = false,
            Reason = "",
        };
        // A rule of ours that leads to an address which the endpoint no longer has opens a way to whoever gets that address next.
        var work = PlanRules(facts, subnet, template, wanted, rule => IsOf(compute, rule) || IsProbe(rule),
            rule => IsOf(compute, rule) && !rule.DestinationAddressPrefixes.Contains(address, StringComparer.Ordinal));
        return work with
        {
            // An endpoint is open when a request is answered: by nodes that reach one another, over a way back, and by a cluster that lives.
            Finish = async token => WithChecks(
                await work.Finish(token).ConfigureAwait(false),
                await WithGroupAsync(facts, subnet, token).ConfigureAwait(false) with { ScoringSources = sources }),
        };
    }

    /// <summary>Refuses, before anything is written, what would find no place for its rules later: the address is not known before the switch.</summary>
    /// <param name="facts">The network as it is.</param>
    /// <param name="place">The subnet that the address will be of; null where it is not known.</param>
    /// <param name="sources">Who is to be let in.</param>
    /// <param name="port">The endpoint's port.</param>
    internal static void RequireRoom(NetworkFacts facts, SubnetFacts? place, string[] sources, int port)
    {
        if (!facts.Subnet.TryGet(out var subnet) || place is null || subnet.NetworkSecurityGroup.Value is not { } group) return;
        var ranges = place.AddressPrefixes.Where(static text => !text.Contains(':', StringComparison.Ordinal)).ToArray();
        var effective = new EffectiveRules(NetworkSpace.From(facts));
        RequireRoom(effective, group, WantedInbound(facts, subnet, WantedScoring(Prefix + "Scoring-", sources, ranges, port)));
    }

    private static void RequireRoom(EffectiveRules effective, NetworkSecurityGroupFacts group, IEnumerable<SecurityRuleFacts> wanted)
    {
        SecurityRuleFacts[] missing = [.. wanted.Where(rule => !IsInForce(effective, rule, group))];
        if (effective.FindRoom(group, missing) is { } problem) throw Problems.NoFreePriority(group.Id, problem);
    }

    /// <summary>The rules for the clients, and the probe's where a rule stops it.</summary>
    private static List<SecurityRuleFacts> WantedInbound(NetworkFacts facts, SubnetFacts subnet, IEnumerable<SecurityRuleFacts> scoring)
    {
        var wanted = scoring.ToList();
        var effective = new EffectiveRules(NetworkSpace.From(facts));
        var asked = WantedProbe(subnet, LoadBalancerProbe.PortsOf(facts.LoadBalancers.Value));
        if (subnet.NetworkSecurityGroup.Value is { } group && !IsOpen(effective, asked, group))
            wanted.Add(asked with { DestinationPortRanges = LoadBalancerProbe.PortsToOpen(facts.LoadBalancers.Value) });
        return wanted;
    }

    /// <summary>The facts with the security group as it is now.</summary>
    private async Task<NetworkFacts> WithGroupAsync(NetworkFacts facts, SubnetFacts subnet, CancellationToken cancel) =>
        subnet.NetworkSecurityGroup.Value is { } group
            ? facts with
            {
                Subnet = subnet with
                {
                    NetworkSecurityGroup = (await azure.Networks.FindSecurityGroupAsync(ArmId.Parse(group.Id), cancel).ConfigureAwait(false))?.ToFacts() ?? group,
                },
            }
            : facts;

    /// <summary>What the rules about traffic say of it: one that fails keeps the endpoint from being open, one that cannot tell from being called so.</summary>
    private static NetworkRuleAccess WithChecks(NetworkRuleAccess access, NetworkFacts facts)
    {
        var broken = CheckCatalogue.Run(facts, CheckStage.Posture).Where(static check => check.Severity == CheckSeverity.Error
            && check.Status is CheckStatus.Failed or CheckStatus.Unknown && CheckCatalogue.IsAboutTraffic(check.Id) && check.Id is not ("AMLVNET-NSG-001" or "AMLVNET-NSG-002")).ToArray();
        foreach (var group in broken.GroupBy(static check => check.Recommendation))
            ActivityLog.Current.Warning($"The endpoint is not open yet: {string.Join(", ", group.Select(static check => check.Id).Distinct())}. "
                + $"{group.Last().Evidence} {group.Key}".TrimEnd());
        return broken.Length == 0 ? access : access with
        {
            IsOpen = access.IsOpen == false || Array.Exists(broken, static check => check.Status == CheckStatus.Failed) ? false : null,
            Reason = string.Join(" ", [access.Reason, .. broken.Select(static check => $"{check.Id}: {check.Evidence}")]).Trim(),
        };
    }

    /// <summary>Plans the removal of this module's inbound rules for a compute.</summary>
    internal async Task<PlannedWork<NetworkRuleAccess>> PlanCloseScoringAsync(ArmId computeId, bool wait, CancellationToken cancel)
    {
        var (facts, found, subnet) = await ReadAsync(computeId, wait, cancel).ConfigureAwait(false);
        var compute = found.Compute!.ToAksCompute();
        var isProbeNeeded = subnet.NetworkSecurityGroup.Value is { } group && group.Rules.Any(IsProbe)
            && await IsUsedByOthersAsync(ArmId.Parse(group.Id), found.ClusterId, cancel).ConfigureAwait(false);
        return PlanRules(facts, subnet, new NetworkRuleAccess
        {
            ComputeId = computeId.ToString(),
            SubnetId = subnet.Id!,
            Direction = nameof(RuleDirection.Inbound),
            SourceAddressPrefix = ["*"],
            DestinationAddressPrefix = [compute.ScoringIPAddress ?? "*"],
            Port = Endpoints.PortOf(compute),
            IsChanged = false,
            Reason = "",
        }, [], rule => IsOf(compute, rule) || IsProbe(rule), rule => IsOf(compute, rule) || (IsProbe(rule) && !isProbeNeeded));
    }

    /// <summary>The rules that this module made for a compute, as far as they can be read.</summary>
    internal async Task<IReadOnlyList<string>> ListScoringAsync(AksCompute compute, ArmId subnetId, CancellationToken cancel)
    {
        var facts = await azure.Facts.ReadNetworkAsync(subnetId, cancel).ConfigureAwait(false);
        return facts.Subnet.Value?.NetworkSecurityGroup.Value is { } group
            ? [.. group.Rules.Where(rule => IsOf(compute, rule)).Select(rule => $"rule {rule.Name} of {ArmId.Parse(group.Id).Name}")]
            : [];
    }

    /// <summary>Plans the ways that a profile needs; where nothing is restricted there is nothing to do.</summary>
    internal async Task<PlannedWork<NetworkRuleAccess>> PlanOutboundAsync(ArmId id, OutboundProfile profile, string? location, bool wait, CancellationToken cancel)
    {
        var (facts, subnet, computeId) = await ReadSubnetAsync(id, wait, cancel).ConfigureAwait(false);
        var tags = TagsOf(profile, location, facts);
        var mark = MarkOf(facts, subnet);
        IEnumerable<SecurityRuleFacts> wanted = tags.Select(static tag => new SecurityRuleFacts
        {
            Name = OutboundName(tag),
            Priority = 0,
            Direction = RuleDirection.Outbound,
            Access = RuleAccess.Allow,
            Protocol = "Tcp",
            SourceAddressPrefixes = ["VirtualNetwork"],
            DestinationAddressPrefixes = [tag],
            DestinationPortRanges = ["443"],
        });
        NetworkFlow[] needed = [];
        if (profile != OutboundProfile.Studio)
        {
            var (rules, flows) = ClusterWays(facts, subnet, mark);
            (wanted, needed) = (wanted.Concat(rules), flows);
        }

        return PlanRules(facts, subnet, Outbound(subnet, computeId, tags), wanted, rule => IsFor(tags, profile, mark, rule), static _ => false, needed);
    }

    /// <summary>Plans the removal of this module's rules for a profile.</summary>
    internal async Task<PlannedWork<NetworkRuleAccess>> PlanCloseOutboundAsync(ArmId id, OutboundProfile profile, string? location, bool wait, CancellationToken cancel)
    {
        var (facts, subnet, computeId) = await ReadSubnetAsync(id, wait, cancel).ConfigureAwait(false);
        var tags = TagsOf(profile, location, facts);
        var mark = MarkOf(facts, subnet);
        return PlanRules(facts, subnet, Outbound(subnet, computeId, tags), [], rule => IsFor(tags, profile, mark, rule), rule => IsFor(tags, profile, mark, rule));
    }

    /// <summary>The service tags of a profile; those that have regional forms in the region of the virtual network.</summary>
    private static string[] TagsOf(OutboundProfile profile, string? location, NetworkFacts facts)
    {
        var region = location ?? RequiredOutbound.RegionOf(facts);
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

    /// <summary>What a cluster needs that no service tag stands for: its nodes and pods, a private API server, DNS servers of the network's own.</summary>
    private static (List<SecurityRuleFacts> Rules, NetworkFlow[] Flows) ClusterWays(NetworkFacts facts, SubnetFacts subnet, string mark)
    {
        List<SecurityRuleFacts> rules = [];
        List<NetworkFlow> flows = [];
        var effective = new EffectiveRules(NetworkSpace.From(facts));
        var traffic = ClusterTraffic.From(facts);
        foreach (var direction in Enum.GetValues<RuleDirection>())
            Add([.. traffic.Flows(subnet, direction)], traffic.Rule(direction, $"{InsideRule}{direction}-{mark}"));
        if (ClusterTraffic.HasPrivateApiServer(facts.Cluster.Value))
            Add(ClusterTraffic.ApiServerFlows(facts), Together(ClusterTraffic.ApiServerFlows(facts), $"{ApiServerRule}{mark}"));
        Add(ClusterTraffic.DnsFlows(facts), Together(ClusterTraffic.DnsFlows(facts), $"{DnsRule}{mark}"));
        return (rules, [.. flows]);

        // A rule is wider than what is needed where that keeps it one: it is wanted only where something needed is stopped.
        void Add(IReadOnlyList<NetworkFlow> needed, SecurityRuleFacts rule)
        {
            flows.AddRange(needed);
            if (subnet.NetworkSecurityGroup.Value is { } group && needed.Any(flow => effective.Evaluate(flow, group).Access != FlowAccess.Allowed)) rules.Add(rule);
        }

        static SecurityRuleFacts Together(IReadOnlyList<NetworkFlow> needed, string name) => new()
        {
            Name = name,
            Priority = 0,
            Direction = RuleDirection.Outbound,
            Access = RuleAccess.Allow,
            Protocol = needed.Count > 0 ? needed[0].Protocol : "*",
            SourceAddressPrefixes = [.. needed.Select(static flow => flow.Source).Distinct(StringComparer.Ordinal)],
            DestinationAddressPrefixes = [.. needed.Select(static flow => flow.Destination).Distinct(StringComparer.Ordinal)],
            DestinationPortRanges = [.. needed.Select(static flow => flow.DestinationPort).Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>Tells rules of one cluster from those of another behind the same group.</summary>
    private static string MarkOf(NetworkFacts facts, SubnetFacts subnet) => Mark((facts.Cluster.Value?.Id ?? subnet.Id!).ToLowerInvariant());

    /// <summary>Refuses what is neither a range nor a service tag that Azure lists; where the list can't be read, Azure decides.</summary>
    private async Task RequireTagsAsync(NetworkFacts facts, string[] sources, CancellationToken cancel)
    {
        var tags = sources.Where(static s => s.Length > 0 && char.IsLetter(s[0]) && s.ToUpperInvariant() is not ("VIRTUALNETWORK" or "INTERNET" or "AZURELOADBALANCER")).ToArray();
        if (tags.Length == 0 || facts.VirtualNetwork.Value is not { Id: { } network, Location: { } location }) return;
        var list = await azure.Facts.ReadServiceTagsAsync(ArmId.Parse(network).SubscriptionId!, location, cancel).ConfigureAwait(false);
        var names = (list.Value?.Values ?? []).Select(static tag => tag.Name).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        // A regional form is known by its tag: the list may hold one region's forms only.
        if (names.Count > 0 && Array.Find(tags, tag => !names.Contains(tag) && !names.Contains(tag.Split('.')[0])) is { } unknown)
            throw Problems.InvalidValue("SourceAddressPrefix", unknown,
                $"'{unknown}' is neither an IPv4 range nor a service tag that Azure lists in {location}; common ones are VirtualNetwork, Internet and AzureCloud.");
    }

    private static NetworkRuleAccess Outbound(SubnetFacts subnet, ArmId? computeId, IReadOnlyList<string> tags) => new()
    {
        ComputeId = computeId?.ToString(),
        SubnetId = subnet.Id!,
        Direction = nameof(RuleDirection.Outbound),
        SourceAddressPrefix = ["VirtualNetwork"],
        DestinationAddressPrefix = [.. tags],
        Port = 443,
        IsChanged = false,
        Reason = "",
    };

    private static string OutboundName(string tag) => $"{Prefix}Out-{tag}";

    private static bool IsFor(IReadOnlyList<string> tags, OutboundProfile profile, string mark, SecurityRuleFacts rule) =>
        (rule.Direction == RuleDirection.Outbound && tags.Any(tag => rule.Name.Equals(OutboundName(tag), StringComparison.OrdinalIgnoreCase)))
        || (profile != OutboundProfile.Studio && (Is(rule.Name, $"{InsideRule}{rule.Direction}-{mark}") || Is(rule.Name, ApiServerRule + mark) || Is(rule.Name, DnsRule + mark)));

    /// <summary>The name alone is not enough: computes of several workspaces may have the same one, and one may begin as another does.</summary>
    private static string ScoringPrefix(AksCompute compute) => $"{Prefix}Scoring-{compute.Name}-{Mark(compute.Id.ToLowerInvariant())}-";

    private static bool IsOf(AksCompute compute, SecurityRuleFacts rule) =>
        rule.Direction == RuleDirection.Inbound && rule.Name.StartsWith(ScoringPrefix(compute), StringComparison.OrdinalIgnoreCase);

    private static bool IsProbe(SecurityRuleFacts rule) =>
        rule.Direction == RuleDirection.Inbound && rule.Name.Equals(ProbeRule, StringComparison.OrdinalIgnoreCase);

    private static string Mark(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8].ToLowerInvariant();

    /// <summary>One rule for all ranges, and one for each service tag: a tag may stand in a rule's singular member only.</summary>
    private static IEnumerable<SecurityRuleFacts> WantedScoring(string prefix, string[] sources, string[] addresses, int port)
    {
        var ranges = sources.Where(static s => Ipv4Interface.TryParse(s, out _, out _) || Ipv4Address.TryParse(s, out _, out _)).Order(StringComparer.Ordinal).ToArray();
        var sides = sources.Except(ranges).Select(static tag => new[] { tag });
        if (ranges.Length > 0) sides = sides.Append(ranges);
        foreach (var side in sides)
        {
            yield return new SecurityRuleFacts
            {
                Name = prefix + Mark($"{string.Join(',', side)}>{string.Join(',', addresses)}:{port}"),
                Priority = 0,
                Direction = RuleDirection.Inbound,
                Access = RuleAccess.Allow,
                Protocol = "Tcp",
                SourceAddressPrefixes = side,
                DestinationAddressPrefixes = addresses,
                DestinationPortRanges = [port.ToString(System.Globalization.CultureInfo.InvariantCulture)],
            };
        }
    }

    /// <summary>Azure's load balancer asks the nodes, at the ports that Kubernetes gives its services, whether they are well.</summary>
    private static SecurityRuleFacts WantedProbe(SubnetFacts subnet, IReadOnlyList<string> ports) => new()
    {
        Name = ProbeRule,
        Priority = 0,
        Direction = RuleDirection.Inbound,
        Access = RuleAccess.Allow,
        Protocol = "Tcp",
        SourceAddressPrefixes = [LoadBalancerProbe.Source],
        DestinationAddressPrefixes = subnet.AddressPrefixes.Where(static text => !text.Contains(':', StringComparison.Ordinal)).ToArray() is { Length: > 0 } ranges
            ? ranges : ["VirtualNetwork"],
        DestinationPortRanges = ports,
    };

    private static bool IsOpen(EffectiveRules effective, SecurityRuleFacts rule, NetworkSecurityGroupFacts group) =>
        FlowsOf(rule).All(flow => effective.Evaluate(flow, group).Access == FlowAccess.Allowed);

    /// <summary>Whether a rule is not needed: its traffic passes, or it stands there already and no other rule is known to stop its traffic.</summary>
    private static bool IsInForce(EffectiveRules effective, SecurityRuleFacts rule, NetworkSecurityGroupFacts group) =>
        IsOpen(effective, rule, group)
        || (effective.FindEquivalent(group, rule) is not null
            && FlowsOf(rule).All(flow => effective.Evaluate(flow, group).Access is FlowAccess.Allowed or FlowAccess.Unknown));

    private static bool Is(string? value, string word) => string.Equals(value, word, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<NetworkFlow> FlowsOf(SecurityRuleFacts rule) =>
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

    private static bool? Combine(IEnumerable<FlowVerdict> verdicts)
    {
        bool? open = true;
        foreach (var verdict in verdicts)
        {
            if (verdict.Access is FlowAccess.Denied or FlowAccess.Partly) return false;
            if (verdict.Access == FlowAccess.Unknown) open = null;
        }

        return open;
    }

    private async Task<(NetworkFacts Facts, ClusterInHand Found, SubnetFacts Subnet)> ReadAsync(ArmId id, bool wait, CancellationToken cancel)
    {
        var found = await azure.Clusters.FindAsync(id, cancel, wait).ConfigureAwait(false);
        var subnetId = found.RequireSubnet();
        var compute = found.Compute?.ToAksCompute();
        var facts = await azure.Facts.ReadClusterAsync(
            found, compute is null ? null : ComputeFacts.From(compute), compute?.LoadBalancerSubnet, cancel, withRights: false).ConfigureAwait(false);
        return (facts, found, RequireSubnet(facts, subnetId));
    }

    private async Task<(NetworkFacts Facts, SubnetFacts Subnet, ArmId? ComputeId)> ReadSubnetAsync(ArmId id, bool wait, CancellationToken cancel)
    {
        if (id.IsType(ResourceTypes.Subnet))
        {
            var facts = await azure.Facts.ReadNetworkAsync(id, cancel).ConfigureAwait(false);
            return (facts, RequireSubnet(facts, id), null);
        }

        var (read, found, subnet) = await ReadAsync(id, wait, cancel).ConfigureAwait(false);
        return (read, subnet, found.ComputeId);
    }

    /// <summary>Whether another cluster has nodes behind a security group; also where that can't be read.</summary>
    private async Task<bool> IsUsedByOthersAsync(ArmId groupId, ArmId clusterId, CancellationToken cancel)
    {
        var wire = await azure.Networks.FindSecurityGroupAsync(groupId, cancel).ConfigureAwait(false);
        var governed = wire?.Properties?.Subnets?.Select(static subnet => subnet.Id).OfType<string>().ToArray();
        // A group that does not say where it is, governs at least our own subnet; what else it governs nobody knows.
        var others = governed is null ? null : await azure.Clusters.ListOthersAsync(clusterId, cancel).ConfigureAwait(false);
        var other = others?.FirstOrDefault(one => one.SubnetUnknown is not null || one.NodeSubnets.Any(nodes => governed!.Any(id => ArmId.AreSame(id, nodes.ToString()))));
        if (others is not null && other is null) return false;
        ActivityLog.Current.Verbose($"Rule {ProbeRule} stays: "
            + (other is null ? "whether another cluster needs it can't be read." : $"cluster {other.ClusterId.Name} {(other.SubnetUnknown is null ? "is" : "may be")} behind {groupId.Name} too."));
        return true;
    }

    private static SubnetFacts RequireSubnet(NetworkFacts facts, ArmId id) => facts.Subnet switch
    {
        { Value: { } subnet } => subnet.NetworkSecurityGroup.State == KnownState.Unknown
            ? throw Problems.NotReadable("network security group of the subnet", id.ToString(), subnet.NetworkSecurityGroup.Why!)
            : subnet,
        { State: KnownState.Unknown } => throw Problems.NotReadable("subnet", id.ToString(), facts.Subnet.Why!),
        _ => throw Problems.ResourceNotFound("subnet", id.ToString(), facts.Subnet.Why),
    };

    /// <summary>Plans the rules that are wanted and not in force yet, and the removal of stale ones.</summary>
    /// <param name="facts">The network.</param>
    /// <param name="subnet">The subnet.</param>
    /// <param name="template">The result but for what is found out here.</param>
    /// <param name="wanted">The rules that are to be in force.</param>
    /// <param name="isOurs">Whether a rule is one that this module made for this traffic.</param>
    /// <param name="isStale">Whether a rule of those is to go.</param>
    /// <param name="needed">Traffic that is to pass besides that of the wanted rules.</param>
    private PlannedWork<NetworkRuleAccess> PlanRules(NetworkFacts facts, SubnetFacts subnet, NetworkRuleAccess template, IEnumerable<SecurityRuleFacts> wanted,
        Func<SecurityRuleFacts, bool> isOurs, Func<SecurityRuleFacts, bool> isStale, NetworkFlow[]? needed = null)
    {
        var rules = wanted.ToArray();
        var group = subnet.NetworkSecurityGroup.Value;
        var groupId = group is null ? null : ArmId.Parse(group.Id);
        var effective = new EffectiveRules(NetworkSpace.From(facts));
        var steps = new List<(PlanStep Step, Func<CancellationToken, Task> Run)>();
        foreach (var stale in group?.Rules.Where(isStale) ?? [])
            steps.Add((new PlanStep
            {
                Kind = PlanStepKind.Delete,
                Target = groupId!.ToString(),
                Sentence = $"Remove rule {stale} from network security group {groupId.Name}",
                Changes = [new PropertyChange(stale.Name, stale.Access.ToString(), null)],
            }, token => RemoveAsync(groupId, stale.Name, token)));
        if (group is not null) RequireRoom(effective, group with { Rules = [.. group.Rules.Where(rule => !isStale(rule))] }, rules);
        foreach (var rule in rules)
        {
            if (group is null || IsInForce(effective, rule, group)) continue;
            var choice = effective.ChoosePriority(group, rule);
            if (choice.Priority is not { } priority) throw Problems.NoFreePriority(groupId!.ToString(), choice.Reason);
            steps.Add((new PlanStep
            {
                Kind = PlanStepKind.Create,
                Target = groupId!.ToString(),
                Sentence = $"Add rule {rule.Name} to network security group {groupId.Name}: allow {string.Join(", ", rule.SourceAddressPrefixes)} -> "
                    + $"{string.Join(", ", rule.DestinationAddressPrefixes)}:{string.Join(",", rule.DestinationPortRanges)}, {rule.Direction}, priority {priority}",
                Changes = [new PropertyChange(rule.Name, null, "Allow")],
            }, token => AddAsync(groupId, effective, rule, token)));
            // The next rule's priority is chosen with this one in place.
            group = group with { Rules = [.. group.Rules, rule with { Priority = priority }] };
        }

        return new(new OperationPlan { Steps = [.. steps.Select(static s => s.Step)] },
            (step, token) => steps.Find(s => ReferenceEquals(s.Step, step)).Run(token),
            async token =>
            {
                var now = groupId is null ? null
                    : (await azure.Networks.FindSecurityGroupAsync(groupId, token).ConfigureAwait(false))?.ToFacts() ?? subnet.NetworkSecurityGroup.Value;
                NetworkFlow[] flows = rules.Length > 0
                    ? [.. rules.Where(static rule => !rule.Name.StartsWith(InsideRule, StringComparison.Ordinal)).SelectMany(FlowsOf), .. needed ?? []]
                    : [.. template.SourceAddressPrefix.SelectMany(s => template.DestinationAddressPrefix, (s, d) => new NetworkFlow
                    {
                        Direction = Enum.Parse<RuleDirection>(template.Direction),
                        Source = s,
                        Destination = d,
                        DestinationPort = template.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    })];
                var (open, reason) = Judge(facts, subnet, effective, flows, now, isWanted: rules.Length > 0);
                return template with
                {
                    NetworkSecurityGroupId = groupId?.ToString(),
                    IsOpen = open,
                    IsChanged = steps.Count > 0,
                    RuleName = [.. now?.Rules.Where(isOurs).Select(static r => r.Name) ?? []],
                    Reason = reason,
                };
            });
    }

    /// <summary>Whether traffic passes the subnet's group, the groups of the nodes' network interfaces, and the subnet's default route.</summary>
    private static (bool? IsOpen, string Reason) Judge(NetworkFacts facts, SubnetFacts subnet, EffectiveRules effective, NetworkFlow[] flows,
        NetworkSecurityGroupFacts? group, bool isWanted)
    {
        NetworkSecurityGroupFacts[] here = group is null ? [] : [group];
        var interfaces = facts.InterfaceSecurityGroups.Value ?? [];
        var verdicts = flows.Select(flow => effective.Evaluate(flow, [.. here, .. interfaces])).ToArray();
        var open = Combine(verdicts);
        var reasons = new List<string>();
        if (group is null) reasons.Add($"No network security group governs the subnet {subnet.Name}, so that nothing is to be written.");
        if (group is not null || interfaces.Count > 0) reasons.AddRange(verdicts.Select(static verdict => verdict.Reason).Distinct());
        if (isWanted && open == false && Combine(flows.Select(flow => effective.Evaluate(flow, here))) == true)
            ActivityLog.Current.Warning("A group on the nodes' network interfaces, which AKS keeps, still decides otherwise: "
                + verdicts.First(static verdict => verdict.Access is not FlowAccess.Allowed).Reason);
        if (open == true && facts.InterfaceSecurityGroups.State == KnownState.Unknown)
        {
            open = null;
            reasons.Add($"The groups of the nodes' network interfaces can't be read: {facts.InterfaceSecurityGroups.Why}");
        }

        if (open == true && flows.Any(static flow => flow.Direction == RuleDirection.Outbound))
        {
            var routes = InternetRoutes.Of(subnet).Where(static route => !Is(route.NextHopType, "Internet")).ToArray();
            var isDropped = InternetRoutes.CoverAll(routes.Where(static route => Is(route.NextHopType, "None")));
            if (routes.Length > 0 || subnet.RouteTable.State == KnownState.Unknown) open = isDropped ? false : null;
            reasons.AddRange(routes.Select(route => $"Route {route.Name} sends {route.AddressPrefix} to {route.NextHopType}"
                + $"{(route.NextHopIPAddress is { } hop ? $" {hop}" : "")}{(Is(route.NextHopType, "None") ? ": it is dropped there" : "; whether it passes there is not known")}."));
            if (subnet.RouteTable.State == KnownState.Unknown) reasons.Add($"The route table can't be read: {subnet.RouteTable.Why}");
        }

        return (open, string.Join(" ", reasons));
    }

    /// <summary>
    /// Adds the rule at a priority that is free at the moment of writing: somebody else may take it meanwhile, and the group may be busy.
    /// </summary>
    private async Task AddAsync(ArmId groupId, EffectiveRules effective, SecurityRuleFacts rule, CancellationToken cancel)
    {
        var id = groupId.Child("securityRules", rule.Name);
        for (var attempt = 1; ; attempt++)
        {
            var wire = await azure.Networks.FindSecurityGroupAsync(groupId, cancel).ConfigureAwait(false)
                ?? throw Problems.ResourceNotFound("network security group", groupId.ToString());
            var group = wire.ToFacts();
            if (effective.FindEquivalent(group, rule) is { } equivalent && IsInForce(effective, rule, group))
            {
                ActivityLog.Current.Verbose($"Rule {equivalent} does the same already.");
                return;
            }

            var choice = effective.ChoosePriority(group, rule);
            if (choice.Priority is not { } priority) throw Problems.NoFreePriority(groupId.ToString(), choice.Reason);
            try
            {
                var started = azure.Pace.UtcNow;
                var accepted = await azure.SecurityRules.PutAsync(id, ToWire(rule, priority), cancel).ConfigureAwait(false);
                await azure.Wait.WaitAsync(accepted, $"Adding rule {rule.Name}", started, null, cancel).ConfigureAwait(false);
                await ReadBackAsync(id, now => now is not null && effective.FindEquivalent(now, rule) is not null, "the rule is not in the group", cancel)
                    .ConfigureAwait(false);
                return;
            }
            catch (ArmRequestException e) when (attempt < MostTries && (IsBusy(e) || IsTaken(e)))
            {
                ActivityLog.Current.Verbose($"{groupId.Name} is being changed by somebody else ({e.Code}); reading it again.");
                if (IsBusy(e)) await azure.Pace.DelayAsync(BusyDelay, cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task RemoveAsync(ArmId groupId, string name, CancellationToken cancel)
    {
        var id = groupId.Child("securityRules", name);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var started = azure.Pace.UtcNow;
                if (await azure.SecurityRules.DeleteAsync(id, cancel).ConfigureAwait(false) is { } accepted)
                    await azure.Wait.WaitAsync(accepted, $"Removing rule {name}", started, null, cancel).ConfigureAwait(false);
                await ReadBackAsync(id, now => now?.Rules.Any(rule => Is(rule.Name, name)) != true, "the rule is still in the group", cancel).ConfigureAwait(false);
                return;
            }
            catch (ArmRequestException e) when (attempt < MostTries && IsBusy(e))
            {
                await azure.Pace.DelayAsync(BusyDelay, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads the group of a rule until the rule that was written is there, or the one that was removed is not.</summary>
    private async Task ReadBackAsync(ArmId rule, Func<NetworkSecurityGroupFacts?, bool> isSo, string otherwise, CancellationToken cancel) =>
        await azure.Wait.ReadBackAsync(rule, token => azure.Networks.FindSecurityGroupAsync(rule.Parent!, token), now => isSo(now?.ToFacts()), _ => otherwise,
            null, cancel).ConfigureAwait(false);

    private static bool IsBusy(ArmRequestException e) => e.Status == 429 || e.Code is "AnotherOperationInProgress" or "RetryableError" or "ReferencedResourceNotProvisioned";

    private static bool IsTaken(ArmRequestException e) => e.Status == 412 || e.Code is "SecurityRuleConflict" or "PreconditionFailed";

    private static WireSecurityRule ToWire(SecurityRuleFacts rule, int priority) => new()
    {
        Properties = new WireSecurityRuleProperties
        {
            Description = "Made by AmlVnet.",
            Protocol = rule.Protocol,
            Access = rule.Access.ToString(),
            Direction = rule.Direction.ToString(),
            Priority = priority,
            SourcePortRange = "*",
            SourceAddressPrefix = rule.SourceAddressPrefixes.Count == 1 ? rule.SourceAddressPrefixes[0] : null,
            SourceAddressPrefixes = rule.SourceAddressPrefixes.Count == 1 ? null : [.. rule.SourceAddressPrefixes],
            DestinationAddressPrefix = rule.DestinationAddressPrefixes.Count == 1 ? rule.DestinationAddressPrefixes[0] : null,
            DestinationAddressPrefixes = rule.DestinationAddressPrefixes.Count == 1 ? null : [.. rule.DestinationAddressPrefixes],
            DestinationPortRange = rule.DestinationPortRanges.Count == 1 ? rule.DestinationPortRanges[0] : null,
            DestinationPortRanges = rule.DestinationPortRanges.Count == 1 ? null : [.. rule.DestinationPortRanges],
        },
    };
}
