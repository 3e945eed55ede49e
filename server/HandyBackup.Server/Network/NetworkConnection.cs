using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HandyBackup.Server.Network;

/// <summary>A connection that somebody made over the network. <see cref="Abort"/> may be called from any thread, the rest by whoever serves the connection.</summary>
internal sealed class NetworkConnection : IDisposable
{
    private static long s_count;

    private readonly Socket _socket;

    /// <param name="socket">The connection; owned from now on.</param>
    public NetworkConnection(Socket socket)
    {
        _socket = socket;
        Address = (socket.RemoteEndPoint as IPEndPoint)?.Address;
        Transport = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>What it is called in the log: one number for each connection since the process began.</summary>
    public string Name { get; } = Interlocked.Increment(ref s_count).ToString(CultureInfo.InvariantCulture);

    /// <summary>Where it comes from; null if the other side has gone already.</summary>
    public IPAddress? Address { get; }

    /// <summary>Its bytes.</summary>
    public Stream Transport { get; }

    /// <summary>Waits until something has arrived or the other side has gone, and takes no memory for it.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task WaitForBytesAsync(CancellationToken cancellationToken) => _ = await Transport.ReadAsync(Memory<byte>.Empty, cancellationToken);

    /// <summary>Ends the connection at once: whoever reads or writes fails. Nothing happens if it has ended.</summary>
    public void Abort() => _socket.Dispose();

    /// <summary>Ends the connection; what was written is still sent.</summary>
    public void Dispose() => Transport.Dispose();
}
