namespace AmlVnet.Cmdlets;

/// <summary>Removes the role assignment that Grant-AksNetworkContributor made, and no other.</summary>
[Cmdlet(VerbsSecurity.Revoke, "AksNetworkContributor", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksNetworkAccess))]
public sealed class RevokeAksNetworkContributorCommand : NetworkAccessCmdlet
{
    /// <summary>Does not ask before a right is taken that an internal endpoint needs.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var work = await Azure.Access.PlanRevokeAsync(ReadRequest(), allLevels: !IsGiven(nameof(ScopeLevel)), keepShared: false,
            cancel).ConfigureAwait(false);
        if (!Force && work.Plan.Question is { } question
            && !await ContinueAsync(question, "The endpoint is internal", cancel).ConfigureAwait(false)) return;
        Emit(await ApplyAsync(work, null, cancel).ConfigureAwait(false));
    }
}
