using System.Net;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.SignIn;
using AmlVnet.Core.Ids;

namespace AmlVnet.Arm.Tests;

/// <summary>Each credential that speaks HTTP, over TLS on loopback, against an authority that says no.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private SignInServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), TestRoots.NeedsLinux);
        _server = await SignInServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_secret_signs_in_once_for_each_audience()
    {
        var context = await ConnectAsync(WithSecret());
        var azure = (AzureConnection)context.Connection!;
        for (var i = 0; i < 3; i++) await azure.ListSubscriptionsAsync(Cancel);
        for (var i = 0; i < 3; i++) await azure.Graph.FindServicePrincipalAsync(SignInServer.Application, Cancel);

        Assert.Equal("One", context.SubscriptionName);
        Assert.Equal(SignInServer.Tenant, context.TenantId);
        Assert.Equal(SignInServer.Application, context.Account);
        Assert.Equal("TestCloud", context.Environment);
        Assert.Equal("ClientSecret", context.CredentialType);
        Assert.Equal(2, _server.TokenRequests.Count());
        Assert.Equal(2, _server.TokenRequests.Select(static r => r.Form["scope"]).Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_certificate_file_signs_an_assertion(bool pem)
    {
        using var certificate = TestRoots.MakeClient();
        _server.ClientCertificate = certificate;
        var path = Path.GetTempFileName();
        try
        {
            if (pem) await File.WriteAllTextAsync(path,
                certificate.ExportCertificatePem() + "\n" + certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem(), Cancel);
            else await File.WriteAllBytesAsync(path, certificate.Export(X509ContentType.Pkcs12, "p-4Rt"), Cancel);

            var context = await ConnectAsync(new CertificateFileSignIn(SignInServer.Application, path, pem ? null : Secure("p-4Rt"),
                SendChain: true));

            Assert.Equal("ClientCertificate", context.CredentialType);
            Assert.Contains(_server.TokenRequests, static r => r.Form.ContainsKey("client_assertion"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_certificate_that_the_application_does_not_have_is_refused()
    {
        using var certificate = TestRoots.MakeClient();
        using var other = TestRoots.MakeClient();
        _server.ClientCertificate = other;
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, certificate.Export(X509ContentType.Pkcs12), Cancel);
            var refused = await Assert.ThrowsAsync<AmlVnetException>(() =>
                ConnectAsync(new CertificateFileSignIn(SignInServer.Application, path, null, false)));
            Assert.Equal("SignInFailed", refused.ErrorId);
            Assert.Contains("AADSTS700027", refused.Message, StringComparison.Ordinal);
            Assert.Contains("Upload this certificate", refused.RecommendedAction, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("not a certificate")]
    [InlineData("wrong password")]
    [InlineData("no key")]
    public async Task A_certificate_file_that_does_not_do_is_said_before_any_request(string what)
    {
        using var certificate = TestRoots.MakeClient();
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, what switch
        {
            "wrong password" => certificate.Export(X509ContentType.Pkcs12, "right"),
            "no key" => certificate.Export(X509ContentType.Cert),
            _ => "nonsense"u8.ToArray(),
        }, Cancel);
        if (what == "absent") File.Delete(path);
        try
        {
            var refused = await Assert.ThrowsAsync<AmlVnetException>(() =>
                ConnectAsync(new CertificateFileSignIn(SignInServer.Application, path, Secure("wrong"), false)));
            Assert.Equal("InvalidValue", refused.ErrorId);
            Assert.StartsWith("-CertificatePath:", refused.Message, StringComparison.Ordinal);
            Assert.Contains(path, refused.Message, StringComparison.Ordinal);
            Assert.Empty(_server.TokenRequests);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_thumbprint_in_no_store_is_said()
    {
        var thumbprint = new string('A', 40);
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() =>
            ConnectAsync(new CertificateStoreSignIn(SignInServer.Application, thumbprint, false)));
        Assert.StartsWith("-CertificateThumbprint:", refused.Message, StringComparison.Ordinal);
        Assert.Contains(thumbprint, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_federated_token_is_the_assertion()
    {
        var context = await ConnectAsync(new FederatedTokenSignIn(SignInServer.Application, Secure(SignInServer.FederatedToken)));
        Assert.Equal("ClientAssertion", context.CredentialType);
        Assert.Equal(SignInServer.FederatedToken, _server.TokenRequests.Single().Form["client_assertion"]);
    }

    [Fact]
    public async Task A_federated_token_that_has_ended_is_said_and_not_sent()
    {
        var ended = _server.Issue("api://AzureADTokenExchange", SignInServer.Tenant, TimeSpan.FromMinutes(-10));
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() =>
            ConnectAsync(new FederatedTokenSignIn(SignInServer.Application, Secure(ended))));
        Assert.Equal("TokenExpired", refused.ErrorId);
        Assert.Contains("-FederatedToken", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_server.TokenRequests);
    }

    [Fact]
    public async Task A_device_code_is_shown_and_the_browser_not_asked_again()
    {
        var shown = new List<string>();
        var context = await ConnectAsync(new DeviceCodeSignIn(shown.Add));
        var azure = (AzureConnection)context.Connection!;
        await azure.Graph.FindServicePrincipalAsync(SignInServer.Application, Cancel);

        Assert.Contains("ABC123", Assert.Single(shown), StringComparison.Ordinal);
        Assert.Equal("DeviceCode", context.CredentialType);
        Assert.Single(_server.Seen, static r => r.Path.EndsWith("/devicecode", StringComparison.Ordinal));
        Assert.Contains(_server.TokenRequests, static r => r.Form["grant_type"] == "refresh_token");
    }

    [Fact]
    public async Task An_access_token_is_sent_as_it_is_and_never_to_Graph()
    {
        var token = _server.Issue(_server.Address.ToString(), SignInServer.Tenant, TimeSpan.FromHours(1), "user@example.com");
        var context = await ConnectAsync(new AccessTokenSignIn(Secure(token), null, null));

        Assert.Equal("user@example.com", context.Account);
        Assert.Equal(token, _server.Seen.Single(static r => r.Path == "/subscriptions").Token);
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() =>
            ((AzureConnection)context.Connection!).Graph.FindServicePrincipalAsync(SignInServer.Application, Cancel));
        Assert.Equal("GraphTokenMissing", refused.ErrorId);
        Assert.DoesNotContain(_server.Seen, static r => r.Path.StartsWith("/v1.0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("token\n")]
    [InlineData("Bearer token")]
    [InlineData("tokén")]
    public async Task A_token_that_no_header_takes_is_refused_before_any_request(string token)
    {
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() => ConnectAsync(new AccessTokenSignIn(Secure(token), null, null)));
        Assert.Equal("InvalidValue", refused.ErrorId);
        Assert.StartsWith("-AccessToken:", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<AmlVnetException>(() =>
            ConnectAsync(new FederatedTokenSignIn(SignInServer.Application, Secure(token))));
        Assert.StartsWith("-FederatedToken:", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Seen, static r => r.Token is not null);
        Assert.Empty(_server.TokenRequests);
    }

    [Fact]
    public async Task An_access_token_of_another_tenant_than_the_named_one_is_said()
    {
        var token = _server.Issue(_server.Address.ToString(), SignInServer.OtherTenant, TimeSpan.FromHours(1));
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() => ConnectAsync(new AccessTokenSignIn(Secure(token), null, null)));
        Assert.Equal("InvalidValue", refused.ErrorId);
        Assert.Equal(SignInServer.Tenant, refused.Target);
        Assert.Contains(SignInServer.OtherTenant, refused.Message, StringComparison.Ordinal);
        var context = await ConnectAsync(new AccessTokenSignIn(Secure(token), null, null), tenant: null);
        Assert.Equal(SignInServer.OtherTenant, context.TenantId);
    }

    [Fact]
    public async Task A_tenant_that_is_no_name_is_refused_before_any_request()
    {
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() => ConnectAsync(WithSecret(), tenant: "my tenant!"));
        Assert.Equal("InvalidValue", refused.ErrorId);
        Assert.StartsWith("-Tenant:", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Seen);
    }

    [Fact]
    public async Task An_access_token_that_has_ended_is_said_with_its_end()
    {
        var token = _server.Issue(_server.Address.ToString(), SignInServer.Tenant, TimeSpan.FromMinutes(-1));
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() => ConnectAsync(new AccessTokenSignIn(Secure(token), null, null)));
        Assert.Equal("TokenExpired", refused.ErrorId);
        Assert.Contains(TokenClaims.Read(token).ExpiresOn!.Value.ToUniversalTime().ToString("u"), refused.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Seen, static r => r.Path == "/subscriptions");
    }

    [Fact]
    public async Task A_wrong_secret_is_said_with_the_authority_s_code()
    {
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() =>
            ConnectAsync(new ClientSecretSignIn(SignInServer.Application, Secure("wrong-secret-8Hg1"))));
        Assert.Equal("SignInFailed", refused.ErrorId);
        Assert.Equal(ProblemKind.Authentication, refused.Kind);
        Assert.Contains("AADSTS7000215", refused.Message, StringComparison.Ordinal);
        Assert.Contains("not its id", refused.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret-8Hg1", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(401, true)]
    [InlineData(403, true)]
    [InlineData(409, true)]
    [InlineData(400, false)]
    public async Task An_authority_that_quotes_what_it_was_sent_is_not_repeated(int status, bool isJson)
    {
        _server.Also = async (http, seen) =>
        {
            if (!seen.Path.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal)) return false;
            var quoted = $"AADSTS7000215: not good: {string.Join(", ", seen.Form.Values)}";
            http.Response.StatusCode = status;
            if (isJson) await SignInServer.JsonAsync(http, status, new { error = "invalid_client", error_description = quoted });
            else await http.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"<html>{quoted}</html>"), Cancel);
            return true;
        };
        foreach (var (method, secret) in new (SignInMethod, string)[]
        {
            (new ClientSecretSignIn(SignInServer.Application, Secure("quoted-secret-5Xz8")), "quoted-secret-5Xz8"),
            (new FederatedTokenSignIn(SignInServer.Application, Secure("quoted.assertion-6Yw2.signature")), "quoted.assertion-6Yw2"),
        })
        {
            var refused = await Assert.ThrowsAsync<AmlVnetException>(() => ConnectAsync(method));

            Assert.Equal("SignInFailed", refused.ErrorId);
            Assert.DoesNotContain(secret, refused.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_wrong_tenant_is_said()
    {
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() =>
            ConnectAsync(WithSecret(), tenant: "99999999-9999-9999-9999-999999999999"));
        Assert.Contains("AADSTS90002", refused.Message, StringComparison.Ordinal);
        Assert.Contains("-Tenant", refused.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_tenant_is_said_before_any_request()
    {
        var refused = await RefusedAsync(new SignInRequest(WithSecret()) { ArmEndpoint = _server.Address });
        Assert.Equal("InvalidCombination", refused.ErrorId);
        Assert.Contains("-Tenant", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_server.TokenRequests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_untrusted_certificate_of_endpoint_or_authority_is_refused_and_nothing_sent(bool isEndpoint)
    {
        await using var stranger = await SignInServer.StartAsync(TestRoots.Untrusted);
        var place = new SignInRequest(WithSecret()) { Tenant = SignInServer.Tenant };
        var refused = await RefusedAsync(isEndpoint ? place with { ArmEndpoint = stranger.Address }
            : place with { Cloud = Cloud() with { AuthorityHost = stranger.Address } });
        Assert.Equal("CertificateNotTrusted", refused.ErrorId);
        if (isEndpoint) Assert.Contains("SSL_CERT_FILE", refused.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(stranger.Seen);
    }

    [Fact]
    public async Task An_unreachable_endpoint_is_said()
    {
        var gone = await SignInServer.StartAsync();
        var address = gone.Address;
        await gone.DisposeAsync();
        var refused = await RefusedAsync(new SignInRequest(WithSecret()) { ArmEndpoint = address, Tenant = SignInServer.Tenant });
        Assert.Equal("Unreachable", refused.ErrorId);
        Assert.StartsWith($"The request to '{address}", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith($"got no answer: Connection refused ({address.Authority})", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ProblemKind.Connection, refused.Kind);

        refused = await RefusedAsync(
            new SignInRequest(WithSecret()) { Cloud = Cloud() with { AuthorityHost = address }, Tenant = SignInServer.Tenant });
        Assert.Equal("SignInUnreachable", refused.ErrorId);
        Assert.Equal($"Sign-in got no answer: Connection refused ({address.Authority})", refused.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_claims_challenge_is_answered_with_a_new_token(bool graph)
    {
        var context = await ConnectAsync(WithSecret());
        var azure = (AzureConnection)context.Connection!;
        await azure.Graph.FindServicePrincipalAsync(SignInServer.Application, Cancel);
        var path = graph ? "/v1.0" : "/subscriptions";
        var revoked = _server.Seen.Last(r => r.Path.StartsWith(path, StringComparison.Ordinal)).Token!;
        _server.Challenge(revoked);

        if (graph) Assert.NotNull(await azure.Graph.FindServicePrincipalAsync(SignInServer.Application, Cancel));
        else Assert.Single(await azure.ListSubscriptionsAsync(Cancel));

        Assert.NotEqual(revoked, _server.Seen.Last(r => r.Path.StartsWith(path, StringComparison.Ordinal)).Token);
        Assert.Contains("nbf", _server.TokenRequests.Last().Form["claims"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claims_challenge_to_a_token_that_was_given_says_so()
    {
        var token = _server.Issue(_server.Address.ToString(), SignInServer.Tenant, TimeSpan.FromHours(1));
        var context = await ConnectAsync(new AccessTokenSignIn(Secure(token), null, null));
        _server.Challenge(token);
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() =>
            ((AzureConnection)context.Connection!).ListSubscriptionsAsync(Cancel));
        Assert.Equal("TokenChallenged", refused.ErrorId);
    }

    [Fact]
    public async Task A_token_that_ends_in_the_middle_of_an_operation_is_renewed()
    {
        // A token that has less than five minutes left is renewed beside the requests; the operation goes on until it has seen two of them.
        for (var i = 0; i < 4; i++) _server.Lifetimes.Enqueue(TimeSpan.FromSeconds(200));
        var tokens = new List<string>();
        _server.Also = async (http, seen) =>
        {
            if (!seen.Path.StartsWith("/operations/", StringComparison.Ordinal)) return false;
            if (!tokens.Contains(seen.Token!)) tokens.Add(seen.Token!);
            await SignInServer.JsonAsync(http, 200, new { name = "1", status = tokens.Count > 1 ? "Succeeded" : "InProgress" });
            return true;
        };
        var context = await ConnectAsync(WithSecret(), realWait: static _ => TimeSpan.Zero);
        var azure = (AzureConnection)context.Connection!;
        var id = ArmId.ForCompute(context.SubscriptionId, "g", "w", "c");

        await azure.Wait.WaitAsync(
            new Accepted(id, "DELETE", new Uri(_server.Address, id.ToString()),
                new Uri(_server.Address, "operations/1?api-version=1"), "AzureAsyncOperation"), "Waiting", DateTimeOffset.UtcNow, null,
                Cancel);

        Assert.True(tokens.Count > 1);
    }

    [Fact]
    public async Task Several_subscriptions_without_a_choice_are_listed()
    {
        _server.Subscriptions.Add(("00000000-0000-0000-0000-000000000002", "Two"));
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() => ConnectAsync(WithSecret()));
        Assert.Equal("SubscriptionNotChosen", refused.ErrorId);
        Assert.Contains("One (00000000-0000-0000-0000-000000000001)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Two (00000000-0000-0000-0000-000000000002)", refused.Message, StringComparison.Ordinal);

        Assert.Equal("Two", (await ConnectAsync(WithSecret(), subscription: "two")).SubscriptionName);
        Assert.Equal("Two", (await ConnectAsync(WithSecret(), subscription: "00000000-0000-0000-0000-000000000002")).SubscriptionName);
        var unknown = await Assert.ThrowsAsync<AmlVnetException>(() => ConnectAsync(WithSecret(), subscription: "Three"));
        Assert.Contains("One", unknown.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_subscription_shares_the_sign_in_and_another_tenant_asks_for_its_own_token()
    {
        _server.Subscriptions.Add(("00000000-0000-0000-0000-000000000002", "Two"));
        var one = await ConnectAsync(WithSecret(), subscription: "One");

        var two = await AzureSignIn.ChangeAsync(one, "Two", null, Cancel);
        Assert.Same(one.Connection, two.Connection);
        Assert.Single(_server.TokenRequests);

        var other = await AzureSignIn.ChangeAsync(one, "One", SignInServer.OtherTenant, Cancel);
        Assert.Equal(SignInServer.OtherTenant, other.TenantId);
        Assert.Equal(2, _server.TokenRequests.Count());
        Assert.Contains(SignInServer.OtherTenant, _server.TokenRequests.Last().Path, StringComparison.Ordinal);
        Assert.Equal(["One", "Two"], (await AzureSignIn.ListAsync(one, Cancel)).Select(static c => c.SubscriptionName));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_custom_cloud_is_discovered_in_both_forms(bool isOld)
    {
        await using var cloud = await SignInServer.StartAsync(isOld: isOld);
        var context = await AzureSignIn.ConnectAsync(
            new SignInRequest(WithSecret()) { ArmEndpoint = cloud.Address, Tenant = SignInServer.Tenant }, Cancel);
        Assert.Equal(cloud.Address, context.ArmEndpoint);
        Assert.Equal(isOld ? "localhost" : "TestCloud", context.Environment);
        Assert.Single(cloud.TokenRequests);
    }

    [Fact]
    public async Task Two_answers_to_which_cloud_are_one_too_many()
    {
        var refused =
            await RefusedAsync(new SignInRequest(WithSecret()) { ArmEndpoint = _server.Address, Environment = "AzureChinaCloud" });
        Assert.Equal("InvalidCombination", refused.ErrorId);
        refused = await RefusedAsync(new SignInRequest(WithSecret()) { ArmEndpoint = new Uri("http://localhost/") });
        Assert.Contains("https", refused.Message, StringComparison.Ordinal);
        refused = await RefusedAsync(new SignInRequest(WithSecret()) { Environment = "AzureGermanCloud" });
        Assert.Contains("AzureUSGovernment", refused.Message, StringComparison.Ordinal);
    }

    private static ClientSecretSignIn WithSecret() => new(SignInServer.Application, Secure(SignInServer.Secret));

    internal static SecureString Secure(string text) => new NetworkCredential("", text).SecurePassword;

    private AzureCloud Cloud() => new("TestCloud", _server.Address, _server.Address.ToString(), _server.Address, _server.Address);

    private Task<AmlVnetContext> ConnectAsync(SignInMethod method, string? tenant = SignInServer.Tenant, string? subscription = null,
        Func<TimeSpan, TimeSpan>? realWait = null) =>
        AzureSignIn.ConnectAsync(new SignInRequest(method)
        {
            ArmEndpoint = _server.Address,
            Tenant = tenant,
            Subscription = subscription,
            RealWait = realWait,
        }, Cancel);

    private static Task<AmlVnetException> RefusedAsync(SignInRequest request) =>
        Assert.ThrowsAsync<AmlVnetException>(() => AzureSignIn.ConnectAsync(request, Cancel));
}
