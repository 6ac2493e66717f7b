namespace AmlVnet.Cmdlets;

/// <summary>Removes the outbound rules that Enable-AmlStudioAccess made, and no others.</summary>
[Cmdlet(VerbsLifecycle.Disable, "AmlStudioAccess", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(NetworkRuleAccess))]
public sealed class DisableAmlStudioAccessCommand : StudioAccessCmdlet
{
    private protected override Task RunAsync(CancellationToken cancel) => SetAsync(isOpened: false, cancel);
}
