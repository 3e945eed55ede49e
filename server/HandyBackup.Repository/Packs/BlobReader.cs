using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Reads blobs in pack order with coalesced ranges. Implements what agents may read. Safe to share between threads.</summary>
public sealed class BlobReader : IRetrieve
{
    private BlobReader() => throw new NotSupportedException();

    /// <inheritdoc/>
    public IAsyncEnumerable<BlobPayload> GetAsync(IReadOnlyCollection<BlobId> ids, BlobType type, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Reads one blob's plain, verified content.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.BlobMissing"/>, <see cref="ErrorCode.PackMissing"/> or <see cref="ErrorCode.BlobDamaged"/>.</exception>
    public Task<byte[]> ReadAsync(BlobId id, BlobType type, CancellationToken cancellationToken) => throw new NotSupportedException();
}
