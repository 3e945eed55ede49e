namespace HandyBackup.Contracts;

/// <summary>What an agent may read from a repository during one run. Methods may be called from several threads at once.</summary>
public interface IRetrieve
{
    /// <summary>Says how long blobs are, from the index alone: nothing of them is read.</summary>
    /// <param name="ids">The blobs.</param>
    /// <param name="type">What they hold.</param>
    /// <param name="lengths">Receives the length of each one's plain content in bytes; negative for one that the repository does not have.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <exception cref="HandyBackupException">The index cannot be read.</exception>
    ValueTask GetLengthsAsync(ReadOnlyMemory<BlobId> ids, BlobType type, Memory<long> lengths, CancellationToken cancellationToken);

    /// <summary>
    /// Reads blobs in the order that is cheapest where they lie, which is not the order of <paramref name="ids"/>; each id is
    /// answered once, however often it is named. The caller disposes each payload and must check its content against its id.
    /// </summary>
    /// <param name="ids">The blobs wanted. The answer is streamed, so the list may be long; memory stays bounded by the packs in flight.</param>
    /// <param name="type">What they hold.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="HandyBackupException">A blob is missing or damaged; <see cref="HandyBackupException.Target"/> is its id.
    /// Blobs not yet delivered can be asked for again without the bad one.</exception>
    IAsyncEnumerable<BlobPayload> GetAsync(IReadOnlyCollection<BlobId> ids, BlobType type, CancellationToken cancellationToken);
}
