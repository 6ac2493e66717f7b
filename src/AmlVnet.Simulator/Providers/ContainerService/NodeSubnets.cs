namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>What AKS asks of the subnet that nodes are to be in.</summary>
internal sealed class NodeSubnets(Cloud cloud)
{
    /// <summary>Subnets that Azure's own services have for themselves, by name (Microsoft Learn: "Azure virtual network FAQ").</summary>
    private static readonly string[] Reserved =
        ["GatewaySubnet", "AzureFirewallSubnet", "AzureFirewallManagementSubnet", "AzureBastionSubnet", "RouteServerSubnet"];

    /// <summary>Why nodes cannot be in a subnet of a name, or null.</summary>
    public static string? ReservedProblem(string name) => Array.Exists(Reserved, name.Same)
        ? $"Subnet {name} is kept for a service of Azure's own and cannot be used for AKS nodes." : null;

    /// <summary>The network and the id of a subnet in which nodes can be.</summary>
    /// <param name="request">The request that wants them there.</param>
    /// <param name="subnetId">The subnet.</param>
    /// <param name="location">The cluster's region.</param>
    /// <param name="other">The subnet of the cluster's other nodes, whose network it has to be in; null is none.</param>
    public (Resource Network, string Id) Check(ArmRequest request, string subnetId, string location, string? other)
    {
        if (VirtualNetworks.FindSubnet(cloud.World, subnetId) is not (var vnet, var subnet, var id))
            throw ClusterRules.Flat("NetcfgInvalidSubnet",
                $"Subnet '{subnetId[(subnetId.LastIndexOf('/') + 1)..]}' is not valid in the virtual "
                + "network.", "agentPoolProfile.vnetSubnetID");
        Gateway.AuthorizeLink(cloud.Access, request, VirtualNetworks.JoinSubnet, id);
        if (ReservedProblem(subnet.Text("name")!) is { } reserved)
            throw ClusterRules.Flat("InvalidParameter", reserved, "agentPoolProfile.vnetSubnetID");
        if (!Regions.Same(vnet.Location, location))
            throw ClusterRules.Flat("VnetRegionMismatch", $"The virtual network is in region {vnet.Location}, the cluster in {location}.",
                "agentPoolProfile.vnetSubnetID");
        if (subnet.Object("properties").Objects("delegations").Any())
            throw ClusterRules.Flat("SubnetIsDelegated", $"Subnet {subnetId} has been delegated and cannot be used for AKS nodes.",
                "agentPoolProfile.vnetSubnetID");
        if (other is not null && VirtualNetworks.FindSubnet(cloud.World, other) is (var first, _, _) && !first.Id.Same(vnet.Id))
            throw ClusterRules.Invalid("agentPoolProfile.vnetSubnetID",
                $"all pools have to be in one virtual network, and the others are in {first.Id}");
        return (vnet, id);
    }

    /// <summary>Refuses userDefinedRouting without a route table at the nodes' subnet that leads everything elsewhere than to the internet
    /// (Microsoft Learn: "Customize cluster egress with a user-defined routing table"; the codes and sentences: MicrosoftDocs/azure-docs
    /// issue 108240 and hashicorp/terraform-provider-azurerm issue 8609).</summary>
    public void CheckOutbound(JsonObject? network, IEnumerable<string?> subnetIds)
    {
        if (!network.Text("outboundType").Same("userDefinedRouting"))
            return;
        foreach (var subnetId in subnetIds)
        {
            if (VirtualNetworks.FindSubnet(cloud.World, subnetId) is not (_, var subnet, var id))
                throw ClusterRules.Invalid("networkProfile.outboundType", "userDefinedRouting goes with a virtual network of your own");
            if (cloud.World.Find(subnet.Object("properties").Object("routeTable").Text("id")) is not { } table)
                throw ClusterRules.Flat("ExistingRouteTableNotAssociatedWithSubnet",
                    $"An existing route table has not been associated with subnet {id}. Please update the route table association.", null);
            var route = table.Properties.Objects("routes").Select(static one => one.Object("properties"))
                .FirstOrDefault(static one => one.Text("addressPrefix") == "0.0.0.0/0")
                ?? throw ClusterRules.Flat("RouteTableMissingDefaultRouteError",
                    $"Default route 0.0.0.0/0 missing from route table {table.Id}", null);
            if (!route.Text("nextHopType").Same("VirtualAppliance") && !route.Text("nextHopType").Same("VirtualNetworkGateway"))
                throw ClusterRules.Flat("RouteTableInvalidNextHop",
                    $"Default route 0.0.0.0/0 has a next hop of {route.Text("nextHopType")} "
                    + "but only next hops of VirtualAppliance or VirtualNetworkGateway are allowed. Please see "
                    + "http://aka.ms/aks/outboundtype for more details", null);
        }
    }
}
