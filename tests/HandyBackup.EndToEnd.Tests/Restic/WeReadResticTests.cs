using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.Restic;

/// <summary>Whatever restic writes, we list, browse, restore, check and continue, and restic's own commands still work afterwards.</summary>
public sealed class WeReadResticTests
{
    [Theory(Timeout = 240_000)]
    [InlineData(1, "auto")]
    [InlineData(2, "off")]
    [InlineData(2, "auto")]
    [InlineData(2, "max")]
    public async Task A_repository_of_restic_is_listed_browsed_restored_checked_and_continued(int formatVersion, string compression)
    {
        ResticProgram.SkipUnlessInstalled();
        NastyTree.SkipUnlessPossible();
        await using ProductSession session = await ProductSession.StartAsync();
        string source = session.In("nasty");
        await NastyTree.CreateAsync(source);
        var restic = new ResticProgram(session.RepositoryPath);
        await restic.RunAsync("init", "--repository-version", formatVersion.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await CheapRepository.ReplaceKeyAsync(session.RepositoryPath);
        await restic.RunAsync("backup", "--compression", compression, source, "--host", "alpha", "--tag", "one,two");
        await restic.RunAsync("backup", "--compression", compression, Path.Combine(source, "deep"), "--host", "beta", "--tag", "three");

        PSObject repository = await session.SingleAsync("Import-HBRepository -Name main -Path ./repo -PasswordFile ./pw");

        Assert.Equal((formatVersion, 2L), (repository.Number("FormatVersion"), repository.Number("Snapshots")));
        PSObject alpha = await session.SingleAsync("Get-HBSnapshot -Repository main -HostName alpha");
        Assert.Equal(["one", "two"], (string[])alpha.Get("Tags")!);
        Assert.Equal([source], (string[])alpha.Get("Paths")!);
        Assert.Equal("beta", (await session.SingleAsync("Get-HBSnapshot -Tag three")).Text("HostName"));
        IReadOnlyList<PSObject> items = await session.OutputAsync($"Get-HBSnapshot -HostName alpha | Get-HBItem -Path '{source}'");
        Assert.Equal(Directory.GetFileSystemEntries(source).Length, items.Count);
        Assert.NotEmpty(await session.OutputAsync("Get-HBSnapshot -HostName alpha | Get-HBItem -Recurse"));
        await session.SingleAsync("Get-HBSnapshot -HostName alpha | Restore-HBItem -Destination ./out -Wait");
        await TreeListing.AssertEqualAsync(source, session.In("out") + source);
        await session.CheckAsync();

        await session.CreateTaskAsync("nasty", source);
        await session.BackUpAsync("nasty");
        await restic.CheckAsync();
        Assert.Equal(3, (await restic.SnapshotsAsync()).Count);
    }

    [Fact(Timeout = 240_000)]
    public async Task Commands_of_restic_that_change_a_repository_work_on_ours_and_we_on_theirs()
    {
        ResticProgram.SkipUnlessInstalled();
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        string source = session.In("source");
        Directory.CreateDirectory(source);
        await session.CreateTaskAsync("docs", source);
        for (int run = 0; run < 3; run++)
        {
            await SystemProgram.ShellAsync($"head -c 3000000 /dev/urandom > changing; echo {run} > small", source);
            await session.BackUpAsync("docs");
        }

        var restic = new ResticProgram(session.RepositoryPath);
        await restic.RunAsync("forget", "--keep-last", "1", "--group-by", "paths", "--prune");
        await restic.CheckAsync();

        // restic has rewritten packs, indexes and the snapshot under a running server.
        PSObject snapshot = await session.SingleAsync("Get-HBSnapshot -Repository main");
        Assert.Equal("docs", snapshot.Text("Task"));
        await session.RestoreAsync("docs", "./out");
        await TreeListing.AssertEqualAsync(source, session.In("out") + source);
        PSObject unchanged = await session.BackUpAsync("docs");
        Assert.Equal(2, unchanged.Number("UnchangedFiles"));
        await session.CheckAsync();
        await restic.CheckAsync();

        // restic tag writes the snapshots anew, with the fields that restic knows.
        await restic.RunAsync("tag", "--add", "by-restic");
        Assert.Equal(2, (await session.OutputAsync("Get-HBSnapshot -Tag by-restic")).Count);
        await restic.CheckAsync();

        string copy = session.In("copy");
        await new ResticProgram(copy).RunAsync("init", "--repo2", session.RepositoryPath, "--copy-chunker-params", "--password-file2", session.PasswordFile);
        await CheapRepository.ReplaceKeyAsync(copy);
        await restic.RunAsync("copy", "--repo2", copy, "--password-file2", session.PasswordFile);
        await new ResticProgram(copy).CheckAsync();
        await session.OutputAsync("Import-HBRepository -Name copy -Path ./copy -PasswordFile ./pw");
        Assert.Equal(2, (await session.OutputAsync("Get-HBSnapshot -Repository copy")).Count);
        await session.CheckAsync("copy");
    }
}
