using System.Collections.Concurrent;
using Azure.Core;

namespace AmlVnet.Arm.SignIn;

/// <summary>
/// Keeps one token for each audience and tenant, in memory only, for all that share a sign-in: the pipelines of Azure Resource Manager
/// and Microsoft Graph, other runspaces, and contexts of other subscriptions. Whoever asks first asks for all.
/// </summary>
internal sealed class ConnectionTokens(TokenCredential source, TimeProvider? time = null) : TokenCredential
{
    // As the Azure SDK has it: a token is renewed when less than this is left, and serves on while that is tried.
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<Key, Slot> _slots = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The same sign-in for another tenant.</summary>
    internal TokenCredential ForTenant(string tenantId) => new OtherTenant(this, tenantId);

    /// <inheritdoc/>
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        // Azure.Core asks so on its synchronous pipeline only, which this module does not use.
        GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var slot = _slots.GetOrAdd(new Key(string.Join(' ', requestContext.Scopes), requestContext.TenantId, requestContext.IsCaeEnabled),
            static _ => new Slot());
        // With claims the service has just said that the token which it was sent does not do.
        if (requestContext.Claims is null && slot.Token is { } known && !IsDue(known)) return known;
        var asked = slot.Token;
        await slot.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (requestContext.Claims is null && slot.Token is { } meanwhile && !meanwhile.Equals(asked)
                && !IsDue(meanwhile)) return meanwhile;
            var token = await source.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
            slot.Token = token;
            return token;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    private bool IsDue(AccessToken token)
    {
        var now = _time.GetUtcNow();
        return now >= (token.RefreshOn ?? token.ExpiresOn) || (token.ExpiresOn - now) < RenewBefore;
    }

    private readonly record struct Key(string Scopes, string? TenantId, bool IsCaeEnabled);

    private sealed class Slot
    {
        private volatile object? _token;

        internal SemaphoreSlim Gate { get; } = new(1, 1);

        internal AccessToken? Token
        {
            get => (AccessToken?)_token;
            set => _token = value;
        }
    }

    private sealed class OtherTenant(TokenCredential shared, string tenantId) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            shared.GetToken(Turn(requestContext), cancellationToken);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            shared.GetTokenAsync(Turn(requestContext), cancellationToken);

        private TokenRequestContext Turn(TokenRequestContext asked) =>
            new(asked.Scopes, asked.ParentRequestId, asked.Claims, tenantId, asked.IsCaeEnabled);
    }
}
