using System.Text;
using AmlVnet.Simulator.Kernel;

namespace AmlVnet.Simulator.Tests;

/// <summary>Microsoft Graph, the token authority, the metadata and managed-identity endpoints.</summary>
public sealed class DirectoryTests
{
    private const string AppId = "3b4c1f0e-7d2a-4c55-9b0e-5a6f1d2e3c4b";

    private const string ObjectId = "9e8d7c6b-5a49-4837-a625-1c0b9f8e7d6a";

    [Theory]
    [InlineData("https://graph.simulator.invalid/v1.0/servicePrincipals(appId='" + AppId + "')", "id")]
    [InlineData("https://graph.simulator.invalid/v1.0/servicePrincipals?$filter=appId%20eq%20'" + AppId + "'", "value.0.id")]
    [InlineData("https://graph.simulator.invalid/v1.0/servicePrincipals?$filter=servicePrincipalNames%2Fany%28c%3Ac%20eq%20%27" + AppId
        + "%27%29", "value.0.id")]
    [InlineData("https://graph.simulator.invalid/v1.0/servicePrincipals/" + ObjectId, "id")]
    [InlineData("https://graph.simulator.invalid/v1.0/directoryObjects/" + ObjectId, "id")]
    [InlineData("https://localhost:8943/v1.0/servicePrincipals/" + ObjectId + "?$select=id,appId", "id")]
    [InlineData("https://localhost:8943/graph/v1.0/servicePrincipals/" + ObjectId, "id")]
    public void Graph_finds_a_service_principal(string address, string path)
    {
        using var client = new TestClient("service-principal");
        Assert.Equal(ObjectId, Graph(client, "GET", address).Value(path));
    }

    [Fact]
    public void Graph_answers_in_its_own_manner()
    {
        using var client = new TestClient("service-principal");
        var missing = Graph(client, "GET", "https://graph.simulator.invalid/v1.0/servicePrincipals(appId='" + ObjectId + "')");
        Assert.Equal((404, "Request_ResourceNotFound"), (missing.Status, missing.Code));
        Assert.Empty(Graph(client, "GET",
            "https://graph.simulator.invalid/v1.0/servicePrincipals?$filter=appId%20eq%20'x'").At("value")!.AsArray());
        Assert.Equal(400, Graph(client, "GET", "https://graph.simulator.invalid/v1.0/servicePrincipals?$filter=color%20eq%20'x'").Status);
        var byIds = Graph(client, "POST", "https://graph.simulator.invalid/v1.0/directoryObjects/getByIds",
            $$"""{"ids":["{{ObjectId}}","{{Guid.NewGuid()}}"],"types":["user","servicePrincipal"]}""");
        var found = Assert.Single(byIds.At("value")!.AsArray())!;
        Assert.Equal("#microsoft.graph.servicePrincipal", found["@odata.type"]!.ToString());
        Assert.Equal("""{"@odata.context":"https://graph.simulator.invalid/v1.0/$metadata#servicePrincipals/$entity","""
            + "\"id\":\"9e8d7c6b-5a49-4837-a625-1c0b9f8e7d6a\"}",
            Graph(client, "GET", "https://graph.simulator.invalid/v1.0/servicePrincipals/" + ObjectId + "?$select=id").Text);
        client.Simulator.Control.Set("graphDenied", "true");
        Assert.Equal((403, "Authorization_RequestDenied"),
            (Graph(client, "GET", "https://graph.simulator.invalid/v1.0/servicePrincipals").Status,
            Graph(client, "GET", "https://graph.simulator.invalid/v1.0/servicePrincipals").Code));
    }

    [Fact]
    public void Metadata_comes_in_both_forms()
    {
        using var client = new TestClient();
        var old = Graph(client, "GET", "https://localhost:8943/metadata/endpoints?api-version=2015-01-01");
        Assert.Equal("https://localhost:8943/adfs", old.Value("authentication.loginEndpoint"));
        var list = Graph(client, "GET", "https://localhost:8943/metadata/endpoints?api-version=2019-05-01");
        Assert.Equal("https://localhost:8943", list.Value("0.resourceManager"));
        Assert.Equal("https://localhost:8943/", list.Value("0.microsoftGraphResourceId"));
    }

    [Theory]
    [InlineData("/adfs")]
    [InlineData("/" + AzureSimulator.TenantId)]
    [InlineData("/" + AzureSimulator.TenantId + "/v2.0")]
    public void The_authority_leads_to_its_tokens(string authority)
    {
        using var client = new TestClient();
        client.Simulator.Control.Set("requireAuthentication", "true");
        var discovery = Graph(client, "GET", "https://localhost:8943" + authority + "/.well-known/openid-configuration");
        var form = $"client_id={AppId}&client_secret=any%20thing&grant_type=client_credentials"
            + "&scope=https%3A%2F%2Flocalhost%3A8943%2F%2F.default";
        var token = Graph(client, "POST", discovery.Value("token_endpoint")!, form);
        Assert.Equal((200, "Bearer"), (token.Status, token.Value("token_type")));
        var payload = Payload(token.Value("access_token")!);
        Assert.Equal(AzureSimulator.TenantId, payload["tid"]!.ToString());
        Assert.Equal("https://localhost:8943/", payload["aud"]!.ToString());
        Assert.Equal((401, "AuthenticationFailed"), (client.Get(TestClient.Network).Status, client.Get(TestClient.Network).Code));
        Assert.Equal(200, client.Send("GET", TestClient.Network, null, ("authorization", "Bearer " + token.Value("access_token"))).Status);
    }

