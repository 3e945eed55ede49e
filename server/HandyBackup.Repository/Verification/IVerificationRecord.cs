namespace HandyBackup.Repository;

/// <summary>
/// The memory, outside of the repository, of when its data was read back. One check or prune at a time uses it. If it is lost, all data counts as never
/// verified; nothing else depends on it. Failures are <see cref="Contracts.HandyBackupException"/>.
/// </summary>
public interface IVerificationRecord
{
    /// <summary>How far the verification has come; null if nothing was recorded yet.</summary>
    Task<VerificationState?> FindStateAsync(CancellationToken cancellationToken);

    /// <summary>Lists what is remembered of packs, in no particular order, streamed.</summary>
    IAsyncEnumerable<PackVerification> ListPacksAsync(CancellationToken cancellationToken);

    /// <summary>Replaces all that is remembered, in one step.</summary>
    /// <param name="state">How far the verification has come.</param>
    /// <param name="packs">All packs that there are. Is enumerated once.</param>
    /// <param name="snapshots">All snapshots whose every pack was read back; null to leave what is remembered of them.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task SaveAsync(VerificationState state, IEnumerable<PackVerification> packs, IReadOnlyList<SnapshotVerification>? snapshots, CancellationToken cancellationToken);
}
