using System.Text.Json;

namespace AmlVnet.Simulator.Arm;

/// <summary>A request on its way to a provider.</summary>
internal sealed class ArmRequest
{
    public required SimulatorRequest Http { get; init; }

    public required ResourcePath Path { get; init; }

    public required IReadOnlyDictionary<string, string> Query { get; init; }

    public required string ApiVersion { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>The matched type; null for paths without one.</summary>
    public ResourceType? Type { get; set; }

    public string Method => Http.Method.ToUpperInvariant();

    /// <summary>The request's own scheme and authority, without a trailing slash.</summary>
    public string Origin => Http.Uri.GetLeftPart(UriPartial.Authority);

    public string Id => Path.Id;

    public string Name => Path.Names[^1];

    /// <summary>The last type segment when it names no resource: a collection, or the action of a POST.</summary>
    public string? Tail => Path.Types.Count > Path.Names.Count ? Path.Types[^1] : null;

    /// <summary>The body as an object.</summary>
    /// <exception cref="ArmException">There is none, or it is not JSON.</exception>
    public JsonObject Body()
    {
        try
        {
            if (!Http.Body.IsEmpty && Json.Parse(Http.Body) is JsonObject body)
                return body;
        }
        catch (JsonException problem)
        {
            throw ArmException.InvalidJson(problem.Message);
        }
        throw ArmException.InvalidJson("The request body is empty or not a JSON object");
    }

    /// <summary>The body, whose members have to be of the right kinds.</summary>
    /// <exception cref="ArmException">It is none such.</exception>
    public JsonObject Body(Shape shape)
    {
        var body = Body();
        return shape.Problem(body) is { } problem ? throw ArmException.InvalidJson(problem) : body;
    }

    /// <summary>Gives a resource the tags of a PATCH; without any it keeps its own.</summary>
    public void Retag(Resource resource)
    {
        var body = Body();
        if (body.ContainsKey("tags"))
            resource.Body["tags"] = body["tags"]?.DeepClone() ?? new JsonObject();
    }

    public string? QueryValue(string name) => Query.TryGetValue(name, out var value) ? value : null;

    public ArmException NotFound() =>
        ArmException.ResourceNotFound($"{Path.Namespace}/{string.Join('/', Path.Types.Zip(Path.Names, (t, n) => $"{t}/{n}"))}", Path.Group);

    public ArmException NotAllowed() => ArmException.MethodNotAllowed(Method, $"{Path.Namespace}/{string.Join('/', Path.Types)}");
}
