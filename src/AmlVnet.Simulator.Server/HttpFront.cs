using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AmlVnet.Simulator.Kernel;
using Microsoft.AspNetCore.Http.Features;

namespace AmlVnet.Simulator.Server;

/// <summary>Hands what comes over HTTP to the simulator and its answers back.</summary>
internal sealed class HttpFront(AzureSimulator simulator, ServerSettings settings, TextWriter output, TextWriter errors)
{
    /// <summary>
    /// The largest body that Resource Manager takes, in bytes: 4 MB (Microsoft Learn: "Azure subscription and service limits, quotas, and
    /// constraints").
    /// </summary>
    public const long LargestBody = 4 * 1024 * 1024;

    /// <summary>The largest body, in bytes, that is read to its end before it is refused.</summary>
    public const long LargestReadBody = 16 * LargestBody;

    public async Task HandleAsync(HttpContext context)
    {
        var status = await AnswerAsync(context).ConfigureAwait(false);
        if (settings.LogRequests)
            await output.WriteLineAsync($"{context.Request.Method} {context.Request.Path.Value} {status}").ConfigureAwait(false);
    }

    private async Task<int> AnswerAsync(HttpContext context)
    {
        // A web page whose name was pointed at this machine (DNS rebinding) comes with that name.
        if (!IsLoopback(context.Request.Host.Host))
        {
            return await RefuseAsync(context, 421, "MisdirectedRequest", "The simulator answers to localhost, 127.0.0.1 and [::1] only.")
                .ConfigureAwait(false);
        }
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var origin = $"{context.Request.Scheme}://{context.Request.Host}";
        if (!target.StartsWith('/') || !Uri.TryCreate(origin + target, UriKind.Absolute, out var address))
            return await RefuseAsync(context, 400, "BadRequest", "The request's address is not a path.").ConfigureAwait(false);
        if (!context.Request.IsHttps && !IsManagedIdentity(address.AbsolutePath))
        {
            return await RefuseAsync(context, 403, "HttpsRequired", "Only the managed-identity endpoints are served over plain HTTP.")
                .ConfigureAwait(false);
        }

        SimulatorResponse answer;
        try
        {
            if (await ReadAsync(context).ConfigureAwait(false) is not { } body)
                return await RefuseTooLargeAsync(context).ConfigureAwait(false);
            var headers = context.Request.Headers
                .ToDictionary(static h => h.Key, static h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            answer = simulator.Handle(new SimulatorRequest(context.Request.Method, address, headers, body));
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return await RefuseTooLargeAsync(context).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or BadHttpRequestException))
        {
            await errors.WriteLineAsync($"{context.Request.Method} {address.AbsolutePath}: {fault}").ConfigureAwait(false);
            return await RefuseAsync(context, 500, "InternalServerError", $"The simulator failed: {fault.Message}").ConfigureAwait(false);
        }
        await WriteAsync(context, answer).ConfigureAwait(false);
        return answer.Status;
    }

    /// <summary>The body, or null when it is too large. It is read to its end all the same: most clients hear no answer before
    /// that.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        var piece = new byte[64 * 1024];
        var length = 0L;
        while (await context.Request.Body.ReadAsync(piece, context.RequestAborted).ConfigureAwait(false) is var read and > 0)
        {
            length += read;
            if (length <= LargestBody)
                body.Write(piece, 0, read);
        }
        return length <= LargestBody ? body.ToArray() : null;
    }

    private static Task<int> RefuseTooLargeAsync(HttpContext context) => RefuseAsync(
        context, 413, "RequestContentTooLarge", $"The request content size exceeds the maximum size of '{LargestBody}' bytes.");

    private static async Task WriteAsync(HttpContext context, SimulatorResponse answer)
    {
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            // Kept by a browser, it would turn every other server on localhost into https.
            if (name.Equals("Strict-Transport-Security", StringComparison.OrdinalIgnoreCase))
                continue;
            context.Response.Headers.Append(name, value);
        }
        if (answer.Status is >= 200 and not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified))
            context.Response.ContentLength = answer.Body.Length;
        if (!answer.Body.IsEmpty && !HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task<int> RefuseAsync(HttpContext context, int status, string code, string message)
    {
        var content = new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } };
        var body = Encoding.UTF8.GetBytes(content.ToJsonString());
        var answer = new SimulatorResponse(status, [new("Content-Type", "application/json; charset=utf-8")], body);
        await WriteAsync(context, answer).ConfigureAwait(false);
        return status;
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsManagedIdentity(string path) =>
        path.TrimEnd('/').ToLowerInvariant() is "/msi" or "/msi/token" or "/metadata/identity/oauth2/token";
}
