using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Starting;

/// <summary>Starts a server process and waits until it answers.</summary>
internal static class ServerStart
{
    // Where a server leaves the reason why it could not start.
    private const string ErrorFile = "start-error.json";

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_attempt = TimeSpan.FromSeconds(5);

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Starts a server and returns its first status.</summary>
    /// <exception cref="HandyBackupException">
    /// <see cref="ErrorCode.DataPathInUse"/> if a server answers already, the server's own reason if it could not start, or
    /// <see cref="ErrorCode.ServerStartFailed"/>.
    /// </exception>
    public static async Task<ServerStatus> RunAsync(string program, string dataPath, bool standalone, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await RefuseRunningServerAsync(dataPath, cancellationToken);
        string errorFile = Path.Combine(dataPath, ErrorFile);
        Forget(errorFile);
        int process = DetachedProcess.Start(program, standalone ? ["--data-path", dataPath, "--standalone"] : ["--data-path", dataPath]);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (await TryGetStatusAsync(dataPath, cancellationToken) is { } status)
            {
                return status;
            }

            // The process is looked at before its file, so that a file it wrote last is not missed.
            bool ended = HasEnded(process);
            if (ReadError(errorFile) is { } error)
            {
                throw (error with { Target = error.Target ?? dataPath }).ToException();
            }

            if (ended || waited.Elapsed > timeout)
            {
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
    private static void Forget(string errorFile)
    {
        try
        {
            File.Delete(errorFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static ErrorInfo? ReadError(string errorFile)
    {
        try
        {
            return File.Exists(errorFile) ? JsonSerializer.Deserialize<ErrorInfo>(File.ReadAllText(errorFile), s_json) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // Half written: the next look will find it whole.
            return null;
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
