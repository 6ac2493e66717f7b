using System.Globalization;
using System.Text;

namespace AmlVnet.Simulator.Arm;

/// <summary>Makes of what came of a request the answer that leaves, with the manners of its service.</summary>
/// <param name="state">The state; what a refused request changed in it is undone.</param>
/// <param name="alwaysRetryAfter">Whether every answer that asks to wait says for how long, also where the real provider does not.</param>
internal sealed class Responder(CloudState state, bool alwaysRetryAfter)
{
    public SimulatorResponse Answer(Exchange exchange, Func<Answer> work)
    {
        try
        {
            return Render(exchange, work());
        }
        catch (ArmException problem)
        {
            return Refuse(exchange, problem);
        }
        catch (Exception defect) when (defect is not OutOfMemoryException)
        {
            // A body of an unforeseen shape. A server answers nevertheless, and says that the fault is its own.
            return Refuse(exchange, new ArmException(500, "InternalServerError",
                $"The simulator could not work on this request: {defect.Message}"));
        }
    }

    private SimulatorResponse Refuse(Exchange exchange, ArmException problem)
    {
        state.World.Undo();
        exchange.ErrorCode = problem.Code;
        return Render(exchange, exchange.Service.Refuse(exchange.Request, problem));
    }

    private SimulatorResponse Render(Exchange exchange, Answer answer)
    {
        var http = exchange.Request.Http;
        var headers = new List<KeyValuePair<string, string>>();
        void Add(string name, string value) => headers.Add(new(name, value));
        var body = Array.Empty<byte>();
        if (answer.Raw is { } raw)
        {
            body = raw.Bytes;
            Add("Content-Type", raw.ContentType);
        }
        else if (answer.Body is { } json)
        {
            body = Encoding.UTF8.GetBytes(json.ToJsonString(Json.Compact));
            Add("Content-Type", "application/json; charset=utf-8");
        }
        if (exchange.Request.Method == "HEAD")
            body = [];
        Add("Cache-Control", "no-cache");
        if (exchange.Service.IsResourceManager)
            AddArmHeaders(exchange, Add);
        else
            Add("request-id", exchange.RequestId);
        if (http.Header("x-ms-return-client-request-id").Same("true") && http.Header("x-ms-client-request-id") is { } mine)
            Add("x-ms-client-request-id", mine);
        headers.AddRange(answer.Headers);
        if (answer.Wait is { } wait && (answer.RealProviderWaits || alwaysRetryAfter))
        {
            var seconds = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(wait.TotalSeconds)));
            Add("Retry-After", ((int)seconds.TotalSeconds).ToString(CultureInfo.InvariantCulture));
            Add("retry-after-ms", ((long)state.Clock.RealWait(seconds).TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        }
        return new SimulatorResponse(answer.Status, headers, body);
    }

    private static void AddArmHeaders(Exchange exchange, Action<string, string> add)
    {
        var (request, id) = (exchange.Request, exchange.RequestId);
        add("x-ms-request-id", id);
        add("x-ms-correlation-request-id", request.Http.Header("x-ms-correlation-request-id") ?? id);
        var time = request.Now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        add("x-ms-routing-request-id", $"SIMULATOR:{time}:{id}");
        add("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
        if (request.Path.Subscription is null)
            return;
        var kind = Throttling.KindOf(request.Method);
        var left = exchange.Left ?? (kind == "reads" ? 249 : 199);
        add($"x-ms-ratelimit-remaining-subscription-{kind}", left.ToString(CultureInfo.InvariantCulture));
    }
}
