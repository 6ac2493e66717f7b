namespace AmlVnet;

/// <summary>How much a check matters.</summary>
public enum CheckSeverity
{
    /// <summary>Worth knowing.</summary>
    Information,

    /// <summary>Will probably cause trouble; the work can go on.</summary>
    Warning,

    /// <summary>The work would fail, or its result would be wrong.</summary>
    Error,
}

/// <summary>What a check found.</summary>
public enum CheckStatus
{
    /// <summary>The rule holds.</summary>
    Passed,

    /// <summary>The rule is broken.</summary>
    Failed,

    /// <summary>The rule holds, but something near it deserves a look.</summary>
    Warning,

    /// <summary>What the rule needs could not be read; <see cref="CheckResult.Evidence"/> says why.</summary>
    Unknown,

    /// <summary>The rule has nothing to say about this target.</summary>
    NotApplicable,
}

/// <summary>What one rule says of one target.</summary>
public sealed record CheckResult : ICheckReportEntry
{
    /// <summary>The rule's stable id, such as <c>AMLVNET-CIDR-002</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The rule in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>How much a failure matters.</summary>
    public required CheckSeverity Severity { get; init; }

    /// <summary>What was found.</summary>
    public required CheckStatus Status { get; init; }

    /// <summary>The resource id, or the parameter, that was checked.</summary>
    public required string Target { get; init; }

    /// <summary>The id of the compute or the cluster whose network it is about; null for one that is planned.</summary>
    public string? ResourceId { get; init; }

    /// <summary>The values that were compared, or why they are unknown.</summary>
    public required string Evidence { get; init; }

    /// <summary>A command that mends it, ready to be pasted; null where nothing is to be done.</summary>
    public string? Recommendation { get; init; }

    /// <summary>The address of the public page that the rule comes from, which opens in a browser.</summary>
    public string? Reference { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Status}: {Title} ({Evidence})";
}
