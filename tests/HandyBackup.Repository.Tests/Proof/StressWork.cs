using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Packs;

namespace HandyBackup.Repository.Tests.Proof;

/// <summary>The operations of a server, each done as the server's rooms do it, with the model told what must be there afterwards.</summary>
internal sealed class StressWork(StressRepository main, StressRepository copies, int seed)
{
    private int _backups;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Does one random operation. What a failing or crashing place excuses is swallowed.</summary>
    public async Task DoAsync(Random random)
    {
        StressRepository place = random.Next(3) == 0 ? copies : main;
        try
        {
            switch (random.Next(100))
            {
                case < 40:
                    await BackUpAsync(main, random);
                    break;
                case < 55:
                    await RemoveAsync(place, random);
                    break;
                case < 63:
                    await RestoreFromTrashAsync(place, random);
                    break;
                case < 78:
                    await PruneAsync(place, random);
                    break;
                case < 88:
                    await CopyAsync(random);
                    break;
                case < 93:
                    await ReadAsync(place, random);
                    break;
                case < 96:
                    await RepairAsync(place);
                    break;
                case < 98:
                    await CheckAsync(place);
                    break;
                default:
                    main.Time.Ahead += TimeSpan.FromHours(random.Next(60));
                    break;
            }
        }
        catch (HandyBackupException exception) when (exception.Code is ErrorCode.StoreUnavailable or ErrorCode.RepositoryLocked or ErrorCode.NoSnapshotsListed or ErrorCode.Cancelled)
        {
            // The place fails, another operation is in the way, or there is nothing to prune.
        }
    }

    /// <summary>Reads a snapshot as a restore does and compares every byte.</summary>
    public static async Task AssertReadableAsync(IndexedRepository repository, SnapshotId id, StressSnapshot expected)
    {
        Snapshot snapshot = await repository.Repository.Snapshots.LoadAsync(id, Stop);
        TreeNode folder = TreeReader.Read(await repository.Reader.ReadAsync(snapshot.Tree, BlobType.Tree, Stop)).Single();
        Dictionary<string, IReadOnlyList<BlobId>> found = [];
        foreach (TreeNode node in TreeReader.Read(await repository.Reader.ReadAsync(folder.Subtree!.Value, BlobType.Tree, Stop)))
        {
            found.Add(Encoding.UTF8.GetString(node.Name.Span), node.Content!);
        }

        Assert.Equal(expected.Files.Keys.Order(), found.Keys.Order());
        foreach ((string name, int[] seeds) in expected.Files)
        {
            Assert.Equal(seeds.Length, found[name].Count);
            for (int i = 0; i < seeds.Length; i++)
            {
                byte[] content = await repository.Reader.ReadAsync(found[name][i], BlobType.Data, Stop);
                Assert.True(content.AsSpan().SequenceEqual(StressSnapshot.ContentOf(seeds[i])), $"'{name}' of {expected.Path} has wrong content.");
            }
        }
    }

