using Azure.Core.Pipeline;

namespace AmlVnet.Arm.SignIn;

/// <summary>How and where to sign in.</summary>
/// <param name="Method">How.</param>
internal sealed record SignInRequest(SignInMethod Method)
{
    /// <summary>The cloud by its name; the public one when neither this nor an address is given.</summary>
    internal string? Environment { get; init; }

    /// <summary>The cloud by its Azure Resource Manager, which tells about the rest.</summary>
    internal Uri? ArmEndpoint { get; init; }

    /// <summary>The cloud where it is known already; outranks both.</summary>
    internal AzureCloud? Cloud { get; init; }

    /// <summary>The cloud's time.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <inheritdoc cref="ConnectionOptions.RealWait"/>
    internal Func<TimeSpan, TimeSpan>? RealWait { get; init; }

    internal string? Tenant { get; init; }

    /// <summary>By name or id; the only visible one when not given.</summary>
    internal string? Subscription { get; init; }

    internal LogFormat LogFormat { get; init; }

    /// <summary>Where requests go; null for the network.</summary>
    internal HttpMessageHandler? Handler { get; init; }
}

/// <summary>Makes connections to Azure.</summary>
internal static class AzureSignIn
{
    /// <summary>Signs in, chooses the subscription and makes the context.</summary>
    /// <exception cref="AmlVnetException">No token, no such subscription, or several and no choice.</exception>
    internal static async Task<AmlVnetContext> ConnectAsync(SignInRequest request, CancellationToken cancel)
    {
        RequireTenantName(request.Tenant);
        var transport = TransportOf(request.Handler);
        var cloud = await CloudAsync(request, transport, cancel).ConfigureAwait(false);
        return await ConnectAsync(Options(request, cloud, transport), request.Subscription, request.LogFormat,
            cancel).ConfigureAwait(false);
    }

    /// <summary>Makes a context of a subscription that is known by its id, without a request.</summary>
    internal static AmlVnetContext Describe(SignInRequest request, AzureCloud cloud, string subscriptionId, string? subscriptionName) =>
        ContextOf(new AzureConnection(Options(request, cloud, TransportOf(request.Handler))), subscriptionId, subscriptionName,
            request.Tenant, request.LogFormat);

    /// <summary>The same connection for another subscription, without a request.</summary>
    internal static AmlVnetContext Of(AmlVnetContext context, string subscriptionId, string? subscriptionName) =>
        context.Connection is AzureConnection azure
            ? ContextOf(azure, subscriptionId, subscriptionName, context.TenantId, context.LogFormat)
            : throw Problems.ContextNotLive(context.ToString());

    /// <summary>Chooses the subscription and makes the context.</summary>
    internal static async Task<AmlVnetContext> ConnectAsync(ConnectionOptions options, string? subscription, LogFormat logFormat,
        CancellationToken cancel)
    {
        var azure = new AzureConnection(options);
        await azure.SignInAsync(cancel).ConfigureAwait(false);
        return Choose(azure, await azure.ListSubscriptionsAsync(cancel).ConfigureAwait(false), subscription, logFormat);
    }

    /// <summary>The same sign-in for another subscription, or another tenant.</summary>
    internal static async Task<AmlVnetContext> ChangeAsync(AmlVnetContext context, string? subscription, string? tenant,
        CancellationToken cancel)
    {
        RequireTenantName(tenant);
        var azure = context.Connection as AzureConnection ?? throw Problems.ContextNotLive(context.ToString());
        if (tenant is not null && !tenant.Equals(context.TenantId, StringComparison.OrdinalIgnoreCase))
        {
            azure = azure.ForTenant(tenant);
            await azure.SignInAsync(cancel).ConfigureAwait(false);
        }

        return Choose(azure, await azure.ListSubscriptionsAsync(cancel).ConfigureAwait(false), subscription, context.LogFormat);
    }

    /// <summary>A context for each subscription that a connection sees.</summary>
    internal static async Task<IReadOnlyList<AmlVnetContext>> ListAsync(AmlVnetContext context, CancellationToken cancel)
    {
        var azure = context.Connection as AzureConnection ?? throw Problems.ContextNotLive(context.ToString());
        return [.. (await azure.ListSubscriptionsAsync(cancel).ConfigureAwait(false)).Select(s =>
            ContextOf(azure, s.Id, s.Name, s.TenantId, context.LogFormat))];
    }

