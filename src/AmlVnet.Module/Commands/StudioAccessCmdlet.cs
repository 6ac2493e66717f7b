using System.Management.Automation;
using AmlVnet.Arm.Reading;
using AmlVnet.Cmdlets.Binding;
using AmlVnet.Cmdlets.Completion;
using AmlVnet.Core.Ids;

namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet about the outbound service tags of a subnet: that of a compute or a cluster, or one given by its id.</summary>
public abstract class StudioAccessCmdlet : WaitingCmdlet
{
    private protected const string ByInputObject = "ByInputObject";
    private protected const string BySubnetId = "BySubnetId";

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByInputObject)]
    [Alias("Compute", "Cluster", "ResourceId", "Id")]
    [AksClusterReferenceTransformation]
    public AksClusterReference? InputObject { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = BySubnetId)]
    public string? SubnetId { get; set; }

    [Parameter]
    public OutboundProfile Profile { get; set; } = OutboundProfile.Studio;

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LocationCompleter))]
    public string? Location { get; set; }

    private protected ArmId Place => BoundSet == BySubnetId
        ? References.RequireId(SubnetId, nameof(SubnetId), ResourceTypes.Subnet)
        : InputObject!.Require(nameof(InputObject), "a compute, an AKS cluster, or the ARM id of one", ResourceTypes.Compute, ResourceTypes.Cluster, ResourceTypes.Subnet);
}
