using System.Net;
using System.Security;
using System.Text.Json;
using AmlVnet.Core;
using Azure.Core;
using Azure.Identity;

namespace AmlVnet.Arm;

/// <summary>Makes connections to Azure.</summary>
internal static class AzureSignIn
{
    internal static Task<AmlVnetContext> WithDefaultCredentialAsync(string? tenant, Uri? armEndpoint, string? subscription, CancellationToken cancel)
    {
        var cloud = CloudAt(armEndpoint);
        var credential = new DefaultAzureCredential(new DefaultAzureCredentialOptions
        {
            AuthorityHost = cloud.AuthorityHost,
            TenantId = tenant,
            ExcludeInteractiveBrowserCredential = true,
        });
        return ConnectAsync(new ConnectionOptions { Cloud = cloud, Credential = credential, CredentialType = "DefaultCredential", TenantId = tenant },
            subscription, cancel);
    }

    internal static Task<AmlVnetContext> WithAccessTokenAsync(SecureString token, SecureString? graphToken, string? account, string? tenant,
        Uri? armEndpoint, string? subscription, CancellationToken cancel)
    {
        var own = FixedToken("AccessToken", token);
        return ConnectAsync(new ConnectionOptions
        {
            Cloud = CloudAt(armEndpoint),
            Credential = own,
            GraphCredential = graphToken is null ? null : FixedToken("GraphAccessToken", graphToken),
            CredentialType = "AccessToken",
            TenantId = tenant,
            Account = account,
        }, subscription, cancel);
    }

    /// <summary>Chooses the subscription and makes the context.</summary>
    internal static async Task<AmlVnetContext> ConnectAsync(ConnectionOptions options, string? subscription, CancellationToken cancel)
    {
        var azure = new AzureConnection(options);
        var visible = new List<(string Id, string Name, string? TenantId)>();
        await foreach (var one in azure.Subscriptions.ListAsync(cancel).ConfigureAwait(false)) visible.Add(one);
        var matching = subscription is null
            ? visible
            : visible.FindAll(s => subscription.Equals(s.Id, StringComparison.OrdinalIgnoreCase) || subscription.Equals(s.Name, StringComparison.OrdinalIgnoreCase));
        if (subscription is not null && matching.Count == 0)
            throw Problems.ResourceNotFound("subscription", subscription, $"This sign-in sees: {Listing(visible)}");
        if (matching.Count != 1) throw Problems.SubscriptionNotChosen([.. matching.Select(static s => $"{s.Name} ({s.Id})")]);
        var chosen = matching[0];
        return new AmlVnetContext
        {
            Account = options.Account,
            SubscriptionName = chosen.Name,
            SubscriptionId = chosen.Id,
            TenantId = chosen.TenantId ?? options.TenantId,
            Environment = options.Cloud.Name,
            ArmEndpoint = options.Cloud.ArmEndpoint,
            CredentialType = options.CredentialType,
            IsSimulator = options.IsSimulator,
            Connection = azure,
        };
    }

    private static string Listing(List<(string Id, string Name, string? TenantId)> visible) =>
        visible.Count == 0 ? "none" : string.Join(", ", visible.Select(static s => $"{s.Name} ({s.Id})"));

    private static AzureCloud CloudAt(Uri? armEndpoint)
    {
        if (armEndpoint is null) return AzureCloud.Public;
        if (!armEndpoint.IsAbsoluteUri || armEndpoint.Scheme != Uri.UriSchemeHttps)
            throw Problems.InvalidValue("ArmEndpoint", armEndpoint.ToString(), $"'{armEndpoint}' is not an https address; a token is sent over TLS only.");
        AzureCloud[] known = [AzureCloud.Public, AzureCloud.USGovernment, AzureCloud.China];
        return known.FirstOrDefault(c => c.ArmEndpoint.Host.Equals(armEndpoint.Host, StringComparison.OrdinalIgnoreCase))
            ?? AzureCloud.Public with
            {
                Name = armEndpoint.Host,
                ArmEndpoint = new Uri(armEndpoint.GetLeftPart(UriPartial.Authority) + "/"),
                ArmAudience = armEndpoint.GetLeftPart(UriPartial.Authority) + "/",
                GraphEndpoint = new Uri(armEndpoint.GetLeftPart(UriPartial.Authority) + "/"),
            };
    }

    /// <summary>A token that was handed to us. It is kept in memory only, and its expiry is told from its own claims.</summary>
    private static TokenCredential FixedToken(string parameter, SecureString secret)
    {
        var token = new NetworkCredential("", secret).Password;
        if (token.Length == 0) throw Problems.InvalidValue(parameter, null, "the token is empty.");
        var expires = ExpiryOf(token) ?? DateTimeOffset.UtcNow.AddHours(1);
        return expires <= DateTimeOffset.UtcNow
            ? throw Problems.InvalidValue(parameter, null, $"the token expired on {expires:u}; get a new one.")
            : DelegatedTokenCredential.Create((_, _) => new AccessToken(token, expires));
    }

    private static DateTimeOffset? ExpiryOf(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) return null;
        try
        {
            var payload = parts[1].Replace('-', '+').Replace('_', '/');
            payload = payload.PadRight((payload.Length + 3) / 4 * 4, '=');
            using var claims = JsonDocument.Parse(Convert.FromBase64String(payload));
            return claims.RootElement.TryGetProperty("exp", out var exp) && exp.TryGetInt64(out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }
}
