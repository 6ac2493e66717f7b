namespace AmlVnet.Core.Changes;

/// <summary>What a command would do and what was found on the way: data, nothing else.
/// No steps means that everything is so already.</summary>
public sealed record Plan
{
    /// <summary>What is to be done, in this order.</summary>
    public IReadOnlyList<Step> Steps { get; init; } = [];

    /// <summary>What the checks found. An error stops the plan; a warning is written.</summary>
    public IReadOnlyList<CheckResult> Findings { get; init; } = [];

    /// <summary>Whether the steps are of use only together: declining one ends the plan.</summary>
    public bool NeedsAllSteps { get; init; }

    /// <summary>What is asked once before the steps, and only -Force answers beforehand; null where nothing is.</summary>
    public string? Question { get; init; }

    /// <summary>What the user is to know before the steps, each a warning.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why there is nothing to do, or less than was asked for.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Whether nothing needs doing.</summary>
    public bool IsDone => Steps.Count == 0;

    /// <summary>The findings that forbid carrying the plan out.</summary>
    public IEnumerable<CheckResult> Blocking => Findings.Where(
        static finding => finding is { Status: CheckStatus.Failed, Severity: CheckSeverity.Error });

    /// <summary>The findings to warn of; what is only worth knowing is no warning.</summary>
    public IEnumerable<CheckResult> Doubts => Findings.Where(static finding => finding.Severity != CheckSeverity.Information
        && (finding.Status == CheckStatus.Warning || finding is { Status: CheckStatus.Failed, Severity: not CheckSeverity.Error }));
}
