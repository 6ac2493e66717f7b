using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AmlVnet.Arm.Http;

/// <summary>A page of a list, as every Azure provider writes it.</summary>
internal sealed record Page<T>
{
    // A list without its items is none: to take it for an empty one would be to say that nothing is there.
    [JsonPropertyName("value"), JsonRequired]
    public T[] Value { get; init; } = [];

    [JsonPropertyName("nextLink")]
    public string? NextLink { get; init; }
}

/// <summary>Sends typed requests to Azure Resource Manager, and turns its refusals into errors.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="cloud">The cloud.</param>
/// <param name="snapshot">Where what was read is kept; null reads anew each time.</param>
internal sealed class ResourceEndpoint(HttpPipeline pipeline, AzureCloud cloud, Snapshot? snapshot = null)
{
    // The largest lists that this module asks for have some dozens of pages.
    private const int MostPages = 1000;

    internal TokenDestinations Destinations { get; } = cloud.ArmDestinations;

    internal HttpPipeline Pipeline => pipeline;

    /// <summary>The same, but for what is kept of what it reads.</summary>
    internal ResourceEndpoint With(Snapshot kept) => new(pipeline, cloud, kept);

    /// <summary>The resource, or null where the service says 404.</summary>
    internal Task<T?> FindAsync<T>(string path, string apiVersion, JsonTypeInfo<T> type, CancellationToken cancel) where T : class =>
        FindAsync(Address(path, apiVersion), type, cancel);

    /// <summary>The resource at a whole address, or null where the service says 404.</summary>
    internal Task<T?> FindAsync<T>(Uri address, JsonTypeInfo<T> type, CancellationToken cancel) where T : class =>
        OnceAsync(address, async () =>
    {
        using var response = await SendAsync(RequestMethod.Get, address, null, null, cancel).ConfigureAwait(false);
        return IsAbsent(response, address.AbsolutePath) ? null : ReadResource(response, type, address.AbsolutePath);
    });

    /// <summary>What an address answers at this moment, be it a refusal.</summary>
    internal Task<Response> ReadAsync(Uri address, CancellationToken cancel) => SendAsync(RequestMethod.Get, address, null, null, cancel);

    /// <summary>What a POST answers that asks and changes nothing, be it a refusal.</summary>
    internal Task<Response> AskAsync(string path, string apiVersion, ReadOnlyMemory<byte> body, CancellationToken cancel) =>
        SendAsync(RequestMethod.Post, path, apiVersion, body, null, cancel);

    internal Task<T> GetAsync<T>(string path, string apiVersion, JsonTypeInfo<T> type, CancellationToken cancel) where T : class =>
        OnceAsync(Address(path, apiVersion), async () =>
        {
            using var response = await SendAsync(RequestMethod.Get, path, apiVersion, null, null, cancel).ConfigureAwait(false);
            return Read(response, type, path);
        });

    /// <summary>Every item of a list, page by page; where what was read is kept, the whole list at once.</summary>
    internal async IAsyncEnumerable<T> ListAsync<T>(string path, string apiVersion, JsonTypeInfo<Page<T>> type,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        if (snapshot is null)
        {
            await foreach (var item in PagesAsync(path, apiVersion, type, cancel).ConfigureAwait(false)) yield return item;
            yield break;
        }

        foreach (var item in await OnceAsync(Address(path, apiVersion), async () =>
        {
            var items = new List<T>();
            await foreach (var item in PagesAsync(path, apiVersion, type, cancel).ConfigureAwait(false)) items.Add(item);
            return items;
        }).ConfigureAwait(false)) yield return item;
    }

    private Task<T> OnceAsync<T>(Uri address, Func<Task<T>> read) => snapshot is null ? read() : snapshot.ReadAsync(address, read);

    private async IAsyncEnumerable<T> PagesAsync<T>(string path, string apiVersion, JsonTypeInfo<Page<T>> type,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var next = Address(path, apiVersion);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (next is not null)
        {
            if (!seen.Add(next.PathAndQuery)) throw Problems.EndlessList(path, "a page leads back to one that was read");
            if (seen.Count > MostPages) throw Problems.EndlessList(path, $"{MostPages} pages were read, and there is another");
            Page<T> page;
            using (var response = await SendAsync(RequestMethod.Get, next, null, null, cancel).ConfigureAwait(false))
                page = Read(response, type, path);
            foreach (var item in page.Value ?? throw Problems.AnswerUnreadable(path, "it is no list", null)) yield return item;
            next = string.IsNullOrEmpty(page.NextLink) ? null : Follow(page.NextLink);
        }
    }

    /// <summary>Makes or replaces a resource.</summary>
    internal async Task<Accepted> PutAsync(ArmId id, string apiVersion, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        using var response = await ChangeAsync(RequestMethod.Put, id.ToString(), apiVersion, body, null, cancel).ConfigureAwait(false);
        if (response.Status == 204) throw Problems.ChangeNotSeen(id.ToString(), "the answer to it is empty");
        return Accepted.From(response, RequestMethod.Put, Address(id.ToString(), apiVersion), id, Destinations);
    }

