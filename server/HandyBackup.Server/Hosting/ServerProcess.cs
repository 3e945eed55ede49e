using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Server.DataPaths;
using HandyBackup.Server.Logging;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Hosting;

/// <summary>The whole process: command line, data path, log, server, and what is said when one of them fails.</summary>
public static partial class ServerProcess
{
    /// <summary>Runs a server until it is stopped.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="startBackend">Builds what stands behind the endpoint.</param>
    /// <param name="errors">Receives one line if the server fails.</param>
    /// <param name="cancellationToken">Stops the server.</param>
    /// <returns>The exit code.</returns>
    public static async Task<ServerExitCode> RunAsync(
        IReadOnlyList<string> arguments,
        Func<BackendContext, CancellationToken, Task<IPanelBackend>> startBackend,
        TextWriter errors,
        CancellationToken cancellationToken)
    {
        ServerArguments? parsed = null;
        try
        {
            parsed = ServerArguments.Parse(arguments);
            DataFolder.Prepare(parsed.DataPath);
            using DataPathLock held = DataPathLock.Acquire(parsed.DataPath);
            using var log = new LogFileProvider(Path.Combine(parsed.DataPath, "log"), TimeProvider.System);
            using ILoggerFactory loggerFactory = LoggerFactory.Create(builder => builder.AddProvider(log).AddFilter("Microsoft", LogLevel.Warning));
            await RunLoggedAsync(parsed, startBackend, loggerFactory, cancellationToken);
            return ServerExitCode.Stopped;
        }
        catch (HandyBackupException exception)
        {
            await ReportAsync(parsed?.DataPath, exception.ToErrorInfo(), errors);
            return exception.Code switch
            {
                ErrorCode.DataPathInUse => ServerExitCode.DataPathInUse,
                ErrorCode.InvalidArgument when parsed is null => ServerExitCode.Usage,
                _ => ServerExitCode.Failed,
            };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ServerExitCode.Stopped;
        }
#pragma warning disable CA1031 // The edge of the process: whatever it was, the panel that waits is told.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await ReportAsync(parsed?.DataPath, Unexpected(parsed!.DataPath, exception), errors);
            return ServerExitCode.Failed;
        }
    }

    private static async Task RunLoggedAsync(
        ServerArguments arguments,
        Func<BackendContext, CancellationToken, Task<IPanelBackend>> startBackend,
        ILoggerFactory loggerFactory,
        CancellationToken cancellationToken)
    {
        try
        {
            await new ServerHost(arguments, startBackend, loggerFactory, TimeProvider.System).RunAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(loggerFactory.CreateLogger("HandyBackup.Server"), exception);
            throw;
        }
    }

    private static ErrorInfo Unexpected(string dataPath, Exception exception) => new()
    {
        Code = ErrorCode.ServerStartFailed,
        Message = $"The server of '{dataPath}' failed: {exception.Message}",
        Target = dataPath,
        Advice = $"See the log in '{Path.Combine(dataPath, "log")}'.",
    };

    private static async Task ReportAsync(string? dataPath, ErrorInfo error, TextWriter errors)
    {
        await errors.WriteLineAsync($"hb-server: {error.Message}{(error.Advice is null ? "" : " " + error.Advice)}");
        try
        {
            if (Directory.Exists(dataPath))
            {
                StartErrorFile.Write(dataPath, error);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The line on standard error has to do: the data path itself may be what is wrong.
        }
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Critical, Message = "The server failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
