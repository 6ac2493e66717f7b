using System.Collections.Concurrent;

namespace AmlVnet.Arm.Carrying;

/// <summary>TLS of a scoring endpoint as the user gave it. The certificate and the key are secrets.</summary>
internal sealed record TlsSettings
{
    internal string? CertificatePem { get; init; }

    internal string? KeyPem { get; init; }

    internal string? Cname { get; init; }

    internal string? LeafDomainLabel { get; init; }

    internal bool OverwriteExistingDomain { get; init; }

    internal string Status => (LeafDomainLabel is null ? SslStatus.Enabled : SslStatus.Auto).ToString();

    /// <summary>Never the certificate, never the key.</summary>
    public override string ToString() => $"TLS {Status} {Cname ?? LeafDomainLabel}";
}

/// <summary>The certificates and keys of a command: a plan holds a reference to them, and the Carrier resolves it.</summary>
internal sealed class KeysInHand
{
    private readonly ConcurrentDictionary<string, TlsSettings> _kept = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _secrets = new(StringComparer.Ordinal);

    /// <summary>Keeps one secret, and gives the reference to it.</summary>
    internal string Keep(string secret)
    {
        SentSecrets.Learn(secret);
        var reference = $"secret-{Guid.NewGuid():N}";
        _secrets[reference] = secret;
        return reference;
    }

    /// <summary>The secret that a reference stands for.</summary>
    internal string ResolveSecret(string reference) => _secrets[reference];

    /// <summary>Keeps the secrets, and says without them what is wished; null where TLS is not asked for.</summary>
    internal TlsWish? Keep(TlsSettings? tls)
    {
        if (tls is null) return null;
        string? reference = null;
        if (tls.CertificatePem is not null || tls.KeyPem is not null)
        {
            reference = $"tls-{Guid.NewGuid():N}";
            _kept[reference] = tls;
        }

        return new TlsWish(tls.Status, tls.Cname, tls.LeafDomainLabel, tls.OverwriteExistingDomain, reference);
    }

    /// <summary>What a reference stands for.</summary>
    internal TlsSettings? Resolve(string? reference) => reference is null ? null : _kept[reference];
}
