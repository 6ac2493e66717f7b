using System.Net;
using AmlVnet.Arm.Clients;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.SignIn;
using AmlVnet.Arm.Simulation;

namespace AmlVnet.Arm.Tests;

/// <summary>A token goes to its own service, whoever names another address.</summary>
public sealed class TokenGuardTests
{
    private const string Foreign = "https://westus2.rp.example.com/subscriptions/s/operations/op-1?api-version=1";

    private static readonly string Good = TestCloud.At(
        "/subscriptions/s/providers/P/locations/l/computeOperationsStatus/op-1?api-version=1");

    public static TheoryData<string> Elsewhere =>
    [
        Foreign,
        "http://management.simulator.invalid/op-1",
        "https://management.simulator.invalid:8443/op-1",
        "https://management.simulator.invalid.example.com/op-1",
        "https://management.simulator.invalid@example.com/op-1",
        "https://notmanagement.simulator.invalid/op-1",
        "https://a.b.management.simulator.invalid/op-1",
        "https://not-a-region.management.simulator.invalid/op-1",
        "//example.com/op-1",
    ];

    [Theory, MemberData(nameof(Elsewhere))]
    public async Task No_request_with_a_token_leaves_for_another_place(string address)
    {
        using var cloud = new TestCloud(scenario: null);
        var there = new Uri(new Uri(TestCloud.At("/")), address);

        var error = await Assert.ThrowsAsync<AmlVnetException>(
            () => cloud.Azure.Endpoint.FindAsync(there, WireJson.Default.WireWorkspace, TestCloud.Cancel));

        Assert.Equal("TokenNotSent", error.ErrorId);
        Assert.Contains($"{there.Scheme}://{there.Host}:{there.Port}", error.Message, StringComparison.Ordinal);
        Assert.Empty(cloud.Handler.Sent);
    }

    [Theory]
    [InlineData("https://eastus2.management.simulator.invalid/op-1")]
    [InlineData("https://MANAGEMENT.simulator.invalid:443/op-1")]
    public async Task A_regions_host_is_the_clouds_own(string address)
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer =
            static _ => TestCloud.Json(HttpStatusCode.OK, """{ "id": "/x", "properties": { "provisioningState": "Succeeded" } }""");

        Assert.NotNull(await cloud.Azure.Endpoint.FindAsync(new Uri(address), WireJson.Default.WireWorkspace, TestCloud.Cancel));

