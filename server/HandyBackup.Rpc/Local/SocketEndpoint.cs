#if NET
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace HandyBackup.Rpc.Local;

/// <summary>The Unix socket <c>server.sock</c> in the data path, which only its owner (and root) can enter.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SocketEndpoint : LocalEndpoint
{
    /// <summary>The socket's name in the data path.</summary>
    public const string FileName = "server.sock";

    internal SocketEndpoint(string dataPath)
        : base(dataPath)
    {
    }

    /// <summary>Where the socket lies.</summary>
    public string SocketPath => Path.Combine(DataPath, FileName);

    /// <inheritdoc/>
    public override async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        SocketAddressPath address;
        try
        {
            address = SocketAddressPath.Open(DataPath, FileName);
        }
        catch (IOException exception)
        {
            throw NotRunning(exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Denied(exception.Message, exception);
        }

        using (address)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.Text), cancellationToken).ConfigureAwait(false);
                VerifyServer(socket);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                throw exception.SocketErrorCode == SocketError.AccessDenied ? Denied(exception.Message, exception) : NotRunning(exception);
            }
            catch (IOException exception)
            {
                // The data path went away in between.
                socket.Dispose();
                throw NotRunning(exception);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    // In a folder that others may write to, anybody could have put the socket there.
    private void VerifyServer(Socket socket)
    {
        uint server = UnixIdentity.PeerOf(socket);
        if (server != 0 && server != UnixIdentity.Current && server != UnixIdentity.OwnerOf(DataPath))
        {
            throw Denied($"user {server} listens there, who does not own the data path.", cause: null);
        }
    }
}
#endif
