using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class RepairRunTests : ServerHarness
{
    private async Task<Run> RepairAsync(RepairRepositoryRequest? request = null) =>
        await WaitAsync(await Server.Repositories.StartRepairAsync(request ?? new RepairRepositoryRequest { Name = "main" }, Token));

    private async Task<Run> CheckAsync() =>
        await WaitAsync(await Server.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = "main", ReadData = true }, Token));

    private string[] Packs => Directory.GetFiles(Path.Join(Folder("main"), "data"), "*", SearchOption.AllDirectories);

    private string ParityFolder => Path.Join(Folder("main"), "handybackup", "parity");

    private async Task PrepareAsync(int percent)
    {
        await CreateRepositoryAsync();
        await Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", ParityPercent = percent }, Token);
        await CreateTaskAsync();
        await BackUpAsync();
    }

    private static async Task DamageAsync(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        byte[] content = await File.ReadAllBytesAsync(path);
        content[20] ^= 1;
        await File.WriteAllBytesAsync(path, content);
    }

    [Fact]
    public async Task Sound_repository_needs_no_repair()
    {
        await PrepareAsync(0);
        Run run = await RepairAsync();
        Assert.Equal((RunKind.Repair, RunState.Completed, new RepairTotals()), (run.Kind, run.State, run.Progress.Repair));
    }

    [Fact]
    public async Task Parity_that_was_switched_on_protects_what_is_saved_from_then_on_and_heals_it()
    {
        await PrepareAsync(3);
        Assert.Equal(3, (await Server.Repositories.ListAsync(new RepositoryQuery(), Token).SingleAsync(Token)).ParityPercent);
        // Config and key are from before it was switched on.
        Run added = await RepairAsync(new RepairRepositoryRequest { Name = "main", OnlyAddParity = true });
        Assert.Equal(2, added.Progress.Repair!.Protected);
        foreach (string pack in Packs)
        {
            await DamageAsync(pack);
        }

        Run check = await CheckAsync();
        Assert.Contains(await LogOfAsync(check), entry => entry.Message.Contains("Parity can heal it.", StringComparison.Ordinal));
        Run planned = await RepairAsync(new RepairRepositoryRequest { Name = "main", PlanOnly = true });
        Run repaired = await RepairAsync();

        Assert.Equal((RunState.Completed, Packs.Length), (repaired.State, repaired.Progress.Repair!.Healed));
        Assert.Equal(repaired.Progress.Repair, planned.Progress.Repair);
        Assert.Equal(RunState.Completed, (await CheckAsync()).State);
        Assert.Equal(repaired.Progress.Repair, (await Server.Runs.ListAsync(new RunQuery { Id = repaired.Id }, Token).SingleAsync(Token)).Progress.Repair);
    }

    [Fact]
    public async Task Parity_stays_after_a_restart_and_is_taken_away_with_the_snapshot()
    {
        await PrepareAsync(3);
        await RestartAsync();
        int before = Directory.GetFiles(ParityFolder, "s-*").Length;
        Run run = await RunTaskAsync();
        Assert.Equal(before + 1, Directory.GetFiles(ParityFolder, "s-*").Length);
        await Server.Snapshots.RemoveAsync(new SnapshotReference("main", run.SnapshotId!), Token);
        Assert.Equal(before, Directory.GetFiles(ParityFolder, "s-*").Length);
    }

    [Fact]
    public async Task Loss_is_a_warning_names_the_items_and_is_undone_from_another_repository()
    {
        await PrepareAsync(0);
        await CreateRepositoryAsync("second");
        Run copy = await WaitAsync(await Server.Snapshots.StartCopyAsync(new CopySnapshotRequest(await BackUpAsync(), "second"), Token));
        Assert.Equal(RunState.Completed, copy.State);
        foreach (string pack in Packs)
        {
            File.Delete(pack);
        }

        Run planned = await RepairAsync(new RepairRepositoryRequest { Name = "main", PlanOnly = true });
        Assert.Equal(RunState.CompletedWithWarnings, planned.State);
        Assert.Contains(await LogOfAsync(planned), entry => entry is { Level: RunLogLevel.Error, Code: ErrorCode.BlobMissing } && entry.Path!.Contains(":/", StringComparison.Ordinal));

        Run repaired = await RepairAsync(new RepairRepositoryRequest { Name = "main", From = "second" });
        Assert.Equal((RunState.Completed, 0L), (repaired.State, repaired.Progress.Repair!.Lost));
        Assert.True(repaired.Progress.Repair!.Fetched > 0);
        Assert.Equal(RunState.Completed, (await CheckAsync()).State);
    }

    [Fact]
    public async Task Copy_keeps_what_the_snapshot_says_and_a_second_one_adds_nothing()
    {
        await PrepareAsync(0);
        await CreateRepositoryAsync("second");
        SnapshotReference source = await BackUpAsync();

        Run first = await WaitAsync(await Server.Snapshots.StartCopyAsync(new CopySnapshotRequest(source, "second"), Token));
        Run second = await WaitAsync(await Server.Snapshots.StartCopyAsync(new CopySnapshotRequest(source, "second"), Token));

        Assert.Equal((RunKind.Copy, RunState.Completed, "second"), (first.Kind, first.State, first.Repository));
        Assert.True(first.Progress.AddedBytes > 0);
        Assert.Equal((0L, first.SnapshotId), (second.Progress.AddedBytes, second.SnapshotId));
        List<SnapshotInfo> snapshots = await Server.Snapshots.ListAsync(new SnapshotQuery(), Token).ToListAsync(Token);
        SnapshotInfo original = snapshots.Single(snapshot => snapshot.Id == source.Id);
        SnapshotInfo copied = snapshots.Single(snapshot => snapshot.Id == first.SnapshotId);
        Assert.Equal("second", copied.Repository);
        Assert.Equal(
            (original.Time, original.Task, original.Agent, original.HostName, original.Items, original.Bytes),
            (copied.Time, copied.Task, copied.Agent, copied.HostName, copied.Items, copied.Bytes));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(51)]
    public async Task Impossible_percentages_are_refused(int percent)
    {
        await CreateRepositoryAsync();
        await FailsAsync(ErrorCode.InvalidArgument, () => Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", ParityPercent = percent }, Token));
    }

    [Fact]
    public async Task Repository_is_neither_repaired_from_nor_copied_to_itself()
    {
        await PrepareAsync(0);
        SnapshotReference snapshot = await BackUpAsync();
        await FailsAsync(ErrorCode.InvalidArgument, () => RepairAsync(new RepairRepositoryRequest { Name = "main", From = "MAIN" }));
        await FailsAsync(ErrorCode.InvalidArgument, () => Server.Snapshots.StartCopyAsync(new CopySnapshotRequest(snapshot, "main"), Token));
    }
}
