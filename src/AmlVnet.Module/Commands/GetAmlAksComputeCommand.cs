namespace AmlVnet.Cmdlets;

/// <summary>Gets AKS computes: one by name, all of a workspace, all of each piped workspace, or a piped compute as it is now.</summary>
[Cmdlet(VerbsCommon.Get, "AmlAksCompute", DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksCompute))]
public sealed class GetAmlAksComputeCommand : FleetComputeCmdlet
{
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByName, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [WorkspaceNameTransformation]
    [ArgumentCompleter(typeof(WorkspaceCompleter))]
    public override string? WorkspaceName { get; set; }

    private protected override Task RunAsync(CancellationToken cancel) =>
        EmitAllAsync(Azure.AksComputes.GetAsync, Azure.AksComputes.ListAsync, static compute => compute.Name, cancel);
}
