using System.IO.Pipelines;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Relays;
using HandyBackup.Rpc.Sessions;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;
using StreamJsonRpc;

namespace HandyBackup.Rpc;

/// <summary>The server's side of one panel's connection.</summary>
public static class PanelSession
{
    private static readonly TimeSpan s_drainLimit = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Serves a panel until it leaves, breaks the rules, or the server stops. When it returns, every call and stream of this
    /// connection has been cancelled and the streams are disposed of.
    /// </summary>
    /// <param name="transport">The connection; it is ended in any case.</param>
    /// <param name="services">What is offered.</param>
    /// <param name="options">How the connection is treated.</param>
    /// <param name="cancellationToken">Ends the session. That is no error: the method returns.</param>
    /// <returns>What ended the session, for the log; null if the panel left or the server stopped.</returns>
    public static async Task<Exception?> ServeAsync(IDuplexPipe transport, PanelServices services, PanelSessionOptions options, CancellationToken cancellationToken)
    {
        var reader = new GreetingReader(transport.Input);
        var streams = new SessionStreams();
        using var greeted = new CancellationTokenSource();

        // A token of this session's own: waiting on the server's would leave something behind there with each session.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        MultiplexingStream multiplexer = ControlChannel.Multiplex(new DuplexPipe(reader, transport.Output).AsStream());
        try
        {
            using var rpc = new SessionRpc(ControlChannel.OpenMessages(multiplexer, new StreamConverter(typeof(SessionStreamConverter<>))), options)
            {
                TraceSource = ControlChannel.Silence(),
                CancelLocallyInvokedMethodsWhenConnectionIsClosed = true,

                // Calls of one connection run side by side: none has to wait for a slow one.
                SynchronizationContext = null,
            };
            var greeting = new SessionGreeting(services.ServerInfo, () =>
            {
                reader.Open();
                rpc.Open();
                greeted.Cancel();
            });
            AddTargets(rpc, services with { ServerInfo = greeting }, new SessionCalls(streams));
            rpc.AddLocalRpcMethod(StreamMethod.Next, streams.NextAsync);
            rpc.AddLocalRpcMethod(StreamMethod.End, streams.EndAsync);
            rpc.StartListening();
            Exception? reason = await WaitForEndAsync(rpc, multiplexer, options.HelloTimeout, greeted.Token, ended.Token).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                // The server stops: who asked it to gets an answer, and who follows a run sees how it ended.
                await Task.WhenAny(DrainAsync(streams, rpc, multiplexer), Task.Delay(s_drainLimit, CancellationToken.None)).ConfigureAwait(false);
            }

            return reason;
        }
        catch (InvalidOperationException exception)
        {
            // What cannot be understood ends the multiplexing stream, or closes its first channel, at times before the session on it was set up.
            return exception;
        }
        finally
        {
            await multiplexer.DisposeAsync().ConfigureAwait(false);
            await streams.CloseAsync().ConfigureAwait(false);
        }
    }

    private static void AddTargets(SessionRpc rpc, PanelServices services, SessionCalls calls)
    {
        Add<IServerInfo>(new ServerInfoRelay(services.ServerInfo, calls), MethodPrefix.Server);
        Add<IRepositories>(new RepositoriesRelay(services.Repositories, calls), MethodPrefix.Repositories);
        Add<ITasks>(new TasksRelay(services.Tasks, calls), MethodPrefix.Tasks);
        Add<IRuns>(new RunsRelay(services.Runs, calls), MethodPrefix.Runs);
        Add<IAgents>(new AgentsRelay(services.Agents, calls), MethodPrefix.Agents);
        Add<ISnapshots>(new SnapshotsRelay(services.Snapshots, calls), MethodPrefix.Snapshots);
        Add<IItems>(new ItemsRelay(services.Items, calls), MethodPrefix.Items);

        void Add<T>(T target, string prefix)
            where T : class =>
            rpc.AddLocalRpcTarget(target, new JsonRpcTargetOptions
            {
                MethodNameTransform = CommonMethodNameTransforms.Prepend(prefix),
                NotifyClientOfEvents = false,
            });
    }

    private static async Task DrainAsync(SessionStreams streams, SessionRpc rpc, MultiplexingStream multiplexer)
    {
        await streams.WhenEmptyAsync().ConfigureAwait(false);
        await rpc.WhenAnsweredAsync().ConfigureAwait(false);

        // Closing the channel sends what is still buffered; disposing of the multiplexer would drop it. The panel sees the end
        // after the last answer and hangs up.
        rpc.Dispose();
        await Task.WhenAny(multiplexer.Completion).ConfigureAwait(false);
    }

    private static async Task<Exception?> WaitForEndAsync(JsonRpc rpc, MultiplexingStream multiplexer, TimeSpan helloTimeout, CancellationToken greeted, CancellationToken stopped)
    {
        Task connection = Task.WhenAny(rpc.Completion, multiplexer.Completion);
        Task stop = Task.Delay(Timeout.Infinite, stopped);
        using (var unanswered = CancellationTokenSource.CreateLinkedTokenSource(greeted, stopped))
        {
            Task timeout = Task.Delay(helloTimeout, unanswered.Token);
            Task first = await Task.WhenAny(connection, timeout, stop).ConfigureAwait(false);
            if (first == timeout && timeout.Status == TaskStatus.RanToCompletion)
            {
                return new TimeoutException("The peer did not say hello in time.");
            }
        }

        await Task.WhenAny(connection, stop).ConfigureAwait(false);
        if (!connection.IsCompleted)
        {
            return null;
        }

        // A multiplexer that fails closes its channels first, so the messages may end without an error before it says what was wrong.
        await Task.WhenAny(multiplexer.Completion, Task.Delay(s_drainLimit, stopped)).ConfigureAwait(false);
        return rpc.Completion.Exception?.InnerException ?? multiplexer.Completion.Exception?.InnerException;
    }
}