    [Theory]
    [InlineData("adfs/oauth2/token", "client_id=" + AppId + "&grant_type=client_credentials&client_secret=wrong", 401, "invalid_client")]
    [InlineData("adfs/oauth2/token", "client_id=" + AppId + "&grant_type=client_credentials", 401, "invalid_client")]
    [InlineData("adfs/oauth2/token", "client_id=" + AppId + "&grant_type=password", 400, "unsupported_grant_type")]
    [InlineData("00000000-1111-2222-3333-444444444444/oauth2/v2.0/token", "client_id=" + AppId
        + "&grant_type=client_credentials&client_secret=right", 400, "invalid_request")]
    [InlineData("adfs/oauth2/token", "client_id=" + AppId + "&grant_type=client_credentials&client_secret=right", 200, null)]
    [InlineData("adfs/oauth2/token", "client_id=" + AppId
        + "&grant_type=client_credentials&client_assertion=x.y.z"
        + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer", 200, null)]
    [InlineData("adfs/oauth2/token", "client_id=" + AppId
        + "&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=x.y.z", 200, null)]
    public void Wrong_credentials_are_refused_in_the_authoritys_words(string path, string form, int status, string? error)
    {
        using var client = new TestClient();
        client.Simulator.Control.Set("clientSecret", "\"right\"");
        var answer = Graph(client, "POST", "https://localhost:8943/" + path, form);
        Assert.Equal((status, error), (answer.Status, answer.Value("error")));
        Assert.DoesNotContain("wrong", answer.Value("error_description") ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_claims_challenge_is_answered_by_a_token_with_the_claims()
    {
        using var client = new TestClient();
        client.Simulator.Control.Set("claimsChallenge", "true");
        var refused = client.Send("GET", TestClient.Network, null, ("Authorization", "Bearer x.e30.z"));
        Assert.Equal(401, refused.Status);
        var challenge = refused.Header("WWW-Authenticate")!;
        Assert.Contains("error=\"insufficient_claims\"", challenge, StringComparison.Ordinal);
        var claims = Encoding.UTF8.GetString(Convert.FromBase64String(challenge.Split("claims=\"")[1].TrimEnd('"')));
        var token = Graph(client, "POST", "https://localhost:8943/adfs/oauth2/token",
            $"client_id={AppId}&client_secret=x&grant_type=client_credentials&claims={Uri.EscapeDataString(claims)}");
        Assert.Equal(200, client.Send("GET", TestClient.Network, null, ("Authorization", "Bearer " + token.Value("access_token"))).Status);
    }

    [Theory]
    [InlineData("GET", "/msi/token?resource=r&api-version=2019-08-01", "X-IDENTITY-HEADER", 200)]
    [InlineData("GET", "/msi/token?resource=r&api-version=2019-08-01", null, 401)]
    [InlineData("GET", "/msi/?resource=r&api-version=2017-09-01", "secret", 200)]
    [InlineData("GET", "/msi/?resource=r&api-version=2017-09-01", null, 401)]
    [InlineData("GET", "/msi/?api-version=2017-09-01", "secret", 400)]
    [InlineData("GET", "/metadata/identity/oauth2/token?resource=r&api-version=2018-02-01", "Metadata", 200)]
    [InlineData("GET", "/metadata/identity/oauth2/token?resource=r&api-version=2018-02-01", null, 400)]
    [InlineData("GET", "/msi/token?resource=r&api-version=2019-08-01&client_id=00000000-0000-0000-0000-000000000001", "X-IDENTITY-HEADER",
        400)]
    public void Managed_identities_get_tokens_where_their_hosts_do(string method, string path, string? header, int status)
    {
        using var client = new TestClient("user-assigned");
        var answer = client.Send(method, "https://localhost:8943" + path, null, header is null ? [] : [(header, "true")]);
        Assert.Equal(status, answer.Status);
        if (status == 200)
        {
            Assert.Equal(AzureSimulator.TenantId, Payload(answer.Value("access_token")!)["tid"]!.ToString());
            Assert.True(long.Parse(answer.Value("expires_on")!, System.Globalization.CultureInfo.InvariantCulture) > 1_700_000_000);
        }
    }

    [Fact]
    public void A_token_that_ran_out_is_refused()
    {
        using var client = new TestClient(options: new SimulatorOptions
        {
            RequireAuthentication = true,
            Clock = SimulatorClock.Virtual(DateTimeOffset.UtcNow)
        });
        var payload = Convert.ToBase64String("""{"exp":1}"""u8).TrimEnd('=');
        var answer = client.Send("GET", TestClient.Network, null, ("Authorization", $"Bearer e30.{payload}.x"));
        Assert.Equal((401, "ExpiredAuthenticationToken"), (answer.Status, answer.Code));
        Assert.Equal(200, client.Send("GET", TestClient.Network, null, ("Authorization", "Bearer opaque")).Status);
    }

    private static TestAnswer Graph(TestClient client, string method, string address, string? body = null) =>
        new(client.Simulator.Handle(new SimulatorRequest(method, new Uri(address), new Dictionary<string, string>(), body is null ? default
            : Encoding.UTF8.GetBytes(body))));

    private static JsonNode Payload(string token)
    {
        var part = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        return JsonNode.Parse(Convert.FromBase64String(part + new string('=', (4 - (part.Length % 4)) % 4)))!;
    }
}
