using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Server.Core.Tests;

public sealed class SnapshotServiceTests : ServerHarness
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
        await CreateTaskAsync("docs", "main", "paper");
    }

    private async Task<string[]> ListAsync(SnapshotQuery query) => await Server.Snapshots.ListAsync(query, Token).Select(snapshot => snapshot.Id).ToArrayAsync(Token);

    [Fact]
    public async Task Filters_select_and_the_oldest_comes_first()
    {
        await CreateRepositoryAsync("second");
        await CreateTaskAsync("mail", "second");
        Run first = await RunTaskAsync();
        Run second = await RunTaskAsync();
        Run other = await RunTaskAsync("mail");

        Assert.Equal([first.SnapshotId, second.SnapshotId, other.SnapshotId], await ListAsync(new SnapshotQuery()));
        Assert.Equal([first.SnapshotId, second.SnapshotId], await ListAsync(new SnapshotQuery { Task = "DOC*" }));
        Assert.Equal([second.SnapshotId, other.SnapshotId], await ListAsync(new SnapshotQuery { Latest = true }));
        Assert.Equal([other.SnapshotId], await ListAsync(new SnapshotQuery { Repository = "sec*" }));
        Assert.Equal([first.SnapshotId], await ListAsync(new SnapshotQuery { Id = first.SnapshotId![..8].ToUpperInvariant() }));
        Assert.Equal([second.SnapshotId], await ListAsync(new SnapshotQuery { RunId = second.Id }));
        Assert.Equal([first.SnapshotId, second.SnapshotId], await ListAsync(new SnapshotQuery { Tag = "paper" }));
        Assert.Equal(3, (await ListAsync(new SnapshotQuery { HostName = "HOST-*" })).Length);
        Assert.Equal([second.SnapshotId, other.SnapshotId], await ListAsync(new SnapshotQuery { Since = second.Started }));
        Assert.Empty(await ListAsync(new SnapshotQuery { Task = "docs", Repository = "second" }));
    }

    [Fact]
    public async Task Newest_of_a_task_is_the_original_and_where_that_is_gone_its_copy()
    {
        await CreateRepositoryAsync("archive");
        SnapshotReference older = await BackUpAsync();
        SnapshotReference newer = await BackUpAsync();
        Assert.Equal(RunState.Completed, (await WaitAsync(await Server.Snapshots.StartCopyAsync(new CopySnapshotRequest(newer, "archive"), Token))).State);
        string copy = Assert.Single(await ListAsync(new SnapshotQuery { Repository = "archive", Latest = true }));
        Assert.Equal([newer.Id], await ListAsync(new SnapshotQuery { Latest = true }));

        await Server.Snapshots.RemoveAsync(newer, Token);
        Assert.Equal([copy], await ListAsync(new SnapshotQuery { Latest = true }));
        Assert.Equal([older.Id], await ListAsync(new SnapshotQuery { Repository = "main", Latest = true }));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("ghij")]
    [InlineData("")]
    public async Task What_is_no_id_is_refused(string id)
    {
        await FailsAsync(ErrorCode.InvalidArgument, () => ListAsync(new SnapshotQuery { Id = id }));
        await FailsAsync(ErrorCode.InvalidArgument, () => Server.Snapshots.RemoveAsync(new SnapshotReference(null, id), Token));
    }

    [Fact]
    public async Task Damaged_snapshot_is_the_error_after_all_others()
    {
        SnapshotReference good = await BackUpAsync();
        SnapshotReference bad = await BackUpAsync();
        string file = Path.Join(Folder("main"), "snapshots", bad.Id);
        File.Delete(file);
        await File.WriteAllBytesAsync(file, new byte[100], Token);

        var listed = new List<string>();
        HandyBackupException exception = await FailsAsync(ErrorCode.SnapshotDamaged, async () =>
        {
            await foreach (SnapshotInfo snapshot in Server.Snapshots.ListAsync(new SnapshotQuery(), Token))
            {
                listed.Add(snapshot.Id);
            }
        });

        Assert.Equal([good.Id], listed);
        Assert.Contains(bad.Id, exception.Message + exception.Target, StringComparison.Ordinal);
        Assert.Equal([good.Id], await ListAsync(new SnapshotQuery { Id = good.Id }));
    }

    [Fact]
    public async Task Removed_snapshot_is_gone_and_needs_the_repository_for_itself()
    {
        SnapshotReference snapshot = await BackUpAsync();
        await using Repository.OpenRepository other = await Repository.OpenRepository.OpenAsync(new LocalStore(Folder("main"), TimeProvider.System), Password, TimeProvider.System, Token);
        await using (await other.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Token))
        {
            await FailsAsync(ErrorCode.RepositoryLocked, () => Server.Snapshots.RemoveAsync(snapshot, Token));
        }

        await Server.Snapshots.RemoveAsync(new SnapshotReference(null, snapshot.Id[..6]), Token);

        Assert.Empty(await ListAsync(new SnapshotQuery()));
        await FailsAsync(ErrorCode.SnapshotNotFound, () => Server.Snapshots.RemoveAsync(snapshot, Token));
        await FailsAsync(ErrorCode.RepositoryNotFound, () => Server.Snapshots.RemoveAsync(snapshot with { Repository = "nowhere" }, Token));
    }

    [Fact]
    public async Task Comparison_names_each_difference_in_path_order()
    {
        Agent.Tree = new FakeTree()
            .With("data/a.txt", "alpha").With("data/gone/deep/x", "x").With("data/kind", "file").With("data/mode", "m").With("data/same/s", "s").With("data/z", "old");
        SnapshotReference reference = await BackUpAsync();
        Agent.Tree.Without("data/gone/deep/x").Without("data/kind")
            .With("data/kind/inner", "i").With("data/mode", "m", 0x180).With("data/new", "n").With("data/z", "new!");
        SnapshotReference difference = await BackUpAsync();

        List<ItemDifference> found = await Server.Snapshots.CompareAsync(new CompareSnapshotsRequest { Reference = reference, Difference = difference }, Token).ToListAsync(Token);

        Assert.Equal(
            [
                ("data/gone", ItemChange.Removed),
                ("data/gone/deep", ItemChange.Removed),
                ("data/gone/deep/x", ItemChange.Removed),
                ("data/kind", ItemChange.KindChanged),
                ("data/kind/inner", ItemChange.Added),
                ("data/mode", ItemChange.MetadataChanged),
                ("data/new", ItemChange.Added),
                ("data/z", ItemChange.Modified),
            ],
            found.Select(item => (item.Path, item.Change)));
        ItemDifference modified = found[^1];
        Assert.Equal((3, 4), (modified.Reference!.Size, modified.Difference!.Size));
        Assert.Equal((reference.Id, difference.Id), (modified.Reference.SnapshotId, modified.Difference.SnapshotId));
        Assert.Null(found[0].Difference);
    }

    [Fact]
    public async Task Comparison_below_a_path_shows_only_that()
    {
        SnapshotReference reference = await BackUpAsync();
        Agent.Tree.With("data/b/c.txt", "changed").With("data/a.txt", "changed");
        SnapshotReference difference = await BackUpAsync();
        var request = new CompareSnapshotsRequest { Reference = reference, Difference = difference };

        Assert.Equal(
            ["data/b/c.txt"],
            await Server.Snapshots.CompareAsync(request with { Path = "/data/b" }, Token).Select(item => item.Path).ToArrayAsync(Token));
        Assert.Equal(
            ["data/a.txt"],
            await Server.Snapshots.CompareAsync(request with { Path = "data/a.txt" }, Token).Select(item => item.Path).ToArrayAsync(Token));
        HandyBackupException exception = await FailsAsync(
            ErrorCode.ItemNotFound, async () => await Server.Snapshots.CompareAsync(request with { Path = "data/none" }, Token).ToListAsync(Token));
        Assert.Equal("data/none", exception.Target);
    }

    [Fact]
    public async Task Equal_subtrees_are_not_read()
    {
        Agent.Tree = new FakeTree();
        for (int i = 0; i < 50; i++)
        {
            Agent.Tree.With($"data/{i:D2}/file", $"{i}");
        }

        SnapshotReference reference = await BackUpAsync();
        Agent.Tree.With("data/07/file", "changed");
        SnapshotReference difference = await BackUpAsync();
        await RestartAsync();
        await Server.Items.ListAsync(new ItemQuery { Snapshot = reference }, Token).ToListAsync(Token);
        int before = Stores[Folder("main")].CallsOf(StoreOperation.Load);

        List<ItemDifference> found = await Server.Snapshots.CompareAsync(new CompareSnapshotsRequest { Reference = reference, Difference = difference }, Token).ToListAsync(Token);

        Assert.Equal(["data/07/file"], found.Select(item => item.Path));
        Assert.InRange(Stores[Folder("main")].CallsOf(StoreOperation.Load) - before, 0, 12);
    }
}
