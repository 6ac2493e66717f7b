using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AmlVnet.Arm.Clients;

/// <summary>Microsoft.ResourceGraph/resources: what all subscriptions have of a type, as the graph knows it. It follows Resource Manager
/// with a delay, so it is never asked whether a change was made.</summary>
internal sealed class ResourceGraphClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2022-10-01";

    private const string Path = "/providers/Microsoft.ResourceGraph/resources";

    // The most that the service takes.
    private const int RowsAPage = 1000;

    // A page of the largest size for each thousand: a million resources.
    private const int MostPages = 1000;

    /// <summary>Each page's rows, and whether the answer ends there though there is more.</summary>
    /// <param name="query">The query; it has to project the id, or there are no pages.</param>
    /// <param name="managementGroups">The management groups to ask; null asks all that the sign-in sees in its tenant.</param>
    /// <param name="type">How a page is written.</param>
    /// <param name="cancel">Stops the reading.</param>
    internal async IAsyncEnumerable<WireGraphPage<T>> PagesAsync<T>(string query, IReadOnlyList<string>? managementGroups,
        JsonTypeInfo<WireGraphPage<T>> type,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        string? next = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        do
        {
            cancel.ThrowIfCancellationRequested();
            var body = new WireGraphQuery
            {
                Query = query,
                ManagementGroups = managementGroups is null ? null : [.. managementGroups],
                Options = new() { Top = RowsAPage, SkipToken = next, ResultFormat = "objectArray" },
            };
            WireGraphPage<T> page;
            using (var response = await arm.AskAsync(Path, ApiVersion,
                JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Default.WireGraphQuery), cancel).ConfigureAwait(false))
            {
                page = ResourceEndpoint.Read(response, type, Path);
                if (response.Headers.TryGetValue("x-ms-tenant-subscription-limit-hit", out var hit)
                    && string.Equals(hit, "true", StringComparison.OrdinalIgnoreCase))
                    page = page with { IsOverLimit = true };
            }

            next = string.IsNullOrEmpty(page.SkipToken) ? null : page.SkipToken;
            if (next is not null && (!seen.Add(next) || seen.Count == MostPages))
                throw Problems.EndlessList(Path, "a page leads back to one that was read, or there are too many");
            yield return page;
        }
        while (next is not null);
    }
}

/// <summary>What is asked of the graph.</summary>
internal sealed record WireGraphQuery
{
    public string[]? ManagementGroups { get; init; }

    public string? Query { get; init; }

    public WireGraphOptions? Options { get; init; }
}

internal sealed record WireGraphOptions
{
    [JsonPropertyName("$top")]
    public int Top { get; init; }

    [JsonPropertyName("$skipToken")]
    public string? SkipToken { get; init; }

    public string? ResultFormat { get; init; }
}

/// <summary>A page of the graph's answer.</summary>
internal sealed record WireGraphPage<T>
{
    // As with lists: what has no rows is no page.
    [JsonRequired]
    public T[] Data { get; init; } = [];

    /// <summary>A text, not a flag.</summary>
    public string? ResultTruncated { get; init; }

    [JsonPropertyName("$skipToken")]
    public string? SkipToken { get; init; }

    /// <summary>Whether there are more subscriptions than the graph looks at.</summary>
    [JsonIgnore]
    public bool IsOverLimit { get; init; }

    /// <summary>Whether rows are missing that no further page has.</summary>
    [JsonIgnore]
    public bool IsCut => IsOverLimit || (string.IsNullOrEmpty(SkipToken)
        && string.Equals(ResultTruncated, "true", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Microsoft.Management/managementGroups: what is below one.</summary>
internal sealed class ManagementGroupsClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2020-05-01";

    /// <summary>The ids of the subscriptions below a group, at any depth.</summary>
    internal async IAsyncEnumerable<string> ListSubscriptionsAsync(string group, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var one in arm.ListAsync(
            $"/providers/Microsoft.Management/managementGroups/{Uri.EscapeDataString(group)}/descendants",
            ApiVersion, WireJson.Default.PageWireDescendant, cancel).ConfigureAwait(false))
            if (one.Type?.EndsWith("/subscriptions", StringComparison.OrdinalIgnoreCase) == true && one.Name is { Length: > 0 } id)
                yield return id;
    }
}

/// <summary>What is below a management group: another one, or a subscription, whose name is its id.</summary>
internal sealed record WireDescendant
{
    public string? Name { get; init; }

    public string? Type { get; init; }
}
