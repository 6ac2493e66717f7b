using System.Net;
using System.Text;
using AmlVnet.Arm.Http;

namespace AmlVnet.Arm.Tests;

/// <summary>What becomes of Azure's refusals, in each of the forms they have.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData("""{ "error": { "code": "AuthorizationFailed", "message": "No." } }""", "AuthorizationFailed", "No.", null)]
    [InlineData("""
        { "code": "InvalidParameter", "details": null, "message": "Flat, as AKS answers.",
          "subcode": "", "target": "agentPoolProfile.count" }
        """,
        "InvalidParameter", "Flat, as AKS answers.", "agentPoolProfile.count")]
    [InlineData("""
        { "error": { "code": "UserError", "severity": null, "message": "As machine learning answers.", "messageFormat": null,
          "referenceCode": null, "detailsUri": null,
          "target": null, "details": [], "innerError": { "code": "BadArgument", "innerError": null },
          "debugInfo": null, "additionalInfo": null },
          "correlation": { "operation": "o", "request": "r" }, "environment": "eastus2", "location": "eastus2",
          "time": "2024-06-01T00:00:00Z" }
        """, "UserError", "As machine learning answers.", null)]
    [InlineData("""{ "error": { "code": null, "message": "Without a code." } }""", null, "Without a code.", null)]
    public void An_error_is_read_in_each_of_its_forms(string body, string? code, string message, string? target)
    {
        var error = ArmErrors.Read(Encoding.UTF8.GetBytes(body))!;
        Assert.Equal((code, message, target), (error.Code, error.Message, error.Target));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>502</body></html>")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("""{ "error": "a text" }""")]
    [InlineData("""{ "code": 7, "message": {} }""")]
    public void What_is_no_error_gives_none(string body) => Assert.Null(ArmErrors.Read(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, ProblemKind.InvalidValue)]
    [InlineData(HttpStatusCode.Unauthorized, ProblemKind.Authentication)]
    [InlineData(HttpStatusCode.Forbidden, ProblemKind.PermissionDenied)]
    [InlineData(HttpStatusCode.Conflict, ProblemKind.InvalidState)]
    [InlineData(HttpStatusCode.PreconditionFailed, ProblemKind.InvalidState)]
    [InlineData(HttpStatusCode.InternalServerError, ProblemKind.Connection)]
    [InlineData(HttpStatusCode.GatewayTimeout, ProblemKind.Timeout)]
    public async Task A_refusal_keeps_status_code_and_ids(HttpStatusCode status, ProblemKind kind)
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = _ => TestCloud.Json(status,
            """{ "error": { "code": "TheCode", "message": "The message.", "details": [{ "code": "Nested", "message": "Deeper." }] } }""",
            ("x-ms-request-id", "the-request"), ("x-ms-correlation-request-id", "the-correlation"));

        var error = await Assert.ThrowsAsync<ArmRequestException>(
            () => cloud.Azure.AksComputes.GetAsync(TestCloud.Compute, TestCloud.Cancel));

        Assert.Equal(("RequestRefused", kind, (int)status, "TheCode"), (error.ErrorId, error.Kind, error.Status, error.Code));
        Assert.Equal(("the-request", "the-correlation"), (error.RequestId, error.CorrelationId));
        Assert.Equal(TestCloud.Compute.ToString(), error.Target);
        Assert.Contains("TheCode: The message. [Nested: Deeper.]", error.Message, StringComparison.Ordinal);
        Assert.Contains("request the-request", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_policies_that_refused_a_request_are_told_and_named_in_the_advice()
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = static _ => TestCloud.Json(HttpStatusCode.Forbidden,
            """
            { "error": { "code": "RequestDisallowedByPolicy", "message": "It was disallowed by policy.", "additionalInfo": [
              { "type": "PolicyViolation", "info": { "policyAssignmentId": "/subscriptions/s/policyAssignments/p1",
                "policyAssignmentDisplayName": "No public IP", "policyDefinitionId": "/policyDefinitions/d1",
                "policyDefinitionDisplayName": "Load balancers" } }, { "type": "Other", "info": {} }] } }
            """);

        var error = await Assert.ThrowsAsync<ArmRequestException>(
            () => cloud.Azure.AksComputes.GetAsync(TestCloud.Compute, TestCloud.Cancel));

        Assert.Contains("policy assignment 'No public IP', definition 'Load balancers' (/policyDefinitions/d1)", error.Message,
            StringComparison.Ordinal);
        Assert.Contains("--policy-assignment '/subscriptions/s/policyAssignments/p1'", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.BadRequest)]
    public async Task What_gets_no_answer_is_not_unknown(HttpStatusCode? status)
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = _ => status is { } said ? TestCloud.Json(said, """{ "error": { "code": "Odd", "message": "Not now." } }""")
            : throw new HttpRequestException("No route to host.");
        await Assert.ThrowsAnyAsync<AmlVnetException>(() => Reading.FactsReader.TryAsync(
            () => cloud.Azure.Workspaces.FindAsync(TestCloud.Workspace, TestCloud.Cancel), "There is none."));
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "AuthorizationFailed")]
    [InlineData(HttpStatusCode.BadRequest, "NoRegisteredProviderFound")]
    [InlineData(HttpStatusCode.Conflict, "MissingSubscriptionRegistration")]
    public async Task What_may_not_be_read_is_unknown(HttpStatusCode status, string code)
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = _ => TestCloud.Json(status, $$"""{ "error": { "code": "{{code}}", "message": "No." } }""");
        var known = await Reading.FactsReader.TryAsync(
            () => cloud.Azure.Workspaces.FindAsync(TestCloud.Workspace, TestCloud.Cancel), "There is none.");
        Assert.Equal(Core.Facts.KnownState.Unknown, known.State);
    }

    [Fact]
    public async Task A_page_where_JSON_belongs_is_named_as_what_it_is()
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = static _ => TestCloud.Html(HttpStatusCode.OK);

        var error = await Assert.ThrowsAsync<AmlVnetException>(() => cloud.Azure.AksComputes.GetAsync(TestCloud.Compute, TestCloud.Cancel));

        Assert.Equal(("AnswerUnreadable", ProblemKind.Connection), (error.ErrorId, error.Kind));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("<html></html>")]
    [InlineData("""{ "value": {} }""")]
    public async Task The_SDKs_own_list_takes_no_page_for_an_empty_list(string body)
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = _ => TestCloud.Json(HttpStatusCode.OK, body);

        var error = await Assert.ThrowsAsync<AmlVnetException>(() => cloud.Connection.ListSubscriptionsAsync(TestCloud.Cancel));

        Assert.Equal("AnswerUnreadable", error.ErrorId);
    }

    [Fact]
    public async Task A_short_outage_is_ridden_out()
    {
        using var cloud = new TestCloud("existing-cluster");
        var left = 2;
        cloud.Handler.Answer = _ => left-- > 0 ? TestCloud.Html(HttpStatusCode.ServiceUnavailable) : null;

        Assert.Equal("myaks", (await cloud.Azure.AksComputes.GetAsync(TestCloud.Compute, TestCloud.Cancel)).Name);
        Assert.Equal(3, cloud.Handler.Sent.Count(static one => one.Uri.AbsolutePath == TestCloud.Compute.ToString()));
    }

    [Fact]
    public async Task A_throttled_request_is_sent_again_when_it_may()
    {
        using var cloud = new TestCloud("existing-cluster");
        cloud.Simulator.Control.Set("throttling", """{"reads":{"capacity":1,"perSecond":0.1}}""");
        var start = cloud.Azure.Now;

        for (var i = 0; i < 3; i++) await cloud.Azure.AksComputes.GetAsync(TestCloud.Compute, TestCloud.Cancel);

        Assert.True(cloud.Azure.Now - start >= TimeSpan.FromSeconds(19));
    }

    [Fact]
    public async Task A_compute_of_another_kind_is_left_alone()
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = static _ => TestCloud.Json(HttpStatusCode.OK,
            $$"""
            {
              "id": "{{TestCloud.Compute}}", "name": "myaks",
              "properties": { "computeType": "AmlCompute", "provisioningState": "Succeeded" }
            }
            """);

        var read = await Assert.ThrowsAsync<AmlVnetException>(() => cloud.Azure.AksComputes.GetAsync(TestCloud.Compute, TestCloud.Cancel));
        var removed = await Assert.ThrowsAsync<AmlVnetException>(
            () => cloud.Azure.AksComputes.PlanRemoveAsync(TestCloud.Compute, UnderlyingResourceAction.Detach, true, TestCloud.Cancel));

        Assert.All([read, removed], static error => Assert.Equal("NotAnAksCompute", error.ErrorId));
        Assert.Contains("AmlCompute", read.Message, StringComparison.Ordinal);
        Assert.Empty(cloud.Handler.Changes);
    }
}
