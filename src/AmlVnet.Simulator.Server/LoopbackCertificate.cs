using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AmlVnet.Simulator.Server;

/// <summary>
/// The server's certificate for localhost, and the authority that issued it. Both are made here, kept in a folder, and put into no trust
/// store. The authority can vouch for loopback names only (name constraints, RFC 5280 section 4.2.1.10), so that a client which trusts it
/// gives nothing else away.
/// </summary>
internal sealed class LoopbackCertificate : IDisposable
{
    private const string AuthorityName = "authority.pem";
    private const string AuthorityKeyName = "authority-key.pem";
    private const string ServerName = "server.pem";
    private const string ServerKeyName = "server-key.pem";

    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3650);

    // Apple's platforms refuse server certificates that live longer than 825 days, and public ones above 398.
    private static readonly TimeSpan ServerLife = TimeSpan.FromDays(397);

    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    // A machine that is busy takes its time to make a key.
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    // A client whose clock is a little behind must not find the certificate not yet valid.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    private LoopbackCertificate(string folder, X509Certificate2 server, bool authorityIsNew) =>
        (AuthorityFile, Server, AuthorityIsNew) = (Path.Combine(folder, AuthorityName), server, authorityIsNew);

    /// <summary>The authority's certificate in PEM, which clients are to trust.</summary>
    public string AuthorityFile { get; }

    /// <summary>The server's certificate with its private key.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>Whether the authority was made just now, so that clients must read its file again.</summary>
    public bool AuthorityIsNew { get; }

    /// <summary>The folder used when none is asked for; null when the user has no home.</summary>
    public static string? DefaultFolder
    {
        get
        {
            const Environment.SpecialFolder Place = Environment.SpecialFolder.LocalApplicationData;
            var local = Environment.GetFolderPath(Place, Environment.SpecialFolderOption.DoNotVerify);
            return local.Length == 0 ? null : Path.Combine(local, "AmlVnet", "simulator");
        }
    }

    /// <summary>
    /// Takes the certificates of a folder, and makes those that are missing, damaged or within 30 days of their end.
    /// </summary>
    /// <param name="folder">The folder; made when it does not exist.</param>
    /// <param name="now">The time.</param>
    /// <param name="patience">How long another server that makes them is waited for; a minute when null.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be used.</exception>
    public static LoopbackCertificate Open(string folder, DateTimeOffset now, TimeSpan? patience = null)
    {
        folder = Path.GetFullPath(folder);
        if (OperatingSystem.IsWindows())
            System.IO.Directory.CreateDirectory(folder);
        else
            System.IO.Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var alone = Lock(Path.Combine(folder, "lock"), patience ?? LongestStart);

        var authority = Read(folder, AuthorityName, AuthorityKeyName);
        var fresh = authority is null || !IsAuthority(authority)
            || authority.NotBefore > now || authority.NotAfter < now + (2 * RenewBefore);
        if (fresh)
        {
            authority?.Dispose();
            authority = MakeAuthority(now);
            Write(folder, AuthorityName, AuthorityKeyName, authority);
        }
        using (authority)
        {
            var server = fresh ? null : Read(folder, ServerName, ServerKeyName);
            if (server is null || !IsServing(server, authority!, now))
            {
                server?.Dispose();
                server = MakeServer(authority!, now);
                Write(folder, ServerName, ServerKeyName, server);
            }
            return new LoopbackCertificate(folder, ForTls(server), fresh);
        }
    }

    public void Dispose() => Server.Dispose();

    /// <summary>Waits for the server that holds the folder; one that dies lets it go.</summary>
    private static FileStream Lock(string path, TimeSpan patience)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException held) when (IsHeld(held))
            {
                if (waited.Elapsed >= patience)
                    throw new IOException($"another server has held '{path}' for {waited.Elapsed.TotalSeconds:0} s.", held);
                Thread.Sleep(25);
            }
        }
    }

    // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; EAGAIN, which is 11 on Linux and 35 on macOS.
    private static bool IsHeld(IOException problem) => OperatingSystem.IsWindows()
        ? (problem.HResult & 0xFFFF) is 32 or 33
        : problem.HResult is 11 or 35;

    private static X509Certificate2 MakeAuthority(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=AmlVnet simulator on this machine", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(0));
        const X509KeyUsageFlags Usages = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;
        request.CertificateExtensions.Add(new X509KeyUsageExtension(Usages, critical: true));
        request.CertificateExtensions.Add(LoopbackOnly());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(now - ClockSkew, now + AuthorityLife);
    }

    private static X509Certificate2 MakeServer(X509Certificate2 authority, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension
            .CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        var end = now + ServerLife;
        using var issued = request.Create(authority, now - ClockSkew, end < authority.NotAfter ? end : authority.NotAfter, serial);
        return issued.CopyWithPrivateKey(key);
    }

    private static X509Extension LoopbackOnly()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            using (writer.PushSequence())
                writer.WriteCharacterString(UniversalTagNumber.IA5String, "localhost", new Asn1Tag(TagClass.ContextSpecific, 2));
            Permit(IPAddress.Parse("127.0.0.0"), [255, 0, 0, 0]);
            Permit(IPAddress.IPv6Loopback, [.. Enumerable.Repeat((byte)255, 16)]);
        }
        return new X509Extension("2.5.29.30", writer.Encode(), critical: true);

        void Permit(IPAddress address, byte[] mask)
        {
            using (writer.PushSequence())
                writer.WriteOctetString([.. address.GetAddressBytes(), .. mask], new Asn1Tag(TagClass.ContextSpecific, 7));
        }
    }

    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(static e => e.CertificateAuthority);

    private static bool IsServing(X509Certificate2 server, X509Certificate2 authority, DateTimeOffset now)
    {
        if (server.NotAfter < now + RenewBefore
            || !Array.TrueForAll(["localhost", "127.0.0.1", "::1"], name => server.MatchesHostname(name)))
            return false;
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                VerificationTime = now.LocalDateTime,
            },
        };
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        return chain.Build(server);
    }

    private static X509Certificate2? Read(string folder, string name, string keyName)
    {
        var (path, keyPath) = (Path.Combine(folder, name), Path.Combine(folder, keyName));
        if (!File.Exists(path) || !File.Exists(keyPath))
            return null;
        try
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(keyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return X509Certificate2.CreateFromPemFile(path, keyPath);
        }
        catch (CryptographicException)
        {
            // Damaged, or a pair that does not belong together because a crash came between the two files: made again.
            return null;
        }
    }

    private static void Write(string folder, string name, string keyName, X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        Replace(Path.Combine(folder, keyName), key.ExportPkcs8PrivateKeyPem(), secret: true);
        Replace(Path.Combine(folder, name), certificate.ExportCertificatePem(), secret: false);
    }

    private static void Replace(string path, string content, bool secret)
    {
        var fresh = path + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = secret
                ? UnixFileMode.UserRead | UnixFileMode.UserWrite
                : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        }
        using (var writer = new StreamWriter(path: fresh, options))
            writer.Write(content + "\n");
        File.Move(fresh, path, overwrite: true);
    }

    private static X509Certificate2 ForTls(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
            return certificate;
        // SChannel does not take a key that lives in memory only.
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
