using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents.Runs;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Agents;

/// <summary>An agent on another machine, as the server's engine sees any agent.</summary>
internal sealed class RemoteAgent(AgentLink link, IRemoteAgent agent, AgentLinkOptions options) : IAgent
{
    public Task<AgentDescription> DescribeAsync(CancellationToken cancellationToken) => agent.DescribeAsync(cancellationToken);

    public Task ValidateAsync(SourceSelection selection, CancellationToken cancellationToken) => agent.ValidateAsync(selection, cancellationToken);

    public IAsyncEnumerable<Item> ListItemsAsync(LiveItemQuery query, CancellationToken cancellationToken) => agent.ListItemsAsync(query, cancellationToken);

    public Task<BackupOutcome> BackupAsync(BackupOrder order, IIngest ingest, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken) => RunAsync(
        new RunParts(ingest, retrieve, observer),
        (channel, token) => agent.BackupAsync(new RemoteBackupOrder { Order = order, Channel = channel }, token),
        cancellationToken);

    public Task<RestoreOutcome> RestoreAsync(RestoreOrder order, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken) => RunAsync(
        new RunParts(null, retrieve, observer),
        (channel, token) => agent.RestoreAsync(new RemoteRestoreOrder { Order = order, Channel = channel }, token),
        cancellationToken);

    public async IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreOrder order, IRetrieve retrieve, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, link.Ended);
        string name = NewName();
        Task<ServedRun> opening = OpenAsync(name, new RunParts(null, retrieve, null), stop.Token);
        try
        {
            var request = new RemoteRestoreOrder { Order = order, Channel = name };
            await foreach (RestorePlanItem item in agent.PlanRestoreAsync(request, cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            await CloseAsync(opening, stop).ConfigureAwait(false);
        }
    }

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(LiveContentQuery query, CancellationToken cancellationToken) => agent.ReadContentAsync(query, cancellationToken);

    public Task<WrittenItem> WriteFileAsync(ItemWriteOrder order, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken) =>
        agent.WriteFileAsync(order, content, cancellationToken);

    public Task<WrittenItem> WriteFolderAsync(ItemWriteOrder order, CancellationToken cancellationToken) => agent.WriteFolderAsync(order, cancellationToken);

    public IAsyncEnumerable<ItemRemoval> RemoveItemsAsync(RemovalOrder order, CancellationToken cancellationToken) => agent.RemoveItemsAsync(order, cancellationToken);

    private static string NewName() => "run-" + Guid.NewGuid().ToString("N");

    // The offer that nobody has accepted is taken back; the channel that was opened is closed, and the server's objects are free again.
    private static async Task CloseAsync(Task<ServedRun> opening, CancellationTokenSource stop)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            await opening.Result.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<T> RunAsync<T>(RunParts parts, Func<string, CancellationToken, Task<T>> order, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var opened = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, link.Ended);
        string name = NewName();
        Task<ServedRun> opening = OpenAsync(name, parts, opened.Token);
        try
        {
            Task<T> call = order(name, stop.Token);
            await Task.WhenAny(call, opening).ConfigureAwait(false);
            if (!opening.IsCompletedSuccessfully)
            {
                // The agent's answer may overtake its acceptance on the last steps here. If there was none, the order can only have failed.
                await call.ConfigureAwait(false);
                await opening.WaitAsync(options.StopLimit, options.Time, stop.Token).ConfigureAwait(false);
            }

            return await FinishAsync(call, opening.Result, stop, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new HandyBackupException(ErrorCode.InternalError, "The agent ended an order that it had not begun.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw LostConnection.To(Party.Agent, exception);
        }
        finally
        {
            await CloseAsync(opening, opened).ConfigureAwait(false);
        }
    }

    private async Task<T> FinishAsync<T>(Task<T> call, ServedRun run, CancellationTokenSource stop, CancellationToken cancellationToken)
    {
        // An agent that was told that its run has failed ends the order by itself; if it does not, it is stopped.
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.Time);
        using CancellationTokenRegistration failed = run.Failed.Register(() => limit.CancelAfter(options.StopLimit));
        using CancellationTokenRegistration late = limit.Token.Register(stop.Cancel);
        try
        {
            T outcome = await call.ConfigureAwait(false);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, link.Ended);
            await run.DrainAsync(ended.Token).ConfigureAwait(false);
            return outcome;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever the agent made of it, this is why.
            run.ThrowIfFailed();
            throw;
        }
    }

    private async Task<ServedRun> OpenAsync(string name, RunParts parts, CancellationToken cancellationToken)
    {
        MultiplexingStream.Channel channel = await link.Multiplexer.OfferChannelAsync(name, RunChannel.Options, cancellationToken).ConfigureAwait(false);
        var opened = new RunChannel(channel, options.Buffers, link.Ended);
        return new ServedRun(opened, parts, options, link.End);
    }
}
