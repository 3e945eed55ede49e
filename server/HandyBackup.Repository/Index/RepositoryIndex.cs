using System.Runtime.InteropServices;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>The index files of a repository as one index, with a cache file below if there is a cache. Safe to share between threads.</summary>
internal sealed class RepositoryIndex : IAsyncDisposable
{
    // Others may remove index files between the listing and the loading; to lose that race more often than this means something else.
    private const int MaxListings = 5;

    private readonly IndexFiles _files;
    private readonly IndexCache? _cache;
    private readonly IndexAssembly _assembly;
    private readonly IndexAssembly _memoryAssembly;
    private readonly SemaphoreSlim _changing = new(1);
    private readonly CancellationTokenSource _lifetime = new();
    private volatile BlobIndex _blobs = new();
    private HashSet<IndexId> _loaded = [];
    private bool _mustLoadAnew;
    private Task _compacting = Task.CompletedTask;
    private int _pauses;
    private int _leastToCompact;

    /// <summary>Starts with nothing loaded.</summary>
    /// <param name="files">The index files.</param>
    /// <param name="cache">Where cache files are; null to keep everything in memory.</param>
    public RepositoryIndex(IndexFiles files, IndexCache? cache = null)
    {
        _files = files;
        _cache = cache;
        _assembly = new IndexAssembly(files, cache, isShared: true);
        _memoryAssembly = new IndexAssembly(files, cache: null, isShared: true);
        Claims = new BlobClaims(() => _blobs);
    }

    /// <summary>
    /// What was loaded or saved so far. A refresh may replace the object, and so may a new cache file at any time that is not paused: take it once for
    /// what must fit together.
    /// </summary>
    public BlobIndex Blobs => _blobs;

    /// <summary>What backups under way rely on.</summary>
    public BlobClaims Claims { get; }

