using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AmlVnet.Core.Tests;

/// <summary>What a world of the catalogue says of one rule: the status of a result of it, what that result names,
/// and a status that none has.</summary>
internal sealed record ExpectedResult(string Status, string? Target = null, string? Evidence = null, string? Recommendation = null,
    string? Never = null);

/// <summary>One world of a file: what <c>Test-AmlAksNetwork</c> is given there, and what is to be found.</summary>
internal sealed record CatalogueWorld(
    JsonNode? Scenario, IReadOnlyDictionary<string, string> Arguments, IReadOnlyDictionary<string, ExpectedResult> Expected, bool? Quiet,
    bool OnlyThese)
{
    public string? this[string argument] => Arguments.GetValueOrDefault(argument);
}

/// <summary>
/// A file of <c>tests/Worlds</c>, the one catalogue of broken worlds; its README says what each member means. The Pester tests read the
/// same files.
/// </summary>
internal sealed class WorldFile
{
    private readonly JsonObject _document;
    private readonly JsonObject _arguments = [];

    private WorldFile(string name)
    {
        Name = name;
        _document = Read(name);
        Inherit(_document);
    }

    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "Worlds"));

    /// <summary>The files, by name.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.json").Select(static path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal)];

    public string Name { get; }

    public string? Rule => _document["rule"]?.GetValue<string>();

    public string? Title => _document["title"]?.GetValue<string>();

    public JsonObject? Remedy => _document["remedy"]?.AsObject();

    /// <summary>Whether there is a world here in which all is in order.</summary>
    public bool HasGood => Rule is not null || _document["good"] is not null;

    public bool HasBroken => _document["broken"] is not null;

    /// <summary>Why companions fail, by rule; a broken world may break more than the rule that the file is about.</summary>
    public IEnumerable<(string Rule, string? Why)> Companions => (_document["broken"]?["expect"]?.AsObject() ?? [])
        .Where(one => one.Key != Rule).Select(static one => (one.Key, (one.Value as JsonObject)?["why"]?.GetValue<string>()));

    private JsonNode? Scenario { get; set; }

    public static WorldFile Of(string name) => new(name);

    /// <summary>The world in order: the file's own rule passes there.</summary>
    public CatalogueWorld Good()
    {
        var world = World(_document["good"]?.AsObject() ?? []);
        if (Rule is null || world.Expected.ContainsKey(Rule)) return world;
        return world with { Expected = new Dictionary<string, ExpectedResult>(world.Expected) { [Rule] = new("Passed") } };
    }

    public CatalogueWorld Broken() => World(_document["broken"]!.AsObject());

    /// <summary>The broken world in which the recommendation is run.</summary>
    public CatalogueWorld ForRemedy() => World((Remedy?["instead"] ?? _document["broken"])!.AsObject());

    private CatalogueWorld World(JsonObject part)
    {
        var scenario = Scenario?.DeepClone();
        foreach (var change in part["changes"]?.AsArray() ?? []) Apply(scenario!, change!.AsObject());
        var arguments = (JsonObject)_arguments.DeepClone();
        Merge(arguments, part["arguments"]?.AsObject());
        return new CatalogueWorld(
            scenario,
            arguments.ToDictionary(static one => one.Key, static one => one.Value!.ToString(), StringComparer.OrdinalIgnoreCase),
            (part["expect"]?.AsObject() ?? []).ToDictionary(static one => one.Key, static one => Expect(one.Value!)),
            part["quiet"]?.GetValue<bool>(),
            part["onlyThese"]?.GetValue<bool>() ?? false);
    }

    private static ExpectedResult Expect(JsonNode node)
    {
        return node is JsonObject
            ? new ExpectedResult(Text("status")!, Text("target"), Text("evidence"), Text("recommendation"), Text("never"))
            : new ExpectedResult(node.GetValue<string>());

        string? Text(string member) => node[member]?.GetValue<string>();
    }

    /// <summary>Takes the bases first, the innermost of them at first, and what this file adds last.</summary>
    private void Inherit(JsonObject document)
    {
        if (document["base"]?.GetValue<string>() is { } name) Inherit(Read("base/" + name));
        if (document["scenario"] is { } scenario) Scenario = scenario.DeepClone();
        foreach (var change in document["changes"]?.AsArray() ?? []) Apply(Scenario!, change!.AsObject());
        Merge(_arguments, document["arguments"]?.AsObject());
    }

    private static JsonObject Read(string name) => (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json")))!;

    private static void Merge(JsonObject arguments, JsonObject? changes)
    {
        foreach (var (name, value) in changes ?? [])
        {
            arguments.Remove(name);
            if (value is not null) arguments[name] = value.DeepClone();
        }
    }

    /// <summary>One change of a JSON Patch (RFC 6902): add, replace or remove.</summary>
    private static void Apply(JsonNode document, JsonObject change)
    {
        var path = change["path"]!.GetValue<string>();
        var cut = path.LastIndexOf('/');
        var parent = path[..cut].Split('/').Skip(1).Select(Unescape)
            .Aggregate(document, (node, step) => (node is JsonArray list ? list[Index(step)] : node[step]) ?? throw Nowhere());
        var (last, value) = (Unescape(path[(cut + 1)..]), change["value"]?.DeepClone());
        switch (change["op"]!.GetValue<string>(), parent)
        {
            case ("add", JsonArray list):
                list.Insert(last == "-" ? list.Count : Index(last), value);
                break;
            case ("replace", JsonArray list):
                list[Index(last)] = value;
                break;
            case ("remove", JsonArray list):
                list.RemoveAt(Index(last));
                break;
            case ("add", JsonObject item):
                item[last] = value;
                break;
            case ("replace", JsonObject item) when item.ContainsKey(last):
                item[last] = value;
                break;
            case ("remove", JsonObject item) when item.Remove(last):
                break;
            default:
                throw Nowhere();
        }

        int Index(string step) => int.Parse(step, System.Globalization.CultureInfo.InvariantCulture);
        string Unescape(string step) => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        JsonException Nowhere() => new($"The change {change.ToJsonString()} finds nothing at its path.");
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
