using System.Management.Automation;
using AmlVnet.Cmdlets.Binding;
using AmlVnet.Cmdlets.Completion;
using AmlVnet.Core.Ids;

namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet about the outbound service tags of a subnet: that of a compute or a cluster, or one given by its id.</summary>
public abstract class StudioAccessCmdlet : WaitingCmdlet
{
    private const string Wanted = "a compute, an AKS cluster, or the ARM id of one";
    private static readonly string[] Types = [ResourceTypes.Compute, ResourceTypes.Cluster, ResourceTypes.Subnet];

    private protected const string ByInputObject = "ByInputObject";
    private protected const string ByName = "ByName";
    private protected const string ByResourceId = "ByResourceId";
    private protected const string BySubnetId = "BySubnetId";
    private protected const string BySubnetName = "BySubnetName";

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByInputObject)]
    [Alias("Compute", "Cluster")]
    [AksClusterReferenceTransformation(OrSubnet = true)]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public AksClusterReference? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkspaceGroupCompleter))]
    public string? ResourceGroupName { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkspaceCompleter))]
    public string? WorkspaceName { get; set; }

    [Parameter(Mandatory = true, Position = 2, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Alias("ComputeName")]
    [ArgumentCompleter(typeof(ComputeCompleter))]
    public string? Name { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByResourceId, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ResourceIdTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public string? ResourceId { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = BySubnetId)]
    [Alias("Subnet")]
    [SubnetReferenceTransformation]
    [ArgumentCompleter(typeof(SubnetIdCompleter))]
    public SubnetReference? SubnetId { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = BySubnetName)]
    [Alias("VnetResourceGroupName")]
    [ArgumentCompleter(typeof(NetworkGroupCompleter))]
    public string? VirtualNetworkResourceGroupName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = BySubnetName)]
    [Alias("VnetName")]
    [ArgumentCompleter(typeof(VirtualNetworkCompleter))]
    public string? VirtualNetworkName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = BySubnetName)]
    [ArgumentCompleter(typeof(SubnetCompleter))]
    public string? SubnetName { get; set; }

    [Parameter]
    public OutboundProfile Profile { get; set; } = OutboundProfile.Studio;

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LocationCompleter))]
    public string? Location { get; set; }

    private protected ArmId Place => BoundSet switch
    {
        BySubnetId => Subnets.RequireId(SubnetId!),
        BySubnetName => Subnets.Read(this, null, null, (VirtualNetworkResourceGroupName, VirtualNetworkName, SubnetName), Subscription)!,
        ByName => RequireNamed(ResourceId, NamedCompute(ResourceGroupName, WorkspaceName, Name)),
        ByResourceId => new AksClusterReference(ResourceId!).Require(nameof(ResourceId), Wanted, Types),
        _ => InputObject!.Require(nameof(InputObject), Wanted, Types),
    };

    private protected override string? Subject => IdOrNull(() => Place);
}
