using Xunit;

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
    [InlineData("resourceGroup ne 'mygroup' and name ne 'myworkspacestorage'", "myworkspace")]
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
