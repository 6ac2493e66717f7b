using System.Net;
using AmlVnet.Arm.Carrying;
using AmlVnet.Arm.Http;

namespace AmlVnet.Arm.Tests;

/// <summary>Waiting for an operation, whatever the poll answers.</summary>
public sealed class OperationWaitTests
{
    private const string Poll =
        "/subscriptions/s/providers/Microsoft.MachineLearningServices/locations/eastus2/computeOperationsStatus/op-1"
        + "?api-version=2018-11-19&service=new&t=638000000000000000&c=MIIHpTCCBo2g&s=abc_-def&h=xyz";

    private const string InProgress = """{ "status": "InProgress" }""";
    private const string Succeeded = """{ "status": "Succeeded", "percentComplete": 100.0 }""";

    [Fact]
    public async Task The_address_is_asked_as_it_was_given()
    {
        using var cloud = Scripted(TestCloud.Json(HttpStatusCode.OK, InProgress), TestCloud.Json(HttpStatusCode.OK, Succeeded));

        await WaitAsync(cloud);

        var polls = Polls(cloud);
        Assert.Equal(2, polls.Count);
        Assert.All(polls, static poll => Assert.Equal(TestCloud.At(Poll), poll.Uri.AbsoluteUri));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.OK)]
    public async Task A_proxys_page_does_not_end_the_waiting(HttpStatusCode status)
    {
        using var cloud = Scripted(TestCloud.Html(status), TestCloud.Html(status), TestCloud.Json(HttpStatusCode.OK, InProgress),
            TestCloud.Html(status),
            TestCloud.Json(HttpStatusCode.OK, Succeeded));

        await WaitAsync(cloud);

        Assert.Equal(5, Polls(cloud).Count);
    }

    [Fact]
    public async Task Pages_without_end_are_an_error_at_last()
    {
        using var cloud = Scripted(static () => TestCloud.Html(HttpStatusCode.BadGateway));

        var error = await Assert.ThrowsAsync<ArmRequestException>(() => WaitAsync(cloud));

        Assert.Equal("RequestRefused", error.ErrorId);
        Assert.Equal(502, error.Status);
        Assert.Contains("HTTP 502 without an error that can be read", error.Message, StringComparison.Ordinal);
    }

    /// <summary>What something else than the service answers to a poll.</summary>
    public static TheoryData<string> Odd => ["302", "204", "", "null", "[]", "{}", "\"text\"", """{ "status": 7 }""",
        """{ "status": null }""", "no UTF-8"];

    [Theory, MemberData(nameof(Odd))]
    public async Task What_is_no_answer_does_not_end_the_waiting(string odd)
    {
        using var cloud = Scripted(Make(odd), Make(odd), TestCloud.Json(HttpStatusCode.OK, InProgress), Make(odd),
            TestCloud.Json(HttpStatusCode.OK, Succeeded));

        await WaitAsync(cloud);

        Assert.Equal(5, Polls(cloud).Count);
    }

    [Theory, MemberData(nameof(Odd))]
    public async Task Without_end_it_is_an_error_that_names_a_proxy(string odd)
    {
        using var cloud = Scripted(() => Make(odd));

        var error = await Assert.ThrowsAnyAsync<AmlVnetException>(() => WaitAsync(cloud));

        Assert.Equal(odd == "302" ? "NotFromAzure" : "AnswerUnreadable", error.ErrorId);
        Assert.Contains("in Azure's place", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("302")]
    [InlineData("null")]
    [InlineData("<html></html>")]
    public async Task Behind_Location_too(string odd)
    {
        using var cloud = Scripted(Make(odd), new HttpResponseMessage(HttpStatusCode.Accepted), Make(odd),
            TestCloud.Json(HttpStatusCode.OK, "{}"));

        await cloud.Azure.Wait.WaitAsync(Accepted() with { HeaderSource = "Location" }, "Creating", cloud.Azure.Now, null,
            TestCloud.Cancel);

        Assert.Equal(4, Polls(cloud).Count);
    }

    private static HttpResponseMessage Make(string odd) => odd switch
    {
        "302" => new(HttpStatusCode.Redirect) { Headers = { Location = new Uri("https://portal.example.com/") } },
        "204" => new(HttpStatusCode.NoContent),
        "no UTF-8" => new(HttpStatusCode.OK) { Content = new ByteArrayContent([.. "{ \"status\": \""u8, 0xFF, .. "\" }"u8]) },
        _ => TestCloud.Json(HttpStatusCode.OK, odd),
    };

    [Theory]
    [InlineData("120", "60", 180)]
    // Without a word from the service five seconds are waited.
    [InlineData(null, null, 10)]
    // What is asked for in haste is not asked for ever.
    [InlineData("200", "1", 220)]
    public async Task As_long_as_the_service_asks_for_is_waited(string? first, string? second, int seconds)
    {
        using var cloud = Scripted(Going(first), Going(second), TestCloud.Json(HttpStatusCode.OK, Succeeded));
        var start = cloud.Azure.Now;

        await WaitAsync(cloud);

        Assert.Equal(TimeSpan.FromSeconds(seconds), cloud.Azure.Now - start);

        static HttpResponseMessage Going(string? after) => after is null ? TestCloud.Json(HttpStatusCode.OK, InProgress)
            : TestCloud.Json(HttpStatusCode.OK, InProgress, ("Retry-After", after));
    }

    /// <summary>Durations in seconds, each with what the service asks for between polls, and the most polls that are fair.</summary>
    public static TheoryData<int, string?, int> Durations => new()
    {
        { 1, null, 3 }, { 4, null, 3 }, { 12, null, 5 }, { 33, null, 9 }, { 61, null, 14 }, { 299, null, 31 }, { 600, null, 38 },
        { 1234, null, 50 }, { 3600, null, 90 }, { 9000, null, 180 }, { 600, "1", 60 }, { 600, "10", 40 }, { 3600, "10", 95 },
    };

    [Theory, MemberData(nameof(Durations))]
    public async Task The_end_is_noticed_within_a_tenth_of_the_duration_or_five_seconds(int seconds, string? retryAfter, int most)
    {
        using var cloud = new TestCloud(scenario: null);
        var begun = cloud.Azure.Now;
        var ends = begun.AddSeconds(seconds);
        cloud.Handler.Answer = _ => TestCloud.Json(HttpStatusCode.OK, cloud.Connection.Now >= ends ? Succeeded : InProgress,
            retryAfter is null ? [] : [("Retry-After", retryAfter)]);

        await cloud.Azure.Wait.WaitAsync(Accepted(), "Creating", begun, null, TestCloud.Cancel);

        var late = cloud.Azure.Now - ends;
        var asked = int.Parse(retryAfter ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(late.TotalSeconds, 0, Math.Max(Math.Max(5, asked), seconds * 0.1));
        Assert.InRange(Polls(cloud).Count, 1, most);
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("Sat, 01 Jun 2024 08:00:40 GMT", 40)]
    [InlineData("86400", 600)]
    [InlineData("soon", 0)]
    public async Task Nothing_is_asked_before_the_time_that_the_acceptance_named(string retryAfter, int seconds)
    {
        using var cloud = Scripted(TestCloud.Json(HttpStatusCode.OK, Succeeded));
        var begun = cloud.Azure.Now;

        await cloud.Azure.Wait.WaitAsync(Accepted() with { RetryAfter = retryAfter }, "Creating", begun, null, TestCloud.Cancel);

        Assert.Single(Polls(cloud));
        Assert.Equal(seconds, (cloud.Azure.Now - begun).TotalSeconds);
    }

    [Fact]
    public async Task Throttled_it_waits_as_long_as_asked_and_goes_on()
    {
        const string Throttled = """{ "error": { "code": "SubscriptionRequestsThrottled", "message": "Too many." } }""";
        using var cloud = Scripted(TestCloud.Json(HttpStatusCode.OK, InProgress),
            TestCloud.Json(HttpStatusCode.TooManyRequests, Throttled, ("Retry-After", "17")),
            TestCloud.Json(HttpStatusCode.OK, Succeeded));
        var start = cloud.Azure.Now;

        await WaitAsync(cloud);

        Assert.Equal(TimeSpan.FromSeconds(5 + 17), cloud.Azure.Now - start);
    }

    [Fact]
    public async Task An_outage_that_outlasts_the_retries_does_not_end_the_waiting()
    {
        var outage = Enumerable.Range(0, 11).Select(static _ => TestCloud.Html(HttpStatusCode.BadGateway));
        using var cloud = Scripted([.. outage, TestCloud.Json(HttpStatusCode.OK, InProgress), .. outage,
            TestCloud.Json(HttpStatusCode.OK, Succeeded)]);

        await WaitAsync(cloud);

        Assert.Equal(24, Polls(cloud).Count);
    }

    [Theory]
    [InlineData("Failed", true)]
    [InlineData("Canceled", true)]
    [InlineData("Failed", false)]
    public async Task A_failed_operation_gives_code_message_and_every_nested_detail(string status, bool isRunningAtFirst)
    {
        using var cloud = Scripted([.. isRunningAtFirst ? [TestCloud.Json(HttpStatusCode.OK, InProgress)]
            : Array.Empty<HttpResponseMessage>(), TestCloud.Json(HttpStatusCode.OK, $$"""
            { "status": "{{status}}", "error": { "code": "BadRequest", "message": "It failed.", "target": "myaks", "details": [
                { "code": "Outer", "message": "The outer reason.", "details": [{ "code": "Inner", "message": "The inner reason." }] },
                { "code": "Second", "message": "Another reason." }],
              "additionalInfo": [{ "type": "x", "info": { "value": "y" } }] } }
            """)]);

        var error = await Assert.ThrowsAsync<ArmRequestException>(() => WaitAsync(cloud));

        Assert.Equal(("OperationFailed", ProblemKind.OperationFailed, "BadRequest"), (error.ErrorId, error.Kind, error.Code));
        Assert.Equal(TestCloud.Compute.ToString(), error.Target);
        Assert.All(["BadRequest: It failed.", "Outer: The outer reason.", "Inner: The inner reason.", "Second: Another reason."],
            part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Equal("Inner", error.Error!.Inner[0].Inner[0].Code);
    }

    [Fact]
    public async Task A_success_that_leaves_the_resource_failed_is_a_failure()
    {
        using var cloud = Scripted(TestCloud.Json(HttpStatusCode.OK, Succeeded));
        cloud.Handler.Answer =
            Then(cloud.Handler.Answer, static request => request.Uri.AbsolutePath.EndsWith("/computes/myaks", StringComparison.Ordinal)
            ? TestCloud.Json(HttpStatusCode.OK, $$"""
                { "id": "{{TestCloud.Compute}}", "name": "myaks", "properties": { "computeType": "AKS", "provisioningState": "Failed",
                  "provisioningErrors": [{ "error": { "code": "NodesLost", "message": "The nodes are lost." } }] } }
                """)
            : null);

        var error = await Assert.ThrowsAsync<ArmRequestException>(
            () => new ComputeOperation(cloud.Azure).WaitAsync(Accepted(), "Creating", cloud.Azure.Now, TestCloud.Cancel));

        Assert.Equal(("OperationFailed", "NodesLost"), (error.ErrorId, error.Code));
    }

    [Fact]
    public async Task A_deadline_ends_the_waiting_and_names_the_last_state()
    {
        using var cloud = Scripted(static () => TestCloud.Json(HttpStatusCode.OK, InProgress));
        var start = cloud.Azure.Now;

        var error = await Assert.ThrowsAsync<AmlVnetException>(() =>
            cloud.Azure.Wait.WaitAsync(Accepted(), "Creating", start, start.AddMinutes(5), TestCloud.Cancel));

        Assert.Equal(("WaitTimedOut", ProblemKind.Timeout), (error.ErrorId, error.Kind));
        Assert.Contains("InProgress", error.Message, StringComparison.Ordinal);
        Assert.InRange(cloud.Azure.Now - start, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5.5));
    }

    [Fact]
    public async Task Cancelled_it_stops_and_leaves_its_last_words()
    {
        using var stop = new CancellationTokenSource();
        using var cloud = Scripted(() =>
        {
            stop.Cancel();
            return TestCloud.Json(HttpStatusCode.OK, InProgress);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => cloud.Azure.Wait.WaitAsync(Accepted(), "Creating", cloud.Azure.Now, null, stop.Token));

        Assert.Contains($"Wait-AmlOperation -ResourceId '{TestCloud.Compute}'",
            cloud.Log.Lines.Last(static line => line.StartsWith("on stop: ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Single(Polls(cloud));
    }

    [Fact]
    public async Task The_signed_address_is_told_to_nobody()
    {
        using var cloud = Scripted(TestCloud.Html(HttpStatusCode.BadGateway), TestCloud.Json(HttpStatusCode.OK, InProgress),
            TestCloud.Json(HttpStatusCode.OK, """{ "status": "Failed", "error": { "code": "BadRequest", "message": "It failed." } }"""));

        var error = await Assert.ThrowsAsync<ArmRequestException>(() => WaitAsync(cloud));

        var told = string.Join('\n', cloud.Log.Lines) + error;
        Assert.Contains("computeOperationsStatus/op-1", told, StringComparison.Ordinal);
        Assert.DoesNotContain("abc_-def", told, StringComparison.Ordinal);
        Assert.DoesNotContain(TestCloud.Token, told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_gives_back_what_went_into_it()
    {
        var accepted = Accepted();
        var operation = accepted.ToOperation("CreateAksCompute", DateTimeOffset.UnixEpoch);

        var (again, kind, started) = Http.Accepted.Decode(operation.Token, new TokenDestinations(new Uri(TestCloud.At("/"))));

        Assert.Equal(accepted, again);
        Assert.Equal(("CreateAksCompute", DateTimeOffset.UnixEpoch, "op-1"), (kind, started, operation.OperationId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no base 64!")]
    [InlineData("e30=")]
    [InlineData("W10=")]
    public void A_damaged_token_is_refused(string token) =>
        Assert.Equal("InvalidOperationToken",
            Assert.Throws<AmlVnetException>(() => Http.Accepted.Decode(token, new TokenDestinations(new Uri(TestCloud.At("/"))))).ErrorId);

    private static Accepted Accepted() => new(TestCloud.Compute, "PUT",
        new Uri(TestCloud.At($"{TestCloud.Compute}?api-version=2023-10-01")), new Uri(TestCloud.At(Poll)), "AzureAsyncOperation");

    private static Task WaitAsync(TestCloud cloud) =>
        cloud.Azure.Wait.WaitAsync(Accepted(), "Creating", cloud.Azure.Now, null, TestCloud.Cancel);

    private static List<SentRequest> Polls(TestCloud cloud) =>
        [.. cloud.Handler.Sent.Where(static request =>
            request.Uri.AbsolutePath.Contains("computeOperationsStatus", StringComparison.Ordinal))];

    /// <summary>A cloud whose polls get these answers in turn; the resource itself is done.</summary>
    private static TestCloud Scripted(params HttpResponseMessage[] polls)
    {
        var left = new Queue<HttpResponseMessage>(polls);
        return Scripted(left.Dequeue);
    }

    private static TestCloud Scripted(Func<HttpResponseMessage> poll)
    {
        var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = request => request.Uri.AbsolutePath.Contains("computeOperationsStatus", StringComparison.Ordinal)
            ? poll()
            : TestCloud.Json(HttpStatusCode.OK,
                $$"""
                {
                  "id": "{{TestCloud.Compute}}", "name": "myaks",
                  "properties": { "computeType": "AKS", "provisioningState": "Succeeded" }
                }
                """);
        return cloud;
    }

    private static Func<SentRequest, HttpResponseMessage?> Then(Func<SentRequest, HttpResponseMessage?> otherwise,
        Func<SentRequest, HttpResponseMessage?> first) =>
        request => first(request) ?? otherwise(request);
}
