using Azure.Core;
using Azure.Core.Pipeline;

namespace AmlVnet.Arm.Http;

/// <summary>
/// Looks at each request of a pipeline whose requests carry a token, before the token is asked for and again as the request goes out. It
/// goes to the token's own service, whoever named the address (a header, a next link, a poll's answer).
/// </summary>
internal sealed class TokenGuardPolicy(TokenDestinations destinations) : HttpPipelineSynchronousPolicy
{
    /// <summary>Puts the guard into the pipeline that is built of these options.</summary>
    internal static void Add(ClientOptions options, TokenDestinations destinations)
    {
        var guard = new TokenGuardPolicy(destinations);
        options.AddPolicy(guard, HttpPipelinePosition.PerCall);
        options.AddPolicy(guard, HttpPipelinePosition.BeforeTransport);
    }

    public override void OnSendingRequest(HttpMessage message)
    {
        var address = message.Request.Uri.ToUri();
        if (!destinations.Allow(address))
            throw Problems.TokenNotSent(address.AbsolutePath, TokenDestinations.Show(address), destinations.ToString());
    }
}

/// <summary>Refuses redirects: none of Azure's services sends one, but a proxy does, or the sign-in page of a network.</summary>
internal sealed class RedirectRefusalPolicy : HttpPipelineSynchronousPolicy
{
    public override void OnReceivedResponse(HttpMessage message)
    {
        if (message.Response.Status is < 300 or > 399) return;
        var address = message.Request.Uri.ToUri();
        message.Response.Headers.TryGetValue("Location", out var text);
        var where = TokenDestinations.Read(address, text) is { } to ? $", which leads to {TokenDestinations.Show(to)}" : "";
        throw Problems.NotFromAzure(address.AbsolutePath, message.Response.Status, $"a redirect{where}");
    }
}
