using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// Writes index files for sound packs that none names rightly, and then removes those that are damaged, replaced, or name packs that are not sound.
/// </summary>
internal sealed class IndexRebuild(OpenRepository repository, IndexSurvey index, PackSurvey packs, RepairReport report)
{
    private readonly IndexFiles _files = new(repository.Files);
    private readonly PackHeaders _headers = new(repository.Store, repository.MasterKey);

    /// <summary>Runs this part. New files are durable before old ones are removed.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        HashSet<IndexId> removed = [.. index.Useless];
        HashSet<PackId> named = [];
        foreach ((IndexId id, List<PackId> content) in index.PacksOf)
        {
            if (content.TrueForAll(packs.IsIndexed))
            {
                named.UnionWith(content);
            }
            else
            {
                removed.Add(id);
            }
        }

        // What only files name that are to go, and what none names.
        List<PackId> unnamed = [.. packs.Unindexed.Keys];
        foreach (IndexId id in removed)
        {
            foreach (PackId pack in index.PacksOf.GetValueOrDefault(id) ?? [])
            {
                if (packs.IsIndexed(pack) && named.Add(pack))
                {
                    unnamed.Add(pack);
                }
            }
        }

        await SaveAsync(unnamed, cancellationToken);
        await RemoveAsync(removed, cancellationToken);
    }

    private async Task SaveAsync(List<PackId> unnamed, CancellationToken cancellationToken)
    {
        if (unnamed.Count == 0)
        {
            return;
        }

        await report.AddAsync(
            RepairOutcome.Rebuilt,
            ErrorCode.IndexDamaged,
            "index",
            $"{unnamed.Count} sound packs that no sound index file named {(report.PlanOnly ? "can be" : "are")} put into new index files.",
            cancellationToken,
            unnamed.Count);
        if (report.PlanOnly)
        {
            return;
        }

        List<SavedPack> part = [];
        int blobCount = 0;
        foreach (PackId pack in unnamed)
        {
            SavedPack saved = new(pack, await FindBlobsAsync(pack, cancellationToken));
            part.Add(saved);
            blobCount += saved.Blobs.Count;
            if (blobCount >= IndexFiles.MaxBlobs)
            {
                await _files.SaveAsync(part, cancellationToken);
                part.Clear();
                blobCount = 0;
            }
        }

        if (part.Count > 0)
        {
            await _files.SaveAsync(part, cancellationToken);
        }
    }

    private async Task<List<PackedBlob>> FindBlobsAsync(PackId pack, CancellationToken cancellationToken)
    {
        if (packs.Unindexed.TryGetValue(pack, out List<PackedBlob>? blobs))
        {
            return blobs;
        }

        var file = new StoreFile(StoreFileKind.Pack, pack.ToString());
        long size = await repository.Store.FindSizeAsync(file, cancellationToken) ?? 0;
        PackHeader header = await _headers.ReadAsync(pack, size, cancellationToken);
        return header.Fault is null ? header.Blobs : throw FileErrors.Damaged(file, header.Fault);
    }

    private async Task RemoveAsync(HashSet<IndexId> removed, CancellationToken cancellationToken)
    {
        foreach (IndexId id in removed)
        {
            var file = new StoreFile(StoreFileKind.Index, id.ToString());
            if (!report.PlanOnly)
            {
                await repository.Store.RemoveAsync(file, cancellationToken);
            }

            string path = FileErrors.PathOf(file);
            await report.AddAsync(
                RepairOutcome.Removed, ErrorCode.IndexDamaged, path, $"The index file '{path}' is damaged or no longer right; others say what it said.", cancellationToken);
        }
    }
}
