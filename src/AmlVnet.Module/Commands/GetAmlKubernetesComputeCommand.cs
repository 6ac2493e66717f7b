namespace AmlVnet.Cmdlets;

/// <summary>Gets Kubernetes computes: one by name, all of a workspace, all of each piped workspace,
/// or a piped compute as it is now.</summary>
[Cmdlet(VerbsCommon.Get, "AmlKubernetesCompute", DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(KubernetesCompute))]
public sealed class GetAmlKubernetesComputeCommand : FleetComputeCmdlet
{
    private protected override Task RunAsync(CancellationToken cancel) =>
        EmitAllAsync(Azure.KubernetesComputes.GetAsync, Azure.KubernetesComputes.ListAsync, static compute => compute.Name, cancel);
}
