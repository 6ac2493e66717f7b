using AmlVnet.Core.Checks;

namespace AmlVnet.Core.Changes;

/// <summary>Which load balancer a compute is to have.</summary>
public sealed record LoadBalancerWish
{
    /// <summary>The kind.</summary>
    public required LoadBalancerType Type { get; init; }

    /// <summary>The subnet of the internal load balancer; null takes the nodes' own.</summary>
    public string? SubnetName { get; init; }

    /// <summary>How long the switch may take, in the cloud's time.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether the command waits for the end.</summary>
    public bool Wait { get; init; } = true;

    /// <summary>Whether a grant is planned before it, so that its absence now is no finding.</summary>
    public bool IsGrantPlanned { get; init; }
}

/// <summary>Plans the switch of a compute's load balancer.</summary>
public static class LoadBalancerPlan
{
    /// <summary>Whether the compute has the load balancer already, as far as the compute itself tells.</summary>
    public static bool IsSo(AksCompute compute, LoadBalancerType type, string? subnetName) =>
        ProvisioningState.Of(compute) == ProvisioningState.Succeeded && compute.LoadBalancerType == type
        && (type == LoadBalancerType.PublicIp ? compute.IsPrivate != true
            : string.Equals(compute.LoadBalancerSubnet, subnetName, StringComparison.OrdinalIgnoreCase));

    /// <summary>Refuses a combination that says two things.</summary>
    public static void Require(LoadBalancerWish wish)
    {
        if (wish is { Type: LoadBalancerType.PublicIp, SubnetName: not null })
            throw Problems.InvalidCombination(
                "-SubnetName goes with -Type InternalLoadBalancer only: a public load balancer takes no address from a subnet.");
    }

    /// <summary>The plan.</summary>
    /// <param name="before">The compute as it is.</param>
    /// <param name="wish">What is asked for.</param>
    /// <param name="nodes">The subnet of the nodes; null where the load balancer is to be public.</param>
    /// <param name="isPrivate">Whether the endpoint's address is known to be of a private network.</param>
    /// <param name="findings">What the checks say of the switch.</param>
    /// <param name="grantedOn">When the right that the switch needs was granted, where that is known.</param>
    public static Plan Make(AksCompute before, LoadBalancerWish wish, ArmId? nodes, bool isPrivate, IReadOnlyList<CheckResult> findings,
        DateTimeOffset? grantedOn)
    {
        var subnet = wish.Type == LoadBalancerType.InternalLoadBalancer ? wish.SubnetName ?? nodes?.Name : null;
        if (IsSo(before, wish.Type, subnet) && (wish.Type == LoadBalancerType.PublicIp || isPrivate))
            return new Plan
            {
                Remarks =
                [$"'{before.Id}' has {wish.Type}{(subnet is null ? "" : $" in subnet {subnet}")} already; nothing is sent."]
            };
        return new Plan
        {
            Findings = [.. findings.Where(finding => !(wish.IsGrantPlanned && CheckCatalogue.MendedByGrant.Contains(finding.Id)))],
            Steps =
            [
                new SetLoadBalancer
                {
                    Target = before.Id,
                    Sentence = $"Set the load balancer of {before.Name}: {before.LoadBalancerType?.ToString() ?? "unknown"} -> {wish.Type}"
                        + (subnet is null ? "" : $" with an address of subnet {subnet}")
                        + $" (scoring address now {before.ScoringIPAddress ?? "unknown"})",
                    Values =
                    [
                        new("loadBalancerType", before.LoadBalancerType?.ToString(), wish.Type.ToString()),
                        new("loadBalancerSubnet", before.LoadBalancerSubnet, subnet),
                        new("scoringAddress", before.ScoringIPAddress, null),
                    ],
                    Type = wish.Type,
                    SubnetName = subnet,
                    IsSubnetGiven = wish.SubnetName is not null,
                    GrantedOn = grantedOn,
                    Timeout = wish.Timeout,
                    Wait = wish.Wait,
                },
            ],
        };
    }
}
