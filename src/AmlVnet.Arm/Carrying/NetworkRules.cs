using System.Globalization;
using AmlVnet.Core.Checks;
using AmlVnet.Core.Security;

namespace AmlVnet.Arm.Carrying;

/// <summary>Reads what the plans of security rules look at, and tells whether the traffic passes after them.</summary>
internal sealed class NetworkRules(AzureWork azure)
{
    /// <summary>Plans the inbound way to a compute's scoring endpoint.</summary>
    internal async Task<PlannedWork<NetworkRuleAccess>> PlanScoringAsync(ArmId computeId, string[] sources, bool wait,
        CancellationToken cancel)
    {
        var (facts, found, subnet) = await ReadAsync(computeId, wait, cancel).ConfigureAwait(false);
        var compute = found.Shown!;
        var address = compute.ScoringIPAddress
            ?? throw Problems.WrongState("compute", computeId.ToString(), compute.ProvisioningState,
                "It has no scoring address yet; run the command when it has one.");
        var doubts = await RequireTagsAsync(facts, sources, cancel).ConfigureAwait(false);
        var plan = ScoringRules.Open(facts, subnet, compute, address, sources);
        var wanted = ScoringRules.Wanted(facts, subnet, compute, address, sources);
        return new RuleWork(azure, plan with { Warnings = [.. plan.Warnings, .. doubts] }, facts, subnet)
        {
            Template = Inbound(compute, subnet, sources, address),
            IsOurs = rule => ScoringRules.IsOf(compute, rule) || ScoringRules.IsProbe(rule),
            Flows = [.. wanted.SelectMany(RulePlan.FlowsOf)],
            // An endpoint is open when a request is answered: by nodes that reach one another, over a way back,
            // and by a cluster that lives.
            CheckedSources = sources,
        };
    }

    /// <summary>Plans the removal of this module's inbound rules for a compute.</summary>
    internal async Task<PlannedWork<NetworkRuleAccess>> PlanCloseScoringAsync(ArmId computeId, bool wait, CancellationToken cancel)
    {
        var (facts, found, subnet) = await ReadAsync(computeId, wait, cancel).ConfigureAwait(false);
        var compute = found.Shown!;
        var isProbeNeeded = subnet.NetworkSecurityGroup.Value is { } group && group.Rules.Any(ScoringRules.IsProbe)
            && await IsUsedByOthersAsync(AnswerIds.Read(group.Id), found.ClusterId, cancel).ConfigureAwait(false);
        return new RuleWork(azure, ScoringRules.Close(facts, subnet, compute, isProbeNeeded), facts, subnet)
        {
            Template = Inbound(compute, subnet, ["*"], compute.ScoringIPAddress ?? "*"),
            IsOurs = rule => ScoringRules.IsOf(compute, rule) || ScoringRules.IsProbe(rule),
        };
    }

    /// <summary>Plans the ways that a profile needs, or their removal; where nothing is restricted there is nothing to do.</summary>
    internal async Task<PlannedWork<NetworkRuleAccess>> PlanOutboundAsync(ArmId id, OutboundProfile profile, string? location,
        bool isOpened, bool wait,
        CancellationToken cancel)
    {
        var (facts, subnet, computeId) = await ReadSubnetAsync(id, wait, cancel).ConfigureAwait(false);
        var rules = new OutboundRules(facts, subnet, profile, location);
        return new RuleWork(azure, isOpened ? rules.Open() : rules.Close(), facts, subnet)
        {
            Template = new NetworkRuleAccess
            {
                ComputeId = computeId?.ToString(),
                SubnetId = subnet.Id!,
                Direction = nameof(RuleDirection.Outbound),
                SourceAddressPrefix = ["VirtualNetwork"],
                DestinationAddressPrefix = [.. rules.Tags],
                Port = 443,
                IsChanged = false,
                Reason = "",
            },
            IsOurs = rules.IsOurs,
            Flows = isOpened
                ? [.. rules.Wanted.Where(static rule => !rule.Name.StartsWith(RuleNames.Inside, StringComparison.Ordinal))
                    .SelectMany(RulePlan.FlowsOf), .. rules.Needed]
                : [],
        };
    }

