using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Module;

/// <summary>A connection to a server, as Connect-HBServer returns it and -Session takes it.</summary>
public sealed class HBSession
{
    private readonly PanelConnection _connection;

    // 1 once the user has disconnected.
    private int _closed;

    internal HBSession(string dataPath, PanelConnection connection)
    {
        DataPath = dataPath;
        _connection = connection;
    }

    /// <summary>The server's data path on this machine.</summary>
    public string DataPath { get; }

    /// <summary>The server's product and version.</summary>
    public string Server => PrintableText.Clean(_connection.Server.Product);

    /// <summary>False once the connection has ended, whoever ended it.</summary>
    public bool IsConnected => Volatile.Read(ref _closed) == 0 && !_connection.Disconnected.IsCompleted;

    /// <summary>Ends when the connection does; never fails.</summary>
    internal Task Disconnected => _connection.Disconnected;

    /// <summary>The connection, if it still stands.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ConnectionLost"/> or <see cref="ErrorCode.NotConnected"/>.</exception>
    internal PanelConnection Connection
    {
        get
        {
            if (IsConnected)
            {
                return _connection;
            }

            bool closed = Volatile.Read(ref _closed) != 0;
            throw new HandyBackupException(
                closed ? ErrorCode.NotConnected : ErrorCode.ConnectionLost,
                closed ? $"The session with the server of '{DataPath}' was disconnected." : $"The connection to the server of '{DataPath}' was lost.")
            {
                Target = DataPath,
                Advice = "Connect again with Connect-HBServer; if the server has ended, start it with Start-HBServer first.",
            };
        }
    }

    /// <inheritdoc/>
    public override string ToString() => DataPath;

    /// <summary>Ends the connection. May be called again.</summary>
    internal void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _connection.Dispose();
        }
    }
}
