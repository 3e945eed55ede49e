namespace HandyBackup.Sources;

/// <summary>A file being written. Parts may be written in any order and from several threads, each byte once.</summary>
public interface IRestoreFile : IAsyncDisposable
{
    /// <summary>Writes a part. Long runs of zeros may become holes.</summary>
    /// <exception cref="SourceException">The part cannot be written (<see cref="SourceError.DestinationFull"/>, <see cref="SourceError.NotWritten"/>).</exception>
    ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Sets the metadata and puts the file under its name, replacing whatever was there in one step. Call once, after the last part.</summary>
    /// <returns>What of the metadata could not be set; empty if all was.</returns>
    ValueTask<IReadOnlyList<string>> CompleteAsync(SourceItemDetails details, CancellationToken cancellationToken);
}
