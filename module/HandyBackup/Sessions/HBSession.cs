using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Module;

/// <summary>A connection to a server, as Connect-HBServer returns it and -Session takes it.</summary>
public sealed class HBSession
{
    private readonly PanelConnection _connection;

    // 1 once the user has disconnected.
    private int _closed;

    private HBSession(PanelConnection connection, LoginKind login)
    {
        _connection = connection;
        Login = login;
    }

    /// <summary>The server's address; null if it is on this machine.</summary>
    public string? ComputerName { get; private init; }

    /// <summary>The server's data path on this machine; null if it is on another one.</summary>
    public string? DataPath { get; private init; }

    /// <summary>By what the session has shown who it is.</summary>
    public LoginKind Login { get; }

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
            string server = ComputerName is null ? $"of '{DataPath}'" : $"at {ComputerName}";
            throw new HandyBackupException(
                closed ? ErrorCode.NotConnected : ErrorCode.ConnectionLost,
                closed ? $"The session with the server {server} was disconnected." : $"The connection to the server {server} was lost.")
            {
                Target = ToString(),
                Advice = "Connect again with Connect-HBServer; if the server has ended, start it with Start-HBServer first.",
            };
        }
    }

    /// <inheritdoc/>
    public override string ToString() => ComputerName ?? DataPath!;

    /// <summary>A session with a server on this machine.</summary>
    internal static HBSession Local(string dataPath, PanelConnection connection) => new(connection, LoginKind.Local) { DataPath = dataPath };

    /// <summary>A session with a server on another machine, after the login.</summary>
    internal static HBSession Remote(ServerAddress address, LoginKind login, PanelConnection connection) => new(connection, login) { ComputerName = address.ToString() };

    /// <summary>Ends the connection. May be called again.</summary>
    internal void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _connection.Dispose();
        }
    }
}
