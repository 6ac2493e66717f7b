using System.Diagnostics;
using System.Net.Sockets;

namespace AmlVnet.Arm.Reading;

/// <summary>Finds the scoring endpoint of a compute, and tries it.</summary>
internal sealed class Endpoints(AzureReader azure)
{
    internal async Task<AksEndpoint> GetAsync(ArmId computeId, CancellationToken cancel) =>
        await GetAsync(await azure.Clusters.FindAsync(computeId, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);

    /// <summary>The endpoint of the compute that led to a cluster.</summary>
    internal async Task<AksEndpoint> GetAsync(ResolvedCluster found, CancellationToken cancel)
    {
        var compute = found.Shown!;
        var balancers = await azure.Facts.ReadLoadBalancersAsync(found, cancel).ConfigureAwait(false);
        if (balancers.State == KnownState.Unknown)
            ActivityLog.Current.Warning($"The load balancers of {found.ClusterId.Name} can't be read: {balancers.Why}");
        var (balancer, frontend) = (balancers.Value ?? []).SelectMany(static b => b.Frontends, static (b, f) => (b, f))
            .FirstOrDefault(pair => compute.ScoringIPAddress is { } address
                && (pair.f.PrivateIPAddress == address || pair.f.PublicIPAddress == address));
        SslStatus? status = compute.SslStatus;
        var isAuto = status == SslStatus.Auto && compute.SslLeafDomainLabel is not null;
        return new AksEndpoint
        {
            ComputeId = compute.Id,
            ComputeName = compute.Name,
            ComputeType = compute.ComputeType,
            Address = compute.ScoringIPAddress,
            IsPrivate = frontend?.SubnetId is not null ? true : compute.IsPrivate,
            Port = SslStatus.PortOf(status),
            SslStatus = compute.SslStatus,
            Fqdn = compute.SslCname ?? (isAuto ? compute.SslLeafDomainLabel : null),
            LoadBalancerId = balancer?.Id,
            LoadBalancerName = balancer is null ? null : AnswerIds.Read(balancer.Id).Name,
            SubnetId = frontend?.SubnetId,
        };
    }

    /// <summary>What a try would come to on the simulator, whose addresses are on no network.</summary>
    internal static AksEndpointProbe NotOnTheNetwork(AksEndpoint endpoint) => new()
    {
        ComputeId = endpoint.ComputeId,
        Address = endpoint.Address,
        Port = endpoint.Port,
        TcpSucceeded = false,
        Reason = $"[simulator] {endpoint.Address ?? "The endpoint"} exists in the simulator only: nothing was tried.",
    };

    // The name may lead elsewhere, as to the former address until its DNS record is changed, and a proxy answers for itself.
    private static HttpClient OverAddress(string address, TimeSpan timeout) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (context, cancel) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, context.DnsEndPoint.Port, cancel).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { Timeout = timeout };

    /// <summary>The name goes with the request, and into TLS (SNI), whatever it leads to today.</summary>
    private static Uri AddressOf(AksEndpoint endpoint) =>
        new($"{(endpoint.Port == 443 || Words.Is(endpoint.SslStatus, "Enabled") ? "https" : "http")}://"
            + $"{endpoint.Fqdn ?? endpoint.Address}:{endpoint.Port}/");

    /// <summary>Tries TCP, then HTTP, from this machine.</summary>
    internal static async Task<AksEndpointProbe> ProbeAsync(AksEndpoint endpoint, TimeSpan timeout, CancellationToken cancel)
    {
        if (endpoint.Address is null)
            return new AksEndpointProbe
            {
                ComputeId = endpoint.ComputeId,
                Port = endpoint.Port,
                TcpSucceeded = false,
                Reason = "The compute has no scoring address yet."
            };
        var probe = new AksEndpointProbe
        {
            ComputeId = endpoint.ComputeId,
            Address = endpoint.Address,
            Port = endpoint.Port,
            TcpSucceeded = false,
            Reason = ""
        };
        var start = Stopwatch.GetTimestamp();
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel))
        {
            limit.CancelAfter(timeout);
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(endpoint.Address, endpoint.Port, limit.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                var why = e is SocketException socket ? socket.Message : $"no answer within {timeout.TotalSeconds:0} s";
                return probe with
                {
                    Reason = endpoint.IsPrivate == true
                        ? $"{why}. The address is private: it is reached only from its virtual network, a peered one, or over VPN or "
                            + "ExpressRoute. From inside, check the network security groups: Test-AmlAksNetwork."
                        : $"{why}. The address is public: check the network security group (Enable-AmlScoringAccess) and the firewall on "
                            + "this side.",
                };
            }
        }

        probe = probe with { TcpSucceeded = true, TcpMilliseconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1) };
        start = Stopwatch.GetTimestamp();
        using var http = OverAddress(endpoint.Address, timeout);
        try
        {
            using var answer = await http.GetAsync(AddressOf(endpoint), cancel).ConfigureAwait(false);
            return probe with
            {
                HttpStatus = (int)answer.StatusCode,
                HttpMilliseconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1),
                Reason = $"The endpoint answers (HTTP {(int)answer.StatusCode}).",
            };
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return probe with { Reason = $"TCP connects, HTTP does not: {e.GetBaseException().Message}" };
        }
    }
}
