using System.IO.Pipelines;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Content;
using HandyBackup.Rpc.Relays;
using HandyBackup.Rpc.Sessions;
using HandyBackup.Rpc.Streams;
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
    /// <param name="seat">What is offered, and who judges each call. The guard is disposed in any case.</param>
    /// <param name="options">How the connection is treated.</param>
    /// <param name="cancellationToken">Ends the session. That is no error: the method returns.</param>
    /// <returns>What ended the session, for the log; null if the panel left or the server stopped.</returns>
    public static async Task<Exception?> ServeAsync(IDuplexPipe transport, PanelSeat seat, PanelSessionOptions options, CancellationToken cancellationToken)
    {
        using IPanelGuard guard = seat.Guard;
        var reader = new GreetingReader(transport.Input);
        var streams = new SentStreams();
        var greeted = new TaskCompletionSource<bool>();

        // A token of this session's own: waiting on the server's would leave something behind there with each session.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, guard.Ended);
        MultiplexingStream multiplexer = ControlChannel.Multiplex(new DuplexPipe(reader, transport.Output).AsStream());
        try
        {
            BoundedMessageHandler messages = ControlChannel.OpenMessages(
                multiplexer, new StreamConverter(typeof(SentStreamConverter<>)), new ContentConverter(multiplexer, rpc: null));
            using var rpc = new SessionRpc(messages, MethodPrefix.Server + nameof(IServerInfo.HelloAsync), Party.Panel, options.OnUnexpectedError)
            {
                TraceSource = ControlChannel.Silence(),
                CancelLocallyInvokedMethodsWhenConnectionIsClosed = true,

                // Calls of one connection run side by side: none has to wait for a slow one.
                SynchronizationContext = null,
            };
            var greeting = new SessionGreeting(seat.Services.ServerInfo, takesBeats: options.SilenceLimit is not null, beats =>
            {
                rpc.Open();
                greeted.TrySetResult(beats);
            });
            Task opened = OpenAsync(reader, greeted.Task, guard);
            AddTargets(rpc, seat.Services with { ServerInfo = greeting }, new ServingEnd(streams, multiplexer), guard);
            rpc.AddLocalRpcMethod(StreamMethod.Next, streams.NextAsync);
            rpc.AddLocalRpcMethod(StreamMethod.End, streams.EndAsync);
            rpc.AddLocalRpcMethod(PanelBeat.Method, (Action)(static () => { }));
            rpc.StartListening();
            using var watching = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
            Task<TimeoutException> silence = WatchSilenceAsync(greeted.Task, reader, options, watching.Token);
            Exception? reason = await WaitForEndAsync(rpc, multiplexer, opened, silence, options.HelloTimeout, ended.Token).ConfigureAwait(false);
            watching.Cancel();
            CutIfDead(silence, options);
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

    // Strangers are held to what a hello and a few logins take until the guard knows them.
    private static async Task OpenAsync(GreetingReader reader, Task greeted, IPanelGuard guard)
    {
        await greeted.ConfigureAwait(false);
        await guard.Admitted.ConfigureAwait(false);
        reader.Open();
    }

    private static async Task<TimeoutException> WatchSilenceAsync(Task<bool> beats, GreetingReader reader, PanelSessionOptions options, CancellationToken ended)
    {
        if (!await beats.ConfigureAwait(false))
        {
            await Task.Delay(Timeout.Infinite, ended).ConfigureAwait(false);
        }

        return await SilenceWatch.WaitAsync(() => reader.Silence, options.SilenceLimit!.Value, Task.Delay, ended).ConfigureAwait(false);
    }

    private static void CutIfDead(Task<TimeoutException> silence, PanelSessionOptions options)
    {
        if (silence.Status == TaskStatus.RanToCompletion)
        {
            options.Abort?.Invoke();
        }
    }

    private static void AddTargets(SessionRpc rpc, PanelServices services, ServingEnd calls, IPanelGuard guard)
    {
        rpc.Serve<IServerInfo>(new ServerInfoRelay(services.ServerInfo, Guarded<IServerInfo>()), MethodPrefix.Server);
        rpc.Serve<IRepositories>(new RepositoriesRelay(services.Repositories, Guarded<IRepositories>()), MethodPrefix.Repositories);
        rpc.Serve<ITasks>(new TasksRelay(services.Tasks, Guarded<ITasks>()), MethodPrefix.Tasks);
        rpc.Serve<IRuns>(new RunsRelay(services.Runs, Guarded<IRuns>()), MethodPrefix.Runs);
        rpc.Serve<IAgents>(new AgentsRelay(services.Agents, Guarded<IAgents>()), MethodPrefix.Agents);
        rpc.Serve<ISnapshots>(new SnapshotsRelay(services.Snapshots, Guarded<ISnapshots>()), MethodPrefix.Snapshots);
        rpc.Serve<IItems>(new ItemsRelay(services.Items, Guarded<IItems>()), MethodPrefix.Items);
        rpc.Serve<IEnrollmentTokens>(new EnrollmentTokensRelay(services.EnrollmentTokens, Guarded<IEnrollmentTokens>()), MethodPrefix.EnrollmentTokens);
        rpc.Serve<IAgentGroups>(new AgentGroupsRelay(services.AgentGroups, Guarded<IAgentGroups>()), MethodPrefix.AgentGroups);
        rpc.Serve<ISettings>(new SettingsRelay(services.Settings, Guarded<ISettings>()), MethodPrefix.Settings);
        rpc.Serve<ILogin>(new LoginRelay(services.Login, Guarded<ILogin>()), MethodPrefix.Login);
        rpc.Serve<IUsers>(new UsersRelay(services.Users, Guarded<IUsers>()), MethodPrefix.Users);
        rpc.Serve<IApiTokens>(new ApiTokensRelay(services.ApiTokens, Guarded<IApiTokens>()), MethodPrefix.ApiTokens);
        rpc.Serve<IRemovalRequests>(new RemovalRequestsRelay(services.RemovalRequests, Guarded<IRemovalRequests>()), MethodPrefix.RemovalRequests);
        rpc.Serve<IAuditLog>(new AuditLogRelay(services.AuditLog, Guarded<IAuditLog>()), MethodPrefix.AuditLog);

        GuardedEnd Guarded<T>() => new(calls, guard, typeof(T));
    }

    private static async Task DrainAsync(SentStreams streams, SessionRpc rpc, MultiplexingStream multiplexer)
    {
        await streams.WhenEmptyAsync().ConfigureAwait(false);
        await rpc.WhenAnsweredAsync().ConfigureAwait(false);

        // Closing the channel sends what is still buffered; disposing of the multiplexer would drop it. The panel sees the end
        // after the last answer and hangs up.
        rpc.Dispose();
        await Task.WhenAny(multiplexer.Completion).ConfigureAwait(false);
    }

    private static async Task<Exception?> WaitForEndAsync(
        JsonRpc rpc, MultiplexingStream multiplexer, Task opened, Task<TimeoutException> silence, TimeSpan helloTimeout, CancellationToken stopped)
    {
        Task connection = Task.WhenAny(rpc.Completion, multiplexer.Completion);
        Task stop = Task.Delay(Timeout.Infinite, stopped);
        using (var waiting = CancellationTokenSource.CreateLinkedTokenSource(stopped))
        {
            Task timeout = Task.Delay(helloTimeout, waiting.Token);
            Task first = await Task.WhenAny(opened, connection, silence, timeout, stop).ConfigureAwait(false);
            if (first == timeout && timeout.Status == TaskStatus.RanToCompletion)
            {
                return new TimeoutException("The peer did not say hello, or log in, in time.");
            }

            waiting.Cancel();
        }

        await Task.WhenAny(connection, silence, stop).ConfigureAwait(false);
        if (silence.Status == TaskStatus.RanToCompletion)
        {
            return silence.Result;
        }

        if (!connection.IsCompleted)
        {
            return null;
        }

        // A multiplexer that fails closes its channels first, so the messages may end without an error before it says what was wrong.
        await Task.WhenAny(multiplexer.Completion, Task.Delay(s_drainLimit, stopped)).ConfigureAwait(false);
        return rpc.Completion.Exception?.InnerException ?? multiplexer.Completion.Exception?.InnerException;
    }
}
