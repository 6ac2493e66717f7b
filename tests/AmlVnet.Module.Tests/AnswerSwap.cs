using System.Net;
using System.Reflection;

namespace AmlVnet.Module.Tests;

/// <summary>Something that answers in Azure's place.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Make">Its answer to a request.</param>
internal sealed record BadAnswer(string Name, Func<HttpRequestMessage, HttpResponseMessage> Make)
{
    private const string Portal = "https://portal.example.com:8443/sign-in?back=x";

    /// <summary>What no Azure answers to a write.</summary>
    public static IReadOnlyList<BadAnswer> All { get; } =
    [
        Redirect(HttpStatusCode.Moved), Redirect(HttpStatusCode.Redirect),
        Redirect(HttpStatusCode.TemporaryRedirect), Redirect(HttpStatusCode.PermanentRedirect),
        new("304", static _ => new HttpResponseMessage(HttpStatusCode.NotModified)),
        new("203", static _ => Body(HttpStatusCode.NonAuthoritativeInformation, "{}"u8.ToArray())),
        new("HTML", static _ => Body(HttpStatusCode.OK, "<html><body>Sign in</body></html>"u8.ToArray(), "text/html")),
        new("empty", static _ => Body(HttpStatusCode.OK, [])),
        new("null", static _ => Body(HttpStatusCode.OK, "null"u8.ToArray())),
        new("[]", static _ => Body(HttpStatusCode.OK, "[]"u8.ToArray())),
        new("{}", static _ => Body(HttpStatusCode.OK, "{}"u8.ToArray())),
        new("no UTF-8", static _ => Body(HttpStatusCode.OK, [.. "{ \"id\": \""u8, 0xFF, 0xFE, .. "\" }"u8])),
        new("201 HTML", static _ => Body(HttpStatusCode.Created, "<html></html>"u8.ToArray(), "text/html")),
        new("another resource", static _ => Body(HttpStatusCode.OK,
            """
            { "id": "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/other",
              "properties": { "provisioningState": "Succeeded" } }
            """u8.ToArray())),
        new("204", static _ => new HttpResponseMessage(HttpStatusCode.NoContent)),
    ];

    private static BadAnswer Redirect(HttpStatusCode status) => new($"{(int)status}", _ =>
    {
        var answer = new HttpResponseMessage(status);
        answer.Headers.Location = new Uri(Portal);
        return answer;
    });

    private static HttpResponseMessage Body(HttpStatusCode status, byte[] body, string type = "application/json")
    {
        var answer = new HttpResponseMessage(status) { Content = new ByteArrayContent(body) };
        answer.Content.Headers.ContentType = new(type);
        return answer;
    }
}

/// <summary>Stands between a runspace's connection and its simulator, as a proxy would, and answers in its place.</summary>
internal sealed class AnswerSwap : DelegatingHandler
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private AnswerSwap(HttpMessageHandler inner)
        : base(inner)
    {
    }

    /// <summary>Answers a request; null lets it through.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> Answer { get; set; } = static _ => null;

    /// <summary>Every address that was asked, in order.</summary>
    public List<Uri> Asked { get; } = [];

    /// <summary>Whether a request changes nothing: one that only looks into a cluster by kubectl goes by POST.</summary>
    public static bool IsRead(HttpRequestMessage request) => request.Method == HttpMethod.Get
        || request.RequestUri!.AbsolutePath.EndsWith("/runCommand", StringComparison.Ordinal) && request.Content is { } content
            && JsonNode.Parse(content.ReadAsStream())!["command"]!.GetValue<string>().Split("&&", StringSplitOptions.TrimEntries)
                .All(static line => line.StartsWith("kubectl get ", StringComparison.Ordinal));

    /// <summary>Puts itself before the world's simulator; every command of the runspace goes through it from then on.</summary>
    public static AnswerSwap Before(Rehearsal world)
    {
        var context = world.Runspace.Invoke("Get-AmlVnetContext").OutputWithoutErrors().Single().BaseObject;
        var connection = Get(context, "Connection");
        var options = Clone(Get(connection, "Options"));
        var swap = new AnswerSwap((HttpMessageHandler)Get(options, "Handler"));
        Set(options, "Handler", swap);
        var other = Clone(context);
        Set(other, "Connection", Activator.CreateInstance(connection.GetType(), Any, null, [options], null)!);
        world.Runspace.SetVariable("swapped", other);
        world.Runspace.Invoke("$PSDefaultParameterValues['*-A*:DefaultProfile'] = $swapped").OutputWithoutErrors();
        return swap;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (Asked) Asked.Add(request.RequestUri!);
        if (Answer(request) is not { } answer) return await base.SendAsync(request, cancellationToken);
        answer.RequestMessage = request;
        return answer;
    }

    private static object Get(object of, string name) => of.GetType().GetProperty(name, Any)!.GetValue(of)!;

    private static void Set(object of, string name, object value) => of.GetType().GetProperty(name, Any)!.SetValue(of, value);

    private static object Clone(object value) => typeof(object).GetMethod(nameof(MemberwiseClone), Any)!.Invoke(value, null)!;
}
