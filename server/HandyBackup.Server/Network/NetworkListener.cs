using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Network;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Network;

/// <summary>
/// Accepts connections on addresses of this machine and has each of them served. By plain sockets: Kestrel's transport receives 4 KiB at a time, for which the
/// bulk data of a backup is too much (docs/adr/0008-plain-sockets-for-the-network.md).
/// </summary>
internal sealed partial class NetworkListener : IAsyncDisposable
{
    // A fleet that comes back after a restart of the server stands in line instead of being turned away. The system's own limit is lower at times.
    private const int Backlog = 4096;

    // After an error that has nothing to do with a connection, such as too many open files, it does not spin.
    private static readonly TimeSpan s_afterError = TimeSpan.FromMilliseconds(100);

    private readonly Func<NetworkConnection, Task> _serve;
    private readonly ILogger _logger;
    private readonly List<Socket> _listeners = [];
    private readonly List<IPEndPoint> _endPoints = [];
    private readonly List<Task> _accepting = [];
    private readonly ConcurrentDictionary<Task, bool> _serving = new();
    private readonly CancellationTokenSource _unbound = new();

    private NetworkListener(Func<NetworkConnection, Task> serve, ILogger logger)
    {
        _serve = serve;
        _logger = logger;
    }

    /// <summary>Where it listens, with the ports that the system chose.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => _endPoints;

    /// <summary>Listens on all of the addresses, or on none.</summary>
    /// <param name="addresses">The addresses.</param>
    /// <param name="serve">Serves a connection; returns when it has ended.</param>
    /// <param name="logger">Where this logs.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ListenFailed"/>.</exception>
    public static NetworkListener Start(IReadOnlyList<ListenAddress> addresses, Func<NetworkConnection, Task> serve, ILogger logger)
    {
        var listener = new NetworkListener(serve, logger);
        try
        {
            foreach (ListenAddress address in addresses)
            {
                listener.Bind(address);
            }
        }
        catch
        {
            listener.CloseListeners();
            throw;
        }

        listener._accepting.AddRange(listener._listeners.Select(socket => Task.Run(() => listener.AcceptAsync(socket))));
        return listener;
    }

    /// <summary>Accepts nobody any more. Connections go on.</summary>
    public async Task UnbindAsync()
    {
        await _unbound.CancelAsync();
        CloseListeners();
        await Task.WhenAll(_accepting);
    }

    /// <summary>Accepts nobody any more and waits until those who are connected have been served: whoever serves them has been told to end.</summary>
    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        await Task.WhenAll(_serving.Keys);
    }

    private void Bind(ListenAddress address)
    {
        IPAddress local = address.Address ?? (Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any);
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listeners.Add(socket);
        try
        {
            if (local.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(local, address.Port));
            socket.Listen(Backlog);
        }
        catch (SocketException exception)
        {
            throw new HandyBackupException(ErrorCode.ListenFailed, $"The server cannot listen on {address}: {exception.Message.TrimEnd('.')}.", exception)
            {
                Target = address.ToString(),
                Advice = "Name an address of this machine, and a port that no other program listens on.",
            };
        }

        _endPoints.Add((IPEndPoint)socket.LocalEndPoint!);
        LogListening(_logger, _endPoints[^1]);
    }

    private void CloseListeners()
    {
        foreach (Socket listener in _listeners)
        {
            listener.Dispose();
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_unbound.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptAsync(_unbound.Token);
                Task serving = ServeAsync(socket);
                _serving[serving] = true;
                _ = serving.ContinueWith(ended => _serving.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
            catch (SocketException exception) when (!_unbound.IsCancellationRequested)
            {
                LogNotAccepted(_logger, exception.Message);
                await Task.Delay(s_afterError);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // Nobody is accepted any more.
                return;
            }
        }
    }

    // The edge of a connection: whatever happens on it ends no other.
    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        EndPoint? peer = null;
        try
        {
            peer = socket.RemoteEndPoint;
            socket.NoDelay = true;
            UnsentLimit.Set(socket);
            using var connection = new NetworkConnection(socket);
            await _serve(connection);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It was gone before it could be served.
            socket.Dispose();
        }
        catch (Exception exception)
        {
            LogFailed(_logger, exception, peer);
        }
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Information, Message = "The server listens on {EndPoint}.")]
    private static partial void LogListening(ILogger logger, EndPoint endPoint);

    [LoggerMessage(EventId = 31, Level = LogLevel.Error, Message = "A connection from {Peer} failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception, EndPoint? peer);

    [LoggerMessage(EventId = 35, Level = LogLevel.Warning, Message = "A connection could not be accepted: {Reason} The server goes on to listen.")]
    private static partial void LogNotAccepted(ILogger logger, string reason);
}
