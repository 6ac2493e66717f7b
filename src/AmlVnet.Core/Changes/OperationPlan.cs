namespace AmlVnet.Core.Changes;

/// <summary>What a command would do and what was found on the way. No steps means that everything is so already.</summary>
public sealed record OperationPlan
{
    /// <summary>What is to be done, in this order.</summary>
    public IReadOnlyList<PlanStep> Steps { get; init; } = [];

    /// <summary>What the checks found. An error stops the plan; a warning is written.</summary>
    public IReadOnlyList<CheckResult> Findings { get; init; } = [];

    /// <summary>Whether the steps are of use only together: declining one ends the plan.</summary>
    public bool NeedsAllSteps { get; init; }

    /// <summary>Whether nothing needs doing.</summary>
    public bool IsDone => Steps.Count == 0;

    /// <summary>The findings that forbid carrying the plan out.</summary>
    public IEnumerable<CheckResult> Blocking =>
        Findings.Where(finding => finding is { Status: CheckStatus.Failed, Severity: CheckSeverity.Error });

    /// <summary>The findings to warn of; what is only worth knowing is no warning.</summary>
    public IEnumerable<CheckResult> Warnings => Findings.Where(finding => finding.Severity != CheckSeverity.Information
        && (finding.Status == CheckStatus.Warning || finding is { Status: CheckStatus.Failed, Severity: not CheckSeverity.Error }));
}

/// <summary>What a step does.</summary>
public enum PlanStepKind
{
    /// <summary>Makes a resource.</summary>
    Create,

    /// <summary>Connects an existing resource.</summary>
    Attach,

    /// <summary>Changes a resource.</summary>
    Update,

    /// <summary>Takes a resource out of its workspace and keeps it.</summary>
    Detach,

    /// <summary>Deletes a resource.</summary>
    Delete,

    /// <summary>Makes a role assignment.</summary>
    Grant,

    /// <summary>Removes a role assignment.</summary>
    Revoke,
}

/// <summary>One step of a plan.</summary>
public sealed record PlanStep
{
    /// <summary>What the step does.</summary>
    public required PlanStepKind Kind { get; init; }

    /// <summary>The ARM id of what it does it to.</summary>
    public required string Target { get; init; }

    /// <summary>What ShouldProcess says, without the target: a sentence with the values before and after.</summary>
    public required string Sentence { get; init; }

    /// <summary>What the step changes.</summary>
    public IReadOnlyList<PropertyChange> Changes { get; init; } = [];
}

/// <summary>One value that a step changes.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Before">The value now; null when there is none.</param>
/// <param name="After">The value afterwards; null when there will be none.</param>
public sealed record PropertyChange(string Name, string? Before, string? After)
{
    /// <summary>The change in the form <c>name: before -> after</c>.</summary>
    public override string ToString() => $"{Name}: {Before ?? "(none)"} -> {After ?? "(none)"}";
}
