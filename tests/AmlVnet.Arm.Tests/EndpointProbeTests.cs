using System.Net;
using System.Net.Sockets;
using System.Text;
using AmlVnet.Arm.Reading;

namespace AmlVnet.Arm.Tests;

/// <summary>Trying an endpoint over real TCP and HTTP, on loopback.</summary>
public sealed class EndpointProbeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_endpoint_that_answers_is_reached_with_its_status_and_both_times()
    {
        var probe = await ProbeAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        Assert.True(probe.TcpSucceeded);
        Assert.Equal(401, probe.HttpStatus);
        Assert.True(probe.TcpMilliseconds >= 0 && probe.HttpMilliseconds >= 0);
        Assert.Contains("401", probe.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_address_is_asked_wherever_its_name_leads()
    {
        using var listener = Listen();
        using var elsewhere = new TcpListener(IPAddress.Parse("127.0.0.2"), ((IPEndPoint)listener.LocalEndpoint).Port);
        elsewhere.Start();
        var answering = AnswerAsync(elsewhere, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");

        // The name leads to 127.0.0.1, where nobody answers.
        var probe = await Endpoints.ProbeAsync(At(listener) with { Address = "127.0.0.2", Fqdn = "localhost" }, Patience, Cancel);

        await answering;
        Assert.Equal(204, probe.HttpStatus);
    }

    [Fact]
    public async Task An_endpoint_that_speaks_no_HTTP_is_said_so()
    {
        var probe = await ProbeAsync("not http\r\n\r\n");

        Assert.True(probe.TcpSucceeded);
        Assert.Null(probe.HttpStatus);
        Assert.Contains("HTTP does not", probe.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_of_the_certificate_is_asked_for_by_TLS()
    {
        using var listener = Listen();
        string? asked = null;
        var serving = Task.Run(async () =>
        {
            using (await listener.AcceptTcpClientAsync(Cancel))
            {
            }

            using var key = System.Security.Cryptography.RSA.Create(2048);
            using var certificate = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=scoring.contoso.internal", key,
                System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            using var client = await listener.AcceptTcpClientAsync(Cancel);
            using var tls = new System.Net.Security.SslStream(client.GetStream());
            // Who asks does not trust it, and says so.
            await Record.ExceptionAsync(() => tls.AuthenticateAsServerAsync(new System.Net.Security.SslServerAuthenticationOptions
            {
                ServerCertificateSelectionCallback = (_, name) =>
                {
                    asked = name;
                    return certificate;
                },
            }, Cancel));
        }, Cancel);

        var probe = await Endpoints.ProbeAsync(At(listener) with { SslStatus = "Enabled", Fqdn = "scoring.contoso.internal" }, Patience,
            Cancel);
        await serving;

        Assert.Equal("scoring.contoso.internal", asked);
        Assert.True(probe.TcpSucceeded);
        Assert.Null(probe.HttpStatus);
    }

    [Theory]
    [InlineData(true, "only from its virtual network")]
    [InlineData(false, "Enable-AmlScoringAccess")]
    public async Task An_endpoint_that_refuses_says_what_to_look_at(bool isPrivate, string advice)
    {
        AksEndpoint endpoint;
        using (var listener = Listen()) endpoint = At(listener) with { IsPrivate = isPrivate };

        var probe = await Endpoints.ProbeAsync(endpoint, Patience, Cancel);

        Assert.False(probe.TcpSucceeded);
        Assert.Null(probe.HttpStatus);
        Assert.Contains(advice, probe.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compute_without_an_address_is_not_tried()
    {
        var probe = await Endpoints.ProbeAsync(new AksEndpoint { ComputeId = "/c", ComputeName = "c", Port = 80 }, Patience, Cancel);

        Assert.False(probe.TcpSucceeded);
        Assert.Contains("no scoring address", probe.Reason, StringComparison.Ordinal);
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static AksEndpoint At(TcpListener listener) => new()
    {
        ComputeId = "/c",
        ComputeName = "c",
        Address = "127.0.0.1",
        IsPrivate = true,
        Port = ((IPEndPoint)listener.LocalEndpoint).Port,
    };

    /// <summary>Takes the TCP probe's connection, then answers the HTTP one.</summary>
    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        using (await listener.AcceptTcpClientAsync(Cancel))
        {
        }

        using var client = await listener.AcceptTcpClientAsync(Cancel);
        var stream = client.GetStream();
        await stream.ReadAtLeastAsync(new byte[1024], 4, throwOnEndOfStream: false, Cancel);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Cancel);
    }

    private static async Task<AksEndpointProbe> ProbeAsync(string answer)
    {
        using var listener = Listen();
        var answering = AnswerAsync(listener, answer);
        var probe = await Endpoints.ProbeAsync(At(listener), Patience, Cancel);
        await answering;
        return probe;
    }
}
