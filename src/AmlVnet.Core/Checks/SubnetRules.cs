namespace AmlVnet.Core;

/// <summary>Rules about the nodes' subnet and the internal load balancer's.</summary>
internal static class SubnetRules
{
    public static IEnumerable<CheckRule> All { get; } =
    [
        new(
            "AMLVNET-SUBNET-001", "The subnet has addresses enough for the nodes and their pods", CheckSeverity.Error,
            CheckStage.Offline | CheckStage.Create | CheckStage.Posture, Sources.AzureCni, facts => NodeSubnets.Each(facts, Capacity)),
        new(
            "AMLVNET-SUBNET-002", "The subnets are not delegated", CheckSeverity.Error,
            CheckStage.Create | CheckStage.Attach | CheckStage.SwitchLoadBalancer | CheckStage.Posture, Sources.SubnetDelegation, facts => NodeSubnets.Each(facts, Delegation)),
        new(
            "AMLVNET-SUBNET-003", "The internal load balancer's subnet is in the cluster's virtual network", CheckSeverity.Error,
            CheckStage.SwitchLoadBalancer | CheckStage.Posture, Sources.SecureInferencing, SameNetwork),
        new(
            "AMLVNET-SUBNET-004", "The internal load balancer's subnet has a free address", CheckSeverity.Error,
            CheckStage.SwitchLoadBalancer | CheckStage.Posture, Sources.InternalLoadBalancer, FreeAddress),
    ];

    /// <summary>The capacity of the nodes' subnet for what is still to be placed there; null when its range is not known.</summary>
    public static SubnetCapacity? CapacityOf(NetworkFacts facts)
    {
        if (facts.Capacity is { } known)
            return known;
        if (!facts.Subnet.TryGet(out var subnet) || AddressView.Ranges(subnet.AddressPrefixes).Cast<Ipv4Prefix?>().FirstOrDefault() is not { } range)
            return null;
        // A subnet that is typed only does not exist yet, so nothing is in it.
        var used = subnet.UsedAddressCount ?? (subnet.Id is null ? 0 : null);
        var name = subnet.Id ?? range.ToString();
        if (!facts.Cluster.TryGet(out var cluster))
        {
            var nodes = facts.Compute.Value?.AgentCount ?? SubnetSizing.DefaultNodeCount;
            // With a range of their own pods take no addresses of the subnet.
            return SubnetSizing.Capacity(name, range, used, nodes, 1, facts.Settings?.PodCidr is null ? SubnetSizing.DefaultMaxPods : 0, 1);
        }

        // Overlay and kubenet give pods addresses of their own range.
        var isFlat = string.Equals(cluster.NetworkPlugin, "azure", StringComparison.OrdinalIgnoreCase)
            && !string.Equals(cluster.NetworkPluginMode, "overlay", StringComparison.OrdinalIgnoreCase);
        var pools = cluster.AgentPools.Where(pool => pool.SubnetId is null || subnet.Id is null || ArmId.AreSame(pool.SubnetId, subnet.Id))
            .Select(pool => (
                Nodes: Math.Max(0, (pool.MaxCount ?? pool.Count) - pool.Count), Surge: SubnetSizing.SurgeNodes(pool.MaxSurge, pool.Count),
                Pods: isFlat && pool.PodSubnetId is null ? pool.MaxPods ?? SubnetSizing.DefaultMaxPods : 0)).ToArray();
        var hasInternal = facts.LoadBalancers.Value?.Any(one => one.Frontends.Any(front => front.SubnetId is not null)) == true
            || facts.Compute.Value?.LoadBalancerType == LoadBalancerType.InternalLoadBalancer
            || (LoadBalancerPlace.Subnet(facts).Value is { } place && !ArmId.AreSame(place.Id, subnet.Id));
        // Pools differ in their nodes' pods, and are upgraded one after the other.
        var upgrade = pools.Length == 0 ? (Nodes: 0, Surge: 1, Pods: isFlat ? SubnetSizing.DefaultMaxPods : 0) : pools.MaxBy(pool => pool.Surge * (pool.Pods + 1));
        return SubnetSizing.Capacity(
            name, range, used, pools.Sum(pool => pool.Nodes), upgrade.Surge, pools.Length == 0 ? upgrade.Pods : pools.Max(pool => pool.Pods), hasInternal ? 0 : 1,
            pools.Sum(pool => pool.Nodes * (pool.Pods + 1)) + (upgrade.Surge * (upgrade.Pods + 1)));
    }

    private static IEnumerable<Finding> Capacity(NetworkFacts facts)
    {
        if (!facts.Subnet.TryGet(out var subnet))
            return [Finding.Missing(facts.Subnet, "subnet")];
        if (facts.Cluster.State == KnownState.Unknown)
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (CapacityOf(facts) is not { } capacity)
            return [Finding.NotApplicable(subnet.Id ?? "SubnetAddressPrefix", "The subnet's IPv4 range is not known.")];
        return capacity.Fits switch
        {
            true => [Finding.Passed(capacity.Subnet, capacity.ToString())],
            null => [Finding.Unknown(capacity.Subnet, $"{capacity}; how many are in use could not be read.")],
            false => [Finding.Failed(capacity.Subnet, capacity.ToString(), Wider(facts, subnet, capacity))],
        };
    }

