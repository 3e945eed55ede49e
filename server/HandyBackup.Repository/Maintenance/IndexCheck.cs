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
        var files = new IndexFiles(repository.Files);
        var assembly = new IndexAssembly(files, repository.IndexCache, isShared: false);
        Dictionary<string, HandyBackupException> damaged = [];
        Dictionary<IndexId, long> listed = await files.ListAsync(cancellationToken);
        (BlobIndex index, IndexLoadResult result) = await assembly.LoadAsync(new BlobIndex(), [], listed, Collect, cancellationToken);
        foreach (HandyBackupException e in damaged.Values)
        {
            await report.AddDamageAsync(FileErrors.ToInfo(e), cancellationToken);
        }

        foreach (IndexId id in result.Superseded)
        {
            string path = FileErrors.PathOf(new StoreFile(StoreFileKind.Index, id.ToString()));
            await report.AddUntidinessAsync(ErrorCode.IndexUnused, path, $"The index file '{path}' is replaced by another one and can be removed.", cancellationToken);
        }

        return index;

        void Collect(HandyBackupException e)
        {
            lock (damaged)
            {
                damaged[e.Target ?? e.Message] = e;
            }
        }
    }
}
