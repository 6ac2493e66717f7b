using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace AmlVnet.Arm.SignIn;

/// <summary>What a credential needs to know of the cloud it signs in to.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Tenant">The tenant that the user named, or the cloud's only one.</param>
/// <param name="Transport">Where its requests go; null for the network.</param>
internal sealed record SignInPlace(AzureCloud Cloud, string? Tenant, HttpPipelineTransport? Transport)
{
    internal T Fill<T>(T options) where T : TokenCredentialOptions
    {
        options.AuthorityHost = Cloud.AuthorityHost;
        if (Transport is not null) options.Transport = Transport;
        AskNoOther(options);
        // Set-AmlVnetContext -Tenant asks for other tenants on purpose; nothing else in this module does.
        TenantsOf(options)?.Add("*");
        switch (options)
        {
            case InteractiveBrowserCredentialOptions o: o.TenantId = Tenant; break;
            case DeviceCodeCredentialOptions o: o.TenantId = Tenant; break;
            case AzureCliCredentialOptions o: o.TenantId = Tenant; break;
            case DefaultAzureCredentialOptions o when Tenant is not null: o.TenantId = Tenant; break;
        }

        return options;
    }

    private static IList<string>? TenantsOf(TokenCredentialOptions options) => options switch
    {
        ClientSecretCredentialOptions o => o.AdditionallyAllowedTenants,
        ClientCertificateCredentialOptions o => o.AdditionallyAllowedTenants,
        ClientAssertionCredentialOptions o => o.AdditionallyAllowedTenants,
        AzurePipelinesCredentialOptions o => o.AdditionallyAllowedTenants,
        InteractiveBrowserCredentialOptions o => o.AdditionallyAllowedTenants,
        DeviceCodeCredentialOptions o => o.AdditionallyAllowedTenants,
        AzureCliCredentialOptions o => o.AdditionallyAllowedTenants,
        DefaultAzureCredentialOptions o => o.AdditionallyAllowedTenants,
        _ => null,
    };

    // The public cloud's list of authorities does not know one of somebody's own.
    private void AskNoOther(TokenCredentialOptions options)
    {
        switch (options)
        {
            case ClientSecretCredentialOptions o: o.DisableInstanceDiscovery = Cloud.IsCustom; break;
            case ClientCertificateCredentialOptions o: o.DisableInstanceDiscovery = Cloud.IsCustom; break;
            case ClientAssertionCredentialOptions o: o.DisableInstanceDiscovery = Cloud.IsCustom; break;
            case AzurePipelinesCredentialOptions o: o.DisableInstanceDiscovery = Cloud.IsCustom; break;
            case InteractiveBrowserCredentialOptions o: o.DisableInstanceDiscovery = Cloud.IsCustom; break;
            case DeviceCodeCredentialOptions o: o.DisableInstanceDiscovery = Cloud.IsCustom; break;
            case DefaultAzureCredentialOptions o: o.DisableInstanceDiscovery = Cloud.IsCustom; break;
        }
    }

    internal string RequireTenant() => Tenant ?? throw Problems.InvalidCombination(
        "An application signs in to one tenant, and -Tenant is not given.", "Give the tenant's id: -Tenant <id>.");
}

/// <summary>A way to sign in.</summary>
internal abstract record SignInMethod
{
    /// <summary>The kind of credential, for the user.</summary>
    internal abstract string CredentialType { get; }

    /// <summary>Who signs in, as far as it is known beforehand.</summary>
    internal virtual string? Account => null;

    /// <summary>Why it can't ask for another tenant later; null where it can.</summary>
    internal virtual string? BoundToTenant => null;

    internal abstract TokenCredential Create(SignInPlace place);

    /// <summary>A credential of its own for Microsoft Graph; null where the same one serves.</summary>
    internal virtual TokenCredential? CreateForGraph(SignInPlace place) => null;

    /// <summary>The bytes that must appear nowhere are unwrapped as late as possible, and only here.</summary>
    private protected static string Reveal(SecureString secret) => new NetworkCredential("", secret).Password;

    /// <summary>The text of a token; it is sent in a header, where other characters would be an error of the transport's.</summary>
    private protected static string RequireToken(string parameter, SecureString secret)
    {
        var token = Reveal(secret);
        if (token.Length == 0) throw Problems.InvalidValue(parameter, null, "the token is empty.");
        SentSecrets.Learn(token);
        return token.All(static c => c is > ' ' and <= '~') ? token
            : throw Problems.InvalidValue(parameter, null,
                "no token holds a space, a line break or a letter outside ASCII, and this one does.",
                "Give the token as it was issued, without 'Bearer' and without a line break.");
    }

