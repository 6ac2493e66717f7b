namespace AmlVnet.Cmdlets;

/// <summary>Takes the Azure Machine Learning extension off a cluster, and says what stops working.</summary>
[Cmdlet(VerbsLifecycle.Uninstall, "AksAmlExtension", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(bool), typeof(AmlOperation))]
public sealed class UninstallAksAmlExtensionCommand : ClusterCmdlet
{
    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var (work, stops) = await Azure.AksExtensions.PlanUninstallAsync(ClusterOrComputeId, !NoWait && !IsWhatIf, cancel)
            .ConfigureAwait(false);
        // Where computes hang on it, only somebody who has been told so may go on.
        var result = await ApplyAsync(work, null, cancel, stops.Length > 0 && !Force ? AskAsync : null).ConfigureAwait(false);
        if (result is AmlOperation || PassThru) Emit(result);

        Task<bool> AskAsync() => ContinueAsync($"{stops}{Environment.NewLine}Uninstall it all the same?", "Uninstall the extension",
            cancel);
    }
}
