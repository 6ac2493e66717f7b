namespace AmlVnet.Simulator.Tests;

/// <summary>What <c>az resource list</c> and the SDKs ask of the lists of resources of any type.</summary>
public sealed class ResourceFilterTests
{
    private const string Resources = TestClient.Subscription + "/resources";

    [Theory]
    [InlineData("resourceGroup eq 'mygroup'", "mynetwork")]
    [InlineData("resourceGroup eq 'MYGROUP' and resourceType eq 'microsoft.network/virtualnetworks'", "mynetwork")]
    [InlineData("resourceType eq 'Microsoft.MachineLearningServices/workspaces'", "myworkspace")]
    [InlineData("name eq 'mynetwork' and location eq 'East US 2'", "mynetwork")]
    [InlineData("resourceGroup ne 'mygroup' and name ne 'myworkspacestorage' and name ne 'myworkspacevault'", "myworkspace")]
    [InlineData("tagName eq 'Team' and tagValue eq 'o''hara'", "mynetwork")]
    [InlineData("tagName eq 'team' and tagValue eq 'other'", "")]
    [InlineData("name eq 'nothing'", "")]
    public void A_filter_takes_what_it_names(string filter, string expected)
    {
        using var client = new TestClient();
        var network = TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork";
        var tagged = client.Get(network).Json!.AsObject();
        tagged["tags"] = new System.Text.Json.Nodes.JsonObject { ["team"] = "o'hara" };
        Assert.Equal(200, client.Put(network, tagged.ToJsonString()).Status);

        var answer = client.Get($"{Resources}?$filter={Uri.EscapeDataString(filter)}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            expected.Length == 0 ? [] : [expected],
            answer.Json!["value"]!.AsArray().Select(r => r!["name"]!.GetValue<string>()));
    }

    [Fact]
    public void Resource_groups_are_filtered_and_counted_too()
    {
        using var client = new TestClient();
        var groups = TestClient.Subscription + "/resourceGroups";
        client.Send("PATCH", groups + "/mygroup", """{"tags":{"a":"b"}}""");
        string[] Names(string query) => [.. client.Get(groups + query).At("value")!.AsArray().Select(g => g!["name"]!.ToString())];

        Assert.Equal(["mygroup"], Names("?$filter=tagname%20eq%20'a'%20and%20tagvalue%20eq%20'b'"));
        Assert.Empty(Names("?$filter=tagname%20eq%20'a'%20and%20tagvalue%20eq%20'c'"));
        Assert.Single(Names("?$top=1"));
        var next = client.Get(groups + "?$top=1").Value("nextLink")!;
        Assert.Single(client.Send("GET", next).At("value")!.AsArray());
        Assert.Equal(400, client.Get(groups + "?$filter=colour%20eq%20'blue'").Status);
        Assert.Equal((400, 400), (client.Get(groups + "?$top=0").Status, client.Get(groups + "?$top=x").Status));
        Assert.Single(client.Get(Resources + "?$top=1").At("value")!.AsArray());
    }

    [Theory]
    [InlineData("roleDefinitions", "roleName eq 'Owner'", 1)]
    [InlineData("roleDefinitions", "atScopeAndBelow() and type eq 'BuiltInRole' and roleName eq 'Reader'", 1)]
    [InlineData("roleDefinitions", "type eq 'CustomRole'", 0)]
    [InlineData("roleDefinitions", "foo eq 'x'", null)]
    [InlineData("roleDefinitions", "roleName eq 'Owner' and", null)]
    [InlineData("roleAssignments", "atScope() and principalId eq 'c2e8a9d1-6b34-4f70-a18d-7e5f9b0c3a42'", 1)]
    [InlineData("roleAssignments", "assignedTo('c2e8a9d1-6b34-4f70-a18d-7e5f9b0c3a43')", 0)]
    [InlineData("roleAssignments", "and and", null)]
    [InlineData("roleAssignments", "atScope() atScope()", null)]
    public void Roles_are_filtered_and_an_unknown_filter_is_refused(string type, string filter, int? expected)
    {
        using var client = new TestClient();

        var answer = client.Get(
            $"{TestClient.Subscription}/providers/Microsoft.Authorization/{type}?$filter={Uri.EscapeDataString(filter)}");

        Assert.Equal(expected is null ? (400, "UnsupportedQuery") : (200, null), (answer.Status, answer.Code));
        Assert.Equal(expected, answer.At("value")?.AsArray().Count);
    }

    [Fact]
    public void Sizes_are_filtered_by_location()
    {
        using var client = new TestClient();
        var sizes = TestClient.Subscription + "/providers/Microsoft.Compute/skus";
        Assert.Single(client.Get(sizes + "?$filter=location%20eq%20'eastus2'").At("value.0.locations")!.AsArray());
        Assert.Empty(client.Get(sizes + "?$filter=location%20eq%20'moon'").At("value")!.AsArray());
        Assert.Equal(400, client.Get(sizes + "?$filter=name%20eq%20'x'").Status);
    }

    [Theory]
    [InlineData("colour eq 'blue'")]
    [InlineData("name like 'my'")]
    [InlineData("name eq mynetwork")]
    [InlineData("name eq 'a' or name eq 'b'")]
    [InlineData("tagValue eq 'x'")]
    public void A_filter_that_is_not_understood_is_refused_and_not_ignored(string filter)
    {
        using var client = new TestClient();

        var answer = client.Get($"{Resources}?$filter={Uri.EscapeDataString(filter)}");

        Assert.Equal((400, "InvalidFilterInQueryString"), (answer.Status, answer.Code));
    }
}
