using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// A backup or a restore that is under way. From its beginning to its end no blob that <see cref="IndexedRepository.Contains"/> or the writer called present leaves
/// the repository, nor does anything below the tree that it pins. Dispose it after the snapshot was saved, or everything was read. Safe to share between threads.
/// </summary>
public sealed class RepositoryUse : IDisposable
{
    private readonly BlobClaims _claims;

    internal RepositoryUse(BlobClaims claims) => _claims = claims;

    /// <summary>
    /// Keeps the tree of a snapshot, with all below it. To be relied on only if the snapshot's file still exists afterwards: one that was removed
    /// earlier may have lost blobs already.
    /// </summary>
    /// <returns>False if the tree is not there.</returns>
    public bool TryPin(BlobId tree) => _claims.TryPin(this, tree);

    /// <inheritdoc/>
    public void Dispose() => _claims.End(this);
}
