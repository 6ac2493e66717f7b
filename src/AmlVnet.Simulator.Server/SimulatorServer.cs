using System.Net.Sockets;
using AmlVnet.Simulator.Kernel;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace AmlVnet.Simulator.Server;

/// <summary>The simulator on loopback sockets.</summary>
internal sealed class SimulatorServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly AzureSimulator _simulator;
    private readonly LoopbackCertificate _certificate;

    private SimulatorServer(
        WebApplication application, AzureSimulator simulator, LoopbackCertificate certificate, int httpsPort, int? httpPort)
    {
        (_application, _simulator, _certificate) = (application, simulator, certificate);
        Address = $"https://localhost:{httpsPort}";
        HttpAddress = httpPort is null ? null : $"http://localhost:{httpPort}";
    }

    /// <summary>The HTTPS address, without a final slash.</summary>
    public string Address { get; }

    /// <summary>The address of the managed-identity endpoints over HTTP; null when they are not served there.</summary>
    public string? HttpAddress { get; }

    /// <summary>The authority's certificate, which clients are to trust.</summary>
    public string AuthorityFile => _certificate.AuthorityFile;

    /// <summary>Whether the authority was made just now.</summary>
    public bool AuthorityIsNew => _certificate.AuthorityIsNew;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="ServerStartException">A port is taken; the scenario, the state file or the certificates cannot be used.</exception>
    public static async Task<SimulatorServer> StartAsync(ServerSettings settings, TextWriter output, TextWriter errors)
    {
        LoopbackSockets? https = null, http = null;
        LoopbackCertificate? certificate = null;
        AzureSimulator? simulator = null;
        WebApplication? application = null;
        try
        {
            https = Bind(settings.Port, "--port");
            http = settings.HttpPort is { } port ? Bind(port, "--http-port") : null;
            certificate = OpenCertificate(settings);
            simulator = OpenSimulator(settings);

            // An empty builder: no configuration file, variable or argument of ASP.NET Core can open another address.
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
            builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
            builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket =
                endPoint => https.Has(endPoint) ? https[endPoint] : http![endPoint]);
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = HttpFront.LargestReadBody;
                foreach (var endPoint in https.EndPoints)
                    kestrel.Listen(endPoint, listen => listen.UseHttps(certificate.Server));
                foreach (var endPoint in http?.EndPoints ?? [])
                    kestrel.Listen(endPoint, static listen => listen.Protocols = HttpProtocols.Http1);
            });
            application = builder.Build();
            var front = new HttpFront(simulator, settings, output, errors);
            application.Run(front.HandleAsync);
            await application.StartAsync().ConfigureAwait(false);
            return new SimulatorServer(application, simulator, certificate, https.Port, http?.Port);
        }
        catch
        {
            if (application is not null)
                await application.DisposeAsync().ConfigureAwait(false);
            simulator?.Dispose();
            certificate?.Dispose();
            https?.Dispose();
            http?.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the process is asked to stop (SIGTERM, Ctrl+C), then finishes the requests under way.</summary>
    public Task WaitForShutdownAsync() => _application.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync().ConfigureAwait(false);
        _simulator.Dispose();
        _certificate.Dispose();
    }

    private static LoopbackSockets Bind(int port, string option)
    {
        try
        {
            return LoopbackSockets.Bind(port);
        }
        catch (SocketException taken)
        {
            throw new ServerStartException($"Port {port} ({option}) cannot be opened on loopback: {taken.Message}.", taken);
        }
    }

    private static LoopbackCertificate OpenCertificate(ServerSettings settings)
    {
        var folder = settings.CertificateFolder ?? LoopbackCertificate.DefaultFolder
            ?? throw new ServerStartException("There is no folder for the user's application data; name one with --cert-folder.");
        try
        {
            return LoopbackCertificate.Open(folder, DateTimeOffset.UtcNow);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ServerStartException($"The certificate folder '{folder}' cannot be used: {problem.Message}", problem);
        }
    }

    private static AzureSimulator OpenSimulator(ServerSettings settings)
    {
        try
        {
            return new AzureSimulator(new SimulatorOptions
            {
                Scenario = settings.Scenario,
                StatePath = settings.StatePath,
                FleetSize = settings.FleetSize,
                Clock = settings.TimeScale is { } scale ? SimulatorClock.Scaled(scale) : SimulatorClock.Virtual(),
                RequireAuthentication = true,
            });
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new ServerStartException($"The simulator cannot start: {problem.Message}", problem);
        }
    }
}

/// <summary>The server cannot start; the message says why.</summary>
internal sealed class ServerStartException(string message, Exception? cause = null) : Exception(message, cause);
