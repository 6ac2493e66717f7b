using AmlVnet.Arm.Simulation;

namespace AmlVnet.Cmdlets;

/// <summary>Shows the requests that the simulator answered.</summary>
[Cmdlet(VerbsCommon.Get, "AmlSimulatorLog")]
[OutputType(typeof(AmlSimulatorRequest))]
public sealed class GetAmlSimulatorLogCommand : ArmCmdlet
{
    [Parameter, ValidateSet("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD")]
    public string[]? Method { get; set; }

    [Parameter]
    public SwitchParameter WriteOnly { get; set; }

    [Parameter, Alias("Newest"), ValidateRange(1, 100_000), ArgumentCompleter(typeof(NoFileCompleter))]
    public int Last { get; set; }

    private protected override Task RunAsync(CancellationToken cancel)
    {
        var entries = SimulatorDesk.Of(Azure.Connection).Log()
            .Where(e => (Method is null || Method.Contains(e.Method, StringComparer.OrdinalIgnoreCase)) && (!WriteOnly || e.IsWrite))
            .ToArray();
        foreach (var entry in IsGiven(nameof(Last)) ? entries.TakeLast(Last) : entries) Streams.Output(entry);
        return Task.CompletedTask;
    }
}
