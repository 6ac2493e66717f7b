using System.Collections.Concurrent;
using AmlVnet.Core.Access;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AmlVnet.Arm.SignIn;

/// <summary>What a connection is made of.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Credential">The credential.</param>
/// <param name="CredentialType">Its kind, for the user.</param>
internal sealed record ConnectionOptions(AzureCloud Cloud, TokenCredential Credential, string CredentialType)
{
    /// <summary>A credential of its own for Microsoft Graph; the same one serves where this is null.</summary>
    internal TokenCredential? GraphCredential { get; init; }

    internal HttpMessageHandler? Handler { get; init; }

    /// <summary>Where requests go, where a credential shares it; made of <see cref="Handler"/> when null.</summary>
    internal HttpPipelineTransport? Transport { get; init; }

    /// <summary>Why the credential can't ask for another tenant; null where it can.</summary>
    internal string? BoundToTenant { get; init; }

    /// <summary>The cloud's time.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The real time that stands for a span of the cloud's time; null where they are the same.</summary>
    internal Func<TimeSpan, TimeSpan>? RealWait { get; init; }

    internal bool IsSimulator { get; init; }

    internal string? TenantId { get; init; }

    internal string? Account { get; init; }
}

/// <summary>A signed-in way to one cloud. Safe to use from several runspaces at once.</summary>
internal sealed class AzureConnection : IDisposable
{
    // The server application of AKS, the same in every cloud (Azure CLI, aks command invoke).
    private const string ClusterScope = "6dae42f8-4368-4678-94ff-3960e28e3630/.default";

    private readonly HttpPipelineTransport? _transport;
    private readonly ConcurrentDictionary<string, object> _cache = new(StringComparer.OrdinalIgnoreCase);

    internal AzureConnection(ConnectionOptions options)
    {
        Options = options;
        Account = options.Account;
        TenantId = options.TenantId;
        _transport = options.Transport;
        if (_transport is null && options.Handler is not null)
            _transport = new HttpClientTransport(new HttpClient(options.Handler) { Timeout = Timeout.InfiniteTimeSpan });
        Endpoint = new ResourceEndpoint(Build(options.Cloud.ArmDestinations, options.Credential, ArmScope,
            new RequestBudgetPolicy(options.Time, RealWait)), options.Cloud);
        Services = new ServiceClients(Endpoint, ClusterVersions);
        // Few commands ask Microsoft Graph.
        var graph = options.Cloud.GraphEndpoint;
        Graph = new GraphClient(new Lazy<HttpPipeline>(() => Build(new TokenDestinations(graph),
            options.GraphCredential ?? options.Credential, graph.GetLeftPart(UriPartial.Authority) + "/.default")), graph);
        Wait = new OperationWait(Endpoint, new Patience(options.Time), options.IsSimulator ? "in the simulator" : "in Azure");
    }

    internal ConnectionOptions Options { get; }

    internal bool IsSimulator => Options.IsSimulator;

    internal TimeProvider Time => Options.Time;

    internal DateTimeOffset Now => Time.GetUtcNow();

    internal ResourceEndpoint Endpoint { get; }

    /// <summary>Clients that keep nothing of what they read.</summary>
    internal ServiceClients Services { get; }

