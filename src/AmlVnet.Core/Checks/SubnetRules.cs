namespace AmlVnet.Core.Checks;

/// <summary>Rules about the nodes' subnet and the internal load balancer's.</summary>
internal static class SubnetRules
{
    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-SUBNET-001", "The subnet has addresses enough for the nodes and their pods", CheckSeverity.Error,
            CheckStage.Offline | CheckStage.Create | CheckStage.Posture, Sources.IpPlanning, facts => NodeSubnets.Each(facts, Capacity)),
        new("AMLVNET-SUBNET-002", "The subnets are not delegated", CheckSeverity.Error,
            CheckStage.Create | CheckStage.Attach | CheckStage.SwitchLoadBalancer | CheckStage.Posture, Sources.CniOverview,
            facts => NodeSubnets.Each(facts, Delegation)),
        new("AMLVNET-SUBNET-003", "The internal load balancer's subnet is in the cluster's virtual network", CheckSeverity.Error,
            CheckStage.SwitchLoadBalancer | CheckStage.Posture, Sources.SecureInferencing, SameNetwork),
        new("AMLVNET-SUBNET-004", "The internal load balancer's subnet has a free address", CheckSeverity.Error,
            CheckStage.SwitchLoadBalancer | CheckStage.Posture, Sources.InternalLoadBalancer, FreeAddress),
    ];

    private static IEnumerable<Finding> Capacity(NetworkFacts facts)
    {
        if (!facts.Subnet.TryGet(out var subnet))
            return [Finding.Missing(facts.Subnet, "subnet")];
        if (facts.Cluster.State == KnownState.Unknown)
            return [Finding.Missing(facts.Cluster, "cluster")];
        var target = subnet.Id ?? "SubnetAddressPrefix";
        var need = SubnetNeed.Of(facts);
        if (need.Capacity is not { } capacity)
            return [subnet.Id is null ? Finding.NotApplicable(target, "The subnet's IPv4 range is not known.")
                : Finding.Unknown(target, "The subnet's answer has no IPv4 range that can be read.")];
        var readable = AddressView.Ranges(subnet.AddressPrefixes).Count();
        return capacity.Fits == false
            && subnet.AddressPrefixes.Count(static text => !text.Contains(':', StringComparison.Ordinal)) == readable
            ? [Finding.Failed(capacity.Subnet, capacity + SubnetRoom.Rest(facts, subnet), SubnetRoom.Recommend(facts, subnet, capacity))]
            : need.Unknown.Count > 0
            ? [Finding.Unknown(capacity.Subnet, $"At least {capacity}; it is not known: {Finding.Join(need.Unknown)}.")]
            : capacity.Fits switch
            {
                true => [Finding.Passed(capacity.Subnet, capacity.ToString())],
                null => [Finding.Unknown(capacity.Subnet, $"{capacity}; how many are in use could not be read.")],
                false => [Finding.Unknown(capacity.Subnet, $"{capacity}; a further range of the subnet could not be read.")],
            };
    }

    private static IEnumerable<Finding> Delegation(NetworkFacts facts)
    {
        if (!facts.Subnet.TryGet(out var subnet))
        {
            yield return Finding.Missing(facts.Subnet, "subnet");
            yield break;
        }

        yield return One(subnet);
        if (LoadBalancerPlace.Subnet(facts).TryGet(out var place) && !ArmId.AreSame(place.Id, subnet.Id))
            yield return One(place);

        static Finding One(SubnetFacts subnet) => subnet.Delegations.Count == 0
            ? Finding.Passed(subnet.Id ?? "subnet", "The subnet is delegated to no service.")
            : Finding.Failed(
                subnet.Id ?? "subnet", $"The subnet is delegated to {string.Join(", ", subnet.Delegations)}.",
                subnet.Id is null ? null : $"az network vnet subnet update --ids {Commands.Quote(subnet.Id)} --remove delegations");
    }

    private static IEnumerable<Finding> SameNetwork(NetworkFacts facts)
    {
        if (!IsInternal(facts, out var reason))
            return [reason];
        var place = LoadBalancerPlace.Subnet(facts);
        var own = facts.Subnet.Value?.Name;
        var compute = facts.Compute.Value?.Id;
        if (place.State == KnownState.None)
            return facts.Subnet.State == KnownState.None
                ? [Finding.Missing(place, "load balancer subnet")]
                : [Finding.Failed(compute ?? "SubnetName", place.Why ?? "There is no such subnet.",
                    Commands.Switch(compute, "InternalLoadBalancer", own))];
        if (!place.TryGet(out var subnet))
            return [Finding.Missing(place, "load balancer subnet")];
        var network = facts.VirtualNetwork.Value?.Id
            ?? (ArmId.TryParse(facts.Subnet.Value?.Id, out var nodes, out _) ? nodes.Parent!.ToString() : null);
        if (!ArmId.TryParse(subnet.Id, out var id, out _) || network is null)
            return [Finding.NotApplicable(subnet.Id ?? "SubnetName", "The cluster's virtual network is not known.")];
        return ArmId.AreSame(id.Parent!.ToString(), network)
            ? [Finding.Passed(id.ToString(), $"The subnet {id.Name} is in {network}.")]
            : [Finding.Failed(
                id.ToString(), $"The subnet is in {id.Parent}; the cluster is in {network}.",
                Commands.Switch(compute, "InternalLoadBalancer", own))];
    }

    private static IEnumerable<Finding> FreeAddress(NetworkFacts facts)
    {
        if (!IsInternal(facts, out var reason))
            return [reason];
        if (!LoadBalancerPlace.Subnet(facts).TryGet(out var subnet))
            return [Finding.Missing(LoadBalancerPlace.Subnet(facts), "load balancer subnet")];
        var target = subnet.Id ?? "subnet";
        // Another service's frontend in that subnet holds its own address, not the one that is needed here.
        if (facts.LoadBalancers.Value?.Any(one => one.Frontends.Any(front => ArmId.AreSame(front.SubnetId, subnet.Id)
            && (facts.Compute.Value!.ScoringIPAddress is not { } scoring || front.PrivateIPAddress == scoring))) == true)
            return [Finding.Passed(target, "The load balancer has its address there already.")];
        var ranges = AddressView.Ranges(subnet.AddressPrefixes).ToArray();
        if (ranges.Length == 0 || subnet.UsedAddressCount is not { } used)
            return [Finding.Unknown(target, "How many of the subnet's addresses are in use could not be read.")];
        var usable = ranges.Sum(static range => SubnetSizing.Usable(range.Length));
        var free = usable - used;
        var range = string.Join(", ", ranges);
        return free > 0
            ? [Finding.Passed(target, $"{free} of {usable} addresses are free.")]
            : facts.LoadBalancers.State == KnownState.Unknown
            ? [Finding.Unknown(target, $"All addresses of {range} are in use; whether one is the load balancer's own could not be read: "
                + $"{facts.LoadBalancers.Why}")]
            : [Finding.Failed(target, $"All {usable} addresses of {range} are in use.", Roomier())];

        string? Roomier()
        {
            if (!facts.VirtualNetwork.TryGet(out var network) || Commands.AzName(network.Id, "--vnet-name") is not { } name)
                return null;
            var taken = network.Subnets.SelectMany(one => AddressView.Ranges(one.AddressPrefixes)).Concat(ranges).ToArray();
            return AddressView.Ranges(network.AddressPrefixes).SelectMany(space => space.FreeRanges(28, taken)).Cast<Ipv4Prefix?>()
                .FirstOrDefault() is { } spare
                ? $"az network vnet subnet create {name} --name aks-internal --address-prefixes {spare}; "
                    + (facts.Cluster.Value is { } cluster ? $"{Commands.Grant(cluster.Id, network.Id + "/subnets/aks-internal")}; " : "")
                    + Commands.Switch(facts.Compute.Value?.Id, "InternalLoadBalancer", "aks-internal")
                : null;
        }
    }

    private static bool IsInternal(NetworkFacts facts, out Finding reason)
    {
        reason = facts.Compute.TryGet(out var compute)
            ? Finding.UnlessInternal(compute) ?? Finding.NotApplicable(compute.Id, "")
            : Finding.Missing(facts.Compute, "compute");
        return facts.Compute.Value?.LoadBalancerType == LoadBalancerType.InternalLoadBalancer;
    }
}
