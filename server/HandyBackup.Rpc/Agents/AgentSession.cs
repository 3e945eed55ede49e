using HandyBackup.Contracts;
using HandyBackup.Rpc.Relays;
using HandyBackup.Rpc.Sessions;
using HandyBackup.Rpc.Streams;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Agents;

/// <summary>The server's end of a connection to an agent on another machine. All members may be used from several threads at once.</summary>
public sealed class AgentSession : IAsyncDisposable
{
    private const string HelloMethod = MethodPrefix.Gateway + nameof(IAgentGateway.HelloAsync);

    // So long may a refused agent take to read why and hang up.
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);

    private readonly AgentLink _link;

    private AgentSession(AgentLink link, IRemoteAgent agent, AgentLinkOptions options, AgentHello hello)
    {
        _link = link;
        Hello = hello;
        Agent = new RemoteAgent(link, agent, options);
    }

    /// <summary>What the agent said of itself when it connected.</summary>
    public AgentHello Hello { get; }

    /// <summary>
    /// The agent. Every call ends with its result, a <see cref="HandyBackupException"/> (<see cref="ErrorCode.ConnectionLost"/>, transient, when the connection breaks) or an
    /// <see cref="OperationCanceledException"/>; one that is cancelled ends within <see cref="AgentLinkOptions.StopLimit"/>, whatever the agent does.
    /// </summary>
    public IAgent Agent { get; }

    /// <summary>Ends when the connection has: with what ended it, for the log, or null if agent or server simply left. Never fails.</summary>
    public Task<Exception?> Ended => _link.Completion;

    /// <summary>Waits for an agent's hello and agrees with it on the protocol.</summary>
    /// <param name="transport">The connection, safe from others already; owned from now on and ended when this fails.</param>
    /// <param name="gateway">What the server does for this agent. Its hello decides whether the agent is wanted and is asked after the versions were compared.</param>
    /// <param name="options">How the connection is treated.</param>
    /// <param name="cancellationToken">Stops the waiting; later only <see cref="DisposeAsync"/> ends the session.</param>
    /// <exception cref="HandyBackupException">
    /// <see cref="ErrorCode.ProtocolMismatch"/> or what the gateway threw, after the agent was told; <see cref="ErrorCode.TimedOut"/> or <see cref="ErrorCode.ConnectionLost"/>.
    /// </exception>
    public static async Task<AgentSession> AcceptAsync(Stream transport, IAgentGateway gateway, AgentLinkOptions options, CancellationToken cancellationToken)
    {
        var greeted = new TaskCompletionSource<AgentHello>(TaskCreationOptions.RunContinuationsAsynchronously);
        greeted.Task.Forget();
        AgentLink link;
        IRemoteAgent agent;
        try
        {
            link = CreateLink(transport, options);
            agent = Serve(link, gateway, options, greeted);
        }
        catch (Exception exception) when (exception is InvalidOperationException or InvalidDataException or IOException)
        {
            // The connection ended before the messages on it were set up.
            await transport.DisposeAsync().ConfigureAwait(false);
            throw LostConnection.To(Party.Agent, exception);
        }

        AgentHello agreed = await WaitAsync(link, greeted.Task, options, cancellationToken).ConfigureAwait(false);
        return new AgentSession(link, agent, options, agreed);
    }

    /// <summary>Ends the connection at once, whatever it is being used for, and waits until its layers have ended.</summary>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private static AgentLink CreateLink(Stream transport, AgentLinkOptions options) => new(
        transport,
        options,
        Party.Agent,
        rpc => new StreamConverter(typeof(ReceivedStreamConverter<>), rpc),
        handler => new SessionRpc(handler, HelloMethod, Party.Agent, options.OnUnexpectedError),
        isServer: false);

    private static RemoteAgentRelay Serve(AgentLink link, IAgentGateway gateway, AgentLinkOptions options, TaskCompletionSource<AgentHello> greeted)
    {
        var calling = new CallingEnd(Party.Agent, link.Multiplexer, token => Task.Delay(options.StopLimit, options.Time, token));
        var agent = new RemoteAgentRelay(link.Rpc.Reach<IRemoteAgent>(MethodPrefix.Agent), calling);
        var greeting = new AgentGreeting(
            gateway,
            hello =>
            {
                link.Open();
                ((SessionRpc)link.Rpc).Open();
                greeted.TrySetResult(hello);
            },
            refusal => greeted.TrySetException(refusal));
        link.Rpc.Serve<IAgentGateway>(new AgentGatewayRelay(greeting, new ServingEnd(new SentStreams(), link.Multiplexer)), MethodPrefix.Gateway);
        link.Start();
        return agent;
    }

    private static async Task<AgentHello> WaitAsync(AgentLink link, Task<AgentHello> greeted, AgentLinkOptions options, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.HelloTimeout, options.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, link.Ended, cancellationToken);
        try
        {
            return await greeted.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            link.End(null);
            Exception? reason = await link.Completion.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw timeout.IsCancellationRequested
                ? new HandyBackupException(ErrorCode.TimedOut, "The agent did not say hello in time.", exception) { IsTransient = true }
                : LostConnection.To(Party.Agent, reason ?? exception);
        }
        catch (HandyBackupException exception)
        {
            await Task.WhenAny(link.Completion, Task.Delay(s_farewell, options.Time, cancellationToken)).ConfigureAwait(false);
            link.End(exception);
            throw;
        }
    }
}
