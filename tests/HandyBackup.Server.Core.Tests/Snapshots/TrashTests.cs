using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Server.Core.Tests;

public sealed class TrashTests : ServerHarness
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
        await CreateTaskAsync();
    }

    private async Task<List<SnapshotInfo>> ListAsync(bool removed) => await Server.Snapshots.ListAsync(new SnapshotQuery { Removed = removed }, Token).ToListAsync(Token);

    [Fact]
    public async Task Removed_snapshot_is_listed_with_its_time_and_comes_back_under_its_id()
    {
        SnapshotReference snapshot = await BackUpAsync();
        SnapshotInfo before = Assert.Single(await ListAsync(removed: false));
        Assert.Equal((null, null), (before.Removed, before.RestorableUntil));
        DateTimeOffset asked = Time.GetUtcNow();

        await Server.Snapshots.RemoveAsync(snapshot, Token);

        Assert.Empty(await ListAsync(removed: false));
        SnapshotInfo removed = Assert.Single(await ListAsync(removed: true));
        Assert.InRange(removed.Removed!.Value, asked, Time.GetUtcNow());
        Assert.Equal(removed.Removed + TimeSpan.FromDays(7), removed.RestorableUntil);
        Assert.Equal((snapshot.Id, "docs", before.Bytes), (removed.Id, removed.Task, removed.Bytes));

        SnapshotInfo restored = await Server.Snapshots.RestoreAsync(new SnapshotReference(null, snapshot.Id[..8].ToUpperInvariant()), Token);

        Assert.Equal((snapshot.Id, null), (restored.Id, restored.Removed));
        Assert.Equivalent(before, Assert.Single(await ListAsync(removed: false)), strict: true);
        Assert.Empty(await ListAsync(removed: true));
        await FailsAsync(ErrorCode.SnapshotNotFound, () => Server.Snapshots.RestoreAsync(snapshot, Token));
        await FailsAsync(ErrorCode.InvalidArgument, () => Server.Snapshots.RestoreAsync(new SnapshotReference(null, "x"), Token));
    }

    [Fact]
    public async Task Grace_of_the_repository_decides_how_long_a_snapshot_can_be_restored()
    {
        SnapshotReference snapshot = await BackUpAsync();
        RepositoryInfo info = await Server.Repositories.UpdateAsync(
            new UpdateRepositoryRequest { Name = "main", Grace = TimeSpan.FromDays(2), SweepGrace = TimeSpan.FromHours(1) }, Token);
        Assert.Equal((TimeSpan.FromDays(2), TimeSpan.FromHours(1)), (info.Grace, info.SweepGrace));
        await Server.Snapshots.RemoveAsync(snapshot, Token);

        Time.Ahead += TimeSpan.FromDays(2);
        await FailsAsync(ErrorCode.SnapshotExpired, () => Server.Snapshots.RestoreAsync(snapshot, Token));

        await Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", Grace = TimeSpan.FromDays(3) }, Token);
        await Server.Snapshots.RestoreAsync(snapshot, Token);
        Assert.Single(await ListAsync(removed: false));
        await FailsAsync(
            ErrorCode.InvalidArgument, () => Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", Grace = TimeSpan.FromSeconds(-1) }, Token));
    }

    [Fact]
    public async Task Snapshot_is_removed_and_restored_while_a_backup_runs()
    {
        SnapshotReference snapshot = await BackUpAsync();
        Agent.DuringBackup = async (_, _, _, _) =>
        {
            await Server.Snapshots.RemoveAsync(snapshot, Token);
            Assert.Single(await ListAsync(removed: true));
            await Server.Snapshots.RestoreAsync(snapshot, Token);
        };

        await BackUpAsync();

        Assert.Equal(2, (await ListAsync(removed: false)).Count);
    }

    [Fact]
    public async Task Restic_sees_nothing_of_the_trash()
    {
        ResticProgram restic = ResticProgram.OrSkip(Folder("main"), Password);
        SnapshotReference removed = await BackUpAsync();
        SnapshotReference kept = await BackUpAsync();
        await Server.Snapshots.RemoveAsync(removed, Token);

        (await restic.CheckAsync(readData: true, Token)).Succeeded();
        string listed = (await restic.SnapshotsAsync(Token)).Succeeded().Output;

        Assert.Contains(kept.Id, listed, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"id\":\"{removed.Id}", listed, StringComparison.Ordinal);
        await Server.Snapshots.RestoreAsync(removed, Token);
        Assert.Contains($"\"id\":\"{removed.Id}", (await restic.SnapshotsAsync(Token)).Succeeded().Output, StringComparison.Ordinal);
    }
}
