namespace AmlVnet.Core.Checks;

/// <summary>Rules about the workspace that the cluster is attached to.</summary>
internal static class WorkspaceRules
{
    private const CheckStage Stages = CheckStage.Create | CheckStage.Attach | CheckStage.Posture;

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-WORKSPACE-001", "The workspace has no managed network", CheckSeverity.Error, Stages, Sources.ManagedNetwork,
            ManagedNetwork),
        new("AMLVNET-WORKSPACE-002", "The workspace's kind takes clusters", CheckSeverity.Error, Stages, Sources.WorkspaceKinds, Kind),
        new("AMLVNET-WORKSPACE-003", "The workspace lets v2 in too", CheckSeverity.Information, Stages, Sources.LegacyMode, Legacy)
        {
            OnKubernetes = "AMLVNET-KUBERNETES-011",
        },
    ];

    private static IEnumerable<Finding> ManagedNetwork(NetworkFacts facts)
    {
        if (!facts.Workspace.TryGet(out var workspace))
            return [Finding.Missing(facts.Workspace, "workspace")];
        return workspace.ManagedNetworkMode switch
        {
            null => [Finding.Unknown(workspace.Id,
                "The service does not say whether the workspace has a managed network (managedNetwork.isolationMode).")],
            var mode when mode == IsolationMode.Disabled => [Finding.Passed(workspace.Id, "The workspace's managed network is Disabled.")],
            // It can't be turned off again, so no command helps.
            var mode when mode == IsolationMode.AllowInternetOutbound || mode == IsolationMode.AllowOnlyApprovedOutbound => [Finding.Failed(
                workspace.Id,
                $"The workspace has a managed network ({mode}): its computes are in that network, and none of yours in a network of your "
                    + "own is supported there. It cannot be turned off; take a workspace without one.",
                null)],
            var mode => [Finding.Unknown(workspace.Id, $"managedNetwork.isolationMode is '{mode}', which this module does not know.")],
        };
    }

    private static IEnumerable<Finding> Kind(NetworkFacts facts)
    {
        if (!facts.Workspace.TryGet(out var workspace))
            return [Finding.Missing(facts.Workspace, "workspace")];
        return workspace.Kind switch
        {
            null => [Finding.Unknown(workspace.Id, "The service does not say what kind of workspace it is (kind).")],
            var kind when kind == WorkspaceKind.Default => [Finding.Passed(workspace.Id, "The workspace's kind is Default.")],
            var kind when kind == WorkspaceKind.Hub || kind == WorkspaceKind.Project => [Finding.Failed(
                workspace.Id, $"The workspace's kind is {kind}, which takes no network of your own, and so no cluster in one; take one of "
                    + "kind Default.", null)],
            var kind when kind == WorkspaceKind.FeatureStore => [Finding.Unknown(
                workspace.Id,
                "The workspace's kind is FeatureStore, and no page says whether such a one takes clusters; take one of kind Default.")],
            var kind => [Finding.Unknown(workspace.Id, $"The workspace's kind is '{kind}', which this module does not know.")],
        };
    }

    private static IEnumerable<Finding> Legacy(NetworkFacts facts)
    {
        if (!facts.Workspace.TryGet(out var workspace))
            return [Finding.Missing(facts.Workspace, "workspace")];
        return workspace.IsV1Only switch
        {
            true => [Finding.Warning(
                workspace.Id,
                "v1LegacyMode is on: the v2 API, and with it a Kubernetes compute and its online endpoints, is refused. A compute of type "
                    + "AKS works. Turned off, calls of v1 go by the public Resource Manager, unless it has a private link of its own.",
                Commands.LeaveLegacyMode(workspace.Id))],
            false => [Finding.Passed(workspace.Id, "v1LegacyMode is off.")],
            null => [Finding.Unknown(workspace.Id, "The service does not say whether v1LegacyMode is on.")],
        };
    }
}
