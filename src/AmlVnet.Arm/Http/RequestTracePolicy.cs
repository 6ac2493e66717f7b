using System.Diagnostics;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AmlVnet.Arm.Http;

/// <summary>
/// Tells the verbose stream each request's method, path, status and duration, and nothing else: headers carry tokens, bodies
/// carry keys, and the query of a polling address is signed.
/// </summary>
internal sealed class RequestTracePolicy(bool isSimulator) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var start = Stopwatch.GetTimestamp();
        ProcessNext(message, pipeline);
        Tell(message, start);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var start = Stopwatch.GetTimestamp();
        await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        Tell(message, start);
    }

    private void Tell(HttpMessage message, long start)
    {
        var uri = message.Request.Uri.ToUri();
        var version = System.Web.HttpUtility.ParseQueryString(uri.Query)["api-version"];
        var where = isSimulator ? "simulator: " : "";
        var millis = (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var status = message.HasResponse ? message.Response.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : "no answer";
        var log = ActivityLog.Current;
        var line = $"{where}{message.Request.Method} {uri.AbsolutePath}{(version is null ? "" : $" ({version})")} -> {status}";
        var isChange = message.Request.Method != RequestMethod.Get;
        if (log.Repeated?.IsRepeated(line, isChange) != true)
        {
            log.TellRepeated();
            log.Repeated?.Add(line, isChange);
            log.Verbose($"{line}, {millis} ms");
        }

        if (message.HasResponse)
        {
            message.Response.Headers.TryGetValue("x-ms-request-id", out var requestId);
            ActivityLog.Current.Debug($"{message.Request.Method} {uri.AbsolutePath}: request id {requestId ?? "none"}");
        }
    }
}
