using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Connection;

/// <summary>A connection to the server. All members may be used from several threads at once.</summary>
public interface IServerConnection : IAsyncDisposable
{
    /// <summary>What the server allows this agent to be.</summary>
    AgentKind Kind { get; }

    /// <summary>Ends when the connection has: with what ended it, for the log, or null if one of the ends simply left. Never fails.</summary>
    Task<Exception?> Ended { get; }

    /// <summary>Asks the server for a sign of life.</summary>
    /// <exception cref="HandyBackupException">There was none.</exception>
    Task PingAsync(CancellationToken cancellationToken);

    /// <summary>Has the server sign another certificate.</summary>
    /// <param name="certificateRequest">A PKCS#10 request in DER, signed with the new key.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <exception cref="HandyBackupException">The server refused, or the connection broke.</exception>
    /// <returns>The agent's new certificate in DER.</returns>
    Task<byte[]> RenewAsync(byte[] certificateRequest, CancellationToken cancellationToken);
}
