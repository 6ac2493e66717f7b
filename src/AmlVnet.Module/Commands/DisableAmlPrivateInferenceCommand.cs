using System.Management.Automation;
using AmlVnet.Arm.Carrying;
using AmlVnet.Cmdlets.Completion;
using AmlVnet.Core.Changes;

namespace AmlVnet.Cmdlets;

/// <summary>Takes a compute back to a public address, and removes what this module added for it. The cluster stays attached.</summary>
[Cmdlet(VerbsLifecycle.Disable, "AmlPrivateInference", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(PrivateInference))]
public sealed class DisableAmlPrivateInferenceCommand : PrivateInferenceCmdlet
{
    [Parameter]
    [ValidateRange(1, 86_400)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int TimeoutSeconds { get; set; } = 3600;

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var id = ComputeId;
        var switched = await StepAsync("Switch", await Azure.LoadBalancers.PlanAsync(new LoadBalancerRequest
        {
            Compute = id,
            Wish = new LoadBalancerWish { Type = LoadBalancerType.PublicIp, Timeout = TimeSpan.FromSeconds(TimeoutSeconds) },
            WaitUntilReady = !IsWhatIf,
        }, cancel).ConfigureAwait(false), null, static after => (after as AksCompute)?.PreviousScoringIPAddress,
            static after => (after as AksCompute)?.ScoringIPAddress, cancel).ConfigureAwait(false);
        if (switched is null && !IsWhatIf) return;
        var closed = await StepAsync("Close", await Azure.NetworkRules.PlanCloseScoringAsync(id, !IsWhatIf, cancel).ConfigureAwait(false),
            null, static _ => null,
            static access => access.Reason, cancel).ConfigureAwait(false);
        if (closed is null && !IsWhatIf) return;
        var revoked = await StepAsync("Revoke",
            await Azure.Access.PlanRevokeAsync(new NetworkAccessRequest { Cluster = id, WaitUntilReady = !IsWhatIf }, allLevels: true,
                keepShared: true, cancel).ConfigureAwait(false),
            null, static _ => null, static access => access.IsGranted ? $"still granted at {access.Scope}" : "not granted",
            cancel).ConfigureAwait(false);
        if (IsWhatIf || revoked is null) return;
        await EmitAsync(id, cancel).ConfigureAwait(false);
    }
}
