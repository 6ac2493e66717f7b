namespace AmlVnet.Cmdlets;

/// <summary>
/// A cmdlet that takes a compute by its names, at the positions that they have everywhere. Where a command has more sets with a name, or
/// needs none, it overrides the parameter with its own attributes.
/// </summary>
public abstract class NamedCmdlet : ThrottledCmdlet
{
    private protected const string ByName = "ByName";
    private protected const string ByInputObject = "ByInputObject";
    private protected const string ByResourceId = "ByResourceId";

    /// <summary>The resource group of the workspace.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkspaceGroupCompleter))]
    public virtual string? ResourceGroupName { get; set; }

    /// <summary>The workspace.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkspaceCompleter))]
    public virtual string? WorkspaceName { get; set; }

    /// <summary>The compute.</summary>
    [Parameter(Mandatory = true, Position = 2, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Alias("ComputeName")]
    [ArgumentCompleter(typeof(ComputeCompleter))]
    public virtual string? Name { get; set; }

    /// <summary>Where a compute is made: in a workspace that is given, or in that of two names; and its name.</summary>
    private protected (ArmId Workspace, string? Name) PlaceIn(WorkspaceReference? workspace, string parameter) =>
        workspace is null ? NamedIn(ResourceGroupName, WorkspaceName, Name)
            : (workspace.Require(parameter, "a workspace or its ARM id", ResourceTypes.Workspace), Name);

    /// <summary>The name of a compute that a cluster is attached as: never one that a piped object lent, whose properties the binder takes
    /// too.</summary>
    /// <exception cref="AmlVnetException">There is no name, or it breaks its rule.</exception>
    private protected string RequireOwnName(string? name, string piped)
    {
        var isLent = BoundSet == ByName && IsTyped(nameof(WorkspaceName)) && !IsTyped(nameof(Name)) && !IsTyped("InputObject")
            && string.Equals(name, piped, StringComparison.OrdinalIgnoreCase);
        return name is null || isLent
            ? throw Problems.InvalidCombination("The compute has no name: -Name is missing. It need not be the cluster's.")
            : References.RequireName(name, nameof(Name), ResourceNames.CheckCompute);
    }

    /// <summary>The cluster that is to be attached: an object or its id, or its two names.</summary>
    /// <exception cref="AmlVnetException">It is not said, or said twice.</exception>
    private protected ArmId ReadCluster(AksClusterReference? given, string? group, string? name, params string[] types)
    {
        const string Group = "ClusterResourceGroupName", Cluster = "ClusterName";
        // The id of a piped workspace is bound by its name, too.
        if ((References.IsWorkspace(WorkspaceName) && !IsTyped("InputObject") ? null : given) is { } cluster)
        {
            var id = cluster.Require("InputObject", "an AKS cluster or its ARM id", types);
            if (id.IsType(ResourceTypes.Extension)) id = id.Parent!;
            // An extension has a ClusterName of its own, which the binder takes, too, and a command that goes on says it again.
            return IsOther(Cluster, name, id.Name) || IsOther(Group, group, id.ResourceGroupName)
                ? throw Problems.InvalidCombination(
                    "-InputObject already says which cluster; leave out -ClusterResourceGroupName and -ClusterName.")
                : id;
        }

        if (!IsGiven(Group) && !IsGiven(Cluster))
            throw Problems.InvalidCombination("Which cluster is to be attached is not said: pipe it, or give -InputObject, or "
                + "-ClusterResourceGroupName and -ClusterName.");
        return NamedCluster(group, Group, name);

        bool IsOther(string parameter, string? said, string? own) =>
            IsTyped(parameter) && !string.Equals(said, own, StringComparison.OrdinalIgnoreCase);
    }
}
