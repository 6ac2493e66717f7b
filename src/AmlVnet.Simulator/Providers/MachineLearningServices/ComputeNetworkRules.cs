namespace AmlVnet.Simulator.Providers.MachineLearningServices;

/// <summary>What the network settings of a compute have to be.</summary>
internal static class ComputeNetworkRules
{
    private static readonly string[] Members = ["subnetId", "serviceCidr", "dnsServiceIP", "dockerBridgeCidr"];

    /// <summary>Refuses settings of a compute that is to be made.</summary>
    public static void Check(Cloud cloud, ArmRequest request, JsonObject network, string location)
    {
        var given = Members.Where(m => !string.IsNullOrEmpty(network.Text(m))).ToList();
        if (given.Count == 0)
            return;
        if (given.Count < Members.Length)
        {
            throw Computes.Refused("BadArgument",
                $"The network settings subnetId, serviceCidr, dnsServiceIP and dockerBridgeCidr are given all or not at all. Missing: "
                    + $"{string.Join(", ", Members.Except(given))}.", "aksNetworkingConfiguration");
        }
        var subnetId = network.Text("subnetId")!;
        var path = ResourcePath.Parse(subnetId);
        if (!path.Namespace.Same("Microsoft.Network") || path.Types.Count != 2 || !path.NamesResource || !path.Types[1].Same("subnets"))
            throw Computes.Refused("BadArgument", $"The subnetId '{subnetId}' is not the id of a subnet.",
                "aksNetworkingConfiguration.subnetId");
        if (cloud.World.Find(path.ParentId, VirtualNetworks.Type) is not { } vnet)
        {
            throw new ArmException(404, "ResourceNotFound",
                $"The Resource 'Microsoft.Network/virtualNetworks/{path.Names[0]}' under resource group '{path.Group}' was not found. For "
                    + "more details please go to https://aka.ms/ARMResourceNotFoundFix")
            { Shape = ErrorShape.MachineLearning };
        }
        if (VirtualNetworks.FindSubnet(cloud.World, subnetId) is not (_, var subnet, var canonical))
            throw Computes.Refused("NetcfgInvalidSubnet", $"Subnet '{path.Names[1]}' is not valid in virtual network '{vnet.Name}'.",
                "aksNetworkingConfiguration.subnetId");
        Gateway.AuthorizeLink(cloud.Access, request, VirtualNetworks.JoinSubnet, canonical);
        if (!Regions.Same(vnet.Location, location))
        {
            throw Computes.Refused("VnetRegionMismatch",
                $"The virtual network '{vnet.Name}' is in region {vnet.Location}, the compute in {location}. An AKS cluster and its "
                    + "virtual network have to be in the same region.", "aksNetworkingConfiguration.subnetId");
        }
        if (NodeSubnets.ReservedProblem(subnet.Text("name")!) is { } reserved)
            throw Computes.Refused("BadArgument", reserved, "aksNetworkingConfiguration.subnetId");
        if (subnet.Object("properties").Objects("delegations").Any())
            throw Computes.Refused("SubnetIsDelegated", $"Subnet {canonical} has been delegated to another service and cannot be used for "
                + "the nodes of an AKS cluster.", "aksNetworkingConfiguration.subnetId");
        new ClusterNetworkRules(cloud, ErrorShape.MachineLearning).CheckRanges(network, vnet);
        network["subnetId"] = canonical;
    }
}
