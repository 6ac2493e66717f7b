using System.Globalization;
using System.Net;
using System.Text;
using AmlVnet.Arm.Reading;
using AmlVnet.Core.Ids;

namespace AmlVnet.Arm.Tests;

/// <summary>The workspaces of many subscriptions, out of Azure Resource Graph.</summary>
public sealed class FleetTests
{
    private const string Graph = "/providers/Microsoft.ResourceGraph/resources";

    [Fact]
    public async Task The_first_workspace_is_there_before_the_second_page_is_asked_for()
    {
        using var cloud = Pages(3, rows: 2);
        await using var workspaces = All(cloud).GetAsyncEnumerator(TestCloud.Cancel);

        Assert.True(await workspaces.MoveNextAsync());
        Assert.Single(cloud.Handler.Sent);
        while (await workspaces.MoveNextAsync())
        {
        }

        Assert.Equal(3, cloud.Handler.Sent.Count);
    }

    [Fact]
    public async Task Each_page_is_asked_for_with_the_token_of_the_one_before()
    {
        using var cloud = Pages(3, rows: 2);

        Assert.Equal(6, (await NamesAsync(cloud)).Count);

        Assert.Equal([null, "page 1", "page 2"],
            cloud.Handler.Sent.Select(static sent => sent.Json["options"]!["$skipToken"]?.GetValue<string>()));
        Assert.All(cloud.Handler.Sent, static sent =>
        {
            Assert.Equal("POST", sent.Method);
            Assert.Equal(Graph + "?api-version=2022-10-01", sent.Uri.PathAndQuery);
            Assert.Equal(1000, sent.Json["options"]!["$top"]!.GetValue<int>());
            Assert.Null(sent.Json["subscriptions"]);
        });
    }

    [Theory]
    [InlineData("true", null, true)]
    [InlineData("true", "more", false)]
    [InlineData("false", null, false)]
    public async Task What_the_graph_cuts_off_is_told(string truncated, string? token, bool isTold)
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = request => Page(0, 1, request.Json["options"]!["$skipToken"] is null ? token : null,
            cloud.Handler.Sent.Count == 1 ? truncated : "false");

        await NamesAsync(cloud);

