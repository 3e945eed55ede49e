using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Rpc.Network;
using HandyBackup.Server.Core;
using Microsoft.Extensions.Logging;
using Nerdbank.Streams;

namespace HandyBackup.Server.Network;

/// <summary>Shakes hands with whoever connects over the network, and brings him to where he belongs: TLS 1.3 only, and one protocol of this product by ALPN.</summary>
internal sealed partial class NetworkDoor(FleetDoor fleet, Func<PanelOrigin, PanelSeat> receivePanel, NetworkLimits limits, TimeProvider time, ILogger logger, CancellationToken stopping)
{
    private readonly UnauthenticatedConnections _unauthenticated = new(limits.Unauthenticated, limits.UnauthenticatedPerNetwork);
    private readonly HandshakePace _pace = HandshakePace.OfThreadPool(time);
    private readonly Lock _renewing = new();
    private (X509Certificate2 Certificate, SslStreamCertificateContext Context)? _identity;

    /// <summary>How many connections there are whose other side has not proved who it is.</summary>
    public int Unauthenticated => _unauthenticated.Count;

    /// <summary>Serves one connection; returns when it has ended.</summary>
    public async Task ServeAsync(NetworkConnection connection)
    {
        IPAddress? address = connection.Address;
        using IDisposable unauthenticated = _unauthenticated.Enter(address, connection.Abort);
        if (await ShakeHandsAsync(connection, address) is not { } tls)
        {
            return;
        }

        await using (tls)
        {
            if (tls.NegotiatedApplicationProtocol == NetworkProtocol.Agent)
            {
                await fleet.ServeAgentAsync(tls, tls.RemoteCertificate as X509Certificate2, address, unauthenticated.Dispose, stopping);
            }
            else if (tls.NegotiatedApplicationProtocol == NetworkProtocol.Enrollment)
            {
                await fleet.ServeEnrollmentAsync(tls, address, stopping);
            }
            else
            {
                await ServePanelAsync(tls, connection, address, unauthenticated);
            }
        }
    }

    private async Task ServePanelAsync(SslStream tls, NetworkConnection connection, IPAddress? address, IDisposable unauthenticated)
    {
        PanelSeat seat = receivePanel(PanelOrigin.Remote(address, FingerprintOf(tls.RemoteCertificate)));
        _ = seat.Guard.Admitted.ContinueWith(
            _ => unauthenticated.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var options = new PanelSessionOptions
        {
            HelloTimeout = limits.Login,
            SilenceLimit = limits.Silence,
            Abort = connection.Abort,
            OnUnexpectedError = error => LogUnexpected(logger, error.Exception, error.CorrelationId, error.Method),
        };
        if (await PanelSession.ServeAsync(tls.UsePipe(cancellationToken: CancellationToken.None), seat, options, stopping) is { } reason)
        {
            LogBroken(logger, connection.Name, address, reason.Message);
            if (reason is InvalidDataException)
            {
                await fleet.NoteRefusalAsync(address, "Login.Hello", ErrorCode.ProtocolViolated);
            }
        }
    }

    // A certificate that is not good now proves nothing; whose it is says the fingerprint that an administrator entered.
    private string? FingerprintOf(X509Certificate? shown) =>
        shown is X509Certificate2 certificate && time.GetUtcNow() is var now && now >= certificate.NotBefore && now < certificate.NotAfter
            ? certificate.GetCertHashString(HashAlgorithmName.SHA256)
            : null;

    private async Task<SslStream?> ShakeHandsAsync(NetworkConnection connection, IPAddress? address)
    {
        using var timeout = new CancellationTokenSource(limits.Handshake, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        SslStream? tls = null;
        try
        {
            // Somebody who sends nothing is not worth more than his socket.
            await connection.WaitForBytesAsync(limit.Token);

            // What he waits for others is not his time.
            timeout.CancelAfter(Timeout.InfiniteTimeSpan);
            if (!await _pace.WaitAsync(limits.Turn, stopping))
            {
                LogHandshakeFailed(logger, address, "too many others came first");
                return null;
            }

            timeout.CancelAfter(limits.Handshake);
            tls = new SslStream(connection.Transport, leaveInnerStreamOpen: false);
            await tls.AuthenticateAsServerAsync(Options(), limit.Token);
            if (tls.NegotiatedApplicationProtocol.Protocol.IsEmpty)
            {
                throw new AuthenticationException("The other side names no protocol.");
            }

            return tls;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or OperationCanceledException or HandyBackupException or ObjectDisposedException)
        {
            LogHandshakeFailed(logger, address, exception is OperationCanceledException ? "it took too long" : exception.Message);
            connection.Abort();
            if (tls is not null)
            {
                await tls.DisposeAsync();
            }

            await NoteRefusalAsync(exception, timeout.IsCancellationRequested, address);
            return null;
        }
    }

    // Whoever merely hangs up, as what watches over ports does, was refused nothing.
    private async Task NoteRefusalAsync(Exception exception, bool isTooSlow, IPAddress? address)
    {
        if (isTooSlow || exception is AuthenticationException)
        {
            await fleet.NoteRefusalAsync(address, "Network.Handshake", isTooSlow ? ErrorCode.TimedOut : ErrorCode.ProtocolViolated);
        }
    }

    private SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = Identity(),
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = [NetworkProtocol.Agent, NetworkProtocol.Enrollment, NetworkProtocol.Panel],
        // Which protocol it will be is not known yet, so everybody is asked for a certificate; nobody has to have one.
        ClientCertificateRequired = true,
        CertificateChainPolicy = AuthoritySignature.NoLookUps(),
#pragma warning disable CA5359 // TLS proves that the other side has the certificate's key. Whose it is, and whether he is served, is judged where he can be told why not.
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        // Each connection shows its certificate itself.
        AllowTlsResume = false,
    };

    private SslStreamCertificateContext Identity()
    {
        X509Certificate2 current = fleet.ServerCertificate;
        lock (_renewing)
        {
            if (_identity?.Certificate != current)
            {
                _identity = (current, SslStreamCertificateContext.Create(current, additionalCertificates: null, offline: true));
            }

            return _identity.Value.Context;
        }
    }

    [LoggerMessage(EventId = 32, Level = LogLevel.Information, Message = "No TLS connection came about with {Address}: {Reason}")]
    private static partial void LogHandshakeFailed(ILogger logger, IPAddress? address, string reason);

    [LoggerMessage(EventId = 33, Level = LogLevel.Error, Message = "Unexpected error {CorrelationId} in {Method}.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string correlationId, string method);

    [LoggerMessage(EventId = 34, Level = LogLevel.Warning, Message = "The connection {Connection} of a panel at {Address} broke: {Reason}")]
    private static partial void LogBroken(ILogger logger, string connection, IPAddress? address, string reason);
}
