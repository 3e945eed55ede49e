using System.Runtime.InteropServices;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>The index files of a repository as one index in memory. Safe to share between threads.</summary>
internal sealed class RepositoryIndex : IDisposable
{
    // Others may remove index files between the listing and the loading; to lose that race more often than this means something else.
    private const int MaxListings = 5;

    private readonly IndexFiles _files;
    private readonly IndexLoader _loader;
    private readonly SemaphoreSlim _changing = new(1);
    private volatile BlobIndex _blobs = new();
    private HashSet<IndexId> _loaded = [];
    private bool _mustLoadAnew;

    public RepositoryIndex(IndexFiles files)
    {
        _files = files;
        _loader = new IndexLoader(files);
        Claims = new BlobClaims(() => _blobs);
    }

    /// <summary>What was loaded or saved so far. A refresh may replace the object: take it once for what must fit together.</summary>
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
            _loaded.Add(new IndexId(id));
            foreach (SavedPack pack in packs)
            {
                _blobs.Add(pack.Id, CollectionsMarshal.AsSpan(pack.Blobs));
            }

            Claims.ClaimAdded(packs);

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

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();

    private async Task<bool> TryRefreshAsync(CancellationToken cancellationToken)
    {
        HashSet<IndexId> listed = await _files.ListAsync(cancellationToken);
        // The table cannot forget; so it is made anew when a file is gone, which happens after a prune only.
        bool isSomethingGone = _mustLoadAnew || !_loaded.IsSubsetOf(listed);
        BlobIndex blobs = isSomethingGone ? new BlobIndex() : _blobs;
        HashSet<IndexId> wanted = [.. listed];
        wanted.ExceptWith(isSomethingGone ? [] : _loaded);
        IndexLoadResult result = await _loader.LoadAsync(blobs, wanted, onDamage: null, cancellationToken);
        if (result.HasVanished)
        {
            return false;
        }

        // A prune that was interrupted leaves the files that it replaced, and they may name packs that are gone.
        result.Superseded.IntersectWith(listed);
        if (result.Superseded.Count > 0)
        {
            blobs = new BlobIndex();
            wanted = [.. listed];
            wanted.ExceptWith(result.Superseded);
            result = await _loader.LoadAsync(blobs, wanted, onDamage: null, cancellationToken);
        }

        if (result.HasVanished)
        {
            return false;
        }

        _blobs = blobs;
        _loaded = listed;
        _mustLoadAnew = false;
        return true;
    }
}
