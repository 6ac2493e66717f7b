namespace AmlVnet.Core.Changes;

/// <summary>What may be so when a phase of a job has its turn.</summary>
[Flags]
public enum JobFacts
{
    /// <summary>Nothing is known.</summary>
    None = 0,

    /// <summary>An earlier try left the compute failed, before it had an endpoint.</summary>
    FailedCompute = 1,

    /// <summary>The compute is there.</summary>
    Compute = 2,

    /// <summary>The cluster's identity has been given its right by this job, or had it.</summary>
    Granted = 4,

    /// <summary>The endpoint is at its private address.</summary>
    PrivateAddress = 8,

    /// <summary>The cluster has no local accounts, so that a Kubernetes compute needs trusted access.</summary>
    NoLocalAccounts = 16,

    /// <summary>The Azure Machine Learning extension is installed.</summary>
    Extension = 32,
}

/// <summary>What a job has learned by its phases: when it is resumed all of it is read again.</summary>
public sealed record JobState
{
    /// <summary>What is so.</summary>
    public JobFacts Facts { get; init; }

    /// <summary>The subnet of the nodes; null while it is not known.</summary>
    public ArmId? Nodes { get; init; }

    /// <summary>The subnet that the endpoint's address is of; null while it is not known.</summary>
    public ArmId? Place { get; init; }

    /// <summary>The ARM id of the network security group that governs the nodes; null where there is none, or it is not known.</summary>
    public string? SecurityGroup { get; init; }

    /// <summary>The state with more that is so.</summary>
    public JobState With(JobFacts facts) => this with { Facts = Facts | facts };
}

/// <summary>What is done with a phase when it has its turn.</summary>
public enum PhaseTurn
{
    /// <summary>It is planned and carried out.</summary>
    Now,

    /// <summary>There is no need of it.</summary>
    Skipped,

    /// <summary>What it looks at does not exist yet: all that can be said is what it will do.</summary>
    Later,
}

/// <summary>
/// One phase of a whole job: data, nothing else. What it changes is planned when it has its turn,
/// by what the phases before it brought about.
/// </summary>
public abstract record Phase
{
    private protected Phase()
    {
    }

    /// <summary>What must be so before it can be planned.</summary>
    public JobFacts After { get; init; }

    /// <summary>It is skipped unless all of this is so.</summary>
    public JobFacts OnlyWhen { get; init; }

    /// <summary>It is skipped where any of this is so.</summary>
    public JobFacts SkippedWhen { get; init; }

    /// <summary>What is so after it.</summary>
    public JobFacts Gives { get; init; }

    /// <summary>What is said of it while what it comes after is only shown; null where an earlier phase has said it.</summary>
    public Later? Later { get; init; }

    /// <summary>What the caller must be allowed to do, as far as the job knows where.</summary>
    public virtual IEnumerable<NeededAction> Needs(JobState state) => [];

    /// <summary>What is done with it now.</summary>
    public PhaseTurn TurnIn(JobState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return (state.Facts & SkippedWhen) != 0 || (OnlyWhen & ~state.Facts) != 0 ? PhaseTurn.Skipped
            : (After & ~state.Facts) != 0 ? PhaseTurn.Later : PhaseTurn.Now;
    }
}

/// <summary>A phase that only looks: it learns something, or refuses to go on.</summary>
public abstract record Gate : Phase
{
    private protected Gate()
    {
    }
}

/// <summary>A phase that changes something.</summary>
public abstract record WorkPhase : Phase
{
    private protected WorkPhase()
    {
    }

    /// <summary>What the report calls it.</summary>
    public abstract string Name { get; }

    /// <summary>What the report says of its result: what was before, and what is now.</summary>
    public virtual (string? Before, string? After) Tell(object result) => default;
}
