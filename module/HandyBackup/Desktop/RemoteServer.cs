using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Remote;

/// <summary>A server on another machine, as Windows PowerShell 5.1 sees it: out of reach, because the .NET Framework has no ALPN.</summary>
/// <param name="address">Where it is.</param>
/// <param name="timeLimit">Not needed.</param>
/// <param name="ask">Not needed.</param>
/// <param name="warn">Not needed.</param>
#pragma warning disable CS9113 // The parameters are those of the other build's class, in whose place this one stands.
internal sealed class RemoteServer(ServerAddress address, TimeSpan timeLimit, Func<Sha256Hash, bool> ask, Action<string> warn)
#pragma warning restore CS9113
{
    /// <summary>Never connects.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RemotePanelUnsupported"/>.</exception>
    public Task<PanelConnection> ConnectAsync(Sha256Hash? fingerprint, X509Certificate2? certificate, CancellationToken cancellationToken) =>
        throw new HandyBackupException(ErrorCode.RemotePanelUnsupported, "Windows PowerShell 5.1 cannot connect to servers on other machines.")
        {
            Target = address.ToString(),
            Advice = "Use PowerShell 7.4 or later, or connect on the server's own machine with -DataPath.",
        };
}
