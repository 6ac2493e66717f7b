using System.Globalization;
using System.Text.Json;

namespace AmlVnet.Simulator.Kernel;

/// <summary>What kind of value a document, or a member of it, has to be. A null is as good as none.</summary>
internal sealed class Shape
{
    private readonly string _expected;
    private readonly Func<JsonNode, string, string?> _check;

    private Shape(string expected, Func<JsonNode, string, string?> check) => (_expected, _check) = (expected, check);

    public static Shape Text { get; } = Kind("a text", JsonValueKind.String);

    public static Shape Number { get; } = Kind("a number", JsonValueKind.Number);

    public static Shape Time { get; } = Simple("a time", static node => node.GetValueKind() == JsonValueKind.String
        && DateTimeOffset.TryParse(node.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _));

    public static Shape Flag { get; } = Kind("true or false", JsonValueKind.True, JsonValueKind.False);

    public static Shape Whole { get; } = WholeFrom(int.MinValue + 1, int.MaxValue - 1, "a whole number");

    /// <summary>What Resource Manager itself asks of the tags of every resource.</summary>
    public static Shape Tags { get; } = Map(Text);

    /// <summary>A reference to another resource.</summary>
    public static Shape Reference { get; } = Object(("id", Text));

    public static Shape WholeFrom(int least, int most, string? expected = null) => Simple(
        expected ?? string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"),
        node => NumberOf(node) is { } number && number == Math.Floor(number) && number >= least && number <= most);

    public static Shape NumberFrom(double least, double most) => Simple(
        string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"),
        node => NumberOf(node) is { } number && number >= least && number <= most);

    /// <summary>One of some texts, in any case.</summary>
    public static Shape OneOf(params string[] values) => Simple(
        "one of " + string.Join(", ", values),
        node => node.GetValueKind() == JsonValueKind.String && Array.Exists(values, value => value.Same(node.GetValue<string>())));

    public static Shape List(Shape item) => new("a list", (node, path) => node is not JsonArray items ? ""
        : items.Select((value, i) => item.At(value, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), refusesNull: true))
            .FirstOrDefault(problem => problem is not null));

    /// <summary>An object of which all members are of one kind.</summary>
    public static Shape Map(Shape value) => new("an object", (node, path) => node is not JsonObject members ? ""
        : members.Select(m => value.At(m.Value, Join(path, m.Key))).FirstOrDefault(problem => problem is not null));

    /// <summary>An object of which some members are known; the others are not looked at.</summary>
    public static Shape Object(params (string Name, Shape Shape)[] members) =>
        new("an object", (node, path) => Members(node, path, members));

    /// <summary>An object that has no other members than these.</summary>
    public static Shape Closed(params (string Name, Shape Shape)[] members) => new("an object", (node, path) =>
    {
        foreach (var (name, _) in node as JsonObject ?? [])
        {
            if (!Array.Exists(members, m => m.Name == name))
                return $"There is no member '{Join(path, name)}'. Known are {string.Join(", ", members.Select(m => m.Name))}.";
        }
        return Members(node, path, members);
    });

    /// <summary>The same, but it may not be missing.</summary>
    public Shape Required => new(_expected, _check) { IsRequired = true };

    private bool IsRequired { get; init; }

    /// <summary>What is wrong with a value, in a sentence, or null.</summary>
    /// <param name="node">The value.</param>
    /// <param name="name">What the sentence calls it; empty for the document itself.</param>
    public string? Problem(JsonNode? node, string name = "") => At(node, name);

    private string? At(JsonNode? node, string path, bool refusesNull = false)
    {
        if (node is null)
            return refusesNull || IsRequired ? Say(path, _expected) : null;
        var problem = _check(node, path);
        return problem is { Length: 0 } ? Say(path, _expected) : problem;
    }

    private static double? NumberOf(JsonNode node) => node.GetValueKind() == JsonValueKind.Number
        ? double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture) : null;

    private static string Say(string path, string expected) =>
        path.Length == 0 ? $"The document has to be {expected}." : $"The value of '{path}' has to be {expected}.";

    private static string? Members(JsonNode node, string path, (string Name, Shape Shape)[] members) => node is not JsonObject given ? ""
        : members.Select(m => m.Shape.At(given[m.Name], Join(path, m.Name))).FirstOrDefault(problem => problem is not null);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static Shape Kind(string expected, params JsonValueKind[] kinds) =>
        Simple(expected, node => kinds.Contains(node.GetValueKind()));

    private static Shape Simple(string expected, Func<JsonNode, bool> isRight) => new(expected, (node, _) => isRight(node) ? null : "");
}
