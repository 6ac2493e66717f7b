namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that gets computes of one kind: one by name, all of a workspace, all of each piped workspace,
/// or a piped compute as it is now.</summary>
public abstract class GetComputeCmdlet : NamedCmdlet
{
    [Parameter(Position = 2, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Alias("ComputeName")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ComputeCompleter))]
    public override string? Name { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByInputObject, ValueFromPipeline = true)]
    [Alias("Compute", "Workspace", "WorkspaceInputObject")]
    [AksComputeReferenceTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public AksComputeReference? InputObject { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByResourceId, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ResourceIdTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public string? ResourceId { get; set; }

    /// <summary>A workspace, and the name that is asked for in it; or a compute.</summary>
    private protected (ArmId Id, string? Wanted) ReadPlace() => BoundSet switch
    {
        ByResourceId => (References.RequireId(ResourceId, nameof(ResourceId), ResourceTypes.Compute), Name),
        ByInputObject => (InputObject!.Require(nameof(InputObject), "a workspace, a compute, or the ARM id of one",
            ResourceTypes.Workspace, ResourceTypes.Compute), Name),
        _ => NamedIn(ResourceGroupName, WorkspaceName, Name),
    };

    /// <summary>Emits what is asked for.</summary>
    private protected async Task EmitAsync<T>(Func<ArmId, CancellationToken, Task<T>> get,
        Func<ArmId, CancellationToken, IAsyncEnumerable<T>> list, Func<T, string> nameOf, CancellationToken cancel)
        where T : class
    {
        var (id, wanted) = ReadPlace();
        if (id.IsType(ResourceTypes.Compute))
        {
            Streams.Output(await get(id, cancel).ConfigureAwait(false));
            return;
        }

        if ((wanted is not null || (IsGiven(nameof(Name)) && !References.IsWorkspace(WorkspaceName)))
            && !WildcardPattern.ContainsWildcardCharacters(wanted ?? ""))
        {
            var name = References.RequireName(wanted, nameof(Name), ResourceNames.CheckCompute);
            Streams.Output(await get(id.Child("computes", name), cancel).ConfigureAwait(false));
            return;
        }

        var pattern = WildcardPattern.Get(wanted ?? "*", WildcardOptions.IgnoreCase);
        try
        {
            await EmitMatchingAsync(list(id, cancel), pattern, nameOf, cancel).ConfigureAwait(false);
        }
        catch (ArmRequestException e) when (e.Status == 404)
        {
            throw Problems.ResourceNotFound("workspace", id.ToString(), "Get-AmlWorkspace lists the workspaces that this sign-in sees.");
        }
    }

    private protected async Task EmitMatchingAsync<T>(IAsyncEnumerable<T> computes, WildcardPattern pattern, Func<T, string> nameOf,
        CancellationToken cancel)
        where T : class
    {
        await foreach (var compute in computes.WithCancellation(cancel).ConfigureAwait(false))
            if (pattern.IsMatch(nameOf(compute)))
                Streams.Output(compute);
    }
}
