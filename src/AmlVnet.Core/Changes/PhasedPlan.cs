namespace AmlVnet.Core.Changes;

/// <summary>A whole job: its phases in their order, each planned by what those before it brought about.</summary>
public sealed record PhasedPlan
{
    /// <summary>The compute that it is about.</summary>
    public required ArmId Compute { get; init; }

    /// <summary>What is done, in this order.</summary>
    public required IReadOnlyList<Phase> Phases { get; init; }

    /// <summary>Whether it is of the Kubernetes route.</summary>
    public bool IsKubernetes { get; init; }

    /// <summary>The private DNS zone that the endpoint's name is written into; null where none was named.</summary>
    public ArmId? DnsZone { get; init; }

    /// <summary>What is so at the start.</summary>
    public JobState Start { get; init; } = new();

    /// <summary>Who is let in to the endpoint at the end, so that it is certified as open to them; null where nobody is.</summary>
    public IReadOnlyList<string>? OpenTo { get; init; }

    /// <summary>
    /// What may still have its turn after a phase, and whether it can be planned already: what the caller must be allowed to do for it is
    /// known before the first write, though some of it only as far as the phase itself tells.
    /// </summary>
    /// <param name="after">The phase that is about to be carried out.</param>
    /// <param name="state">What is known by then.</param>
    public IEnumerable<(WorkPhase Phase, bool CanBePlanned)> Ahead(Phase after, JobState state)
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(state);
        var then = state.With(after.Gives);
        foreach (var phase in Phases.SkipWhile(phase => !ReferenceEquals(phase, after)).Skip(1))
        {
            if (phase.TurnIn(then) == PhaseTurn.Skipped) continue;
            if (phase is WorkPhase work) yield return (work, phase.TurnIn(state) == PhaseTurn.Now);
            then = then.With(phase.Gives);
        }
    }
}
