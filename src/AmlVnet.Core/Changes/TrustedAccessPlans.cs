namespace AmlVnet.Core.Changes;

/// <summary>Plans the giving and the taking of a workspace's trusted access to a cluster.</summary>
public static class TrustedAccessPlans
{
    /// <summary>What the two sources say of local accounts, which is not the same.</summary>
    public const string Sources =
        "Azure/AML-Kubernetes (docs/azureml-aks-ta-support) lets a workspace work by trusted access in a cluster whose local accounts are "
        + "disabled; the limitations of Microsoft Learn's \"Introduction to Kubernetes compute target\" still ask for local accounts.";

    // AKS takes 24 letters, digits and dashes at most.
    private const int DigitsOfName = 16;

    /// <summary>The binding that this module makes: its name derives from the workspace.</summary>
    public static ArmId BindingOf(ArmId cluster, ArmId workspace)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(workspace);
        var name = RoleAssignmentName.Version5(RoleAssignmentName.Namespace,
            workspace.ToString().ToLowerInvariant()).ToString("N")[..DigitsOfName];
        return cluster.Child("trustedAccessRoleBindings", $"amlvnet-{name}");
    }

    /// <summary>Plans the giving: one binding a workspace.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="bindings">All bindings of the cluster.</param>
    /// <param name="cloud">The cloud's name; trusted access for workspaces is in the public one only.</param>
    /// <param name="disablesLocalAccounts">Whether the cluster has no local accounts.</param>
    /// <exception cref="AmlVnetException">The cloud has no trusted access for workspaces.</exception>
    public static Plan Grant(ArmId cluster, ArmId workspace, IReadOnlyList<TrustedAccessFacts> bindings, string? cloud,
        bool disablesLocalAccounts)
    {
        ArgumentNullException.ThrowIfNull(bindings);
        if (cloud is "AzureUSGovernment" or "AzureChinaCloud") throw Problems.NoTrustedAccess(cloud);
        var own = BindingOf(cluster, workspace);
        if (bindings.FirstOrDefault(one => one.Serves(workspace.ToString())) is { } there)
            return new Plan
            {
                Remarks =
                [$"The workspace {workspace.Name} has trusted access to {cluster.Name} by '{there.Id}' already; nothing is sent."]
            };
        if (bindings.FirstOrDefault(one => ArmId.AreSame(one.Id, own.ToString())) is { State.IsBusy: true })
            return new Plan
            {
                Remarks =
                [$"Trusted access of {workspace.Name} to {cluster.Name} is being written already; nothing is sent."]
            };
        return new Plan
        {
            Steps =
            [
                new GrantTrustedAccess
                {
                    Target = own.ToString(),
                    Sentence = $"Give workspace {workspace.Name} trusted access to cluster {cluster.Name}: role "
                        + $"{TrustedAccessFacts.WorkspaceRole}",
                    Values = [new("role", null, TrustedAccessFacts.WorkspaceRole)],
                    WorkspaceId = workspace.ToString(),
                },
            ],
            Warnings = disablesLocalAccounts ? [Sources] : [],
            Remarks = disablesLocalAccounts ? []
                : [$"The cluster {cluster.Name} has local accounts, with which a workspace can be attached without trusted access."],
        };
    }

    /// <summary>Plans the taking of what this module gave; what somebody else gave is named and left.</summary>
    public static Plan Revoke(ArmId cluster, ArmId workspace, IReadOnlyList<TrustedAccessFacts> bindings, bool disablesLocalAccounts)
    {
        ArgumentNullException.ThrowIfNull(bindings);
        var id = BindingOf(cluster, workspace);
        var others = bindings.Where(one => ArmId.AreSame(one.SourceId, workspace.ToString()) && !ArmId.AreSame(one.Id, id.ToString()))
            .ToArray();
        List<string> warnings = [.. others.Select(one => $"Somebody else gave {workspace.Name} the binding '{one.Id}'; it stays.")];
        if (!bindings.Any(one => ArmId.AreSame(one.Id, id.ToString())))
            return new Plan
            {
                Warnings = warnings,
                Remarks = [$"This module gave {workspace.Name} no trusted access to {cluster.Name}; nothing is sent."]
            };
        if (bindings.FirstOrDefault(one => ArmId.AreSame(one.Id, id.ToString())) is { State.IsBusy: true })
            return new Plan { Warnings = warnings, Remarks = [$"'{id}' is being removed already; nothing is sent."] };
        if (disablesLocalAccounts && others.Length == 0)
            warnings.Add($"Local accounts of {cluster.Name} are disabled: without trusted access the computes of {workspace.Name} on it "
                + "stop working.");
        return new Plan
        {
            Steps =
            [
                new RevokeTrustedAccess
                {
                    Target = id.ToString(),
                    Sentence = $"Take trusted access to cluster {cluster.Name} from workspace {workspace.Name}",
                    Values = [new("role", TrustedAccessFacts.WorkspaceRole, null)],
                },
            ],
            Warnings = warnings,
        };
    }
}
