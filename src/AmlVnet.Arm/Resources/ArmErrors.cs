using System.Text.Json;
using AmlVnet.Core;
using Azure;
using Azure.Identity;

namespace AmlVnet.Arm.Resources;

/// <summary>Reads what Azure says when it says no: wrapped, flat (AKS), nested, or HTML from a proxy.</summary>
internal static class ArmErrors
{
    internal static AmlVnetException From(Response response, string target)
    {
        response.Headers.TryGetValue("x-ms-request-id", out var requestId);
        response.Headers.TryGetValue("x-ms-correlation-request-id", out var correlationId);
        return Problems.RequestRefused(target, response.Status, Read(response.Content.ToMemory()), requestId, correlationId);
    }

    /// <summary>From a failure of the transport or of the credential.</summary>
    internal static Exception From(Exception failure, string target) => failure switch
    {
        AmlVnetException => failure,
        AuthenticationFailedException e => SignInFailure.From(e, target),
        _ when SignInFailure.OfTransport(failure, target) is { } named => named,
        RequestFailedException { Status: 0 } e => Problems.Unreachable(target, e),
        RequestFailedException e when e.GetRawResponse() is { } response => From(response, target),
        AggregateException e => Problems.Unreachable(target, e),
        _ => failure,
    };

    /// <summary>The error in a body; null where there is none that can be read.</summary>
    internal static ArmErrorDetail? Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) return null;
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static ArmErrorDetail? Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        if (Member(element, "error") is { ValueKind: JsonValueKind.Object } wrapped) return Read(wrapped);
        var code = Text(element, "code");
        var message = Text(element, "message");
        if (code is null && message is null) return null;
        var details = Member(element, "details") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(Read).OfType<ArmErrorDetail>().ToArray()
            : [];
        return new ArmErrorDetail { Code = code, Message = message, Target = Text(element, "target"), Details = details };
    }

    /// <summary>The same refusal, without the lines of secrets that the service quotes from the request.</summary>
    internal static ArmRequestException Without(this ArmRequestException e, params string?[] secrets)
    {
        // What frames a PEM file is no secret, nor is a last line of a few characters; both stand in many texts.
        var lines = secrets.OfType<string>().SelectMany(static secret => secret.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(static line => line.Length >= 8 && !line.StartsWith("-----", StringComparison.Ordinal)).Distinct().ToArray();
        return new(e.ErrorId, e.Kind, Clean(e.Message)!, e.Status, CleanAll(e.Error), e.RequestId, e.CorrelationId, Clean(e.RecommendedAction), e.Target);

        string? Clean(string? text) => lines.Aggregate(text, static (left, line) => left?.Replace(line, "***", StringComparison.Ordinal));

        ArmErrorDetail? CleanAll(ArmErrorDetail? error) => error is null ? null : error with
        {
            Message = Clean(error.Message),
            Target = Clean(error.Target),
            Details = [.. error.Details.Select(CleanAll).OfType<ArmErrorDetail>()],
        };
    }

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A member in any case: a refused deletion of a resource group comes as Error, Code and Message.</summary>
    private static JsonElement? Member(JsonElement element, string name)
    {
        foreach (var member in element.EnumerateObject())
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return member.Value;
        return null;
    }
}