        Assert.Equal(isTold,
            cloud.Log.Lines.Any(static line => line.StartsWith("warning: Azure Resource Graph has more", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task More_subscriptions_than_the_graph_looks_at_are_told()
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = static _ => Page(0, 1, null, "false", ("x-ms-tenant-subscription-limit-hit", "true"));

        await NamesAsync(cloud);

        Assert.Contains(cloud.Log.Lines,
            static line => line.StartsWith("warning: Azure Resource Graph has more", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_it_refuses_on_the_way_the_lists_give_what_is_left_and_nothing_twice()
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = static request => request.Uri.AbsolutePath switch
        {
            Graph => request.Json["options"]!["$skipToken"] is null ? Page(0, 2, "page 1", "false")
                : TestCloud.Json(HttpStatusCode.Forbidden, """{ "error": { "code": "AccessDenied", "message": "no" } }"""),
            "/subscriptions" => TestCloud.Json(HttpStatusCode.OK, $$"""
                { "value": [{ "id": "/subscriptions/{{TestCloud.Subscription}}", "subscriptionId": "{{TestCloud.Subscription}}",
                "displayName": "one", "tenantId": "{{TestCloud.Subscription}}", "state": "Enabled" }] }
                """),
            _ => TestCloud.Json(HttpStatusCode.OK, $$"""{ "value": [{{Rows(0, 3)}}] }"""),
        };

        Assert.Equal(["w0", "w1", "w2"], await NamesAsync(cloud));
    }

    [Fact]
    public async Task A_token_that_leads_back_ends_the_graph_and_not_the_reading()
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = static request => request.Uri.AbsolutePath switch
        {
            Graph => Page(0, 1, "the same", "false"),
            "/subscriptions" => TestCloud.Json(HttpStatusCode.OK, """{ "value": [] }"""),
            _ => null,
        };

        Assert.Equal(["w0"], await NamesAsync(cloud));
        Assert.Equal(3, cloud.Handler.Sent.Count);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_loses_no_other()
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = static _ => TestCloud.Json(HttpStatusCode.OK,
            $$"""{ "totalRecords": 2, "count": 2, "resultTruncated": "false", "data": [{ "id": "none" }, {{Rows(1, 1)}}] }""");
        var failed = new List<AmlVnetException>();

        var names = new List<string>();
        await foreach (var workspace in cloud.Azure.Fleet.WorkspacesAsync(new(null), failed.Add, TestCloud.Cancel))
            names.Add(workspace.Name);

        Assert.Equal(["w1"], names);
        Assert.Single(failed);
    }

    [Fact]
    public async Task After_the_last_query_of_a_quota_the_next_one_waits_until_it_is_filled_again()
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = request => request.Json["options"]!["$skipToken"] is null
            ? Page(0, 1, "page 1", "false", ("x-ms-user-quota-remaining", "0"), ("x-ms-user-quota-resets-after", "00:00:03"))
            : Page(1, 1, null, "false");
        var begun = cloud.Azure.Now;

        await NamesAsync(cloud);

        Assert.InRange((cloud.Azure.Now - begun).TotalSeconds, 3, 5);
    }

    [Fact]
    public async Task Many_readers_of_one_subscription_keep_to_what_its_answers_say_is_left()
    {
        using var cloud = new TestCloud("fleet");
        cloud.Simulator.Control.Set("throttling", """{ "reads": { "capacity": 100, "perSecond": 25 } }""");
        var azure = cloud.Azure;

        await Parallel.ForEachAsync(Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancel) =>
            await azure.Connection.Services.Computes.FindAsync(
                ArmId.Parse($"{TestCloud.Workspace}/computes/none{i.ToString(CultureInfo.InvariantCulture)}x"), cancel));

        Assert.DoesNotContain(cloud.Simulator.Log, static entry => entry.Status == 429);
    }

    [Fact]
    public async Task Ten_thousand_workspaces_take_no_more_memory_than_a_thousand()
    {
        using var cloud = Pages(10, rows: 1000);
        // What the test itself keeps of the requests is no matter.
        long early = 0, late = 0;
        var count = 0;
        await foreach (var _ in All(cloud))
        {
            if (++count == 1001) early = GC.GetTotalMemory(forceFullCollection: true);
            if (count == 9999) late = GC.GetTotalMemory(forceFullCollection: true);
        }

        Assert.Equal(10000, count);
        // Their ids, so that none is given twice.
        Assert.InRange(late - early, long.MinValue, 8 << 20);
    }

    [Fact]
    public async Task A_stopped_reading_asks_for_nothing_more()
    {
        using var cloud = Pages(5, rows: 2);
        using var stop = new CancellationTokenSource();
        var count = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in cloud.Azure.Fleet.WorkspacesAsync(new(null), static e => throw e, stop.Token))
                if (++count == 2)
                    await stop.CancelAsync();
        });

        Assert.Equal(2, count);
        Assert.Single(cloud.Handler.Sent);
    }

    private static TestCloud Pages(int pages, int rows)
    {
        var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = request =>
        {
            var page = request.Json["options"]!["$skipToken"]?.GetValue<string>() is { } token
                ? int.Parse(token[5..], CultureInfo.InvariantCulture) : 0;
            return Page(page * rows, rows, page + 1 < pages ? $"page {page + 1}" : null, "false");
        };
        return cloud;
    }

    private static IAsyncEnumerable<Workspace> All(TestCloud cloud) =>
        cloud.Azure.Fleet.WorkspacesAsync(new FleetScope(null), static e => throw e, TestCloud.Cancel);

    private static async Task<List<string>> NamesAsync(TestCloud cloud)
    {
        var names = new List<string>();
        await foreach (var workspace in All(cloud)) names.Add(workspace.Name);
        return names;
    }

    private static HttpResponseMessage Page(int first, int rows, string? token, string truncated, params (string, string)[] headers) =>
        TestCloud.Json(HttpStatusCode.OK, $$"""
            { "totalRecords": 10, "count": {{rows}}, "resultTruncated": "{{truncated}}", "facets": [], "data": [{{Rows(first, rows)}}]
            {{(token is null ? "" : $", \"$skipToken\": \"{token}\"")}} }
            """, headers);

    private static string Rows(int first, int rows)
    {
        var text = new StringBuilder();
        for (var i = first; i < first + rows; i++)
        {
            var id = ArmId.ForWorkspace(TestCloud.Subscription, "g", "w" + i.ToString(CultureInfo.InvariantCulture));
            text.Append(CultureInfo.InvariantCulture, $$"""
                {{(i == first ? "" : ",")}}{ "id": "{{id}}", "type": "microsoft.machinelearningservices/workspaces",
                "location": "eastus2", "properties": { "provisioningState": "Succeeded" } }
                """);
        }

        return text.ToString();
    }
}
