using System.Text.RegularExpressions;

namespace AmlVnet.Core.Checks;

/// <summary>
/// Rules that could not be looked at, told together: what keeps one from being read, or from being decided, keeps its neighbours from it
/// too, and is said once for all of them.
/// </summary>
/// <param name="Id">The rule's id.</param>
/// <param name="Subject">What of it is not known, such as a service that has to be reached; empty where that is the whole rule.</param>
/// <param name="Reason">Why, without a full stop.</param>
public sealed partial record NotChecked(string Id, string Subject, string Reason)
{
    /// <summary>What matters to a change: the rules that would forbid it, and lesser ones that the same reason keeps from being
    /// decided.</summary>
    public static IReadOnlyList<NotChecked> Of(IEnumerable<CheckResult> findings)
    {
        var unknown = findings.Where(static one => one.Status == CheckStatus.Unknown && one.Severity != CheckSeverity.Information)
            .Select(static one => (one.Severity, Rule: From(one))).ToArray();
        var reasons = unknown.Where(static one => one.Severity == CheckSeverity.Error).Select(static one => one.Rule.Reason).ToHashSet();
        return [.. unknown.Where(one => reasons.Contains(one.Rule.Reason)).Select(static one => one.Rule).Distinct()];
    }

    /// <summary>One text for all: each reason once, after the rules that it is of.</summary>
    /// <param name="rules">The rules; at least one.</param>
    /// <param name="opening">What comes before them, such as "Not checked".</param>
    public static string Describe(IEnumerable<NotChecked> rules, string opening) =>
        $"{opening}: "
            + $"{string.Join(". ", rules.GroupBy(static rule => rule.Reason).Select(static group => $"{Names(group)}: {group.Key}"))}.";

    private static string Names(IEnumerable<NotChecked> rules) =>
        string.Join(", ", rules.GroupBy(static rule => rule.Id).Select(static one =>
        string.Join(", ", one.Select(static rule => rule.Subject).Where(static subject => subject.Length > 0)) is { Length: > 0 } subjects
            ? $"{one.Key} ({subjects})" : one.Key));

    // What becomes of a flow is said as "about: flow -> there: why".
    private static NotChecked From(CheckResult finding)
    {
        var evidence = RequestId().Replace(finding.Evidence ?? finding.Title, "").TrimEnd('.');
        var arrow = evidence.IndexOf(" -> ", StringComparison.Ordinal);
        var end = arrow < 0 ? -1 : evidence.IndexOf(": ", arrow, StringComparison.Ordinal);
        return end < 0 ? new(finding.Id, "", evidence)
            : new(finding.Id, evidence[..end].Split(": ")[0], evidence[(end + 2)..]);
    }

    // Two refusals of the same kind differ in it alone.
    [GeneratedRegex(", request [0-9A-Za-z-]+")]
    private static partial Regex RequestId();
}
