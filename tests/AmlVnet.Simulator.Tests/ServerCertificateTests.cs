using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AmlVnet.Simulator.Server;

namespace AmlVnet.Simulator.Tests;

public sealed class ServerCertificateTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly ServerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void The_server_is_known_by_each_loopback_name(string name)
    {
        using var made = LoopbackCertificate.Open(_folder.Path, Now);

        Assert.True(made.Server.MatchesHostname(name));
        Assert.True(made.Server.HasPrivateKey);
    }

    [Fact]
    public void It_is_a_server_certificate_and_nothing_more()
    {
        using var made = LoopbackCertificate.Open(_folder.Path, Now);

        Assert.False(made.Server.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, made.Server.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        var purposes = made.Server.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages;
        Assert.Equal("1.3.6.1.5.5.7.3.1", Assert.Single(purposes.Cast<Oid>()).Value);
        Assert.InRange(made.Server.NotAfter - made.Server.NotBefore, TimeSpan.FromDays(300), TimeSpan.FromDays(398));
        Assert.Empty(Problems(made.Server, made.AuthorityFile, Now));
    }

    [Fact]
    public void The_authority_signs_and_nothing_else_and_has_nobody_below_it()
    {
        using var made = LoopbackCertificate.Open(_folder.Path, Now);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(made.AuthorityFile);

        var constraints = authority.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        Assert.True(constraints is { CertificateAuthority: true, Critical: true, HasPathLengthConstraint: true, PathLengthConstraint: 0 });
        var usages = authority.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages;
        Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, usages);
        Assert.False(authority.HasPrivateKey);
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("management.azure.com", false)]
    [InlineData("10.0.0.1", false)]
    public void Who_trusts_the_authority_trusts_it_for_loopback_only(string name, bool trusted)
    {
        using var made = LoopbackCertificate.Open(_folder.Path, Now);
        using var authority = X509Certificate2.CreateFromPemFile(made.AuthorityFile, _folder["authority-key.pem"]);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=other", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (System.Net.IPAddress.TryParse(name, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var other = request.Create(authority, Now.AddMinutes(-1), Now.AddDays(1), [1, 2, 3]);

        Assert.Equal(trusted, Problems(other, made.AuthorityFile, Now).Count == 0);
    }

    [Fact]
    public void Only_the_user_may_read_the_keys()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no Unix file modes.");
            return;
        }
        var folder = _folder["made"];
        using var made = LoopbackCertificate.Open(folder, Now);

        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Own, File.GetUnixFileMode(Path.Combine(folder, "authority-key.pem")));
        Assert.Equal(Own, File.GetUnixFileMode(Path.Combine(folder, "server-key.pem")));
        Assert.Equal(Own | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.DoesNotContain("PRIVATE", File.ReadAllText(made.AuthorityFile), StringComparison.Ordinal);
    }

    [Fact]
    public void They_are_used_again_while_they_are_valid()
    {
        using var first = LoopbackCertificate.Open(_folder.Path, Now);
        using var second = LoopbackCertificate.Open(_folder.Path, Now.AddDays(360));

        Assert.True(first.AuthorityIsNew);
        Assert.False(second.AuthorityIsNew);
        Assert.Equal(first.Server.Thumbprint, second.Server.Thumbprint);
    }

    [Fact]
    public void The_server_s_is_renewed_by_the_same_authority_before_it_ends()
    {
        using var first = LoopbackCertificate.Open(_folder.Path, Now);
        var later = Now.AddDays(380);
        using var second = LoopbackCertificate.Open(_folder.Path, later);

        Assert.False(second.AuthorityIsNew);
        Assert.NotEqual(first.Server.Thumbprint, second.Server.Thumbprint);
        Assert.Empty(Problems(second.Server, first.AuthorityFile, later));
    }

    [Fact]
    public void An_authority_at_its_end_gives_way_to_a_new_one_under_the_same_name()
    {
        using var first = LoopbackCertificate.Open(_folder.Path, Now);
        var later = Now.AddDays(3640);
        using var second = LoopbackCertificate.Open(_folder.Path, later);

        Assert.True(second.AuthorityIsNew);
        Assert.Equal(first.AuthorityFile, second.AuthorityFile);
        Assert.Empty(Problems(second.Server, second.AuthorityFile, later));
    }

    [Theory]
    [InlineData("authority.pem")]
    [InlineData("authority-key.pem")]
    [InlineData("server.pem")]
    [InlineData("server-key.pem")]
    public void A_damaged_file_is_made_again(string name)
    {
        LoopbackCertificate.Open(_folder.Path, Now).Dispose();
        File.WriteAllText(_folder[name], "-----BEGIN NOTHING-----\n");

        using var again = LoopbackCertificate.Open(_folder.Path, Now);

        Assert.Equal(name.StartsWith("authority", StringComparison.Ordinal), again.AuthorityIsNew);
        Assert.Empty(Problems(again.Server, again.AuthorityFile, Now));
    }

    [Fact]
    public void A_server_certificate_of_another_authority_is_made_again()
    {
        using var other = new ServerFolder();
        LoopbackCertificate.Open(_folder.Path, Now).Dispose();
        LoopbackCertificate.Open(other.Path, Now).Dispose();
        File.Copy(other["server.pem"], _folder["server.pem"], overwrite: true);
        File.Copy(other["server-key.pem"], _folder["server-key.pem"], overwrite: true);

        using var again = LoopbackCertificate.Open(_folder.Path, Now);

        Assert.False(again.AuthorityIsNew);
        Assert.Empty(Problems(again.Server, again.AuthorityFile, Now));
    }

    [Fact]
    public async Task Servers_that_start_together_make_one_authority()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => LoopbackCertificate.Open(_folder.Path, Now))));

        Assert.Single(opened, o => o.AuthorityIsNew);
        Assert.Single(opened.Select(o => o.Server.Thumbprint).Distinct());
        Array.ForEach(opened, o => o.Dispose());
    }

    [Fact]
    public async Task A_server_waits_for_another_that_makes_the_certificates_and_says_when_that_takes_too_long()
    {
        System.IO.Directory.CreateDirectory(_folder.Path);
        var path = Path.Combine(_folder.Path, "lock");
        var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var late = Assert.Throws<IOException>(() => LoopbackCertificate.Open(_folder.Path, Now, TimeSpan.FromMilliseconds(50)));
        Assert.Contains("another server has held", late.Message, StringComparison.Ordinal);

        var waiting = Task.Run(() => LoopbackCertificate.Open(_folder.Path, Now), TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        await held.DisposeAsync();

        using var opened = await waiting;
        Assert.True(opened.AuthorityIsNew);
    }

    private static List<X509ChainStatusFlags> Problems(X509Certificate2 certificate, string authorityFile, DateTimeOffset at)
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(authorityFile);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = at.LocalDateTime;
        return chain.Build(certificate) ? [] : [.. chain.ChainStatus.Select(static s => s.Status)];
    }
}
