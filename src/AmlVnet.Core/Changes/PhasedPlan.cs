using AmlVnet.Core.Access;
using AmlVnet.Core.Ids;

namespace AmlVnet.Core.Changes;

/// <summary>A whole job: its phases in their order, each planned by what those before it brought about.</summary>
public sealed record PhasedPlan
{
    /// <summary>The compute that it is about.</summary>
    public required ArmId Compute { get; init; }

    /// <summary>What is done, in this order.</summary>
    public required IReadOnlyList<Phase> Phases { get; init; }

    /// <summary>What is so at the start.</summary>
    public JobState Start { get; init; } = new();

    /// <summary>Who is let in to the endpoint at the end, so that it is certified as open to them; null where nobody is.</summary>
    public IReadOnlyList<string>? OpenTo { get; init; }

    /// <summary>What the caller must be allowed to do for a phase and all that follow it, each once.</summary>
    /// <param name="from">The phase.</param>
    /// <param name="state">What is known by then.</param>
    public IEnumerable<NeededAction> NeedsFrom(Phase from, JobState state) => Phases.SkipWhile(phase => !ReferenceEquals(phase, from))
        .Where(phase => phase.TurnIn(state) != PhaseTurn.Skipped).SelectMany(phase => phase.Needs(state)).Distinct();
}
