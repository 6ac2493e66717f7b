namespace AmlVnet.Cmdlets;

/// <summary>Finds the identity by which a cluster acts on the network.</summary>
[Cmdlet(VerbsCommon.Get, "AksClusterIdentity", DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksClusterIdentity))]
public sealed class GetAksClusterIdentityCommand : ClusterCmdlet
{
    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var found = await Azure.Clusters.FindAsync(ClusterOrComputeId, cancel).ConfigureAwait(false);
        Streams.Output(await Azure.Clusters.GetIdentityAsync(found, cancel).ConfigureAwait(false));
    }
}
