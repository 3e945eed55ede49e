using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Network;

/// <summary>
/// A TLS 1.3 connection to a server on another machine, after the handshake. Nothing is ever sent on it by itself. Not safe for several threads, but for
/// <see cref="Stream"/>, which may be read and written at once.
/// </summary>
public sealed class ServerTransport : IAsyncDisposable
{
    // A peer that vanished without a word is noticed by the heartbeat of the layers above; this is for the time before they run, and for a way that forgets idle connections.
    private const int KeepAliveSeconds = 20;
    private const int KeepAliveInterval = 5;
    private const int KeepAliveRetries = 3;

    private readonly SslStream _tls;
    private readonly ServerIdentity _identity;

    private ServerTransport(SslStream tls, ServerIdentity identity)
    {
        _tls = tls;
        _identity = identity;
    }

    /// <summary>The connection. Whoever takes it over and disposes of it need not dispose of this object.</summary>
    public Stream Stream => _tls;

    /// <summary>Connects and shakes hands.</summary>
    /// <param name="address">Where.</param>
    /// <param name="protocol">What is to be spoken: one of <see cref="NetworkProtocol"/>.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops the connecting.</param>
    /// <exception cref="HandyBackupException">
    /// Transient, because the network or a busy server is at fault: <see cref="ErrorCode.ServerUnreachable"/>. For good, until somebody changes something:
    /// <see cref="ErrorCode.SecureConnectionFailed"/>, <see cref="ErrorCode.ServerCertificateUntrusted"/>, <see cref="ErrorCode.ServerCertificateNotValidNow"/> or
    /// <see cref="ErrorCode.ServerNameMismatch"/>.
    /// </exception>
    public static async Task<ServerTransport> ConnectAsync(
        ServerAddress address, SslApplicationProtocol protocol, ServerTransportOptions options, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.TimeLimit, options.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            NetworkStream connection = await OpenAsync(address, limit.Token).ConfigureAwait(false);
            return await ShakeHandsAsync(connection, address, protocol, options, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(address, $"it did not answer within {options.TimeLimit.TotalSeconds:0.#} seconds", exception);
        }
    }

    /// <summary>Makes sure that the server is one that an authority vouches for, and the one that was connected to. For connections that were made without an authority.</summary>
    /// <param name="authority">The authority's certificate, which the caller knows to be the right one.</param>
    /// <exception cref="HandyBackupException">See <see cref="ConnectAsync"/>.</exception>
    public void VerifyServer(X509Certificate2 authority)
    {
        if (_identity.Fault(_tls.RemoteCertificate as X509Certificate2, authority) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Ends the connection.</summary>
    public ValueTask DisposeAsync() => _tls.DisposeAsync();

    private static async Task<NetworkStream> OpenAsync(ServerAddress address, CancellationToken cancellationToken)
    {
        // Both families of addresses at once, where the machine has both.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            UnsentLimit.Set(socket);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveInterval);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveRetries);
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw Unreachable(address, exception.Message, exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<ServerTransport> ShakeHandsAsync(
        NetworkStream connection, ServerAddress address, SslApplicationProtocol protocol, ServerTransportOptions options, CancellationToken cancellationToken)
    {
        var tls = new SslStream(connection, leaveInnerStreamOpen: false);
        var identity = new ServerIdentity(address, options.Time);
        HandyBackupException? fault = null;
        var settings = new SslClientAuthenticationOptions
        {
            TargetHost = address.Host,
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [protocol],
            ClientCertificateContext = options.ClientCertificate is { } own ? SslStreamCertificateContext.Create(own, additionalCertificates: null, offline: true) : null,
            CertificateChainPolicy = AuthoritySignature.NoLookUps(),
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                options.Authority is not { } authority || (fault = identity.Fault(certificate as X509Certificate2, authority)) is null,
        };
        try
        {
            await tls.AuthenticateAsClientAsync(settings, cancellationToken).ConfigureAwait(false);
            return tls.NegotiatedApplicationProtocol == protocol ? new ServerTransport(tls, identity) : throw NotOurs(address, null);
        }
        catch (Exception exception)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw exception switch
            {
                _ when fault is not null => fault,
                AuthenticationException => NotOurs(address, exception),
                IOException => Unreachable(address, "it ended the connection during the handshake", exception),
                CryptographicException => NotOurs(address, exception),
                _ => exception,
            };
        }
    }

    private static HandyBackupException Unreachable(ServerAddress address, string reason, Exception cause) =>
        new(ErrorCode.ServerUnreachable, $"The server at {address} cannot be reached: {reason.TrimEnd('.')}.", cause)
        {
            Target = address.ToString(),
            Advice = "See that the address is right, that the server runs and listens there, and that no firewall is in the way.",
            IsTransient = true,
        };

    private static HandyBackupException NotOurs(ServerAddress address, Exception? cause) =>
        new(ErrorCode.SecureConnectionFailed, $"What answers at {address} does not speak this product's protocol over TLS 1.3.", cause)
        {
            Target = address.ToString(),
            Advice = "See that the port is the Handy Backup server's, and that nothing between the machines opens TLS connections.",
        };
}
