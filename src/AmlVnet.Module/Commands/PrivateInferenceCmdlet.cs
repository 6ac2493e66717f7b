using AmlVnet.Core.Access;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Checks;
using JobState = AmlVnet.Core.Changes.JobState;

namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that carries the phases of a whole job after one another and reports them together.</summary>
public abstract class PrivateInferenceCmdlet : ComputeCmdlet
{
    private List<PrivateInferenceStep> _steps = [];

    /// <summary>How long all of it may take, where it is given; without it only the switch has a limit, of an hour.</summary>
    [Parameter, ValidateRange(1, 86_400), ArgumentCompleter(typeof(NoFileCompleter))]
    public int TimeoutSeconds { get; set; } = 3600;

    /// <summary>The PEM file of the router's certificate; on the Kubernetes route only.</summary>
    [Parameter]
    public string? SslCertificatePath { get; set; }

    /// <summary>The PEM file of its key.</summary>
    [Parameter]
    public string? SslKeyPath { get; set; }

    /// <summary>The private DNS zone in which the endpoint's name is written, or removed.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? DnsZoneId { get; set; }

    private protected ArmId? DnsZone =>
        DnsZoneId is null ? null : References.RequireId(DnsZoneId, nameof(DnsZoneId), ResourceTypes.PrivateDnsZone);

    // What the phases after the current one need, while nothing is written yet.
    private Func<CancellationToken, Task<IReadOnlyList<NeededAction>>>? _rest;

    /// <summary>Whether a step was carried out: only then do locks and deny assignments matter.</summary>
    private bool HasChanged => _steps.Exists(static step => step.Status == "Done");

    // The records of one pipeline are copies of one cmdlet; each has steps of its own.
    private protected override void Prepare()
    {
        (_steps, _rest) = ([], null);
        SslCertificatePath = ToFilePathIfGiven(nameof(SslCertificatePath), SslCertificatePath);
        SslKeyPath = ToFilePathIfGiven(nameof(SslKeyPath), SslKeyPath);
    }

    // One check of the whole job before its first write: what comes after it is not found out when there is no way back.
    private protected sealed override async Task<IReadOnlyList<NeededAction>> ListRestAsync(CancellationToken cancel) =>
        HasChanged || _rest is null ? [] : await _rest(cancel).ConfigureAwait(false);

    private protected sealed override IReadOnlyList<string> DoneBefore =>
        [.. _steps.Where(static step => step.Status == "Done").Select(static step => step.Name)];

    // Before anything is read; what is awaited after it is bounded.
    private protected void LimitTime()
    {
        if (IsGiven(nameof(TimeoutSeconds))) Azure.Limit(TimeSpan.FromSeconds(TimeoutSeconds));
    }

    /// <summary>
    /// Carries a job out, phase after phase, and reports it.
    /// One that is declined ends it; under -WhatIf what can't be planned yet is said in words.
    /// </summary>
    /// <exception cref="AmlVnetException">A check forbids to go on, or a phase fails.</exception>
    private protected async Task CarryAsync(PhasedPlan job, string[]? skipCheck, CancellationToken cancel)
    {
        var state = job.Start;
        var phases = new InferencePhases(Azure, IsWhatIf);
        foreach (var phase in job.Phases)
        {
            var turn = phase.TurnIn(state);
            if (turn == PhaseTurn.Later && !IsWhatIf)
                throw new InvalidOperationException($"{phase.GetType().Name} has its turn too early.");
            if (turn == PhaseTurn.Later && phase.Later is { } later)
                await AskAsync(phases.Foretell(phase) ?? later.Sentence, later.Target, cancel).ConfigureAwait(false);
            if (turn != PhaseTurn.Now) continue;
            if (phase is Gate gate)
            {
                (state, var found) = await phases.LookAsync(gate, state, cancel).ConfigureAwait(false);
                RequireNone(gate, found, skipCheck);
            }
            else
            {
                var now = state;
                _rest = token => phases.ListNeedsAsync(job, phase, now, token);
                if (await CarryAsync(phases, (WorkPhase)phase, skipCheck, cancel).ConfigureAwait(false)) state = state.With(phase.Gives);
                else if (!IsWhatIf) return;
            }
        }

        if (!IsWhatIf) await ReportAsync(job, phases.SeenInside, skipCheck, cancel).ConfigureAwait(false);
        else if (job is { IsKubernetes: true, OpenTo: not null, DnsZone: null }) await TellNameAsync(job, state,
            cancel).ConfigureAwait(false);
    }

