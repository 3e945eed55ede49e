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
        var files = new IndexFiles(repository.FilesAsStored);
        var loader = new IndexLoader(files);
        List<HandyBackupException> damaged = [];
        HashSet<IndexId> listed = await files.ListAsync(cancellationToken);
        var index = new BlobIndex();
        IndexLoadResult result = await loader.LoadAsync(index, listed, Collect, cancellationToken);
        List<IndexId> healable = [];
        foreach (HandyBackupException e in damaged)
        {
            if (Sha256Hash.TryParse(Path.GetFileName(e.Target), out Sha256Hash id)
                && await report.AddDamageAsync(FileOf(new IndexId(id)), FileErrors.ToInfo(e), cancellationToken))
            {
                healable.Add(new IndexId(id));
            }
        }

        result.Superseded.IntersectWith(listed);
        if (result.Superseded.Count > 0)
        {
            await ReportSupersededAsync(result.Superseded, cancellationToken);
            listed.ExceptWith(result.Superseded);
            index = new BlobIndex();
            await loader.LoadAsync(index, listed, Collect, cancellationToken);
        }

        // What parity brings back is no reason to report the blobs that are named there.
        healable.RemoveAll(result.Superseded.Contains);
        await new IndexLoader(new IndexFiles(repository.Files)).LoadAsync(index, healable, Collect, cancellationToken);
        return index;

        void Collect(HandyBackupException e)
        {
            lock (damaged)
            {
                damaged.Add(e);
            }
        }
    }

    private static StoreFile FileOf(IndexId id) => new(StoreFileKind.Index, id.ToString());

    private async Task ReportSupersededAsync(IEnumerable<IndexId> superseded, CancellationToken cancellationToken)
    {
        foreach (IndexId id in superseded)
        {
            string path = FileErrors.PathOf(FileOf(id));
            await report.AddUntidinessAsync(ErrorCode.IndexUnused, path, $"The index file '{path}' is replaced by another one and can be removed.", cancellationToken);
        }
    }
}
