using System.Text.Json;
using AmlVnet.Core.Errors;
using Azure;
using Azure.Identity;

namespace AmlVnet.Arm.Http;

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
        AggregateException e when e.InnerExceptions.OfType<AmlVnetException>().LastOrDefault() is { } own => own,
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
        // The latter at texts that are no UTF-8.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The one place where a service's words become a part of an error: secrets that it quotes end here.</summary>
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
        return new ArmErrorDetail
        {
            Code = code,
            Message = message,
            Target = Text(element, "target"),
            Details = [.. details, .. Policies(element)],
        };
    }

    /// <summary>The policies that refused a request stand beside the details; they are told as details.</summary>
    private static IEnumerable<ArmErrorDetail> Policies(JsonElement error)
    {
        if (Member(error, "additionalInfo") is not { ValueKind: JsonValueKind.Array } list) yield break;
        foreach (var one in list.EnumerateArray().Where(static one => one.ValueKind == JsonValueKind.Object))
        {
            if (Text(one, "type") != "PolicyViolation" || Member(one, "info") is not { ValueKind: JsonValueKind.Object } info) continue;
            var assignment = Text(info, "policyAssignmentId");
            var definition = Text(info, "policySetDefinitionId") ?? Text(info, "policyDefinitionId");
            yield return new ArmErrorDetail
            {
                Code = "PolicyViolation",
                Message = "policy assignment "
                    + $"'{Text(info, "policyAssignmentDisplayName") ?? Text(info, "policyAssignmentName") ?? assignment}', "
                    + $"definition '{Text(info, "policyDefinitionDisplayName") ?? Text(info, "policyDefinitionName") ?? definition}' "
                    + $"({definition})",
                Target = assignment,
            };
        }
    }

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
            ? SentSecrets.Clean(text) : null;

    /// <summary>A member in any case: a refused deletion of a resource group comes as Error, Code and Message.</summary>
    private static JsonElement? Member(JsonElement element, string name)
    {
        foreach (var member in element.EnumerateObject())
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return member.Value;
        return null;
    }
}
