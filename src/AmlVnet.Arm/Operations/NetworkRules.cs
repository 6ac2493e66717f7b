using System.Security.Cryptography;
using System.Text;
using AmlVnet.Arm.Resources;
using AmlVnet.Core;

namespace AmlVnet.Arm.Operations;

/// <summary>
/// Opens and closes traffic in the network security group that governs a cluster's subnet. A rule is written only where the rules in
/// force do not let the traffic through already; what others put there is read and never written.
/// </summary>
internal sealed class NetworkRules(AzureConnection azure)
{
    /// <summary>How the names of this module's rules begin; nothing else marks them as its own.</summary>
    internal const string Prefix = "AmlVnet-";

    private const string ProbeRule = Prefix + "LoadBalancerProbe";
    private const int MostTries = 40;
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
        var wanted = WantedScoring(compute, sources, address, port).ToList();
        var probe = WantedProbe(subnet);
        if (subnet.NetworkSecurityGroup.Value is { } group && !IsOpen(new EffectiveRules(NetworkSpace.From(facts)), probe, group)) wanted.Add(probe);
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
        return PlanRules(facts, subnet, template, wanted, rule => IsOf(compute, rule) || IsProbe(rule),
            rule => IsOf(compute, rule) && !rule.DestinationAddressPrefixes.Contains(address, StringComparer.Ordinal));
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

    /// <summary>Plans the outbound ways to service tags; where outbound is not restricted there is nothing to do.</summary>
    internal async Task<PlannedWork<NetworkRuleAccess>> PlanOutboundAsync(ArmId id, IReadOnlyList<string> tags, bool wait, CancellationToken cancel)
    {
        var (facts, subnet, computeId) = await ReadSubnetAsync(id, wait, cancel).ConfigureAwait(false);
        var wanted = tags.Select(static tag => new SecurityRuleFacts
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
        return PlanRules(facts, subnet, Outbound(subnet, computeId, tags), wanted, rule => IsFor(tags, rule), static _ => false);
    }

    /// <summary>Plans the removal of this module's outbound rules.</summary>
    internal async Task<PlannedWork<NetworkRuleAccess>> PlanCloseOutboundAsync(ArmId id, IReadOnlyList<string> tags, bool wait, CancellationToken cancel)
    {
        var (facts, subnet, computeId) = await ReadSubnetAsync(id, wait, cancel).ConfigureAwait(false);
        return PlanRules(facts, subnet, Outbound(subnet, computeId, tags), [], rule => IsFor(tags, rule), rule => IsFor(tags, rule));
    }

    /// <summary>The region of the virtual network behind a subnet, a cluster or a compute.</summary>
    internal async Task<string?> FindRegionAsync(ArmId id, bool wait, CancellationToken cancel) =>
        (await ReadSubnetAsync(id, wait, cancel).ConfigureAwait(false)).Facts.VirtualNetwork.Value?.Location;

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

    private static bool IsFor(IReadOnlyList<string> tags, SecurityRuleFacts rule) =>
        rule.Direction == RuleDirection.Outbound && tags.Any(tag => rule.Name.Equals(OutboundName(tag), StringComparison.OrdinalIgnoreCase));

    /// <summary>The name alone is not enough: computes of several workspaces may have the same one, and one may begin as another does.</summary>
    private static string ScoringPrefix(AksCompute compute) => $"{Prefix}Scoring-{compute.Name}-{Mark(compute.Id.ToLowerInvariant())}-";

    private static bool IsOf(AksCompute compute, SecurityRuleFacts rule) =>
        rule.Direction == RuleDirection.Inbound && rule.Name.StartsWith(ScoringPrefix(compute), StringComparison.OrdinalIgnoreCase);

    private static bool IsProbe(SecurityRuleFacts rule) =>
        rule.Direction == RuleDirection.Inbound && rule.Name.Equals(ProbeRule, StringComparison.OrdinalIgnoreCase);

    private static string Mark(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8].ToLowerInvariant();

    /// <summary>One rule for all ranges, and one for each service tag: a tag may stand in a rule's singular member only.</summary>
    private static IEnumerable<SecurityRuleFacts> WantedScoring(AksCompute compute, string[] sources, string address, int port)
    {
        var ranges = sources.Where(static s => Ipv4Interface.TryParse(s, out _, out _) || Ipv4Address.TryParse(s, out _, out _)).Order(StringComparer.Ordinal).ToArray();
        var sides = sources.Except(ranges).Select(static tag => new[] { tag });
        if (ranges.Length > 0) sides = sides.Append(ranges);
        foreach (var side in sides)
        {
            yield return new SecurityRuleFacts
            {
                Name = ScoringPrefix(compute) + Mark($"{string.Join(',', side)}>{address}:{port}"),
                Priority = 0,
                Direction = RuleDirection.Inbound,
                Access = RuleAccess.Allow,
                Protocol = "Tcp",
                SourceAddressPrefixes = side,
                DestinationAddressPrefixes = [address],
                DestinationPortRanges = [port.ToString(System.Globalization.CultureInfo.InvariantCulture)],
            };
        }
    }

    /// <summary>Azure's load balancer asks the nodes, at the ports that Kubernetes gives its services, whether they are well.</summary>
    private static SecurityRuleFacts WantedProbe(SubnetFacts subnet) => new()
    {
        Name = ProbeRule,
        Priority = 0,
        Direction = RuleDirection.Inbound,
        Access = RuleAccess.Allow,
        Protocol = "Tcp",
        SourceAddressPrefixes = [LoadBalancerProbe.Source],
        DestinationAddressPrefixes = subnet.AddressPrefixes.Where(static text => !text.Contains(':', StringComparison.Ordinal)).ToArray() is { Length: > 0 } ranges
            ? ranges : ["VirtualNetwork"],
        DestinationPortRanges = [LoadBalancerProbe.NodePorts],
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
        select new NetworkFlow
        {
            Direction = rule.Direction,
            Protocol = rule.Protocol == "*" ? "Tcp" : rule.Protocol,
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
        var facts = await azure.Facts.ReadNetworkAsync(subnetId, cancel).ConfigureAwait(false);
        facts = facts with { InterfaceSecurityGroups = await azure.Facts.ReadInterfaceGroupsAsync(found, cancel).ConfigureAwait(false) };
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
        var governed = (wire?.Properties?.Subnets ?? []).Select(static subnet => subnet.Id).OfType<string>().ToArray();
        var others = await azure.Clusters.ListOthersAsync(clusterId, cancel).ConfigureAwait(false);
        var other = others?.FirstOrDefault(one => one.NodeSubnets.Any(nodes => governed.Any(id => ArmId.AreSame(id, nodes.ToString()))));
        if (others is not null && other is null) return false;
        ActivityLog.Current.Verbose($"Rule {ProbeRule} stays: "
            + (other is null ? "whether another cluster needs it can't be read." : $"cluster {other.ClusterId.Name} is behind {groupId.Name} too."));
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
    private PlannedWork<NetworkRuleAccess> PlanRules(NetworkFacts facts, SubnetFacts subnet, NetworkRuleAccess template, IEnumerable<SecurityRuleFacts> wanted,
        Func<SecurityRuleFacts, bool> isOurs, Func<SecurityRuleFacts, bool> isStale)
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
                var flows = rules.Length > 0
                    ? rules.SelectMany(FlowsOf).ToArray()
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
