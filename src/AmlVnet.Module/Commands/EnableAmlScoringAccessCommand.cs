namespace AmlVnet.Cmdlets;

/// <summary>Lets traffic in to a compute's scoring endpoint, where the rules in force do not already.</summary>
[Cmdlet(VerbsLifecycle.Enable, "AmlScoringAccess", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(NetworkRuleAccess))]
public sealed class EnableAmlScoringAccessCommand : ComputeCmdlet
{
    /// <inheritdoc/>
    [Parameter(Mandatory = true, ParameterSetName = ByInputObject, ValueFromPipeline = true)]
    [Alias("Compute")]
    [AksComputeReferenceTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public override AksComputeReference? InputObject { get; set; }

    [Parameter(Position = 0, ParameterSetName = ByInputObject)]
    [Parameter(Position = 3, ParameterSetName = ByName)]
    [Parameter(Position = 0, ParameterSetName = ByResourceId)]
    [ValidateNotNullOrEmpty]
    [SourceTransformation]
    [ArgumentCompleter(typeof(ServiceTagCompleter))]
    public string[] SourceAddressPrefix { get; set; } = ["VirtualNetwork"];

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        if (await ReadSourcesAsync(SourceAddressPrefix, Force, cancel).ConfigureAwait(false) is not { } sources) return;
        var work = await Azure.NetworkRules.PlanScoringAsync(ComputeId, sources, !IsWhatIf, cancel).ConfigureAwait(false);
        Emit(await ApplyAsync(work, null, cancel).ConfigureAwait(false));
    }
}
