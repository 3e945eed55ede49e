using System.Diagnostics;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Starting;

/// <summary>Starts a server process and waits until it answers.</summary>
internal static class ServerStart
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_attempt = TimeSpan.FromSeconds(5);

    /// <summary>Starts a server and returns its first status.</summary>
    /// <param name="program">The server program.</param>
    /// <param name="dataPath">The data path, absolute.</param>
    /// <param name="options">Further options of its command line.</param>
    /// <param name="timeout">How long the server may take until it answers.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="HandyBackupException">
    /// <see cref="ErrorCode.DataPathInUse"/> if a server answers already, the server's own reason if it could not start,
    /// <see cref="ErrorCode.DataPathUnusable"/> if it could not even leave one, or <see cref="ErrorCode.ServerStartFailed"/>.
    /// </exception>
    public static async Task<ServerStatus> RunAsync(string program, string dataPath, IReadOnlyList<string> options, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await RefuseRunningServerAsync(dataPath, cancellationToken);
        Forget(dataPath);
        int process = DetachedProcess.Start(program, ["--data-path", dataPath, .. options]);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (await TryGetStatusAsync(dataPath, cancellationToken) is { } status)
            {
                return status;
            }

            // The process is looked at before its file, so that a file it wrote last is not missed.
            bool ended = HasEnded(process);
            if (StartErrorFile.TryRead(dataPath) is { } error)
            {
                throw (error with { Target = error.Target ?? dataPath }).ToException();
            }

            if (ended || waited.Elapsed > timeout)
            {
                RequireDataPath(dataPath);
                throw Failed(program, dataPath, ended
                    ? "ended before it answered"
                    : $"did not answer within {timeout.TotalSeconds:0} seconds; its process {process} is left running");
            }

            await Task.Delay(s_interval, cancellationToken);
        }
    }

    private static async Task RefuseRunningServerAsync(string dataPath, CancellationToken cancellationToken)
    {
        if (await TryGetStatusAsync(dataPath, cancellationToken) is { } status)
        {
            throw new HandyBackupException(ErrorCode.DataPathInUse, $"A server already works on '{dataPath}' (process {status.ProcessId}).")
            {
                Target = dataPath,
                Advice = "Use it with Connect-HBServer, stop it with Stop-HBServer, or name another data path.",
            };
        }
    }

    private static async Task<ServerStatus?> TryGetStatusAsync(string dataPath, CancellationToken cancellationToken)
    {
        try
        {
            using PanelConnection connection = await PanelConnection.ConnectLocalAsync(dataPath, s_attempt, cancellationToken);
            return await connection.ServerInfo.GetStatusAsync(cancellationToken);
        }
        catch (HandyBackupException exception) when (exception.Code is ErrorCode.ServerNotRunning or ErrorCode.ConnectionLost or ErrorCode.TimedOut)
        {
            return null;
        }
    }

    // What an earlier attempt left behind must not be taken for this one's. If it cannot be removed, the server will have
    // its own trouble with the folder.
    private static void Forget(string dataPath)
    {
        try
        {
            StartErrorFile.Delete(dataPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    // Where there is no data path, there is no file to say so.
    private static void RequireDataPath(string dataPath)
    {
        try
        {
            Directory.CreateDirectory(dataPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new HandyBackupException(ErrorCode.DataPathUnusable, $"The data path '{dataPath}' cannot be used: {exception.Message}", exception)
            {
                Target = dataPath,
                Advice = "Name a folder that your account can write to.",
            };
        }
    }

    private static bool HasEnded(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private static HandyBackupException Failed(string program, string dataPath, string what) =>
        new(ErrorCode.ServerStartFailed, $"The server '{program}' for '{dataPath}' {what}.")
        {
            Target = dataPath,
            Advice = $"Look into the log in '{Path.Combine(dataPath, "log")}', or run the program in a console to see what it says.",
        };
}
