using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Checks that each pack which the index names exists, has the right size and a header that agrees with the index; of those whose data is read, every byte.</summary>
internal sealed class PacksCheck(OpenRepository repository, BlobIndex index, EntryFlags unusable, VerificationPass pass, CheckReport report)
{
    private const long MaxPackSize = int.MaxValue;

    // One more than processors, so that they have work while a pack is being read.
    private static readonly int s_packsAtOnce = Environment.ProcessorCount + 1;

    private readonly PackContents _contents = new(index);
    private readonly PackHeaders _headers = new(repository.Store, repository.MasterKey);

    /// <summary>Runs the check. Blobs that cannot be read are marked as unusable.</summary>
    /// <param name="verifier">Verifies content.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task RunAsync(BlobVerifier verifier, CancellationToken cancellationToken)
    {
        long[] sizes = await ListSizesAsync(cancellationToken);
        report.AddTotals(sizes.Length, pass.Choose(sizes));
        var data = new PackDataCheck(repository, index, verifier);
        var options = new ParallelOptions { MaxDegreeOfParallelism = s_packsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, sizes.Length, options, async (packNumber, token) =>
        {
            await CheckPackAsync(packNumber, sizes[packNumber], data, token);
            report.CountItem(PathOf(index.GetPack(packNumber)));
        });
    }

    /// <summary>Finds the size of each pack by its number: -1 where there is no file.</summary>
    private async Task<long[]> ListSizesAsync(CancellationToken cancellationToken)
    {
        HashSet<PackId> condemned = await new CondemnedPacks(repository.Files).FindPacksAsync(cancellationToken);
        long[] sizes = new long[_contents.PackCount];
        sizes.AsSpan().Fill(-1);
        await foreach (StoreFileInfo file in repository.Files.ListAsync(StoreFileKind.Pack, cancellationToken))
        {
            if (!Sha256Hash.TryParse(file.Name, out Sha256Hash hash))
            {
                continue;
            }

            var id = new PackId(hash);
            if (index.TryGetPackNumber(id, out int packNumber))
            {
                sizes[packNumber] = file.Size;
            }
            else if (!condemned.Contains(id))
            {
                await report.AddUntidinessAsync(
                    ErrorCode.PackUnused, PathOf(id), $"No index names the pack '{PathOf(id)}': a run that was cut off left it, or its index file is lost.", cancellationToken);
            }
        }

        return sizes;
    }

    private async Task CheckPackAsync(int packNumber, long size, PackDataCheck data, CancellationToken cancellationToken)
    {
        PackId id = index.GetPack(packNumber);
        int[] entries = _contents.GetEntries(packNumber);
        if (size < 0)
        {
            MarkUnusable(entries, _ => true);
            bool canHeal = await report.CanHealAsync(FileOf(id), cancellationToken);
            await report.AddDamageAsync(
                ErrorCode.PackMissing, PathOf(id), $"The pack '{PathOf(id)}' does not exist; {entries.Length} blobs lie in it.", canHeal, cancellationToken);
            return;
        }

        bool isSound = true;
        MarkUnusable(entries, blob => blob.End > size);
        long expected = _contents.GetExpectedSize(packNumber);
        if (size != expected || size > MaxPackSize)
        {
            isSound = false;
            await AddDamageAsync(id, $"has {size} bytes where the index wants {expected}", cancellationToken);
        }

        try
        {
            if (!pass.Reads(packNumber) || size > MaxPackSize)
            {
                await CheckHeaderAsync(id, entries, size, cancellationToken);
            }
            else if (await CheckDataAsync(id, entries, size, data, cancellationToken) && isSound)
            {
                pass.MarkSound(packNumber);
            }
        }
        catch (StoreException e) when (e.Error is StoreError.NotFound or StoreError.TooShort)
        {
            MarkUnusable(entries, _ => true);
            await AddDamageAsync(id, "became shorter or vanished while it was read", cancellationToken);
        }
        catch (StoreException e)
        {
            throw StoreErrors.Translate(e, repository.Store);
        }
    }

    private async Task CheckHeaderAsync(PackId id, int[] entries, long size, CancellationToken cancellationToken)
    {
        PackHeader header = await _headers.ReadAsync(id, size, cancellationToken);
        if (FindHeaderFault(entries, header) is { } fault)
        {
            await AddDamageAsync(id, fault, cancellationToken);
        }
    }

    private async Task<bool> CheckDataAsync(PackId id, int[] entries, long size, PackDataCheck data, CancellationToken cancellationToken)
    {
        PackDataResult result = await data.RunAsync(id, entries, size, cancellationToken);
        string? headerFault = FindHeaderFault(entries, await _headers.ReadAsync(id, size, cancellationToken));
        report.CountBytes(size);
        MarkUnusable(result.Damaged, _ => true);
        if ((headerFault ?? (result.IsAsNamed ? null : "does not have the content that its name promises")) is { } fault)
        {
            await AddDamageAsync(id, fault, cancellationToken);
        }

        foreach (BlobPlace place in result.Damaged.Select(index.GetPlace))
        {
            HandyBackupException damage = BlobFaults.Damaged(place, "cannot be opened, or has another content than its id promises");
            await report.AddDamageAsync(damage.Code, place.Blob.Key.Id.ToString(), damage.Message, report.IsHealable(id), cancellationToken);
        }

        return result.Damaged.Count == 0 && result.IsAsNamed && headerFault is null;
    }

    private string? FindHeaderFault(int[] entries, PackHeader header)
    {
        if (header.Fault is not null)
        {
            return header.Fault;
        }

        bool isSame = header.Blobs.Count == entries.Length;
        for (int i = 0; isSame && i < entries.Length; i++)
        {
            isSame = header.Blobs[i] == index.GetPlace(entries[i]).Blob;
        }

        return isSame ? null : $"has a header that names {header.Blobs.Count} blobs, but the index names {entries.Length} or has them elsewhere";
    }

    private void MarkUnusable(IReadOnlyList<int> entries, Predicate<PackedBlob> isLost)
    {
        foreach (int entry in entries)
        {
            if (isLost(index.GetPlace(entry).Blob))
            {
                unusable.TrySet(entry);
            }
        }
    }

    private async ValueTask AddDamageAsync(PackId id, string what, CancellationToken cancellationToken) =>
        await report.AddDamageAsync(FileOf(id), FileErrors.ToInfo(FileErrors.Damaged(FileOf(id), what)), cancellationToken);

    private static StoreFile FileOf(PackId id) => new(StoreFileKind.Pack, id.ToString());

    private static string PathOf(PackId id) => FileErrors.PathOf(FileOf(id));
}
