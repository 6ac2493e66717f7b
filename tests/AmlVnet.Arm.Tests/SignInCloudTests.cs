using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.SignIn;
using Azure.Core;

namespace AmlVnet.Arm.Tests;

/// <summary>Which hosts would be called, cloud by cloud; and what is read of a cloud, a token and a failure.</summary>
public sealed class SignInCloudTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "management.azure.com", "graph.microsoft.com", "login.microsoftonline.com")]
    [InlineData("AzureCloud", "management.azure.com", "graph.microsoft.com", "login.microsoftonline.com")]
    [InlineData("AzureUSGovernment", "management.usgovcloudapi.net", "graph.microsoft.us", "login.microsoftonline.us")]
    [InlineData("azurechinacloud", "management.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn", "login.chinacloudapi.cn")]
    public async Task Each_cloud_calls_its_own_hosts_only(string? environment, string arm, string graph, string authority)
    {
        using var network = new RecordingHandler();
        var context = await AzureSignIn.ConnectAsync(new SignInRequest(
            new ClientSecretSignIn(SignInServer.Application, SignInTests.Secure("s")))
        {
            Environment = environment,
            Tenant = SignInServer.Tenant,
            Handler = network,
        }, Cancel);
        await ((AzureConnection)context.Connection!).Graph.FindServicePrincipalAsync(SignInServer.Application, Cancel);

        Assert.Equal([arm, authority, graph],
            Distinct(network).Order(StringComparer.Ordinal).OrderBy(h => Array.IndexOf([arm, authority, graph], h)));
        var scopes = network.Forms.Select(static f => f.Split('&').Single(static p => p.StartsWith("scope=", StringComparison.Ordinal)))
            .Select(static p => WebUtility.UrlDecode(p["scope=".Length..])).ToArray();
        Assert.Contains(scopes, s => s.StartsWith($"https://{arm}/", StringComparison.Ordinal));
        Assert.Contains(scopes, s => s.StartsWith($"https://{graph}/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_known_cloud_s_address_needs_no_discovery()
    {
        using var network = new RecordingHandler();
        var context = await AzureSignIn.ConnectAsync(new SignInRequest(
            new ClientSecretSignIn(SignInServer.Application, SignInTests.Secure("s")))
        {
            ArmEndpoint = new Uri("https://management.usgovcloudapi.net"),
            Tenant = SignInServer.Tenant,
            Handler = network,
        }, Cancel);
        Assert.Equal("AzureUSGovernment", context.Environment);
        Assert.DoesNotContain(network.Requests, static r => r.AbsolutePath.StartsWith("/metadata", StringComparison.Ordinal));
    }

    [Fact]
    public void The_first_form_of_metadata_is_read()
    {
        var cloud = CloudDiscovery.Read(Encoding.UTF8.GetBytes("""
            {"galleryEndpoint":"https://g","graphEndpoint":"https://graph.local/","portalEndpoint":"https://p",
             "authentication":{"loginEndpoint":"https://adfs.local.azurestack.external/adfs",
             "audiences":["https://management.adfs.azurestack.local/1"]}}
            """), new Uri("https://management.local.azurestack.external/"));
        Assert.Equal("https://adfs.local.azurestack.external/", cloud.AuthorityHost.AbsoluteUri);
        Assert.Equal("adfs", cloud.AuthorityTenant);
        Assert.Equal("https://management.adfs.azurestack.local/1", cloud.ArmAudience);
        Assert.True(cloud.IsCustom);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("<html>")]
    [InlineData("""{"authentication":{"loginEndpoint":"http://plain.example/"}}""")]
    [InlineData("""[{"name":"A","resourceManager":"https://a/"},{"name":"B","resourceManager":"https://b/"}]""")]
    public void Metadata_that_does_not_do_is_refused(string body)
    {
        var refused = Assert.Throws<AmlVnetException>(() =>
            CloudDiscovery.Read(Encoding.UTF8.GetBytes(body), new Uri("https://arm.example/")));
        Assert.Equal("AnswerUnreadable", refused.ErrorId);
    }

    [Theory]
    [InlineData("opaque")]
    [InlineData("a.b.c")]
    [InlineData("a.bnVsbA.c")]
    [InlineData("")]
    public void A_token_that_says_nothing_of_itself_is_taken_as_it_is(string token) => Assert.Equal(default, TokenClaims.Read(token));

    [Fact]
    public async Task Those_who_ask_at_once_share_one_token_and_it_is_renewed_when_due()
    {
        var time = new ManualTime();
        var source = new CountingCredential(time);
        var tokens = new ConnectionTokens(source, time);
        var context = new TokenRequestContext(["https://a/.default"]);

        var asked = Enumerable.Range(0, 5).Select(_ => tokens.GetTokenAsync(context, Cancel).AsTask()).ToArray();
        source.Open.SetResult();
        var first = await Task.WhenAll(asked);
        Assert.Equal("1", Assert.Single(first.Select(static t => t.Token).Distinct()));

        time.Now += TimeSpan.FromMinutes(54);
        Assert.Equal("1", (await tokens.GetTokenAsync(context, Cancel)).Token);
        time.Now += TimeSpan.FromMinutes(2);
        Assert.Equal("2", (await tokens.GetTokenAsync(context, Cancel)).Token);
        Assert.Equal("3", (await tokens.GetTokenAsync(new TokenRequestContext(["https://b/.default"]), Cancel)).Token);
        Assert.Equal("4", (await tokens.ForTenant("t").GetTokenAsync(context, Cancel)).Token);
        Assert.Equal("t", source.LastTenant);
        Assert.Equal("5", (await tokens.GetTokenAsync(new TokenRequestContext(["https://a/.default"], claims: "{}"), Cancel)).Token);
        Assert.Equal("5", (await tokens.GetTokenAsync(context, Cancel)).Token);
    }

    [Fact]
    public async Task A_borrowed_token_is_asked_for_by_audience_and_tenant()
    {
        var asked = new List<(string, string?)>();
        var credential = new BorrowedSignIn("a", (audience, tenant, _) =>
        {
            asked.Add((audience, tenant));
            return Task.FromResult(("t", DateTimeOffset.UtcNow.AddMinutes(asked.Count == 1 ? 60 : -1)));
        }).Create(new SignInPlace(AzureCloud.Public, "home", null));

        await credential.GetTokenAsync(new TokenRequestContext(["https://management.azure.com//.default"]), Cancel);
        Assert.Equal(("https://management.azure.com/", "home"), asked[0]);
        var ended = await Assert.ThrowsAsync<AmlVnetException>(async () =>
            await credential.GetTokenAsync(new TokenRequestContext(["https://graph.microsoft.com/.default"], tenantId: "other"), Cancel));
        Assert.Equal("AzTokenExpired", ended.ErrorId);
        Assert.Equal(("https://graph.microsoft.com", "other"), asked[1]);
        var challenged = await Assert.ThrowsAsync<AmlVnetException>(async () =>
            await credential.GetTokenAsync(new TokenRequestContext(["https://graph.microsoft.com/.default"], claims: "{}"), Cancel));
        Assert.Equal("AzSessionChallenged", challenged.ErrorId);
    }

    private static IEnumerable<string> Distinct(RecordingHandler network) => network.Requests.Select(static r => r.Host).Distinct();

    /// <summary>Answers as every cloud does, and remembers where the request would have gone.</summary>
    private sealed class RecordingHandler : HttpMessageHandler
    {
        public ConcurrentQueue<Uri> Requests { get; } = new();

        public ConcurrentQueue<string> Forms { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var uri = request.RequestUri!;
            Requests.Enqueue(uri);
            object body;
            if (uri.AbsolutePath.EndsWith("/token", StringComparison.Ordinal))
            {
                Forms.Enqueue(await request.Content!.ReadAsStringAsync(cancellationToken));
                body = new { token_type = "Bearer", expires_in = 3600, access_token = "opaque" };
            }
            else if (uri.AbsolutePath.EndsWith("/discovery/instance", StringComparison.Ordinal))
            {
                body = new
                {
                    tenant_discovery_endpoint = $"https://{uri.Host}/t/.well-known/openid-configuration",
                    metadata = new[] { new { preferred_network = uri.Host, preferred_cache = uri.Host, aliases = new[] { uri.Host } } }
                };
            }
            else if (uri.AbsolutePath == "/subscriptions")
            {
                body = new
                {
                    value = new[] { new { id = "/subscriptions/00000000-0000-0000-0000-000000000001",
                    subscriptionId = "00000000-0000-0000-0000-000000000001", displayName = "One", state = "Enabled" } }
                };
            }
            else
            {
                body = new { id = "1", appId = "2", displayName = "3" };
            }

            return new HttpResponseMessage(HttpStatusCode.OK)
            {
                RequestMessage = request,
                Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
            };
        }
    }

    private sealed class ManualTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class CountingCredential(TimeProvider time) : TokenCredential
    {
        private int _count;

        public TaskCompletionSource Open { get; } = new();

        public string? LastTenant { get; private set; }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            await Open.Task;
            LastTenant = requestContext.TenantId;
            return new AccessToken(Interlocked.Increment(ref _count).ToString(System.Globalization.CultureInfo.InvariantCulture),
                time.GetUtcNow().AddHours(1));
        }
    }
}
