using System.Management.Automation;
using AmlVnet.Arm.Reading;
using AmlVnet.Cmdlets.Binding;
using AmlVnet.Cmdlets.Completion;
using AmlVnet.Core.Errors;
using AmlVnet.Core.Ids;

namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that acts on one compute, given by name, by id, or from the pipeline.</summary>
public abstract class ComputeCmdlet : WaitingCmdlet
{
    private protected sealed override string? JobSubject => Name;

    private protected const string ByName = "ByName";
    private protected const string ByInputObject = "ByInputObject";
    private protected const string ByResourceId = "ByResourceId";

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName)]
    [ArgumentCompleter(typeof(WorkspaceGroupCompleter))]
    public string? ResourceGroupName { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByName)]
    [ArgumentCompleter(typeof(WorkspaceCompleter))]
    public string? WorkspaceName { get; set; }

    [Parameter(Mandatory = true, Position = 2, ParameterSetName = ByName)]
    [Alias("ComputeName")]
    [ArgumentCompleter(typeof(ComputeCompleter))]
    public string? Name { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByInputObject, ValueFromPipeline = true)]
    [AksComputeReferenceTransformation]
    public AksComputeReference? InputObject { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByResourceId)]
    [Alias("Id")]
    public string? ResourceId { get; set; }

    private protected ArmId ComputeId
    {
        get
        {
            switch (BoundSet)
            {
                case ByResourceId:
                    return References.RequireId(ResourceId, nameof(ResourceId), ResourceTypes.Compute);
                case ByInputObject:
                    var id = InputObject!.Require(nameof(InputObject), "a compute or its ARM id");
                    if (id.IsType(ResourceTypes.Cluster)) throw Problems.ComputeNotNamed(id.ToString());
                    return id.IsType(ResourceTypes.Compute) ? id : throw Problems.WrongResourceType(nameof(InputObject), id, "a compute or its ARM id");
                default:
                    return ArmId.ForCompute(Subscription,
                        References.RequireName(ResourceGroupName, nameof(ResourceGroupName), ResourceNames.CheckResourceGroup),
                        References.RequireName(WorkspaceName, nameof(WorkspaceName), ResourceNames.CheckWorkspace),
                        References.RequireName(Name, nameof(Name), ResourceNames.CheckCompute));
            }
        }
    }
}
