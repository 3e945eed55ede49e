namespace HandyBackup.Sources;

/// <summary>
/// A source, opened: one consistent tree of items. Several folders may be listed and several items read at once. Disposing releases the
/// view, also after a failure.
/// </summary>
public interface ISourceSession : IAsyncDisposable
{
    /// <summary>The paths that are shown, in the source's own absolute form; snapshots carry them.</summary>
    IReadOnlyList<string> Paths { get; }

    /// <summary>
    /// Lists one folder, ordered by the bytes of the names, streamed: beyond the names nothing is held of items not yet asked for.
    /// </summary>
    /// <param name="folder">A folder of this session; null for the top.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="SourceException">The folder cannot be read (<see cref="SourceError.Unreadable"/>) or is gone (<see cref="SourceError.Vanished"/>).</exception>
    IAsyncEnumerable<SourceItem> ListAsync(SourceItem? folder, CancellationToken cancellationToken);

    /// <summary>Finds one item by its raw path; null if there is none.</summary>
    ValueTask<SourceItem?> FindAsync(ReadOnlyMemory<byte> path, CancellationToken cancellationToken);

    /// <summary>Reads what listing does not tell.</summary>
    /// <exception cref="SourceException">The item cannot be read or is gone.</exception>
    ValueTask<SourceItemDetails> GetDetailsAsync(SourceItem item, CancellationToken cancellationToken);

    /// <summary>Opens a file's content, to be read once from its start.</summary>
    /// <exception cref="SourceException">The item cannot be read or is gone.</exception>
    ValueTask<ISourceReader> OpenReadAsync(SourceItem file, CancellationToken cancellationToken);
}
