using System.Management.Automation;
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

    private protected override Task RunAsync(CancellationToken cancel) =>
        CarryAsync(PrivateInferencePlan.Undo(ComputeId, TimeSpan.FromSeconds(TimeoutSeconds)), null, cancel);
}
