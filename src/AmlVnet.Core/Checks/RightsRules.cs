namespace AmlVnet.Core.Checks;

/// <summary>Rules about the cluster's identity and its rights on the network.</summary>
internal static class RightsRules
{
    private const CheckStage Stages = CheckStage.SwitchLoadBalancer | CheckStage.Posture;

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-RBAC-001", "The cluster's identity may join the load balancer's subnet", CheckSeverity.Error, Stages,
            Sources.SecureInferencing, facts => Join(facts, LoadBalancerPlace.Subnet(facts), "load balancer subnet")),
        new("AMLVNET-RBAC-002", "The cluster's identity may join the subnets of its nodes and pods", CheckSeverity.Error, Stages,
            Sources.ClusterIdentity,
            facts => NodeSubnets.Each(facts, Nodes).Concat(facts.PodSubnets.SelectMany(pods => Join(facts, pods, "pods' subnet")))),
        new("AMLVNET-RBAC-003", "The cluster's identity may write the subnet's own route table", CheckSeverity.Error, Stages,
            Sources.Kubenet, facts => NodeSubnets.Each(facts, RouteTable)),
        new("AMLVNET-RBAC-004", "The cluster's identity has no wider right than the subnet needs", CheckSeverity.Warning,
            CheckStage.Posture, Sources.LeastPrivilege, Narrow),
        new("AMLVNET-RBAC-005", "The cluster has an identity that a role can be granted to", CheckSeverity.Error, Stages,
            Sources.ClusterIdentity, Identity),
        new("AMLVNET-RBAC-006", "No deny assignment takes the cluster's identity its rights", CheckSeverity.Error, Stages,
            Sources.DenyAssignments, Denied),
    ];

    private static IEnumerable<Finding> Nodes(NetworkFacts facts) =>
        facts.Subnet.TryGet(out var nodes) && LoadBalancerPlace.Subnet(facts).TryGet(out var place) && ArmId.AreSame(nodes.Id, place.Id)
            ? [Finding.NotApplicable(nodes.Id!, "The load balancer's subnet is the nodes' own; AMLVNET-RBAC-001 speaks of it.")]
            : Join(facts, facts.Subnet, "subnet");

    private static IEnumerable<Finding> Join(NetworkFacts facts, Known<SubnetFacts> place, string what)
    {
        if (!place.TryGet(out var subnet) || !ArmId.TryParse(subnet.Id, out var id, out _))
            return [Finding.Missing(place, what)];
        if (!facts.Identity.TryGet(out var identity))
            return [Finding.Missing(facts.Identity, "cluster identity")];
        if (!facts.Roles.TryGet(out var roles))
            return [Finding.Missing(facts.Roles, "role assignments")];
        var right = new EffectiveRights(roles.Assignments, roles.Definitions).EvaluateSubnetJoin(identity.PrincipalId, id, roles.GroupIds);
        return right.Granted switch
        {
            Answer.Yes => [Finding.Passed(id.ToString(), right.Reason)],
            Answer.Unknown => [Finding.Unknown(id.ToString(), right.Reason)],
            _ => [Finding.Failed(id.ToString(), right.Reason, Commands.Grant(identity.ClusterId, id.ToString()))],
        };
    }

    private static IEnumerable<Finding> RouteTable(NetworkFacts facts)
    {
        if (!facts.Subnet.TryGet(out var subnet))
            return [Finding.Missing(facts.Subnet, "subnet")];
        if (!subnet.RouteTable.TryGet(out var table) || !ArmId.TryParse(table.Id, out var id, out _))
            return [Finding.Missing(subnet.RouteTable, "route table")];
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (cluster.NetworkPlugin is null)
            return [Finding.Unknown(table.Id, "Whether the cluster writes routes to the table is not known: it names no network plugin.")];
        if (!IsKubenet(cluster))
            return [Finding.NotApplicable(table.Id, "Only kubenet writes routes to the table.")];
        if (!facts.Identity.TryGet(out var identity))
            return [Finding.Missing(facts.Identity, "cluster identity")];
        if (!facts.Roles.TryGet(out var roles))
            return [Finding.Missing(facts.Roles, "role assignments")];
        var right = new EffectiveRights(roles.Assignments, roles.Definitions)
            .Evaluate(identity.PrincipalId, WellKnownRoles.RouteTableWriteAction, id, roles.GroupIds);
        return right.Granted switch
        {
            Answer.Yes => [Finding.Passed(table.Id, right.Reason)],
            Answer.Unknown => [Finding.Unknown(table.Id, right.Reason)],
            _ => [Finding.Failed(table.Id, right.Reason, Assign(identity, table.Id))],
        };
    }

    private static Finding[] Narrow(NetworkFacts facts)
    {
        var place = LoadBalancerPlace.Subnet(facts);
        if (!place.TryGet(out var subnet) || !ArmId.TryParse(subnet.Id, out var id, out _))
            return [Finding.Missing(place, "load balancer subnet")];
        if (!facts.Identity.TryGet(out var identity))
            return [Finding.Missing(facts.Identity, "cluster identity")];
        if (!facts.Roles.TryGet(out var roles))
            return [Finding.Missing(facts.Roles, "role assignments")];
        var rights = new EffectiveRights(roles.Assignments, roles.Definitions);
        var needs = Needs(facts, id).Select(need => (need.Place, Giving: Granting(need.Action, need.Place).ToArray())).ToArray();
        if (needs.All(need => need.Giving.Length == 0))
            return [Finding.NotApplicable(id.ToString(), "No role assignment gives the right.")];
        var wide = needs.SelectMany(need => need.Giving.Where(right => IsWide(right, need.Place)))
            .DistinctBy(right => right.Assignment!.Id).ToArray();
        if (wide.Length == 0)
            return [Finding.Passed(
                id.ToString(),
                $"The right is given at the subnet only, by {needs.First(need => need.Giving.Length > 0).Giving[0].RoleName}.")];
        // Before anything is taken away, each place has its own assignment.
        var grants = string.Concat(needs.Where(need => need.Giving.All(right => IsWide(right, need.Place)))
            .Select(need => Assign(identity, need.Place.ToString()) + "; "));
        return wide.Select(right => Finding.Warning(
            right.Assignment!.Id,
            (ArmId.AreSame(right.Assignment.Scope, id.ToString())
                ? $"{right.RoleName} at the subnet {id.Name} lets it give rights to others; "
                    + $"{WellKnownRoles.NetworkContributorName} would be enough."
                : $"{right.RoleName} is given at {right.Assignment.Scope}; "
                    + $"{string.Join(", ", needs.Select(need => need.Place.Name))} would be enough.")
                + (IsOwn(right.Assignment) ? ""
                    : $" It is given to the group {right.Assignment.PrincipalId}, whose other members may need it."),
            IsOwn(right.Assignment) ? grants + Remove(right.Assignment, identity) : null)).ToArray();

        IEnumerable<ActionRight> Granting(string action, ArmId place) =>
            rights.Granting(identity.PrincipalId, action, place, roles.GroupIds);

        bool IsWide(ActionRight right, ArmId place) => !ArmId.AreSame(right.Assignment!.Scope, place.ToString())
            || Granting(WellKnownRoles.RoleAssignmentWriteAction, place).Any(other => other.Assignment == right.Assignment);

        bool IsOwn(RoleAssignmentFacts assignment) =>
            string.Equals(assignment.PrincipalId, identity.PrincipalId, StringComparison.OrdinalIgnoreCase);

        static string Remove(RoleAssignmentFacts assignment, AksClusterIdentity identity)
        {
            var ours = RoleAssignmentName.Derive(assignment.Scope, assignment.PrincipalId, assignment.RoleDefinitionId).ToString();
            return assignment.Id.EndsWith(ours, StringComparison.OrdinalIgnoreCase)
                ? $"Revoke-AksNetworkContributor -InputObject {Commands.Quote(identity.ClusterId)} -Scope "
                    + $"{Commands.Quote(assignment.Scope)}"
                : $"az role assignment delete --ids {Commands.Quote(assignment.Id)}";
        }
    }

    /// <summary>
    /// The places where the cluster's identity needs a right: the load balancer's subnet, the nodes' subnets, and kubenet's route tables.
    /// </summary>
    private static IEnumerable<(ArmId Place, string Action)> Needs(NetworkFacts facts, ArmId loadBalancerSubnet)
    {
        var nodes = NodeSubnets.Read(facts).ToArray();
        var subnets = nodes.Concat(facts.PodSubnets.Select(static pods => pods.Value).OfType<SubnetFacts>()).Select(subnet => subnet.Id)
            .Prepend(loadBalancerSubnet.ToString())
            .Select(id => (Id: id, Action: WellKnownRoles.SubnetJoinAction));
        var tables = facts.Cluster.Value is { } cluster && IsKubenet(cluster) ? nodes.Select(subnet => subnet.RouteTable.Value?.Id) : [];
        return subnets.Concat(tables.Select(id => (Id: id, Action: WellKnownRoles.RouteTableWriteAction)))
            .Where(need => need.Id is not null).DistinctBy(need => need.Id, StringComparer.OrdinalIgnoreCase)
            .Select(need => (ArmId.Parse(need.Id!), need.Action));
    }

    private static Finding[] Denied(NetworkFacts facts)
    {
        if (!facts.Identity.TryGet(out var identity))
            return [Finding.Missing(facts.Identity, "cluster identity")];
        if (!facts.DenyAssignments.TryGet(out var denies))
            return [Finding.Missing(facts.DenyAssignments, "deny assignments")];
        if (!ArmId.TryParse(LoadBalancerPlace.Subnet(facts).Value?.Id ?? facts.Subnet.Value?.Id, out var place, out _))
            return [Finding.Missing(facts.Subnet, "subnet")];
        return [.. Needs(facts, place).Select(need => Look(need.Place,
            need.Action == WellKnownRoles.SubnetJoinAction ? [need.Action, WellKnownRoles.SubnetReadAction] : [need.Action]))];

        Finding Look(ArmId target, string[] actions)
        {
            var taken = denies.SelectMany(deny => actions.Select(action =>
                    (Deny: deny, Action: action, Takes: deny.Takes(identity.PrincipalId, action, target,
                        facts.Roles.Value?.GroupIds ?? []))))
                .Where(one => one.Takes != Answer.No).OrderBy(one => one.Takes == Answer.Yes ? 0 : 1).FirstOrDefault();
            if (taken.Deny is not { } found)
                return Finding.Passed(target.ToString(),
                    $"No deny assignment takes {string.Join(" or ", actions)} from {identity.PrincipalId}.");
            var what = $"The deny assignment '{found.Name ?? found.Id}' at {found.Scope}";
            return taken.Takes == Answer.Unknown
                ? Finding.Unknown(target.ToString(),
                    $"{what} may take {taken.Action} from {identity.PrincipalId}: it has a condition, or names a group "
                    + "whose members are not known here.")
                : Finding.Failed(target.ToString(), $"{what} takes {taken.Action} from {identity.PrincipalId}; no role gives it back."
                    + (found.IsSystemProtected == false ? ""
                        : " Azure made it, for the deployment stack or managed application that it names: only there it is lifted."),
                    found.IsSystemProtected == false
                        ? $"az rest --method delete --url {Commands.Quote(found.Id + "?api-version=2024-07-01-preview")}" : null);
        }
    }

    private static bool IsKubenet(ClusterFacts cluster) =>
        cluster.NetworkPlugin == NetworkPlugin.Kubenet;

    // Where a wider assignment gives the right, Grant-AksNetworkContributor has nothing to do.
    private static string Assign(AksClusterIdentity identity, string scope) =>
        Commands.AssignRole(identity.PrincipalId, WellKnownRoles.NetworkContributorId, scope);

    private static IEnumerable<Finding> Identity(NetworkFacts facts) => facts.Identity switch
    {
        { State: KnownState.Value, Value: { } identity } =>
            [Finding.Passed(identity.ClusterId, $"{identity.Kind} identity with object id {identity.PrincipalId}.")],
        { State: KnownState.None } => [Finding.Failed(
            facts.Cluster.Value?.Id ?? "cluster", facts.Identity.Why ?? "The cluster has no identity.",
            Commands.UseManagedIdentity(facts.Cluster.Value?.Id))],
        _ => [Finding.Missing(facts.Identity, "cluster identity")],
    };
}
