using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Proof;

/// <summary>Proves after a crash that a repository has all that it must have, and brings the model up to date.</summary>
internal sealed class StressVerdict(StressRepository repository)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Everything opens, a check of all data finds no damage, and every snapshot that must be there restores bit for bit.</summary>
    /// <param name="repairs">True for a place whose drive lied about flushing: what it tore is repaired first, as a person would.</param>
    public async Task ProveAsync(bool repairs)
    {
        try
        {
            // Without its index, which a torn file may keep from being loaded.
            await repository.OpenAsync(crashAfter: null, parityPercent: 0, isReliable: true);
            await repository.RemoveLocksAsync(repository.Open.Store);
            if (repairs)
            {
                await RepairAsync();
            }

            await repository.LoadIndexAsync();

            await foreach (CheckFinding finding in RepositoryCheck.RunAsync(repository.Open, new CheckOptions { Data = CheckedData.All }, new Progress<RunProgress>(), Stop))
            {
                Assert.False(finding.IsDamage, $"The check after the crash says: {finding.Message}");
            }

            foreach (StressSnapshot snapshot in repository.Known())
            {
                await SettleAsync(snapshot);
            }

            await AssertAllKnownAsync();
        }
        finally
        {
            await repository.DisposeAsync();
        }
    }

    /// <summary>The real restic finds no error, and restores the same bytes.</summary>
    public async Task ProveByResticAsync()
    {
        using var folder = new TempFolder();
        string place = folder.Combine("repository");
        await using var store = new LocalStore(place, repository.Time);
        await repository.Place.CopyToAsync(store, Stop);
        ResticProgram restic = ResticProgram.OrSkip(place, TestRepository.Password);
        ResticResult check = (await restic.CheckAsync(readData: true, Stop)).Succeeded();
        Assert.Contains("no errors were found", check.Output, StringComparison.Ordinal);
        foreach (StressSnapshot snapshot in repository.Known().Where(snapshot => snapshot.State == StressState.Committed).Take(3))
        {
            string target = folder.Combine($"restored {snapshot.Id}");
            (await restic.RestoreAsync(snapshot.Id!.Value.ToString(), target, Stop)).Succeeded();
            foreach ((string name, int[] seeds) in snapshot.Files)
            {
                byte[] restored = await File.ReadAllBytesAsync(Path.Join(target, "folder", name), Stop);
                Assert.True(restored.AsSpan().SequenceEqual(seeds.SelectMany(StressSnapshot.ContentOf).ToArray()), $"restic restores '{name}' of {snapshot.Path} wrong.");
            }
        }
    }

    private static bool IsIn(IEnumerable<StoreFile> files, StoreFileKind kind, SnapshotId id) => files.Contains(new StoreFile(kind, id.ToString()));

    // A snapshot that was being saved and is torn was never committed; who sees it in a check removes it. A torn place in the trash has its snapshot beside it still,
    // and what a torn list condemned is found again by the next prune.
    private async Task RepairAsync()
    {
        List<CheckFinding> findings = await TestRepository.ToListAsync(RepositoryCheck.RunAsync(repository.Open, new CheckOptions(), new Progress<RunProgress>(), Stop));
        foreach (StoreFile file in repository.Place.Files)
        {
            bool isNamed = findings.Exists(finding => finding.Target == FileErrors.PathOf(file));
            if (isNamed && file.Kind == StoreFileKind.Snapshot)
            {
                await repository.Open.Snapshots.RemoveAsync(new SnapshotId(Sha256Hash.Parse(file.Name)), Stop);
            }
            else if (isNamed && file.Kind is (StoreFileKind.RemovedSnapshot or StoreFileKind.CondemnedPacks))
            {
                await repository.Open.Store.RemoveAsync(file, Stop);
            }
        }

        await TestRepository.ToListAsync(RepositoryRepair.RunAsync(repository.Open, new RepairOptions(), new Progress<RunProgress>(), Stop));
    }

    private async Task SettleAsync(StressSnapshot snapshot)
    {
        if (snapshot.State == StressState.Attempted)
        {
            snapshot.Id = await FindByPathAsync(snapshot.Path);
            if (snapshot.Id is null)
            {
                repository.Forget(snapshot);
                return;
            }

            snapshot.State = StressState.Committed;
        }

        SnapshotId id = snapshot.Id!.Value;
        bool isThere = IsIn(repository.Place.Files, StoreFileKind.Snapshot, id);
        bool isInTrash = IsIn(repository.Place.Files, StoreFileKind.RemovedSnapshot, id);
        if (snapshot.State == StressState.Committed || (snapshot.State == StressState.Moving && isThere))
        {
            Assert.True(isThere, $"{snapshot.Path} was committed and is gone.");
            snapshot.State = StressState.Committed;
        }
        else if (snapshot.Removed + StressRepository.Grace > repository.Time.GetUtcNow())
        {
            Assert.True(isInTrash, $"{snapshot.Path} was removed, and its grace is not over, and it is gone.");
            snapshot.State = StressState.Removed;

            // Restored and removed again, so that it is proven that its content is there.
            await repository.Open.RemovedSnapshots.RestoreAsync(id, StressRepository.Grace, Stop);
            await StressWork.AssertReadableAsync(repository.Repository, id, snapshot);
            snapshot.State = StressState.Committed;
            return;
        }
        else
        {
            repository.Forget(snapshot);
            return;
        }

        await StressWork.AssertReadableAsync(repository.Repository, id, snapshot);
    }

    private async Task<SnapshotId?> FindByPathAsync(string path)
    {
        HashSet<SnapshotId> known = [.. repository.Known().Where(snapshot => snapshot.Id is not null).Select(snapshot => snapshot.Id!.Value)];
        await foreach (SnapshotEntry entry in repository.Open.Snapshots.ListAsync(Stop))
        {
            if (!known.Contains(entry.Id) && entry.Snapshot!.Paths[0] == path)
            {
                return entry.Id;
            }
        }

        return null;
    }

    private async Task AssertAllKnownAsync()
    {
        HashSet<SnapshotId> known = [.. repository.Known().Select(snapshot => snapshot.Id!.Value)];
        await foreach (SnapshotEntry entry in repository.Open.Snapshots.ListAsync(Stop))
        {
            Assert.True(known.Contains(entry.Id), $"The snapshot {entry.Id} of {entry.Snapshot?.Paths[0]} is there, and should not be.");
        }
    }
}
