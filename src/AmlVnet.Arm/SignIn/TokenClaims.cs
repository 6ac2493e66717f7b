using System.Text.Json;
using AmlVnet.Core.Access;

namespace AmlVnet.Arm.SignIn;

/// <summary>What an access token says of itself. Nothing is verified: that is the business of whom the token is sent to.</summary>
/// <param name="ExpiresOn">When it ends.</param>
/// <param name="TenantId">The tenant that issued it.</param>
/// <param name="Account">Who it is for: a user's name, or an application's id.</param>
/// <param name="Caller">Who it is for in the directory: what roles are assigned to.</param>
internal readonly record struct TokenClaims(DateTimeOffset? ExpiresOn, string? TenantId, string? Account, CallerIdentity? Caller)
{
    /// <summary>Empty where the token is opaque.</summary>
    internal static TokenClaims Read(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) return default;
        try
        {
            var payload = parts[1].Replace('-', '+').Replace('_', '/');
            payload = payload.PadRight((payload.Length + 3) / 4 * 4, '=');
            using var document = JsonDocument.Parse(Convert.FromBase64String(payload));
            var claims = document.RootElement;
            if (claims.ValueKind != JsonValueKind.Object) return default;
            DateTimeOffset? expires = claims.TryGetProperty("exp", out var exp) && exp.ValueKind == JsonValueKind.Number
                && exp.TryGetInt64(out var seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : null;
            return new(expires, Text(claims, "tid"),
                Text(claims, "upn") ?? Text(claims, "unique_name") ?? Text(claims, "preferred_username") ?? Text(claims, "appid")
                    ?? Text(claims, "azp"),
                ReadCaller(claims));
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentOutOfRangeException)
        {
            return default;
        }
    }

    /// <summary>The object id, and whose: <c>idtyp</c> is <c>app</c> or <c>user</c> where it is there (Microsoft Learn,
    /// "Access token claims").</summary>
    private static CallerIdentity? ReadCaller(JsonElement claims) => !Guid.TryParse(Text(claims, "oid"), out var id) ? null
        : new(id.ToString(), Text(claims, "idtyp") switch { "app" => "ServicePrincipal", "user" => "User", _ => null });

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;
}
