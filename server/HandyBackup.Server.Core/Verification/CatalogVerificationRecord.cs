using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Remembers in the catalog when the data of one repository was read back.</summary>
internal sealed class CatalogVerificationRecord(IVerificationCatalog catalog, string repositoryId) : IVerificationRecord
{
    /// <inheritdoc/>
    public async Task<VerificationState?> FindStateAsync(CancellationToken cancellationToken) =>
        await catalog.FindAsync(repositoryId, cancellationToken) is { } record
            ? new VerificationState
            {
                Recorded = record.Recorded,
                LastShare = record.LastShare,
                Interval = record.Interval,
                Since = record.Since,
                UnverifiedBytes = record.UnverifiedBytes,
            }
            : null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<PackVerification> ListPacksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (VerifiedPack pack in catalog.ListPacksAsync(repositoryId, cancellationToken))
        {
            yield return new PackVerification(new PackId(pack.Pack), pack.Known, pack.Verified, pack.Carried);
        }
    }

    /// <inheritdoc/>
    public Task SaveAsync(VerificationState state, IEnumerable<PackVerification> packs, IReadOnlyList<SnapshotVerification>? snapshots, CancellationToken cancellationToken)
    {
        var record = new VerificationRecord
        {
            Recorded = state.Recorded,
            LastShare = state.LastShare,
            Interval = state.Interval,
            Since = state.Since,
            UnverifiedBytes = state.UnverifiedBytes,
        };
        return catalog.SaveAsync(
            repositoryId,
            record,
            packs.Select(pack => new VerifiedPack(pack.Pack.Hash, pack.Known, pack.Verified, pack.Carried)),
            snapshots?.Select(snapshot => new VerifiedSnapshot(snapshot.Id, snapshot.Verified)).ToList(),
            cancellationToken);
    }
}
