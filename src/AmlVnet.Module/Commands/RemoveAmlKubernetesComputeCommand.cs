namespace AmlVnet.Cmdlets;

/// <summary>Detaches a Kubernetes compute from its workspace; the cluster and its extension stay.</summary>
[Cmdlet(VerbsCommon.Remove, "AmlKubernetesCompute", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(bool), typeof(AmlOperation))]
public sealed class RemoveAmlKubernetesComputeCommand : ComputeCmdlet
{
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var work = await Azure.KubernetesComputes.PlanDetachAsync(ComputeId, !NoWait && !IsWhatIf, cancel).ConfigureAwait(false);
        var result = await ApplyAsync(work, null, cancel).ConfigureAwait(false);
        if (result is AmlOperation || PassThru) Emit(result);
    }
}
