using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent.Core.Connection;

/// <summary>
/// Keeps the agent connected to its server: tries at once, then with growing pauses, at once again when the network changed or the machine woke up, and now
/// and then when the server does not want it. Renews the certificate while it is connected.
/// </summary>
/// <param name="parts">What it works with.</param>
public sealed partial class ConnectionKeeper(ConnectionKeeperParts parts)
{
    // A connection that lasted as long was a good one; a server that takes agents in and falls over does not have them at once each time.
    private static readonly TimeSpan s_lasting = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_attemptLimit = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan s_pingLimit = TimeSpan.FromSeconds(5);

    // However often the network changes, attempts keep this distance.
    private static readonly TimeSpan s_leastPause = TimeSpan.FromSeconds(1);

    private readonly ReconnectDelay _delay = new(parts.Random);
    private readonly ILogger _logger = parts.Logger;
    private AgentKind _kind = parts.LastKind;
    private ErrorCode? _lastSaid;

    /// <summary>Works until the token is cancelled; then ends the connection and returns.</summary>
    /// <exception cref="HandyBackupException">The agent cannot work at all: it is not enrolled, or its credential cannot be read.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        IAgent agent = parts.CreateAgent(_kind);
        AgentKind served = _kind;
        Report(AgentConnectionState.Connecting, null);
        try
        {
            while (true)
            {
                TimeSpan pause = await ConnectOnceAsync(agent, served, stop);
                if (_kind != served)
                {
                    (agent, served) = (parts.CreateAgent(_kind), _kind);
                    continue;
                }

                await PauseAsync(pause, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Report(AgentConnectionState.Stopped, null);
        }
    }

    /// <summary>One attempt, and the connection if it succeeds.</summary>
    /// <returns>How long to wait before the next.</returns>
    private async Task<TimeSpan> ConnectOnceAsync(IAgent agent, AgentKind served, CancellationToken stop)
    {
        long? connected = null;
        ErrorInfo reason;
        try
        {
            await using IServerConnection connection = await OpenAsync(agent, stop);
            _kind = connection.Kind;
            if (connection.Kind != served)
            {
                // Before the server gives orders: it is to learn of sources that it allows, and of no others.
                return TimeSpan.Zero;
            }

            connected = parts.Time.GetTimestamp();
            LogConnected(parts.Server, connection.Kind);
            _lastSaid = null;
            Report(AgentConnectionState.Connected, null);
            Exception? end = await ServeAsync(connection, stop);
            reason = Broken(end);
        }
        catch (HandyBackupException exception) when (exception.Code is not (ErrorCode.AgentNotEnrolled or ErrorCode.AgentCredentialDamaged or ErrorCode.AgentHomeUnusable))
        {
            reason = exception.ToErrorInfo();
        }

        if (connected is { } since && parts.Time.GetElapsedTime(since) >= s_lasting)
        {
            _delay.Reset();
        }

        TimeSpan pause = _delay.After(reason.Code);
        Say(reason, pause);
        Report(ReconnectDelay.IsRefusal(reason.Code) ? AgentConnectionState.Refused : AgentConnectionState.Connecting, reason);
        return pause;
    }

    private async Task<IServerConnection> OpenAsync(IAgent agent, CancellationToken stop)
    {
        using AgentCredential credential = parts.Credential.Read();
        using var timeout = new CancellationTokenSource(s_attemptLimit, parts.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            return await parts.Door.ConnectAsync(parts.Server, credential, agent, limit.Token);
        }
        catch (OperationCanceledException exception) when (!stop.IsCancellationRequested)
        {
            throw new HandyBackupException(ErrorCode.TimedOut, $"The server {parts.Server} did not answer in time.", exception)
            {
                Target = parts.Server.ToString(),
                Advice = "Check that the server runs and that its port can be reached from here.",
                IsTransient = true,
            };
        }
    }

    // Until the connection ends, or the agent is stopped.
    private async Task<Exception?> ServeAsync(IServerConnection connection, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task renewal = new CertificateRenewal(parts.Credential, parts.Time, parts.Logger).RunAsync(connection, ended.Token);
        try
        {
            while (true)
            {
                Task signal = parts.Signal.Raised;
                await Task.WhenAny(connection.Ended, signal).WaitAsync(stop);
                if (connection.Ended.IsCompleted)
                {
                    return await connection.Ended;
                }

                if (await FindDeadAsync(connection, stop) is { } death)
                {
                    return death;
                }
            }
        }
        finally
        {
            await ended.CancelAsync();
            await renewal;
        }
    }

    // After a sleep the connection may be dead, and the heartbeat would need half a minute to find out.
    private async Task<Exception?> FindDeadAsync(IServerConnection connection, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(s_pingLimit, parts.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            await connection.PingAsync(limit.Token).WaitAsync(limit.Token);
            return null;
        }
        catch (Exception exception) when (exception is HandyBackupException || (exception is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return exception is HandyBackupException ? exception : new TimeoutException("The network changed, and the server gave no sign of life.");
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stop)
    {
        Task signal = parts.Signal.Raised;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (pause > s_leastPause)
        {
            await Task.Delay(s_leastPause, parts.Time, stop);
            await Task.WhenAny(Task.Delay(pause - s_leastPause, parts.Time, over.Token), signal);
            await over.CancelAsync();
            stop.ThrowIfCancellationRequested();
        }
        else
        {
            await Task.Delay(pause, parts.Time, stop);
        }
    }

    private ErrorInfo Broken(Exception? end) => end is HandyBackupException known ? known.ToErrorInfo() : new ErrorInfo
    {
        Code = ErrorCode.ConnectionLost,
        Message = end is null ? $"The server {parts.Server} ended the connection." : $"The connection to the server {parts.Server} broke: {end.Message}",
        Target = parts.Server.ToString(),
        IsTransient = true,
    };

    // Once for each kind of trouble: a server that is away for a night must not fill a log.
    private void Say(ErrorInfo reason, TimeSpan pause)
    {
        if (_lastSaid == reason.Code)
        {
            LogStillNotConnected(parts.Server, reason.Code, pause);
            return;
        }

        _lastSaid = reason.Code;
        LogNotConnected(reason.Code, reason.Message, reason.Advice ?? "");
    }

    private void Report(AgentConnectionState state, ErrorInfo? error) => parts.Report(new AgentStatusReport
    {
        State = state,
        Since = parts.Time.GetUtcNow(),
        Server = parts.Server.ToString(),
        ProcessId = Environment.ProcessId,
        Version = AgentHost.ProductVersion,
        Kind = _kind,
        Error = error,
    });

    [LoggerMessage(EventId = 30, Level = LogLevel.Information, Message = "Connected to the server {Server} as {Kind} agent.")]
    private partial void LogConnected(ServerAddress server, AgentKind kind);

    [LoggerMessage(EventId = 31, Level = LogLevel.Warning, Message = "Not connected ({Code}): {Reason} {Advice} The agent tries again by itself.")]
    private partial void LogNotConnected(ErrorCode code, string reason, string advice);

    [LoggerMessage(EventId = 32, Level = LogLevel.Debug, Message = "Still not connected to {Server} ({Code}); next attempt in {Pause}.")]
    private partial void LogStillNotConnected(ServerAddress server, ErrorCode code, TimeSpan pause);
}
