using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Conditions;

/// <summary>An agent whose backups begin only when a gate lets them. Restores and listings are asked for by people who wait for them, and pass.</summary>
/// <param name="inner">The agent.</param>
/// <param name="gate">The gate.</param>
public sealed class GatedAgent(IAgent inner, BackupGate gate) : IAgent
{
    /// <inheritdoc/>
    public Task<AgentDescription> DescribeAsync(CancellationToken cancellationToken) => inner.DescribeAsync(cancellationToken);

    /// <inheritdoc/>
    public Task ValidateAsync(SourceSelection selection, CancellationToken cancellationToken) => inner.ValidateAsync(selection, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Item> ListItemsAsync(LiveItemQuery query, CancellationToken cancellationToken) => inner.ListItemsAsync(query, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.BackupNotNow"/>.</exception>
    public async Task<BackupOutcome> BackupAsync(BackupOrder order, IIngest ingest, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken)
    {
        await gate.PassAsync(order, cancellationToken);
        return await inner.BackupAsync(order, ingest, retrieve, observer, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreOrder order, IRetrieve retrieve, CancellationToken cancellationToken) =>
        inner.PlanRestoreAsync(order, retrieve, cancellationToken);

    /// <inheritdoc/>
    public Task<RestoreOutcome> RestoreAsync(RestoreOrder order, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken) =>
        inner.RestoreAsync(order, retrieve, observer, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(LiveContentQuery query, CancellationToken cancellationToken) => inner.ReadContentAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<WrittenItem> WriteFileAsync(ItemWriteOrder order, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken) =>
        inner.WriteFileAsync(order, content, cancellationToken);

    /// <inheritdoc/>
    public Task<WrittenItem> WriteFolderAsync(ItemWriteOrder order, CancellationToken cancellationToken) => inner.WriteFolderAsync(order, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ItemRemoval> RemoveItemsAsync(RemovalOrder order, CancellationToken cancellationToken) => inner.RemoveItemsAsync(order, cancellationToken);
}
