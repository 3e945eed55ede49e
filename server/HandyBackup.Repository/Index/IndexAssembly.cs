using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Makes an index of index files: in memory if they are small, sorted into a cache file if they are big and there is a cache.</summary>
internal sealed class IndexAssembly(IndexFiles files, IndexCache? cache)
{
    private readonly IndexLoader _loader = new(files);

    /// <summary>Loads index files.</summary>
    /// <param name="blobs">What is known so far. Small files are added to this very object, also when it turns out that a file is superseded or gone.</param>
    /// <param name="wanted">The files to load.</param>
    /// <param name="listed">All files that there are, with their sizes.</param>
    /// <param name="isShared">True if a cache file may be kept for others, because <paramref name="wanted"/> is all that was missing.</param>
    /// <param name="onDamage">Is told of each damaged file, from several threads and perhaps twice; null to fail at the first.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>The index, complete unless the result names files that are listed and superseded, or gone.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.IndexDamaged"/> naming the file, or a store error.</exception>
    public async Task<(BlobIndex Blobs, IndexLoadResult Result)> LoadAsync(
        BlobIndex blobs,
        IReadOnlyCollection<IndexId> wanted,
        IReadOnlyDictionary<IndexId, long> listed,
        bool isShared,
        Action<HandyBackupException>? onDamage,
        CancellationToken cancellationToken)
    {
        if (cache is not null && wanted.Sum(id => listed[id]) > cache.Limits.MaxLoadedBytes)
        {
            try
            {
                using var builder = new MappedIndexBuilder(cache, blobs.Cached);
                builder.AddRecent(blobs, blobs.RecentCount);
                IndexLoadResult sorted = await _loader.LoadAsync(builder, wanted, onDamage, cancellationToken);
                if (sorted.HasVanished || sorted.Superseded.Any(listed.ContainsKey))
                {
                    return (blobs, sorted);
                }

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
