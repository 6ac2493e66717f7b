namespace AmlVnet.Core.Checks;

/// <summary>Why a switch of the load balancer most likely failed, or does not end.</summary>
/// <param name="Sentence">The cause, with what was read.</param>
/// <param name="Command">The command that mends it, or where nothing more can be read the one that looks.</param>
/// <param name="IsSure">Whether something is broken that stops the switch by itself.</param>
/// <param name="IsPassing">Whether it goes away by itself.</param>
public sealed record SwitchCause(string Sentence, string? Command, bool IsSure = false, bool IsPassing = false);

/// <summary>
/// Finds the one most likely cause of a failed or stuck switch in what can be read. The service itself says only that the address is not
/// there yet.
/// </summary>
public static class SwitchTrouble
{
    // What stops Kubernetes from making the load balancer, the most frequent first: rights, the subnet's name, its addresses.
    private static readonly string[] InOrder =
        ["AMLVNET-RBAC-005", "AMLVNET-RBAC-001", "AMLVNET-RBAC-006", "AMLVNET-SUBNET-003", "AMLVNET-SUBNET-005", "AMLVNET-SUBNET-004",
            "AMLVNET-SUBNET-002"];

    // Microsoft Learn, "Use a managed identity in AKS": permissions granted to a cluster's identity can take up to 60 minutes to populate.
    private static readonly TimeSpan RightMayBeFresh = TimeSpan.FromMinutes(60);

    /// <summary>
    /// What keeps an operation from ending that still runs. Most switches under way are in order: only what stops one by itself is named,
    /// and a right so young that it may not have taken effect. Null where nothing of the kind can be seen.
    /// </summary>
    /// <param name="facts">What can be read now.</param>
    public static SwitchCause? CauseWhileBusy(NetworkFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Compute.Value is not { } compute)
            return null;
        var isInternal = compute.LoadBalancerType == LoadBalancerType.InternalLoadBalancer;
        // While it is under way, a compute may still show the endpoint that it had.
        var cause = Cause(facts with { Compute = Known.Of(compute with { LoadBalancerType = LoadBalancerType.InternalLoadBalancer }) });
        return cause is not { IsSure: true } and not { IsPassing: true } ? null
            : isInternal ? cause
            : cause with { Sentence = $"If it is a switch to the internal load balancer: {cause.Sentence}" };
    }

    /// <summary>The cause; null where the compute is not to be internal.</summary>
    /// <param name="facts">What can be read now; its compute has the load balancer that was asked for.</param>
    public static SwitchCause? Cause(NetworkFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Compute.Value is not { LoadBalancerType: LoadBalancerType.InternalLoadBalancer } compute
            || facts.Cluster.Value is not { } cluster)
            return null;
        var name = LoadBalancerPlace.Subnet(facts).Value?.Name ?? facts.Subnet.Value?.Name;
        var again = Commands.Switch(compute.Id, "InternalLoadBalancer", name);
        if (cluster.PowerState == PowerState.Stopped)
            return new("The cluster is stopped.", Then($"az aks start {Commands.AzName(cluster.Id)}"), IsSure: true);
        var looked = InOrder.SelectMany(id => CheckCatalogue.Find(id)!.Evaluate(facts)).ToArray();
        if (Array.Find(looked, static result => result.Status == CheckStatus.Failed) is { } broken)
            return new(broken.Evidence,
                broken.Recommendation is { } mend && !mend.Contains("Set-AmlAksLoadBalancer", StringComparison.Ordinal)
                ? Then(mend) : broken.Recommendation, IsSure: true);
        if (LockTargets.Of(facts).FirstOrDefault(static target => target.IsNodeGroup) is { } nodes
            && facts.LocksOn(nodes.Id, andBelow: true).Value?.FirstOrDefault(static one => one.IsReadOnly) is { } its)
            return new($"The lock '{its.Name}' (ReadOnly) at {its.Scope} keeps Kubernetes from writing its load balancer.",
                Then($"az lock delete --ids {Commands.Quote(its.Id)}"), IsSure: true);
        if (Fresh(facts) is { } age)
            return new(
                $"The right on the subnet was granted {age} min ago, and AKS may take up to {RightMayBeFresh.TotalMinutes:0} min to see "
                    + "it.", again, IsPassing: true);
        if (WasRefused(compute.Errors) && !looked.Any(static result => result.Status == CheckStatus.Unknown))
            return new("The error tells of a right that was missing then; it is there now.", again, IsSure: true);
        // What was not seen may be it; most often it is the right.
        if (Array.Find(looked, static result => result.Status == CheckStatus.Unknown) is { } unseen)
            return new($"what could not be looked at. {unseen.Evidence}", null);
        if (facts.LoadBalancers.Value is not { } balancers)
            return new($"The load balancers of the node group could not be read: {facts.LoadBalancers.Why}", Look(cluster));
        var place = LoadBalancerPlace.Subnet(facts).Value?.Id;
        if (balancers.SelectMany(static one => one.Frontends).FirstOrDefault(front => ArmId.AreSame(front.SubnetId, place)) is { } frontend)
            return new(
                $"The load balancer has the private address {frontend.PrivateIPAddress} in its subnet already; the compute has not taken "
                    + "it over.",
                Commands.SwitchAnew(compute.Id, name));
        return balancers.SelectMany(static one => one.Frontends).FirstOrDefault(static front => front.SubnetId is not null) is { } elsewhere
            ? new($"The load balancer's private address {elsewhere.PrivateIPAddress} is of another subnet, {elsewhere.SubnetId}.",
                Commands.SwitchAnew(compute.Id, name))
            : new("Rights, subnet and addresses are in order, and no load balancer has a private frontend: what Kubernetes makes of it is "
                + "in the events of its "
                + "service.", Look(cluster));

        string? Then(string mend) => again is null ? mend : $"{mend}; {again}";
    }

    private static int? Fresh(NetworkFacts facts)
    {
        if (facts.Cloud.Now is not { } now || facts.Identity.Value is not { } identity || facts.Roles.Value is not { } roles
            || !ArmId.TryParse(LoadBalancerPlace.Subnet(facts).Value?.Id, out var place, out _))
            return null;
        var right = new EffectiveRights(roles.Assignments, roles.Definitions).EvaluateSubnetJoin(identity.PrincipalId, place,
            roles.GroupIds);
        return right.Granted == Answer.Yes && right.CreatedOn is { } granted && now - granted < RightMayBeFresh
            ? Math.Max(0, (int)(now - granted).TotalMinutes) : null;
    }

    private static bool WasRefused(IEnumerable<ArmErrorDetail> errors) => errors.Any(static error =>
        error.Code is "LinkedAuthorizationFailed" or "AuthorizationFailed"
        || (error.Message ?? "").Contains("does not have authorization", StringComparison.OrdinalIgnoreCase)
        || WasRefused(error.GetDetails()));

    private static string? Look(ClusterFacts cluster) => Commands.AzName(cluster.Id) is { } name
        ? $"az aks command invoke {name} --command 'kubectl describe service azureml-fe --namespace default'" : null;
}
