using AmlVnet.Core.Changes;

namespace AmlVnet.Cmdlets;

/// <summary>Takes a compute back to a public address, and removes what this module added for it. The cluster stays attached.</summary>
[Cmdlet(VerbsLifecycle.Disable, "AmlPrivateInference", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(PrivateInference))]
public sealed class DisableAmlPrivateInferenceCommand : PrivateInferenceCmdlet
{
    private protected override async Task RunAsync(CancellationToken cancel)
    {
        LimitTime();
        var (id, zone) = (ComputeId, DnsZone);
        await ExtensionCmdlet.RequireTlsAsync(IsGiven, SslCertificatePath, SslKeyPath, null, null, cancel).ConfigureAwait(false);
        var isKubernetes = await Azure.KubernetesComputes.FindOfKindAsync(id, cancel).ConfigureAwait(false) is not null;
        if (!isKubernetes && (SslCertificatePath ?? SslKeyPath) is not null)
            throw Problems.InvalidCombination($"'{id.Name}' is no Kubernetes compute, and its certificate stays without being given again.",
                "Leave out -SslCertificatePath and -SslKeyPath.");
        await CarryAsync(isKubernetes ? KubernetesInferencePlan.Undo(id, zone, SslCertificatePath, SslKeyPath)
            : PrivateInferencePlan.Undo(id, TimeSpan.FromSeconds(TimeoutSeconds), zone), null, cancel).ConfigureAwait(false);
    }
}
