using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AmlVnet.Arm.SignIn;

/// <summary>
/// Learns a custom cloud from the Azure Resource Manager of its own, which tells without a sign-in. Two forms are in use: the object of
/// 2015-01-01, and since 2019-05-01 a list with a name and a resourceManager for each cloud (REST: metadata/endpoints).
/// </summary>
internal static class CloudDiscovery
{
    // Newest first. Azure Stack Hub knows the first one only.
    private static readonly string[] Versions = ["2019-05-01", "2015-01-01"];

    internal static async Task<AzureCloud> DiscoverAsync(Uri armEndpoint, HttpPipelineTransport? transport, CancellationToken cancel)
    {
        var options = new DiscoveryOptions();
        if (transport is not null) options.Transport = transport;
        var pipeline = HttpPipelineBuilder.Build(options, new RedirectRefusalPolicy(), new RequestTracePolicy(isSimulator: false));
        var root = new Uri(armEndpoint.GetLeftPart(UriPartial.Authority) + "/");
        AmlVnetException? refusal = null;
        foreach (var version in Versions)
        {
            using var message = pipeline.CreateMessage();
            message.Request.Method = RequestMethod.Get;
            message.Request.Uri.Reset(new Uri(root, $"metadata/endpoints?api-version={version}"));
            message.Request.Headers.Add("Accept", "application/json");
            try
            {
                await pipeline.SendAsync(message, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                throw ArmErrors.From(e, message.Request.Uri.ToUri().GetLeftPart(UriPartial.Path));
            }

            if (!message.Response.IsError) return Read(message.Response.Content.ToMemory(), root);
            refusal = ArmErrors.From(message.Response, new Uri(root, "metadata/endpoints").ToString());
        }

        throw refusal!;
    }

    /// <summary>Reads either form.</summary>
    /// <exception cref="AmlVnetException">The answer names no authority, or several clouds and none at this address.</exception>
    internal static AzureCloud Read(ReadOnlyMemory<byte> body, Uri armEndpoint)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var cloud = document.RootElement.ValueKind == JsonValueKind.Array ? Choose(document.RootElement, armEndpoint)
                : document.RootElement;
            if (cloud.ValueKind != JsonValueKind.Object || !cloud.TryGetProperty("authentication", out var authentication)
                || Text(authentication, "loginEndpoint") is not { } login || !Uri.TryCreate(login, UriKind.Absolute, out var loginEndpoint))
                throw Problems.AnswerUnreadable(armEndpoint.ToString(), "metadata/endpoints names no authentication.loginEndpoint.", null);
            if (loginEndpoint.Scheme != Uri.UriSchemeHttps)
                throw Problems.AnswerUnreadable(armEndpoint.ToString(), $"its loginEndpoint '{login}' is not https.", null);
            var audiences = authentication.TryGetProperty("audiences", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().Select(static a => a.GetString()).OfType<string>().ToArray()
                : [];
            var audience = audiences.FirstOrDefault(a => Uri.TryCreate(a, UriKind.Absolute, out var uri) && uri.Host == armEndpoint.Host)
                ?? audiences.FirstOrDefault() ?? armEndpoint.AbsoluteUri;
            // Azure Stack Hub has no Microsoft Graph; its graphEndpoint is the old Azure AD Graph,
            // which has no servicePrincipals(appId=…).
            var graph = Text(cloud, "microsoftGraphResourceId") ?? Text(cloud, "microsoftGraphEndpoint");
            // The federation services' authority has one tenant, which is the last part of its address.
            var path = loginEndpoint.AbsolutePath.Trim('/');
            return new AzureCloud(Text(cloud, "name") ?? armEndpoint.Host, armEndpoint, audience,
                graph is null ? armEndpoint : new Uri(graph.EndsWith('/') ? graph : graph + "/"),
                new Uri(loginEndpoint.GetLeftPart(UriPartial.Authority) + "/"))
            {
                AuthorityTenant = path.Equals("adfs", StringComparison.OrdinalIgnoreCase) ? "adfs" : null,
                ResourceManager = Uri.TryCreate(Text(cloud, "resourceManager"), UriKind.Absolute, out var manager)
                    && manager.Scheme == Uri.UriSchemeHttps && manager.Authority != armEndpoint.Authority ? manager : null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or UriFormatException)
        {
            throw Problems.AnswerUnreadable(armEndpoint.ToString(),
                "metadata/endpoints is not what Azure Resource Manager answers there.", e);
        }
    }

    private static JsonElement Choose(JsonElement clouds, Uri armEndpoint)
    {
        var all = clouds.EnumerateArray().ToArray();
        foreach (var cloud in all)
        {
            if (Uri.TryCreate(Text(cloud, "resourceManager"), UriKind.Absolute, out var manager)
                && manager.Authority == armEndpoint.Authority) return cloud;
        }

        if (all.Length == 1) return all[0];
        var names = string.Join(", ", all.Select(static c => Text(c, "name") ?? "?"));
        throw Problems.AnswerUnreadable(armEndpoint.ToString(), $"metadata/endpoints lists {names}, and none of them is at this address.",
            null);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;

    private sealed class DiscoveryOptions : ClientOptions;
}
