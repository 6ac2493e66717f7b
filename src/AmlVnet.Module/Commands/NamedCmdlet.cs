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
}
