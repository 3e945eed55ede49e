using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Reads every pack that is there or that the index names, heals what it can, and tells which packs are sound.</summary>
internal sealed class PackSurvey(OpenRepository repository, IndexSurvey index, FileRepair files, RepairReport report)
{
    private readonly PackHeaders _headers = new(repository.Store, repository.MasterKey);
    private readonly ConcurrentDictionary<PackId, List<PackedBlob>> _unindexed = new();
    private readonly ConcurrentDictionary<PackId, bool> _sound = new();
    private readonly ConcurrentBag<PackId> _damaged = [];

    /// <summary>Packs that parity could not heal. Some may not exist.</summary>
    public IReadOnlyCollection<PackId> Damaged => _damaged;

    /// <summary>Sound packs that the index does not name, or not as they are, and what they hold.</summary>
    public IReadOnlyDictionary<PackId, List<PackedBlob>> Unindexed => _unindexed;

    /// <summary>Runs the survey.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Dictionary<PackId, long> sizes = await ListAsync(cancellationToken);
        report.AddTotals(sizes.Count, sizes.Values.Sum());
        var contents = new PackContents(index.Blobs);
        // One more than processors, so that they have work while a pack is being read.
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount + 1, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(sizes, options, async (pack, token) =>
        {
            await ExamineAsync(pack.Key, pack.Value, contents, token);
            report.CountItem(FileErrors.PathOf(FileOf(pack.Key)), pack.Value);
        });
    }

    /// <summary>True for a pack that is sound and that the index names as it is.</summary>
    public bool IsIndexed(PackId pack) => _sound.ContainsKey(pack) && !_unindexed.ContainsKey(pack);

    /// <summary>Adds what the sound packs hold.</summary>
    public void AddSoundTo(BlobIndex sound)
    {
        var contents = new PackContents(index.Blobs);
        for (int packNumber = 0; packNumber < contents.PackCount; packNumber++)
        {
            PackId pack = index.Blobs.GetPack(packNumber);
            if (IsIndexed(pack))
            {
                PackedBlob[] blobs = [.. contents.GetEntries(packNumber).Select(entry => index.Blobs.GetPlace(entry).Blob)];
                sound.Add(pack, blobs);
            }
        }

        foreach ((PackId pack, List<PackedBlob> blobs) in _unindexed)
        {
            sound.Add(pack, CollectionsMarshal.AsSpan(blobs));
        }
    }

    private static StoreFile FileOf(PackId id) => new(StoreFileKind.Pack, id.ToString());

    private async Task<Dictionary<PackId, long>> ListAsync(CancellationToken cancellationToken)
    {
        Dictionary<PackId, long> sizes = [];
        for (int packNumber = 0; packNumber < index.Blobs.PackCount; packNumber++)
        {
            sizes[index.Blobs.GetPack(packNumber)] = 0;
        }

        // What a prune condemned is left to the next one. With an index that lost something, nobody knows what is needed of it: it is taken in again.
        HashSet<PackId> leaving = index.IsWhole ? await new CondemnedPacks(repository.Files).FindPacksAsync(cancellationToken) : [];
        leaving.ExceptWith(sizes.Keys);
        await foreach (StoreFileInfo file in repository.Files.ListAsync(StoreFileKind.Pack, cancellationToken))
        {
            if (Sha256Hash.TryParse(file.Name, out Sha256Hash hash) && !leaving.Contains(new PackId(hash)))
            {
                sizes[new PackId(hash)] = file.Size;
            }
        }

        return sizes;
    }

    private async Task ExamineAsync(PackId id, long size, PackContents contents, CancellationToken cancellationToken)
    {
        StoreFile file = FileOf(id);
        if (size is > 0 and <= int.MaxValue)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent((int)size);
            try
            {
                Memory<byte> pack = buffer.AsMemory(0, (int)size);
                if (await TryLoadAsync(file, pack, cancellationToken) && StoredFiles.IsIntact(file, pack.Span) && TryTakeIn(id, pack.Span, contents))
                {
                    await files.ProtectAsync(file, pack, cancellationToken);
                    return;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        using HealedFile? healed = await files.TryHealAsync(file, cancellationToken);
        if (healed is null || !TryTakeIn(id, healed.Content.Span, contents))
        {
            _damaged.Add(id);
        }
    }

    private async Task<bool> TryLoadAsync(StoreFile file, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            await repository.Store.LoadAsync(file, 0, destination, cancellationToken);
            return true;
        }
        catch (StoreException exception) when (exception.Error is StoreError.NotFound or StoreError.TooShort)
        {
            return false;
        }
        catch (StoreException exception) when (exception.Error == StoreError.Unavailable)
        {
            // Sectors that cannot be read are damage. A place that fails altogether is not, and ends the repair.
            await repository.Store.LoadAsync(file, destination.Length / 2, destination[..1], cancellationToken);
            return false;
        }
    }

    private bool TryTakeIn(PackId id, ReadOnlySpan<byte> pack, PackContents contents)
    {
        PackHeader header = _headers.Read(pack);
        if (header.Fault is not null)
        {
            return false;
        }

        _sound[id] = true;
        if (!IsNamedAsItIs(id, header.Blobs, contents))
        {
            _unindexed[id] = header.Blobs;
        }

        return true;
    }

    private bool IsNamedAsItIs(PackId id, List<PackedBlob> blobs, PackContents contents)
    {
        if (!index.Blobs.TryGetPackNumber(id, out int packNumber))
        {
            return false;
        }

        int[] entries = contents.GetEntries(packNumber);
        bool isSame = entries.Length == blobs.Count;
        for (int i = 0; isSame && i < entries.Length; i++)
        {
            isSame = index.Blobs.GetPlace(entries[i]).Blob == blobs[i];
        }

        return isSame;
    }
}
