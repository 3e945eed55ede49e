namespace HandyBackup.Contracts;

/// <summary>
/// What an agent may do to a repository during one backup run: ask what is missing and hand in what is new. In one process it is
/// the server's own object, between processes a proxy. Methods may be called from several threads at once.
/// </summary>
public interface IIngest
{
    /// <summary>Says which of the blobs the repository does not have yet.</summary>
    /// <param name="ids">The blobs asked for.</param>
    /// <param name="type">What they hold: data and trees with equal content are different blobs.</param>
    /// <param name="missing">Receives true at the index of each id that must be sent; at least as long as <paramref name="ids"/>.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    ValueTask FindMissingAsync(ReadOnlyMemory<BlobId> ids, BlobType type, Memory<bool> missing, CancellationToken cancellationToken);

    /// <summary>Hands in a blob and gives up its buffer. Returns as soon as there is room for the next (back-pressure); durable only at commit.</summary>
    /// <exception cref="HandyBackupException">The id does not fit the content, or the repository cannot be written.</exception>
    ValueTask PutAsync(BlobPayload blob, CancellationToken cancellationToken);
}