    private async Task BackUpAsync(StressRepository place, Random random)
    {
        int number = Interlocked.Increment(ref _backups);
        Dictionary<string, int[]> files = [];
        for (int i = random.Next(1, 8); i > 0; i--)
        {
            files[$"file {random.Next(30)}"] = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(60) + seed)];
        }

        await using RepositoryLock shared = await place.Open.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
        using RepositoryUse use = place.Repository.BeginUse();
        await place.Repository.RefreshAsync(Stop);
        StressSnapshot? parent = random.Next(3) == 0 ? place.Take(random, StressState.Committed, isExclusive: false) : null;
        Snapshot? previous = parent is null ? null : await FindPreviousAsync(place, parent.Id!.Value, use);
        if (random.Next(4) == 0)
        {
            await place.Repository.AdoptStrayPacksAsync(Stop);
        }

        BlobWriter writer = place.Repository.Writer;
        string path = $"/b{number} of {seed}";
        var description = new Snapshot { Time = place.Time.GetUtcNow(), Tree = default, Paths = [path], HostName = "testhost" };

        // With nothing changed not one blob is asked for: all is taken over from the parent.
        StressSnapshot attempt = place.Attempt(path, previous is null ? files : parent!.Files);
        BlobId tree = previous?.Tree ?? await PutAsync(place.Repository, writer, files, random);
        await writer.FlushAsync(Stop);
        attempt.Id = await place.Open.Snapshots.SaveAsync(description with { Tree = tree }, Stop);
        attempt.State = StressState.Committed;
        attempt.IsBusy = false;
    }

    private static async Task<Snapshot?> FindPreviousAsync(StressRepository place, SnapshotId id, RepositoryUse use)
    {
        try
        {
            Snapshot previous = await place.Open.Snapshots.LoadAsync(id, Stop);
            return use.TryPin(previous.Tree) && await place.Open.Snapshots.ExistsAsync(id, Stop) ? previous : null;
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.SnapshotNotFound)
        {
            // Removed meanwhile.
            return null;
        }
    }

    private static async Task<BlobId> PutAsync(IndexedRepository repository, BlobWriter writer, Dictionary<string, int[]> files, Random random)
    {
        using var builder = new TreeBuilder();
        foreach ((string name, int[] seeds) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            List<BlobId> content = [];
            foreach (int blob in seeds)
            {
                byte[] bytes = StressSnapshot.ContentOf(blob);
                content.Add(TestBlobs.IdOf(bytes));
                if (!repository.Contains(content[^1], BlobType.Data))
                {
                    await TestBlobs.PutAsync(writer, bytes, compressed: blob % 2 == 0);
                }
            }

            builder.Add(new TreeNode
            {
                Name = Encoding.UTF8.GetBytes(name),
                Type = NodeType.File,
                Mode = GoFileMode.From(NodeType.File, 0x1A4),
                Size = (ulong)seeds.Sum(blob => (long)StressSnapshot.ContentOf(blob).Length),
                Content = content,
            });
            if (random.Next(20) == 0)
            {
                // As with a long run: packs and index files appear while it goes on.
                await writer.FlushAsync(Stop);
            }
        }

        BlobId folder = await PutTreeAsync(repository, writer, builder);
        builder.Add(new TreeNode { Name = "folder"u8.ToArray(), Type = NodeType.Folder, Mode = GoFileMode.From(NodeType.Folder, 0x1ED), Subtree = folder });
        return await PutTreeAsync(repository, writer, builder);
    }

    private static async Task<BlobId> PutTreeAsync(IndexedRepository repository, BlobWriter writer, TreeBuilder builder)
    {
        byte[] json = builder.Complete().ToArray();
        BlobId id = TestBlobs.IdOf(json);
        return repository.Contains(id, BlobType.Tree) ? id : await TestBlobs.PutAsync(writer, json, BlobType.Tree, compressed: true);
    }

    private static async Task RemoveAsync(StressRepository place, Random random)
    {
        if (place.Take(random, StressState.Committed, isExclusive: true) is not { } victim)
        {
            return;
        }

        try
        {
            await using RepositoryLock exclusive = await place.Open.Locks.AcquireAsync(LockScope.Others, TimeSpan.Zero, Stop);
            victim.Removed = place.Time.GetUtcNow();
            victim.State = StressState.Moving;
            await place.Open.RemovedSnapshots.RemoveAsync(victim.Id!.Value, Stop);
            victim.State = StressState.Removed;
        }
        finally
        {
            victim.IsBusy = victim.State == StressState.Moving;
        }
    }

    private static async Task RestoreFromTrashAsync(StressRepository place, Random random)
    {
        if (place.Take(random, StressState.Removed, isExclusive: true) is not { } snapshot)
        {
            return;
        }

        bool isMoving = false;
        try
        {
            await using RepositoryLock shared = await place.Open.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
            if (snapshot.Removed + StressRepository.Grace <= place.Time.GetUtcNow() + TimeSpan.FromMinutes(10))
            {
                return;
            }

            isMoving = true;
            snapshot.State = StressState.Moving;
            await place.Open.RemovedSnapshots.RestoreAsync(snapshot.Id!.Value, StressRepository.Grace, Stop);
            snapshot.State = StressState.Committed;
            isMoving = false;
        }
        finally
        {
            snapshot.IsBusy = isMoving;
        }
    }

    private static async Task PruneAsync(StressRepository place, Random random)
    {
        using var turn = await TurnAsync(place);
        await using RepositoryLock shared = await place.Open.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
        var options = new PruneOptions
        {
            RemovalGrace = StressRepository.Grace,
            SweepGrace = TimeSpan.FromHours(random.Next(2) * 24),
            MaxUnusedPercent = random.Next(3) * 5,
            PlanOnly = random.Next(10) == 0,
        };
        await new RepositoryPrune(place.Repository, options, new Progress<RunProgress>(), (exception, _) => throw exception).RunAsync(Stop);
    }

    private async Task CopyAsync(Random random)
    {
        if (main.Take(random, StressState.Committed, isExclusive: false) is not { Id: { } id } original)
        {
            return;
        }

        StressSnapshot attempt = copies.Attempt(original.Path, original.Files);
        try
        {
            await using RepositoryLock from = await main.Open.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
            await using RepositoryLock to = await copies.Open.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
            CopiedSnapshot copied = await new SnapshotCopy(main.Repository, copies.Repository, new Progress<RunProgress>(), _ => { }).RunAsync(id, Stop);
            (attempt.Id, attempt.State, attempt.IsBusy) = (copied.Id, StressState.Committed, false);
            if (copied.WasThere)
            {
                // The one that was there is known already, and may be removed at this very moment.
                copies.Forget(attempt);
            }
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.SnapshotNotFound)
        {
            // Removed before its copying began.
        }
    }

    private static async Task ReadAsync(StressRepository place, Random random)
    {
        if (place.Take(random, StressState.Committed, isExclusive: false) is not { Id: { } id } snapshot)
        {
            return;
        }

        using RepositoryUse use = place.Repository.BeginUse();
        await using RepositoryLock shared = await place.Open.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
        await place.Repository.RefreshAsync(Stop);
        if (await FindPreviousAsync(place, id, use) is not null)
        {
            await AssertReadableIfThereAsync(place, id, snapshot);
        }
    }

    private static async Task AssertReadableIfThereAsync(StressRepository place, SnapshotId id, StressSnapshot snapshot)
    {
        try
        {
            await AssertReadableAsync(place.Repository, id, snapshot);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.SnapshotNotFound)
        {
            // Removed since.
        }
    }

    private static async Task RepairAsync(StressRepository place)
    {
        using var turn = await TurnAsync(place);
        await foreach (RepairFinding finding in RepositoryRepair.RunAsync(place.Open, new RepairOptions(), new Progress<RunProgress>(), Stop))
        {
            Assert.True(finding.Outcome != RepairOutcome.Lost, $"A repair of what was only cut off says: {finding.Message}");
        }

        await place.Repository.RefreshAsync(Stop);
    }

    private static async Task CheckAsync(StressRepository place)
    {
        using var turn = await TurnAsync(place);
        await foreach (CheckFinding finding in RepositoryCheck.RunAsync(place.Open, new CheckOptions { Data = CheckedData.All }, new Progress<RunProgress>(), Stop))
        {
            Assert.False(finding.IsDamage, $"A check beside others says: {finding.Message}");
        }
    }

    private static async Task<IDisposable> TurnAsync(StressRepository place)
    {
        await place.MaintenanceTurn.WaitAsync(Stop);
        return new Turn(place.MaintenanceTurn);
    }

    private sealed class Turn(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
