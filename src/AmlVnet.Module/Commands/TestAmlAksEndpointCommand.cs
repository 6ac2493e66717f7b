using AmlVnet.Arm.Reading;

namespace AmlVnet.Cmdlets;

/// <summary>Tries a compute's scoring endpoint from this machine, over TCP and HTTP.</summary>
[Cmdlet(VerbsDiagnostic.Test, "AmlAksEndpoint", DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksEndpointProbe), typeof(bool))]
public sealed class TestAmlAksEndpointCommand : ComputeCmdlet
{
    [Parameter, ValidateRange(1, 300), ArgumentCompleter(typeof(NoFileCompleter))]
    public int TimeoutSeconds { get; set; } = 5;

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var endpoint = await Azure.Endpoints.GetAsync(ComputeId, cancel).ConfigureAwait(false);
        var probe = Azure.IsSimulator
            ? Endpoints.NotOnTheNetwork(endpoint)
            : await Endpoints.ProbeAsync(endpoint, TimeSpan.FromSeconds(TimeoutSeconds), cancel).ConfigureAwait(false);
        Streams.Output(Quiet ? probe.TcpSucceeded : probe);
    }
}
