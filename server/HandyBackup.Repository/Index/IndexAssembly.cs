using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Makes an index of index files: in memory if they are small, sorted into a cache file if they are big and there is a cache.</summary>
/// <param name="files">The index files.</param>
/// <param name="cache">Where cache files are; null to keep everything in memory.</param>
/// <param name="isShared">True if cache files are kept for the next time; false for an index that only the caller uses.</param>
internal sealed class IndexAssembly(IndexFiles files, IndexCache? cache, bool isShared)
{
    private readonly IndexLoader _loader = new(files);

    /// <summary>Loads index files. Files that others supersede do not count: if such were taken in, the index is made anew without them.</summary>
    /// <param name="blobs">What is known so far. Small files are added to this very object.</param>
    /// <param name="known">The files whose content that is.</param>
    /// <param name="listed">All files that there are, with their sizes.</param>
    /// <param name="onDamage">Is told of each damaged file, from several threads and perhaps twice; null to fail at the first.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>The index, complete unless a file has vanished, and the listed files that are superseded.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.IndexDamaged"/> naming the file, or a store error.</exception>
    public async Task<(BlobIndex Blobs, IndexLoadResult Result)> LoadAsync(
        BlobIndex blobs, HashSet<IndexId> known, IReadOnlyDictionary<IndexId, long> listed, Action<HandyBackupException>? onDamage, CancellationToken cancellationToken)
    {
        (blobs, IndexLoadResult result) = await LoadAsync(blobs, known, listed, [], onDamage, cancellationToken);
        result.Superseded.RemoveWhere(id => !listed.ContainsKey(id));
        if (result.Superseded.Count == 0 || result.HasVanished)
        {
            return (blobs, result);
        }

        // A prune that was interrupted leaves the files that it replaced, and they may name packs that are gone.
        (blobs, IndexLoadResult last) = await LoadAsync(new BlobIndex(), result.Superseded, listed, result.Superseded, onDamage, cancellationToken);
        return (blobs, result with { HasVanished = last.HasVanished });
    }

    private async Task<(BlobIndex Blobs, IndexLoadResult Result)> LoadAsync(
        BlobIndex blobs,
        HashSet<IndexId> known,
        IReadOnlyDictionary<IndexId, long> listed,
        HashSet<IndexId> leftOut,
        Action<HandyBackupException>? onDamage,
        CancellationToken cancellationToken)
    {
        List<IndexId> wanted = [];
        long bytes = 0;
        foreach ((IndexId id, long size) in listed)
        {
            if (!known.Contains(id))
            {
                wanted.Add(id);
                bytes += size;
            }
        }

        if (cache is not null && bytes > cache.Limits.MaxLoadedBytes)
        {
            try
            {
                using var builder = new MappedIndexBuilder(cache, blobs.Cached);
                builder.AddRecent(blobs, blobs.RecentCount);
                IndexLoadResult sorted = await _loader.LoadAsync(builder, wanted, onDamage, cancellationToken);
                if (sorted.HasVanished || sorted.Superseded.Any(id => listed.ContainsKey(id) && !leftOut.Contains(id)))
                {
                    return (blobs, sorted);
                }

                // The file represents superseded files too: they are not to be loaded above it.
                MappedIndex made = builder.Complete(isShared ? [.. listed.Keys] : null, cancellationToken);
                cache.Note(null);
                return (new BlobIndex(made), sorted);
            }
            catch (Exception exception) when (IndexCache.IsFault(exception))
            {
                // Memory must do, as it does without a cache.
                cache.Note(exception);
            }
        }

        return (blobs, await _loader.LoadAsync(blobs, wanted, onDamage, cancellationToken));
    }
}