    /// <summary>The index as it is, and the files that it was loaded from: what both say belongs together.</summary>
    public async Task<CapturedIndex> CaptureAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            return new CapturedIndex(_blobs, _blobs.Count, _blobs.PackCount, [.. _loaded]);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Loads index files that are new, and drops what stood only in files that are gone.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.IndexDamaged"/> naming the file, or a store error.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            await RefreshAloneAsync(cancellationToken);
            CompactIfDue();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Saves an index file of durable packs and takes their blobs in.</summary>
    /// <returns>The file's size in bytes.</returns>
    public async Task<long> SaveAsync(IReadOnlyList<SavedPack> packs, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            (Sha256Hash id, long size) = await _files.SaveAsync(packs, cancellationToken);
            try
            {
                foreach (SavedPack pack in packs)
                {
                    _blobs.Add(pack.Id, CollectionsMarshal.AsSpan(pack.Blobs));
                }

                _loaded.Add(new IndexId(id));
            }
            catch (HandyBackupException) when (_blobs.Cached?.IsDamaged == true)
            {
                // The file is saved, so this takes it in with all the others.
                await RefreshAloneAsync(cancellationToken);
            }

            Claims.ClaimAdded(packs);
            CompactIfDue();
            return size;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>
    /// Removes index files. What they named stays known until the next refresh, which then loads anew; nothing is loaded while they are being removed, since
    /// half of them would be half an index.
    /// </summary>
    public async Task RemoveFilesAsync(IReadOnlyList<IndexId> files, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            _mustLoadAnew |= files.Count > 0;
            foreach (IndexId file in files)
            {
                await _files.RemoveAsync(file, cancellationToken);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>
    /// Keeps new cache files from replacing <see cref="Blobs"/> until the result is disposed: for who remembers numbers of entries. Only a refresh that finds
    /// index files gone replaces it nevertheless.
    /// </summary>
    public IDisposable PauseCompaction() => new Pause(this);

    /// <summary>Stops the writing of a cache file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync();
        await _compacting;
        _lifetime.Dispose();
        _changing.Dispose();
    }

    /// <summary>Ends when no cache file is being written any more.</summary>
    internal Task CompactedAsync(CancellationToken cancellationToken) => _compacting.WaitAsync(cancellationToken);

    private async Task RefreshAloneAsync(CancellationToken cancellationToken)
    {
        for (int listing = 1; !await TryRefreshAsync(cancellationToken); listing++)
        {
            if (listing == MaxListings)
            {
                throw new HandyBackupException(ErrorCode.StoreUnavailable, "Index files vanished again and again while the index was loaded.")
                {
                    Advice = "Wait until whatever else works on the repository has finished.",
                    IsTransient = true,
                };
            }
        }
    }

    private async Task<bool> TryRefreshAsync(CancellationToken cancellationToken)
    {
        Dictionary<IndexId, long> listed = await _files.ListAsync(cancellationToken);
        BlobIndex blobs = _blobs;
        HashSet<IndexId> known = _loaded;

        // Neither table nor cache file can forget; so the index is made anew when a file is gone, which happens after a prune only.
        bool isStale = blobs.Cached?.IsDamaged == true || _mustLoadAnew || !known.All(listed.ContainsKey);
        if (isStale || (known.Count == 0 && listed.Count > 0))
        {
            MappedIndex? cached = _cache?.Open(listed);
            blobs = isStale || cached is not null ? new BlobIndex(cached) : blobs;
            known = cached?.Files ?? [];
        }

        try
        {
            IndexAssembly assembly = isStale || Volatile.Read(ref _pauses) == 0 ? _assembly : _memoryAssembly;
            (blobs, IndexLoadResult result) = await assembly.LoadAsync(blobs, known, listed, onDamage: null, cancellationToken);
            if (result.HasVanished)
            {
                return false;
            }
        }
        catch (HandyBackupException) when (blobs.Cached?.IsDamaged == true)
        {
            // The cache file was dropped when that was noticed, so the next try does without it.
            return false;
        }

        _blobs = blobs;
        _loaded = [.. listed.Keys];
        _mustLoadAnew = false;
        return true;
    }

    // Under the lock of changes: what is loaded and what is in memory fit together here.
    private void CompactIfDue()
    {
        BlobIndex blobs = _blobs;
        if (_cache is null
            || blobs.RecentCount < Volatile.Read(ref _leastToCompact)
            || !_compacting.IsCompleted
            || _lifetime.IsCancellationRequested
            || _mustLoadAnew
            || Volatile.Read(ref _pauses) > 0
            || blobs.Cached?.IsDamaged == true
            || !_cache.Limits.IsDue(blobs.Cached?.Count ?? 0, blobs.RecentCount, _loaded.Count - (blobs.Cached?.Files.Count ?? 0)))
        {
            return;
        }

        int count = blobs.RecentCount;
        List<IndexId> represented = [.. _loaded];
        _compacting = Task.Run(() => CompactAsync(_cache, blobs, count, represented));
    }

    private async Task CompactAsync(IndexCache cache, BlobIndex blobs, int count, List<IndexId> represented)
    {
        try
        {
            MappedIndex made;
            using (var builder = new MappedIndexBuilder(cache, blobs.Cached))
            {
                builder.AddRecent(blobs, count);
                made = builder.Complete(represented, _lifetime.Token);
            }

            await _changing.WaitAsync(_lifetime.Token);
            try
            {
                // After a refresh that made the index anew the file may represent what is gone. While it is paused the file is for the next opening.
                if (_blobs == blobs && !_mustLoadAnew && Volatile.Read(ref _pauses) == 0)
                {
                    Replace(cache, blobs, count, made);
                }
            }
            finally
            {
                _changing.Release();
            }

            cache.Note(null);
            Volatile.Write(ref _leastToCompact, 0);
        }
        catch (OperationCanceledException) when (_lifetime.IsCancellationRequested)
        {
            // The index is closed; a file that was ready already is used or removed when it is opened again.
        }

        // The edge of a task: the index goes on as it is, and says what was wrong with its cache to those who ask.
        catch (Exception exception)
        {
            cache.Note(exception);

            // Sorting more and more for a disk that stays full would cost more each time.
            Volatile.Write(ref _leastToCompact, 2 * count);
        }
    }

    private void Replace(IndexCache cache, BlobIndex blobs, int count, MappedIndex made)
    {
        var replacement = new BlobIndex(made);
        int end = blobs.Count;
        for (int entry = end - blobs.RecentCount + count; entry < end; entry++)
        {
            BlobPlace place = blobs.GetPlace(entry);
            replacement.Add(place.Pack, [place.Blob]);
        }

        _blobs = replacement;
        cache.RemoveOthers(made);
        blobs.Cached?.ReleaseMemory();
    }

    private sealed class Pause : IDisposable
    {
        private RepositoryIndex? _index;

        public Pause(RepositoryIndex index)
        {
            _index = index;
            Interlocked.Increment(ref index._pauses);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _index, null) is { } index)
            {
                Interlocked.Decrement(ref index._pauses);
            }
        }
    }
}
