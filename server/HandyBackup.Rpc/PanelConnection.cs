using HandyBackup.Contracts;

namespace HandyBackup.Rpc;

/// <summary>A panel's connection to a server. All properties may be used from several threads at once until it is disposed.</summary>
public sealed class PanelConnection : IDisposable
{
    private PanelConnection() => throw new NotSupportedException();

    /// <summary>What the server answered to the hello.</summary>
    public HelloReply Server => throw new NotSupportedException();

    /// <summary>Ends when the connection does, whoever ended it; never fails.</summary>
    public Task Disconnected => throw new NotSupportedException();

    /// <summary>The server itself.</summary>
    public IServerInfo ServerInfo => throw new NotSupportedException();

    /// <summary>The repositories.</summary>
    public IRepositories Repositories => throw new NotSupportedException();

    /// <summary>The tasks.</summary>
    public ITasks Tasks => throw new NotSupportedException();

    /// <summary>The runs.</summary>
    public IRuns Runs => throw new NotSupportedException();

    /// <summary>The agents.</summary>
    public IAgents Agents => throw new NotSupportedException();

    /// <summary>The snapshots.</summary>
    public ISnapshots Snapshots => throw new NotSupportedException();

    /// <summary>The items.</summary>
    public IItems Items => throw new NotSupportedException();

    /// <summary>Connects to the server that works on a data path of this machine and says hello.</summary>
    /// <param name="dataPath">The server's data path, absolute.</param>
    /// <param name="timeout">How long connecting and the hello may take together.</param>
    /// <param name="cancellationToken">Stops the connecting.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ServerNotRunning"/>, <see cref="ErrorCode.ProtocolMismatch"/>, <see cref="ErrorCode.AccessDenied"/> or <see cref="ErrorCode.TimedOut"/>.</exception>
    public static Task<PanelConnection> ConnectLocalAsync(string dataPath, TimeSpan timeout, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException();
}
