namespace HandyBackup.Catalog;

/// <summary>
/// When data of repositories was read back. The only thing here that tells of a repository's content; if it is lost, all data counts as never verified.
/// It goes with its repository.
/// </summary>
public interface IVerificationCatalog
{
    /// <summary>How far the verification of a repository has come; null if nothing was recorded yet.</summary>
    Task<VerificationRecord?> FindAsync(string repositoryId, CancellationToken cancellationToken);

    /// <summary>Lists the packs of a repository by id, streamed.</summary>
    IAsyncEnumerable<VerifiedPack> ListPacksAsync(string repositoryId, CancellationToken cancellationToken);

    /// <summary>The snapshots of a repository that were verified.</summary>
    Task<IReadOnlyList<VerifiedSnapshot>> FindSnapshotsAsync(string repositoryId, CancellationToken cancellationToken);

    /// <summary>Replaces all that is known of a repository; nothing is recorded for one that is gone.</summary>
    /// <param name="repositoryId">The repository.</param>
    /// <param name="record">How far the verification has come.</param>
    /// <param name="packs">All its packs. Is enumerated once.</param>
    /// <param name="snapshots">All its verified snapshots; null to leave them as they are.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task SaveAsync(string repositoryId, VerificationRecord record, IEnumerable<VerifiedPack> packs, IReadOnlyList<VerifiedSnapshot>? snapshots, CancellationToken cancellationToken);
}
