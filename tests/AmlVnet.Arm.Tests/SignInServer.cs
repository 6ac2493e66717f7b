using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AmlVnet.Arm.Tests;

/// <summary>
/// The roots of these tests. Linux reads the trusted ones from a file that a variable of the process names, before its first handshake.
/// </summary>
internal static partial class TestRoots
{
    public const string NeedsLinux = "Needs Linux, where .NET takes trusted root certificates from SSL_CERT_FILE.";

    /// <summary>Trusted by this process, and by child processes that are given <see cref="TrustedFile"/>.</summary>
    public static X509Certificate2 Trusted { get; } = MakeRoot("Trusted by the tests");

    public static X509Certificate2 Untrusted { get; } = MakeRoot("Trusted by nobody");

    public static string TrustedFile { get; } = Path.Combine(Path.GetTempPath(), $"amlvnet-test-root-{Environment.ProcessId}.pem");

    [ModuleInitializer]
    internal static void Trust()
    {
        if (!OperatingSystem.IsLinux()) return;
        File.WriteAllText(TrustedFile, Trusted.ExportCertificatePem());
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => File.Delete(TrustedFile);
        // .NET asks the C library, which Environment.SetEnvironmentVariable does not tell.
        _ = SetVariable("SSL_CERT_FILE", TrustedFile, 1);
    }

