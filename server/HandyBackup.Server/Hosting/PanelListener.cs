using System.Globalization;
using System.Runtime.Versioning;
using HandyBackup.Rpc;
using HandyBackup.Rpc.Local;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Hosting;

/// <summary>Serves each connection that Kestrel accepts on the local endpoint.</summary>
internal sealed partial class PanelListener(IPanelBackend backend, ILogger logger, CancellationToken stopping)
{
    // The pipe's rights admit the owner, administrators and SYSTEM; which of them it is cannot be told without acting as the caller.
    private const string PipeAccount = "administrator";

    /// <summary>Serves one connection; returns when it has ended.</summary>
    public async Task ServeAsync(ConnectionContext connection)
    {
        string account = PipeAccount;
        if (!OperatingSystem.IsWindows())
        {
            uint user = UnixIdentity.PeerOf(connection.Features.Get<IConnectionSocketFeature>()!.Socket);
            if (!IsTrusted(user))
            {
                return;
            }

            account = string.Create(CultureInfo.InvariantCulture, $"uid {user}");
        }

        LogConnected(logger, connection.ConnectionId);
        var options = new PanelSessionOptions { OnUnexpectedError = error => LogUnexpected(logger, error.Exception, error.CorrelationId, error.Method) };
        Exception? reason = await PanelSession.ServeAsync(connection.Transport, backend.Receive(PanelOrigin.Local(account)), options, stopping);
        if (reason is null)
        {
            LogDisconnected(logger, connection.ConnectionId);
        }
        else
        {
            LogBroken(logger, connection.ConnectionId, reason.Message);
        }
    }

    // The socket's rights keep strangers out already. This holds even if somebody widens them.
    [UnsupportedOSPlatform("windows")]
    private bool IsTrusted(uint user)
    {
        if (user == 0 || user == UnixIdentity.Current)
        {
            return true;
        }

        LogRefused(logger, user);
        return false;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Panel {Connection} connected.")]
    private static partial void LogConnected(ILogger logger, string connection);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Panel {Connection} left.")]
    private static partial void LogDisconnected(ILogger logger, string connection);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "The connection of panel {Connection} broke: {Reason}")]
    private static partial void LogBroken(ILogger logger, string connection, string reason);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "User {User} tried to connect and was refused.")]
    private static partial void LogRefused(ILogger logger, uint user);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "Unexpected error {CorrelationId} in {Method}.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string correlationId, string method);
}
