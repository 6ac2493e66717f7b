namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet about a workspace's trusted access to a cluster.</summary>
public abstract class TrustedAccessCmdlet : ClusterCmdlet
{
    /// <summary>The workspace; where a compute is given, its own is taken.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("WorkspaceId", "WorkspaceInputObject")]
    [WorkspaceReferenceTransformation]
    [ArgumentCompleter(typeof(WorkspaceIdCompleter))]
    public WorkspaceReference? Workspace { get; set; }

    private protected ArmId WorkspaceOf(ArmId clusterOrCompute)
    {
        const string Wanted = "a workspace or its ARM id";
        var own = clusterOrCompute.IsType(ResourceTypes.Compute) ? clusterOrCompute.Parent : null;
        var given = Workspace?.Require(nameof(Workspace), Wanted, ResourceTypes.Workspace);
        if (own is not null && given is not null && !own.Equals(given))
            throw Problems.InvalidCombination(
                $"The compute is of the workspace '{own}', and -Workspace says '{given}'. Leave one of them out.");
        return given ?? own
            ?? throw Problems.InvalidCombination(
                "Which workspace it is about is not said: give -Workspace, or a compute of it in the place of the cluster.");
    }
}
