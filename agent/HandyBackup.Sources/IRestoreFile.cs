namespace HandyBackup.Sources;

/// <summary>
/// A file being written. Its content comes in parts, in any order and from several threads, each byte once: a part is either found to be there
/// already (<see cref="TryKeepAsync"/>) or written. Disposing of a file that was not completed leaves what existed before, and nothing else.
/// </summary>
public interface IRestoreFile : IAsyncDisposable
{
    /// <summary>True if there is content to compare with: what exists under the file's name, or what a restore left that was interrupted.</summary>
    bool HasEarlierContent { get; }

    /// <summary>Looks whether a part is there already. If it is, it must not be written any more, and belongs to the file when that is completed.</summary>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="sha256">The SHA-256 of its content.</param>
    /// <param name="cancellationToken">Stops the comparing.</param>
    /// <returns>False if the part must be written. What cannot be read counts as not being there.</returns>
    ValueTask<bool> TryKeepAsync(long offset, int length, ReadOnlyMemory<byte> sha256, CancellationToken cancellationToken);

    /// <summary>Writes a part. Long runs of zeros may become holes.</summary>
    /// <exception cref="SourceException">The part cannot be written (<see cref="SourceError.DestinationFull"/>, <see cref="SourceError.NotWritten"/>).</exception>
    ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>
    /// Sets the metadata and puts the file under its name, replacing whatever was there. Call once, after the last part. Whatever happens
    /// meanwhile, the name never shows a mixture of old and new content.
    /// </summary>
    /// <returns>What of the metadata could not be set; empty if all was.</returns>
    /// <exception cref="SourceException">It cannot be put there, or what was kept was altered by somebody since (<see cref="SourceError.NotWritten"/>).</exception>
    ValueTask<IReadOnlyList<string>> CompleteAsync(SourceItemDetails details, CancellationToken cancellationToken);

    /// <summary>Says that the whole restore was stopped: when this file is disposed of, what was written of it may stay, hidden, for the next restore to find.</summary>
    void Suspend();
}