    private protected static string RequireGuid(string parameter, string? value) => Guid.TryParse(value, out _)
        ? value
        : throw Problems.InvalidValue(parameter, value, $"'{value}' is not an application (client) id, which is a GUID.");
}

/// <summary>A browser on this computer.</summary>
internal sealed record BrowserSignIn : SignInMethod
{
    internal override string CredentialType => "InteractiveBrowser";

    internal override TokenCredential Create(SignInPlace place) => new AskedOnce(
        new InteractiveBrowserCredential(place.Fill(new InteractiveBrowserCredentialOptions { DisableAutomaticAuthentication = true })));

    /// <summary>
    /// Opens the browser for the first token only; what can't be renewed in silence later is an error, not a window by surprise.
    /// </summary>
    private sealed class AskedOnce(InteractiveBrowserCredential browser) : OneQuestion(browser)
    {
        private protected override Task AskAsync(TokenRequestContext context, CancellationToken cancel) =>
            browser.AuthenticateAsync(context, cancel);
    }
}

/// <summary>A browser on any other device.</summary>
/// <param name="Tell">Shows the address and the code.</param>
internal sealed record DeviceCodeSignIn(Action<string> Tell) : SignInMethod
{
    internal override string CredentialType => "DeviceCode";

    internal override TokenCredential Create(SignInPlace place) =>
        new AskedOnce(new DeviceCodeCredential(place.Fill(new DeviceCodeCredentialOptions
        {
            DisableAutomaticAuthentication = true,
            DeviceCodeCallback = (code, _) =>
            {
                Tell(code.Message);
                return Task.CompletedTask;
            },
        })));

    private sealed class AskedOnce(DeviceCodeCredential device) : OneQuestion(device)
    {
        private protected override Task AskAsync(TokenRequestContext context, CancellationToken cancel) =>
            device.AuthenticateAsync(context, cancel);
    }
}

/// <summary>A credential that asks the user at its first token, and never again.</summary>
internal abstract class OneQuestion(TokenCredential silent) : TokenCredential
{
    private int _asked;

    private protected abstract Task AskAsync(TokenRequestContext context, CancellationToken cancel);

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _asked, 1) == 0) await AskAsync(requestContext, cancellationToken).ConfigureAwait(false);
        return await silent.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>The identity that Azure gave the machine, the app or the runbook.</summary>
/// <param name="AccountId">The client id, object id or ARM id of a user-assigned one; null for the system-assigned.</param>
internal sealed record ManagedIdentitySignIn(string? AccountId) : SignInMethod
{
    internal override string CredentialType => "ManagedIdentity";

    internal override string? Account => AccountId;

    internal override string? BoundToTenant => "a managed identity lives in one tenant";

    internal override TokenCredential Create(SignInPlace place)
    {
        if (AccountId is null) return One(place, ManagedIdentityId.SystemAssigned);
        if (AccountId.StartsWith('/'))
        {
            return ArmId.TryParse(AccountId, out var id, out var reason)
                ? One(place, ManagedIdentityId.FromUserAssignedResourceId(new ResourceIdentifier(id.ToString())))
                : throw Problems.InvalidValue("AccountId", AccountId, reason);
        }

        if (!Guid.TryParse(AccountId, out _))
        {
            throw Problems.InvalidValue("AccountId", AccountId,
                $"'{AccountId}' is neither a GUID (client id or object id) nor the ARM id of a user-assigned identity.");
        }

        // Nothing in a GUID tells which of the two it is; the platform knows only one of them.
        return new EitherId(One(place, ManagedIdentityId.FromUserAssignedClientId(AccountId)),
            One(place, ManagedIdentityId.FromUserAssignedObjectId(AccountId)));
    }

    private static IdentityEndpoint One(SignInPlace place, ManagedIdentityId id)
    {
        var options = place.Fill(new ManagedIdentityCredentialOptions(id));
        // On a machine outside Azure the address of the platform's endpoint leads nowhere, and the usual 100 seconds would look like a
        // hang.
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
        options.Retry.MaxRetries = 2;
        return new IdentityEndpoint(options, place.Transport is null);
    }

    private sealed class EitherId(TokenCredential byClientId, TokenCredential byObjectId) : TokenCredential
    {
        private TokenCredential? _known;

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            if (_known is { } known) return await known.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
            AccessToken token;
            try
            {
                token = await byClientId.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
                _known = byClientId;
                return token;
            }
            catch (AuthenticationFailedException e) when (!SignInFailure.IsTransport(e))
            {
                token = await byObjectId.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
                _known = byObjectId;
                return token;
            }
        }
    }
}

