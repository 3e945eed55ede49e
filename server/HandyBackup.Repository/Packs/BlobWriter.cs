using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Encrypts blobs, collects them in packs and saves those. Safe to share between threads; equal blobs are stored once.</summary>
public sealed class BlobWriter
{
    private BlobWriter() => throw new NotSupportedException();

    /// <summary>Bytes saved so far: packs and index files.</summary>
    public long AddedBytes => throw new NotSupportedException();

    /// <summary>Stores a blob, if it is not stored yet, and disposes it.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="verify">True to check the content against the id first; false only for blobs that this process hashed itself.</param>
    /// <param name="cancellationToken">Stops the waiting for room.</param>
    /// <returns>The bytes that the blob adds to the repository; 0 if it was there.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.BlobDamaged"/> if the content is not what the id promises; a store error.</exception>
    public ValueTask<long> PutAsync(BlobPayload blob, bool verify, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Makes everything that was put so far, by whomever, durable: packs first, then index files. After it a snapshot may be saved.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
