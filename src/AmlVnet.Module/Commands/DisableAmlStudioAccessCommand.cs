namespace AmlVnet.Cmdlets;

/// <summary>Removes the outbound rules that Enable-AmlStudioAccess made, and no others.</summary>
[Cmdlet(VerbsLifecycle.Disable, "AmlStudioAccess", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(NetworkRuleAccess))]
public sealed class DisableAmlStudioAccessCommand : StudioAccessCmdlet
{
    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var work = await Azure.NetworkRules.PlanOutboundAsync(Place, Profile, Location, isOpened: false, !IsWhatIf,
            cancel).ConfigureAwait(false);
        Emit(await ApplyAsync(work, null, cancel).ConfigureAwait(false));
    }
}
