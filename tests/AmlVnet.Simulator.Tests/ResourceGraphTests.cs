namespace AmlVnet.Simulator.Tests;

/// <summary>Azure Resource Graph and management groups.</summary>
public sealed class ResourceGraphTests
{
    private const string Graph = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";

    private const string ManagementGroups = "/providers/Microsoft.Management/managementGroups";

    private const string Workspaces = "resources | where type =~ 'microsoft.machinelearningservices/workspaces' "
        + "| project id, name | order by id asc";

    [Fact]
    public void A_query_is_answered_page_by_page()
    {
        using var client = new TestClient("fleet");

        var first = Ask(client, Workspaces, """{ "$top": 5 }""");
        Assert.Equal(200, first.Status);
        Assert.Equal("7", first.Value("totalRecords"));
        Assert.Equal("5", first.Value("count"));
        // A text, in the specification's example too.
        Assert.Equal("\"false\"", first.At("resultTruncated")!.ToJsonString());
        Assert.Equal("14", first.Header("x-ms-user-quota-remaining"));
        Assert.Equal("00:00:05", first.Header("x-ms-user-quota-resets-after"));

        var second = Ask(client, Workspaces, new JsonObject { ["$top"] = 5, ["$skipToken"] = first.Value("$skipToken") }.ToJsonString());
        Assert.Equal("2", second.Value("count"));
        Assert.Null(second.At("$skipToken"));
        Assert.Empty(Names(first).Intersect(Names(second)));
    }

    [Theory]
    [InlineData("resources | where type =~ 'microsoft.machinelearningservices/workspaces/computes' | project id | order by id asc")]
    [InlineData("resources | count")]
    [InlineData("resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project id | order by id asc")]
    [InlineData("")]
    public void Any_other_query_is_refused_in_words(string query)
    {
        using var client = new TestClient();

        var answer = Ask(client, query);

        Assert.Equal(400, answer.Status);
        Assert.Equal("BadRequest", answer.Code);
        Assert.Equal("InvalidQuery", answer.Value("error.details.0.code"));
        Assert.Contains("The simulator answers", answer.Value("error.details.0.message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "$skipToken": "none" }""")]
    [InlineData("""{ "$top": 1001 }""")]
    [InlineData("""{ "resultFormat": "table" }""")]
    [InlineData("""{ "authorizationScopeFilter": "AtScopeAndAbove" }""")]
    public void Options_that_are_not_modelled_are_refused(string options)
    {
        using var client = new TestClient();

        Assert.Equal(400, Ask(client, Workspaces, options).Status);
    }

    [Fact]
    public void The_sixteenth_query_in_five_seconds_is_too_many()
    {
        using var client = new TestClient();
        for (var i = 0; i < 15; i++) Assert.Equal(200, Ask(client, Workspaces).Status);

        var refused = Ask(client, Workspaces);
        Assert.Equal(429, refused.Status);
        Assert.Equal("RateLimiting", refused.Code);

        client.Clock.Advance(refused.SimulatedWait!.Value);
        Assert.Equal(200, Ask(client, Workspaces).Status);
    }

    [Fact]
    public void What_the_caller_may_not_read_is_left_out()
    {
        using var client = new TestClient();
        client.Simulator.Control.SetCallerPermissions(["Microsoft.Network/*/read"]);

        Assert.Equal("0", Ask(client, Workspaces).Value("totalRecords"));
    }

    [Fact]
    public void Management_groups_are_known_where_a_scenario_has_them_and_to_those_who_may_see_them()
    {
        using var world = new ScenarioFile("how-to", static document =>
        {
            foreach (var (section, items) in JsonNode.Parse("""
                {
                  "caller": { "roles": [
                    { "role": "Owner" }, { "role": "Reader", "scope": "/providers/Microsoft.Management/managementGroups/top" }
                  ] },
                  "subscriptions": [{ "id": "11111111-1111-4111-8111-111111111111", "name": "Second" }],
                  "managementGroups": [
                    { "name": "top" },
                    { "name": "below", "parent": "top", "subscriptions": ["11111111-1111-4111-8111-111111111111"] }
                  ],
                  "resourceGroups": [
                    { "name": "mygroup" }, { "name": "myworkspacegroup", "subscription": "11111111-1111-4111-8111-111111111111" }
                  ]
                }
                """)!.AsObject())
                document[section] = items!.DeepClone();
        });
        using var client = new TestClient(world.Path);

        var below = client.Get(ManagementGroups + "/top/descendants?api-version=2020-05-01");
        Assert.Equal(["below", "11111111-1111-4111-8111-111111111111"],
            below.At("value")!.AsArray().Select(static one => one!["name"]!.GetValue<string>()));
        Assert.Equal(["myworkspace"], Names(Ask(client, Workspaces, groups: ["top"])));
        Assert.Equal(400, Ask(client, Workspaces, groups: ["none"]).Status);
        Assert.Equal(403,
            client.Get(ManagementGroups + "/none/descendants?api-version=2020-05-01").Status);
        Assert.Equal(2, client.Get("/subscriptions").At("value")!.AsArray().Count);
    }

    private static TestAnswer Ask(TestClient client, string query, string options = "{}", string[]? groups = null)
    {
        var body = new JsonObject { ["query"] = query, ["options"] = JsonNode.Parse(options) };
        if (groups is not null) body["managementGroups"] = new JsonArray([.. groups.Select(static name => (JsonNode)name)]);
        return client.Send("POST", Graph, body.ToJsonString());
    }

    private static IEnumerable<string> Names(TestAnswer answer) =>
        answer.At("data")!.AsArray().Select(static row => row!["name"]!.GetValue<string>());
}
