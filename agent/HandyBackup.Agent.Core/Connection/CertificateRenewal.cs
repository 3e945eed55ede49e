using System.Security.Cryptography;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent.Core.Connection;

/// <summary>Renews the agent's certificate, with a new key, when a third of its life is left. The next connection uses it.</summary>
internal sealed partial class CertificateRenewal(CredentialFile file, TimeProvider time, ILogger logger)
{
    // Looked at by the hour, since the clock may be set and a machine may sleep for weeks.
    private static readonly TimeSpan s_interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);
    private readonly ILogger _logger = logger;

    /// <summary>Goes on until the token is cancelled. Never fails: what went wrong is logged, and tried again an hour later.</summary>
    public async Task RunAsync(IServerConnection connection, CancellationToken ended)
    {
        try
        {
            while (true)
            {
                await RenewIfDueAsync(connection, ended);
                await Task.Delay(s_interval, time, ended);
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }

    private async Task RenewIfDueAsync(IServerConnection connection, CancellationToken ended)
    {
        try
        {
            using AgentCredential current = file.Read();
            if (time.GetUtcNow() < current.RenewFrom)
            {
                return;
            }

            using var timeout = new CancellationTokenSource(s_limit, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ended);
            using ECDsa key = AgentKey.Create();
            byte[] certificate = await connection.RenewAsync(AgentKey.Request(key), limit.Token);
            file.Write(key, certificate, current.Authority.RawData);
            using AgentCredential written = file.Read();
            LogRenewed(written.Expires);
        }
        catch (HandyBackupException exception)
        {
            LogFailed(exception.Code, exception.Message);
        }
        catch (OperationCanceledException) when (!ended.IsCancellationRequested)
        {
            LogFailed(ErrorCode.TimedOut, "The server did not answer in time.");
        }
    }

    [LoggerMessage(EventId = 35, Level = LogLevel.Information, Message = "The agent's certificate was renewed and holds until {Expires:u}.")]
    private partial void LogRenewed(DateTimeOffset expires);

    [LoggerMessage(EventId = 36, Level = LogLevel.Warning, Message = "The agent's certificate could not be renewed ({Code}): {Reason} The agent tries again in an hour.")]
    private partial void LogFailed(ErrorCode code, string reason);
}