/// <summary>An application with a secret.</summary>
internal sealed record ClientSecretSignIn(string ApplicationId, SecureString Secret) : SignInMethod
{
    internal override string CredentialType => "ClientSecret";

    internal override string? Account => ApplicationId;

    internal override TokenCredential Create(SignInPlace place)
    {
        var secret = Reveal(Secret);
        if (secret.Length == 0) throw Problems.InvalidValue("Credential", null, "the secret (the credential's password) is empty.");
        SentSecrets.Learn(secret);
        return new ClientSecretCredential(place.RequireTenant(), RequireGuid("Credential", ApplicationId), secret,
            place.Fill(new ClientSecretCredentialOptions()));
    }
}

/// <summary>An application with a certificate and its private key.</summary>
internal abstract record CertificateSignIn(string ApplicationId, bool SendChain) : SignInMethod
{
    internal sealed override string CredentialType => "ClientCertificate";

    internal sealed override string? Account => ApplicationId;

    internal sealed override TokenCredential Create(SignInPlace place)
    {
        var tenant = place.RequireTenant();
        var application = RequireGuid(nameof(ApplicationId), ApplicationId);
        return new ClientCertificateCredential(tenant, application, Load(),
            place.Fill(new ClientCertificateCredentialOptions { SendCertificateChain = SendChain }));
    }

    /// <summary>The certificate with its private key.</summary>
    private protected abstract X509Certificate2 Load();
}

/// <summary>An application with a certificate in a PFX or PEM file, which holds the private key too.</summary>
internal sealed record CertificateFileSignIn(string ApplicationId, string Path, SecureString? Password, bool SendChain)
    : CertificateSignIn(ApplicationId, SendChain)
{
    private protected override X509Certificate2 Load()
    {
        X509Certificate2 certificate;
        try
        {
            var text = File.ReadAllText(Path);
            if (text.Contains("-----BEGIN ", StringComparison.Ordinal))
                certificate = Password is null ? X509Certificate2.CreateFromPem(text, text)
                    : X509Certificate2.CreateFromEncryptedPem(text, text, Reveal(Password));
            else
                certificate = new X509Certificate2(Path, Password);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problems.InvalidValue("CertificatePath", Path, $"the file '{Path}' can't be read: {e.Message}");
        }
        catch (CryptographicException e)
        {
            throw Problems.InvalidValue("CertificatePath", Path,
                $"'{Path}' is no PFX or PEM with a private key, or -CertificatePassword is not its password: {e.Message}");
        }

        return certificate.HasPrivateKey
            ? certificate
            : throw Problems.InvalidValue("CertificatePath", Path, $"'{Path}' holds no private key; a sign-in needs it.");
    }
}

/// <summary>An application with a certificate in the certificate store of the user or the machine.</summary>
internal sealed record CertificateStoreSignIn(string ApplicationId, string Thumbprint, bool SendChain)
    : CertificateSignIn(ApplicationId, SendChain)
{
    private protected override X509Certificate2 Load()
    {
        foreach (var location in new[] { StoreLocation.CurrentUser, StoreLocation.LocalMachine })
        {
            using var store = new X509Store(StoreName.My, location);
            try
            {
                store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            }
            catch (CryptographicException)
            {
                // Outside Windows there is no store of the machine's own certificates.
                continue;
            }

            foreach (var certificate in store.Certificates.Find(X509FindType.FindByThumbprint, Thumbprint, validOnly: false))
            {
                if (certificate.HasPrivateKey) return certificate;
            }
        }

        throw Problems.InvalidValue("CertificateThumbprint", Thumbprint,
            $"no certificate '{Thumbprint}' with a private key is in the Personal (My) store of the user or of the machine.");
    }
}

/// <summary>An application that another identity provider vouches for, as GitHub or Kubernetes do.</summary>
internal sealed record FederatedTokenSignIn(string ApplicationId, SecureString Token) : SignInMethod
{
    internal override string CredentialType => "ClientAssertion";

    internal override string? Account => ApplicationId;

    internal override TokenCredential Create(SignInPlace place)
    {
        var token = RequireToken("FederatedToken", Token);
        var expires = TokenClaims.Read(token).ExpiresOn;
        return new ClientAssertionCredential(place.RequireTenant(), RequireGuid(nameof(ApplicationId), ApplicationId),
            _ => expires <= DateTimeOffset.UtcNow ? throw Problems.TokenExpired("FederatedToken", expires.Value) : Task.FromResult(token),
            place.Fill(new ClientAssertionCredentialOptions()));
    }
}

