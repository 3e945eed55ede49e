using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// The moment at which packs leave the index. Others are kept out by an exclusive lock as long as it takes to read what appeared since the plan was made and to remove the
/// replaced index files: a restic that starts later loads the new index, and one that started earlier has ended, with its snapshot saved (restic's
/// internal/restic/lock.go: an exclusive lock is refused while any other exists, any lock while an exclusive one does). Backups and restores
/// of this process go on; <see cref="BlobClaims"/> keeps what they rely on.
/// </summary>
internal sealed class IndexSwap(IndexedRepository repository, PruneOptions options, PrunePlan plan, SnapshotRoots roots, TreeMarking marking)
{
    private readonly OpenRepository _open = repository.Repository;
    private readonly BlobClaims _claims = repository.Index.Claims;
    private readonly IndexRewrite _index = new(repository.Index, new IndexFiles(repository.Repository.Files), plan);

    /// <summary>Lets the packs go.</summary>
    /// <returns>How many packs were condemned, and their size.</returns>
    public async Task<(int Count, long Bytes)> RunAsync(CancellationToken cancellationToken)
    {
        await _index.PrepareAsync(cancellationToken);
        await using RepositoryLock others = await _open.Locks.AcquireAsync(LockScope.Others, options.LockWait, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, others.Lost);
        await _open.Maintenance.WaitAsync(stop.Token);
        _claims.Hold();
        try
        {
            await RequireLateAsync(stop.Token);
            return await LeaveAsync(stop.Token);
        }
        finally
        {
            _claims.Release();
            _open.Maintenance.Release();
        }
    }

    // Snapshots that were saved since the plan was made, by whomever, and trees that backups have begun to build on.
    private async Task RequireLateAsync(CancellationToken cancellationToken)
    {
        await repository.RefreshAsync(cancellationToken);
        if (!ReferenceEquals(repository.Index.Blobs, plan.Captured.Blobs))
        {
            throw IndexChanged();
        }

        var fresh = new GrowingFlags();
        marking.Fresh = fresh;
        await roots.MarkAsync(cancellationToken);
        foreach (BlobId tree in _claims.GetPins())
        {
            marking.Add(tree);
        }

        await marking.RunAsync(cancellationToken);
        foreach (int entry in fresh.Enumerate())
        {
            plan.Leaving.Require(plan.Captured.Blobs.GetPlace(entry).Blob.Key);
        }
    }

    private async Task<(int Count, long Bytes)> LeaveAsync(CancellationToken cancellationToken)
    {
        // First: a snapshot that could be restored to life while its content goes would be a snapshot without content.
        foreach (SnapshotId expired in roots.Expired)
        {
            await _open.RemovedSnapshots.DeleteAsync(expired, cancellationToken);
        }

        if (!_claims.TryFreeze(plan.Leaving))
        {
            throw IndexChanged();
        }

        List<CondemnedPack> condemned;
        try
        {
            condemned = FindCondemned();
            await new CondemnedPacks(_open.Files).SaveAsync(condemned, GraceClock.Of(_open.Time).Now, cancellationToken);
            await _index.SaveRetainedAsync(cancellationToken);
        }
        catch
        {
            _claims.Thaw();
            throw;
        }

        await _index.CommitAsync(cancellationToken);
        return (condemned.Count, condemned.Sum(pack => pack.Size));
    }

    // A pack that no index names may be one that a backup has not indexed yet: such packs are condemned only while none is under way, here or elsewhere.
    private List<CondemnedPack> FindCondemned()
    {
        List<CondemnedPack> condemned = [];
        foreach (int pack in plan.Leaving.Enumerate())
        {
            PackUse use = plan.Uses.Packs[pack];
            if (use.Exists)
            {
                condemned.Add(new CondemnedPack(plan.Captured.Blobs.GetPack(pack).ToString(), use.Size));
            }
        }

        foreach (StrayPack stray in repository.HasUnindexedPacks ? [] : plan.Strays)
        {
            if (!plan.Captured.Blobs.TryGetPackNumber(stray.Id, out _))
            {
                condemned.Add(new CondemnedPack(stray.Id.ToString(), stray.Size));
            }
        }

        return condemned;
    }

    private HandyBackupException IndexChanged() => new(ErrorCode.RepositoryLocked, $"The index of '{_open.Store.Location}' was replaced by another program meanwhile.")
    {
        Target = _open.Store.Location,
        Advice = "Start again: what was done so far is used.",
        IsTransient = true,
    };
}
