using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace AmlVnet.Arm.SignIn;

/// <summary>
/// The endpoint of the platform that gives a managed identity's tokens. The SDK passes on only the one form of its errors that it
/// knows; what Automation and Arc say otherwise, it calls unreadable.
/// </summary>
internal sealed class IdentityEndpoint : TokenCredential
{
    // Microsoft Learn, "How managed identities for Azure resources work with Azure virtual machines".
    private const string InstanceMetadata = "http://169.254.169.254/";
    private readonly Words _words;
    private readonly ManagedIdentityCredential _credential;
    private readonly bool _usesNetwork;

    internal IdentityEndpoint(ManagedIdentityCredentialOptions options, bool usesNetwork)
    {
        _usesNetwork = usesNetwork;
        // The SDK drops policies here, and keeps the transport.
        _words = new Words(options.Transport);
        options.Transport = _words;
        SentSecrets.Learn(Environment.GetEnvironmentVariable("IDENTITY_HEADER") ?? "");
        _credential = new ManagedIdentityCredential(options);
    }

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        _words.Said = null;
        try
        {
            return await _credential.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationFailedException e) when (_usesNetwork && Proxy() is { } proxy)
        {
            throw Problems.IdentityProxied(Address().ToString(), proxy.GetLeftPart(UriPartial.Authority),
                SentSecrets.Clean(_words.Said), e);
        }
        catch (AuthenticationFailedException e) when (_words.Said is { } said)
        {
            throw new AuthenticationFailedException($"The identity endpoint {Address().GetLeftPart(UriPartial.Path)} says: {said}", e);
        }
    }

    // App Service, Functions and Automation name theirs; a machine of Azure has the one of its metadata service.
    private static Uri Address() =>
        Uri.TryCreate(Environment.GetEnvironmentVariable("IDENTITY_ENDPOINT"), UriKind.Absolute, out var named) ? named
            : new Uri(InstanceMetadata);

    /// <summary>The proxy that a request to the endpoint goes by; null where it goes straight.</summary>
    private static Uri? Proxy()
    {
        var address = Address();
        if (HttpClient.DefaultProxy.IsBypassed(address)) return null;
        return HttpClient.DefaultProxy.GetProxy(address) is { } proxy && proxy != address ? proxy : null;
    }

    /// <summary>Keeps what the endpoint said when it refused.</summary>
    private sealed class Words(HttpPipelineTransport inner) : HttpPipelineTransport
    {
        // A page or a log is no sentence.
        private const int Longest = 500;

        internal string? Said { get; set; }

        public override Request CreateRequest() => inner.CreateRequest();

        public override void Process(HttpMessage message)
        {
            inner.Process(message);
            Read(message);
        }

        public override async ValueTask ProcessAsync(HttpMessage message)
        {
            await inner.ProcessAsync(message).ConfigureAwait(false);
            Read(message);
        }

        private void Read(HttpMessage message)
        {
            if (!message.HasResponse || message.Response.Status < 400) return;
            var text = Body(message.Response);
            var said = Sentence(text) ?? (text.Length is > 0 and <= Longest && text[0] is not ('<' or '{' or '[') ? text : null);
            if (said is not null) Said = $"{said} (HTTP {message.Response.Status})";
        }

        // The SDK reads it after this, which leaves it as it was.
        private static string Body(Response response)
        {
            if (response.ContentStream is not { } stream) return "";
            if (!stream.CanSeek)
            {
                var whole = new MemoryStream();
                stream.CopyTo(whole);
                response.ContentStream = stream = whole;
            }

            stream.Position = 0;
            using var reader = new StreamReader(stream, leaveOpen: true);
            var text = reader.ReadToEnd().Trim();
            stream.Position = 0;
            return text;
        }

        private static string? Sentence(string text)
        {
            try
            {
                using var document = JsonDocument.Parse(text);
                return Find(document.RootElement);
            }
            catch (JsonException)
            {
                return null;
            }
        }

        private static string? Find(JsonElement answer)
        {
            if (answer.ValueKind != JsonValueKind.Object) return null;
            foreach (var name in (string[])["error_description", "message", "error", "statusText"])
            {
                foreach (var member in answer.EnumerateObject().Where(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                {
                    var said = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : Find(member.Value);
                    if (!string.IsNullOrWhiteSpace(said)) return said.Trim();
                }
            }

            return null;
        }
    }
}
