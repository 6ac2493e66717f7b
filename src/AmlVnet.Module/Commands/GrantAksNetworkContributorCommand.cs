namespace AmlVnet.Cmdlets;

/// <summary>Grants a cluster's identity Network Contributor where its virtual network lives.</summary>
[Cmdlet(VerbsSecurity.Grant, "AksNetworkContributor", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksNetworkAccess))]
public sealed class GrantAksNetworkContributorCommand : NetworkAccessCmdlet
{
    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var work = await Azure.Access.PlanGrantAsync(ReadRequest(), cancel).ConfigureAwait(false);
        Emit(await ApplyAsync(work, null, cancel).ConfigureAwait(false));
    }
}
