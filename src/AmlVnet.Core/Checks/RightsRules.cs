namespace AmlVnet.Core;

/// <summary>Rules about the cluster's identity and its rights on the network.</summary>
internal static class RightsRules
{
    private const CheckStage Stages = CheckStage.SwitchLoadBalancer | CheckStage.Posture;

    public static IEnumerable<CheckRule> All { get; } =
    [
        new(
            "AMLVNET-RBAC-001", "The cluster's identity may join the load balancer's subnet", CheckSeverity.Error, Stages, Sources.SecureInferencing,
            facts => Join(facts, LoadBalancerPlace.Subnet(facts), "load balancer subnet")),
        new("AMLVNET-RBAC-002", "The cluster's identity may join the nodes' subnet", CheckSeverity.Error, Stages, Sources.ClusterIdentity, Nodes),
        new("AMLVNET-RBAC-003", "The cluster's identity may write the subnet's own route table", CheckSeverity.Error, Stages, Sources.Kubenet, RouteTable),
        new("AMLVNET-RBAC-004", "The cluster's identity has no wider right than the subnet needs", CheckSeverity.Warning, CheckStage.Posture, Sources.LeastPrivilege, Narrow),
        new("AMLVNET-RBAC-005", "The cluster has an identity that a role can be granted to", CheckSeverity.Error, Stages, Sources.ClusterIdentity, Identity),
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
        if (!string.Equals(cluster.NetworkPlugin, "kubenet", StringComparison.OrdinalIgnoreCase))
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
            _ => [Finding.Failed(
                table.Id, right.Reason,
                $"az role assignment create --assignee-object-id {identity.PrincipalId} --assignee-principal-type ServicePrincipal "
                    + $"--role {WellKnownRoles.NetworkContributorId} --scope {Commands.Quote(table.Id)}")],
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
        var giving = new EffectiveRights(roles.Assignments, roles.Definitions)
            .Granting(identity.PrincipalId, WellKnownRoles.SubnetJoinAction, id, roles.GroupIds).ToArray();
        if (giving.Length == 0)
            return [Finding.NotApplicable(id.ToString(), "No role assignment gives the right.")];
        var wide = giving.Where(right => !ArmId.AreSame(right.Assignment!.Scope, id.ToString())).ToArray();
        if (wide.Length == 0)
            return [Finding.Passed(id.ToString(), $"The right is given at the subnet only, by {giving[0].RoleName}.")];
        return wide.Select(right => Finding.Warning(
            right.Assignment!.Id, $"{right.RoleName} is given at {right.Assignment.Scope}; the subnet {id.Name} would be enough.",
            $"{Remove(right.Assignment, identity)}; {Commands.Grant(identity.ClusterId, id.ToString())}")).ToArray();

        static string Remove(RoleAssignmentFacts assignment, AksClusterIdentity identity)
        {
            var ours = RoleAssignmentName.Derive(assignment.Scope, assignment.PrincipalId, assignment.RoleDefinitionId).ToString();
            return assignment.Id.EndsWith(ours, StringComparison.OrdinalIgnoreCase)
                ? $"Revoke-AksNetworkContributor -Cluster {Commands.Quote(identity.ClusterId)} -Scope {Commands.Quote(assignment.Scope)}"
                : $"az role assignment delete --ids {Commands.Quote(assignment.Id)}";
        }
    }

    private static IEnumerable<Finding> Identity(NetworkFacts facts) => facts.Identity switch
    {
        { State: KnownState.Value, Value: { } identity } =>
            [Finding.Passed(identity.ClusterId, $"{identity.Kind} identity with object id {identity.PrincipalId}.")],
        { State: KnownState.None } => [Finding.Failed(
            facts.Cluster.Value?.Id ?? "cluster", facts.Identity.Why ?? "The cluster has no identity.",
            Commands.AzName(facts.Cluster.Value?.Id) is { } name ? $"az aks update {name} --enable-managed-identity --yes" : null)],
        _ => [Finding.Missing(facts.Identity, "cluster identity")],
    };
}
