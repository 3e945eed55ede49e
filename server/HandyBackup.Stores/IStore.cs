namespace HandyBackup.Stores;

/// <summary>
/// Where a repository's files lie. Any object service can meet this contract: list, ranged load, atomic save of known length, remove.
/// Files are written once and never altered, only damaged ones replaced. All methods may be called from several threads at once; every failure is a
/// <see cref="StoreException"/> or <see cref="OperationCanceledException"/>.
/// </summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>Names the place for people, such as a folder's absolute path. Holds no secret.</summary>
    string Location { get; }

    /// <summary>True if a listing that begins after a file was saved, by whomever, has it. False if it may be missing for a moment.</summary>
    bool ListsAtOnce { get; }

    /// <summary>Makes the place ready for a new repository: creates folders that are missing. Removes and overwrites nothing.</summary>
    Task CreateAsync(CancellationToken cancellationToken);

    /// <summary>Says whether anything at all lies in the place, of a repository or not.</summary>
    Task<bool> IsEmptyAsync(CancellationToken cancellationToken);

    /// <summary>Lists all files of one kind, in no particular order, streamed. Files that were not written whole never show.</summary>
    IAsyncEnumerable<StoreFileInfo> ListAsync(StoreFileKind kind, CancellationToken cancellationToken);

    /// <summary>Says how long a file is, or null if there is none.</summary>
    Task<long?> FindSizeAsync(StoreFile file, CancellationToken cancellationToken);

    /// <summary>Fills <paramref name="destination"/> with the bytes from <paramref name="offset"/> on.</summary>
    /// <exception cref="StoreException"><see cref="StoreError.NotFound"/>, or <see cref="StoreError.TooShort"/> if the file ends before the destination is full.</exception>
    ValueTask LoadAsync(StoreFile file, long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>
    /// Saves a file of known length. When it returns, the file is whole and durable: it survives a loss of power, its folder entry included.
    /// When it fails or is cut short, no file of this name exists.
    /// </summary>
    /// <param name="file">The file; none of this name may exist.</param>
    /// <param name="parts">The content, in order.</param>
    /// <param name="cancellationToken">Stops the saving.</param>
    Task SaveAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken);

    /// <summary>
    /// Saves a file as <see cref="SaveAsync"/> does, in the place of one of this name if there is one: for a file that was found damaged, and for parity.
    /// The former file stays as it is until the new one is whole and durable.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="parts">The content, in order.</param>
    /// <param name="cancellationToken">Stops the saving.</param>
    Task ReplaceAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a file; removing what does not exist succeeds. When it returns, the removal is durable, except for locks, packs, lists of condemned packs and the parity of
    /// packs: these may come back after a loss of power, which harms nothing.
    /// </summary>
    Task RemoveAsync(StoreFile file, CancellationToken cancellationToken);

    /// <summary>Removes the whole repository: every file and folder of its layout, the config file first, so that what an interruption leaves is not taken for a repository. Other files in the place stay.</summary>
    Task DeleteAsync(CancellationToken cancellationToken);
}
