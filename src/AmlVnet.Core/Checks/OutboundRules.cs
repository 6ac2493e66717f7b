namespace AmlVnet.Core.Checks;

/// <summary>Rules about the way out of the subnet, which AKS needs.</summary>
internal static class OutboundRules
{
    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-OUTBOUND-001", "No route leads the nodes' traffic away from the internet", CheckSeverity.Error,
            CheckStage.Create | CheckStage.Attach | CheckStage.Posture, Sources.Egress, facts => NodeSubnets.Each(facts, DefaultRoute)),
        new("AMLVNET-OUTBOUND-002", "The nodes have a way to the internet", CheckSeverity.Error,
            CheckStage.Create | CheckStage.Attach | CheckStage.Posture, Sources.DefaultOutbound, facts => NodeSubnets.Each(facts, Egress)),
    ];

    private static IEnumerable<Finding> DefaultRoute(NetworkFacts facts)
    {
        if (!facts.Subnet.TryGet(out var subnet))
            return [Finding.Missing(facts.Subnet, "subnet")];
        if (!subnet.RouteTable.TryGet(out var table) && subnet.RouteTable.State != KnownState.None)
            return [Finding.Missing(subnet.RouteTable, "route table")];
        var target = table?.Id ?? subnet.Id ?? "subnet";
        var isRouted = facts.Cluster.Value?.OutboundType == OutboundType.UserDefinedRouting;
        var routes = InternetRoutes.Of(subnet);
        // Where it is not known how the cluster's traffic leaves, a table without a default route may be right or wrong.
        if (routes.Count == 0 && facts.Cluster.Value is { } silent && silent.OutboundType?.IsKnown != true)
            return [Finding.Unknown(target,
                $"There is no route for 0.0.0.0/0, and whether the cluster needs one is not known: {OfType(silent)}.")];
        if (routes.Count == 0)
            return isRouted
                ? [Finding.Failed(
                    target,
                    "The cluster's outbound type is userDefinedRouting and "
                        + $"{(table is null ? "the subnet has no route table" : "the table has no route for 0.0.0.0/0")}.",
                    $"az aks update {Commands.AzName(facts.Cluster.Value!.Id)} --outbound-type loadBalancer")]
                : [Finding.Passed(
                    target, table is null ? "The subnet has no route table."
                        : $"None of {Quantity.Of(table.Routes.Count, "route")} is for 0.0.0.0/0.")];
        var ways = table!.Routes.Where(NextHops.LeadsOn).ToArray();
        return isRouted && !InternetRoutes.CoverAll(ways)
            ? routes.Where(route => !NextHops.LeadsOn(route)).Select(route => OneRoute(facts, target, route)).Append(Finding.Failed(
                target,
                "The cluster's outbound type is userDefinedRouting, and the routes lead only a part of 0.0.0.0/0 on: "
                    + $"{(ways.Length == 0 ? "none" : string.Join(", ", ways.Select(route => route.AddressPrefix)))}.",
                $"az aks update {Commands.AzName(facts.Cluster.Value!.Id)} --outbound-type loadBalancer"))
            : routes.Select(route => OneRoute(facts, target, route));
    }

    private static Finding OneRoute(NetworkFacts facts, string target, RouteFacts route)
    {
        var words = $"Route {route.Name} sends {route.AddressPrefix} to {route.NextHopType}"
            + $"{(route.NextHopIPAddress is null ? "" : $" {route.NextHopIPAddress}")}";
        var name = $"{Commands.AzName(target, "--route-table-name")} --name {Commands.Quote(route.Name)}";
        if (route.NextHopType == NextHopType.Internet)
            return Finding.Passed(target, words + ".");
        if (!NextHops.LeadsOn(route))
            return Finding.Failed(
                target, $"{words}: "
                    + $"{(route.NextHopType == NextHopType.None ? "traffic is dropped" : "it does not leave the virtual network")}.",
                $"az network route-table route delete {name}");
        var show = $"az network route-table route show {name}";
        if (NextHops.IsReached(facts, route) is not Answer.Yes and var reached)
            return reached == Answer.No
                ? Finding.Failed(
                    target, words + (route.NextHopType == NextHopType.VirtualAppliance
                        ? ", which lies neither in the virtual network nor in a connected peered one: traffic is dropped."
                        : ", and neither the virtual network nor a peering has a gateway: traffic is dropped."),
                    show)
                : Finding.Unknown(target, $"{words}; whether a peered network holds that address is not known.");
        // The fact that makes such a route harmless is that nobody's answers have to go back over the public address,
        // not the outbound type.
        if (PublicEndpoint(facts) is { } address && !ComesBack(facts))
            return Finding.Failed(
                target,
                $"{words}: requests come in at the public address {address}, and their answers would leave there instead, whatever the "
                    + "outbound type. The endpoint answers nobody while it is public.",
                Commands.Switch(facts.Compute.Value!.Id, "InternalLoadBalancer"));
        return facts.Cluster.Value?.OutboundType == OutboundType.UserDefinedRouting
            ? Finding.Passed(target, $"{words}, as the cluster's outbound type userDefinedRouting expects.")
            : Finding.Warning(
                target,
                $"{words}: it must let the cluster's outbound traffic through, and answers from a public endpoint would go another way "
                    + "than they came.",
                // Without a way out of AKS's making the route is the user's own, and another outbound type would open what is to be shut.
                facts.Cluster.Value is { } cluster && cluster.OutboundType != OutboundType.None
                    && cluster.OutboundType != OutboundType.Block
                    ? $"az aks update {Commands.AzName(cluster.Id)} --outbound-type userDefinedRouting" : show);
    }

    /// <summary>The scoring endpoint's address when it is a public one; null before there is one.</summary>
    private static Ipv4Address? PublicEndpoint(NetworkFacts facts) =>
        Ipv4Address.TryParse(facts.Compute.Value?.ScoringIPAddress, out var address, out _) && !address.IsPrivate
            && !NetworkSpace.From(facts).VirtualNetwork.Any(range => range.Contains(address)) ? address : null;

    /// <summary>Whether answers to all of the clients leave by the internet, because longer routes say so.</summary>
    private static bool ComesBack(NetworkFacts facts)
    {
        var routes = facts.Subnet.Value?.RouteTable.Value?.Routes ?? [];
        return facts.ScoringSources.Count > 0 && facts.ScoringSources.All(source => AddressView.Range(source) is { } clients
            && NextHops.Of(facts.Subnet.Value!, clients.First) is { } route && route.NextHopType == NextHopType.Internet
            && AddressView.Range(route.AddressPrefix) is { } range && range.Contains(clients)
            && !routes.Any(
                other => AddressView.Range(other.AddressPrefix) is { } longer && longer.Length > range.Length && longer.Overlaps(clients)));
    }

    private static IEnumerable<Finding> Egress(NetworkFacts facts)
    {
        if (!facts.Subnet.TryGet(out var subnet))
            return [Finding.Missing(facts.Subnet, "subnet")];
        if (facts.Cluster.State == KnownState.Unknown)
            return [Finding.Missing(facts.Cluster, "cluster")];
        var target = subnet.Id ?? "subnet";
        if (subnet.NatGatewayId is { } nat)
            return [Finding.Passed(target, $"The subnet has the NAT gateway {nat}.")];
        // A route to Internet is what Azure has anyway, and gives nobody a way out.
        var routes = InternetRoutes.Of(subnet).Where(NextHops.LeadsOn).ToArray();
        if (routes.Length > 0 && InternetRoutes.CoverAll(subnet.RouteTable.Value!.Routes.Where(NextHops.LeadsOn)))
            return [Finding.Passed(target, $"A route leads {routes[0].AddressPrefix} on; AMLVNET-OUTBOUND-001 speaks of it.")];
        if (facts.Cluster.TryGet(out var cluster) && OwnWay(facts, cluster, target) is { } found)
            return [found];
        if (cluster is not null && cluster.OutboundType?.IsKnown != true)
            return [Finding.Unknown(target, $"How the cluster's traffic leaves is not known: {OfType(cluster)}.")];
        var type = cluster?.OutboundType;
        var isBalanced = type is null || type == OutboundType.LoadBalancer;
        if (isBalanced && subnet.DefaultOutboundAccess != false)
            return [Finding.Passed(target, subnet.DefaultOutboundAccess is null
                ? "The subnet does not turn Azure's default outbound access off."
                : "Azure's default outbound access is on for the subnet.")];
        if (subnet.RouteTable.State == KnownState.Unknown)
            return [Finding.Missing(subnet.RouteTable, "route table")];
        return [cluster is null
            ? Finding.Warning(
                target, "Default outbound access is off and there is no NAT gateway: the nodes depend on the outbound load balancer that "
                    + "the cluster makes.",
                Nat(subnet))
            : Finding.Failed(
                target, isBalanced ? "Default outbound access is off, there is no NAT gateway, and a Basic load balancer gives no way out."
                    : $"The cluster's outbound type is {type}, and there is neither a NAT gateway nor a route that leads 0.0.0.0/0 on.",
                Nat(subnet))];
    }

    /// <summary>What the cluster's own outbound type says; null where the subnet decides.</summary>
    private static Finding? OwnWay(NetworkFacts facts, ClusterFacts cluster, string target)
    {
        var type = cluster.OutboundType;
        if (type == OutboundType.None || type == OutboundType.Block)
            return Finding.Failed(
                target,
                $"The cluster's outbound type is {type}: AKS makes no way out"
                    + $"{(type == OutboundType.Block ? " and shuts every other" : "")}, as a network isolated cluster asks for. "
                    + "Keep it; what the nodes use has to be reached privately: private endpoints for the workspace, its storage, key "
                    + "vault and registry, and a route "
                    + "to an appliance of yours for what has none, such as Microsoft Entra ID and Azure Resource Manager.",
                $"az aks check-network outbound {Commands.AzName(cluster.Id)}");
        if (type == OutboundType.ManagedNatGateway)
            return cluster.OutboundAddressCount switch
            {
                > 0 => Finding.Passed(target, "The cluster has a managed NAT gateway with an address."),
                0 => Finding.Failed(target, "The cluster's managed NAT gateway has no address.",
                    $"az aks show {Commands.AzName(cluster.Id)} --query networkProfile"),
                _ => Finding.Unknown(target,
                    "The cluster's outbound type is managedNATGateway, and it names no address of such a gateway."),
            };
        if (cluster.LoadBalancerSku == LoadBalancerSku.Basic || (type is not null && type != OutboundType.LoadBalancer))
            return null;
        // Neither the type nor the SKU gives a way out, but an outbound address does.
        if (cluster.OutboundAddressCount > 0
            || facts.LoadBalancers.Value?.Any(one => one.Frontends.Any(front => front.PublicIPAddress is not null)) == true)
            return Finding.Passed(target, "The cluster's Standard load balancer has a public address for outbound traffic.");
        return facts.LoadBalancers.State == KnownState.Unknown && cluster.OutboundAddressCount is null
            ? Finding.Missing(facts.LoadBalancers, "load balancers")
            : facts.LoadBalancers.State != KnownState.Value
                ? Finding.Unknown(target, "The cluster names no outbound address, and its load balancers were not read.")
            : Finding.Failed(
                target, "The cluster's load balancer has no public address for outbound traffic.",
                $"az aks update {Commands.AzName(cluster.Id)} --load-balancer-managed-outbound-ip-count 1");
    }

    private static string? Nat(SubnetFacts subnet)
    {
        if (!ArmId.TryParse(subnet.Id, out var id, out _))
            return null;
        var where = $"--subscription {id.SubscriptionId} --resource-group {Commands.Quote(id.ResourceGroupName!)}";
        return $"az network public-ip create {where} --name aks-outbound-ip --sku Standard; "
            + $"az network nat gateway create {where} --name aks-outbound --public-ip-addresses aks-outbound-ip; "
            + $"az network vnet subnet update --ids {Commands.Quote(id.ToString())} --nat-gateway aks-outbound";
    }

    private static string OfType(ClusterFacts cluster) =>
        cluster.OutboundType is { } type ? $"its outbound type is '{type}'" : "its answer names no outbound type";
}