    /// <summary>Carries one phase out and notes how it went; false when it was declined, or only shown.</summary>
    private async Task<bool> CarryAsync(InferencePhases phases, WorkPhase phase, string[]? skipCheck, CancellationToken cancel)
    {
        var work = await phases.PlanAsync(phase, cancel).ConfigureAwait(false);
        var start = Azure.Now;
        Func<Task<bool>>? confirm = phase is ClearFailed clear ? () => MayClearAsync(clear.Compute, cancel) : null;
        if (await CarryAsync(work, skipCheck, cancel, confirm).ConfigureAwait(false) is not { } result) return false;
        // Under -WhatIf what is under way is not waited for: it is still to come.
        if (result is AmlOperation) return false;
        var (before, after) = phase.Tell(result);
        _steps.Add(new PrivateInferenceStep
        {
            Name = phase.Name,
            Status = work.Plan.IsDone ? "AlreadySo" : "Done",
            Duration = (Azure.Now - start).ToString("c"),
            Before = before,
            After = after,
        });
        return true;
    }

    private protected sealed override bool ConcludesItself => true;

    private void RequireNone(Gate gate, IReadOnlyList<CheckResult> found, string[]? skipCheck)
    {
        CheckResult[] blocking = [.. found.Where(check => check.Status == CheckStatus.Failed && !IsSkipped(check, skipCheck))];
        WarnUnchecked(found.Where(check => check.Status == CheckStatus.Unknown && !IsSkipped(check, skipCheck)));
        if (blocking.Length > 0) throw Problems.CheckFailed(blocking[0].Target, blocking,
            gate is FindSound || CheckCatalogue.MayBeSkipped(blocking), DoneBefore);
    }

    private static bool IsSkipped(CheckResult check, string[]? skipCheck) =>
        skipCheck?.Contains(check.Id, StringComparer.OrdinalIgnoreCase) == true;

    /// <summary>
    /// Checks the compute as it is now, and reports. Where it was opened to somebody, it is called open only where no error is left that
    /// was not skipped.
    /// </summary>
    /// <exception cref="AmlVnetException">A check fails of an endpoint that was opened.</exception>
    private async Task ReportAsync(PhasedPlan job, IReadOnlyList<string> seen, string[]? skipCheck, CancellationToken cancel)
    {
        var (facts, compute) = await Azure.Preflight.ReadPostureAsync(job.Compute, cancel, withLocks: HasChanged).ConfigureAwait(false);
        if (job.OpenTo is { } sources) facts = facts with { ScoringSources = sources };
        var checks = CheckCatalogue.Run(facts, CheckStage.Posture);
        CheckResult[] errors = [.. checks.Where(check => check.Severity == CheckSeverity.Error
            && check.Status is CheckStatus.Failed or CheckStatus.Unknown && !IsSkipped(check, skipCheck))];
        if (job.OpenTo is not null)
        {
            if (errors.Where(static check => check.Status == CheckStatus.Failed).ToArray() is { Length: > 0 } failed)
                throw Problems.CheckFailed(failed[0].Target, failed, [.. _steps.Select(static step => step.Name)]);
            WarnUnchecked(errors, NotOpen);
        }

        await EmitAsync(new PrivateInference
        {
            Compute = compute!,
            IsPrivate = compute!.IsPrivate ?? false,
            IsOpen = job.OpenTo is not null && errors.Length == 0 ? true : null,
            ScoringIPAddress = compute.ScoringIPAddress,
            IsChanged = HasChanged,
            Steps = [.. _steps],
            Checks = [.. checks.Where(static c => c.Status is not CheckStatus.NotApplicable)],
            NotLookedAt = [.. CheckCatalogue.NotLookedAt(facts, CheckStage.Posture).Where(one => !seen.Contains(one.Id))],
            DnsName = job.IsKubernetes || job.DnsZone is not null
                ? await Azure.Dns.DescribeAsync(job.Compute, job.Compute, null, job.DnsZone, cancel).ConfigureAwait(false) : null,
        }, cancel).ConfigureAwait(false);
    }

    /// <summary>Tells the outcome of a job.</summary>
    private protected virtual Task EmitAsync(PrivateInference outcome, CancellationToken cancel)
    {
        Streams.Output(outcome);
        return Task.CompletedTask;
    }

    /// <summary>Under -WhatIf: the name that clients will need, though nobody asked for it to be written.</summary>
    private async Task TellNameAsync(PhasedPlan job, JobState state, CancellationToken cancel)
    {
        var place = (state.Facts & JobFacts.Compute) != 0 ? job.Compute : job.Phases.OfType<FindRoute>().Single().Wish.Cluster;
        var name = await Azure.Dns.DescribeAsync(job.Compute, place, job.Phases.OfType<FindRoute>().Single().Wish.Extension.Cname, null,
            cancel)
            .ConfigureAwait(false);
        Streams.Warning($"DNS: {name.Name ?? "the endpoint's name"} -> {name.Address ?? "the address that the router gets, of the nodes' "
            + "subnet"}. {name.Reason}");
    }
}
