using AmlVnet.Core.Access;
using AmlVnet.Core.Ids;

namespace AmlVnet.Core.Changes;

/// <summary>What follows in the whole job once an earlier step has shown what nobody knows yet. It is planned again then.</summary>
public static class PrivateInferencePlan
{
    /// <summary>What follows the making of a compute.</summary>
    /// <param name="name">The compute's name.</param>
    /// <param name="subnet">The subnet of its nodes; null where it is the cluster's own.</param>
    /// <param name="level">Where the role is granted.</param>
    /// <param name="loadBalancerSubnet">The subnet of the internal load balancer; null takes the nodes' own.</param>
    /// <param name="sources">Who is let in.</param>
    public static IReadOnlyList<Later> AfterMaking(string name, ArmId? subnet, NetworkScopeLevel level, string? loadBalancerSubnet,
        IReadOnlyList<string> sources) =>
    [
        new()
        {
            Target = subnet is null ? "the cluster's network" : RoleWish.At(level, subnet).ToString(),
            Sentence = $"Grant {WellKnownRoles.NetworkContributorName} to the identity of the cluster of {name}",
            Unknown = "the identity of the cluster",
        },
        new()
        {
            Target = name,
            Sentence = $"Set the load balancer of {name}: PublicIp -> InternalLoadBalancer with an address of subnet "
                + (loadBalancerSubnet ?? subnet?.Name ?? "of its nodes"),
            Unknown = "the compute",
        },
        Opening(name, subnet?.ToString() ?? name, sources),
    ];

    /// <summary>The opening of an endpoint whose address is not known before the switch.</summary>
    public static Later Opening(string name, string target, IReadOnlyList<string> sources) => new()
    {
        Target = target,
        Sentence = $"Let {string.Join(", ", sources)} in to the scoring endpoint of {name}, if the rules in force do not already",
        Unknown = "the address that the switch gives",
    };
}
