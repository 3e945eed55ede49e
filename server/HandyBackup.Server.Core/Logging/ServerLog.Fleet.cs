using System.Net;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>What the server writes about agents on other machines.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1500, LogLevel.Information, "Enrolment token {TokenId} was made: {Uses} agents of kind {Kind}, until {Expires:u}, approval needed: {NeedsApproval}")]
    public static partial void EnrollmentTokenCreated(ILogger logger, string tokenId, int uses, AgentKind kind, DateTimeOffset expires, bool needsApproval);

    [LoggerMessage(1501, LogLevel.Information, "Enrolment token {TokenId} was revoked")]
    public static partial void EnrollmentTokenRevoked(ILogger logger, string tokenId);

    [LoggerMessage(1502, LogLevel.Warning, "An enrolment from {Address} was refused: {Reason}")]
    public static partial void EnrollmentRefused(ILogger logger, IPAddress? address, string reason);

    [LoggerMessage(1503, LogLevel.Information, "Agent '{Agent}' ({AgentId}) enrolled from {Address} with token {TokenId}; it is {Status}")]
    public static partial void AgentEnrolled(ILogger logger, string agent, Guid agentId, IPAddress? address, string tokenId, AgentStatus status);

    [LoggerMessage(1504, LogLevel.Information, "Agent '{Agent}' ({AgentId}) was {Change}")]
    public static partial void AgentChanged(ILogger logger, string agent, Guid agentId, string change);

    [LoggerMessage(1512, LogLevel.Information, "Group '{Group}' was {Change}")]
    public static partial void AgentGroupChanged(ILogger logger, string group, string change);

    [LoggerMessage(1505, LogLevel.Information, "Agent {AgentId} got a new certificate, good until {End:u}")]
    public static partial void AgentCertificateRenewed(ILogger logger, Guid agentId, DateTimeOffset end);

    [LoggerMessage(1506, LogLevel.Error, "Somebody who was to cut off agent {AgentId} failed to")]
    public static partial void CutOffFailed(ILogger logger, Guid agentId, Exception exception);

    [LoggerMessage(1507, LogLevel.Information, "Agent '{Agent}' ({AgentId}) connected from {Address}")]
    public static partial void AgentConnected(ILogger logger, string agent, Guid agentId, IPAddress? address);

    [LoggerMessage(1508, LogLevel.Information, "The connection of agent '{Agent}' ({AgentId}) ended: {Reason}")]
    public static partial void AgentDisconnected(ILogger logger, string agent, Guid agentId, string reason);

    [LoggerMessage(1509, LogLevel.Warning, "Somebody who connected as an agent from {Address} was turned away: {Code}: {Reason}")]
    public static partial void AgentTurnedAway(ILogger logger, IPAddress? address, ErrorCode code, string reason);

    [LoggerMessage(1510, LogLevel.Error, "Unexpected error {CorrelationId} in {Method} of a connection from {Address}")]
    public static partial void RemoteCallFailed(ILogger logger, string correlationId, string method, IPAddress? address, Exception exception);

    [LoggerMessage(1512, LogLevel.Error, "The refusal of {Action} with {Code} could not be written into the audit log")]
    public static partial void RefusalNotNoted(ILogger logger, string action, ErrorCode code, Exception exception);

    [LoggerMessage(1511, LogLevel.Information, "The connection of a machine at {Address} that was to become an agent ended: {Reason}")]
    public static partial void EnrollmentEnded(ILogger logger, IPAddress? address, string reason);
}
