using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AmlVnet.Simulator.Arm;
using AmlVnet.Simulator.State;

namespace AmlVnet.Simulator.Control;

/// <summary>The fault rules and their counters, kept in the state.</summary>
internal sealed class Faults(Cloud cloud)
{
    private const string RecordType = "simulator/fault";

    private static readonly System.Text.Json.JsonSerializerOptions Format = new(System.Text.Json.JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The fault for the operation that the current request starts.</summary>
    public FaultRule? ForOperation { get; set; }

    public FaultRule Add(FaultRule rule)
    {
        var named = rule with { Id = rule.Id ?? "fault-" + cloud.Identifiers.Hex(8) };
        if (named.Probability is < 0 or > 1)
            throw new ArgumentException("The probability of a fault is between 0 and 1.", nameof(rule));
        if (named.Status is < 200 or > 599)
            throw new ArgumentException("The status of a fault is an HTTP status.", nameof(rule));
        var body = new JsonObject { ["rule"] = ToJson(named), ["seen"] = 0, ["hits"] = 0, ["order"] = cloud.Identifiers.Sequence() };
        cloud.World.Save(new Resource("simulator/faults/" + named.Id, RecordType, body));
        return named;
    }

    public bool Remove(string id)
    {
        var found = cloud.World.Find("simulator/faults/" + id, RecordType) is not null;
        cloud.World.Remove("simulator/faults/" + id);
        return found;
    }

    public void Clear()
    {
        foreach (var record in cloud.World.OfType(RecordType).ToList())
            cloud.World.Remove(record.Id);
    }

    public IReadOnlyList<FaultRule> All => [.. cloud.World.OfType(RecordType).OrderBy(r => r.Body.Whole("order"))
        .Select(r => FromJson(r.Body.Object("rule")!))];

    /// <summary>The first rule that hits a request; counts it.</summary>
    public FaultRule? Match(string method, string path, string? type)
    {
        foreach (var record in cloud.World.OfType(RecordType).OrderBy(r => r.Body.Whole("order")).ToList())
        {
            var rule = FromJson(record.Body.Object("rule")!);
            if ((rule.Method is not null && !rule.Method.Same(method))
                || (rule.ResourceType is not null && !rule.ResourceType.Same(type))
                || (rule.PathContains is not null && !path.Contains(rule.PathContains, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }
            var (seen, hits) = (record.Body.Whole("seen")!.Value + 1, record.Body.Whole("hits")!.Value);
            var hit = (rule.Nth is null || rule.Nth == seen)
                && (rule.Times is null || hits < rule.Times)
                && (rule.Probability is not { } chance || cloud.Identifiers.Draw() < chance);
            record.Body["seen"] = seen;
            record.Body["hits"] = hit ? hits + 1 : hits;
            cloud.World.Save(record);
            if (hit)
                return rule;
        }
        return null;
    }

    /// <summary>The error that an operation started now is to end with.</summary>
    public JsonObject? TakeOperationFault()
    {
        var rule = ForOperation;
        ForOperation = null;
        return rule is null ? null : new JsonObject { ["code"] = rule.Code, ["message"] = rule.Message };
    }

    public static JsonObject ToJson(FaultRule rule) => (JsonObject)System.Text.Json.JsonSerializer.SerializeToNode(rule, Format)!;

    public static FaultRule FromJson(JsonObject json) => System.Text.Json.JsonSerializer.Deserialize<FaultRule>(json, Format)!;
}
