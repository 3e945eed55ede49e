using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Counts, for every pack of a captured index, what of it is needed. Of a blob that lies in several packs one copy is kept.</summary>
internal sealed class PackUses
{
    private readonly CapturedIndex _captured;
    private readonly PackUse[] _packs;

    private PackUses(CapturedIndex captured)
    {
        _captured = captured;
        _packs = new PackUse[captured.PackCount];
    }

    /// <summary>The uses by the index's number of the pack.</summary>
    public ReadOnlySpan<PackUse> Packs => _packs;

    /// <summary>The entries that are kept: one for each needed blob.</summary>
    public GrowingFlags Kept { get; } = new();

    /// <summary>Packs that no index file names, and that were not condemned yet.</summary>
    public List<StrayPack> Strays { get; } = [];

    /// <summary>Counts.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="captured">The index.</param>
    /// <param name="used">The needed entries: of each blob the one that the index finds first.</param>
    /// <param name="cancellationToken">Stops the counting.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.PackMissing"/> if a needed blob lies in a pack that is gone.</exception>
    public static async Task<PackUses> CountAsync(OpenRepository repository, CapturedIndex captured, GrowingFlags used, CancellationToken cancellationToken)
    {
        var uses = new PackUses(captured);
        await uses.ListPacksAsync(repository, cancellationToken);
        uses.Count(used, cancellationToken);
        return uses;
    }

    private async Task ListPacksAsync(OpenRepository repository, CancellationToken cancellationToken)
    {
        HashSet<PackId> condemned = await new CondemnedPacks(repository.Files).FindPacksAsync(cancellationToken);
        await foreach (StoreFileInfo file in repository.Files.ListAsync(StoreFileKind.Pack, cancellationToken))
        {
            if (!Sha256Hash.TryParse(file.Name, out Sha256Hash hash))
            {
                continue;
            }

            var id = new PackId(hash);
            if (!_captured.Blobs.TryGetPackNumber(id, out int packNumber))
            {
                if (!condemned.Contains(id))
                {
                    Strays.Add(new StrayPack(id, file.Size));
                }
            }
            else if (packNumber < _packs.Length)
            {
                _packs[packNumber].Exists = true;
            }
        }
    }

    private void Count(GrowingFlags used, CancellationToken cancellationToken)
    {
        for (int pack = 0; pack < _packs.Length; pack++)
        {
            _packs[pack].Size = PackFormat.Overhead;
        }

        GrowingFlags repeated = FindRepeated();
        for (int entry = 0; entry < _captured.Count; entry++)
        {
            BlobPlace place = _captured.Blobs.GetPlace(entry);
            ref PackUse pack = ref _packs[place.PackNumber];
            pack.Size += place.Blob.Length + PackFormat.GetEntryLength(place.Blob.IsCompressed);
            pack.HasTrees |= place.Blob.Key.Type == BlobType.Tree;
            if (repeated.IsSet(entry))
            {
                continue;
            }

            if (used.IsSet(entry))
            {
                Keep(entry, place);
            }
            else
            {
                pack.Unused += place.Blob.Length;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        foreach (int entry in repeated.Enumerate())
        {
            CountRepeated(entry, used);
        }
    }

    private GrowingFlags FindRepeated()
    {
        var repeated = new GrowingFlags();
        for (int entry = 0; entry < _captured.Count; entry++)
        {
            if (_captured.Blobs.TryFind(_captured.Blobs.GetPlace(entry).Blob.Key, out int first) && first != entry)
            {
                repeated.TrySet(first);
                repeated.TrySet(entry);
            }
        }

        return repeated;
    }

    // Is called for each copy; the one that the index finds first decides for all.
    private void CountRepeated(int entry, GrowingFlags used)
    {
        BlobKey key = _captured.Blobs.GetPlace(entry).Blob.Key;
        if (!_captured.Blobs.TryFind(key, out int first) || first != entry)
        {
            return;
        }

        List<int> copies = _captured.Blobs.FindAll(key);
        copies.RemoveAll(copy => copy >= _captured.Count);
        int kept = used.IsSet(first) ? ChooseCopy(copies) : -1;
        foreach (int copy in copies)
        {
            BlobPlace place = _captured.Blobs.GetPlace(copy);
            if (copy == kept)
            {
                Keep(copy, place);
            }
            else
            {
                _packs[place.PackNumber].Unused += place.Blob.Length;
            }
        }
    }

    // A pack without waste first, so that what a prune had copied before it was interrupted is used now; then the one with more that is needed anyway.
    private int ChooseCopy(List<int> copies)
    {
        int best = copies[0];
        foreach (int copy in copies)
        {
            PackUse pack = _packs[_captured.Blobs.GetPlace(copy).PackNumber];
            PackUse other = _packs[_captured.Blobs.GetPlace(best).PackNumber];
            if ((pack.Exists, -pack.Unused, pack.Used, pack.Size).CompareTo((other.Exists, -other.Unused, other.Used, other.Size)) > 0)
            {
                best = copy;
            }
        }

        return best;
    }

    private void Keep(int entry, in BlobPlace place)
    {
        if (!_packs[place.PackNumber].Exists)
        {
            throw BlobFaults.PackMissing(place, new FileNotFoundException($"No listing has the pack {place.Pack}."));
        }

        Kept.TrySet(entry);
        _packs[place.PackNumber].Used += place.Blob.Length;
    }
}
