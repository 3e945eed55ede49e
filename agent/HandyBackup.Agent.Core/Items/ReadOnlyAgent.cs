using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Items;

/// <summary>An agent on whose machine nothing is written or removed, whoever asks the server for it. Backups and listings pass.</summary>
/// <param name="inner">The agent.</param>
public sealed class ReadOnlyAgent(IAgent inner) : IAgent
{
    /// <inheritdoc/>
    public Task<AgentDescription> DescribeAsync(CancellationToken cancellationToken) => inner.DescribeAsync(cancellationToken);

    /// <inheritdoc/>
    public Task ValidateAsync(SourceSelection selection, CancellationToken cancellationToken) => inner.ValidateAsync(selection, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Item> ListItemsAsync(LiveItemQuery query, CancellationToken cancellationToken) => inner.ListItemsAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<BackupOutcome> BackupAsync(BackupOrder order, IIngest ingest, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken) =>
        inner.BackupAsync(order, ingest, retrieve, observer, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreOrder order, IRetrieve retrieve, CancellationToken cancellationToken) =>
        inner.PlanRestoreAsync(order, retrieve, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentReadOnly"/>.</exception>
    public Task<RestoreOutcome> RestoreAsync(RestoreOrder order, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken) => throw Refusal();

    /// <inheritdoc/>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(LiveContentQuery query, CancellationToken cancellationToken) => inner.ReadContentAsync(query, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentReadOnly"/>.</exception>
    public Task<WrittenItem> WriteFileAsync(ItemWriteOrder order, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken) => throw Refusal();

    /// <inheritdoc/>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentReadOnly"/>.</exception>
    public Task<WrittenItem> WriteFolderAsync(ItemWriteOrder order, CancellationToken cancellationToken) => throw Refusal();

    /// <inheritdoc/>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentReadOnly"/>.</exception>
    public IAsyncEnumerable<ItemRemoval> RemoveItemsAsync(RemovalOrder order, CancellationToken cancellationToken) => throw Refusal();

    private static HandyBackupException Refusal() => new(ErrorCode.AgentReadOnly, "The agent lets nobody write or remove anything on its machine.")
    {
        Advice = "An administrator of that machine can take \"readOnly\" out of the agent's settings (agent.json) and start the agent again.",
    };
}
