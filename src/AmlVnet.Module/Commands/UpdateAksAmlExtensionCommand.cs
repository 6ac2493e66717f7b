namespace AmlVnet.Cmdlets;

/// <summary>Changes the Azure Machine Learning extension of a cluster; what was set and is not asked about stays.</summary>
[Cmdlet(VerbsData.Update, "AksAmlExtension", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksAmlExtension), typeof(AmlOperation))]
public sealed class UpdateAksAmlExtensionCommand : ExtensionCmdlet
{
    /// <summary>Goes on where the service will forget protected settings that are not given again.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var request = await ReadRequestAsync(Force, cancel).ConfigureAwait(false);
        Emit(await ApplyAsync(await Azure.AksExtensions.PlanUpdateAsync(request, cancel).ConfigureAwait(false), SkipCheck, cancel)
            .ConfigureAwait(false));
    }
}
