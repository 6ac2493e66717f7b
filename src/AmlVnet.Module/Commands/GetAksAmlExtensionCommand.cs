namespace AmlVnet.Cmdlets;

/// <summary>Gets the Azure Machine Learning extension of a cluster: its state, version, health and settings.</summary>
[Cmdlet(VerbsCommon.Get, "AksAmlExtension", DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksAmlExtension))]
public sealed class GetAksAmlExtensionCommand : ClusterCmdlet
{
    private protected override async Task RunAsync(CancellationToken cancel) =>
        Streams.Output(await Azure.AksExtensions.GetAsync(ClusterOrComputeId, cancel).ConfigureAwait(false));
}
