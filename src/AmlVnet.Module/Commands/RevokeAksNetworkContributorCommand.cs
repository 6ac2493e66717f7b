using System.Management.Automation;

namespace AmlVnet.Cmdlets;

/// <summary>Removes the role assignment that Grant-AksNetworkContributor made, and no other.</summary>
[Cmdlet(VerbsSecurity.Revoke, "AksNetworkContributor", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksNetworkAccess))]
public sealed class RevokeAksNetworkContributorCommand : NetworkAccessCmdlet
{
    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var work = await Azure.Access.PlanRevokeAsync(ReadRequest(), allLevels: !IsGiven(nameof(ScopeLevel)), keepShared: false,
            cancel).ConfigureAwait(false);
        Emit(await ApplyAsync(work, null, cancel).ConfigureAwait(false));
    }
}
