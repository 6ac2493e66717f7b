namespace AmlVnet.Core.Checks;

/// <summary>
/// The rule about a workspace that works by a user-assigned identity: what a system-assigned one is given by the service when a cluster is
/// attached, an administrator has to give to it beforehand.
/// </summary>
internal static class KubernetesIdentityRules
{
    // Microsoft Learn, "Attach a Kubernetes cluster to Azure Machine Learning workspace": Reader, Kubernetes Extension Contributor and
    // Azure Kubernetes Service Cluster Admin, on the cluster. What counts is what they let do.
    private static readonly (string Role, string Action)[] Needs =
    [
        ("Reader", "Microsoft.ContainerService/managedClusters/read"),
        ("Kubernetes Extension Contributor", "Microsoft.KubernetesConfiguration/extensions/write"),
        ("Azure Kubernetes Service Cluster Admin Role", "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action"),
    ];

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-KUBERNETES-016", "The workspace's user-assigned identity has its roles on the cluster", CheckSeverity.Error,
            CheckStage.AttachKubernetes | CheckStage.Posture, Sources.AttachAsKubernetes, Roles),
    ];

    private static Finding[] Roles(NetworkFacts facts)
    {
        if (!KubernetesRules.TryRoute(facts, out var route, out var reason))
            return [reason];
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (!facts.Workspace.TryGet(out var workspace))
            return [facts.Workspace.State == KnownState.Unknown ? Finding.Missing(facts.Workspace, "workspace")
                : Finding.NotApplicable(cluster.Id, "No workspace was given.")];
        if (workspace.IdentityType is not { } type)
            return [Finding.Unknown(workspace.Id, "The service does not say by what identity the workspace works.")];
        if (type.Contains("SystemAssigned", StringComparison.OrdinalIgnoreCase))
            return [Finding.Passed(workspace.Id,
                "The workspace has a system-assigned identity, which the service gives what it needs when a cluster is attached.")];
        if (workspace.UserIdentity is not ({ } id, { } principal))
            return [Finding.Unknown(workspace.Id, "By which of its user-assigned identities the workspace works, is not told.")];
        if (!route.WorkspaceRoles.TryGet(out var roles))
            return [Finding.Missing(route.WorkspaceRoles, "role assignments")];
        var rights = new EffectiveRights(roles.Assignments, roles.Definitions);
        var found = Needs.Select(need => (need.Role, Right: rights.Evaluate(principal, need.Action, ArmId.Parse(cluster.Id),
            roles.GroupIds))).ToArray();
        var missing = found.Where(static one => one.Right.Granted == Answer.No).Select(static one => one.Role).ToArray();
        if (missing.Length > 0)
            return [Finding.Failed(workspace.Id,
                $"The workspace works by the user-assigned identity {ArmId.Parse(id).Name}, which lacks on "
                + $"the cluster what these roles give: {string.Join(", ", missing)}. Only a system-assigned one is given them by the "
                + "service.", string.Join("; ", missing.Select(role => Commands.AssignRole(principal, Commands.Quote(role), cluster.Id))))];
        return found.FirstOrDefault(static one => one.Right.Granted == Answer.Unknown) is { Right: { } open }
            ? [Finding.Unknown(workspace.Id, open.Reason)]
            : [Finding.Passed(workspace.Id,
                $"The user-assigned identity {ArmId.Parse(id).Name} has on the cluster what a workspace needs.")];
    }
}
