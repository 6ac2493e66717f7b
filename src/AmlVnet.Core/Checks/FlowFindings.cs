using System.Globalization;

namespace AmlVnet.Core.Checks;

/// <summary>Findings about traffic that must pass the groups of a subnet and of its nodes' interfaces,
/// and the commands that open the way.</summary>
internal static class FlowFindings
{
    /// <summary>A rule about each of the nodes' subnets.
    /// Without the subnet no group is known, and whether traffic passes is not either.</summary>
    public static IEnumerable<Finding> Each(NetworkFacts facts, Func<NetworkFacts, IEnumerable<Finding>> rule) => NodeSubnets.Each(
        facts, one => one.Subnet.State == KnownState.Unknown ? [Finding.Missing(one.Subnet, "subnet")] : rule(one));

    /// <summary>A name for the second rule of a kind, and those after it.</summary>
    public static string Numbered(string name, int before) =>
        before == 0 ? name : $"{name}-{(before + 1).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>What becomes of one flow.</summary>
    public static Finding One(NetworkFacts facts, NetworkFlow flow, string? about, Func<string, FlowVerdict, string?> mend) =>
        All(facts, [flow], about, mend);

    /// <summary>What becomes of flows that must all pass: one finding, of the worst of them.</summary>
    /// <param name="facts">The network; its subnet is the one whose group is asked.</param>
    /// <param name="flows">The flows.</param>
    /// <param name="about">What they are for.</param>
    /// <param name="mend">The command that opens the way, of the group's id and the worst verdict.</param>
    public static Finding All(NetworkFacts facts, IReadOnlyList<NetworkFlow> flows, string? about, Func<string, FlowVerdict, string?> mend)
    {
        if (!facts.Subnet.TryGet(out var subnet))
            return Finding.Missing(facts.Subnet, "subnet");
        var own = subnet.NetworkSecurityGroup;
        if (own.State == KnownState.NotGathered)
            return Finding.Missing(own, "network security group");
        var effective = new EffectiveRules(NetworkSpace.From(facts));
        NetworkSecurityGroupFacts[] here = own.Value is { } group ? [group] : [];
        // The worst of the ways counts: one node that is out of reach is one too many.
        var verdicts = flows.Select(flow => (facts.InterfaceSecurityGroups.Value is { Count: > 0 } interfaces
            ? interfaces.Select(each => effective.Evaluate(flow, [.. here, each])).ToArray()
            : [effective.Evaluate(flow, here)]).MaxBy(Badness)!).ToArray();
        if (verdicts.MaxBy(Badness) is not { } worst)
            return Finding.NotApplicable(subnet.Id ?? "subnet", "No traffic to look at is known.");
        var target = worst.SecurityGroupId ?? subnet.Id ?? "subnet";
        var count = verdicts.Count(verdict => verdict.Access == worst.Access);
        var evidence = (about is null || about.Contains('/', StringComparison.Ordinal) ? worst.Reason : $"{about}: {worst.Reason}")
            + (flows.Count == 1 ? "" : worst.Access == FlowAccess.Allowed
                ? $" So does all of {flows.Count} flows." : $" {count} of {flows.Count} flows fare so.");
        return worst.Access switch
        {
            FlowAccess.Denied or FlowAccess.Partly => Finding.Failed(target, evidence, mend(target, worst)),
            _ when own.State == KnownState.Unknown => Finding.Missing(own, "network security group"),
            _ when facts.InterfaceSecurityGroups.State == KnownState.Unknown =>
                Finding.Missing(facts.InterfaceSecurityGroups, "network security groups of the nodes' interfaces"),
            FlowAccess.Unknown => Finding.Unknown(target, evidence) with { Recommendation = flows.Count == 1 ? null : mend(target, worst) },
            _ => Finding.Passed(target, evidence),
        };
    }

    /// <summary>The compute that this module's commands open the network for; null where they do not reach.</summary>
    public static string? Opener(NetworkFacts facts) =>
        facts.Cluster.Value is not null && NodeSubnets.IsFirst(facts) ? Commands.GetCompute(facts.Compute.Value?.Id) : null;

