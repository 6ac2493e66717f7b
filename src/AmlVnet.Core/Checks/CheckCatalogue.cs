namespace AmlVnet.Core;

/// <summary>All checks, and the one way to run them.</summary>
public static class CheckCatalogue
{
    private static readonly Dictionary<string, CheckRule> ById;

    static CheckCatalogue()
    {
        Rules =
        [
            .. AddressRules.All, .. SubnetRules.All, .. PodRules.All, .. RegionRules.All, .. StorageRules.All, .. RightsRules.All, .. ComputeRules.All,
            .. OutboundRules.All, .. SecurityGroupRules.All,
        ];
        ById = Rules.ToDictionary(rule => rule.Id, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The rules, by area and number.</summary>
    public static IReadOnlyList<CheckRule> Rules { get; }

    /// <summary>Finds a rule by its id, in any case.</summary>
    public static CheckRule? Find(string id) => ById.GetValueOrDefault(id);

    /// <summary>Of the ids given (to <c>-SkipCheck</c>, say), those that no rule has.</summary>
    public static IReadOnlyList<string> UnknownIds(IEnumerable<string> ids) => [.. ids.Where(id => Find(id) is null)];

    /// <summary>Runs the rules of one stage.</summary>
    /// <param name="facts">What is known of the network.</param>
    /// <param name="stage">The moment; a rule that has nothing to say at it is left out.</param>
    /// <param name="skip">Ids of rules to leave out, in any case.</param>
    /// <returns>One result for each rule and target, in the catalogue's order.</returns>
    public static IReadOnlyList<CheckResult> Run(NetworkFacts facts, CheckStage stage, IEnumerable<string>? skip = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var skipped = new HashSet<string>(skip ?? [], StringComparer.OrdinalIgnoreCase);
        return [.. Rules.Where(rule => (rule.Stages & stage) != 0 && !skipped.Contains(rule.Id)).SelectMany(rule => rule.Evaluate(facts))];
    }

    /// <summary>What no rule can look at, because Resource Manager can't tell it: each with the command that looks.</summary>
    /// <param name="facts">What is known of the network.</param>
    /// <param name="stage">The moment; typed values alone ask nothing of Azure, so there is no list for them.</param>
    public static IReadOnlyList<NotLookedAt> NotLookedAt(NetworkFacts facts, CheckStage stage)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return (stage & ~CheckStage.Offline) == 0 ? [] : [.. BeyondResourceManager.All.SelectMany(subject => subject.Find(facts))];
    }
}
