using System.Management.Automation;
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

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkspaceGroupCompleter))]
    [GroupNameTransformation]
    public string? ResourceGroupName { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkspaceCompleter))]
    public virtual string? WorkspaceName { get; set; }

    [Parameter(Mandatory = true, Position = 2, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Alias("ComputeName")]
    [ArgumentCompleter(typeof(ComputeCompleter))]
    public virtual string? Name { get; set; }

    /// <summary>
    /// The compute. Where the command has a value that stands first when a compute is piped, it overrides this without the position.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByInputObject, ValueFromPipeline = true)]
    [Alias("Compute")]
    [AksComputeReferenceTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public virtual AksComputeReference? InputObject { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByResourceId, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ResourceIdTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
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
                    return id.IsType(ResourceTypes.Compute) ? id
                        : throw Problems.WrongResourceType(nameof(InputObject), id, "a compute or its ARM id");
                default:
                    return RequireNamed(ResourceId, NamedCompute(ResourceGroupName, WorkspaceName, Name));
            }
        }
    }

    private protected override string? Subject => IdOrNull(() => ComputeId);
}
