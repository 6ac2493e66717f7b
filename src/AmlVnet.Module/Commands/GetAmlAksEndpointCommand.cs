namespace AmlVnet.Cmdlets;

/// <summary>Shows where a compute's scoring endpoint is, and behind which load balancer.</summary>
[Cmdlet(VerbsCommon.Get, "AmlAksEndpoint", DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksEndpoint))]
public sealed class GetAmlAksEndpointCommand : ComputeCmdlet
{
    private protected override async Task RunAsync(CancellationToken cancel) =>
        Streams.Output(await Azure.Endpoints.GetAsync(ComputeId, cancel).ConfigureAwait(false));
}