        Assert.Equal("Bearer " + TestCloud.Token, Assert.Single(cloud.Handler.Sent).Authorization);
    }

    [Theory]
    [InlineData("https://arm.other.example.net/op-1", true)]
    [InlineData("https://region1.arm.other.example.net/op-1", true)]
    [InlineData("https://management.custom.example.net/op-1", true)]
    [InlineData("https://login.custom.example.net/op-1", false)]
    [InlineData("https://portal.other.example.net/op-1", false)]
    public void The_clouds_metadata_may_name_another_Resource_Manager(string address, bool isAllowed)
    {
        var cloud = CloudDiscovery.Read("""
            [{ "name": "Custom", "resourceManager": "https://arm.other.example.net/", "portal": "https://portal.other.example.net/",
               "authentication": {
                 "loginEndpoint": "https://login.custom.example.net/", "audiences": ["https://management.custom.example.net/"] } }]
            """u8.ToArray(), new Uri("https://management.custom.example.net/"));

        Assert.Equal(isAllowed, cloud.ArmDestinations.Allow(new Uri(address)));
    }

    [Fact]
    public async Task The_token_for_Graph_goes_to_Graph_only()
    {
        using var cloud = new TestCloud(scenario: null);
        var graph = SimulatorFront.Cloud.GraphEndpoint;
        cloud.Handler.Answer = request => request.Uri.Host == graph.Host
            ? new HttpResponseMessage(HttpStatusCode.Redirect) { Headers = { Location = new Uri(Foreign) } }
            : throw new InvalidOperationException("It was followed.");

        var error = await Assert.ThrowsAsync<ArmRequestException>(
            () => cloud.Azure.Graph.FindServicePrincipalAsync(Guid.Empty.ToString(), TestCloud.Cancel));

        Assert.Equal(("NotFromAzure", 302), (error.ErrorId, error.Status));
        Assert.Contains("https://westus2.rp.example.com:443", error.Message, StringComparison.Ordinal);
        Assert.Single(cloud.Handler.Sent);
    }

    [Theory, MemberData(nameof(Elsewhere))]
    public async Task The_list_of_subscriptions_follows_no_link_elsewhere(string link)
    {
        using var cloud = new TestCloud(scenario: null);
        cloud.Handler.Answer = _ => TestCloud.Json(HttpStatusCode.OK,
            $$"""
            {
              "value": [{ "id": "/subscriptions/s", "subscriptionId": "s", "displayName": "S", "state": "Enabled" }],
              "nextLink": "{{new Uri(new Uri(TestCloud.At("/")), link)}}"
            }
            """);

        var error = await Assert.ThrowsAsync<AmlVnetException>(() => cloud.Connection.ListSubscriptionsAsync(TestCloud.Cancel));

        Assert.Equal("AnswerUnreadable", error.ErrorId);
        Assert.All(cloud.Handler.Sent, static sent => Assert.Equal("management.simulator.invalid", sent.Uri.Host));
    }

    [Fact]
    public async Task Of_two_addresses_the_trusted_one_is_taken_and_the_other_is_told()
    {
        using var cloud = Writing(HttpStatusCode.Created, Good, Foreign);

        var accepted = await PutAsync(cloud);
        await WaitAsync(cloud, accepted);

        Assert.Equal(("AzureAsyncOperation", Good), (accepted.HeaderSource, accepted.Poll.AbsoluteUri));
        AssertToldAndNotAsked(cloud, "Location");
    }

    [Theory]
    [InlineData(HttpStatusCode.Accepted)]
    [InlineData(HttpStatusCode.Created)]
    public async Task It_is_taken_where_it_is_Location_too(HttpStatusCode status)
    {
        using var cloud = Writing(status, Foreign, Good);

        var accepted = await PutAsync(cloud);
        await WaitAsync(cloud, accepted);

        Assert.Equal(("Location", Good), (accepted.HeaderSource, accepted.Poll.AbsoluteUri));
        AssertToldAndNotAsked(cloud, "Azure-AsyncOperation");
    }

    [Theory]
    [InlineData(HttpStatusCode.Accepted, Foreign, Foreign)]
    [InlineData(HttpStatusCode.Created, Foreign, null)]
    [InlineData(HttpStatusCode.Accepted, null, Foreign)]
    [InlineData(HttpStatusCode.OK, "https://", Foreign)]
    public async Task Where_the_foreign_one_is_the_only_way_on_the_resource_is_asked_until_it_is_done(HttpStatusCode status,
        string? operation, string? location)
    {
        using var cloud = Writing(status, operation, location);
        var states = new Queue<string>(["Creating", "Creating", "Succeeded"]);
        Answer(cloud, request => request.Method == "GET" ? Compute(states.Count > 1 ? states.Dequeue() : states.Peek()) : null);

        var accepted = await PutAsync(cloud);
        await WaitAsync(cloud, accepted);

        Assert.Equal("None", accepted.HeaderSource);
        Assert.Single(states);
        Assert.True(accepted.IsRunning);
        AssertToldAndNotAsked(cloud, operation is null ? "Location" : "Azure-AsyncOperation");
    }

    [Theory]
    [InlineData("Azure-AsyncOperation", """{ "status": "InProgress" }""")]
    [InlineData("Location", """{ "status": "InProgress" }""")]
    [InlineData("none", """{ "status": "Succeeded", "resourceLocation": "https://westus2.rp.example.com/x" }""")]
    public async Task A_polls_answer_leads_nowhere_else(string header, string body)
    {
        using var cloud = Writing(HttpStatusCode.Accepted, header == "Location" ? null : Good, header == "Location" ? Good : null);
        Answer(cloud, request => request.Uri.AbsoluteUri == Good
            ? TestCloud.Json(header == "Location" ? HttpStatusCode.Accepted : HttpStatusCode.OK, body,
                header == "none" ? [] : [(header, Foreign)])
            : null);

        await WaitAsync(cloud, await PutAsync(cloud));

        Assert.All(cloud.Handler.Sent, static sent => Assert.Equal("management.simulator.invalid", sent.Uri.Host));
        Assert.Contains(cloud.Log.Lines, static line =>
            line.StartsWith("verbose: ", StringComparison.Ordinal) && line.Contains("itself is asked instead", StringComparison.Ordinal)
            && line.Contains("https://westus2.rp.example.com:443", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_deleted_at_a_foreign_address_is_waited_for_until_it_is_gone()
    {
        using var cloud = Writing(HttpStatusCode.Accepted, null, Foreign);
        var left = 3;
        Answer(cloud, request => request.Method != "GET" ? null : left-- > 0 ? Compute("Deleting")
            : TestCloud.Json(HttpStatusCode.NotFound, """{ "error": { "code": "ResourceNotFound", "message": "Gone." } }"""));

        var accepted = await cloud.Azure.Computes.DeleteAsync(TestCloud.Compute, UnderlyingResourceAction.Detach, TestCloud.Cancel);
        await WaitAsync(cloud, accepted);

        Assert.True(left < 0);
        Assert.DoesNotContain(cloud.Handler.Sent.Where(static sent => sent.Method == "GET"),
            static sent => sent.Uri.Query.Contains("underlying", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Elsewhere))]
    public void A_token_of_an_operation_leads_nowhere_else(string address)
    {
        var poll = new Uri(new Uri(TestCloud.At("/")), address);
        var token = (Accepted.OfResource(TestCloud.Compute, new Uri(TestCloud.At("/x"))) with { Poll = poll, HeaderSource = "Location" })
            .ToOperation("CreateAksCompute", DateTimeOffset.UnixEpoch).Token;

        var error = Assert.Throws<AmlVnetException>(() => Accepted.Decode(token, SimulatorFront.Cloud.ArmDestinations));

        Assert.Equal("InvalidOperationToken", error.ErrorId);
        Assert.Contains($"{poll.Host}:{poll.Port}", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Without a handler of a test's own, as for a user: nothing below the pipeline follows a redirect.</summary>
    [Fact]
    public async Task The_networks_own_transport_follows_no_redirect()
    {
        var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var asked = new List<string>();
        var server = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(TestCloud.Cancel);
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, leaveOpen: true);
                asked.Add((await reader.ReadLineAsync(TestCloud.Cancel))!);
                while (await reader.ReadLineAsync(TestCloud.Cancel) is { Length: > 0 }) { }
                await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{port}/elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
                    TestCloud.Cancel);
            }
        }, TestCloud.Cancel);

        var error = await Assert.ThrowsAsync<ArmRequestException>(() =>
            CloudDiscovery.DiscoverAsync(new Uri($"http://127.0.0.1:{port}/"), transport: null, TestCloud.Cancel));
        listener.Stop();

        Assert.Equal("NotFromAzure", error.ErrorId);
        Assert.Contains($"http://127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(asked, static line => line.Contains("/elsewhere", StringComparison.Ordinal));
        await Assert.ThrowsAnyAsync<Exception>(() => server);
    }

    private static void AssertToldAndNotAsked(TestCloud cloud, string header)
    {
        Assert.Contains(cloud.Log.Lines, line => line.StartsWith("verbose: ", StringComparison.Ordinal)
            && line.Contains($"its {header} leads to", StringComparison.Ordinal)
            && line.Contains("is ignored", StringComparison.Ordinal));
        Assert.All(cloud.Handler.Sent, static sent => Assert.Equal("management.simulator.invalid", sent.Uri.Host));
    }

    private static Task<Accepted> PutAsync(TestCloud cloud) =>
        cloud.Azure.Computes.PutAsync(TestCloud.Compute, new WireCompute(), TestCloud.Cancel);

    private static Task WaitAsync(TestCloud cloud, Accepted accepted) =>
        cloud.Azure.Wait.WaitAsync(accepted, "Waiting", cloud.Azure.Now, null, TestCloud.Cancel);

    private static HttpResponseMessage Compute(string state, params (string Name, string Value)[] headers) =>
        Compute(HttpStatusCode.OK, state, headers);

    private static HttpResponseMessage Compute(HttpStatusCode status, string state, (string Name, string Value)[] headers) =>
        TestCloud.Json(status,
        $$"""
        {
          "id": "{{TestCloud.Compute}}", "name": "myaks",
          "properties": { "computeType": "AKS", "provisioningState": "{{state}}" }
        }
        """, headers);

    /// <summary>A cloud that answers a write with these headers; its polls and its resource say that it is done.</summary>
    private static TestCloud Writing(HttpStatusCode status, string? operation, string? location)
    {
        var cloud = new TestCloud(scenario: null);
        var headers = new (string Name, string? Value)[] { ("Azure-AsyncOperation", operation), ("Location", location) }
            .Where(static header => header.Value is not null).Select(static header => (header.Name, header.Value!)).ToArray();
        cloud.Handler.Answer = request => request.Method != "GET" ? Compute(status, "Creating", headers)
            : request.Uri.AbsoluteUri == Good ? TestCloud.Json(HttpStatusCode.OK, """{ "status": "Succeeded" }""")
            : Compute("Succeeded");
        return cloud;
    }

    private static void Answer(TestCloud cloud, Func<SentRequest, HttpResponseMessage?> first)
    {
        var otherwise = cloud.Handler.Answer;
        cloud.Handler.Answer = request => first(request) ?? otherwise(request);
    }
}
