namespace AmlVnet.Core.Remedies;

/// <summary>Says in plain words what the service's provisioning errors mean, for those that are known.</summary>
public static class ProvisioningError
{
    private static readonly (string Fragment, string Meaning)[] Known =
    [
        ("Scoring FE IP address not updated yet", "The load balancer has no address yet: most often the cluster's identity lacks its right "
            + "on the subnet, or the subnet does not exist or is full."),
        ("at least 12 cores", "A production cluster needs 12 virtual CPUs; take bigger or more nodes, or the purpose DevTest."),
        ("At least 3 machine(s) are required", "A production cluster needs 3 nodes; take more, or the purpose DevTest."),
        ("ServiceCidrOverlapExistingSubnetsCidr", "The service CIDR overlaps a subnet, and cannot be changed: create the cluster anew."),
        ("LinkedAuthorizationFailed",
            "The cluster's identity has no right on a linked resource, most often subnets/join/action on the subnet."),
        ("InsufficientSubnetSize", "The subnet is too small for the nodes and their pods."),
        ("QuotaExceeded", "The subscription has no cores left in this region."),
        ("InsufficientVCPUQuota", "The subscription has no cores of this kind left in this region."),
        ("RequestDisallowedByPolicy", "A policy of the subscription forbids it."),
    ];

    /// <summary>An error and all beneath it, outermost first.</summary>
    internal static IEnumerable<ArmErrorDetail> Flatten(ArmErrorDetail error) => error.GetDetails().SelectMany(Flatten).Prepend(error);

    /// <summary>The errors, innermost last, and what they mean.</summary>
    public static string Explain(IEnumerable<ArmErrorDetail> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var flat = errors.SelectMany(Flatten).Select(error => error.ToString()).Where(text => text.Length > 0).Distinct().ToArray();
        if (flat.Length == 0)
            return "The service gave no error.";
        var meaning =
            Known.FirstOrDefault(known => flat.Any(text => text.Contains(known.Fragment, StringComparison.OrdinalIgnoreCase))).Meaning;
        return string.Join(" > ", flat) + (meaning is null ? "" : $" {meaning}");
    }

    /// <summary>Whether the errors are what a switch gives that gets no address.</summary>
    public static bool LooksLikeSwitch(IReadOnlyList<ArmErrorDetail> errors)
    {
        var text = Explain(errors);
        return text.Contains("Scoring FE IP", StringComparison.OrdinalIgnoreCase)
            || text.Contains("LinkedAuthorizationFailed", StringComparison.OrdinalIgnoreCase);
    }

    internal static string? Remedy(NetworkFacts facts, ComputeFacts compute)
    {
        if (LooksLikeSwitch(compute.Errors))
        {
            var subnet = LoadBalancerPlace.Subnet(facts).Value;
            var grant = (compute.ClusterId ?? facts.Cluster.Value?.Id) is { } cluster && subnet?.Id is { } id
                ? Commands.Grant(cluster, id) + "; " : "";
            return grant + Commands.Switch(compute.Id, "InternalLoadBalancer", subnet?.Name ?? facts.Subnet.Value?.Name);
        }

        // Detached alone, the compute would be gone for good.
        var again = facts.Cluster.State switch
        {
            KnownState.Value => Commands.AddCompute(compute, facts.Cluster.Value!.Id),
            KnownState.Unknown => null,
            _ => Commands.NewCompute(facts),
        };
        var command = again is not null && Commands.GetCompute(compute.Id) is { } get
            ? $"{get} | Remove-AmlAksCompute -UnderlyingResourceAction Detach; {again}" : null;
        // What a quota or a policy refused is refused again until that is mended.
        var first = compute.Errors.Select(error => RefusalAdvice.ForLimit(error, compute.Id)).FirstOrDefault(static one => one is not null);
        return first is null ? command : command is null ? first : $"{first}{Environment.NewLine}{command}";
    }
}
