using AmlVnet.Core.Changes;

namespace AmlVnet.Cmdlets;

/// <summary>Takes a compute back to a public address, and removes what this module added for it. The cluster stays attached.</summary>
[Cmdlet(VerbsLifecycle.Disable, "AmlPrivateInference", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(PrivateInference))]
public sealed class DisableAmlPrivateInferenceCommand : PrivateInferenceCmdlet
{
    /// <summary>The private DNS zone whose record of ours is removed.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? DnsZoneId { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        LimitTime();
        var (id, timeout) = (ComputeId, TimeSpan.FromSeconds(TimeoutSeconds));
        var zone = DnsZoneId is null ? null : References.RequireId(DnsZoneId, nameof(DnsZoneId), ResourceTypes.PrivateDnsZone);
        var isKubernetes = await Azure.KubernetesComputes.FindOfKindAsync(id, cancel).ConfigureAwait(false) is not null;
        await CarryAsync(isKubernetes ? KubernetesInferencePlan.Undo(id, zone) : PrivateInferencePlan.Undo(id, timeout, zone), null, cancel)
            .ConfigureAwait(false);
    }
}
