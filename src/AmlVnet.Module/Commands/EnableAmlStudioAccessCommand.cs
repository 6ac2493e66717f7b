namespace AmlVnet.Cmdlets;

/// <summary>Lets traffic out to the service tags that the studio, or the cluster, needs, where outbound is restricted.</summary>
[Cmdlet(VerbsLifecycle.Enable, "AmlStudioAccess", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(NetworkRuleAccess))]
public sealed class EnableAmlStudioAccessCommand : StudioAccessCmdlet
{
    private protected override Task RunAsync(CancellationToken cancel) => SetAsync(isOpened: true, cancel);
}
