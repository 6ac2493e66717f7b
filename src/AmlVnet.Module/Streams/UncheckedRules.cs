using AmlVnet.Core.Checks;

namespace AmlVnet.Cmdlets.Streams;

/// <summary>What a command has said of rules that could not be looked at: a reason is not given again, by no step and for no
/// record.</summary>
internal sealed class UncheckedRules
{
    private readonly HashSet<NotChecked> _told = [];
    private readonly HashSet<(NotChecked Rule, string Consequence)> _concluded = [];

    /// <summary>What there is to say before something is done; null where all of it was said.</summary>
    internal string? Tell(IEnumerable<CheckResult> findings) =>
        Fresh(NotChecked.Of(findings)) is { Count: > 0 } fresh ? NotChecked.Describe(fresh, "Not checked") : null;

    /// <summary>What there is to say at the end, where something follows from it; null where all was looked at.</summary>
    internal string? Tell(IEnumerable<CheckResult> findings, string consequence)
    {
        NotChecked[] rules;
        lock (_told) rules = [.. NotChecked.Of(findings).Where(rule => _concluded.Add((rule, consequence)))];
        if (rules.Length == 0) return null;
        var opening = $"Not checked, so that {consequence}";
        return Fresh(rules) is { Count: > 0 } fresh ? NotChecked.Describe(fresh, opening)
            : $"{opening}: {string.Join(", ", rules.Select(static rule => rule.Id).Distinct())}, for the reason given before.";
    }

    private IReadOnlyList<NotChecked> Fresh(IReadOnlyList<NotChecked> rules)
    {
        // The records of a pipeline are worked on side by side.
        lock (_told) return [.. rules.Where(_told.Add)];
    }
}
