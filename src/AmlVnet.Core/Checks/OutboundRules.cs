namespace AmlVnet.Core;

/// <summary>Rules about the way out of the subnet, which AKS needs.</summary>
internal static class OutboundRules
{
    public static IEnumerable<CheckRule> All { get; } =
    [
        new(
            "AMLVNET-OUTBOUND-001", "No route leads the nodes' traffic away from the internet", CheckSeverity.Error,
            CheckStage.Create | CheckStage.Attach | CheckStage.Posture, Sources.Egress, facts => NodeSubnets.Each(facts, DefaultRoute)),
        new(
            "AMLVNET-OUTBOUND-002", "The nodes have a way to the internet", CheckSeverity.Error,
            CheckStage.Create | CheckStage.Attach | CheckStage.Posture, Sources.DefaultOutbound, facts => NodeSubnets.Each(facts, Egress)),
    ];

    private static IEnumerable<Finding> DefaultRoute(NetworkFacts facts)
    {
        if (!facts.Subnet.TryGet(out var subnet))
            return [Finding.Missing(facts.Subnet, "subnet")];
        if (!subnet.RouteTable.TryGet(out var table) && subnet.RouteTable.State != KnownState.None)
            return [Finding.Missing(subnet.RouteTable, "route table")];
        var target = table?.Id ?? subnet.Id ?? "subnet";
        var isRouted = Is(facts.Cluster.Value?.OutboundType, "userDefinedRouting");
        var routes = InternetRoutes.Of(subnet);
        if (routes.Count == 0)
            return isRouted
                ? [Finding.Failed(
                    target,
                    "The cluster's outbound type is userDefinedRouting and "
                        + $"{(table is null ? "the subnet has no route table" : "the table has no route for 0.0.0.0/0")}.",
                    $"az aks update {Commands.AzName(facts.Cluster.Value!.Id)} --outbound-type loadBalancer")]
                : [Finding.Passed(
                    target, table is null ? "The subnet has no route table." : $"None of {table.Routes.Count} routes is for 0.0.0.0/0.")];
        var ways = table!.Routes.Where(LeadsOn).ToArray();
        return isRouted && !InternetRoutes.CoverAll(ways)
            ? routes.Where(route => !LeadsOn(route)).Select(One).Append(Finding.Failed(
                target,
                "The cluster's outbound type is userDefinedRouting, and the routes lead only a part of 0.0.0.0/0 on: "
                    + $"{(ways.Length == 0 ? "none" : string.Join(", ", ways.Select(route => route.AddressPrefix)))}.",
                $"az aks update {Commands.AzName(facts.Cluster.Value!.Id)} --outbound-type loadBalancer"))
            : routes.Select(One);

        Finding One(RouteFacts route)
        {
            var words = $"Route {route.Name} sends {route.AddressPrefix} to {route.NextHopType}"
                + $"{(route.NextHopIPAddress is null ? "" : $" {route.NextHopIPAddress}")}";
            var name = $"{Commands.AzName(target, "--route-table-name")} --name {Commands.Quote(route.Name)}";
            if (Is(route.NextHopType, "None"))
                return Finding.Failed(target, $"{words}: traffic is dropped.", $"az network route-table route delete {name}");
            if (Is(route.NextHopType, "Internet"))
                return Finding.Passed(target, words + ".");
            return isRouted
                ? Finding.Passed(target, $"{words}, as the cluster's outbound type userDefinedRouting expects.")
                : Finding.Warning(
                    target,
                    $"{words}: it must let the cluster's outbound traffic through, and answers from a public endpoint would go another way than they came.",
                    facts.Cluster.Value is { } cluster ? $"az aks update {Commands.AzName(cluster.Id)} --outbound-type userDefinedRouting"
                        : $"az network route-table route show {name}");
        }
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
        var routes = InternetRoutes.Of(subnet).Where(LeadsOn).ToArray();
        if (routes.Length > 0 && InternetRoutes.CoverAll(subnet.RouteTable.Value!.Routes.Where(LeadsOn)))
            return [Finding.Passed(target, $"A route leads {routes[0].AddressPrefix} on; AMLVNET-OUTBOUND-001 speaks of it.")];
        var type = facts.Cluster.Value?.OutboundType;
        if (Is(type, "managedNATGateway"))
            return [Finding.Passed(target, "The cluster has a managed NAT gateway.")];
        var isBasic = Is(facts.Cluster.Value?.LoadBalancerSku, "basic");
        var isBalanced = type is null || Is(type, "loadBalancer");
        if (facts.Cluster.Value is not null && !isBasic && isBalanced)
            return [Finding.Passed(target, "The cluster's Standard load balancer has outbound rules.")];
        if (isBalanced && subnet.DefaultOutboundAccess != false)
            return [Finding.Passed(target, subnet.DefaultOutboundAccess is null
                ? "The subnet does not turn Azure's default outbound access off." : "Azure's default outbound access is on for the subnet.")];
        if (subnet.RouteTable.State == KnownState.Unknown)
            return [Finding.Missing(subnet.RouteTable, "route table")];
        return [facts.Cluster.Value is null
            ? Finding.Warning(
                target, "Default outbound access is off and there is no NAT gateway: the nodes depend on the outbound load balancer that the cluster makes.",
                Nat(subnet))
            : Finding.Failed(
                target, isBalanced ? "Default outbound access is off, there is no NAT gateway, and a Basic load balancer gives no way out."
                    : $"The cluster's outbound type is {type}, and there is neither a NAT gateway nor a route that leads 0.0.0.0/0 on.",
                Nat(subnet))];
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

    /// <summary>Whether a route hands traffic to something that can lead it on; to the internet itself Azure leads it anyway.</summary>
    private static bool LeadsOn(RouteFacts route) => !Is(route.NextHopType, "None") && !Is(route.NextHopType, "Internet");

    private static bool Is(string? value, string word) => string.Equals(value, word, StringComparison.OrdinalIgnoreCase);
}
