using System.Globalization;
using System.Text;

namespace AmlVnet.Simulator.Directory;

/// <summary>
/// Cloud metadata, OpenID discovery, token endpoints and managed-identity endpoints. Tokens are unsigned and worth nothing anywhere else:
/// the simulator checks that there is one, and its expiry, and believes any secret but those it was told to refuse.
/// </summary>
internal sealed class TokenAuthority(CloudState state, Principals principals)
{
    private const string ManagedIdentityClientId = "1d0f2b6e-93c4-4a57-8e21-6b7c5d4f3a20";

    /// <summary>The answer, or null when the path is none of these.</summary>
    public SimulatorResponse? Handle(SimulatorRequest request)
    {
        var query = QueryString.Of(request.Uri);
        var path = request.Uri.AbsolutePath.TrimEnd('/');
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var origin = request.Uri.GetLeftPart(UriPartial.Authority);
        if (path.Equals("/metadata/endpoints", StringComparison.OrdinalIgnoreCase))
            return Metadata(query, origin);
        if (path.EndsWith("/.well-known/openid-configuration", StringComparison.OrdinalIgnoreCase) && segments.Length >= 3)
            return Discovery(origin, path[..^"/.well-known/openid-configuration".Length]);
        if (path.EndsWith("/discovery/keys", StringComparison.OrdinalIgnoreCase))
            return Json(200, new JsonObject { ["keys"] = new JsonArray() });
        if (path.Equals("/metadata/identity/oauth2/token", StringComparison.OrdinalIgnoreCase))
            return ManagedIdentity(request, query, origin, path);
        if (path.EndsWith("/oauth2/token", StringComparison.OrdinalIgnoreCase)
            || path.EndsWith("/oauth2/v2.0/token", StringComparison.OrdinalIgnoreCase))
            return Token(request, origin, segments[0]);
        if (path.Equals("/msi", StringComparison.OrdinalIgnoreCase) || path.Equals("/msi/token", StringComparison.OrdinalIgnoreCase))
            return ManagedIdentity(request, query, origin, path);
        return null;
    }

    /// <summary>When a token that was issued here runs out; null for a foreign one.</summary>
    public static DateTimeOffset? ExpiryOf(string token) => Payload(token).Number("exp") is { } exp
        ? DateTimeOffset.FromUnixTimeSeconds((long)Math.Clamp(exp, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds())) : null;

    /// <summary>The object id in the token of an Authorization header; null where there is none.</summary>
    public static string? ObjectIdOf(string? header) => header?.Split(' ') is [_, var token] ? Payload(token).Text("oid") : null;

