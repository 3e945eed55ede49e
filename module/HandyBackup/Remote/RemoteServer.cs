using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Rpc.Network;

namespace HandyBackup.Module.Remote;

/// <summary>A server on another machine: how the panel comes to trust it, and to a connection with it.</summary>
/// <param name="address">Where it is.</param>
/// <param name="timeLimit">How long each connecting may take; the user may think longer.</param>
/// <param name="ask">Asks the user whether the server with this fingerprint is the right one.</param>
/// <param name="warn">Tells the user what does not keep the panel from working.</param>
internal sealed class RemoteServer(ServerAddress address, TimeSpan timeLimit, Func<Sha256Hash, bool> ask, Action<string> warn)
{
    /// <summary>Connects to the server if it is trusted. The caller is nobody until a login.</summary>
    /// <param name="fingerprint">The server's fingerprint, which is then remembered; null to take the remembered one, or to ask.</param>
    /// <param name="certificate">The certificate by which the user logs in; null for none.</param>
    /// <param name="cancellationToken">Stops the connecting.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ServerNotTrusted"/>, <see cref="ErrorCode.KnownServersUnusable"/>, or see <see cref="RemotePanel.ConnectAsync"/>.</exception>
    public async Task<PanelConnection> ConnectAsync(Sha256Hash? fingerprint, X509Certificate2? certificate, CancellationToken cancellationToken)
    {
        Sha256Hash trusted = fingerprint ?? KnownServers.OfUser().Find(address) ?? await TrustAsync(cancellationToken);
        PanelConnection connection = await RemotePanel.ConnectAsync(address, trusted, certificate, timeLimit, cancellationToken);
        if (fingerprint is not null)
        {
            await TryRememberAsync(trusted, cancellationToken);
        }

        return connection;
    }

    private async Task<Sha256Hash> TrustAsync(CancellationToken cancellationToken)
    {
        Sha256Hash shown = await RemotePanel.IdentifyAsync(address, timeLimit, cancellationToken);
        if (!ask(shown))
        {
            throw new HandyBackupException(ErrorCode.ServerNotTrusted, $"The server at {address} with the fingerprint {shown} is not known on this machine, and nobody said that it is the right one.")
            {
                Target = address.ToString(),
                Advice = "Have the server's administrator tell you the fingerprint that Get-HBServer shows on its machine, and connect with -Fingerprint.",
            };
        }

        await KnownServers.OfUser().RememberAsync(address, shown, cancellationToken);
        return shown;
    }

    // Who names the fingerprint needs no memory: an account without a place for it can work all the same.
    private async Task TryRememberAsync(Sha256Hash fingerprint, CancellationToken cancellationToken)
    {
        try
        {
            await KnownServers.OfUser().RememberAsync(address, fingerprint, cancellationToken);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.KnownServersUnusable)
        {
            warn(exception.Message);
        }
    }
}