    private static string? Wider(NetworkFacts facts, SubnetFacts subnet, SubnetCapacity capacity)
    {
        var length = capacity.FittingPrefixLength;
        var own = AddressView.Ranges(subnet.AddressPrefixes).First();
        if (length < 0 || !facts.VirtualNetwork.TryGet(out var network))
            return null;
        var spaces = AddressView.Ranges(network.AddressPrefixes).ToArray();
        var others = network.Subnets.Where(one => !ArmId.AreSame(one.Id, subnet.Id) || subnet.Id is null)
            .SelectMany(one => AddressView.Ranges(one.AddressPrefixes)).Where(range => range != own).ToArray();
        var around = Ipv4Prefix.Around(own.First, Math.Min(length, own.Length));
        var fits = spaces.Any(space => space.Contains(around)) && !others.Any(around.Overlaps);
        var better = fits ? around : spaces.SelectMany(space => space.FreeRanges(length, [.. others, own])).Cast<Ipv4Prefix?>().FirstOrDefault();
        if (better is not { } range)
            return null;
        if (subnet.Id is null)
            return Commands.Plan(facts.WithSubnetRange(range));
        return fits
            ? $"az network vnet subnet update --ids {Commands.Quote(subnet.Id)} --address-prefixes {range}"
            : $"az network vnet subnet create {Commands.AzName(network.Id, "--vnet-name")} --name aks-nodes --address-prefixes {range}";
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
                : [Finding.Failed(compute ?? "SubnetName", place.Why ?? "There is no such subnet.", Commands.Switch(compute, "InternalLoadBalancer", own))];
        if (!place.TryGet(out var subnet))
            return [Finding.Missing(place, "load balancer subnet")];
        var network = facts.VirtualNetwork.Value?.Id
            ?? (ArmId.TryParse(facts.Subnet.Value?.Id, out var nodes, out _) ? nodes.Parent!.ToString() : null);
        if (!ArmId.TryParse(subnet.Id, out var id, out _) || network is null)
            return [Finding.NotApplicable(subnet.Id ?? "SubnetName", "The cluster's virtual network is not known.")];
        return ArmId.AreSame(id.Parent!.ToString(), network)
            ? [Finding.Passed(id.ToString(), $"The subnet {id.Name} is in {network}.")]
            : [Finding.Failed(
                id.ToString(), $"The subnet is in {id.Parent}; the cluster is in {network}.", Commands.Switch(compute, "InternalLoadBalancer", own))];
    }

    private static IEnumerable<Finding> FreeAddress(NetworkFacts facts)
    {
        if (!IsInternal(facts, out var reason))
            return [reason];
        if (!LoadBalancerPlace.Subnet(facts).TryGet(out var subnet))
            return [Finding.Missing(LoadBalancerPlace.Subnet(facts), "load balancer subnet")];
        var target = subnet.Id ?? "subnet";
        if (facts.LoadBalancers.Value?.Any(one => one.Frontends.Any(front => ArmId.AreSame(front.SubnetId, subnet.Id))) == true)
            return [Finding.Passed(target, "The load balancer has its address there already.")];
        if (AddressView.Ranges(subnet.AddressPrefixes).Cast<Ipv4Prefix?>().FirstOrDefault() is not { } range || subnet.UsedAddressCount is not { } used)
            return [Finding.Unknown(target, "How many of the subnet's addresses are in use could not be read.")];
        var free = SubnetSizing.Usable(range.Length) - used;
        return free > 0
            ? [Finding.Passed(target, $"{free} of {SubnetSizing.Usable(range.Length)} addresses are free.")]
            : facts.LoadBalancers.State == KnownState.Unknown
            ? [Finding.Unknown(target, $"All addresses of {range} are in use; whether one is the load balancer's own could not be read: {facts.LoadBalancers.Why}")]
            : [Finding.Failed(target, $"All {SubnetSizing.Usable(range.Length)} addresses of {range} are in use.", Roomier())];

        string? Roomier()
        {
            if (!facts.VirtualNetwork.TryGet(out var network) || Commands.AzName(network.Id, "--vnet-name") is not { } name)
                return null;
            var taken = network.Subnets.SelectMany(one => AddressView.Ranges(one.AddressPrefixes)).Append(range).ToArray();
            return AddressView.Ranges(network.AddressPrefixes).SelectMany(space => space.FreeRanges(28, taken)).Cast<Ipv4Prefix?>().FirstOrDefault() is { } spare
                ? $"az network vnet subnet create {name} --name aks-internal --address-prefixes {spare}; "
                    + (facts.Cluster.Value is { } cluster ? $"{Commands.Grant(cluster.Id, network.Id + "/subnets/aks-internal")}; " : "")
                    + Commands.Switch(facts.Compute.Value?.Id, "InternalLoadBalancer", "aks-internal")
                : null;
        }
    }

    private static bool IsInternal(NetworkFacts facts, out Finding reason)
    {
        reason = facts.Compute.State == KnownState.Value
            ? Finding.NotApplicable(facts.Compute.Value!.Id, "The load balancer is public.")
            : Finding.Missing(facts.Compute, "compute");
        return facts.Compute.Value?.LoadBalancerType == LoadBalancerType.InternalLoadBalancer;
    }
}
