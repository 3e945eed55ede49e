using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Server.Core.Tests;

public sealed class ResticJudgeTests : ServerHarness
{
    [Fact]
    public async Task Repository_that_runs_filled_passes_restics_full_check_and_restores()
    {
        await CreateRepositoryAsync();
        ResticProgram restic = ResticProgram.OrSkip(Folder("main"), Password);
        await CreateTaskAsync();
        await BackUpAsync();
        Agent.Tree.With("data/new.txt", "new");
        SnapshotReference second = await BackUpAsync();

        (await restic.CheckAsync(readData: true, Token)).Succeeded();
        (await restic.RestoreAsync(second.Id, Folder("out"), Token)).Succeeded();

        Assert.Equal("alpha", await File.ReadAllTextAsync(Path.Join(Folder("out"), "data/a.txt"), Token));
        Assert.Equal("gamma", await File.ReadAllTextAsync(Path.Join(Folder("out"), "data/b/c.txt"), Token));
        Assert.Equal("new", await File.ReadAllTextAsync(Path.Join(Folder("out"), "data/new.txt"), Token));
    }

    [Fact]
    public async Task Snapshots_that_restic_adds_are_seen_browsed_and_compared()
    {
        await CreateRepositoryAsync();
        ResticProgram restic = ResticProgram.OrSkip(Folder("main"), Password);
        await CreateTaskAsync();
        await BackUpAsync();
        string source = Folder("source");
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(Path.Join(source, "file"), "one", Token);
        (await restic.BackupAsync(source, ["--host", "elsewhere", "--tag", "foreign"], Token)).Succeeded();
        await File.WriteAllTextAsync(Path.Join(source, "file"), "other", Token);
        (await restic.BackupAsync(source, ["--host", "elsewhere", "--tag", "foreign"], Token)).Succeeded();

        List<SnapshotInfo> foreign = await Server.Snapshots.ListAsync(new SnapshotQuery { Tag = "foreign" }, Token).ToListAsync(Token);
        Assert.Equal(2, foreign.Count);
        Assert.All(foreign, snapshot => Assert.Equal(("elsewhere", null, null), (snapshot.HostName, snapshot.Task, snapshot.Agent)));
        Assert.Equal(2, await Server.Snapshots.ListAsync(new SnapshotQuery { Latest = true }, Token).CountAsync(Token));

        var request = new CompareSnapshotsRequest { Reference = new SnapshotReference(null, foreign[0].Id), Difference = new SnapshotReference("main", foreign[1].Id[..8]) };
        ItemDifference difference = await Server.Snapshots.CompareAsync(request, Token).SingleAsync(item => item.Change == ItemChange.Modified, Token);
        Assert.Equal($"{source[1..]}/file", difference.Path);
        Assert.Equal((3, 5), (difference.Reference!.Size, difference.Difference!.Size));
        Run check = await WaitAsync(await Server.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = "main", ReadData = true }, Token));
        Assert.Equal(RunState.Completed, check.State);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Repository_of_restic_is_imported_and_used(int version)
    {
        ResticProgram restic = ResticProgram.OrSkip(Folder("foreign"), Password);
        (await restic.InitAsync(version, Token)).Succeeded();
        RepositoryInfo imported = await Server.Repositories.ImportAsync(
            new ImportRepositoryRequest { Name = "foreign", Path = Folder("foreign"), Password = new Secret { Value = Password } }, Token);
        await CreateTaskAsync("docs", "foreign");
        await BackUpAsync();

        Assert.Equal(version, imported.FormatVersion);
        Assert.Equal(version == 1, imported.CompressionLevel is null);
        Assert.Equal(version == 1, Agent.BackupOrders.Single().CompressionLevel is null);
        (await restic.CheckAsync(readData: true, Token)).Succeeded();
    }
}