    private static JsonNode? Payload(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
            return null;
        try
        {
            var payload = parts[1].Replace('-', '+').Replace('_', '/');
            payload += new string('=', (4 - (payload.Length % 4)) % 4);
            return JsonNode.Parse(Convert.FromBase64String(payload));
        }
        catch (Exception problem) when (problem is FormatException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether the token of an Authorization header answers the claims challenge.</summary>
    public static bool HasClaims(string? header) => header?.Split(' ') is [_, var token] && Payload(token).Text("acrs") == "c1";

    private static SimulatorResponse Metadata(IReadOnlyDictionary<string, string> query, string origin)
    {
        var version = query.GetValueOrDefault("api-version") ?? "2015-01-01";
        var login = new JsonObject
        {
            ["loginEndpoint"] = origin + "/adfs",
            ["audiences"] = new JsonArray(origin + "/", origin),
            ["tenant"] = Tenancy.TenantId,
            ["identityProvider"] = "ADFS",
        };
        if (string.CompareOrdinal(version, "2019-05-01") < 0)
        {
            return Json(200, new JsonObject
            {
                ["galleryEndpoint"] = origin + "/gallery/",
                ["graphEndpoint"] = origin + "/",
                ["portalEndpoint"] = origin + "/portal/",
                ["authentication"] = login,
            });
        }
        return Json(200, new JsonArray(new JsonObject
        {
            ["name"] = "AmlVnetSimulator",
            ["portal"] = origin + "/portal/",
            ["authentication"] = login,
            ["resourceManager"] = origin,
            ["graph"] = origin + "/",
            ["graphAudience"] = origin + "/",
            ["microsoftGraphResourceId"] = origin + "/",
            ["gallery"] = origin + "/gallery/",
            ["suffixes"] = new JsonObject
            {
                ["storage"] = "core.simulator.invalid",
                ["keyVaultDns"] = "vault.simulator.invalid",
                ["acrLoginServer"] = "azurecr.simulator.invalid",
                ["sqlServerHostname"] = "database.simulator.invalid",
            },
        }));
    }

    private static SimulatorResponse Discovery(string origin, string authority)
    {
        var tokens = authority.EndsWith("/v2.0", StringComparison.OrdinalIgnoreCase) ? authority[..^5] + "/oauth2/v2.0" : authority
            + "/oauth2";
        return Json(200, new JsonObject
        {
            ["issuer"] = origin + authority,
            ["authorization_endpoint"] = origin + tokens + "/authorize",
            ["token_endpoint"] = origin + tokens + "/token",
            ["device_authorization_endpoint"] = origin + tokens + "/devicecode",
            ["jwks_uri"] = origin + authority + "/discovery/keys",
            ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post", "client_secret_basic", "private_key_jwt"),
            ["response_types_supported"] = new JsonArray("code", "id_token", "token"),
            ["grant_types_supported"] = new JsonArray("client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ["subject_types_supported"] = new JsonArray("pairwise"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
            ["scopes_supported"] = new JsonArray("openid"),
        });
    }

    private SimulatorResponse Token(SimulatorRequest request, string origin, string tenant)
    {
        if (!request.Method.Equals("POST", StringComparison.OrdinalIgnoreCase))
            return Error(405, "invalid_request", "The token endpoint takes POST only.");
        var form = QueryString.Parse(Encoding.UTF8.GetString(request.Body.Span));
        var grant = form.GetValueOrDefault("grant_type");
        var client = form.GetValueOrDefault("client_id");
        var secret = form.GetValueOrDefault("client_secret");
        if (request.Header("Authorization") is { } basic && basic.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                var pair = Encoding.UTF8.GetString(Convert.FromBase64String(basic[6..].Trim())).Split(':', 2);
                (client, secret) = (Uri.UnescapeDataString(pair[0]), pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : null);
            }
            catch (FormatException)
            {
                return Error(401, "invalid_client", "AADSTS7000216: The Authorization header is not valid.");
            }
        }
        if (grant is not ("client_credentials" or "urn:ietf:params:oauth:grant-type:jwt-bearer"))
            return Error(400, "unsupported_grant_type", $"AADSTS70003: The app requested an unsupported grant type '{grant}'.");
        if (!Guid.TryParse(client, out _))
            return Error(400, "invalid_request", "AADSTS900144: The request body must contain the following parameter: 'client_id'.");
        if (Guid.TryParse(tenant, out var asked) && !asked.ToString().Same(Tenancy.TenantId)
            && state.Settings.Values.Flag("anyTenant") != true)
            return Error(400, "invalid_request", $"AADSTS90002: Tenant '{tenant}' not found. Check to make sure you have the correct "
                + "tenant ID and are signing into the correct state.");
        var assertion = form.GetValueOrDefault("client_assertion");
        if (grant == "client_credentials" && string.IsNullOrEmpty(secret) && string.IsNullOrEmpty(assertion))
            return Error(401, "invalid_client", "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' "
                + "or 'client_secret'.");
        if (grant != "client_credentials" && string.IsNullOrEmpty(form.GetValueOrDefault("assertion")))
            return Error(400, "invalid_request", "AADSTS900144: The request body must contain the following parameter: 'assertion'.");
        // A wrong secret can be rehearsed: the control surface sets the right one.
        if (state.Settings.Values.Text("clientSecret") is { } right && grant == "client_credentials" && assertion is null
            && secret != right)
            return Error(401, "invalid_client", $"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the "
                + $"request is the client secret value, for a secret added to app '{client}'.");
        var scope = form.GetValueOrDefault("scope") ?? form.GetValueOrDefault("resource") ?? origin;
        var audience = scope.Split(' ')[0];
        audience = audience.EndsWith("/.default", StringComparison.Ordinal) ? audience[..^9] : audience;
        var lasts = Lifetime;
        return Json(200, new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = lasts,
            ["ext_expires_in"] = lasts,
            ["resource"] = audience,
            ["access_token"] = Issue(origin, audience, client!, lasts,
                form.GetValueOrDefault("claims")?.Contains("\"acrs\"", StringComparison.Ordinal) == true),
        });
    }

    private SimulatorResponse ManagedIdentity(SimulatorRequest request, IReadOnlyDictionary<string, string> query, string origin,
        string path)
    {
        var form = request.Body.IsEmpty ? query : QueryString.Parse(Encoding.UTF8.GetString(request.Body.Span));
        var version = query.GetValueOrDefault("api-version");
        var isImds = path.StartsWith("/metadata/", StringComparison.OrdinalIgnoreCase);
        if (isImds && !request.Header("Metadata").Same("true"))
            return Error(400, "invalid_request", "Required metadata header not specified");
        if (!isImds && version is "2019-08-01" && string.IsNullOrEmpty(request.Header("X-IDENTITY-HEADER")))
            return Error(401, "unauthorized", "The X-IDENTITY-HEADER header is missing.");
        if (!isImds && version is "2017-09-01" && string.IsNullOrEmpty(request.Header("secret")))
            return Error(401, "unauthorized", "The secret header is missing.");
        if (state.Settings.Values.Text("identityHeader") is { } right && !isImds
            && (request.Header("X-IDENTITY-HEADER") ?? request.Header("secret")) != right)
            return Error(401, "unauthorized", "The identity header is not the right one.");
        var resource = form.GetValueOrDefault("resource") ?? query.GetValueOrDefault("resource");
        if (string.IsNullOrEmpty(resource))
            return Error(400, "invalid_resource", "The resource is missing.");
        var asked = query.GetValueOrDefault("client_id") ?? query.GetValueOrDefault("clientid");
        var client = asked;
        foreach (var name in new[] { "mi_res_id", "msi_res_id", "object_id", "principal_id" })
        {
            if (query.GetValueOrDefault(name) is not { } id)
                continue;
            client = name.EndsWith("res_id", StringComparison.Ordinal)
                ? state.World.Find(id)?.Properties.Text("clientId") : principals.Find(id)?.Body.Text("appId");
            if (client is null)
                return Error(400, "invalid_request", "Identity not found");
        }
        if (asked is not null && principals.FindByAppId(asked) is null)
            return Error(400, "invalid_request", "Identity not found");
        client ??= ManagedIdentityClientId;
        var lasts = Lifetime;
        var expires = DateTimeOffset.UtcNow.AddSeconds(lasts);
        return Json(200, new JsonObject
        {
            ["access_token"] = Issue(origin, resource, client, lasts),
            ["client_id"] = client,
            ["expires_in"] = lasts.ToString(CultureInfo.InvariantCulture),
            ["expires_on"] = expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            ["not_before"] = DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            ["resource"] = resource,
            ["token_type"] = "Bearer",
        });
    }

    private int Lifetime => Math.Max(1, state.Settings.Values.Whole("tokenSeconds") ?? 3600);

    /// <summary>A token in the form of a JWT. Its lifetime is real time: clients compare it with their own clock.</summary>
    private string Issue(string origin, string audience, string client, int lasts, bool withClaims = false)
    {
        var now = DateTimeOffset.UtcNow;
        var principal = principals.FindByAppId(client)?.Body.Text("id") ?? principals.CallerId;
        var header = Encode(new JsonObject { ["typ"] = "JWT", ["alg"] = "none" });
        var content = new JsonObject
        {
            ["aud"] = audience,
            ["iss"] = $"{origin}/{Tenancy.TenantId}/",
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.AddMinutes(-5).ToUnixTimeSeconds(),
            ["exp"] = now.AddSeconds(lasts).ToUnixTimeSeconds(),
            ["appid"] = client,
            ["idtyp"] = "app",
            ["oid"] = principal,
            ["sub"] = principal,
            ["tid"] = Tenancy.TenantId,
            ["uti"] = Guid.NewGuid().ToString("N"),
            ["ver"] = "1.0",
        };
        if (withClaims)
            content["acrs"] = "c1";
        // Not a signature, but in the alphabet of one: az decodes it although it does not verify it.
        return $"{header}.{Encode(content)}.{Convert.ToBase64String("simulated"u8)}";
    }

    private static string Encode(JsonObject json) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(json.ToJsonString())).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static SimulatorResponse Error(int status, string code, string message) =>
        Json(status, new JsonObject { ["error"] = code, ["error_description"] = message });

    private static SimulatorResponse Json(int status, JsonNode body) => new(
        status,
        [new("Content-Type", "application/json; charset=utf-8"), new("Cache-Control", "no-store"),
            new("x-ms-request-id", Guid.NewGuid().ToString())],
        Encoding.UTF8.GetBytes(body.ToJsonString(Kernel.Json.Compact)));
}