    private static NetworkRuleAccess Inbound(AksCompute compute, SubnetFacts subnet, string[] sources, string address) => new()
    {
        ComputeId = compute.Id,
        SubnetId = subnet.Id!,
        Direction = nameof(RuleDirection.Inbound),
        SourceAddressPrefix = sources,
        DestinationAddressPrefix = [address],
        Port = SslStatus.PortOf(compute.SslStatus),
        IsChanged = false,
        Reason = "",
    };

    /// <summary>Refuses what is neither a range nor a service tag that Azure lists; where the list can't be read, Azure decides.</summary>
    private async Task<string[]> RequireTagsAsync(NetworkFacts facts, string[] sources, CancellationToken cancel)
    {
        var tags = sources.Where(static s => s.Length > 0 && char.IsLetter(s[0])
            && s.ToUpperInvariant() is not ("VIRTUALNETWORK" or "INTERNET" or "AZURELOADBALANCER")).ToArray();
        if (tags.Length == 0 || facts.VirtualNetwork.Value is not { Id: { } network, Location: { } location }) return [];
        var list = await azure.Facts.ReadServiceTagsAsync(ArmId.Parse(network).SubscriptionId!, location, cancel).ConfigureAwait(false);
        if (list.State == KnownState.Unknown)
            return [$"Not checked: whether Azure lists {string.Join(", ", tags)} as service tags: {list.Why}"];
        var names = (list.Value?.Values ?? []).Select(static tag => tag.Name).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        // A regional form is known by its tag: the list may hold one region's forms only.
        if (names.Count > 0 && Array.Find(tags, tag => !names.Contains(tag) && !names.Contains(tag.Split('.')[0])) is { } unknown)
            throw Problems.InvalidValue("SourceAddressPrefix", unknown,
                $"'{unknown}' is neither an IPv4 range nor a service tag that Azure lists in {location}; common ones are VirtualNetwork, "
                    + "Internet and AzureCloud.");
        return [];
    }

    private async Task<(NetworkFacts Facts, ResolvedCluster Found, SubnetFacts Subnet)> ReadAsync(ArmId id, bool wait,
        CancellationToken cancel)
    {
        var found = await azure.Clusters.FindAsync(id, cancel, wait).ConfigureAwait(false);
        var subnetId = found.RequireSubnet();
        var compute = found.Shown;
        var facts = await azure.Facts.ReadClusterAsync(
            found, compute is null ? null : ComputeFacts.From(compute), compute?.LoadBalancerSubnet, cancel,
            withRights: false).ConfigureAwait(false);
        return (facts, found, RequireSubnet(facts, subnetId));
    }

