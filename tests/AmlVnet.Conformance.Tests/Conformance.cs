using System.Text.Json;
using Microsoft.OpenApi;

namespace AmlVnet.Conformance.Tests;

/// <summary>Holds exchanges against the specifications, and counts.</summary>
internal sealed class Conformance(SpecLibrary library)
{
    private readonly SortedSet<string> _operations = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _unspecified = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Deviation> _deviations = new(StringComparer.Ordinal);

    internal int Validated { get; private set; }

    internal IReadOnlyCollection<string> Operations => _operations;

    /// <summary>What no specification at hand describes, and how often it was asked.</summary>
    internal IReadOnlyDictionary<string, int> Unspecified => _unspecified;

    /// <summary>The deviations, each once.</summary>
    internal IReadOnlyCollection<Deviation> Deviations => _deviations.Values;

    /// <summary>Compares one exchange; its own deviations are returned, too.</summary>
    internal IReadOnlyList<Deviation> Check(Exchange exchange)
    {
        var query = QueryOf(exchange.Address);
        var asked = query.GetValueOrDefault("api-version");
        if (library.Find(exchange.Method, exchange.Address, asked) is not { } operation)
        {
            var key = $"{exchange.Method} {Outline(exchange.Address)}";
            _unspecified[key] = _unspecified.GetValueOrDefault(key) + 1;
            return [];
        }

        var found = new List<Deviation>();
        // Refused requests are often wrong on purpose; what counts is what the refusal looks like.
        if (exchange.Status < 400) CheckRequest(operation, exchange, query, found);
        var answered = new List<Deviation>();
        CheckAnswer(operation, exchange, answered);
        // Where only the file of an earlier version is at hand, it cannot tell what members and values a later one added.
        if (exchange.Status < 400 && string.CompareOrdinal(operation.File.ApiVersion, asked) < 0)
            answered.RemoveAll(static deviation => deviation.What is "undeclared" or "enum");
        found.AddRange(answered);
        Validated++;
        _operations.Add($"{operation.Name} ({operation.File.ApiVersion})");
        foreach (var deviation in found) _deviations.TryAdd(deviation.Key, deviation);
        return found;
    }

    private static void CheckRequest(SpecOperation operation, Exchange exchange, Dictionary<string, string> query, List<Deviation> found)
    {
        var use = exchange switch
        {
            { Method: "PUT", Status: 201 } => BodyUse.Create,
            { Method: "PUT", Status: 200 } or { Method: "PATCH" } => BodyUse.Update,
            _ => BodyUse.Ask,
        };
        var check = new BodyCheck(operation.Name, "request", use, found);
        var match = operation.Path.Match(exchange.Address.AbsolutePath);
        foreach (var parameter in operation.Parameters)
        {
            var name = parameter.Name!;
            if (parameter.In == ParameterLocation.Path)
                CheckParameter(operation, check, parameter, Uri.UnescapeDataString(match.Groups[SpecLibrary.Group(name)].Value));
            else if (parameter.In == ParameterLocation.Query && query.TryGetValue(name, out var value))
                CheckParameter(operation, check, parameter, value);
            else if (parameter.In == ParameterLocation.Query && parameter.Required)
                found.Add(new(operation.Name, "request", $"?{name}", "missing", "the query parameter is required"));
        }

        if (!query.ContainsKey("api-version"))
            found.Add(new(operation.Name, "request", "?api-version", "missing", "the query parameter is required"));
        foreach (var name in query.Keys.Where(static k => k != "api-version"))
            if (!operation.Parameters.Any(p => p.In == ParameterLocation.Query && name.Equals(p.Name, StringComparison.OrdinalIgnoreCase)))
                found.Add(new(operation.Name, "request", $"?{name}", "undeclared", "no such query parameter"));
        var body = operation.Operation.RequestBody;
        var schema = body?.Content?.Values.FirstOrDefault()?.Schema;
        if (exchange.RequestBody is { } text)
        {
            if (schema is null) found.Add(new(operation.Name, "request", "", "body", "no body is declared"));
            else check.Check(operation.File, schema, JsonNode.Parse(text), "");
        }
        else if (body?.Required == true)
        {
            found.Add(new(operation.Name, "request", "", "missing", "a body is required"));
        }
    }

    private static void CheckParameter(SpecOperation operation, BodyCheck check, IOpenApiParameter parameter, string value)
    {
        if (parameter.Schema is null || operation.File.Find(parameter.Schema)?.Schema is not { } schema) return;
        JsonNode node = schema.Type switch
        {
            JsonSchemaType.Integer when long.TryParse(value, out var number) => JsonValue.Create(number),
            JsonSchemaType.Boolean when bool.TryParse(value, out var yes) => JsonValue.Create(yes),
            _ => JsonValue.Create(value)!,
        };
        check.Check(operation.File, schema, node, parameter.In == ParameterLocation.Query ? $"?{parameter.Name}" : $"{{{parameter.Name}}}");
    }

    private static void CheckAnswer(SpecOperation operation, Exchange exchange, List<Deviation> found)
    {
        var side = exchange.Status >= 400 ? "error" : exchange.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (exchange.Status >= 400 && exchange.FromGateway) return;
        var responses = operation.Operation.Responses ?? [];
        if (!responses.TryGetValue(exchange.Status.ToString(System.Globalization.CultureInfo.InvariantCulture), out var response))
        {
            if (exchange.Status < 400 || !responses.TryGetValue("default", out response))
            {
                found.Add(new(operation.Name, side, "", "status", $"{exchange.Status} is not declared"));
                return;
            }
        }

        var schema = response.Content?.Values.FirstOrDefault()?.Schema;
        if (string.IsNullOrEmpty(exchange.ResponseBody))
        {
            // Which bodies are left out is up to the service: an asynchronous answer often has none.
            if (schema is not null && exchange.Status is 200 or 201 && exchange.Method == "GET")
                found.Add(new(operation.Name, side, "", "missing", "a body is declared"));
            return;
        }

        JsonNode? body;
        try
        {
            body = JsonNode.Parse(exchange.ResponseBody);
        }
        catch (JsonException)
        {
            if (exchange.Status < 400) found.Add(new(operation.Name, side, "", "type", "the answer is no JSON"));
            return;
        }

        var use = exchange.Method == "POST" ? BodyUse.Secrets : BodyUse.Answer;
        if (schema is null) found.Add(new(operation.Name, side, "", "body", "no body is declared"));
        else new BodyCheck(operation.Name, side, use, found).Check(operation.File, schema, body, "");
    }

    private static Dictionary<string, string> QueryOf(Uri address) => address.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static part => part.Split('=', 2)).GroupBy(static part => part[0], StringComparer.Ordinal)
            .ToDictionary(static g => Uri.UnescapeDataString(g.Key),
            static g => Uri.UnescapeDataString(g.First().ElementAtOrDefault(1)?.Replace('+', ' ') ?? ""), StringComparer.Ordinal);

    /// <summary>An address without names and ids, for counting.</summary>
    private static string Outline(Uri address)
    {
        if (address.Host.StartsWith("graph", StringComparison.OrdinalIgnoreCase)) return "Microsoft Graph";
        var at = address.AbsolutePath.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase);
        var segments = address.AbsolutePath[(at < 0 ? 1 : at + 11)..].Split('/');
        return string.Join('/', segments.Select((s, i) => at < 0 ? i % 2 == 1 : i > 0 && i % 2 == 0)
            .Zip(segments, static (isName, s) => isName ? "{}" : s));
    }
}
