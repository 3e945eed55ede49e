using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Network;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HandyBackup.Server.Network;

/// <summary>Accepts connections on addresses of this machine, by Kestrel's socket transport, and has each of them served.</summary>
internal sealed partial class NetworkListener : IAsyncDisposable
{
    // A fast agent fills this while the server decrypts: the window of a run's channel is as large.
    private const int ReceiveBuffer = 8 * 1024 * 1024;
    private const int SendBuffer = 1024 * 1024;

    private readonly SocketTransportFactory _transport;
    private readonly Func<ConnectionContext, Task> _serve;
    private readonly ILogger _logger;
    private readonly List<IConnectionListener> _listeners = [];
    private readonly List<Task> _accepting = [];
    private readonly ConcurrentDictionary<Task, bool> _serving = new();

    private NetworkListener(Func<ConnectionContext, Task> serve, ILoggerFactory loggerFactory, ILogger logger)
    {
        var options = new SocketTransportOptions { NoDelay = true, MaxReadBufferSize = ReceiveBuffer, MaxWriteBufferSize = SendBuffer };
        _transport = new SocketTransportFactory(Options.Create(options), loggerFactory);
        _serve = serve;
        _logger = logger;
    }

    /// <summary>Where it listens, with the ports that the system chose.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => [.. _listeners.Select(listener => (IPEndPoint)listener.EndPoint)];

    /// <summary>Listens on all of the addresses, or on none.</summary>
    /// <param name="addresses">The addresses.</param>
    /// <param name="serve">Serves a connection; returns when it has ended.</param>
    /// <param name="loggerFactory">Where the transport logs.</param>
    /// <param name="logger">Where this logs.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ListenFailed"/>.</exception>
    public static async Task<NetworkListener> StartAsync(
        IReadOnlyList<ListenAddress> addresses, Func<ConnectionContext, Task> serve, ILoggerFactory loggerFactory, ILogger logger, CancellationToken cancellationToken)
    {
        var listener = new NetworkListener(serve, loggerFactory, logger);
        try
        {
            foreach (ListenAddress address in addresses)
            {
                await listener.BindAsync(address, cancellationToken);
            }

            listener._accepting.AddRange(listener._listeners.Select(listener.AcceptAsync));
            return listener;
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }
    }

    /// <summary>Accepts nobody any more. Connections go on.</summary>
    public async Task UnbindAsync()
    {
        foreach (IConnectionListener listener in _listeners)
        {
            await listener.UnbindAsync();
        }

        await Task.WhenAll(_accepting);
    }

    /// <summary>Accepts nobody any more and waits until those who are connected have been served: whoever serves them has been told to end.</summary>
    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        await Task.WhenAll(_serving.Keys);
        foreach (IConnectionListener listener in _listeners)
        {
            await listener.DisposeAsync();
        }
    }

    private async Task BindAsync(ListenAddress address, CancellationToken cancellationToken)
    {
        IPAddress local = address.Address ?? (Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any);
        try
        {
            _listeners.Add(await _transport.BindAsync(new IPEndPoint(local, address.Port), cancellationToken));
        }
        catch (Exception exception) when (exception is IOException or SocketException or AddressInUseException)
        {
            throw new HandyBackupException(ErrorCode.ListenFailed, $"The server cannot listen on {address}: {exception.Message.TrimEnd('.')}.", exception)
            {
                Target = address.ToString(),
                Advice = "Name an address of this machine, and a port that no other program listens on.",
            };
        }

        LogListening(_logger, _listeners[^1].EndPoint);
    }

    private async Task AcceptAsync(IConnectionListener listener)
    {
        while (await listener.AcceptAsync() is { } connection)
        {
            Task serving = ServeAsync(connection);
            _serving[serving] = true;
            _ = serving.ContinueWith(ended => _serving.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    // The edge of a connection: whatever happens on it ends no other.
    private async Task ServeAsync(ConnectionContext connection)
    {
        await Task.Yield();
        try
        {
            await using (connection)
            {
                if (connection.Features.Get<IConnectionSocketFeature>() is { } feature)
                {
                    UnsentLimit.Set(feature.Socket);
                }

                await _serve(connection);
            }
        }
        catch (Exception exception)
        {
            LogFailed(_logger, exception, connection.RemoteEndPoint);
        }
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Information, Message = "The server listens on {EndPoint}.")]
    private static partial void LogListening(ILogger logger, EndPoint endPoint);

    [LoggerMessage(EventId = 31, Level = LogLevel.Error, Message = "A connection from {Peer} failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception, EndPoint? peer);
}
