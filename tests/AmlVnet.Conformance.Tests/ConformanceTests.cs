using AmlVnet.Simulator;

namespace AmlVnet.Conformance.Tests;

/// <summary>The module's requests and the simulator's answers, against the official specifications.</summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    /// <summary>What the module sends has no excuse but a next link; what plain requests send is listed in the guide as well.</summary>
    [Fact]
    public async Task Requests_and_answers_are_as_the_specifications_say_but_for_the_listed_deviations()
    {
        var cancel = TestContext.Current.CancellationToken;
        var conformance = new Conformance(SpecLibrary.Official);
        foreach (var exchange in await ModuleTraffic.RecordAsync(cancel)) conformance.Check(exchange);
        var ours = conformance.Deviations.Where(static d => d.Side == "request").Select(static d => d.Key).ToArray();
        foreach (var exchange in await PlainTraffic.RecordAsync(cancel)) conformance.Check(exchange);

        Print(conformance);
        Assert.Equal(["ManagedClusters_List | request | ?$skipToken | undeclared"], ours);
        var table = DeviationTable.OfTheGuide();
        Assert.Empty(table.Unlisted(conformance.Deviations).Select(static d => $"{d.Key} ({d.Detail})"));
        Assert.Empty(table.Stale(conformance.Deviations));
        Assert.True(conformance.Operations.Count > 60, $"Only {conformance.Operations.Count} operations were covered.");
        Assert.True(conformance.Validated > 500, $"Only {conformance.Validated} exchanges were compared.");
    }

    [Fact]
    public void Operations_are_read_from_all_the_files() =>
        Assert.True(SpecLibrary.Official.Count > 400, $"{SpecLibrary.Official.Count} operations");

    private void Print(Conformance conformance)
    {
        output.WriteLine($"{conformance.Operations.Count} operations covered, {conformance.Validated} requests validated with their "
            + $"answers, {conformance.Deviations.Count} deviations");
        foreach (var operation in conformance.Operations) output.WriteLine($"  {operation}");
        output.WriteLine($"{conformance.Unspecified.Values.Sum()} requests to what no specification at hand describes");
        foreach (var (what, count) in conformance.Unspecified) output.WriteLine($"  {count} x {what}");
        output.WriteLine("Deviations");
        foreach (var deviation in conformance.Deviations.OrderBy(static d => d.Key, StringComparer.Ordinal))
            output.WriteLine($"  {deviation.Key} ({deviation.Detail})");
        output.WriteLine($"References that lead nowhere: {string.Join(", ", SpecLibrary.Official.Dangling)}");
    }
}

/// <summary>The comparison itself has to find what is wrong, and to pass what is right.</summary>
public sealed class PlantedErrorTests
{
    private const string Right = """
        {"location":"eastus2","properties":{"computeType":"AKS","computeLocation":"eastus2","resourceId":null,"properties":{"agentCount":3,
        "aksNetworkingConfiguration":{"subnetId":"/subscriptions/s/resourceGroups/g","serviceCidr":"10.0.0.0/16"},
        "sslConfiguration":{"status":"Auto","cert":null}}}}
        """;

    [Fact]
    public void A_right_body_passes() => Assert.Empty(Check(Right));

    [Theory]
    [InlineData("\"serviceCidr\"", "\"serviceCird\"", "properties.properties.aksNetworkingConfiguration.serviceCird", "undeclared")]
    [InlineData("\"agentCount\":3", "\"agentCount\":\"3\"", "properties.properties.agentCount", "type")]
    [InlineData("\"computeType\":\"AKS\"", "\"computeType\":\"AKS\",\"provisioningState\":\"Succeeded\"", "properties.provisioningState",
        "read-only")]
    [InlineData("\"agentCount\":3", "\"agentCount\":-1", "properties.properties.agentCount", "range")]
    [InlineData("\"status\":\"Auto\"", "\"status\":\"On\"", "properties.properties.sslConfiguration.status", "enum")]
    [InlineData("10.0.0.0/16", "10.0.0.0/33", "properties.properties.aksNetworkingConfiguration.serviceCidr", "pattern")]
    [InlineData("\"AKS\"", "\"AKZ\"", "properties.computeType", "discriminator")]
    [InlineData("\"computeType\":\"AKS\",", "", "properties.computeType", "missing")]
    [InlineData("\"agentCount\"", "\"agentcount\"", "properties.properties.agentcount", "spelling")]
    [InlineData("\"status\":\"Auto\"", "\"status\":null", "properties.properties.sslConfiguration.status", "null")]
    public void A_planted_error_is_caught(string right, string wrong, string member, string what) =>
        Assert.Contains(Check(Right.Replace(right, wrong, StringComparison.Ordinal)), d => d.Member == member && d.What == what
            && d.Side == "request");

    [Fact]
    public void What_is_set_at_creation_only_may_not_be_in_an_update()
    {
        var found = Check(Right, status: 200);
        Assert.Equal(["properties.computeLocation"], found.Where(static d => d.What == "no update").Select(static d => d.Member));
    }

    [Fact]
    public void A_secret_in_an_answer_is_caught()
    {
        var found = Check(null, "GET", 200, Right.Replace("\"cert\":null", "\"cert\":\"x\"", StringComparison.Ordinal));
        Assert.Contains(found, static d => d is { Member: "properties.properties.sslConfiguration.cert", What: "secret", Side: "200" });
    }

    [Fact]
    public void A_member_of_another_kind_of_compute_is_caught() =>
        Assert.Contains(Check(Right.Replace("\"agentCount\":3", "\"scaleSettings\":{}", StringComparison.Ordinal)),
            static d => d.What == "undeclared");

    [Fact]
    public void A_missing_query_parameter_is_caught() =>
        Assert.Contains(Check(null, "DELETE", 202), static d => d is { Member: "?underlyingResourceAction", What: "missing" });

    [Fact]
    public void An_undeclared_status_is_caught() =>
        Assert.Contains(Check(Right, status: 202), static d => d is { What: "status", Side: "202" });

    private static IReadOnlyList<Deviation> Check(string? body, string method = "PUT", int status = 201, string? answer = null) =>
        new Conformance(SpecLibrary.Official).Check(new Exchange(method, new Uri(AzureSimulator.ArmEndpoint,
            $"{RecordedWorld.Subscription}/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/workspace/computes/c"
            + "?api-version=2023-10-01"),
            body, status, answer, false));
}
