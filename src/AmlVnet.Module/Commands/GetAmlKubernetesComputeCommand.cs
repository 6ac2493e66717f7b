namespace AmlVnet.Cmdlets;

/// <summary>Gets Kubernetes computes: one by name, all of a workspace, all of each piped workspace,
/// or a piped compute as it is now.</summary>
[Cmdlet(VerbsCommon.Get, "AmlKubernetesCompute", DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(KubernetesCompute))]
public sealed class GetAmlKubernetesComputeCommand : NamedCmdlet
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

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var id = BoundSet switch
        {
            ByResourceId => References.RequireId(ResourceId, nameof(ResourceId), ResourceTypes.Compute),
            ByInputObject => InputObject!.Require(nameof(InputObject), "a workspace, a compute, or the ARM id of one",
                ResourceTypes.Workspace, ResourceTypes.Compute),
            _ => NamedWorkspace(ResourceGroupName, WorkspaceName),
        };
        if (id.IsType(ResourceTypes.Compute))
        {
            Streams.Output(await Azure.KubernetesComputes.GetAsync(id, cancel).ConfigureAwait(false));
            return;
        }

        if (IsGiven(nameof(Name)) && !WildcardPattern.ContainsWildcardCharacters(Name ?? ""))
        {
            var name = References.RequireName(Name, nameof(Name), ResourceNames.CheckCompute);
            Streams.Output(await Azure.KubernetesComputes.GetAsync(id.Child("computes", name), cancel).ConfigureAwait(false));
            return;
        }

        var pattern = WildcardPattern.Get(Name ?? "*", WildcardOptions.IgnoreCase);
        try
        {
            await foreach (var compute in Azure.KubernetesComputes.ListAsync(id, cancel).ConfigureAwait(false))
                if (pattern.IsMatch(compute.Name))
                    Streams.Output(compute);
        }
        catch (ArmRequestException e) when (e.Status == 404)
        {
            throw Problems.ResourceNotFound("workspace", id.ToString(), "Get-AmlWorkspace lists the workspaces that this sign-in sees.");
        }
    }
}