/// <summary>A service connection of Azure Pipelines with workload identity federation.</summary>
internal sealed record AzurePipelinesSignIn(string ApplicationId, string ServiceConnectionId, SecureString SystemAccessToken) : SignInMethod
{
    internal override string CredentialType => "AzurePipelines";

    internal override string? Account => ApplicationId;

    internal override TokenCredential Create(SignInPlace place) => new AzurePipelinesCredential(place.RequireTenant(),
        RequireGuid(nameof(ApplicationId), ApplicationId), ServiceConnectionId, RequireToken(nameof(SystemAccessToken), SystemAccessToken),
            place.Fill(new AzurePipelinesCredentialOptions()));
}

/// <summary>Tokens that were handed to us. They are not renewed; when they end, that is said.</summary>
internal sealed record AccessTokenSignIn(SecureString Token, SecureString? GraphToken, string? AccountId) : SignInMethod
{
    internal override string CredentialType => "AccessToken";

    internal override string? Account => AccountId;

    internal override string? BoundToTenant => "an access token is of one tenant";

    internal override TokenCredential Create(SignInPlace place) => new Fixed("AccessToken", RequireToken("AccessToken", Token));

    internal override TokenCredential CreateForGraph(SignInPlace place) =>
        GraphToken is null ? new None() : new Fixed("GraphAccessToken", RequireToken("GraphAccessToken", GraphToken));

    private sealed class Fixed : TokenCredential
    {
        private readonly string _parameter;
        private readonly string _token;
        private readonly DateTimeOffset? _expires;

        internal Fixed(string parameter, string token)
        {
            (_parameter, _token, _expires) = (parameter, token, TokenClaims.Read(token).ExpiresOn);
            ThrowIfEnded();
        }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            ThrowIfEnded();
            if (requestContext.Claims is not null) throw Problems.TokenChallenged(_parameter);
            // Nobody knows how long an opaque token lasts; the service says so when it has ended.
            return new AccessToken(_token, _expires ?? DateTimeOffset.UtcNow.AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));

        private void ThrowIfEnded()
        {
            if (_expires <= DateTimeOffset.UtcNow) throw Problems.TokenExpired(_parameter, _expires.Value);
        }
    }

    /// <summary>A token is good for one audience: that of ARM must not go to Graph.</summary>
    private sealed class None : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw Problems.GraphTokenMissing();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw Problems.GraphTokenMissing();
    }
}

/// <summary>The account that <c>az login</c> signed in.</summary>
internal sealed record AzureCliSignIn : SignInMethod
{
    internal override string CredentialType => "AzureCli";

    internal override TokenCredential Create(SignInPlace place) => new AzureCliCredential(place.Fill(new AzureCliCredentialOptions
    {
        // The tool starts a Python of its own; a busy machine needs more than the SDK's 13 seconds.
        ProcessTimeout = TimeSpan.FromSeconds(60),
    }));
}

/// <summary>The first of the usual credentials that works, without those that ask.</summary>
internal sealed record DefaultSignIn : SignInMethod
{
    internal override string CredentialType => "DefaultCredential";

    internal override TokenCredential Create(SignInPlace place) =>
        new DefaultAzureCredential(place.Fill(new DefaultAzureCredentialOptions { ExcludeInteractiveBrowserCredential = true }));
}

/// <summary>Gives a token that some other part of the session holds.</summary>
/// <param name="audience">For whom it is meant, such as <c>https://management.azure.com/</c>.</param>
/// <param name="tenantId">Of which tenant; null for the session's own.</param>
/// <param name="cancel">Ends the wait.</param>
internal delegate Task<(string Token, DateTimeOffset ExpiresOn)> BorrowToken(string audience, string? tenantId, CancellationToken cancel);

/// <summary>The sign-in of another module in this session, which lends its tokens.</summary>
internal sealed record BorrowedSignIn(string? AccountId, BorrowToken Borrow) : SignInMethod
{
    internal override string CredentialType => "AzContext";

    internal override string? Account => AccountId;

    internal override TokenCredential Create(SignInPlace place) => new Borrower(Borrow, place.Tenant);

    private sealed class Borrower(BorrowToken borrow, string? tenant) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            if (requestContext.Claims is not null) throw Problems.AzSessionChallenged();
            var scope = requestContext.Scopes.Single();
            const string suffix = "/.default";
            var audience = scope.EndsWith(suffix, StringComparison.Ordinal) ? scope[..^suffix.Length] : scope;
            var (token, expires) = await borrow(audience, requestContext.TenantId ?? tenant, cancellationToken).ConfigureAwait(false);
            return expires <= DateTimeOffset.UtcNow ? throw Problems.AzTokenExpired(expires) : new AccessToken(token, expires);
        }
    }
}
