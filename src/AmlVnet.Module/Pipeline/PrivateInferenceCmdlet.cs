using AmlVnet.Arm.Operations;
using AmlVnet.Core;

namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that does several steps after one another and reports them together.</summary>
public abstract class PrivateInferenceCmdlet : WaitingCmdlet
{
    private List<PrivateInferenceStep> _steps = [];

    // The records of one pipeline are copies of one cmdlet; each has steps of its own.
    private protected sealed override void Prepare() => _steps = [];

    private protected sealed override IReadOnlyList<string> DoneBefore =>
        [.. _steps.Where(static step => step.Status == "Done").Select(static step => step.Name)];

    /// <summary>Carries a plan out and notes how it went; null when it was declined, or only shown.</summary>
    private protected async Task<T?> StepAsync<T>(string name, PlannedWork<T> work, string[]? skipCheck, Func<T, string?> before,
        Func<T, string?> after, CancellationToken cancel) where T : class
    {
        var start = Azure.Pace.UtcNow;
        var result = await ApplyAsync(work, skipCheck, cancel).ConfigureAwait(false);
        if (result is null) return null;
        _steps.Add(new PrivateInferenceStep
        {
            Name = name,
            Status = work.Plan.IsDone ? "AlreadySo" : "Done",
            Duration = Azure.Pace.UtcNow - start,
            Before = before(result),
            After = after(result),
        });
        return result;
    }

    /// <summary>Checks the compute as it is now, and reports.</summary>
    private protected async Task EmitAsync(ArmId id, CancellationToken cancel)
    {
        var (facts, compute) = await Azure.Preflight.ReadPostureAsync(id, cancel).ConfigureAwait(false);
        Streams.Output(new PrivateInference
        {
            Compute = compute!,
            IsPrivate = compute!.IsPrivate ?? false,
            ScoringIPAddress = compute.ScoringIPAddress,
            IsChanged = _steps.Exists(static s => s.Status == "Done"),
            Steps = [.. _steps],
            Checks = [.. CheckCatalogue.Run(facts, CheckStage.Posture).Where(static c => c.Status is not CheckStatus.NotApplicable)],
            NotLookedAt = [.. CheckCatalogue.NotLookedAt(facts, CheckStage.Posture)],
        });
    }
}
