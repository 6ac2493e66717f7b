using System.ClientModel.Primitives;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure;
using Azure.Core;

namespace AmlVnet.Arm.Http;

/// <summary>What a service answered to a request that it may go on working at: where to ask how far it is.</summary>
/// <param name="Resource">What is worked at.</param>
/// <param name="Method">The request's method.</param>
/// <param name="Request">Its address.</param>
/// <param name="Poll">Where to ask.</param>
/// <param name="HeaderSource">Which header gave <paramref name="Poll"/>; <c>None</c> when the resource itself is asked.</param>
internal sealed record Accepted(ArmId Resource, string Method, Uri Request, Uri Poll, string HeaderSource)
{
    /// <summary>The HTTP status of the answer; null where there was none, and the resource is just asked.</summary>
    internal int? Status { get; init; }

    /// <summary>When the answer wants to be asked, in the words of its header; null where it says nothing.</summary>
    internal string? RetryAfter { get; init; }

    /// <summary>Takes the way on that the token may go; services do name others beside it (KubernetesConfiguration, in Location).</summary>
    internal static Accepted From(Response response, RequestMethod method, Uri request, ArmId resource, TokenDestinations destinations)
    {
        var operation = Way("Azure-AsyncOperation", out var isElsewhere);
        var location = Way("Location", out _);
        var (source, poll) = operation is not null ? ("AzureAsyncOperation", operation)
            : location is not null && (response.Status == 202 || isElsewhere) ? ("Location", location)
            : ("None", request);
        return new Accepted(resource, method.Method, request, poll, source)
        {
            Status = response.Status,
            RetryAfter = Http.RetryAfter.TextIn(response),
        };

        Uri? Way(string header, out bool isElsewhere)
        {
            isElsewhere = false;
            if (!response.Headers.TryGetValue(header, out var text)) return null;
            var address = TokenDestinations.Read(request, text);
            if (address is not null && destinations.Allow(address)) return address;
            isElsewhere = true;
            ActivityLog.Current.Verbose($"{method} {request.AbsolutePath}: its {header} leads to "
                + $"{(address is null ? "no address" : TokenDestinations.Show(address))} and is ignored; the token goes to {destinations} "
                + "only.");
            return null;
        }
    }

    /// <summary>An operation that is followed by asking the resource itself.</summary>
    internal static Accepted OfResource(ArmId resource, Uri address, bool isDeleting = false) =>
        new(resource, isDeleting ? "DELETE" : "PUT", address, address, "None");

    internal string OperationId => HeaderSource == "None" ? Resource.Name : Poll.AbsolutePath[(Poll.AbsolutePath.LastIndexOf('/') + 1)..];

    internal AmlOperation ToOperation(string kind, DateTimeOffset startedOn) => new()
    {
        OperationId = OperationId,
        ResourceId = Resource.ToString(),
        Kind = kind,
        StartedOn = startedOn,
        Token = Encode(kind, startedOn),
    };

    /// <summary>The SDK's own rehydration token.</summary>
    internal RehydrationToken ToRehydrationToken()
    {
        var json = new JsonObject
        {
            ["version"] = "1.0.0",
            ["id"] = OperationId,
            ["requestMethod"] = Method,
            ["initialUri"] = Request.AbsoluteUri,
            ["nextRequestUri"] = Poll.AbsoluteUri,
            ["headerSource"] = HeaderSource,
            ["lastKnownLocation"] = null,
            ["finalStateVia"] = "AzureAsyncOperation",
        };
        return ModelReaderWriter.Read<RehydrationToken>(BinaryData.FromString(json.ToJsonString()));
    }

    /// <summary>Whether the service may go on working at it, as far as its answer tells.</summary>
    internal bool IsRunning => HeaderSource != "None" || (Method == "DELETE" ? Status == 202 : Status != 204);

    /// <summary>Reads what <see cref="ToOperation"/> wrote; an address to which the token may not go is refused.</summary>
    /// <exception cref="AmlVnetException">The token is damaged or of another cloud.</exception>
    internal static (Accepted Accepted, string Kind, DateTimeOffset StartedOn) Decode(string token, TokenDestinations destinations)
    {
        JsonElement json;
        try
        {
            json = JsonDocument.Parse(Convert.FromBase64String(token)).RootElement.Clone();
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw Problems.InvalidOperationToken("it can't be read");
        }

        var request = Address("request");
        var poll = Address("poll");
        if (!ArmId.TryParse(Text("resource"), out var resource, out var reason)) throw Problems.InvalidOperationToken(reason);
        var source = Text("source");
        if (source is not ("AzureAsyncOperation" or "Location" or "None"))
            throw Problems.InvalidOperationToken($"it names the header '{source}'");
        var method = Text("method");
        if (method is not ("PUT" or "DELETE")) throw Problems.InvalidOperationToken($"it names the method '{method}'");
        if (!DateTimeOffset.TryParse(Text("started"), System.Globalization.CultureInfo.InvariantCulture, out var started))
            throw Problems.InvalidOperationToken("it has no time");
        return (new Accepted(resource, method, request, poll, source), Text("kind"), started);

        string Text(string name) =>
            json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : throw Problems.InvalidOperationToken($"it has no {name}");

        Uri Address(string name)
        {
            if (!Uri.TryCreate(Text(name), UriKind.Absolute, out var uri))
                throw Problems.InvalidOperationToken($"its {name} is no address");
            return destinations.Allow(uri)
                ? uri
                : throw Problems.InvalidOperationToken(
                    $"it leads to {TokenDestinations.Show(uri)}, and this connection is to {destinations}");
        }
    }

    private string Encode(string kind, DateTimeOffset startedOn) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["kind"] = kind,
            ["started"] = startedOn.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["resource"] = Resource.ToString(),
            ["method"] = Method,
            ["request"] = Request.AbsoluteUri,
            ["poll"] = Poll.AbsoluteUri,
            ["source"] = HeaderSource,
        }));
}
