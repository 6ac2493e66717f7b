namespace AmlVnet.Cmdlets;

/// <summary>Gives a workspace trusted access to a cluster, for clusters whose local accounts are disabled.</summary>
[Cmdlet(VerbsSecurity.Grant, "AksAmlTrustedAccess", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksTrustedAccess))]
public sealed class GrantAksAmlTrustedAccessCommand : TrustedAccessCmdlet
{
    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var id = ClusterOrComputeId;
        var work = await Azure.AksExtensions.PlanGrantAsync(id, WorkspaceOf(id), cancel).ConfigureAwait(false);
        Emit(await ApplyAsync(work, null, cancel).ConfigureAwait(false));
    }
}
