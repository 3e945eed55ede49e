using HandyBackup.Contracts;
using HandyBackup.Rpc.Relays;
using HandyBackup.Rpc.Streams;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Agents;

/// <summary>An agent's end of the connection to its server. All members may be used from several threads at once.</summary>
public sealed class AgentConnection : IAsyncDisposable
{
    private readonly AgentLink _link;
    private readonly SentStreams _streams;

    private AgentConnection(AgentLink link, SentStreams streams, IAgentGateway gateway, AgentHelloReply server, AgentLinkOptions options)
    {
        _link = link;
        _streams = streams;
        Gateway = gateway;
        Server = server;
        Ended = WaitForEndAsync(options);
    }

    /// <summary>What the server answered to the hello.</summary>
    public AgentHelloReply Server { get; }

    /// <summary>What the server does for this agent. Calls end with their result, a <see cref="HandyBackupException"/> or an <see cref="OperationCanceledException"/>.</summary>
    public IAgentGateway Gateway { get; }

    /// <summary>
    /// Ends when the connection has: with what ended it, for the log, or null if agent or server simply left. The orders of this connection have been cancelled
    /// then, and its listings have ended. Never fails.
    /// </summary>
    public Task<Exception?> Ended { get; }

    /// <summary>Says hello to a server and serves an agent to it from then on.</summary>
    /// <param name="transport">The connection, to the right server and safe from others already; owned from now on and ended when this fails.</param>
    /// <param name="agent">The agent; it outlives the connection.</param>
    /// <param name="options">How the connection is treated.</param>
    /// <param name="cancellationToken">Stops the hello; later only <see cref="DisposeAsync"/> ends the connection.</param>
    /// <exception cref="HandyBackupException">
    /// <see cref="ErrorCode.ProtocolMismatch"/> or another refusal of the server; <see cref="ErrorCode.TimedOut"/> or <see cref="ErrorCode.ConnectionLost"/>, which are transient.
    /// </exception>
    public static async Task<AgentConnection> ConnectAsync(Stream transport, IAgent agent, AgentLinkOptions options, CancellationToken cancellationToken)
    {
        var streams = new SentStreams();
        AgentLink link;
        IAgentGateway gateway;
        try
        {
            link = CreateLink(transport, options);
            gateway = Serve(link, agent, options, streams);
        }
        catch (Exception exception) when (exception is InvalidOperationException or InvalidDataException or IOException)
        {
            // The connection ended before the messages on it were set up.
            await transport.DisposeAsync().ConfigureAwait(false);
            throw LostConnection.To(Party.ServerOfAgent, exception);
        }

        try
        {
            AgentHelloReply server = await GreetAsync(link, gateway, agent, options, cancellationToken).ConfigureAwait(false);
            link.Open();
            _ = new Heartbeat(options, gateway.HeartbeatAsync).RunAsync(link.Ended);
            return new AgentConnection(link, streams, gateway, server, options);
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            await streams.CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the connection at once: orders are cancelled and listings end. Waits until its layers have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        _link.End(null);
        await Ended.ConfigureAwait(false);
    }

    private static AgentLink CreateLink(Stream transport, AgentLinkOptions options) => new(
        transport,
        options,
        Party.ServerOfAgent,
        _ => new StreamConverter(typeof(SentStreamConverter<>)),
        handler => new PeerRpc(handler, Party.Agent, options.OnUnexpectedError),
        isServer: true);

    private static AgentGatewayRelay Serve(AgentLink link, IAgent agent, AgentLinkOptions options, SentStreams streams)
    {
        var calling = new CallingEnd(Party.ServerOfAgent, link.Multiplexer, token => Task.Delay(options.StopLimit, options.Time, token));
        var gateway = new AgentGatewayRelay(link.Rpc.Reach<IAgentGateway>(MethodPrefix.Gateway), calling);
        link.Rpc.Serve<IRemoteAgent>(new RemoteAgentRelay(new AgentOrders(link, agent, options), new ServingEnd(streams, link.Multiplexer)), MethodPrefix.Agent);
        link.Rpc.AddLocalRpcMethod(StreamMethod.Next, streams.NextAsync);
        link.Rpc.AddLocalRpcMethod(StreamMethod.End, streams.EndAsync);
        link.Start();
        return gateway;
    }

    private static async Task<AgentHelloReply> GreetAsync(
        AgentLink link, IAgentGateway gateway, IAgent agent, AgentLinkOptions options, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.HelloTimeout, options.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        // A server that hangs answers no cancellation either: the connection is cut, and that ends the call.
        using CancellationTokenRegistration cut = limit.Token.Register(() => link.End(null));
        try
        {
            var hello = new AgentHello
            {
                Protocol = ProtocolVersion.Current,
                Product = ProtocolAgreement.Product,
                Description = await agent.DescribeAsync(limit.Token).ConfigureAwait(false),
            };
            AgentHelloReply reply = await gateway.HelloAsync(hello, limit.Token).ConfigureAwait(false);
            ProtocolAgreement.Verify(Party.Agent, hello.Protocol, hello.Product, reply.Protocol, reply.Product);
            return reply;
        }
        catch (Exception exception) when (limit.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new HandyBackupException(ErrorCode.TimedOut, "The server did not answer the hello in time.", exception)
            {
                Advice = Party.ServerOfAgent.LostAdvice,
                IsTransient = true,
            };
        }
    }

    private async Task<Exception?> WaitForEndAsync(AgentLinkOptions options)
    {
        Exception? reason = await _link.Completion.ConfigureAwait(false);

        // A source that does not heed its token keeps nobody from connecting again.
        using var closed = new CancellationTokenSource();
        await Task.WhenAny(_streams.CloseAsync(), Task.Delay(options.StopLimit, options.Time, closed.Token)).ConfigureAwait(false);
        await closed.CancelAsync().ConfigureAwait(false);
        return reason;
    }
}
