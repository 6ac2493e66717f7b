namespace AmlVnet.Cmdlets;

/// <summary>Takes a compute out of its workspace; its cluster stays, unless Delete is asked for.</summary>
[Cmdlet(VerbsCommon.Remove, "AmlAksCompute", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(bool), typeof(AmlOperation))]
public sealed class RemoveAmlAksComputeCommand : ComputeCmdlet
{
    [Parameter]
    public UnderlyingResourceAction UnderlyingResourceAction { get; set; } = UnderlyingResourceAction.Detach;

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var id = ComputeId;
        var work = await Azure.AksComputes.PlanRemoveAsync(id, UnderlyingResourceAction, !NoWait && !IsWhatIf,
            cancel).ConfigureAwait(false);
        var mustAsk = UnderlyingResourceAction == UnderlyingResourceAction.Delete && !Force;
        var result = await ApplyAsync(work, null, cancel, mustAsk ? ConfirmDeleteAsync : null).ConfigureAwait(false);
        if (result is AmlOperation || PassThru) Emit(result);

        async Task<bool> ConfirmDeleteAsync()
        {
            var doomed = await Azure.AksComputes.ListDoomedAsync(id, cancel).ConfigureAwait(false);
            var list = string.Concat(doomed.Select(static d => $"{Environment.NewLine}  {d}"));
            return await ContinueAsync($"This deletes for good:{list}{Environment.NewLine}Delete all of it?", "Delete the cluster", cancel)
                .ConfigureAwait(false);
        }
    }
}
