using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AmlVnet.Core;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AmlVnet.Arm.Resources;

/// <summary>A page of a list, as every Azure provider writes it.</summary>
internal sealed record Page<T>
{
    [JsonPropertyName("value")]
    public T[] Value { get; init; } = [];

    [JsonPropertyName("nextLink")]
    public string? NextLink { get; init; }
}

/// <summary>Sends typed requests to Azure Resource Manager, and turns its refusals into errors.</summary>
internal sealed class ResourceEndpoint(HttpPipeline pipeline, Uri endpoint, Pace pace)
{
    internal HttpPipeline Pipeline => pipeline;

    internal Pace Pace => pace;

    /// <summary>The resource, or null where the service says 404.</summary>
    internal async Task<T?> FindAsync<T>(string path, string apiVersion, JsonTypeInfo<T> type, CancellationToken cancel) where T : class
    {
        using var response = await SendAsync(RequestMethod.Get, path, apiVersion, null, null, cancel).ConfigureAwait(false);
        if (response.Status != 404) return Read(response, type, path);
        // A cloud that does not know the type, or this version of it, has not said that the resource is not there.
        return ArmErrors.From(response, path) is ArmRequestException { Code: "InvalidResourceType" } unknown ? throw unknown : null;
    }

    /// <summary>The resource at a whole address, or null where the service says 404.</summary>
    internal async Task<T?> FindAsync<T>(Uri address, JsonTypeInfo<T> type, CancellationToken cancel) where T : class
    {
        using var response = await SendAsync(RequestMethod.Get, address, null, null, cancel).ConfigureAwait(false);
        return response.Status == 404 ? null : Read(response, type, address.AbsolutePath);
    }

    internal async Task<T> GetAsync<T>(string path, string apiVersion, JsonTypeInfo<T> type, CancellationToken cancel) where T : class
    {
        using var response = await SendAsync(RequestMethod.Get, path, apiVersion, null, null, cancel).ConfigureAwait(false);
        return Read(response, type, path);
    }

    /// <summary>Every item of a list, page by page.</summary>
    internal async IAsyncEnumerable<T> ListAsync<T>(string path, string apiVersion, JsonTypeInfo<Page<T>> type,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var next = Address(path, apiVersion);
        while (next is not null)
        {
            Page<T> page;
            using (var response = await SendAsync(RequestMethod.Get, next, null, null, cancel).ConfigureAwait(false))
                page = Read(response, type, path);
            foreach (var item in page.Value) yield return item;
            next = string.IsNullOrEmpty(page.NextLink) ? null : Follow(page.NextLink);
        }
    }

    /// <summary>Sends a request that changes something; an answer outside 200-299 is thrown.</summary>
    internal async Task<Response> ChangeAsync(RequestMethod method, string path, string apiVersion, ReadOnlyMemory<byte>? body, string? ifMatch,
        CancellationToken cancel)
    {
        var response = await SendAsync(method, path, apiVersion, body, ifMatch, cancel).ConfigureAwait(false);
        if (!response.IsError) return response;
        using (response) throw ArmErrors.From(response, path);
    }

    internal async Task<Response> PostAsync(string path, string apiVersion, ReadOnlyMemory<byte>? body, CancellationToken cancel) =>
        await ChangeAsync(RequestMethod.Post, path, apiVersion, body, null, cancel).ConfigureAwait(false);

    internal Uri Address(string path, string apiVersion) =>
        new(endpoint, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api-version={apiVersion}");

    internal static T Read<T>(Response response, JsonTypeInfo<T> type, string target) where T : class
    {
        if (response.IsError) throw ArmErrors.From(response, target);
        try
        {
            return JsonSerializer.Deserialize(response.Content.ToMemory().Span, type)
                ?? throw Problems.AnswerUnreadable(target, "the answer is empty", null);
        }
        catch (JsonException e)
        {
            throw Problems.AnswerUnreadable(target, e.Message, e);
        }
    }

    /// <summary>A next link may only lead to the cloud that the token is for.</summary>
    private Uri Follow(string link)
    {
        var next = new Uri(endpoint, link);
        return Uri.Compare(next, endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
            ? next
            : throw Problems.AnswerUnreadable(link, $"a list's next page is at {next.Host}, not at {endpoint.Host}", null);
    }

    private Task<Response> SendAsync(RequestMethod method, string path, string apiVersion, ReadOnlyMemory<byte>? body, string? ifMatch,
        CancellationToken cancel) => SendAsync(method, Address(path, apiVersion), body, ifMatch, cancel);

    private async Task<Response> SendAsync(RequestMethod method, Uri address, ReadOnlyMemory<byte>? body, string? ifMatch, CancellationToken cancel)
    {
        using var request = pipeline.CreateRequest();
        request.Method = method;
        request.Uri.Reset(address);
        request.Headers.Add("Accept", "application/json");
        if (ifMatch is not null) request.Headers.Add("If-Match", ifMatch);
        if (body is { } content)
        {
            request.Content = RequestContent.Create(content);
            request.Headers.Add("Content-Type", "application/json");
        }

        try
        {
            return await pipeline.SendRequestAsync(request, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            throw ArmErrors.From(e, address.AbsolutePath);
        }
    }
}
