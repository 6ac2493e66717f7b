namespace AmlVnet.Core.Checks;

/// <summary>The moments at which checks run. A rule says at which of them it has something to say.</summary>
[Flags]
public enum CheckStage
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Typed values or a plan, without a connection.</summary>
    Offline = 1,

    /// <summary>Before a compute is created.</summary>
    Create = 2,

    /// <summary>Before an existing cluster is attached.</summary>
    Attach = 4,

    /// <summary>Before the load balancer is switched.</summary>
    SwitchLoadBalancer = 8,

    /// <summary>Before the Azure Machine Learning extension is installed on a cluster, or changed.</summary>
    Extension = 64,

    /// <summary>Before a cluster is attached as a compute of type Kubernetes.</summary>
    AttachKubernetes = 128,

    /// <summary>An existing compute or cluster, at any time.</summary>
    Posture = 16,

    /// <summary>A workspace and a subnet before anything is created: all rules of <see cref="Create"/>,
    /// and those that creating does not wait for.</summary>
    Preflight = 32,

    /// <summary>All of them.</summary>
    All = Offline | Create | Attach | SwitchLoadBalancer | Posture | Preflight | Extension | AttachKubernetes,
}

/// <summary>One rule of the catalogue.</summary>
public sealed record CheckRule
{
    internal CheckRule(
        string id, string title, CheckSeverity severity, CheckStage stages, Uri source,
        Func<NetworkFacts, IEnumerable<Finding>> evaluate)
    {
        Id = id;
        Title = title;
        Severity = severity;
        Stages = (stages & CheckStage.Create) != 0 ? stages | CheckStage.Preflight : stages;
        Source = source;
        _evaluate = evaluate;
    }

    private readonly Func<NetworkFacts, IEnumerable<Finding>> _evaluate;

    /// <summary>The rule that speaks in this one's place on the Kubernetes route; null where this one speaks of both.</summary>
    internal string? OnKubernetes { get; init; }

    // Its recommendations name each kind of compute as it is.
    private bool IsOfKubernetes => Id.StartsWith("AMLVNET-KUBERNETES-", StringComparison.Ordinal);

    /// <summary>The stable id, such as <c>AMLVNET-CIDR-002</c>.</summary>
    public string Id { get; }

    /// <summary>The rule as a short statement that holds when it is passed.</summary>
    public string Title { get; }

    /// <summary>How much it matters when the rule is broken.</summary>
    public CheckSeverity Severity { get; }

    /// <summary>When the rule is looked at.</summary>
    public CheckStage Stages { get; }

    /// <summary>The public document that the rule comes from.</summary>
    public Uri Source { get; }

    /// <summary>The address of the page that holds the rule, which opens in a browser.</summary>
    public string Reference => Source.AbsoluteUri;

    /// <summary>Looks at the facts: one result for each target, at least one.</summary>
    public IReadOnlyList<CheckResult> Evaluate(NetworkFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var results = (facts.Kubernetes is { IsMeant: true } && OnKubernetes is { } other ? [OfOther(facts, other)]
            : _evaluate(facts)).Select(finding => new CheckResult
            {
                Id = Id,
                Title = Title,
                Severity = Severity,
                Status = finding.Status,
                Target = finding.Target,
                Evidence = finding.Evidence,
                Recommendation = IsOfKubernetes ? finding.Recommendation : Commands.OfKind(facts.Compute.Value, finding.Recommendation),
                Reference = Reference,
            }).ToArray();
        return results.Length > 0 ? results : [.. new CheckRule(Id, Title, Severity, Stages, Source, NothingToSay).Evaluate(facts)];
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Id}: {Title}";

    private static Finding OfOther(NetworkFacts facts, string other) => Finding.NotApplicable(
        facts.Compute.Value?.Id ?? facts.Cluster.Value?.Id ?? "compute",
        $"This is of a compute of type AKS; {other} speaks of the Kubernetes route.");

    private static IEnumerable<Finding> NothingToSay(NetworkFacts facts) =>
        [new(CheckStatus.NotApplicable, "network", "Nothing that this rule speaks of was given.")];
}

/// <summary>What a rule found at one target, before the rule's own words are added.</summary>
internal sealed record Finding(CheckStatus Status, string Target, string Evidence, string? Recommendation = null)
{
    public static Finding Passed(string target, string evidence) => new(CheckStatus.Passed, target, evidence);

    public static Finding Failed(string target, string evidence, string? recommendation) =>
        new(CheckStatus.Failed, target, evidence, recommendation);

    public static Finding Warning(string target, string evidence, string? recommendation) =>
        new(CheckStatus.Warning, target, evidence, recommendation);

    public static Finding Unknown(string target, string why, string? recommendation = null) =>
        new(CheckStatus.Unknown, target, why, recommendation);

    /// <summary>Reasons in a row, without a full stop at the end.</summary>
    public static string Join(IEnumerable<string> reasons) => string.Join("; ", reasons.Select(static reason => reason.TrimEnd('.')));

    public static Finding NotApplicable(string target, string why) => new(CheckStatus.NotApplicable, target, why);

    /// <summary>What a rule about an internal load balancer says of another one; null when it is internal.</summary>
    public static Finding? UnlessInternal(ComputeFacts compute) => LoadBalancerPlace.IsInternal(compute) switch
    {
        true => null,
        false => NotApplicable(compute.Id, "The load balancer is public."),
        null => Unknown(
            compute.Id, "The service does not say whether the load balancer is internal, and no frontend with the scoring address tells."),
    };

    /// <summary>What a rule says when a part that it needs was not read.</summary>
    public static Finding Missing<T>(Known<T> part, string what) where T : class => part.State == KnownState.Unknown
        ? Unknown(what, $"The {what} could not be read: {part.Why}")
        : NotApplicable(what, part.State == KnownState.None ? part.Why ?? $"There is no {what}." : $"No {what} was given.");
}
