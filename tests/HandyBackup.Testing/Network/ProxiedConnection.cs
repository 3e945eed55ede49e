using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace HandyBackup.Testing;

/// <summary>One connection through a <see cref="TcpFaultProxy"/>.</summary>
internal sealed class ProxiedConnection(Socket client, TcpFaultProxy proxy) : IDisposable
{
    private const int ChunkSize = 32 * 1024;
    private const int MaximumChunks = 512;

    // What a throttled line holds besides what is under way because it is long: without a bound a slow line would be a queue of many seconds.
    private static readonly TimeSpan s_queue = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(2);

    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = TcpFaultProxy.ReceiveBuffer };

    /// <summary>Connects to the target and passes bytes until either end has ended or the connection is cut. Never fails.</summary>
    public async Task PassAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            client.NoDelay = true;
            await _server.ConnectAsync(target, end.Token);
            Task up = PassAsync(client, _server, proxy.ToServer, end.Token);
            Task down = PassAsync(_server, client, proxy.ToClient, end.Token);
            await Task.WhenAny(up, down);

            // What the one end still had to say may be under way, where no fault ended the other.
            await Task.WhenAny(Task.WhenAll(up, down), Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
            await end.CancelAsync();
            await Task.WhenAll(up, down);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection has ended.
        }
    }

    /// <summary>Resets both sides: what was not delivered is lost.</summary>
    public void Dispose()
    {
        foreach (Socket socket in new[] { client, _server })
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // It is gone already.
            }

            socket.Dispose();
        }
    }

    private async Task PassAsync(Socket from, Socket to, ProxyDirection direction, CancellationToken cancellationToken)
    {
        var underWay = Channel.CreateBounded<(long Sent, byte[] Bytes)>(new BoundedChannelOptions(MaximumChunks) { SingleReader = true, SingleWriter = true });
        var load = new StrongBox<long>();
        Task delivering = DeliverAsync(underWay.Reader, load, to, direction, cancellationToken);
        try
        {
            byte[] buffer = new byte[ChunkSize];
            int count;
            while ((count = await from.ReceiveAsync(buffer, cancellationToken)) > 0)
            {
                Interlocked.Add(ref load.Value, count);
                await underWay.Writer.WriteAsync((TimeProvider.System.GetTimestamp(), buffer[..count]), cancellationToken);
                while (direction.BytesPerSecond is { } rate && Interlocked.Read(ref load.Value) > rate * (direction.Delay + s_queue).TotalSeconds)
                {
                    await Task.Delay(s_look, cancellationToken);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException or ChannelClosedException)
        {
            // The connection has ended.
        }

        underWay.Writer.TryComplete();
        await delivering;
    }

    private async Task DeliverAsync(
        ChannelReader<(long Sent, byte[] Bytes)> underWay, StrongBox<long> load, Socket to, ProxyDirection direction, CancellationToken cancellationToken)
    {
        try
        {
            await foreach ((long sent, byte[] bytes) in underWay.ReadAllAsync(cancellationToken))
            {
                await WaitAsync(direction.Delay - TimeProvider.System.GetElapsedTime(sent), cancellationToken);
                await direction.WaitWhileStalledAsync(cancellationToken);
                int allowed = direction.Take(bytes.Length);
                await SendAsync(to, bytes.AsMemory(0, allowed), cancellationToken);
                Interlocked.Add(ref load.Value, -bytes.Length);
                if (allowed < bytes.Length)
                {
                    Dispose();
                    return;
                }

                if (direction.BytesPerSecond is { } rate)
                {
                    await WaitAsync(TimeSpan.FromSeconds((double)bytes.Length / rate), cancellationToken);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection has ended: whoever still sends is not read any more.
            Dispose();
        }
    }

    private static Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) => time > TimeSpan.Zero ? Task.Delay(time, cancellationToken) : Task.CompletedTask;

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await to.SendAsync(bytes, cancellationToken)..];
        }
    }
}