    /// <summary>The command that opens outbound ways, and those inside the cluster;
    /// null where this module's commands do not reach.</summary>
    public static string? OpenProfile(NetworkFacts facts, string groupId, string profile) =>
        Opener(facts) is { } get ? $"{get} | Enable-AmlStudioAccess -Profile {profile}"
        : facts.Cluster.Value is { } cluster && NodeSubnets.IsFirst(facts)
            ? $"Enable-AmlStudioAccess -InputObject {Commands.Quote(cluster.Id)} -Profile {profile}"
        : ArmId.AreSame(groupId, facts.Subnet.Value?.NetworkSecurityGroup.Value?.Id)
            && ArmId.TryParse(facts.Subnet.Value?.Id, out var subnet, out var _)
            ? $"Enable-AmlStudioAccess -SubnetId {Commands.Quote(subnet.ToString())} -Profile {profile}"
        : null;

    /// <summary>The command that opens the way for a flow.</summary>
    /// <param name="facts">The network.</param>
    /// <param name="flow">The flow.</param>
    /// <param name="groupId">The group that stops it.</param>
    /// <param name="ruleName">The name of the rule that is to let it through.</param>
    /// <param name="before">Flows that other findings open by rules of their own: their priorities are taken.</param>
    public static string? Open(NetworkFacts facts, NetworkFlow flow, string groupId, string ruleName, NetworkFlow[] before)
    {
        if (flow.Direction == RuleDirection.Inbound && Opener(facts) is { } get)
        {
            // The command opens the probe too when a rule blocks it.
            var source = flow.Source == LoadBalancerProbe.Source
                ? SecurityGroupRules.ScoringFlows(facts).FirstOrDefault()?.Source ?? "VirtualNetwork" : flow.Source;
            return $"{get} | Enable-AmlScoringAccess -SourceAddressPrefix {source}" + (source is "Internet" or "*" ? " -Force" : "");
        }

        if (FindGroup(facts, groupId) is not { } group)
            return null;
        var effective = new EffectiveRules(NetworkSpace.From(facts));
        for (var i = 0; i < before.Length; i++)
        {
            var other = Wanted(before[i], $"before{i}");
            if (effective.Evaluate(before[i], group).Access is FlowAccess.Denied or FlowAccess.Partly
                && effective.ChoosePriority(group, other).Priority is { } taken)
                group = group with { Rules = [.. group.Rules, other with { Priority = taken }] };
        }

        return Create(effective, group, Wanted(flow, ruleName));

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

    /// <summary>The Azure CLI's command that makes a rule in a group; null where no priority is free.</summary>
    public static string? Create(NetworkFacts facts, string groupId, SecurityRuleFacts wanted) =>
        FindGroup(facts, groupId) is { } group ? Create(new EffectiveRules(NetworkSpace.From(facts)), group, wanted) : null;

    private static string? Create(EffectiveRules effective, NetworkSecurityGroupFacts group, SecurityRuleFacts wanted) =>
        Commands.AzName(group.Id, "--nsg-name") is { } name && effective.ChoosePriority(group, wanted).Priority is { } priority
            ? $"az network nsg rule create {name} --name {wanted.Name} --priority {priority.ToString(CultureInfo.InvariantCulture)} "
                + $"--direction {wanted.Direction} --access Allow --protocol {Star(wanted.Protocol)} --source-address-prefixes "
                + $"{Words(wanted.SourceAddressPrefixes)} --source-port-ranges '*' --destination-address-prefixes "
                + $"{Words(wanted.DestinationAddressPrefixes)} --destination-port-ranges {Words(wanted.DestinationPortRanges)}"
            : null;

    private static NetworkSecurityGroupFacts? FindGroup(NetworkFacts facts, string groupId) =>
        new[] { facts.Subnet.Value?.NetworkSecurityGroup.Value }.Concat(facts.InterfaceSecurityGroups.Value ?? [])
            .FirstOrDefault(one => ArmId.AreSame(one?.Id, groupId));

    private static string Words(IEnumerable<string> texts) => string.Join(' ', texts.Select(Star));

    private static string Star(string text) => text == "*" ? "'*'" : text;

    private static int Badness(FlowVerdict verdict) => verdict.Access switch
    {
        FlowAccess.Denied => 3,
        FlowAccess.Partly => 2,
        FlowAccess.Unknown => 1,
        _ => 0,
    };
}
