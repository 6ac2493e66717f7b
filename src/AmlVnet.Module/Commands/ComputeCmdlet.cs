namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that acts on one compute, given by name, by id, or from the pipeline.</summary>
public abstract class ComputeCmdlet : ResourceCmdlet
{
    private protected sealed override string? JobSubject => Name;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkspaceGroupCompleter))]
    [GroupNameTransformation]
    public override string? ResourceGroupName { get; set; }

    /// <summary>
    /// The compute. Where the command has a value that stands first when a compute is piped, it overrides this without the position.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByInputObject, ValueFromPipeline = true)]
    [Alias("Compute")]
    [AksComputeReferenceTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public virtual AksComputeReference? InputObject { get; set; }

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

    /// <summary>The clients that are to be let in; null where they are everybody, and the user declined that.</summary>
    /// <exception cref="AmlVnetException">A value breaks its rule.</exception>
    private protected async Task<string[]?> ReadSourcesAsync(string[] given, bool force, CancellationToken cancel)
    {
        var sources = SourceAddresses.Require(given, "SourceAddressPrefix");
        return force || SourceAddresses.FindWide(sources) is not { } wide
            || await ContinueAsync($"'{wide}' opens the scoring endpoint to everybody. Go on?", "Open to everybody", cancel)
                .ConfigureAwait(false) ? sources : null;
    }
}
