using System.Net;
using System.Net.Sockets;

namespace AmlVnet.Simulator.Server;

/// <summary>
/// Sockets bound to one port on 127.0.0.1 and, where the machine has it, on ::1. Bound before the web server starts, because it cannot
/// pick one free port for both addresses by itself.
/// </summary>
internal sealed class LoopbackSockets : IDisposable
{
    private readonly Dictionary<EndPoint, Socket> _sockets = [];

    private LoopbackSockets()
    {
    }

    /// <summary>The port that all the sockets share.</summary>
    public int Port { get; private set; }

    /// <summary>The addresses that are bound.</summary>
    public IEnumerable<IPEndPoint> EndPoints => _sockets.Keys.Cast<IPEndPoint>();

    /// <summary>The socket of an address.</summary>
    public Socket this[EndPoint endPoint] => _sockets[endPoint];

    /// <summary>Whether an address is one of these.</summary>
    public bool Has(EndPoint endPoint) => _sockets.ContainsKey(endPoint);

    /// <summary>Binds the port.</summary>
    /// <param name="port">The port; 0 picks one that is free on both addresses.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static LoopbackSockets Bind(int port)
    {
        for (var attempt = 1; ; attempt++)
        {
            var bound = new LoopbackSockets();
            try
            {
                bound.Add(IPAddress.Loopback, port);
                bound.Port = bound.EndPoints.Single().Port;
                if (Socket.OSSupportsIPv6)
                    bound.TryAddIPv6();
                return bound;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse && port == 0 && attempt < 20)
            {
                // Somebody else has the port that was free on 127.0.0.1 on ::1.
                bound.Dispose();
            }
            catch
            {
                bound.Dispose();
                throw;
            }
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets.Values)
            socket.Dispose();
    }

    private void TryAddIPv6()
    {
        try
        {
            Add(IPAddress.IPv6Loopback, Port);
        }
        catch (SocketException missing)
            when (missing.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            // The machine knows IPv6 but has no ::1, as many containers; clients then fall back to 127.0.0.1.
        }
    }

    private void Add(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            _sockets.Add(socket.LocalEndPoint!, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
