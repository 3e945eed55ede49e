using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Loads all index files that can be read, never a copy of them, and reports the others.</summary>
internal sealed class IndexCheck(OpenRepository repository, CheckReport report)
{
    /// <summary>Runs the check.</summary>
    /// <returns>What the sound index files say.</returns>
    public async Task<BlobIndex> RunAsync(CancellationToken cancellationToken)
    {
        var files = new IndexFiles(repository.FilesAsStored);
        var assembly = new IndexAssembly(files, repository.IndexCache, isShared: false);
        Dictionary<string, HandyBackupException> damaged = [];
        Dictionary<IndexId, long> listed = await files.ListAsync(cancellationToken);
        (BlobIndex index, IndexLoadResult result) = await assembly.LoadAsync(new BlobIndex(), [], listed, Collect, cancellationToken);
        List<IndexId> healable = [];
        foreach (HandyBackupException e in damaged.Values)
        {
            if (Sha256Hash.TryParse(Path.GetFileName(e.Target), out Sha256Hash id)
                && await report.AddDamageAsync(FileOf(new IndexId(id)), FileErrors.ToInfo(e), cancellationToken))
            {
                healable.Add(new IndexId(id));
            }
        }

        foreach (IndexId id in result.Superseded)
        {
            string path = FileErrors.PathOf(FileOf(id));
            await report.AddUntidinessAsync(ErrorCode.IndexUnused, path, $"The index file '{path}' is replaced by another one and can be removed.", cancellationToken);
        }

        // What parity brings back is no reason to report the blobs that are named there.
        healable.RemoveAll(result.Superseded.Contains);
        await new IndexLoader(new IndexFiles(repository.Files)).LoadAsync(index, healable, Collect, cancellationToken);
        return index;

        void Collect(HandyBackupException e)
        {
            lock (damaged)
            {
                damaged[e.Target ?? e.Message] = e;
            }
        }
    }

    private static StoreFile FileOf(IndexId id) => new(StoreFileKind.Index, id.ToString());
}
