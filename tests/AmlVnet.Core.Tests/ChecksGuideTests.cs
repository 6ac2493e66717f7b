namespace AmlVnet.Core.Tests;

public sealed class ChecksGuideTests
{
    private static readonly Lazy<Dictionary<string, string>> Sections = new(() =>
        File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "guides", "checks.md")).ReplaceLineEndings("\n").Split("\n### ")
            .Skip(1)
            .ToDictionary(section => section[..section.IndexOf('\n', StringComparison.Ordinal)], section => section));

    public static TheoryData<string> RuleIds => [.. CheckCatalogue.Rules.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void A_rule_has_its_section_with_title_severity_source_and_remedy(string id)
    {
        var rule = CheckCatalogue.Find(id)!;
        var section = Sections.Value[id];
        Assert.Contains($"**{rule.Title}.** Severity: {rule.Severity}.", section, StringComparison.Ordinal);
        Assert.StartsWith("https://", $"{rule.Source}", StringComparison.Ordinal);
        Assert.Contains($"({rule.Source})", section, StringComparison.Ordinal);
        Assert.Contains("\nTo mend it: ", section, StringComparison.Ordinal);
        Assert.Equal((rule.Stages & CheckStage.Create) != 0, section.Contains("before `New-AmlAksCompute`", StringComparison.Ordinal));
        Assert.Equal((rule.Stages & CheckStage.SwitchLoadBalancer) != 0,
            When(section).Contains("`Set-AmlAksLoadBalancer`", StringComparison.Ordinal));
    }

    [Fact]
    public void No_section_speaks_of_a_rule_that_is_not_there() =>
        Assert.Equal(CheckCatalogue.Rules.Select(rule => rule.Id).Order(), Sections.Value.Keys.Order());

    [Fact]
    public void The_guide_begins_with_one_table_of_all_rules()
    {
        var guide = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "guides", "checks.md")).ReplaceLineEndings("\n");
        var table = "| Rule | Severity | Holds when |\n|---|---|---|\n" + string.Concat(CheckCatalogue.Rules.Select(static rule =>
            $"| [{rule.Id}](#{rule.Id.ToLowerInvariant()}) | {rule.Severity} | {rule.Title} |\n"));
        Assert.True(guide.StartsWith($"# Checks\n\n{table}\n", StringComparison.Ordinal),
            "docs/guides/checks.md has to begin with this table:\n" + table);
    }

    private static string When(string section) => section.Split('\n')[2];
}
