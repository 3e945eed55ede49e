using System.Runtime.InteropServices;

namespace HandyBackup.Repository;

/// <summary>
/// Takes packs out of the index in two steps. First the index files that name them are written again without them, beside the old ones: both together name every pack, so
/// a crash in between harms nothing and nobody who reads them is misled; therefore the new files need no "supersedes". Then the old
/// files are removed, one by one, which is all that must happen while others are kept out.
/// </summary>
internal sealed class IndexRewrite(RepositoryIndex index, IndexFiles files, PrunePlan plan)
{
    private readonly List<IndexId> _replaced = [];
    private readonly int[] _blobCounts = CountBlobs(plan.Captured);

    /// <summary>Writes the new files.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var content = new IndexFileContent();
        HashSet<IndexId> superseded = await FindReplacedAsync(content, cancellationToken);
        var covered = new GrowingFlags();
        HashSet<IndexId> replaced = [.. _replaced];
        foreach (IndexId file in plan.Captured.Files)
        {
            if (!replaced.Contains(file) && await files.TryLoadAsync(file, content, cancellationToken))
            {
                Cover(content, covered);
            }
        }

        List<SavedPack> staying = [];
        int blobCount = 0;
        foreach (IndexId file in _replaced)
        {
            if (superseded.Contains(file) || !await files.TryLoadAsync(file, content, cancellationToken))
            {
                continue;
            }

            blobCount += Collect(content, covered, staying);
            if (blobCount >= IndexFiles.MaxBlobs)
            {
                await index.SaveAsync(staying, cancellationToken);
                staying = [];
                blobCount = 0;
            }
        }

        await SaveAsync(staying, cancellationToken);
    }

    /// <summary>Names packs again that were to leave and stay after all.</summary>
    public async Task SaveRetainedAsync(CancellationToken cancellationToken)
    {
        if (plan.Leaving.Retained.Count == 0)
        {
            return;
        }

        Dictionary<int, List<PackedBlob>> blobs = plan.Leaving.Retained.ToDictionary(pack => pack, _ => new List<PackedBlob>());
        for (int entry = 0; entry < plan.Captured.Count; entry++)
        {
            BlobPlace place = plan.Captured.Blobs.GetPlace(entry);
            if (blobs.TryGetValue(place.PackNumber, out List<PackedBlob>? pack))
            {
                pack.Add(place.Blob);
            }
        }

        foreach (List<PackedBlob> pack in blobs.Values)
        {
            pack.Sort((left, right) => left.Offset.CompareTo(right.Offset));
        }

        await SaveAsync([.. blobs.Select(pack => new SavedPack(plan.Captured.Blobs.GetPack(pack.Key), pack.Value))], cancellationToken);
    }

    /// <summary>Removes the old files. From the first on the packs leave.</summary>
    public Task CommitAsync(CancellationToken cancellationToken) => index.RemoveFilesAsync(_replaced, cancellationToken);

    // What names a leaving pack is written again; what another file replaces, as an interrupted prune of restic's older versions leaves it, only goes.
    private async Task<HashSet<IndexId>> FindReplacedAsync(IndexFileContent content, CancellationToken cancellationToken)
    {
        HashSet<IndexId> superseded = [];
        HashSet<IndexId> naming = [];
        foreach (IndexId file in plan.Captured.Files)
        {
            if (await files.TryLoadAsync(file, content, cancellationToken))
            {
                superseded.UnionWith(content.Supersedes);
                if (NamesLeaving(content))
                {
                    naming.Add(file);
                }
            }
        }

        superseded.IntersectWith(plan.Captured.Files);
        naming.UnionWith(superseded);
        _replaced.AddRange(naming);
        return superseded;
    }

    private static int[] CountBlobs(CapturedIndex captured)
    {
        int[] counts = new int[captured.PackCount];
        for (int entry = 0; entry < captured.Count; entry++)
        {
            counts[captured.Blobs.GetPlace(entry).PackNumber]++;
        }

        return counts;
    }

    // Nothing forbids that two files name a part of one pack each.
    private bool IsWhole(int packNumber, int blobCount) => packNumber < _blobCounts.Length && _blobCounts[packNumber] == blobCount;

    private bool NamesLeaving(IndexFileContent content)
    {
        for (int i = 0; i < content.PackCount; i++)
        {
            content.GetPack(i, out PackId pack);
            if (plan.Captured.Blobs.TryGetPackNumber(pack, out int number) && plan.Leaving.Contains(number))
            {
                return true;
            }
        }

        return false;
    }

    private void Cover(IndexFileContent content, GrowingFlags covered)
    {
        for (int i = 0; i < content.PackCount; i++)
        {
            int blobCount = content.GetPack(i, out PackId pack).Length;
            if (plan.Captured.Blobs.TryGetPackNumber(pack, out int number) && IsWhole(number, blobCount))
            {
                covered.TrySet(number);
            }
        }
    }

    private int Collect(IndexFileContent content, GrowingFlags covered, List<SavedPack> staying)
    {
        int blobCount = 0;
        for (int i = 0; i < content.PackCount; i++)
        {
            ReadOnlySpan<PackedBlob> blobs = content.GetPack(i, out PackId pack);
            if (plan.Captured.Blobs.TryGetPackNumber(pack, out int number) && !plan.Leaving.Contains(number) && !covered.IsSet(number))
            {
                if (IsWhole(number, blobs.Length))
                {
                    covered.TrySet(number);
                }

                List<PackedBlob> copied = new(blobs.Length);
                CollectionsMarshal.SetCount(copied, blobs.Length);
                blobs.CopyTo(CollectionsMarshal.AsSpan(copied));
                staying.Add(new SavedPack(pack, copied));
                blobCount += blobs.Length;
            }
        }

        return blobCount;
    }

    private async Task SaveAsync(List<SavedPack> packs, CancellationToken cancellationToken)
    {
        if (packs.Count > 0)
        {
            await index.SaveAsync(packs, cancellationToken);
        }
    }
}
