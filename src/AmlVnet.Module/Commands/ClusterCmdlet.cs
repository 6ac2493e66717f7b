using System.Management.Automation;
using AmlVnet.Arm.Reading;
using AmlVnet.Cmdlets.Binding;
using AmlVnet.Cmdlets.Completion;
using AmlVnet.Core.Ids;

namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that acts on one AKS cluster, given by name, through a compute, or from the pipeline.</summary>
public abstract class ClusterCmdlet : WaitingCmdlet
{
    private protected const string ByCluster = "ByCluster";
    private protected const string ByClusterName = "ByClusterName";
    private protected const string ByComputeName = "ByComputeName";

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByCluster, ValueFromPipeline = true)]
    [Alias("InputObject", "ResourceId", "Id", "Compute")]
    [AksClusterReferenceTransformation]
    public AksClusterReference? Cluster { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByClusterName)]
    [Parameter(Mandatory = true, ParameterSetName = ByComputeName)]
    [ArgumentCompleter(typeof(ClusterOrWorkspaceGroupCompleter))]
    public string? ResourceGroupName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByClusterName)]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public string? ClusterName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByComputeName)]
    [ArgumentCompleter(typeof(WorkspaceCompleter))]
    public string? WorkspaceName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByComputeName)]
    [Alias("ComputeName")]
    [ArgumentCompleter(typeof(ComputeCompleter))]
    public string? Name { get; set; }

    /// <summary>The id of the cluster, or of the compute that stands for it.</summary>
    private protected ArmId ClusterOrComputeId => BoundSet switch
    {
        ByClusterName => ArmId.ForCluster(Subscription,
            References.RequireName(ResourceGroupName, nameof(ResourceGroupName), ResourceNames.CheckResourceGroup),
            References.RequireName(ClusterName, nameof(ClusterName), ResourceNames.CheckCluster)),
        ByComputeName => ArmId.ForCompute(Subscription,
            References.RequireName(ResourceGroupName, nameof(ResourceGroupName), ResourceNames.CheckResourceGroup),
            References.RequireName(WorkspaceName, nameof(WorkspaceName), ResourceNames.CheckWorkspace),
            References.RequireName(Name, nameof(Name), ResourceNames.CheckCompute)),
        _ => Cluster!.Require(nameof(Cluster), "an AKS cluster, a compute, or the ARM id of one", ResourceTypes.Cluster, ResourceTypes.Compute),
    };
}
