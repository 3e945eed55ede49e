using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Loads all index files that can be read and reports the others.</summary>
internal sealed class IndexCheck(OpenRepository repository, CheckReport report)
{
    /// <summary>Runs the check.</summary>
    /// <returns>What the sound index files say.</returns>
    public async Task<BlobIndex> RunAsync(CancellationToken cancellationToken)
    {
        var files = new IndexFiles(repository.Files);
        var loader = new IndexLoader(files);
        List<HandyBackupException> damaged = [];
        HashSet<IndexId> listed = await files.ListAsync(cancellationToken);
        var index = new BlobIndex();
        IndexLoadResult result = await loader.LoadAsync(index, listed, Collect, cancellationToken);
        foreach (HandyBackupException e in damaged)
        {
            await report.AddDamageAsync(FileErrors.ToInfo(e), cancellationToken);
        }

        result.Superseded.IntersectWith(listed);
        if (result.Superseded.Count == 0)
        {
            return index;
        }

        foreach (IndexId id in result.Superseded)
        {
            string path = FileErrors.PathOf(new StoreFile(StoreFileKind.Index, id.ToString()));
            await report.AddUntidinessAsync(ErrorCode.IndexUnused, path, $"The index file '{path}' is replaced by another one and can be removed.", cancellationToken);
        }

        listed.ExceptWith(result.Superseded);
        index = new BlobIndex();
        await loader.LoadAsync(index, listed, Collect, cancellationToken);
        return index;

        void Collect(HandyBackupException e)
        {
            lock (damaged)
            {
                damaged.Add(e);
            }
        }
    }
}
