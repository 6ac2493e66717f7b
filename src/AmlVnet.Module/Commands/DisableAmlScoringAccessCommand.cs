namespace AmlVnet.Cmdlets;

/// <summary>Removes the inbound rules that Enable-AmlScoringAccess made for a compute, and no others.</summary>
[Cmdlet(VerbsLifecycle.Disable, "AmlScoringAccess", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(NetworkRuleAccess))]
public sealed class DisableAmlScoringAccessCommand : ComputeCmdlet
{
    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var work = await Azure.NetworkRules.PlanCloseScoringAsync(ComputeId, !IsWhatIf, cancel).ConfigureAwait(false);
        Emit(await ApplyAsync(work, null, cancel).ConfigureAwait(false));
    }
}
