using AmlVnet.Arm.Http;

namespace AmlVnet.Cmdlets;

/// <summary>Finds what computes are at, so that a shell which was closed can be followed by another one.</summary>
[Cmdlet(VerbsCommon.Get, "AmlOperation", DefaultParameterSetName = BySubscription)]
[OutputType(typeof(AmlOperation))]
public sealed class GetAmlOperationCommand : GetComputeCmdlet
{
    private const string BySubscription = "BySubscription";
    private const string ByToken = "ByToken";

    [Parameter(Position = 2, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Alias("ComputeName")]
    [ArgumentCompleter(typeof(ComputeCompleter))]
    public override string? Name { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByToken)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Token { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        switch (BoundSet)
        {
            case ByName:
            case ByInputObject:
            case ByResourceId:
                var id = ReadId();
                if (id.IsType(ResourceTypes.Workspace)) await EmitAsync(id, cancel).ConfigureAwait(false);
                else EmitOne(await Azure.KubernetesComputes.GetEitherAsync(id, cancel).ConfigureAwait(false));
                break;
            case ByToken:
                var (accepted, kind, startedOn) = Accepted.Decode(Token!, Azure.Endpoint.Destinations);
                Streams.Output(accepted.ToOperation(kind, startedOn));
                break;
            default:
                await foreach (var workspace in Azure.Listings.WorkspacesAsync(ArmId.ForSubscription(Subscription),
                    cancel).ConfigureAwait(false))
                {
                    try
                    {
                        await EmitAsync(ArmId.Parse(workspace.Id), cancel).ConfigureAwait(false);
                    }
                    catch (AmlVnetException e) when (e.Kind != ProblemKind.Authentication)
                    {
                        // One workspace that this sign-in may not read hides no other.
                        Streams.Error(e.ToErrorRecord());
                    }
                }

                break;
        }
    }

    private ArmId ReadId()
    {
        var (place, name) = BoundSet == ByResourceId ? (RequireWorkspaceOrCompute(), null) : ReadPlace();
        var wanted = name is null ? place : place.Child("computes", References.RequireName(name, nameof(Name), ResourceNames.CheckCompute));
        return BoundSet == ByName ? RequireNamed(ResourceId, wanted) : wanted;
    }

    private ArmId RequireWorkspaceOrCompute() => new AksComputeReference(ResourceId!).Require(nameof(ResourceId),
        "a workspace, a compute, or the ARM id of one", ResourceTypes.Workspace, ResourceTypes.Compute);

    private async Task EmitAsync(ArmId workspace, CancellationToken cancel)
    {
        await foreach (var compute in Azure.KubernetesComputes.ListEitherAsync(workspace, cancel).ConfigureAwait(false)) EmitOne(compute);
    }

    private void EmitOne(object compute)
    {
        if (Azure.KubernetesComputes.OperationOf(compute) is { } operation) Streams.Output(operation);
    }
}
