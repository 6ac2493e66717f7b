using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using AmlVnet.Core.Errors;
using AmlVnet.Core.Remedies;

namespace AmlVnet.Core.Tests;

/// <summary>about_AmlVnet_Errors has every error id, with its cause and its fix.</summary>
public sealed partial class ErrorsPageTests
{
    private const string Handed = "HandedOn";

    private static readonly string Page = Path.Combine(RepositoryFolder.Root, "docs", "en-US", "about_AmlVnet_Errors.md");

    /// <summary>The ids that the catalogue gives, found by making each of its errors.</summary>
    private static SortedSet<string> Catalogue => new(
        typeof(Problems).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => typeof(AmlVnetException).IsAssignableFrom(method.ReturnType))
            .Select(method => (AmlVnetException)method.Invoke(null, [.. method.GetParameters().Select(Argument)])!)
            .Select(error => error.ErrorId).Where(id => id != Handed), StringComparer.Ordinal);

    [Fact]
    public void Every_id_of_the_catalogue_has_its_place_and_no_other_has_one()
    {
        var codes = ExtensionErrors.All.Select(error => error.Code).Where(code => code.StartsWith("E4", StringComparison.Ordinal));
        Assert.True(Catalogue.Count > 60, $"Only {Catalogue.Count} ids were found.");
        Assert.Equal(Catalogue.Concat(codes).Order(StringComparer.Ordinal),
            Entries().Select(entry => entry.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_id_has_its_cause_and_its_fix() =>
        Assert.All(Entries(), entry => Assert.Matches(CauseAndFix(), entry.Text));

    private static List<(string Id, string Text)> Entries() =>
    [
        .. File.ReadAllText(Page).ReplaceLineEndings("\n").Split("\n## ").SelectMany(section => section.Split("\n### ").Skip(1))
            .Select(text => text.Split('\n', 2)).Select(parts => (parts[0], parts[1].Trim())),
    ];

    private static object? Argument(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(string) => "x",
        var type when type == typeof(ArmId) => ArmId.ForResourceGroup("s", "g"),
        var type when type == typeof(ArmRequestException) =>
            new ArmRequestException(Handed, ProblemKind.NotFound, "x", 0, null, null, null),
        var type when typeof(Exception).IsAssignableFrom(type) => new AmlVnetException(Handed, ProblemKind.NotFound, "x", "x"),
        { IsValueType: true } type => Activator.CreateInstance(type),
        { IsInterface: true } type when typeof(IEnumerable).IsAssignableFrom(type) =>
            Array.CreateInstance(type.GetGenericArguments()[0], 0),
        _ => null,
    };

    [GeneratedRegex(@"\A[^\n]{10,}\n\nFix: [^\n]{10,}\z")]
    private static partial Regex CauseAndFix();
}
