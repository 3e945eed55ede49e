using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Local;

/// <summary>
/// Where the server of a data path listens on its own machine: a Unix socket inside the data path, or a named pipe called after
/// it. Nothing outside the data path decides who may connect or where to, so no other user can stand in for the server.
/// </summary>
public abstract class LocalEndpoint
{
    private protected LocalEndpoint(string dataPath) => DataPath = dataPath;

    /// <summary>The data path.</summary>
    public string DataPath { get; }

    /// <summary>The endpoint of a data path. Nothing is opened or made.</summary>
    /// <param name="dataPath">The server's data path, absolute.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if the path is not absolute.</exception>
    public static LocalEndpoint ForDataPath(string dataPath)
    {
        if (!Path.IsPathRooted(dataPath))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"'{dataPath}' is not an absolute path.") { Target = dataPath };
        }

#if NET
        return OperatingSystem.IsWindows() ? new PipeEndpoint(dataPath) : new SocketEndpoint(dataPath);
#else
        // The netstandard2.0 build is for Windows PowerShell, which there is on Windows only.
        return new PipeEndpoint(dataPath);
#endif
    }

    /// <summary>Connects to the server and makes sure that it is one that the user can trust.</summary>
    /// <param name="cancellationToken">Stops the connecting.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ServerNotRunning"/> if nothing listens, <see cref="ErrorCode.AccessDenied"/> if the
    /// system or the check of the server's identity refuses.</exception>
    public abstract Task<Stream> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>The error for a data path that nobody serves.</summary>
    private protected HandyBackupException NotRunning(Exception? cause) => new(ErrorCode.ServerNotRunning, $"No server answers for the data path '{DataPath}'.", cause)
    {
        Target = DataPath,
        Advice = "Start it with Start-HBServer, or check the data path.",
    };

    /// <summary>The error for a server that may not, or must not, be talked to.</summary>
    private protected HandyBackupException Denied(string reason, Exception? cause) => new(ErrorCode.AccessDenied, $"Access to the server of '{DataPath}' was refused: {reason}", cause)
    {
        Target = DataPath,
        Advice = "Run the panel as the user that the server runs as, or as administrator.",
    };
}
