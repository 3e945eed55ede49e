using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Limits;
using HandyBackup.Agent.Core.Memory;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Enrollment;
using HandyBackup.Rpc.Network;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent.Core.Connection;

/// <summary>The way over the network, with TLS and within the limits of bandwidth, which all connections share.</summary>
/// <param name="bandwidth">How much may travel when, each way.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class TlsServerDoor(BandwidthSchedule bandwidth, TimeProvider time, ILogger logger) : IServerDoor
{
    private readonly TokenBucket _sending = new(bandwidth, time);
    private readonly TokenBucket _receiving = new(bandwidth, time);
    private readonly ILogger _logger = logger;

    /// <inheritdoc/>
    public Task<EnrolledAgent> EnrollAsync(ServerAddress server, EnrollAgentRequest request, CancellationToken cancellationToken) =>
        EnrollmentClient.EnrollAsync(server, request, new ServerTransportOptions { Time = time }, cancellationToken);

    /// <inheritdoc/>
    public async Task<IServerConnection> ConnectAsync(ServerAddress server, AgentCredential credential, IAgent agent, CancellationToken cancellationToken)
    {
        var options = new ServerTransportOptions { Authority = credential.Authority, ClientCertificate = credential.Certificate, Time = time };
        ServerTransport transport = await ServerTransport.ConnectAsync(server, NetworkProtocol.Agent, options, cancellationToken);
        Stream stream = bandwidth.IsUnlimited ? transport.Stream : new LimitedStream(transport.Stream, _sending, _receiving);
        var link = new AgentLinkOptions
        {
            Time = time,
            Buffers = SlabMemoryPool.Shared,
            OnUnexpectedError = error => LogUnexpected(error.Exception, error.Method, error.CorrelationId),
        };
        return new AgentServerConnection(await AgentConnection.ConnectAsync(stream, agent, link, cancellationToken));
    }

    [LoggerMessage(EventId = 40, Level = LogLevel.Error, Message = "'{Method}' failed unexpectedly; the server was told the id {CorrelationId}.")]
    private partial void LogUnexpected(Exception exception, string method, string correlationId);

    private sealed class AgentServerConnection(AgentConnection inner) : IServerConnection
    {
        public AgentKind Kind => inner.Server.Kind;

        public Task<Exception?> Ended => inner.Ended;

        public Task PingAsync(CancellationToken cancellationToken) => inner.Gateway.HeartbeatAsync(cancellationToken);

        public async Task<byte[]> RenewAsync(byte[] certificateRequest, CancellationToken cancellationToken) =>
            (await inner.Gateway.RenewCertificateAsync(new CertificateRenewalRequest(certificateRequest), cancellationToken)).Certificate;

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
