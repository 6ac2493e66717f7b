using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Azure;
using Azure.Identity;

namespace AmlVnet.Arm.Http;

/// <summary>Reads what Azure says when it says no: wrapped, flat (AKS), nested, or HTML from a proxy.</summary>
internal static class ArmErrors
{
    private const int DeepestError = 12;
    private const int MostDetails = 10;
    private const string PolicyViolation = "PolicyViolation";
    private static readonly string[] Wrappers = ["error", "odata.error"];

    internal static AmlVnetException From(Response response, string target)
    {
        response.Headers.TryGetValue("x-ms-request-id", out var requestId);
        response.Headers.TryGetValue("x-ms-correlation-request-id", out var correlationId);
        return Problems.RequestRefused(target, response.Status, Read(response.Content.ToMemory()), Id(requestId), Id(correlationId));

        static string? Id(string? header) => header is null ? null : Shown(header);
    }

    /// <summary>From a failure of the transport or of the credential.</summary>
    internal static Exception From(Exception failure, string target) => failure switch
    {
        AmlVnetException => failure,
        AuthenticationFailedException e => SignInFailure.From(e, target),
        AggregateException e when e.InnerExceptions.OfType<AmlVnetException>().LastOrDefault() is { } own => own,
        _ when SignInFailure.OfTransport(failure, target) is { } named => named,
        RequestFailedException { Status: 0 } e => Problems.Unreachable(target, e),
        RequestFailedException e when e.GetRawResponse() is { } response => From(response, target),
        AggregateException e => Problems.Unreachable(target, e),
        OperationCanceledException or IOException or HttpRequestException => Problems.Unreachable(target, failure),
        _ => Problems.Unexpected(failure, target),
    };

    /// <summary>The error in a body; null where there is none that can be read.</summary>
    internal static ArmErrorDetail? Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) return null;
        try
        {
            // What is not UTF-8 is read as far as it goes: the code is there in most of it.
            using var document = Utf8.IsValid(body.Span) ? JsonDocument.Parse(body)
                : JsonDocument.Parse(Encoding.UTF8.GetString(body.Span));
            return Read(document.RootElement);
        }
        // The latter at texts that are no UTF-8.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The one place where a service's words become a part of an error: secrets that it quotes end here.</summary>
    internal static ArmErrorDetail? Read(JsonElement element) => Read(element, 0);

    private static ArmErrorDetail? Read(JsonElement element, int depth)
    {
        if (element.ValueKind != JsonValueKind.Object || depth > DeepestError) return null;
        foreach (var wrapper in Wrappers)
            if (Member(element, wrapper) is { ValueKind: JsonValueKind.Object } wrapped)
                return Read(wrapped, depth + 1);
        var code = Text(element, "code");
        var message = Text(element, "message") ?? LocalText(element);
        var details = Inner(element, depth);
        if (code is null && message is null) return details.Length == 1 ? details[0] : null;
        return new ArmErrorDetail { Code = code, Message = message, Target = Text(element, "target"), Inner = details };
    }

    /// <summary>The policies that refused a request stand beside the details; they are told as details.</summary>
    private static IEnumerable<ArmErrorDetail> Policies(JsonElement error)
    {
        if (Member(error, "additionalInfo") is not { ValueKind: JsonValueKind.Array } list) yield break;
        foreach (var one in list.EnumerateArray().Take(MostDetails).Where(static one => one.ValueKind == JsonValueKind.Object))
        {
            if (Text(one, "type") != PolicyViolation || Member(one, "info") is not { ValueKind: JsonValueKind.Object } info) continue;
            var assignment = Text(info, "policyAssignmentId");
            var definition = Text(info, "policySetDefinitionId") ?? Text(info, "policyDefinitionId");
            yield return new ArmErrorDetail
            {
                Code = PolicyViolation,
                Message = "policy assignment "
                    + $"'{Text(info, "policyAssignmentDisplayName") ?? Text(info, "policyAssignmentName") ?? assignment}', "
                    + $"definition '{Text(info, "policyDefinitionDisplayName") ?? Text(info, "policyDefinitionName") ?? definition}' "
                    + $"({definition})",
                Target = assignment,
            };
        }
    }

    /// <summary>The errors beneath one: its details, the inner error of OData, and what a policy says beside it.</summary>
    private static ArmErrorDetail[] Inner(JsonElement element, int depth)
    {
        List<ArmErrorDetail> inner = [];
        if (Member(element, "details") is { ValueKind: JsonValueKind.Array } list)
            inner.AddRange(list.EnumerateArray().Take(MostDetails).Select(one => Read(one, depth + 1)).OfType<ArmErrorDetail>());
        if (Member(element, "innererror") is { } under && Read(under, depth + 1) is { } cause) inner.Add(cause);
        if (Member(element, "additionalInfo") is { ValueKind: JsonValueKind.Array } infos)
            inner.AddRange(infos.EnumerateArray().Take(MostDetails)
                .Where(static info => info.ValueKind == JsonValueKind.Object && Text(info, "type") != PolicyViolation)
                .Select(static info => new ArmErrorDetail
                {
                    Code = Text(info, "type"),
                    Message = Member(info, "info") is { } said ? Shown(said.GetRawText()) : null,
                }).Where(static detail => detail is not { Code: null, Message: null }));
        return [.. inner, .. Policies(element)];
    }

    // OData's message: { "lang": "en-US", "value": "…" }.
    private static string? LocalText(JsonElement element) =>
        Member(element, "message") is { ValueKind: JsonValueKind.Object } local ? Text(local, "value") : null;

    private static string Shown(string text) => Problems.Shown(SentSecrets.Clean(text)!);

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
            ? Shown(text) : null;

    /// <summary>A member in any case: a refused deletion of a resource group comes as Error, Code and Message.</summary>
    private static JsonElement? Member(JsonElement element, string name)
    {
        foreach (var member in element.EnumerateObject())
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return member.Value;
        return null;
    }
}
