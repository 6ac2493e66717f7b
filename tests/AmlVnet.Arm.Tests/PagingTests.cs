using System.Net;

namespace AmlVnet.Arm.Tests;

/// <summary>Lists that come page by page.</summary>
public sealed class PagingTests
{
    [Fact]
    public async Task Every_page_is_followed_as_its_link_says()
    {
        var next = TestCloud.At($"{TestCloud.Workspace}/computes?api-version=2023-10-01&$skip=a%2Fb%3D");
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = request => request.Uri.Query.Contains("$skip=a", StringComparison.Ordinal)
            ? Page("two", $"{TestCloud.Workspace}/computes?page=3")
            : request.Uri.Query.Contains("page=3", StringComparison.Ordinal)
                ? TestCloud.Json(HttpStatusCode.OK, """{ "value": [], "nextLink": "" }""")
            : Page("one", next);

        Assert.Equal(["one", "two"], await NamesAsync(cloud));

        Assert.Equal(next, cloud.Handler.Sent[1].Uri.AbsoluteUri);
        Assert.Equal(3, cloud.Handler.Sent.Count);
    }

    [Theory]
    [InlineData("https://evil.example.com/next")]
    [InlineData("http://management.simulator.invalid/next")]
    [InlineData("https://management.simulator.invalid:8443/next")]
    [InlineData("//evil.example.com/next")]
    public async Task A_link_that_leads_elsewhere_is_refused_and_no_token_goes_there(string link)
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = _ => Page("one", link);

        var error = await Assert.ThrowsAsync<AmlVnetException>(() => NamesAsync(cloud));

        Assert.Equal("AnswerUnreadable", error.ErrorId);
        Assert.Single(cloud.Handler.Sent);
    }

    [Fact]
    public async Task A_page_that_fails_ends_the_list_with_its_error()
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = static request => request.Uri.Query.Contains("page=2", StringComparison.Ordinal)
            ? TestCloud.Json(HttpStatusCode.Forbidden, """{ "error": { "code": "AuthorizationFailed", "message": "No." } }""")
            : Page("one", $"{TestCloud.Workspace}/computes?page=2");

        Assert.Equal("AuthorizationFailed", (await Assert.ThrowsAsync<ArmRequestException>(() => NamesAsync(cloud))).Code);
    }

    [Fact]
    public async Task Other_kinds_of_compute_are_passed_over()
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = static _ => TestCloud.Json(HttpStatusCode.OK, $$"""
            { "value": [
              { "id": "{{TestCloud.Workspace}}/computes/gpu", "properties": { "computeType": "AmlCompute" } },
              { "id": "{{TestCloud.Workspace}}/computes/mine", "properties": { "computeType": "aks" } }] }
            """);

        Assert.Equal(["mine"], await NamesAsync(cloud));
    }

    private static HttpResponseMessage Page(string name, string next) => TestCloud.Json(HttpStatusCode.OK,
        $$"""
        {
          "value": [{ "id": "{{TestCloud.Workspace}}/computes/{{name}}", "name": "{{name}}", "properties": { "computeType": "AKS" } }],
          "nextLink": "{{next}}"
        }
        """);

    private static async Task<List<string>> NamesAsync(TestCloud cloud)
    {
        var names = new List<string>();
        await foreach (var compute in cloud.Azure.AksComputes.ListAsync(TestCloud.Workspace, TestCloud.Cancel)) names.Add(compute.Name);
        return names;
    }
}
