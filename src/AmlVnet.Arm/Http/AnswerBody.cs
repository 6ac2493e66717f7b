using System.Text.Json;
using System.Text.Unicode;
using Azure;

namespace AmlVnet.Arm.Http;

/// <summary>Tells a service's answer from a page that something else put in its place.</summary>
internal static class AnswerBody
{
    /// <summary>Refuses a body that is not the resource at a path: what is written is answered by itself.</summary>
    /// <exception cref="AmlVnetException">It is no JSON, or another thing.</exception>
    internal static void RequireResource(Response response, string path)
    {
        var end = path.IndexOf('?', StringComparison.Ordinal);
        var wanted = end < 0 ? path : path[..end];
        var id = FindId(response, path);
        // Examples of the service show ids without the leading slash.
        if (!ArmId.AreSame("/" + id.TrimStart('/'), wanted)) throw Problems.AnswerUnreadable(path, $"it is '{id}', not '{wanted}'", null);
    }

    /// <summary>Refuses a body that is no resource at all.</summary>
    /// <exception cref="AmlVnetException">It is no JSON, or has no id.</exception>
    internal static void RequireId(Response response, string path) => FindId(response, path);

    /// <summary>Refuses a body that is neither empty nor JSON; a DELETE may answer with nothing, or with what it deleted.</summary>
    /// <exception cref="AmlVnetException">It is neither.</exception>
    internal static void RequireJson(Response response, string path)
    {
        if (!IsJsonOrEmpty(response))
            throw Problems.AnswerUnreadable(path, $"HTTP {response.Status} came with a page that is no JSON object", null);
    }

    internal static bool IsJsonOrEmpty(Response response)
    {
        var body = response.Content.ToMemory();
        if (body.IsEmpty) return true;
        if (!Utf8.IsValid(body.Span)) return false;
        try
        {
            using var json = JsonDocument.Parse(body);
            // Some services answer a 202 with null.
            return json.RootElement.ValueKind is JsonValueKind.Object
                || (response.Status == 202 && json.RootElement.ValueKind == JsonValueKind.Null);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string FindId(Response response, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(response.Content);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                foreach (var member in json.RootElement.EnumerateObject())
                    if (member.Name.Equals("id", StringComparison.OrdinalIgnoreCase) && member.Value.ValueKind == JsonValueKind.String
                        && member.Value.GetString() is { Length: > 0 } id)
                        return id;
            throw Problems.AnswerUnreadable(path, "it is not the resource: it has no id", null);
        }
        // The latter at texts that are no UTF-8.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Problems.AnswerUnreadable(path, e.Message, e);
        }
    }
}
