using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AmlVnet.Simulator.Control;

/// <summary>The control surface over HTTP, below <c>/simulator/</c>.</summary>
internal sealed class ControlEndpoint(SimulatorControl control)
{
    private static readonly JsonSerializerOptions LogFormat = new(JsonSerializerDefaults.Web);

    private static readonly Shape AdvanceBody = Shape.Closed(
        ("advanceSeconds", Shape.NumberFrom(0, SimulatorControl.LongestAdvance.TotalSeconds).Required));

    private static readonly Shape ResetBody = Shape.Closed(("scenario", Shape.Text));

    /// <summary>The answer, or null when the path is not the control surface's. A refusal changes nothing.</summary>
    public SimulatorResponse? Handle(SimulatorRequest request)
    {
        if (!request.Uri.AbsolutePath.StartsWith("/simulator/", StringComparison.OrdinalIgnoreCase))
            return null;
        var segments = request.Uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var answer = Try(() => Answer(request, segments));
        if (answer.Status >= 400)
            control.Undo();
        return answer;
    }

    private static SimulatorResponse Try(Func<SimulatorResponse> work)
    {
        try
        {
            return work();
        }
        catch (Exception problem) when (problem is ArgumentException or JsonException)
        {
            return Problem(400, "BadRequest", problem.Message);
        }
    }

    private SimulatorResponse Answer(SimulatorRequest request, string[] segments) =>
        (request.Method.ToUpperInvariant(), segments.Length > 1 ? segments[1].ToLowerInvariant() : "", segments.Length) switch
        {
            ("GET", "state", 2) => Json(200, control.State()),
            ("GET", "clock", 2) => Clock(),
            ("POST", "clock", 2) => Advance(Body(request)),
            ("GET", "settings", 2) => Json(200, JsonNode.Parse(control.SettingsJson)!),
            ("PATCH" or "POST", "settings", 2) => Set(Body(request)),
            ("GET", "faults", 2) => List(control.Faults.Select(Faults.ToJson)),
            ("POST", "faults", 2) => Json(201, Faults.ToJson(control.AddFault(Faults.Read(Body(request))))),
            ("DELETE", "faults", 2) => Do(control.ClearFaults),
            ("DELETE", "faults", 3) => control.RemoveFault(Uri.UnescapeDataString(segments[2])) ? Json(204, null)
                : Problem(404, "NotFound", $"There is no fault rule '{segments[2]}'."),
            ("GET", "log", 2) => Log(request),
            ("DELETE", "log", 2) => Do(control.ClearLog),
            ("POST", "reset", 2) => Reset(request),
            _ => Problem(404, "NotFound", "The control endpoint has state, clock, settings, faults, log and reset."),
        };

    private SimulatorResponse Clock() => Json(200, new JsonObject
    {
        ["time"] = control.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        ["timeScale"] = control.TimeScale,
    });

    private SimulatorResponse Advance(JsonObject body)
    {
        Check(AdvanceBody, body);
        control.Advance(TimeSpan.FromSeconds(body.Number("advanceSeconds")!.Value));
        return Clock();
    }

    private SimulatorResponse Set(JsonObject body)
    {
        foreach (var (name, value) in body)
        {
            if (Settings.Problem(name, value) is { } problem)
                throw new ArgumentException(problem);
        }
        foreach (var (name, value) in body)
            control.SetNode(name, value);
        return Json(200, JsonNode.Parse(control.SettingsJson)!);
    }

    private SimulatorResponse Log(SimulatorRequest request)
    {
        var query = QueryString.Of(request.Uri);
        var after = long.TryParse(query.GetValueOrDefault("after"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : 0;
        var entries = control.Log.Where(e => e.Number > after);
        return List(entries.Select(e => JsonSerializer.SerializeToNode(e, LogFormat)));
    }

    private SimulatorResponse Reset(SimulatorRequest request)
    {
        var body = request.Body.IsEmpty ? [] : Body(request);
        Check(ResetBody, body);
        control.Reset(body.Text("scenario"));
        return Json(200, control.State());
    }

    private static SimulatorResponse List(IEnumerable<JsonNode?> items) =>
        Json(200, new JsonObject { ["value"] = new JsonArray([.. items]) });

    private static SimulatorResponse Do(Action action)
    {
        action();
        return Json(204, null);
    }

    private static JsonObject Body(SimulatorRequest request) =>
        Kernel.Json.Parse(request.Body) as JsonObject ?? throw new ArgumentException("The body is not a JSON object.");

    private static void Check(Shape shape, JsonObject body)
    {
        if (shape.Problem(body) is { } problem)
            throw new ArgumentException(problem);
    }

    private static SimulatorResponse Problem(int status, string code, string message) =>
        Json(status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } });

    private static SimulatorResponse Json(int status, JsonNode? body) => new(
        status,
        body is null ? [] : [new("Content-Type", "application/json; charset=utf-8"), new("Cache-Control", "no-store")],
        body is null ? default : Encoding.UTF8.GetBytes(body.ToJsonString(Kernel.Json.Compact)));
}
