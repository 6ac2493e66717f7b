using System.Globalization;

namespace AmlVnet.Core.Changes;

/// <summary>The rules that let clients in to a compute's scoring endpoint.</summary>
public static class ScoringRules
{
    /// <summary>Whether a rule is one for this compute.</summary>
    public static bool IsOf(AksCompute compute, SecurityRuleFacts rule) =>
        rule.Direction == RuleDirection.Inbound && rule.Name.StartsWith(RuleNames.Scoring(compute), StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a rule is the one for the load balancer's probes.</summary>
    public static bool IsProbe(SecurityRuleFacts rule) => rule.Direction == RuleDirection.Inbound && Is(rule.Name, RuleNames.Probe);

    /// <summary>Plans the inbound way to an endpoint that has an address.</summary>
    public static Plan Open(NetworkFacts facts, SubnetFacts subnet, AksCompute compute, string address, IReadOnlyList<string> sources) =>
        // A rule of ours that leads to an address which the endpoint no longer has opens a way to whoever gets that address next.
        RulePlan.Make(facts, subnet, Wanted(facts, subnet, compute, address, sources),
            rule => IsOf(compute, rule) && !rule.DestinationAddressPrefixes.Contains(address, StringComparer.Ordinal));

    /// <summary>Plans the removal of the inbound rules of a compute.</summary>
    /// <param name="facts">The network.</param>
    /// <param name="subnet">The nodes' subnet.</param>
    /// <param name="compute">The compute.</param>
    /// <param name="isProbeNeeded">Whether another cluster needs the probes' rule.</param>
    public static Plan Close(NetworkFacts facts, SubnetFacts subnet, AksCompute compute, bool isProbeNeeded) =>
        RulePlan.Make(facts, subnet, [], rule => IsOf(compute, rule) || (IsProbe(rule) && !isProbeNeeded));

    /// <summary>The rules for the clients, and the probe's where a rule stops it.</summary>
    public static IReadOnlyList<SecurityRuleFacts> Wanted(NetworkFacts facts, SubnetFacts subnet, AksCompute compute, string address,
        IReadOnlyList<string> sources) =>
        WithProbe(facts, subnet, ForClients(RuleNames.Scoring(compute), sources, [address], SslStatus.PortOf(compute.SslStatus)));

    /// <summary>Refuses, before anything is written, what would find no place for its rules later: the address is not known before the
    /// switch.</summary>
    /// <param name="facts">The network as it is.</param>
    /// <param name="place">The subnet that the address will be of; null where it is not known.</param>
    /// <param name="sources">Who is to be let in.</param>
    /// <param name="port">The endpoint's port.</param>
    public static void RequireRoom(NetworkFacts facts, SubnetFacts? place, IReadOnlyList<string> sources, int port)
    {
        if (WantedAnywhere(facts, place, sources, port) is not var (group, wanted)) return;
        RulePlan.RequireRoom(new EffectiveRules(NetworkSpace.From(facts)), group, wanted);
    }

    /// <summary>What the caller must be allowed to do for the rules of an endpoint whose address is not known yet: nothing, where the rules
    /// in force let the traffic through at every address that it may have.</summary>
    /// <inheritdoc cref="RequireRoom"/>
    public static IReadOnlyList<NeededAction> Needs(NetworkFacts facts, SubnetFacts? place, IReadOnlyList<string> sources, int port)
    {
        if (WantedAnywhere(facts, place, sources, port) is not var (group, wanted)) return [];
        var effective = new EffectiveRules(NetworkSpace.From(facts));
        return wanted.Exists(rule => !RulePlan.IsInForce(effective, rule, group)) ? [new(group.Id, Actions.WriteRule)] : [];
    }

    /// <summary>What is to be written for an endpoint whose address is not known yet, as far as that is known; null where the group is not.
    /// The end of the name comes with the address, and so may another priority.</summary>
    /// <param name="facts">The network as it is.</param>
    /// <param name="place">The subnet that the address will be of.</param>
    /// <param name="open">Whom to let in, and to what.</param>
    /// <param name="port">The endpoint's port.</param>
    public static string? Foretell(NetworkFacts facts, SubnetFacts? place, OpenEndpoint open, int port)
    {
        var wish = $"Let {string.Join(", ", open.Sources)} in to the scoring endpoint of {open.Compute.Name}: ";
        if (!facts.Subnet.TryGet(out var subnet)) return null;
        if (subnet.NetworkSecurityGroup.State == KnownState.None)
            return $"{wish}nothing to do, for no network security group governs the subnet {subnet.Name}";
        if (WantedAnywhere(facts, place, open.Sources, port) is not var (group, wanted)) return null;
        SecurityRuleFacts[] missing =
            [.. RulePlan.Make(facts, subnet, wanted, static _ => false).Steps.OfType<PutRule>().Select(static step => step.Rule)];
        var name = ArmId.Parse(group.Id).Name;
        if (missing.Length == 0) return $"{wish}nothing to do, for the rules of {name} do already";
        var told = missing.Select(rule => IsProbe(rule)
            ? $"rule {rule.Name}: allow {Join(rule.SourceAddressPrefixes)} -> {Join(rule.DestinationAddressPrefixes)}:"
                + $"{Join(rule.DestinationPortRanges)}, Inbound, priority {rule.Priority}"
            : $"rule {RuleNames.Scoring(open.Compute)}*: allow {Join(rule.SourceAddressPrefixes)} -> the address that it gets of subnet "
                + $"{place!.Name}:{port}, Inbound, priority {rule.Priority}");
        return $"{wish}add to network security group {name} {string.Join("; ", told)}";
    }

    private static string Join(IReadOnlyList<string> parts) => string.Join(", ", parts);

    private static (NetworkSecurityGroupFacts Group, List<SecurityRuleFacts> Wanted)? WantedAnywhere(NetworkFacts facts, SubnetFacts? place,
        IReadOnlyList<string> sources, int port) =>
        !facts.Subnet.TryGet(out var subnet) || place is null || subnet.NetworkSecurityGroup.Value is not { } group ? null
        : (group, WithProbe(facts, subnet, ForClients(RuleNames.Prefix + "Scoring-", sources, RulePlan.Ipv4(place.AddressPrefixes), port)));

    private static List<SecurityRuleFacts> WithProbe(NetworkFacts facts, SubnetFacts subnet, IEnumerable<SecurityRuleFacts> scoring)
    {
        var wanted = scoring.ToList();
        var asked = ForProbes(subnet, LoadBalancerProbe.PortsOf(facts.LoadBalancers.Value));
        if (subnet.NetworkSecurityGroup.Value is { } group && !RulePlan.IsOpen(new EffectiveRules(NetworkSpace.From(facts)), asked, group))
            wanted.Add(asked with { DestinationPortRanges = LoadBalancerProbe.PortsToOpen(facts.LoadBalancers.Value) });
        return wanted;
    }

    /// <summary>One rule for all ranges, and one for each service tag: a tag may stand in a rule's singular member only.</summary>
    private static IEnumerable<SecurityRuleFacts> ForClients(string prefix, IReadOnlyList<string> sources, IReadOnlyList<string> addresses,
        int port)
    {
        string[] ranges =
            [.. sources.Where(static s => Ipv4Interface.TryParse(s, out _, out _) || Ipv4Address.TryParse(s, out _, out _))
                .Order(StringComparer.Ordinal)];
        var sides = sources.Except(ranges).Select(static tag => new[] { tag });
        if (ranges.Length > 0) sides = sides.Append(ranges);
        foreach (var side in sides)
            yield return RulePlan.Allow(prefix + RuleNames.Mark($"{string.Join(',', side)}>{string.Join(',', addresses)}:{port}"),
                RuleDirection.Inbound, "Tcp",
                side, addresses, [port.ToString(CultureInfo.InvariantCulture)]);
    }

    /// <summary>Azure's load balancer asks the nodes, at the ports that Kubernetes gives its services, whether they are well.</summary>
    private static SecurityRuleFacts ForProbes(SubnetFacts subnet, IReadOnlyList<string> ports) =>
        RulePlan.Allow(RuleNames.Probe, RuleDirection.Inbound, "Tcp",
        [LoadBalancerProbe.Source], RulePlan.Ipv4(subnet.AddressPrefixes) is { Count: > 0 } ranges ? ranges : ["VirtualNetwork"], ports);
}