    private async Task<(NetworkFacts Facts, SubnetFacts Subnet, ArmId? ComputeId)> ReadSubnetAsync(ArmId id, bool wait,
        CancellationToken cancel)
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
        var other = others?.FirstOrDefault(
            one => one.SubnetUnknown is not null || one.NodeSubnets.Any(nodes => governed!.Any(id => ArmId.AreSame(id, nodes.ToString()))));
        if (others is not null && other is null) return false;
        ActivityLog.Current.Verbose($"Rule {RuleNames.Probe} stays: "
            + (other is null ? "whether another cluster needs it can't be read."
                : $"cluster {other.ClusterId.Name} {(other.SubnetUnknown is null ? "is" : "may be")} behind {groupId.Name} too."));
        return true;
    }

    /// <summary>The subnet with what is needed of it.</summary>
    /// <exception cref="AmlVnetException">The subnet, or its security group, can't be read; or it is not there.</exception>
    internal static SubnetFacts RequireSubnet(NetworkFacts facts, ArmId id) => facts.Subnet switch
    {
        { Value: { } subnet } => subnet.NetworkSecurityGroup.State == KnownState.Unknown
            ? throw Problems.NotReadable("network security group of the subnet", id.ToString(), subnet.NetworkSecurityGroup.Why!)
            : subnet,
        { State: KnownState.Unknown } => throw Problems.NotReadable("subnet", id.ToString(), facts.Subnet.Why!),
        _ => throw Problems.ResourceNotFound("subnet", id.ToString(), facts.Subnet.Why),
    };

    /// <summary>Rules, and whether the traffic that they are for passes.</summary>
    private sealed class RuleWork(AzureWork azure, Plan plan, NetworkFacts facts, SubnetFacts subnet)
        : PlannedWork<NetworkRuleAccess>(azure, plan)
    {
        /// <summary>The result but for what is found out at the end.</summary>
        internal required NetworkRuleAccess Template { get; init; }

        /// <summary>Whether a rule is one that this module made for this traffic.</summary>
        internal required Func<SecurityRuleFacts, bool> IsOurs { get; init; }

        /// <summary>The traffic that is to pass; empty where it was closed.</summary>
        internal IReadOnlyList<NetworkFlow> Flows { get; init; } = [];

        /// <summary>Whose way to the endpoint is checked at the end; null where there is none.</summary>
        internal string[]? CheckedSources { get; init; }

        internal override async Task<NetworkRuleAccess> FinishAsync(CancellationToken cancel)
        {
            var before = subnet.NetworkSecurityGroup.Value;
            var group = before is null ? null
                : (await Azure.Networks.FindSecurityGroupAsync(AnswerIds.Read(before.Id), cancel).ConfigureAwait(false))?.ToFacts()
                    ?? before;
            var verdict = RuleVerdict.Of(facts, subnet, Flows.Count > 0 ? Flows : TemplateFlows(), group, isWanted: Flows.Count > 0);
            foreach (var warning in verdict.Warnings) ActivityLog.Current.Warning(warning);
            var access = Template with
            {
                NetworkSecurityGroupId = before?.Id,
                IsOpen = verdict.IsOpen,
                IsChanged = Plan.Steps.Count > 0,
                RuleName = [.. group?.Rules.Where(IsOurs).Select(static rule => rule.Name) ?? []],
                Reason = verdict.Reason,
            };
            return CheckedSources is null ? access : WithChecks(access, facts with
            {
                Subnet = group is null ? subnet : subnet with { NetworkSecurityGroup = group },
                ScoringSources = CheckedSources,
            });
        }

        private NetworkFlow[] TemplateFlows() =>
            [.. Template.SourceAddressPrefix.SelectMany(_ => Template.DestinationAddressPrefix, (source, destination) => new NetworkFlow
        {
            Direction = Enum.Parse<RuleDirection>(Template.Direction),
            Source = source,
            Destination = destination,
            DestinationPort = Template.Port.ToString(CultureInfo.InvariantCulture),
        })];

        /// <summary>What the rules about traffic say of it: one that fails keeps the endpoint from being open,
        /// one that cannot tell from being called so.</summary>
        private NetworkRuleAccess WithChecks(NetworkRuleAccess access, NetworkFacts facts)
        {
            var broken = CheckCatalogue.FindTrafficErrors(facts);
            Unchecked = [.. broken.Where(static check => check.Status == CheckStatus.Unknown)];
            foreach (var group in broken.Except(Unchecked).GroupBy(static check => check.Recommendation))
                ActivityLog.Current.Warning(
                    $"The endpoint is not open yet: {string.Join(", ", group.Select(static check => check.Id).Distinct())}. "
                    + $"{group.Last().Evidence} {group.Key}".TrimEnd());
            return broken.Count == 0 ? access : access with
            {
                IsOpen = access.IsOpen == false || broken.Any(static check => check.Status == CheckStatus.Failed) ? false : null,
                Reason = string.Join(" ", [access.Reason, .. broken.Select(static check => $"{check.Id}: {check.Evidence}")]).Trim(),
            };
        }
    }
}
