namespace HandyBackup.Contracts;

/// <summary>
/// What the server asks of an agent. In one process it is the agent's own object, between processes a proxy. Orders run side by side;
/// each ends with its result, a <see cref="HandyBackupException"/>, or <see cref="OperationCanceledException"/>.
/// </summary>
public interface IAgent
{
    /// <summary>Who the agent is and which sources it offers.</summary>
    Task<AgentDescription> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Checks a source's options without opening it.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SourceUnknown"/> or <see cref="ErrorCode.SourceOptionInvalid"/>.</exception>
    Task ValidateAsync(SourceSelection selection, CancellationToken cancellationToken);

    /// <summary>Lists live items, streamed, folders before their content.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ItemNotFound"/> if there is no such path, <see cref="ErrorCode.SourceUnavailable"/> if the source cannot be opened.</exception>
    IAsyncEnumerable<Item> ListItemsAsync(LiveItemQuery query, CancellationToken cancellationToken);

    /// <summary>Reads the source, hands in what the repository lacks and returns the root tree.</summary>
    Task<BackupOutcome> BackupAsync(BackupOrder order, IIngest ingest, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken);

    /// <summary>Says item by item what <see cref="RestoreAsync"/> would do, and changes nothing.</summary>
    IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreOrder order, IRetrieve retrieve, CancellationToken cancellationToken);

    /// <summary>Writes items of a snapshot.</summary>
    Task<RestoreOutcome> RestoreAsync(RestoreOrder order, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken);

    /// <summary>Reads a live file. The content comes in parts, each good until the next is asked for.</summary>
    /// <exception cref="HandyBackupException">What <see cref="IItems.ReadLiveAsync"/> throws.</exception>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(LiveContentQuery query, CancellationToken cancellationToken);

    /// <summary>Writes a file, which appears whole under its name, or not at all.</summary>
    /// <exception cref="HandyBackupException">What <see cref="IItems.WriteFileAsync"/> throws.</exception>
    Task<WrittenItem> WriteFileAsync(ItemWriteOrder order, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken);

    /// <summary>Makes a folder, or sets the metadata of one that exists.</summary>
    /// <exception cref="HandyBackupException">What <see cref="IItems.WriteFolderAsync"/> throws.</exception>
    Task<WrittenItem> WriteFolderAsync(ItemWriteOrder order, CancellationToken cancellationToken);

    /// <summary>Removes a live item, a folder after its content, and says of each item what became of it.</summary>
    /// <exception cref="HandyBackupException">What <see cref="IItems.RemoveAsync"/> throws.</exception>
    IAsyncEnumerable<ItemRemoval> RemoveItemsAsync(RemovalOrder order, CancellationToken cancellationToken);
}
