using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using AmlVnet.Simulator.Server;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.ResourceManager;
using Azure.ResourceManager.Resources;

namespace AmlVnet.Simulator.Tests;

/// <summary>One server for the tests that only ask.</summary>
public sealed class ServerHttpFixture : IAsyncLifetime
{
    private readonly ServerFolder _folder = new();
    private SimulatorServer? _server;

    internal SimulatorServer Server => _server!;

    internal HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = new ServerSettings
        {
            Port = 0,
            HttpPort = 0,
            Scenario = "existing-cluster",
            TimeScale = null,
            CertificateFolder = _folder.Path,
        };
        _server = await SimulatorServer.StartAsync(settings, TextWriter.Null, TextWriter.Null);
        Client = ServerProcess.NewClient(_server.AuthorityFile, new Uri(_server.Address));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>Clients that know nothing of the simulator.</summary>
public sealed class ServerHttpTests(ServerHttpFixture fixture) : IClassFixture<ServerHttpFixture>
{
    private const string Group = "subscriptions/" + AzureSimulator.SubscriptionId + "/resourceGroups/";
    private const string Compute =
        Group + "myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/myworkspace/computes/myaks";

    private const string Cluster = Group + "myaksgroup/providers/Microsoft.ContainerService/managedClusters/myakscluster";
    private const string Network = Group + "mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Client => fixture.Client;

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task It_answers_to_each_loopback_name_and_speaks_of_itself_by_that_name(string name)
    {
        var origin = $"https://{name}:{Client.BaseAddress!.Port}";
        Assert.SkipUnless(name != "[::1]" || await ListensAsync(IPAddress.IPv6Loopback), "The machine has no ::1.");

        var metadata = JsonNode.Parse(await Client.GetStringAsync($"{origin}/metadata/endpoints?api-version=2019-05-01", Cancel))!;

        Assert.Equal(origin, metadata[0]!["resourceManager"]!.GetValue<string>());
        Assert.Equal($"{origin}/adfs", metadata[0]!["authentication"]!["loginEndpoint"]!.GetValue<string>());
    }

    [Fact]
    public async Task It_listens_on_loopback_only()
    {
        var addresses = await Dns.GetHostAddressesAsync(Dns.GetHostName(), Cancel);
        var others = addresses.Where(a => !IPAddress.IsLoopback(a) && !a.IsIPv6LinkLocal).ToList();
        Assert.SkipWhen(others.Count == 0, "The machine has no address but loopback.");

        foreach (var address in others)
            Assert.False(await ListensAsync(address), $"It listens on {address}.");
    }

    [Fact]
    public async Task A_client_that_does_not_trust_the_authority_is_not_served()
    {
        using var stranger = new HttpClient(new SocketsHttpHandler { UseProxy = false });

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(Client.BaseAddress, Cancel));

        Assert.IsType<AuthenticationException>(refused.InnerException);
    }

    [Fact]
    public async Task A_name_that_was_pointed_here_is_not_served()
    {
        // Over HTTP, because a name that is pointed here does not get past the certificate's names.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{fixture.Server.HttpAddress}/msi/token?resource=https://r/");
        request.Headers.Host = "rebound.example:8943";

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.Equal("MisdirectedRequest", await CodeAsync(answer));
    }

