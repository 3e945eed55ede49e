using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents.Runs;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Agents;

/// <summary>Carries out what the server orders with the agent itself, and gives each order the channel that the server has opened for it.</summary>
internal sealed class AgentOrders(AgentLink link, IAgent agent, AgentLinkOptions options) : IRemoteAgent
{
    // The channel is opened with the order, so it is there at once or never.
    private static readonly TimeSpan s_openingLimit = TimeSpan.FromSeconds(30);

    public Task<AgentDescription> DescribeAsync(CancellationToken cancellationToken) => agent.DescribeAsync(cancellationToken);

    public Task ValidateAsync(SourceSelection selection, CancellationToken cancellationToken) => agent.ValidateAsync(selection, cancellationToken);

    public IAsyncEnumerable<Item> ListItemsAsync(LiveItemQuery query, CancellationToken cancellationToken) => agent.ListItemsAsync(query, cancellationToken);

    public Task<BackupOutcome> BackupAsync(RemoteBackupOrder order, CancellationToken cancellationToken) =>
        RunAsync(order.Channel, (run, token) => agent.BackupAsync(order.Order, run, run, run, token), cancellationToken);

    public Task<RestoreOutcome> RestoreAsync(RemoteRestoreOrder order, CancellationToken cancellationToken) =>
        RunAsync(order.Channel, (run, token) => agent.RestoreAsync(order.Order, run, run, token), cancellationToken);

    public async IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RemoteRestoreOrder order, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, link.Ended);
        await using AgentRun run = await OpenAsync(order.Channel, stop.Token).ConfigureAwait(false);
        using CancellationTokenRegistration stopped = stop.Token.Register(() => run.Fail(new OperationCanceledException(stop.Token)));
        await foreach (RestorePlanItem item in agent.PlanRestoreAsync(order.Order, run, stop.Token).ConfigureAwait(false))
        {
            yield return item;
        }
    }

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(LiveContentQuery query, CancellationToken cancellationToken) => agent.ReadContentAsync(query, cancellationToken);

    public Task<WrittenItem> WriteFileAsync(ItemWriteOrder order, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken) =>
        agent.WriteFileAsync(order, content, cancellationToken);

    public Task<WrittenItem> WriteFolderAsync(ItemWriteOrder order, CancellationToken cancellationToken) => agent.WriteFolderAsync(order, cancellationToken);

    public IAsyncEnumerable<ItemRemoval> RemoveItemsAsync(RemovalOrder order, CancellationToken cancellationToken) => agent.RemoveItemsAsync(order, cancellationToken);

    public void Dispose()
    {
        // The agent outlives the connection.
    }

    private async Task<T> RunAsync<T>(string channel, Func<AgentRun, CancellationToken, Task<T>> order, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, link.Ended);
        await using AgentRun run = await OpenAsync(channel, stop.Token).ConfigureAwait(false);
        using CancellationTokenRegistration stopped = stop.Token.Register(() => run.Fail(new OperationCanceledException(stop.Token)));
        T outcome = await order(run, stop.Token).ConfigureAwait(false);
        await run.FinishAsync(stop.Token).ConfigureAwait(false);
        return outcome;
    }

    private async Task<AgentRun> OpenAsync(string name, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(s_openingLimit, options.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            MultiplexingStream.Channel channel = await link.Multiplexer.AcceptChannelAsync(name, RunChannel.Options, limit.Token).ConfigureAwait(false);
            return new AgentRun(new RunChannel(channel, options.Buffers, link.Ended), options.Buffers, link.End);
        }
        catch (Exception exception) when (exception is InvalidOperationException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw LostConnection.To(Party.ServerOfAgent, exception);
        }
    }
}
