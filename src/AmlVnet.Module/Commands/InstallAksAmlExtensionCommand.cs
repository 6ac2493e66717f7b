namespace AmlVnet.Cmdlets;

/// <summary>Installs the Azure Machine Learning extension on a cluster, with its router on an internal load balancer.</summary>
[Cmdlet(VerbsLifecycle.Install, "AksAmlExtension", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksAmlExtension), typeof(AmlOperation))]
public sealed class InstallAksAmlExtensionCommand : ExtensionCmdlet
{
    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var request = await ReadRequestAsync(forgetsProtected: false, cancel).ConfigureAwait(false);
        Emit(await ApplyAsync(await Azure.AksExtensions.PlanInstallAsync(request, cancel).ConfigureAwait(false), SkipCheck, cancel)
            .ConfigureAwait(false));
    }
}
