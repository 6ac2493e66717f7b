namespace AmlVnet.Core;

/// <summary>Rules about the way out of the subnet, which AKS needs.</summary>
internal static class OutboundRules
{
    public static IEnumerable<CheckRule> All { get; } =
    [
        new(
            "AMLVNET-OUTBOUND-001", "No route leads the nodes' traffic away from the internet", CheckSeverity.Error,
            CheckStage.Create | CheckStage.Attach | CheckStage.Posture, Sources.Egress, DefaultRoute),
        new(
            "AMLVNET-OUTBOUND-002", "The nodes have a way to the internet", CheckSeverity.Error,
            CheckStage.Create | CheckStage.Attach | CheckStage.Posture, Sources.DefaultOutbound, Egress),
    ];

    private static IEnumerable<Finding> DefaultRoute(NetworkFacts facts)
    {
        if (!facts.Subnet.TryGet(out var subnet))
            return [Finding.Missing(facts.Subnet, "subnet")];
        if (subnet.RouteTable.State == KnownState.None)
            return [Finding.Passed(subnet.Id ?? "subnet", "The subnet has no route table.")];
        if (!subnet.RouteTable.TryGet(out var table))
            return [Finding.Missing(subnet.RouteTable, "route table")];
        var route = table.Routes.FirstOrDefault(one => one.AddressPrefix.Trim() is "0.0.0.0/0" or "Internet" or "internet");
        var isRouted = Is(facts.Cluster.Value?.OutboundType, "userDefinedRouting");
        if (route is null)
            return isRouted
                ? [Finding.Failed(
                    table.Id, "The cluster's outbound type is userDefinedRouting and the table has no route for 0.0.0.0/0.",
                    $"az aks update {Commands.AzName(facts.Cluster.Value!.Id)} --outbound-type loadBalancer")]
                : [Finding.Passed(table.Id, $"None of {table.Routes.Count} routes is for 0.0.0.0/0.")];
        var words = $"Route {route.Name} sends {route.AddressPrefix} to {route.NextHopType}{(route.NextHopIPAddress is null ? "" : $" {route.NextHopIPAddress}")}";
        if (Is(route.NextHopType, "None"))
            return [Finding.Failed(
                table.Id, $"{words}: traffic is dropped.",
                $"az network route-table route delete {Commands.AzName(table.Id, "--route-table-name")} --name {Commands.Quote(route.Name)}")];
        if (Is(route.NextHopType, "Internet"))
            return [Finding.Passed(table.Id, words + ".")];
        return isRouted
            ? [Finding.Passed(table.Id, $"{words}, as the cluster's outbound type userDefinedRouting expects.")]
            : [Finding.Warning(
                table.Id, $"{words}: it must let the cluster's outbound traffic through, and answers from a public endpoint would go another way than they came.",
                facts.Cluster.Value is { } cluster ? $"az aks update {Commands.AzName(cluster.Id)} --outbound-type userDefinedRouting"
                    : $"az network route-table route show {Commands.AzName(table.Id, "--route-table-name")} --name {Commands.Quote(route.Name)}")];
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
        if (subnet.RouteTable.Value?.Routes.Any(route => route.AddressPrefix.Trim() == "0.0.0.0/0" && !Is(route.NextHopType, "None")) == true)
            return [Finding.Passed(target, "A route leads 0.0.0.0/0 on; AMLVNET-OUTBOUND-001 speaks of it.")];
        var type = facts.Cluster.Value?.OutboundType;
        if (Is(type, "none") || Is(type, "userAssignedNATGateway"))
            return [Finding.Failed(target, $"The cluster's outbound type is {type}, and the subnet has no NAT gateway.", Nat(subnet))];
        if (Is(type, "managedNATGateway"))
            return [Finding.Passed(target, "The cluster has a managed NAT gateway.")];
        var isBasic = Is(facts.Cluster.Value?.LoadBalancerSku, "basic");
        if (facts.Cluster.Value is not null && !isBasic && (type is null || Is(type, "loadBalancer")))
            return [Finding.Passed(target, "The cluster's Standard load balancer has outbound rules.")];
        return subnet.DefaultOutboundAccess switch
        {
            false when facts.Cluster.Value is null => [Finding.Warning(
                target, "Default outbound access is off and there is no NAT gateway: the nodes depend on the outbound load balancer that the cluster makes.",
                Nat(subnet))],
            false => [Finding.Failed(target, "Default outbound access is off, there is no NAT gateway, and a Basic load balancer gives no way out.", Nat(subnet))],
            _ => [Finding.Passed(target, "Azure's default outbound access is on for the subnet.")],
        };
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

    private static bool Is(string? value, string word) => string.Equals(value, word, StringComparison.OrdinalIgnoreCase);
}