    [Fact]
    public async Task Without_a_token_the_answer_is_401_and_names_this_authority()
    {
        using var anonymous = new HttpClient(ServerProcess.NewHandler(fixture.Server.AuthorityFile));

        using var answer = await anonymous.GetAsync($"{fixture.Server.Address}/subscriptions?api-version=2022-12-01", Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("AuthenticationFailed", await CodeAsync(answer));
        var challenge = Assert.Single(answer.Headers.WwwAuthenticate);
        Assert.Equal("Bearer", challenge.Scheme);
        Assert.Contains($"authorization_uri=\"{fixture.Server.Address}/", challenge.Parameter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_above_Resource_Manager_s_limit_is_413_in_JSON()
    {
        using var body = new ByteArrayContent(new byte[HttpFront.LargestBody + 1]);

        using var answer = await Client.PutAsync($"{Group}mygroup?api-version=2022-09-01", body, Cancel);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("RequestContentTooLarge", await CodeAsync(answer));
    }

    [Fact]
    public async Task HEAD_has_no_body_and_no_answer_binds_localhost_to_https()
    {
        using var head = new HttpRequestMessage(HttpMethod.Head, $"{Group}mygroup?api-version=2022-09-01");
        using var exists = await Client.SendAsync(head, Cancel);
        using var read = await Client.GetAsync($"{Group}mygroup?api-version=2022-09-01", Cancel);

        Assert.Equal(HttpStatusCode.NoContent, exists.StatusCode);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.False(read.Headers.Contains("Strict-Transport-Security"));
        Assert.True(read.Headers.Contains("x-ms-request-id"));
        Assert.Equal("application/json", read.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Escaped_filters_arrive_as_they_were_meant()
    {
        const string Filter = "$filter=roleName%20eq%20%27Network%20Contributor%27";
        var definitions = await GetAsync(
            $"{Group}mygroup/providers/Microsoft.Authorization/roleDefinitions?{Filter}&api-version=2018-01-01-preview");

        var only = Assert.Single(definitions["value"]!.AsArray())!;
        Assert.EndsWith("4d97b98b-1d4f-4787-a291-c67834d212e7", only["id"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    // First, newest and some between; also lower-case, as az asks for groups.
    [Theory]
    [InlineData(Compute, "2018-11-19")]
    [InlineData(Compute, "2021-04-01")]
    [InlineData(Compute, "2022-06-01-preview")]
    [InlineData(Compute, "2026-05-01")]
    [InlineData(Cluster, "2017-08-31")]
    [InlineData(Cluster, "2022-11-01")]
    [InlineData(Cluster, "2023-03-02-preview")]
    [InlineData(Cluster, "2026-06-01")]
    [InlineData(Network, "2015-06-15")]
    [InlineData(Network, "2020-11-01")]
    [InlineData(Network, "2025-09-01")]
    [InlineData("subscriptions/" + AzureSimulator.SubscriptionId + "/resourcegroups/mygroup", "2021-04-01")]
    [InlineData(Group + "mygroup", "2015-01-01")]
    [InlineData(Group + "mygroup/providers/Microsoft.Authorization/roleAssignments", "2015-07-01")]
    [InlineData(Group + "mygroup/providers/Microsoft.Authorization/roleAssignments", "2020-04-01-preview")]
    public async Task Every_version_from_the_first_to_the_newest_is_accepted(string path, string version)
    {
        using var answer = await Client.GetAsync($"{path}?api-version={version}", Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(Compute, "2018-01-01")]
    [InlineData(Compute, "2031-01-01")]
    [InlineData(Compute, "latest")]
    [InlineData(Compute, "2023-13-01")]
    [InlineData(Cluster, "2016-03-30")]
    [InlineData(Network, "2023-9-1")]
    [InlineData(Group + "mygroup", "2013-01-01")]
    [InlineData(Group + "mygroup", "tomorrow")]
    public async Task Another_version_is_400_with_the_supported_ones(string path, string version)
    {
        using var answer = await Client.GetAsync($"{path}?api-version={version}", Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["error"]!;
        Assert.Contains(version, error["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Matches(@"supported (api-)?versions are '[^']*\d{4}-\d{2}-\d{2}", error["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_answer_has_the_shape_of_the_version_that_was_asked_for()
    {
        var old = (await GetAsync($"{Compute}?api-version=2018-11-19"))["properties"]!["properties"]!.AsObject();
        var later = (await GetAsync($"{Compute}?api-version=2023-10-01"))["properties"]!["properties"]!.AsObject();
        Assert.True(old.ContainsKey("agentVMSize") && !old.ContainsKey("agentVmSize"));
        Assert.True(later.ContainsKey("agentVmSize") && !later.ContainsKey("agentVMSize"));

        var bridged = (await GetAsync($"{Cluster}?api-version=2023-03-01"))["properties"]!["networkProfile"]!.AsObject();
        var bridgeless = (await GetAsync($"{Cluster}?api-version=2023-04-01"))["properties"]!["networkProfile"]!.AsObject();
        Assert.Equal("172.17.0.1/16", bridged["dockerBridgeCidr"]!.GetValue<string>());
        Assert.False(bridgeless.ContainsKey("dockerBridgeCidr"));
    }

    [Theory]
    [InlineData("GET", "/msi/?resource=https://r/&api-version=2017-09-01", "secret", "x", HttpStatusCode.OK)]
    [InlineData("GET", "/msi/token?resource=https://r/&api-version=2019-08-01", "X-IDENTITY-HEADER", "x", HttpStatusCode.OK)]
    [InlineData("GET", "/metadata/identity/oauth2/token?resource=https://r/&api-version=2018-02-01", "Metadata", "true", HttpStatusCode.OK)]
    [InlineData("GET", "/msi/token?resource=https://r/&api-version=2019-08-01", "X-Other", "x", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/subscriptions?api-version=2022-12-01", "Authorization", "Bearer x", HttpStatusCode.Forbidden)]
    public async Task Plain_HTTP_has_the_managed_identity_endpoints_only(
        string method, string path, string header, string value, HttpStatusCode expected)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(new HttpMethod(method), fixture.Server.HttpAddress + path);
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal(expected, answer.StatusCode);
        if (expected != HttpStatusCode.OK)
            return;
        var token = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        Assert.Equal("https://r/", token["resource"]!.GetValue<string>());
        var payload = token["access_token"]!.GetValue<string>().Split('.')[1].Replace('-', '+').Replace('_', '/');
        var claims = JsonNode.Parse(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '=')))!;
        Assert.Equal(AzureSimulator.TenantId, claims["tid"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("adfs")]
    [InlineData(AzureSimulator.TenantId)]
    public async Task The_Azure_SDK_signs_in_and_reads(string tenant)
    {
        using var http = new HttpClient(ServerProcess.NewHandler(fixture.Server.AuthorityFile));
        var transport = new HttpClientTransport(http);
        var credential = new ClientSecretCredential(tenant, "0b6f2a1c-3d4e-4f50-8a61-7b8c9d0e1f2a", "any", new ClientSecretCredentialOptions
        {
            AuthorityHost = new Uri(fixture.Server.Address),
            DisableInstanceDiscovery = true,
            Transport = transport,
        });
        var client = new ArmClient(credential, AzureSimulator.SubscriptionId, new ArmClientOptions
        {
            Environment = new ArmEnvironment(new Uri(fixture.Server.Address), fixture.Server.Address),
            Transport = transport,
        });

        var groups = new List<string>();
        var subscription = client.GetSubscriptionResource(SubscriptionResource.CreateResourceIdentifier(AzureSimulator.SubscriptionId));
        await foreach (var group in subscription.GetResourceGroups().GetAllAsync(cancellationToken: Cancel))
            groups.Add(group.Data.Name);

        Assert.Contains("mygroup", groups);
        var cluster = await client.GetGenericResource(new ResourceIdentifier("/" + Cluster)).GetAsync(Cancel);
        Assert.Equal("myakscluster", cluster.Value.Data.Name, ignoreCase: true);
    }

    [Fact]
    public async Task Curl_reads_with_the_line_that_the_server_prints()
    {
        var (exitCode, output) = await RunAsync(
            "curl", ["-sS", "-H", "Authorization: Bearer any", $"{fixture.Server.Address}/{Group}mygroup?api-version=2022-09-01"],
            "CURL_CA_BUNDLE");

        Assert.Equal(0, exitCode);
        Assert.Equal("mygroup", JsonNode.Parse(output)!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Node_reads_with_the_line_that_the_server_prints()
    {
        var address = $"{fixture.Server.Address}/{Group}mygroup?api-version=2022-09-01";
        var script = $"fetch('{address}', {{ headers: {{ Authorization: 'Bearer any' }} }})"
            + ".then(a => a.text()).then(t => console.log(t)).catch(e => { console.log(e); process.exit(1); })";

        var (exitCode, output) = await RunAsync("node", ["-e", script], "NODE_EXTRA_CA_CERTS");

        Assert.Equal(0, exitCode);
        Assert.Equal("mygroup", JsonNode.Parse(output)!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Many_clients_at_once_each_get_their_own_answer()
    {
        var abreast = new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancel };
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), abreast, async (n, cancel) =>
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"parallel-{n}");
            using var body = new StringContent("""{"location":"eastus2"}""", Encoding.UTF8, "application/json");
            using var made = await Client.PutAsync($"{Group}{name}?api-version=2022-09-01", body, cancel);
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
            Assert.Equal(name, (await GetAsync($"{Group}{name}?api-version=2022-09-01"))["name"]!.GetValue<string>());
        });
    }

    private async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Client.GetStringAsync(path, Cancel))!;

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))?["error"]?["code"]?.GetValue<string>();

    private async Task<bool> ListensAsync(IPAddress address)
    {
        try
        {
            using var socket = new TcpClient(address.AddressFamily);
            await socket.ConnectAsync(address, Client.BaseAddress!.Port, Cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Runs another program with one of the variables that the server prints.</summary>
    private async Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments, string variable)
    {
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(f => File.Exists(Path.Combine(f, program))),
            $"{program} is not installed.");
        var line = Instructions.For(fixture.Server.Address, null, fixture.Server.AuthorityFile)
            .Single(l => l.Contains(variable, StringComparison.Ordinal));
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[variable] = line.Split('\'')[1];
        start.Environment["NO_PROXY"] = "localhost";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output);
    }
}
