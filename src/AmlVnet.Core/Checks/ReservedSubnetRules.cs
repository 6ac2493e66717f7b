namespace AmlVnet.Core.Checks;

/// <summary>Subnets that Azure keeps for one service, told by their names. Neither nodes nor load balancers may be in them.</summary>
internal static class ReservedSubnetRules
{
    private static readonly Dictionary<string, string> Owners = new(StringComparer.OrdinalIgnoreCase)
    {
        ["GatewaySubnet"] = "VPN and ExpressRoute gateways",
        ["AzureFirewallSubnet"] = "Azure Firewall",
        ["AzureFirewallManagementSubnet"] = "the management of Azure Firewall",
        ["AzureBastionSubnet"] = "Azure Bastion",
        ["RouteServerSubnet"] = "Azure Route Server",
    };

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-SUBNET-005", "Nodes and load balancer are in no subnet that Azure keeps for a service", CheckSeverity.Error,
            CheckStage.Create | CheckStage.Attach | CheckStage.SwitchLoadBalancer | CheckStage.Posture, Sources.ReservedSubnets, Places),
    ];

    /// <summary>Whether Azure keeps a subnet of this name for one service,
    /// so that nothing but that service may be in it or change it.</summary>
    public static bool IsReserved(string? name) => name is not null && Owners.ContainsKey(name);

    private static IEnumerable<Finding> Places(NetworkFacts facts)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var subnet in facts.OtherNodeSubnets.Prepend(facts.Subnet).Concat(facts.PodSubnets))
            foreach (var finding in One(subnet, "nodes or pods"))
                yield return finding;
        if (facts.Compute.Value?.LoadBalancerType == LoadBalancerType.InternalLoadBalancer)
            foreach (var finding in One(LoadBalancerPlace.Subnet(facts), "the internal load balancer"))
                yield return finding;

        IEnumerable<Finding> One(Known<SubnetFacts> known, string what)
        {
            if (!known.TryGet(out var subnet))
                return known.State == KnownState.Unknown ? [Finding.Missing(known, "subnet")] : [];
            if (subnet.Name is not { } name || !seen.Add(subnet.Id!))
                return [];
            return Owners.TryGetValue(name, out var owner)
                ? [Finding.Failed(
                    subnet.Id!, $"{name} is kept for {owner}; Azure takes nothing else there, and {what} cannot be in it. Take another "
                        + "subnet.", Instead(facts, known))]
                : [Finding.Passed(subnet.Id!, $"Azure keeps no subnet named {name} for a service.")];
        }
    }

    private static string? Instead(NetworkFacts facts, Known<SubnetFacts> reserved)
    {
        if (facts.Cluster.State == KnownState.Value && ArmId.AreSame(LoadBalancerPlace.Subnet(facts).Value?.Id, reserved.Value?.Id)
            && facts.Subnet.Value is { Name: { } own } && !IsReserved(own))
            return Commands.Switch(facts.Compute.Value?.Id, "InternalLoadBalancer", own);
        if (facts.Cluster.State == KnownState.Value || facts.VirtualNetwork.Value is not { Id: { } id } network
            || Commands.AzName(id, "--vnet-name") is not { } name)
            return null;
        var taken = network.Subnets.SelectMany(one => AddressView.Ranges(one.AddressPrefixes)).ToArray();
        return AddressView.Ranges(network.AddressPrefixes).SelectMany(space => space.FreeRanges(24, taken)).Cast<Ipv4Prefix?>()
            .FirstOrDefault() is { } free
            ? $"az network vnet subnet create {name} --name aks-nodes --address-prefixes {free}" : null;
    }
}
