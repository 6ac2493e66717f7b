using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AmlVnet.Simulator.Kernel;

/// <summary>Reading of JSON that, once it is parsed, never throws for an unexpected shape.</summary>
internal static class Json
{
    public static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Reads a document to its end. <see cref="JsonNode"/> finds a name that is given twice and a text that is no Unicode only when it
    /// comes
    /// to them; here they are refused at once.
    /// </summary>
    /// <exception cref="JsonException">It is not JSON, or has one of these.</exception>
    public static JsonNode? Parse(ReadOnlyMemory<byte> utf8, JsonDocumentOptions options = default)
    {
        using var document = JsonDocument.Parse(utf8, options);
        try
        {
            Check(document.RootElement);
        }
        catch (InvalidOperationException problem)
        {
            throw new JsonException("A text is not well-formed Unicode.", problem);
        }
        return JsonNode.Parse(utf8.Span, null, options);
    }

    private static void Check(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (var member in element.EnumerateObject())
                {
                    if (!names.Add(member.Name))
                        throw new JsonException($"The name '{member.Name}' is given twice in one object.");
                    Check(member.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Check(item);
                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            default:
                break;
        }
    }

    public static string? Text(this JsonNode? node, string member) =>
        (node as JsonObject)?[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static JsonObject? Object(this JsonNode? node, string member) => (node as JsonObject)?[member] as JsonObject;

    public static JsonArray? Array(this JsonNode? node, string member) => (node as JsonObject)?[member] as JsonArray;

    public static IEnumerable<JsonObject> Objects(this JsonNode? node, string member) => node.Array(member)?.OfType<JsonObject>() ?? [];

    public static IEnumerable<string> Texts(this JsonNode? node, string member)
    {
        foreach (var item in node.Array(member) ?? [])
        {
            if (item is JsonValue value && value.TryGetValue<string>(out var text))
                yield return text;
        }
    }

    public static double? Number(this JsonNode? node, string member) =>
        (node as JsonObject)?[member] is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;

    public static int? Whole(this JsonNode? node, string member) =>
        node.Number(member) is { } number && number == Math.Floor(number) && Math.Abs(number) < int.MaxValue ? (int)number : null;

    public static bool? Flag(this JsonNode? node, string member) =>
        (node as JsonObject)?[member] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    public static DateTimeOffset? Time(this JsonNode? node, string member) =>
        DateTimeOffset.TryParse(node.Text(member), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
            : null;

    /// <summary>Merges a change into a document (RFC 7396: JSON Merge Patch): null removes, objects merge, all else replaces.</summary>
    public static void Merge(JsonObject target, JsonObject change)
    {
        foreach (var (member, value) in change)
        {
            if (value is null)
                target.Remove(member);
            else if (value is JsonObject inner)
            {
                if (target[member] is not JsonObject into)
                    target[member] = into = [];
                Merge(into, inner);
            }
            else
                target[member] = value.DeepClone();
        }
    }

    public static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'",
        CultureInfo.InvariantCulture);

    public static bool Same(this string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
