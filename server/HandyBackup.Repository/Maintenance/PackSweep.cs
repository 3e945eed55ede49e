using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// Removes the files of packs that were condemned longer ago than the grace and that no index names. For who holds a lock of the repository,
/// which keeps others from putting a condemned pack back into the index meanwhile: only work that excludes everybody does that.
/// </summary>
internal sealed class PackSweep(OpenRepository repository, BlobIndex index, TimeSpan grace)
{
    private readonly CondemnedPacks _condemned = new(repository.Files);

    /// <summary>Sweeps.</summary>
    /// <param name="removes">False to only count what would go.</param>
    /// <param name="report">Is told what happened.</param>
    /// <param name="cancellationToken">Stops the sweep; another one completes it.</param>
    public async Task<SweptPacks> RunAsync(bool removes, PruneReport report, CancellationToken cancellationToken)
    {
        var swept = default(SweptPacks);
        Dictionary<Sha256Hash, CondemnedPacksRecord> lists = await LoadAsync(report, cancellationToken);
        HashSet<PackId> young = FindYoung(lists.Values);
        HashSet<PackId> counted = [];
        foreach ((Sha256Hash list, CondemnedPacksRecord record) in lists)
        {
            bool isOver = IsOver(record.Time);
            List<CondemnedPack> kept = [];
            foreach (CondemnedPack pack in record.Packs)
            {
                if (!Sha256Hash.TryParse(pack.Id, out Sha256Hash hash) || index.TryGetPackNumber(new PackId(hash), out _))
                {
                    continue;
                }

                var id = new PackId(hash);
                bool isNew = counted.Add(id);
                if (!isOver || young.Contains(id))
                {
                    kept.Add(pack);
                    swept = isNew ? swept with { Waiting = swept.Waiting + 1, WaitingBytes = swept.WaitingBytes + pack.Size } : swept;
                    continue;
                }

                if (removes)
                {
                    await repository.Files.RemoveAsync(StoreFileKind.Pack, hash, cancellationToken);
                    report.CountItem(FileErrors.PathOf(new StoreFile(StoreFileKind.Pack, pack.Id)));
                }

                swept = isNew ? swept with { Removed = swept.Removed + 1, RemovedBytes = swept.RemovedBytes + pack.Size } : swept;
            }

            if (removes && (isOver || kept.Count < record.Packs.Count))
            {
                await ReplaceAsync(list, record.Time, kept, cancellationToken);
            }
        }

        return swept;
    }

    private async Task<Dictionary<Sha256Hash, CondemnedPacksRecord>> LoadAsync(PruneReport report, CancellationToken cancellationToken)
    {
        Dictionary<Sha256Hash, CondemnedPacksRecord> lists = [];
        foreach (Sha256Hash list in await _condemned.ListAsync(cancellationToken))
        {
            try
            {
                if (await _condemned.FindAsync(list, cancellationToken) is { } record)
                {
                    lists.Add(list, record);
                }
            }
            catch (HandyBackupException exception) when (exception.Code == ErrorCode.CondemnedPacksDamaged)
            {
                await report.WarnAsync(exception, cancellationToken);
            }
        }

        return lists;
    }

    // A pack that came back into the index and left it again stands in two lists: the later one counts.
    private HashSet<PackId> FindYoung(IEnumerable<CondemnedPacksRecord> lists)
    {
        HashSet<PackId> young = [];
        foreach (CondemnedPacksRecord record in lists)
        {
            foreach (CondemnedPack pack in IsOver(record.Time) ? [] : record.Packs)
            {
                if (Sha256Hash.TryParse(pack.Id, out Sha256Hash hash))
                {
                    young.Add(new PackId(hash));
                }
            }
        }

        return young;
    }

    private bool IsOver(DateTimeOffset condemned) => GraceClock.Of(repository.Time).IsOver(condemned, grace);

    // What is in a later list is dropped from this one. The new list is durable before the old one goes.
    private async Task ReplaceAsync(Sha256Hash list, DateTimeOffset time, List<CondemnedPack> kept, CancellationToken cancellationToken)
    {
        if (!IsOver(time) && kept.Count > 0)
        {
            await _condemned.SaveAsync(kept, time, cancellationToken);
        }

        await _condemned.RemoveAsync(list, cancellationToken);
    }
}
