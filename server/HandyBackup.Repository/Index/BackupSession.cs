using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// A backup that is under way. From its beginning to its end no blob that <see cref="IndexedRepository.Contains"/> or the writer called present leaves the repository,
/// nor does anything below the tree that it builds on. Dispose it after the snapshot was saved. Safe to share between threads.
/// </summary>
public sealed class BackupSession : IDisposable
{
    private readonly BlobClaims _claims;

    internal BackupSession(BlobClaims claims) => _claims = claims;

    /// <summary>
    /// Keeps the tree of a previous snapshot, with all below it. To be relied on only if the snapshot's file still exists afterwards: a snapshot that was removed
    /// earlier may have lost blobs already.
    /// </summary>
    /// <returns>False if the tree is not there.</returns>
    public bool TryPin(BlobId tree) => _claims.TryPin(this, tree);

    /// <inheritdoc/>
    public void Dispose() => _claims.End(this);
}
