using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>A repository whose index was loaded: blobs can be found, read and written. Safe to share between threads.</summary>
public sealed class IndexedRepository : IAsyncDisposable
{
    private IndexedRepository() => throw new NotSupportedException();

    /// <summary>The repository.</summary>
    public OpenRepository Repository => throw new NotSupportedException();

    /// <summary>Reads blobs.</summary>
    public BlobReader Reader => throw new NotSupportedException();

    /// <summary>Writes blobs. One writer for all runs, so that equal blobs are stored once.</summary>
    public BlobWriter Writer => throw new NotSupportedException();

    /// <summary>True if the blob is stored or is being stored.</summary>
    public bool Contains(BlobId id, BlobType type) => throw new NotSupportedException();

    /// <summary>Takes in index files that others have added since, and drops what they removed.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
