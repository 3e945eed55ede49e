using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Network;

/// <summary>
/// Connects panels to servers on other machines. A server's own certificate changes with each start, so a panel knows the server by the fingerprint of its
/// certification authority: the SHA-256 of that certificate.
/// </summary>
public static class RemotePanel
{
    /// <summary>Finds out which server answers at an address, for a panel that does not know it yet. Nothing is sent but a hello.</summary>
    /// <param name="address">Where.</param>
    /// <param name="timeLimit">How long it may take in all.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The fingerprint of the authority that vouches for the server. Whether it is the right one, somebody else must know.</returns>
    /// <exception cref="HandyBackupException">See <see cref="ConnectAsync"/>.</exception>
    public static async Task<Sha256Hash> IdentifyAsync(ServerAddress address, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        (PanelConnection connection, Sha256Hash fingerprint) = await DialAsync(address, null, null, timeLimit, cancellationToken).ConfigureAwait(false);
        connection.Dispose();
        return fingerprint;
    }

    /// <summary>Connects to a server that is known, and says hello. The caller is nobody until a login: then, and not before, something secret is sent.</summary>
    /// <param name="address">Where.</param>
    /// <param name="fingerprint">The fingerprint of the server's authority.</param>
    /// <param name="certificate">The certificate, with its key, by which the user logs in; null for none. Whoever answers sees it, and cannot use it.</param>
    /// <param name="timeLimit">How long connecting and the hello may take together.</param>
    /// <param name="cancellationToken">Stops the connecting.</param>
    /// <exception cref="HandyBackupException">
    /// What <see cref="ServerTransport.ConnectAsync"/> gives, of which <see cref="ErrorCode.ServerCertificateUntrusted"/> says that it is another server;
    /// <see cref="ErrorCode.ProtocolMismatch"/>, <see cref="ErrorCode.ConnectionLost"/> or <see cref="ErrorCode.TimedOut"/>.
    /// </exception>
    public static async Task<PanelConnection> ConnectAsync(
        ServerAddress address, Sha256Hash fingerprint, X509Certificate2? certificate, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        (PanelConnection connection, _) = await DialAsync(address, fingerprint, certificate, timeLimit, cancellationToken).ConfigureAwait(false);
        return connection;
    }

    private static async Task<(PanelConnection Connection, Sha256Hash Fingerprint)> DialAsync(
        ServerAddress address, Sha256Hash? expected, X509Certificate2? certificate, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        var options = new ServerTransportOptions { ClientCertificate = certificate, TimeLimit = timeLimit };
        long start = options.Time.GetTimestamp();
        ServerTransport transport = await ServerTransport.ConnectAsync(address, NetworkProtocol.Panel, options, cancellationToken).ConfigureAwait(false);
        TimeSpan rest = timeLimit - options.Time.GetElapsedTime(start);
        PanelConnection? connection = null;
        try
        {
            var stream = new PeerTransport(transport.Stream, options.Time);
            stream.Open();
            connection = await PanelConnection.ConnectAsync(
                _ => Task.FromResult<Stream>(stream),
                $"The server at {address}",
                address.ToString(),
                [PanelBeat.Capability],
                rest > TimeSpan.Zero ? rest : TimeSpan.Zero,
                cancellationToken).ConfigureAwait(false);
            KeepAlive(connection, stream, new AgentLinkOptions { Time = options.Time });
            return (connection, Verify(transport, address, connection.Server.AuthorityCertificate, expected));
        }
        catch
        {
            connection?.Dispose();
            await transport.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // A server that does not know the heartbeat notices nothing, and is noticed by the system's own means alone.
    private static void KeepAlive(PanelConnection connection, PeerTransport stream, AgentLinkOptions pace)
    {
        if (!connection.Server.Capabilities.Contains(PanelBeat.Capability))
        {
            return;
        }

        var ended = new CancellationTokenSource();
        connection.Disconnected.ContinueWith(_ => ended.Cancel(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Forget();
        new Heartbeat(pace, connection.BeatAsync).RunAsync(ended.Token).Forget();
        CutWhenSilentAsync(stream, pace.SilenceLimit, ended.Token).Forget();
    }

    private static async Task CutWhenSilentAsync(PeerTransport stream, TimeSpan limit, CancellationToken ended)
    {
        await stream.WaitForSilenceAsync(limit, ended).ConfigureAwait(false);
        stream.Cut();
    }

    // First whether it is the authority that is meant, then whether it vouches for whoever answers: the certificate alone is no secret, anybody can show it.
    private static Sha256Hash Verify(ServerTransport transport, ServerAddress address, byte[]? shown, Sha256Hash? expected)
    {
        if (shown is null)
        {
            throw Untrusted(address, $"The server at {address} does not show the certificate of its authority.", null);
        }

        var fingerprint = new Sha256Hash(SHA256.HashData(shown));
        if (expected is { } known && fingerprint != known)
        {
            throw Untrusted(address, $"The server at {address} is not the one that was expected: its fingerprint is {fingerprint}, and not {known}.", null);
        }

        try
        {
            using X509Certificate2 authority = new X509Certificate2(shown);
            transport.VerifyServer(authority);
            return fingerprint;
        }
        catch (CryptographicException exception)
        {
            throw Untrusted(address, $"The certificate that the server at {address} shows for its authority cannot be read.", exception);
        }
    }

    private static HandyBackupException Untrusted(ServerAddress address, string message, Exception? cause) => new(ErrorCode.ServerCertificateUntrusted, message, cause)
    {
        Target = address.ToString(),
        Advice = "Nothing secret was sent. See that the address is the right server's: somebody between the machines would look the same. If that server was set up anew, "
            + "have its administrator tell you the fingerprint that Get-HBServer shows on its machine, and connect once with -Fingerprint.",
    };
}
