namespace HandyBackup.Sources;

/// <summary>
/// A place that takes items. A path that leaves the destination, by name or through a link, is refused with
/// <see cref="SourceError.DestinationEscapes"/>. Different items may be handled from several threads at once. Folders come before their
/// content, and are finished after it.
/// </summary>
public interface IRestoreTarget : IAsyncDisposable
{
    /// <summary>What exists at the item's place, without following a link there; null if nothing does.</summary>
    /// <exception cref="SourceException">The place cannot be looked at, or lies outside the destination.</exception>
    ValueTask<SourceItem?> FindAsync(SourceItem item, CancellationToken cancellationToken);

    /// <summary>
    /// Makes sure that the folder exists and can be written to until it is finished. Something else in its place is replaced, except a
    /// symbolic link, which is refused with <see cref="SourceError.DestinationEscapes"/>: what is behind it would silently be left out.
    /// </summary>
    ValueTask CreateFolderAsync(SourceItem folder, CancellationToken cancellationToken);

    /// <summary>
    /// Begins a file of <see cref="SourceItem.Size"/> bytes. What exists under its name stays untouched until the file is completed. Where the
    /// system can tell, a lack of space is reported before anything is written.
    /// </summary>
    /// <exception cref="SourceException">The file cannot be made there; <see cref="SourceError.DestinationFull"/> if it does not fit.</exception>
    ValueTask<IRestoreFile> CreateFileAsync(SourceItem file, RestoreFileOptions options, CancellationToken cancellationToken);

    /// <summary>Creates a link, device node, pipe or socket with its metadata, in place of whatever was there.</summary>
    /// <returns>What of the metadata could not be set; empty if all was.</returns>
    ValueTask<IReadOnlyList<string>> CreateSpecialAsync(SourceItem item, SourceItemDetails details, CancellationToken cancellationToken);

    /// <summary>Makes the item a further hard link of a file that this target completed before.</summary>
    ValueTask CreateHardLinkAsync(SourceItem item, SourceItem existing, CancellationToken cancellationToken);

    /// <summary>Sets a folder's metadata, after all its content was written.</summary>
    /// <returns>What could not be set; empty if all was.</returns>
    ValueTask<IReadOnlyList<string>> FinishFolderAsync(SourceItem folder, SourceItemDetails details, CancellationToken cancellationToken);

    /// <summary>Removes what interrupted restores left in a folder and no other one is using. Call when everything in the folder was restored.</summary>
    /// <param name="folder">A folder that existed before; null for the destination itself.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="SourceException">The folder cannot be read.</exception>
    ValueTask RemoveLeftoversAsync(SourceItem? folder, CancellationToken cancellationToken);
}