    /// <summary>Deletes a resource; null when there was none to delete.</summary>
    internal async Task<Accepted?> DeleteAsync(ArmId id, string apiVersion, CancellationToken cancel)
    {
        using var response = await ChangeAsync(RequestMethod.Delete, id.ToString(), apiVersion, null, null, cancel).ConfigureAwait(false);
        var address = Address(id.ToString(), apiVersion);
        if (response.Status != 204) return Accepted.From(response, RequestMethod.Delete, address, id, Destinations);
        // That there was nothing to delete is believed once it is seen.
        using var still = await ReadAsync(address, cancel).ConfigureAwait(false);
        return still.Status == 404 ? null
            : throw Problems.ChangeNotSeen(id.ToString(), "it is still there");
    }

    /// <summary>
    /// Sends a request that changes something. Accepted is what Azure answers to one: 200, 201, 202 and 204, and where the answer is to be
    /// the resource, it is the resource.
    /// </summary>
    internal async Task<Response> ChangeAsync(RequestMethod method, string path, string apiVersion, ReadOnlyMemory<byte>? body,
        string? ifMatch, CancellationToken cancel)
    {
        if (body is { IsEmpty: false } sent) SentSecrets.Learn(sent);
        var deeds = ActivityLog.Current.Deeds;
        deeds?.Sending();
        var response = await SendAsync(method, path, apiVersion, body, ifMatch, cancel).ConfigureAwait(false);
        try
        {
            // A refusal that Azure itself gives, and gives for good.
            if (response.Status is >= 400 and < 500 and not 408 && AnswerBody.IsJsonOrEmpty(response)) deeds?.Refused();
            if (response.IsError) throw ArmErrors.From(response, path);
            if (response.Status is not (200 or 201 or 202 or 204)) throw Problems.NotFromAzure(path, response.Status, $"to a {method}");
            if ((method == RequestMethod.Put || method == RequestMethod.Patch) && response.Status is 200 or 201)
                AnswerBody.RequireResource(response, path);
            else AnswerBody.RequireJson(response, path);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    internal Uri Address(string path, string apiVersion) =>
        new(cloud.ArmEndpoint, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api-version={apiVersion}");

    /// <summary>Reads a resource, which has an id.</summary>
    internal static T ReadResource<T>(Response response, JsonTypeInfo<T> type, string target) where T : class
    {
        if (!response.IsError) AnswerBody.RequireId(response, target);
        return Read(response, type, target);
    }

    internal static T Read<T>(Response response, JsonTypeInfo<T> type, string target) where T : class
    {
        if (response.IsError) throw ArmErrors.From(response, target);
        try
        {
            return JsonSerializer.Deserialize(response.Content.ToMemory().Span, type)
                ?? throw Problems.AnswerUnreadable(target, "the answer is empty", null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw AnswerBody.IsJsonOrEmpty(response) && !response.Content.ToMemory().IsEmpty
                ? Problems.AnswerMisshapen(target, e.Message, e) : Problems.AnswerUnreadable(target, e.Message, e);
        }
    }

    /// <summary>Whether the service says that there is no such resource. It says so in JSON; a page does not.</summary>
    internal static bool IsAbsent(Response response, string target)
    {
        if (response.Status != 404) return false;
        if (!AnswerBody.IsJsonOrEmpty(response)) throw Problems.NotFromAzure(target, 404, "a page that is no JSON");
        // A cloud that does not know the type, or this version of it, has not said that the resource is not there.
        return ArmErrors.From(response, target) is ArmRequestException { Code: "InvalidResourceType" } unknown ? throw unknown : true;
    }

    /// <summary>A next link may only lead to where the token may go.</summary>
    private Uri Follow(string link) => TokenDestinations.Read(cloud.ArmEndpoint, link) is not { } next
        ? throw Problems.AnswerUnreadable(cloud.ArmEndpoint.AbsoluteUri, "the address of a list's next page is none", null)
        : Destinations.Allow(next) ? next
        : throw Problems.AnswerUnreadable(next.AbsolutePath,
            $"a list's next page is at {TokenDestinations.Show(next)}, and the token goes to {Destinations} only", null);

    private Task<Response> SendAsync(RequestMethod method, string path, string apiVersion, ReadOnlyMemory<byte>? body, string? ifMatch,
        CancellationToken cancel) => SendAsync(method, Address(path, apiVersion), body, ifMatch, cancel);

    private async Task<Response> SendAsync(RequestMethod method, Uri address, ReadOnlyMemory<byte>? body, string? ifMatch,
        CancellationToken cancel)
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
            return await TimeLimit.BoundAsync(address.AbsolutePath,
                async token => await pipeline.SendRequestAsync(request, token).ConfigureAwait(false), cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            throw ArmErrors.From(e, address.AbsolutePath);
        }
    }
}
