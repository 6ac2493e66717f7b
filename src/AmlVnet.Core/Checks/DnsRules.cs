namespace AmlVnet.Core.Checks;

/// <summary>Rules about the DNS servers of the virtual network, which the nodes ask for every name.</summary>
internal static class DnsRules
{
    // Azure's own resolver, which groups filter only by its tag (Microsoft Learn: "What is IP address 168.63.129.16?").
    private const string PlatformTag = "AzurePlatformDNS";

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-OUTBOUND-003", "The nodes reach the DNS servers of the virtual network", CheckSeverity.Error,
            CheckStage.Create | CheckStage.Attach | CheckStage.Posture, Sources.OutboundRules, facts => FlowFindings.Each(facts, Servers)),
    ];

    private static IEnumerable<Finding> Servers(NetworkFacts facts)
    {
        if (!facts.VirtualNetwork.TryGet(out var network))
            return [Finding.Missing(facts.VirtualNetwork, "virtual network")];
        if (facts.Subnet.Value is null)
            return [Finding.Missing(facts.Subnet, "subnet")];
        var target = network.Id ?? "virtual network";
        var own = network.DnsServers.Where(
            text => !Ipv4Address.TryParse(text, out var address, out _) || address != NetworkSpace.ProbeAddress).ToArray();
        var findings = own.SelectMany(server => One(facts, network, server));
        return own.Length == network.DnsServers.Count && own.Length > 0 ? findings : findings.Append(Platform(facts, target));
    }

    private static Finding Platform(NetworkFacts facts, string target)
    {
        var groups = new[] { facts.Subnet.Value!.NetworkSecurityGroup.Value }.Concat(facts.InterfaceSecurityGroups.Value ?? [])
            .OfType<NetworkSecurityGroupFacts>();
        var denies = groups.SelectMany(static group => group.InOrder(RuleDirection.Outbound),
            static (group, rule) => (Group: group, Rule: rule))
            .FirstOrDefault(static one =>
                one.Rule.DestinationAddressPrefixes.Any(text => text.Equals(PlatformTag, StringComparison.OrdinalIgnoreCase)));
        return denies is { Rule: { Access: RuleAccess.Deny } rule, Group: { } group }
            ? Finding.Failed(
                group.Id, $"Azure's own DNS answers the network, and rule {rule} denies its tag {PlatformTag}.",
                Commands.AzName(group.Id, "--nsg-name") is { } name
                    ? $"az network nsg rule delete {name} --name {Commands.Quote(rule.Name)}" : null)
            : Finding.Passed(target, $"Azure's own DNS at {NetworkSpace.ProbeAddress} answers the network; groups filter it by the tag "
                + $"{PlatformTag} only, which no rule denies.");
    }

    private static IEnumerable<Finding> One(NetworkFacts facts, VirtualNetworkFacts network, string server)
    {
        var target = network.Id ?? "virtual network";
        if (!Ipv4Address.TryParse(server, out var address, out _))
            return [Finding.Unknown(target, $"The DNS server {server} is no IPv4 address; whether the nodes reach it is not looked at.")];
        var reach = Reach(facts, network, target, address);
        if (reach.Status == CheckStatus.Failed)
            return [reach];
        var flows = ClusterTraffic.DnsFlows(facts).Where(flow => flow.Destination == server).ToArray();
        var passes = FlowFindings.All(facts, flows, $"DNS server {server}",
            (group, verdict) => FlowFindings.OpenProfile(facts, group, "Cluster")
            ?? FlowFindings.Open(facts, flows[0], group, "AmlVnet-Dns", []));
        return [passes.Status == CheckStatus.Passed ? reach with { Evidence = $"{reach.Evidence} {passes.Evidence}" } : passes];
    }

    /// <summary>Whether something leads to an address.</summary>
    private static Finding Reach(NetworkFacts facts, VirtualNetworkFacts network, string target, Ipv4Address address)
    {
        if (AddressView.Ranges(network.AddressPrefixes).Any(range => range.Contains(address)))
            return Finding.Passed(target, $"{address} lies in the virtual network.");
        var route = NextHops.Of(facts.Subnet.Value!, address);
        if (route is not null && route.NextHopType == NextHopType.None)
            return Finding.Failed(target, $"The DNS server {address} is behind route {route.Name}, which drops traffic.", null);
        if (network.Peerings.FirstOrDefault(
            one => AddressView.Ranges(one.RemoteAddressPrefixes).Any(range => range.Contains(address))) is { } peering)
            return peering.CarriesTraffic
                ? Finding.Passed(target, $"{address} lies in the peered network of {peering.Name}.")
                : Finding.Failed(
                    target, $"The DNS server {address} lies in the network of peering {peering.Name}, "
                        + $"which is {peering.State?.ToString() ?? "not connected"}"
                        + $"{(peering.AllowsVirtualNetworkAccess == false ? " and lets no traffic through" : "")}.",
                    Commands.AzName(network.Id, "--vnet-name") is { } name
                        ? $"az network vnet peering sync {name} --name {Commands.Quote(peering.Name)}" : null);
        if (!address.IsPrivate)
            return Finding.Passed(target, $"{address} is a public address.");
        if (NetworkSpace.From(facts).HasGateway || (route is not null && NextHops.LeadsOn(route)))
            return Finding.Warning(
                target, $"{address} is in no network that is known here; {(route is null ? "a gateway" : $"route {route.Name}")} may lead "
                    + "to it. Ask it from a pod: nslookup.", null);
        return network.Peerings.Any(one => !one.HasKnownRanges)
            ? Finding.Unknown(target,
                $"Whether the DNS server {address} is in a peered network is not known: the ranges of a peering could not be read.")
            : Finding.Failed(
                target, $"The DNS server {address} lies neither in the virtual network nor in a connected peered one, and no gateway or "
                    + "route leads to it.",
                Commands.AzName(network.Id) is { } self
                    ? $"az network vnet update {self} --dns-servers {string.Join(' ', Reached(facts, network))}" : null);
    }

    // The servers that stay when this one goes: none of one's own means Azure's.
    private static string[] Reached(NetworkFacts facts, VirtualNetworkFacts network)
    {
        var kept = network.DnsServers.Where(text => Ipv4Address.TryParse(text, out var one, out _)
            && (!one.IsPrivate || NetworkSpace.From(facts).VirtualNetwork.Any(range => range.Contains(one)))).ToArray();
        return kept.Length > 0 ? kept : ["''"];
    }
}
