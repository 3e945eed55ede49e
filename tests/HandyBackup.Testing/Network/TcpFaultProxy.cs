using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HandyBackup.Testing;

/// <summary>
/// A proxy on loopback between a client and a server, which delays, throttles, stalls and cuts what passes, as a test says, and counts it. All members may be used
/// from several threads at once.
/// </summary>
public sealed class TcpFaultProxy : IAsyncDisposable
{
    // The system would take megabytes for a sender whose line is slow, and hold them before the line.
    internal const int ReceiveBuffer = 64 * 1024;

    private readonly TcpListener _listener;
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ProxiedConnection, bool> _open = new();
    private readonly Task _accepting;
    private int _connections;

    private TcpFaultProxy(IPEndPoint target, IPAddress address)
    {
        _target = target;
        _listener = new TcpListener(address, 0);
        _listener.Server.ReceiveBufferSize = ReceiveBuffer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>What happens to what clients send.</summary>
    public ProxyDirection ToServer { get; } = new();

    /// <summary>What happens to what the server sends.</summary>
    public ProxyDirection ToClient { get; } = new();

    /// <summary>How many connections there have been.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>True to cut off every new connection at once.</summary>
    public bool IsDown { get; set; }

    /// <summary>Begins to pass connections on.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="address">The loopback address on which it listens; null for the usual one.</param>
    public static TcpFaultProxy Start(IPEndPoint target, IPAddress? address = null) => new(target, address ?? IPAddress.Loopback);

    /// <summary>Cuts all connections now, with a reset: what is under way is lost.</summary>
    public void CutAll()
    {
        foreach (ProxiedConnection connection in _open.Keys)
        {
            connection.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        CutAll();
        await _accepting;
        while (!_open.IsEmpty)
        {
            await Task.Delay(5, CancellationToken.None);
        }

        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _connections);
            var connection = new ProxiedConnection(client, this);
            _open[connection] = true;
            _ = Task.Run(() => PassAsync(connection), CancellationToken.None);
        }
    }

    private async Task PassAsync(ProxiedConnection connection)
    {
        if (!IsDown)
        {
            await connection.PassAsync(_target, _stop.Token);
        }

        connection.Dispose();
        _open.TryRemove(connection, out _);
    }
}
