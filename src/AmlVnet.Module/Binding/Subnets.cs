namespace AmlVnet.Cmdlets.Binding;

/// <summary>Reads which subnet is meant: by its id, by an object that has one, or by three names.</summary>
internal static class Subnets
{
    private const string Three = "-VirtualNetworkResourceGroupName, -VirtualNetworkName and -SubnetName";

    /// <summary>The subnet on the command line; null where none is named.</summary>
    /// <param name="cmdlet">The command.</param>
    /// <param name="subnet">What -SubnetId got.</param>
    /// <param name="plan">The plan that was given besides; its own subnet, piped in with it, counts as not given.</param>
    /// <param name="names">The three names.</param>
    /// <param name="subscriptionId">The subscription that names are in.</param>
    internal static ArmId? Read(AsyncCmdlet cmdlet, SubnetReference? subnet, AksNetworkPlan? plan,
        (string? Group, string? Network, string? Subnet) names, string subscriptionId)
    {
        const string Id = "SubnetId";
        var byName = cmdlet.IsGiven("VirtualNetworkResourceGroupName") || cmdlet.IsGiven("VirtualNetworkName")
            || cmdlet.IsGiven("SubnetName");
        if (cmdlet.IsGiven(Id) && subnet is not null && (plan is null || (subnet.Id is not null && subnet.Id != plan.SubnetId)))
            return byName
                ? throw Problems.InvalidCombination($"-{Id} already says which subnet; leave out {Three}.")
                : RequireId(subnet);
        if (!byName) return null;
        if (string.IsNullOrEmpty(names.Group) || string.IsNullOrEmpty(names.Network) || string.IsNullOrEmpty(names.Subnet))
            throw Problems.InvalidCombination($"{Three} name one subnet together; give all three, or -{Id}.");
        return ArmId.ForSubnet(subscriptionId,
            References.RequireName(names.Group, "VirtualNetworkResourceGroupName", ResourceNames.CheckResourceGroup),
            References.RequireName(names.Network, "VirtualNetworkName", ResourceNames.CheckVirtualNetwork),
            References.RequireName(names.Subnet, "SubnetName", ResourceNames.CheckSubnet));
    }

    /// <summary>The id in a reference that must be a subnet's; a text that is none is an invalid value, as it is elsewhere.</summary>
    internal static ArmId RequireId(SubnetReference subnet) => subnet.Problem is null
        ? References.RequireId(subnet.Id, "SubnetId", ResourceTypes.Subnet)
        : throw Problems.InvalidReference("SubnetId", subnet.Problem, "a subnet or its ARM id");
}
