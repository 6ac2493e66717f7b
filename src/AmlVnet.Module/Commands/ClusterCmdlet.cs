namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that acts on one AKS cluster, given by name, through a compute, or from the pipeline.</summary>
public abstract class ClusterCmdlet : ResourceCmdlet
{
    private protected const string ByClusterName = "ByClusterName";

    private const string Wanted = "an AKS cluster, a compute, or the ARM id of one";

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByInputObject, ValueFromPipeline = true)]
    [Alias("Compute", "Cluster")]
    [AksClusterReferenceTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public AksClusterReference? InputObject { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByClusterName)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    // Alone it leaves two sets open; in the set that is taken then, the binder says what is missing.
    [Parameter(ParameterSetName = ByInputObject)]
    [ArgumentCompleter(typeof(ClusterOrWorkspaceGroupCompleter))]
    public override string? ResourceGroupName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByClusterName)]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public string? ClusterName { get; set; }

    /// <summary>The id of the cluster, or of the compute that stands for it.</summary>
    private protected ArmId ClusterOrComputeId => BoundSet switch
    {
        ByClusterName => NamedCluster(ResourceGroupName, nameof(ResourceGroupName), ClusterName),
        ByName => RequireNamed(ResourceId, NamedCompute(ResourceGroupName, WorkspaceName, Name)),
        ByResourceId => ToCluster(new AksClusterReference(ResourceId, null), nameof(ResourceId)),
        _ when IsGiven(nameof(ResourceGroupName)) => throw Problems.InvalidCombination(
            "-ResourceGroupName goes with -ClusterName, or with -WorkspaceName and -Name; what is piped needs none.", "Leave it out."),
        _ => ToCluster(InputObject!, nameof(InputObject)),
    };

    /// <summary>An extension leads to its cluster.</summary>
    private static ArmId ToCluster(AksClusterReference reference, string parameter)
    {
        var id = reference.Require(parameter, Wanted, ResourceTypes.Cluster, ResourceTypes.Compute, ResourceTypes.Extension);
        return id.IsType(ResourceTypes.Extension) ? id.Parent! : id;
    }

    private protected override string? Subject => IdOrNull(() => ClusterOrComputeId);
}
