namespace AmlVnet.Core.Changes;

/// <summary>Whether traffic passes, as far as rules and routes tell.</summary>
/// <param name="IsOpen">True or false; null when that is not known.</param>
/// <param name="Reason">Why.</param>
/// <param name="Warnings">What the user is to know besides.</param>
public sealed record RuleVerdict(bool? IsOpen, string Reason, IReadOnlyList<string> Warnings)
{
    /// <summary>Judges the subnet's group, the groups of the nodes' network interfaces, and the subnet's default route.</summary>
    /// <param name="facts">The network.</param>
    /// <param name="subnet">The subnet.</param>
    /// <param name="flows">The traffic.</param>
    /// <param name="group">The subnet's group as it is now.</param>
    /// <param name="isWanted">Whether the traffic is to pass.</param>
    public static RuleVerdict Of(NetworkFacts facts, SubnetFacts subnet, IReadOnlyList<NetworkFlow> flows, NetworkSecurityGroupFacts? group,
        bool isWanted)
    {
        var effective = new EffectiveRules(NetworkSpace.From(facts));
        NetworkSecurityGroupFacts[] here = group is null ? [] : [group];
        var interfaces = facts.InterfaceSecurityGroups.Value ?? [];
        var verdicts = flows.Select(flow => effective.Evaluate(flow, [.. here, .. interfaces])).ToArray();
        var open = Combine(verdicts);
        var reasons = new List<string>();
        var warnings = new List<string>();
        if (group is null) reasons.Add($"No network security group governs the subnet {subnet.Name}, so that nothing is to be written.");
        if (group is not null || interfaces.Count > 0) reasons.AddRange(verdicts.Select(static verdict => verdict.Reason).Distinct());
        if (isWanted && open == false && Combine(flows.Select(flow => effective.Evaluate(flow, here))) == true)
            warnings.Add("A group on the nodes' network interfaces, which AKS keeps, still decides otherwise: "
                + verdicts.First(static verdict => verdict.Access is not FlowAccess.Allowed).Reason);
        if (open == true && facts.InterfaceSecurityGroups.State == KnownState.Unknown)
        {
            open = null;
            reasons.Add($"The groups of the nodes' network interfaces can't be read: {facts.InterfaceSecurityGroups.Why}");
        }

        if (open == true && flows.Any(static flow => flow.Direction == RuleDirection.Outbound)) open = JudgeRoutes(subnet, reasons);
        return new RuleVerdict(open, string.Join(" ", reasons), warnings);
    }

    private static bool? JudgeRoutes(SubnetFacts subnet, List<string> reasons)
    {
        var routes = InternetRoutes.Of(subnet).Where(static route => route.NextHopType != NextHopType.Internet).ToArray();
        var isDropped = InternetRoutes.CoverAll(routes.Where(static route => route.NextHopType == NextHopType.None));
        reasons.AddRange(routes.Select(static route => $"Route {route.Name} sends {route.AddressPrefix} to {route.NextHopType}"
            + $"{(route.NextHopIPAddress is { } hop ? $" {hop}" : "")}"
            + $"{(route.NextHopType == NextHopType.None ? ": it is dropped there" : "; whether it passes there is not known")}."));
        if (subnet.RouteTable.State == KnownState.Unknown) reasons.Add($"The route table can't be read: {subnet.RouteTable.Why}");
        return routes.Length == 0 && subnet.RouteTable.State != KnownState.Unknown ? true : isDropped ? false : null;
    }

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
}
