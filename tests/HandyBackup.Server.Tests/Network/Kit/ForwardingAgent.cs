using HandyBackup.Contracts;

namespace HandyBackup.Server.Tests.Network.Kit;

/// <summary>A real agent; what it does otherwise is for those that derive from this.</summary>
internal abstract class ForwardingAgent(IAgent inner) : IAgent
{
    protected IAgent Inner => inner;

    public Task<AgentDescription> DescribeAsync(CancellationToken cancellationToken) => inner.DescribeAsync(cancellationToken);

    public Task ValidateAsync(SourceSelection selection, CancellationToken cancellationToken) => inner.ValidateAsync(selection, cancellationToken);

    public IAsyncEnumerable<Item> ListItemsAsync(LiveItemQuery query, CancellationToken cancellationToken) => inner.ListItemsAsync(query, cancellationToken);

    public virtual Task<BackupOutcome> BackupAsync(BackupOrder order, IIngest ingest, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken) =>
        inner.BackupAsync(order, ingest, retrieve, observer, cancellationToken);

    public IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreOrder order, IRetrieve retrieve, CancellationToken cancellationToken) =>
        inner.PlanRestoreAsync(order, retrieve, cancellationToken);

    public virtual Task<RestoreOutcome> RestoreAsync(RestoreOrder order, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken) =>
        inner.RestoreAsync(order, retrieve, observer, cancellationToken);

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(LiveContentQuery query, CancellationToken cancellationToken) => inner.ReadContentAsync(query, cancellationToken);

    public Task<WrittenItem> WriteFileAsync(ItemWriteOrder order, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken) =>
        inner.WriteFileAsync(order, content, cancellationToken);

    public Task<WrittenItem> WriteFolderAsync(ItemWriteOrder order, CancellationToken cancellationToken) => inner.WriteFolderAsync(order, cancellationToken);

    public IAsyncEnumerable<ItemRemoval> RemoveItemsAsync(RemovalOrder order, CancellationToken cancellationToken) => inner.RemoveItemsAsync(order, cancellationToken);
}
