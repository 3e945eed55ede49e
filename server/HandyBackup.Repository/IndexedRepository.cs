using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>A repository whose index was loaded: blobs can be found, read and written. Safe to share between threads.</summary>
public sealed class IndexedRepository : IAsyncDisposable
{
    private readonly RepositoryIndex _index;
    private readonly ZstdDecompressors _decompressors = new();
    private readonly BlobVerifier _verifier;
    private readonly Lock _replacing = new();
    private readonly List<BlobWriter> _writers = [];

    private IndexedRepository(OpenRepository repository, RepositoryIndex index)
    {
        Repository = repository;
        _index = index;
        _verifier = new BlobVerifier(_decompressors, repository.Buffers);
        Reader = new BlobReader(() => index.Blobs, repository, _verifier, readsThroughParity: true);
    }

    /// <summary>The repository.</summary>
    public OpenRepository Repository { get; }

    /// <summary>Reads blobs.</summary>
    public BlobReader Reader { get; }

    /// <summary>
    /// Writes blobs. One writer for all runs, so that equal blobs are stored once. A run takes it once, at its beginning, before it asks
    /// whether anything is contained, and keeps to it: a writer that failed to save refuses everything from then on, and this property gives a new one.
    /// </summary>
    public BlobWriter Writer
    {
        get
        {
            lock (_replacing)
            {
                if (_writers.Count == 0 || _writers[^1].HasFailed)
                {
                    _writers.Add(new BlobWriter(_index, Repository, _verifier));
                }

                return _writers[^1];
            }
        }
    }

    /// <summary>The index.</summary>
    internal RepositoryIndex Index => _index;

    /// <summary>True if a backup is under way, or one that was given up still has packs that no index file names: such packs are not abandoned.</summary>
    internal bool HasUnindexedPacks
    {
        get
        {
            lock (_replacing)
            {
                return _index.Claims.HasUses || _writers.Exists(writer => writer.HasUnindexedPacks);
            }
        }
    }

    /// <summary>Verifies blobs.</summary>
    internal BlobVerifier Verifier => _verifier;

    /// <summary>
    /// Begins a backup or a restore. A backup must have begun before anything is asked or written on its behalf, and before <see cref="Writer"/> is taken; what other
    /// parts of the server delete meanwhile is then never what it relies on.
    /// </summary>
    public RepositoryUse BeginUse() => _index.Claims.Begin();

    /// <summary>Why the cache of the index could not be used when that was last tried; null if it could, or there is none. Everything works all the same, with more memory.</summary>
    public Exception? IndexCacheFault => Repository.IndexCache?.Fault;

    /// <summary>Loads the index of a repository.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.IndexDamaged"/> naming the file, or a store error.</exception>
    internal static async Task<IndexedRepository> LoadAsync(OpenRepository repository, CancellationToken cancellationToken)
    {
        var index = new RepositoryIndex(new IndexFiles(repository.Files), repository.IndexCache);
        try
        {
            await index.RefreshAsync(cancellationToken);
            return new IndexedRepository(repository, index);
        }
        catch
        {
            await index.DisposeAsync();
            throw;
        }
    }

    /// <summary>True if the blob is stored or is being stored.</summary>
    public bool Contains(BlobId id, BlobType type)
    {
        var key = new BlobKey(id, type);
        BlobWriter? writer;
        lock (_replacing)
        {
            writer = _writers.LastOrDefault();
        }

        // A question does not make a writer: packs are adopted only before there is one.
        return writer?.Contains(key) ?? _index.Claims.TryClaim(key);
    }

    /// <summary>Takes in index files that others have added since, and drops what they removed.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.IndexDamaged"/> naming the file, or a store error.</exception>
    public Task RefreshAsync(CancellationToken cancellationToken) => _index.RefreshAsync(cancellationToken);

    /// <summary>
    /// Puts packs into the index that no index file names and that were not condemned, so that what a killed process had stored is not stored again. For a run that takes
    /// <see cref="Writer"/> only afterwards and holds a lock of the repository; it does nothing once a writer was given out, since that one's
    /// packs are to be indexed by itself.
    /// </summary>
    /// <exception cref="HandyBackupException">A store error. What was adopted until then stays.</exception>
    public async Task<AdoptedPacks> AdoptStrayPacksAsync(CancellationToken cancellationToken)
    {
        await Repository.Maintenance.WaitAsync(cancellationToken);
        try
        {
            bool isWriting;
            lock (_replacing)
            {
                isWriting = _writers.Count > 0;
            }

            return isWriting ? default : await new StrayPacks(_index, Repository).AdoptAsync(cancellationToken);
        }
        finally
        {
            Repository.Maintenance.Release();
        }
    }

    /// <summary>Drops what was put and not flushed, and ends when nothing is being saved any more.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (BlobWriter writer in _writers)
        {
            await writer.DisposeAsync();
        }

        await _index.DisposeAsync();
        _decompressors.Dispose();
    }
}
