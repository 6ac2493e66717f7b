using AmlVnet.Arm.Clients;
using AmlVnet.Arm.Http;

namespace AmlVnet.Cmdlets;

/// <summary>Waits for an operation that another command, or another process, did not wait for.</summary>
[Cmdlet(VerbsLifecycle.Wait, "AmlOperation", DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksCompute), typeof(KubernetesCompute), typeof(AksAmlExtension))]
public sealed class WaitAmlOperationCommand : ResourceCmdlet
{
    private const string Wanted = "what a command returned with -NoWait, or a compute, or -Token, or -ResourceId";
    private const string ByToken = "ByToken";

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByInputObject)]
    [Alias("Operation", "Compute")]
    [OperationReferenceTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public AmlOperationReference? InputObject { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByToken)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Token { get; set; }

    [Parameter, ValidateRange(1, 604_800), ArgumentCompleter(typeof(NoFileCompleter))]
    public int TimeoutSeconds { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        if (IsGiven(nameof(TimeoutSeconds))) Azure.Limit(TimeSpan.FromSeconds(TimeoutSeconds));
        DateTimeOffset? deadline = IsGiven(nameof(TimeoutSeconds)) ? Azure.Now.AddSeconds(TimeoutSeconds) : null;
        var (accepted, started) = Read();
        var activity = $"Waiting for {accepted.Resource.Name}";
        if (accepted.Resource.IsType(ResourceTypes.Extension))
            await new ExtensionSteps(Azure).WaitAsync(accepted, activity, started, cancel, deadline).ConfigureAwait(false);
        else
            await new SwitchCauses(Azure).WaitAsync(accepted, activity, started, deadline, cancel).ConfigureAwait(false);
        if (accepted.Method == "DELETE") return;
        Streams.Output(accepted.Resource.IsType(ResourceTypes.Extension)
            ? await Azure.AksExtensions.GetAsync(accepted.Resource.Parent!, cancel).ConfigureAwait(false)
            : await Azure.KubernetesComputes.GetEitherAsync(accepted.Resource, cancel).ConfigureAwait(false));
    }

    /// <summary>The compute, or the extension, whose operation is waited for; null where the operation has a token.</summary>
    private ArmId? ReadCompute() => BoundSet switch
    {
        ByResourceId => ArmId.TryParse(ResourceId, ResourceTypes.Extension, out var extension, out _) ? extension
            : References.RequireId(ResourceId, nameof(ResourceId), ResourceTypes.Compute),
        ByName => RequireNamed(ResourceId, NamedCompute(ResourceGroupName, WorkspaceName, Name)),
        ByInputObject when InputObject!.Token is null && InputObject.Id is not null => InputObject.Require(nameof(InputObject), Wanted,
            ResourceTypes.Compute, ResourceTypes.Extension),
        _ => null,
    };

    private (Accepted Accepted, DateTimeOffset StartedOn) Read()
    {
        if (ReadCompute() is { } id)
            return (Accepted.OfResource(id, Azure.Endpoint.Address(id.ToString(),
                id.IsType(ResourceTypes.Extension) ? ExtensionsClient.ApiVersion : ComputesClient.ApiVersion)), Azure.Now);
        var token = BoundSet == ByToken ? Token : InputObject!.Token;
        if (string.IsNullOrWhiteSpace(token)) throw Problems.InvalidReference(nameof(InputObject), InputObject?.Problem
            ?? "the object has no Token.", Wanted);
        var (accepted, _, startedOn) = Accepted.Decode(token, Azure.Endpoint.Destinations);
        return (accepted, startedOn);
    }
}
