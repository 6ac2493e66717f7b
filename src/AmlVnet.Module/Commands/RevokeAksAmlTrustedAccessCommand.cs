namespace AmlVnet.Cmdlets;

/// <summary>Takes the trusted access away that Grant-AksAmlTrustedAccess gave.</summary>
[Cmdlet(VerbsSecurity.Revoke, "AksAmlTrustedAccess", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksTrustedAccess))]
public sealed class RevokeAksAmlTrustedAccessCommand : TrustedAccessCmdlet
{
    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var id = ClusterOrComputeId;
        var work = await Azure.AksExtensions.PlanRevokeAsync(id, WorkspaceOf(id), cancel).ConfigureAwait(false);
        Emit(await ApplyAsync(work, null, cancel).ConfigureAwait(false));
    }
}
