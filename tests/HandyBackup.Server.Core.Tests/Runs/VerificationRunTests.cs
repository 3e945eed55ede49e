using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class VerificationRunTests : ServerHarness
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
        await CreateTaskAsync();
    }

    private async Task<Run> CheckAsync(bool readData = false, bool readDue = false) =>
        await WaitAsync(await Server.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = "main", ReadData = readData, ReadDue = readDue }, Token));

    private async Task<Run> OptimizeAsync(bool noVerify = false) =>
        await WaitAsync(await Server.Repositories.StartOptimizeAsync(new OptimizeRepositoryRequest { Name = "main", NoVerify = noVerify }, Token));

    private async Task<RepositoryInfo> InfoAsync() => await Server.Repositories.ListAsync(new RepositoryQuery(), Token).SingleAsync(Token);

    private async Task<SnapshotInfo> SnapshotAsync() => await Server.Snapshots.ListAsync(new SnapshotQuery(), Token).SingleAsync(Token);

    [Fact]
    public async Task Daily_optimizations_read_everything_back_within_the_time_and_snapshots_say_so()
    {
        await Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", VerifyWithin = TimeSpan.FromDays(5) }, Token);
        await BackUpAsync();
        DateTimeOffset begin = Time.GetUtcNow();
        Assert.Null((await SnapshotAsync()).LastVerified);
        Assert.Equal((null, null), ((await InfoAsync()).VerifiedSince, (await InfoAsync()).UnverifiedBytes));
        for (int day = 0; day < 12; day++)
        {
            Run run = await OptimizeAsync();
            Assert.Equal((RunState.Completed, 0), (run.State, run.Warnings));
            Assert.True(run.Optimization!.VerifiedBytes > 0);
            Time.Ahead += TimeSpan.FromDays(1);
        }

        RepositoryInfo info = await InfoAsync();
        SnapshotInfo snapshot = await SnapshotAsync();
        Assert.Equal((TimeSpan.FromDays(5), 0L), (info.VerifyWithin, info.UnverifiedBytes));
        Assert.InRange(info.VerifiedSince!.Value, Time.GetUtcNow() - TimeSpan.FromDays(5) - TimeSpan.FromMinutes(1), Time.GetUtcNow());
        Assert.InRange(snapshot.LastVerified!.Value, begin + TimeSpan.FromDays(6), Time.GetUtcNow());
        Assert.Equal(info.VerifiedSince, snapshot.LastVerified);
        Assert.True(info.LastChecked > begin);
    }

    [Fact]
    public async Task Optimization_that_shall_not_verify_reads_nothing_back()
    {
        await BackUpAsync();

        Run run = await OptimizeAsync(noVerify: true);

        Assert.Equal((RunState.Completed, 0L), (run.State, run.Optimization!.VerifiedBytes));
        Assert.Null((await InfoAsync()).VerifiedSince);
    }

    [Fact]
    public async Task Damage_that_is_due_fails_the_optimization_which_still_says_what_it_did()
    {
        // Larger than the pack of trees, which every check reads.
        Agent.Tree.With("data/large", string.Concat(Enumerable.Range(0, 10_000).Select(number => number.ToString("x", null))));
        await BackUpAsync();
        await CheckAsync(readData: true);
        DateTimeOffset? verified = (await SnapshotAsync()).LastVerified;
        Assert.NotNull(verified);
        string pack = Directory.GetFiles(Path.Join(Folder("main"), "data"), "*", SearchOption.AllDirectories).MaxBy(file => new FileInfo(file).Length)!;
        byte[] content = await File.ReadAllBytesAsync(pack, Token);
        content[20] ^= 1;
        File.Delete(pack);
        await File.WriteAllBytesAsync(pack, content, Token);
        Assert.Equal(RunState.Completed, (await CheckAsync()).State);
        Time.Ahead += TimeSpan.FromDays(31);

        Run run = await OptimizeAsync();

        Assert.Equal(RunState.Failed, run.State);
        Assert.True(run.Error!.Code is ErrorCode.PackDamaged or ErrorCode.BlobDamaged, $"{run.Error}");
        Assert.Equal(1, run.Optimization!.Snapshots);
        Assert.True(run.Warnings > 0);
        Assert.Null((await SnapshotAsync()).LastVerified);
    }

    [Fact]
    public async Task What_is_asked_for_must_make_sense()
    {
        await FailsAsync(ErrorCode.InvalidArgument, () => CheckAsync(readData: true, readDue: true));
        foreach (TimeSpan within in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromTicks(30), TimeSpan.FromHours(23), TimeSpan.FromDays(5000)])
        {
            await FailsAsync(ErrorCode.InvalidArgument, () => Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", VerifyWithin = within }, Token));
        }

        Assert.Equal(TimeSpan.FromDays(30), (await InfoAsync()).VerifyWithin);
    }
}
