using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AmlVnet.Sweep.Tests;

/// <summary>Which requests a fault can hit.</summary>
[Flags]
internal enum Reach
{
    /// <summary>What only reads.</summary>
    Reads = 1,

    /// <summary>What may change something.</summary>
    Writes = 2,

    /// <summary>Both.</summary>
    All = Reads | Writes,
}

/// <summary>What goes wrong with one request, in each of the tries that the SDK makes of it.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Reach">What it can hit.</param>
/// <param name="Act">Answers in the place of the simulator, or lets it answer and spoils that.</param>
internal sealed record Fault(string Name, Reach Reach, Func<FaultProxy.Hit, Task<HttpResponseMessage>> Act)
{
    /// <summary>Whether the command ends there, without a chance to say or do anything more.</summary>
    public bool Kills { get; init; }

    /// <summary>Whether the user stops the command there.</summary>
    public bool Stops { get; init; }

    private const string Json = "application/json";

    private static readonly byte[][] Rubbish =
    [
        "{ \"status\": 5"u8.ToArray(), "<html>come back</html>"u8.ToArray(), "{ \"status\": [] }"u8.ToArray(),
        [0xEF, 0xBB, 0xBF, (byte)'{'], [0xFF, 0xFE, 0],
    ];

    /// <summary>Every fault.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("reset before", Reach.All, static _ => throw Reset()),
        new("reset after", Reach.All, static async hit =>
        {
            (await hit.PassAsync()).Dispose();
            throw Reset();
        }),
        new("timeout", Reach.All, static async hit =>
        {
            hit.Wait(TimeSpan.FromSeconds(100));
            await Task.Yield();
            throw new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout of 100 seconds elapsing.",
                new TimeoutException());
        }),
        new("429 Retry-After", Reach.All,
            static _ => Refuse(429, """{"error":{"code":"TooManyRequests","message":"The request is being throttled."}}""", 17)),
        new("429 RetryableError", Reach.All, static _ => Refuse(429, """
            {"error":{"code":"RetryableError","message":"A retryable error occurred.",
            "details":[{"code":"RetryableErrorDueToAnotherOperation",
            "message":"Operation PutSecurityRuleOperation (11f8aa6b) is updating resource. The call can be retried in 11 seconds."}]}}
            """, 11)),
        new("409 AnotherOperationInProgress", Reach.Writes, static _ => Refuse(409, """
            {"error":{"code":"AnotherOperationInProgress","message":"Another operation on this or dependent resource is in progress."}}
            """)),
        new("500", Reach.All,
            static _ => Refuse(500, """{"error":{"code":"InternalServerError","message":"Encountered internal server error."}}""")),
        new("502 HTML", Reach.All, static _ => Refuse(502, "<html><head><title>502 Bad Gateway</title></head></html>", type: "text/html")),
        new("503", Reach.All, static _ => Refuse(503, """{"error":{"code":"ServerTimeout","message":"The request timed out."}}""")),
        new("truncated JSON", Reach.All, static async hit =>
        {
            var answer = await hit.PassAsync();
            var body = await answer.Content.ReadAsByteArrayAsync();
            return Body(answer.StatusCode, body.Length < 2 ? "{ \"id\": \"/sub"u8.ToArray() : body[..(body.Length / 2)], Json);
        }),
        new("302", Reach.All, static _ =>
        {
            var answer = new HttpResponseMessage(HttpStatusCode.Redirect);
            answer.Headers.Location = new Uri("https://portal.example.com/sign-in");
            return Task.FromResult(answer);
        }),
        new("200 HTML", Reach.All,
            static _ => Task.FromResult(Body(HttpStatusCode.OK, "<html><body>Sign in</body></html>"u8.ToArray(), "text/html"))),
        new("401", Reach.All,
            static _ => Refuse(401, """{"error":{"code":"InvalidAuthenticationToken","message":"The access token is invalid."}}""")),
        new("polls garbage", Reach.Writes, static async hit =>
        {
            hit.Proxy.SpoilReads(4, nth => Body(HttpStatusCode.OK, Rubbish[nth % Rubbish.Length], Json));
            return await hit.PassAsync();
        }),
        new("operation Failed", Reach.Writes, static hit => hit.PassFailingAsync()),
        new("slow", Reach.All, static async hit =>
        {
            hit.Wait(TimeSpan.FromSeconds(90));
            var answer = await hit.PassAsync();
            hit.Wait(TimeSpan.FromSeconds(90));
            return answer;
        }),
        new("killed before", Reach.All, static hit => hit.KillAsync()) { Kills = true },
        new("killed after", Reach.Writes, static async hit =>
        {
            (await hit.PassAsync()).Dispose();
            return await hit.KillAsync();
        }) { Kills = true },
        new("stopped before", Reach.All, static hit => hit.StopAsync()) { Stops = true },
        new("stopped after", Reach.Writes, static async hit =>
        {
            (await hit.PassAsync()).Dispose();
            return await hit.StopAsync();
        }) { Stops = true },
        new("no connection for a minute", Reach.All, static hit =>
        {
            hit.Proxy.CutOff(TimeSpan.FromMinutes(1));
            throw Reset();
        }),
    ];

    /// <summary>A connection that breaks.</summary>
    public static HttpRequestException Reset() => new(HttpRequestError.ConnectionError, "The response ended prematurely.",
        new IOException("Unable to read data from the transport connection: Connection reset by peer.",
            new SocketException((int)SocketError.ConnectionReset)));

    private static Task<HttpResponseMessage> Refuse(int status, string body, int? retryAfter = null, string type = Json)
    {
        var answer = Body((HttpStatusCode)status, Encoding.UTF8.GetBytes(body), type);
        if (retryAfter is { } seconds) answer.Headers.Add("Retry-After",
            seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return Task.FromResult(answer);
    }

    private static HttpResponseMessage Body(HttpStatusCode status, byte[] body, string type)
    {
        var answer = new HttpResponseMessage(status) { Content = new ByteArrayContent(body) };
        answer.Content.Headers.ContentType = new(type);
        return answer;
    }
}
