namespace AmlVnet.Arm.Carrying;

/// <summary>A plan, and what is told of it at the end.</summary>
internal abstract class PlannedWork(AzureWork azure, Plan plan)
{
    private readonly List<Outcome> _outcomes = [];

    internal Plan Plan => plan;

    private protected AzureWork Azure => azure;

    /// <summary>What could not be looked at when it was read how it is now, and keeps it from being called what it was to be.</summary>
    internal IReadOnlyList<CheckResult> Unchecked { get; private protected set; } = [];

    /// <summary>What came of the steps that were carried out.</summary>
    private protected IReadOnlyList<Outcome> Outcomes => _outcomes;

    /// <summary>What came of the last of them; null where none was carried out.</summary>
    private protected Outcome? Last => _outcomes.Count == 0 ? null : _outcomes[^1];

    internal async Task CarryOutAsync(Step step, CancellationToken cancel) =>
        _outcomes.Add(await azure.Carrier.CarryOutAsync(step, cancel).ConfigureAwait(false));

    /// <summary>Reads how it is now, whatever it is.</summary>
    internal abstract Task<object> EndAsync(CancellationToken cancel);
}

/// <summary>A plan, and the object that is told of it at the end.</summary>
/// <typeparam name="T">The object that the command emits.</typeparam>
internal abstract class PlannedWork<T>(AzureWork azure, Plan plan) : PlannedWork(azure, plan) where T : class
{
    internal sealed override async Task<object> EndAsync(CancellationToken cancel) => await FinishAsync(cancel).ConfigureAwait(false);

    /// <summary>Reads how it is now.</summary>
    internal abstract Task<T> FinishAsync(CancellationToken cancel);
}
