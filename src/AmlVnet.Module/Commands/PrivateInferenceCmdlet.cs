using AmlVnet.Arm.Carrying;
using AmlVnet.Core.Checks;
using AmlVnet.Core.Errors;
using AmlVnet.Core.Facts;
using AmlVnet.Core.Ids;

namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that does several steps after one another and reports them together.</summary>
public abstract class PrivateInferenceCmdlet : ComputeCmdlet
{
    private List<PrivateInferenceStep> _steps = [];

    /// <summary>Whether a step was carried out: only then do locks and deny assignments matter.</summary>
    private bool HasChanged => _steps.Exists(static step => step.Status == "Done");

    // The records of one pipeline are copies of one cmdlet; each has steps of its own.
    private protected sealed override void Prepare() => _steps = [];

    private protected sealed override IReadOnlyList<string> DoneBefore =>
        [.. _steps.Where(static step => step.Status == "Done").Select(static step => step.Name)];

    /// <summary>Carries a plan out and notes how it went; null when it was declined, or only shown.</summary>
    private protected async Task<T?> StepAsync<T>(string name, PlannedWork<T> work, string[]? skipCheck, Func<T, string?> before,
        Func<T, string?> after, CancellationToken cancel) where T : class
    {
        var start = Azure.Now;
        var result = await ApplyAsync(work, skipCheck, cancel).ConfigureAwait(false);
        if (result is null) return null;
        _steps.Add(new PrivateInferenceStep
        {
            Name = name,
            Status = work.Plan.IsDone ? "AlreadySo" : "Done",
            Duration = (Azure.Now - start).ToString("c"),
            Before = before(result),
            After = after(result),
        });
        return result;
    }

    /// <summary>Checks the compute as it is now, and reports.</summary>
    private protected async Task EmitAsync(ArmId id, CancellationToken cancel)
    {
        var (facts, compute) = await Azure.Preflight.ReadPostureAsync(id, cancel, withLocks: HasChanged).ConfigureAwait(false);
        Emit(facts, compute!, CheckCatalogue.Run(facts, CheckStage.Posture), isOpen: null);
    }

    /// <summary>Checks the compute as it is now, and reports it private and open only where no error is left that was not
    /// skipped.</summary>
    /// <exception cref="AmlVnetException">A check fails.</exception>
    private protected async Task CertifyAsync(ArmId id, string[] sources, string[]? skipCheck, CancellationToken cancel)
    {
        var (facts, compute) = await Azure.Preflight.ReadPostureAsync(id, cancel, withLocks: HasChanged).ConfigureAwait(false);
        facts = facts with { ScoringSources = sources };
        var checks = CheckCatalogue.Run(facts, CheckStage.Posture);
        CheckResult[] errors =
            [.. checks.Where(check => check.Severity == CheckSeverity.Error && check.Status is CheckStatus.Failed or CheckStatus.Unknown
            && skipCheck?.Contains(check.Id, StringComparer.OrdinalIgnoreCase) != true)];
        if (errors.Where(static check => check.Status == CheckStatus.Failed).ToArray() is { Length: > 0 } failed)
            throw Problems.CheckFailed(failed[0].Target, failed, [.. _steps.Select(static step => step.Name)]);
        foreach (var unknown in errors)
            Streams.Warning("Not checked, so that the endpoint is not called open: " + Problems.Describe(unknown));
        Emit(facts, compute!, checks, isOpen: errors.Length == 0 ? true : null);
    }

    private void Emit(NetworkFacts facts, AksCompute compute, IReadOnlyList<CheckResult> checks, bool? isOpen)
    {
        Streams.Output(new PrivateInference
        {
            Compute = compute,
            IsPrivate = compute.IsPrivate ?? false,
            IsOpen = isOpen,
            ScoringIPAddress = compute.ScoringIPAddress,
            IsChanged = HasChanged,
            Steps = [.. _steps],
            Checks = [.. checks.Where(static c => c.Status is not CheckStatus.NotApplicable)],
            NotLookedAt = [.. CheckCatalogue.NotLookedAt(facts, CheckStage.Posture)],
        });
    }
}