    private static AmlVnetContext Choose(AzureConnection azure, List<(string Id, string Name, string? TenantId)> visible,
        string? subscription, LogFormat logFormat)
    {
        var matching = subscription is null
            ? visible
            : visible.FindAll(s => subscription.Equals(s.Id, StringComparison.OrdinalIgnoreCase)
                || subscription.Equals(s.Name, StringComparison.OrdinalIgnoreCase));
        if (subscription is not null && matching.Count == 0)
        {
            var listing = visible.Count == 0 ? "none" : string.Join(", ", visible.Select(static s => $"{s.Name} ({s.Id})"));
            throw Problems.ResourceNotFound("subscription", subscription, $"This sign-in sees: {listing}");
        }

        if (matching.Count != 1) throw Problems.SubscriptionNotChosen([.. matching.Select(static s => $"{s.Name} ({s.Id})")]);
        return ContextOf(azure, matching[0].Id, matching[0].Name, matching[0].TenantId, logFormat);
    }

    private static AmlVnetContext ContextOf(AzureConnection azure, string subscriptionId, string? name, string? tenantId,
        LogFormat logFormat) => new()
        {
            Account = azure.Account,
            SubscriptionName = name,
            SubscriptionId = subscriptionId,
            // The tenant that the tokens are of: a subscription that is only managed from here belongs to another one.
            TenantId = azure.TenantId ?? tenantId,
            Environment = azure.Options.Cloud.Name,
            ArmEndpoint = azure.Options.Cloud.ArmEndpoint,
            CredentialType = azure.Options.CredentialType,
            IsSimulator = azure.IsSimulator,
            LogFormat = logFormat,
            Connection = azure,
        };

    private static ConnectionOptions Options(SignInRequest request, AzureCloud cloud, HttpPipelineTransport? transport)
    {
        var place = new SignInPlace(cloud, request.Tenant ?? cloud.AuthorityTenant, transport);
        return new ConnectionOptions(cloud, new ConnectionTokens(request.Method.Create(place)), request.Method.CredentialType)
        {
            GraphCredential = request.Method.CreateForGraph(place) is { } graph ? new ConnectionTokens(graph) : null,
            BoundToTenant = request.Method.BoundToTenant,
            TenantId = Guid.TryParse(request.Tenant, out _) ? request.Tenant : null,
            Account = request.Method.Account,
            Transport = transport,
            Time = request.Time,
            RealWait = request.RealWait,
        };
    }

    private static async Task<AzureCloud> CloudAsync(SignInRequest request, HttpPipelineTransport? transport, CancellationToken cancel)
    {
        if (request.Cloud is { } known) return known;
        if (request.ArmEndpoint is not { } arm)
        {
            return request.Environment is null ? AzureCloud.Public
                : AzureCloud.Named(request.Environment) ?? throw Problems.InvalidValue("Environment", request.Environment,
                    $"'{request.Environment}' is none of {string.Join(", ", AzureCloud.Known.Select(static c => c.Name))}.",
                    "For another cloud give its address: -ArmEndpoint https://management.<its domain>/");
        }

        if (request.Environment is not null)
            throw Problems.InvalidCombination("-Environment and -ArmEndpoint both say which cloud; give one of them.");
        if (!arm.IsAbsoluteUri || arm.Scheme != Uri.UriSchemeHttps)
            throw Problems.InvalidValue("ArmEndpoint", arm.ToString(), $"'{arm}' is not an https address; a token is sent over TLS only.");
        return AzureCloud.At(arm) ?? await CloudDiscovery.DiscoverAsync(arm, transport, cancel).ConfigureAwait(false);
    }

    private static void RequireTenantName(string? tenant)
    {
        if (tenant?.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') == false)
            throw Problems.InvalidValue("Tenant", tenant, $"'{tenant}' is neither the id of a tenant, which is a GUID, nor a domain name.");
    }

    private static HttpClientTransport? TransportOf(HttpMessageHandler? handler) =>
        handler is null ? null : new HttpClientTransport(new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan });
}
