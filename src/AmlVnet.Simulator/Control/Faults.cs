using System.Text.Json;
using System.Text.Json.Serialization;

namespace AmlVnet.Simulator.Control;

/// <summary>The fault rules and their counters, kept in the state.</summary>
internal sealed class Faults(CloudState state)
{
    public const string RecordType = "simulator/fault";

    private static readonly Shape Count = Shape.WholeFrom(1, 1_000_000_000);

    private static readonly (string Name, Shape Shape)[] Members =
    [
        ("id", Shape.Text),
        ("method", Shape.OneOf("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE")),
        ("resourceType", Shape.Text),
        ("pathContains", Shape.Text),
        ("nth", Count),
        ("times", Count),
        ("probability", Shape.NumberFrom(0, 1)),
        ("kind", Shape.OneOf(Enum.GetNames<FaultKind>())),
        ("status", Shape.WholeFrom(400, 599)),
        ("code", Shape.Text),
        ("message", Shape.Text),
        ("retryAfterSeconds", Shape.WholeFrom(0, 1_000_000_000)),
    ];

    private static readonly Shape Rule = Shape.Closed(Members);

    /// <summary>The kinds of a rule's values alone: a state file may be older than a range above.</summary>
    private static readonly Shape KeptRule = Shape.Closed(
        ("id", Shape.Text.Required),
        ("method", Shape.Text),
        ("resourceType", Shape.Text),
        ("pathContains", Shape.Text),
        ("nth", Shape.Whole),
        ("times", Shape.Whole),
        ("probability", Shape.Number),
        ("kind", Shape.OneOf(Enum.GetNames<FaultKind>())),
        ("status", Shape.Whole),
        ("code", Shape.Text),
        ("message", Shape.Text),
        ("retryAfterSeconds", Shape.Whole));

    /// <summary>What a record of a rule holds.</summary>
    public static Shape RecordShape { get; } = Shape.Object(
        ("rule", KeptRule.Required), ("seen", Shape.Whole.Required), ("hits", Shape.Whole.Required), ("order", Shape.Whole.Required));

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(), new WholeNumbers() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The rules for an operation that the current request may start; it is not known before whether it starts one.</summary>
    private readonly List<string> _forOperation = [];

    public FaultRule Add(FaultRule rule)
    {
        var named = rule with { Id = rule.Id ?? "fault-" + state.Identifiers.Hex(8) };
        if (named.Id.Length == 0)
            throw new ArgumentException("The id of a fault rule is not empty.");
        if (Rule.Problem(ToJson(named)) is { } problem)
            throw new ArgumentException(problem);
        if (named.Probability == 0)
            throw new ArgumentException("The value of 'probability' has to be above 0: the rule would hit nothing.");
        if (named.Kind == FaultKind.FailOperation && (named.Method.Same("GET") || named.Method.Same("HEAD")))
            throw new ArgumentException($"A fault rule of kind FailOperation does not have the method {named.Method}: such a request "
                + "starts no operation.");
        if (state.World.Find(RecordId(named.Id)) is not null)
            throw new ArgumentException($"There is a fault rule with the id '{named.Id}' already.");
        var body = new JsonObject { ["rule"] = ToJson(named), ["seen"] = 0, ["hits"] = 0, ["order"] = state.Identifiers.Sequence() };
        state.World.Save(new Resource(RecordId(named.Id), RecordType, body));
        return named;
    }

    public bool Remove(string id)
    {
        var found = state.World.Find(RecordId(id), RecordType) is not null;
        state.World.Remove(RecordId(id));
        return found;
    }

    public void Clear()
    {
        foreach (var record in state.World.OfType(RecordType).ToList())
            state.World.Remove(record.Id);
    }

    public IReadOnlyList<FaultRule> All => [.. state.World.OfType(RecordType).OrderBy(r => r.Body.Whole("order"))
        .Select(r => FromJson(r.Body.Object("rule")!))];

    /// <summary>
    /// The first rule that hits a request; counts it. A rule that fails operations is counted only when the request starts one.
    /// </summary>
    public FaultRule? Match(string method, string path, string? type)
    {
        _forOperation.Clear();
        Spent = null;
        foreach (var record in state.World.OfType(RecordType).OrderBy(r => r.Body.Whole("order")).ToList())
        {
            var rule = FromJson(record.Body.Object("rule")!);
            if ((rule.Method is not null && !rule.Method.Same(method))
                || (rule.ResourceType is not null && !rule.ResourceType.Same(type))
                || (rule.PathContains is not null && !path.Contains(rule.PathContains, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }
            if (rule.Kind == FaultKind.FailOperation)
                _forOperation.Add(record.Id);
            else if (Hits(record, rule))
                return rule;
        }
        return null;
    }

    /// <summary>The error that an operation started now is to end with.</summary>
    public JsonObject? TakeOperationFault()
    {
        foreach (var record in _forOperation.Select(id => state.World.Find(id)!))
        {
            var rule = FromJson(record.Body.Object("rule")!);
            if (!Hits(record, rule))
                continue;
            Spent = rule.Id;
            return new JsonObject { ["code"] = rule.Code, ["message"] = rule.Message };
        }
        return null;
    }

    /// <summary>The id of the rule that failed the operation of the current request, or null.</summary>
    public string? Spent { get; private set; }

    /// <summary>Forgets the current request.</summary>
    public void EndRequest() => _forOperation.Clear();

    private bool Hits(Resource record, FaultRule rule)
    {
        var (seen, hits) = (record.Body.Whole("seen")!.Value + 1, record.Body.Whole("hits")!.Value);
        var hit = (rule.Nth is null || rule.Nth == seen)
            && (rule.Times is null || hits < rule.Times)
            && (rule.Probability is not { } chance || state.Identifiers.Draw() < chance);
        record.Body["seen"] = seen;
        record.Body["hits"] = hit ? hits + 1 : hits;
        state.World.Save(record);
        return hit;
    }

    public static JsonObject ToJson(FaultRule rule) => (JsonObject)JsonSerializer.SerializeToNode(rule, Format)!;

    /// <summary>Reads a rule that somebody wrote; names may be in any case.</summary>
    /// <exception cref="ArgumentException">It is not one.</exception>
    public static FaultRule Read(JsonObject json)
    {
        var rule = new JsonObject();
        foreach (var (name, value) in json.Where(member => member.Value is not null))
            rule[Array.Find(Members, m => m.Name.Same(name)).Name ?? name] = value!.DeepClone();
        return Rule.Problem(rule) is { } problem ? throw new ArgumentException(problem) : FromJson(rule);
    }

    private static FaultRule FromJson(JsonObject json) => JsonSerializer.Deserialize<FaultRule>(json, Format)!;

    private static string RecordId(string id) => "simulator/faults/" + id;

    /// <summary>Reads whole numbers however they are written, such as <c>1.0</c>; their shape is checked before.</summary>
    private sealed class WholeNumbers : JsonConverter<int>
    {
        public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => (int)reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}
