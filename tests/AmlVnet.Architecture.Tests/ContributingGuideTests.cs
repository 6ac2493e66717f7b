using System.Text.RegularExpressions;

namespace AmlVnet.Architecture.Tests;

/// <summary>What docs/guides/contributing.md points to is there.</summary>
public sealed partial class ContributingGuideTests
{
    private static readonly string Guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "guides", "contributing.md"));

    private static readonly string[] Named =
        [.. Quoted().Matches(Guide).Select(match => match.Groups[1].Value).Where(IsPath).Distinct()];

    public static TheoryData<string> Paths => [.. Named];

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_path_of_the_guide_exists(string path) => Assert.True(Exists(path), $"contributing.md names {path}, which is not there.");

    [Fact]
    public void The_guide_names_a_path_for_each_kind_of_change()
    {
        Assert.Contains("src/AmlVnet.Module/Commands/RevokeAksNetworkContributorCommand.cs", Named);
        Assert.True(Named.Length > 30, "So few paths are named that the pattern can hardly be right.");
        Assert.False(Exists("src/AmlVnet.Core/Checks/NoSuchRules.cs"));
    }

    [Fact]
    public void The_guide_has_a_picture_of_every_room()
    {
        foreach (var project in Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName))
            Assert.Contains($"[\"{project}: ", Guide, StringComparison.Ordinal);
    }

    private static bool IsPath(string text) =>
        text.Contains('/') ? !text.Contains(' ') && !text.Contains("Microsoft.", StringComparison.Ordinal) : FileAtRoot().IsMatch(text);

    private static bool Exists(string path)
    {
        var place = Path.Combine(Repository.Root, path);
        return File.Exists(place) || Directory.Exists(place);
    }

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^[A-Za-z]+\.(md|psd1)$")]
    private static partial Regex FileAtRoot();
}