    /// <summary>The version that managed clusters are asked with, by subscription.</summary>
    internal ConcurrentDictionary<string, string> ClusterVersions { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal GraphClient Graph { get; }

    internal OperationWait Wait { get; }

    /// <summary>The account that the token named; what the user called it before there was one.</summary>
    internal string? Account { get; private set; }

    /// <summary>Whom the token names to the directory; null where it does not.</summary>
    internal CallerIdentity? Caller { get; private set; }

    /// <summary>The tenant of the tokens.</summary>
    internal string? TenantId { get; private set; }

    private string ArmScope => Options.Cloud.ArmAudience + "/.default";

    private Func<TimeSpan, TimeSpan> RealWait => Options.RealWait ?? (static span => span);

    /// <summary>Gets the first token, so that a sign-in fails where the user signs in. The requests that follow use the same one.</summary>
    internal async Task SignInAsync(CancellationToken cancel)
    {
        if (IsSimulator) return;
        try
        {
            var token = await Options.Credential.GetTokenAsync(new TokenRequestContext([ArmScope], isCaeEnabled: true),
                cancel).ConfigureAwait(false);
            var claims = TokenClaims.Read(token.Token);
            Account ??= claims.Account;
            Caller = claims.Caller;
            RequireTenant(claims.TenantId);
            TenantId = claims.TenantId ?? TenantId;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            throw ArmErrors.From(e, Options.Cloud.AuthorityHost.ToString());
        }
    }

    /// <summary>A token for the API servers of clusters that Microsoft Entra guards; null where the sign-in gives none. One that was
    /// given by the user is of one audience, and goes to no other.</summary>
    internal async Task<string?> FindClusterTokenAsync(CancellationToken cancel)
    {
        if (Options.BoundToTenant is not null && Options.CredentialType == "AccessToken") return null;
        try
        {
            var token = await Options.Credential.GetTokenAsync(new TokenRequestContext([ClusterScope]), cancel).ConfigureAwait(false);
            SentSecrets.Learn(token.Token);
            return token.Token;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is not OutOfMemoryException)
        {
            ActivityLog.Current.Verbose($"There is no token for the cluster's API server: {ArmErrors.From(e, ClusterScope).Message}");
            return null;
        }
    }

    internal async Task<List<(string Id, string Name, string? TenantId)>> ListSubscriptionsAsync(CancellationToken cancel)
    {
        var visible = new List<(string, string, string?)>();
        await foreach (var one in Services.Subscriptions.ListAsync(cancel).ConfigureAwait(false)) visible.Add(one);
        return visible;
    }

    /// <summary>The same sign-in for another tenant.</summary>
    internal AzureConnection ForTenant(string tenantId)
    {
        if (Options.BoundToTenant is { } why)
            throw Problems.InvalidValue("Tenant", tenantId, $"this sign-in is of another tenant, and {why}.",
                "Connect-AmlVnet with an identity or a token of that tenant.");
        return Options.Credential is ConnectionTokens tokens
            ? new AzureConnection(Options with { Credential = tokens.ForTenant(tenantId), TenantId = tenantId, Transport = _transport })
            : throw Problems.InvalidValue("Tenant", tenantId, "this sign-in has no tenants.");
    }

    /// <summary>Keeps what was read once, such as a role's definition, for the life of the connection.</summary>
    internal async Task<T> OnceAsync<T>(string key, Func<Task<T>> read) where T : notnull
    {
        if (_cache.TryGetValue(key, out var known)) return (T)known;
        var value = await read().ConfigureAwait(false);
        _cache.TryAdd(key, value);
        return value;
    }

    /// <summary>A credential that lives in one tenant doesn't ask for the one that the user named.</summary>
    private void RequireTenant(string? tenantId)
    {
        if (!Guid.TryParse(Options.TenantId, out var wanted) || !Guid.TryParse(tenantId, out var got) || wanted == got) return;
        var why = Options.BoundToTenant is { } bound ? $"; {bound}" : "";
        throw Problems.InvalidValue("Tenant", Options.TenantId, $"the token that this sign-in gives is of the tenant {got}{why}.",
            "Leave -Tenant out, or sign in with an account of that tenant.");
    }

    public void Dispose()
    {
        (_transport as IDisposable)?.Dispose();
        Options.Handler?.Dispose();
    }

    /// <summary>A pipeline that takes a token to these addresses and to no others.</summary>
    private HttpPipeline Build(TokenDestinations destinations, TokenCredential credential, string scope,
        params HttpPipelinePolicy[] perRetry)
    {
        var options = new PipelineOptions();
        if (_transport is not null) options.Transport = _transport;
        options.Diagnostics.IsLoggingContentEnabled = false;
        options.Diagnostics.ApplicationId = "AmlVnet";
        options.RetryPolicy = new RequestRetryPolicy(Time, RealWait);
        options.AddPolicy(new AnswerGuardPolicy(), HttpPipelinePosition.BeforeTransport);
        options.AddPolicy(new RedirectRefusalPolicy(), HttpPipelinePosition.PerRetry);
        options.AddPolicy(new RequestTracePolicy(IsSimulator), HttpPipelinePosition.PerRetry);
        foreach (var policy in perRetry) options.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        TokenGuardPolicy.Add(options, destinations);
        return HttpPipelineBuilder.Build(options, new BearerTokenAuthenticationPolicy(credential, scope));
    }

    private sealed class PipelineOptions : ClientOptions;
}