    /// <summary>A certificate of a server on loopback.</summary>
    public static X509Certificate2 Issue(X509Certificate2 root, string host = "localhost")
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var bare = request.Create(root, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1),
            RandomNumberGenerator.GetBytes(8));
        return X509CertificateLoader.LoadPkcs12(bare.CopyWithPrivateKey(key).Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A certificate of an application that signs in.</summary>
    public static X509Certificate2 MakeClient()
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 MakeRoot(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}

/// <summary>What reached the server.</summary>
internal sealed record SeenRequest(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers,
    IReadOnlyDictionary<string, string> Form)
{
    public string? Token => Headers.TryGetValue("Authorization", out var value) ? value["Bearer ".Length..] : null;
}

/// <summary>
/// A cloud in one process: an authority, the platform's endpoint for managed identities, an agent's endpoint for OIDC, and as much of
/// Azure Resource Manager and Microsoft Graph as a sign-in meets. It says no where the real ones would.
/// </summary>
internal sealed class SignInServer : IAsyncDisposable
{
    public const string Tenant = "11111111-1111-1111-1111-111111111111";
    public const string OtherTenant = "22222222-2222-2222-2222-222222222222";
    public const string Application = "33333333-3333-3333-3333-333333333333";
    public const string Secret = "right-secret-7Qk2";
    public const string FederatedToken = "federated.token-9Zx4.signature";
    public const string OidcToken = "oidc.token-5Vb8.signature";
    public const string SystemToken = "system-token-3Nm6";
    public const string IdentityHeader = "identity-header-1Lp7";
    public const string ClientId = "44444444-4444-4444-4444-444444444444";
    public const string ObjectId = "55555555-5555-5555-5555-555555555555";
    public const string Connection = "66666666-6666-6666-6666-666666666666";
    public const string IdentityId =
        "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i";
    private readonly ConcurrentDictionary<string, (string Audience, string Tenant)> _issued = new();
    private readonly ConcurrentDictionary<string, bool> _challenged = new();
    private readonly WebApplication _app;
    private int _number;

    private SignInServer(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public Uri PlainAddress { get; private set; } = null!;

    public ConcurrentQueue<SeenRequest> Seen { get; } = new();

    /// <summary>How long the tokens last, in the order they are issued; an hour once there are no more here.</summary>
    public ConcurrentQueue<TimeSpan> Lifetimes { get; } = new();

    public X509Certificate2? ClientCertificate { get; set; }

    public List<(string Id, string Name)> Subscriptions { get; } = [("00000000-0000-0000-0000-000000000001", "One")];

    /// <summary>Speaks the first form of metadata/endpoints only, as Azure Stack Hub does.</summary>
    public bool IsOld { get; init; }

    /// <summary>What else the server answers.</summary>
    public Func<HttpContext, SeenRequest, Task<bool>> Also { get; set; } = static (_, _) => Task.FromResult(false);

    public IEnumerable<SeenRequest> TokenRequests =>
        Seen.Where(static r => r.Path.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal));

    /// <summary>Every secret that must appear in no stream.</summary>
    public IEnumerable<string> Secrets =>
        new[] { Secret, FederatedToken, OidcToken, SystemToken, IdentityHeader }.Concat(_issued.Keys);

    public static async Task<SignInServer> StartAsync(X509Certificate2? root = null, bool isOld = false, string host = "localhost")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        var certificate = TestRoots.Issue(root ?? TestRoots.Trusted, host);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        var server = new SignInServer(app) { IsOld = isOld };
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.Address = new Uri(app.Urls.Single(static u => u.StartsWith("https:", StringComparison.Ordinal)).Replace("127.0.0.1",
            "localhost", StringComparison.Ordinal) + "/");
        server.PlainAddress = new Uri(app.Urls.Single(static u => u.StartsWith("http:", StringComparison.Ordinal)) + "/");
        return server;
    }

    /// <summary>An access token as Microsoft Entra makes them, but for its signature.</summary>
    public string Issue(string audience, string tenant, TimeSpan life, string account = Application)
    {
        var claims = new
        {
            aud = audience,
            tid = tenant,
            appid = account,
            exp = DateTimeOffset.UtcNow.Add(life).ToUnixTimeSeconds(),
            number = Interlocked.Increment(ref _number)
        };
        var token = $"{Base64("{\"alg\":\"none\"}")}.{Base64(JsonSerializer.Serialize(claims))}.signature-of-the-tests";
        _issued[token] = (audience, tenant);
        return token;
    }

    /// <summary>Refuses a token from now on, with a claims challenge.</summary>
    public void Challenge(string token) => _challenged[token] = true;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Base64(string text) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private async Task AnswerAsync(HttpContext http)
    {
        var form = http.Request.HasFormContentType
            ? (await http.Request.ReadFormAsync()).ToDictionary(static f => f.Key, static f => f.Value.ToString()) : [];
        var seen = new SeenRequest(http.Request.Method, http.Request.Path, http.Request.QueryString.Value ?? "",
            http.Request.Headers.ToDictionary(static h => h.Key, static h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), form);
        Seen.Enqueue(seen);
        var parts = seen.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (await Also(http, seen)) return;
        switch (parts)
        {
            case ["metadata", "endpoints"]:
                await MetadataAsync(http);
                return;
            case [var tenant, "oauth2", "v2.0", "token"]:
                await TokenAsync(http, tenant, form);
                return;
            case [_, "oauth2", "v2.0", "devicecode"]:
                await JsonAsync(http, 200,
                    new
                    {
                        user_code = "ABC123",
                        device_code = "device",
                        verification_uri = "https://login.test/device",
                        expires_in = 900,
                        interval = 1,
                        message = "Open https://login.test/device and enter ABC123."
                    });
                return;
            case ["msi", "token"]:
                await IdentityAsync(http, seen);
                return;
            case ["oidc"]:
                await OidcAsync(http, seen);
                return;
            case ["subscriptions"]:
                if (await AdmitAsync(http, seen, Address.ToString()))
                    await JsonAsync(http, 200,
                        new
                        {
                            value = Subscriptions.Select(static s =>
                            new
                            {
                                id = "/subscriptions/" + s.Id,
                                subscriptionId = s.Id,
                                displayName = s.Name,
                                tenantId = Tenant,
                                state = "Enabled"
                            })
                        });
                return;
            case ["v1.0", var principal]:
                if (await AdmitAsync(http, seen, Address.ToString() + "graph"))
                    await JsonAsync(http, 200, new { id = ObjectId, appId = Application, displayName = principal });
                return;
            default:
                await JsonAsync(http, 404, new { error = new { code = "ResourceNotFound", message = seen.Path } });
                return;
        }
    }

    private Task MetadataAsync(HttpContext http)
    {
        var version = http.Request.Query["api-version"].ToString();
        var authentication = new { loginEndpoint = Address.ToString(), audiences = new[] { Address.ToString() } };
        string[] publicAudiences = ["https://management.azure.com"];
        return (IsOld, version) switch
        {
            (_, "2015-01-01") => JsonAsync(http, 200,
                new { galleryEndpoint = Address, graphEndpoint = Address, portalEndpoint = Address, authentication }),
            (false, _) => JsonAsync(http, 200, new object[]
            {
                new { name = "AzureCloud", resourceManager = "https://management.azure.com/",
                    authentication = new { loginEndpoint = "https://login.microsoftonline.com", audiences = publicAudiences } },
                new { name = "TestCloud", resourceManager = Address, microsoftGraphResourceId = Address, authentication },
            }),
            _ => JsonAsync(http, 400, new { error = new { code = "InvalidApiVersionParameter", message = version } }),
        };
    }

    private Task TokenAsync(HttpContext http, string tenant, Dictionary<string, string> form)
    {
        if (tenant is not (Tenant or OtherTenant or "organizations"))
            return RefuseAsync(http, "invalid_request", $"AADSTS90002: Tenant '{tenant}' not found.");
        if (form.GetValueOrDefault("grant_type") is "client_credentials")
        {
            if (form.GetValueOrDefault("client_id") != Application)
                return RefuseAsync(http, "unauthorized_client", "AADSTS700016: Application was not found in the directory.");
            if (form.TryGetValue("client_assertion", out var assertion))
            {
                if (assertion is not (FederatedToken or OidcToken) && !IsSigned(assertion, tenant))
                    return RefuseAsync(http, "invalid_client",
                        "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application.")
                        ;
            }
            else if (form.GetValueOrDefault("client_secret") != Secret)
            {
                return RefuseAsync(http, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
            }
        }

        var scope = form["scope"].Split(' ').First(static s => s.EndsWith("/.default", StringComparison.Ordinal));
        var life = Lifetimes.TryDequeue(out var given) ? given : TimeSpan.FromHours(1);
        var issuedFor = tenant == "organizations" ? Tenant : tenant;
        var answer = new Dictionary<string, object>
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = (int)life.TotalSeconds,
            ["ext_expires_in"] = (int)life.TotalSeconds,
            ["access_token"] = Issue(scope[..^"/.default".Length], issuedFor, life),
        };
        if (form.GetValueOrDefault("grant_type") is not "client_credentials")
        {
            answer["refresh_token"] = "refresh-token-of-the-tests";
            answer["client_info"] = Base64($$"""{"uid":"u","utid":"{{issuedFor}}"}""");
            answer["id_token"] =
                $"{Base64("{\"alg\":\"none\"}")}."
                + $"{Base64($$"""{"tid":"{{issuedFor}}","oid":"u","sub":"u","preferred_username":"user@example.com"}""")}.x";
        }

        return JsonAsync(http, 200, answer);
    }

    /// <summary>Whether the assertion is a JWT that the registered certificate signed for this tenant's endpoint.</summary>
    private bool IsSigned(string assertion, string tenant)
    {
        var parts = assertion.Split('.');
        if (ClientCertificate is null || parts.Length != 3) return false;
        static byte[] Bytes(string part) =>
            Convert.FromBase64String(part.Replace('-', '+').Replace('_', '/').PadRight((part.Length + 3) / 4 * 4, '='));
        using var header = JsonDocument.Parse(Bytes(parts[0]));
        using var claims = JsonDocument.Parse(Bytes(parts[1]));
        using var key = ClientCertificate.GetRSAPublicKey()!;
        var padding = header.RootElement.GetProperty("alg").GetString() == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        return claims.RootElement.GetProperty("iss").GetString() == Application
            && claims.RootElement.GetProperty("aud").GetString()!.Contains(tenant, StringComparison.Ordinal)
            && key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Bytes(parts[2]), HashAlgorithmName.SHA256, padding);
    }

    private Task IdentityAsync(HttpContext http, SeenRequest seen)
    {
        if (seen.Headers.GetValueOrDefault("X-IDENTITY-HEADER") != IdentityHeader) return JsonAsync(http, 401,
            new { statusCode = 401, message = "Unauthorized" });
        var query = http.Request.Query;
        var known = query.TryGetValue("client_id", out var client) ? client == ClientId
            : query.TryGetValue("principal_id", out var principal) || query.TryGetValue("object_id", out principal) ? principal == ObjectId
            : !query.TryGetValue("mi_res_id", out var resource) || resource == IdentityId;
        if (!known) return JsonAsync(http, 400,
            new
            {
                statusCode = 400,
                message = "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."
            });
        var expires = DateTimeOffset.UtcNow.AddHours(1);
        return JsonAsync(http, 200,
            new
            {
                access_token = Issue(query["resource"]!, Tenant, TimeSpan.FromHours(1), "identity"),
                expires_on = expires.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
                resource = query["resource"].ToString(),
                token_type = "Bearer"
            });
    }

    private static Task OidcAsync(HttpContext http, SeenRequest seen) =>
        seen.Method == "POST" && seen.Token == SystemToken && http.Request.Query["serviceConnectionId"] == Connection
            ? JsonAsync(http, 200, new { oidcToken = OidcToken })
            : JsonAsync(http, 401, new { message = "The request is not authorized." });

    private async Task<bool> AdmitAsync(HttpContext http, SeenRequest seen, string audience)
    {
        if (seen.Token is { } token && _issued.TryGetValue(token, out var issued)
            && audience.StartsWith(issued.Audience.TrimEnd('/'), StringComparison.Ordinal))
        {
            if (!_challenged.ContainsKey(token)) return true;
            var claims =
                Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}"""));
            http.Response.Headers.WWWAuthenticate =
                $"Bearer realm=\"\", error_description=\"revoked\", error=\"insufficient_claims\", claims=\"{claims}\"";
        }

        await JsonAsync(http, 401, new { error = new { code = "InvalidAuthenticationToken", message = "The access token is not valid." } });
        return false;
    }

    private static Task RefuseAsync(HttpContext http, string error, string description) =>
        JsonAsync(http, 400, new
        {
            error,
            error_description = description + " Trace ID: 0 Correlation ID: 0 Timestamp: now",
            error_codes = Array.Empty<int>()
        });

    internal static Task JsonAsync(HttpContext http, int status, object body)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(body);
    }
}
