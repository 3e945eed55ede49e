using System.Management.Automation;
using System.Text.Json;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.Restic;

/// <summary>restic judges what we write: it finds our repositories sound and gets identical trees from them.</summary>
public sealed class ResticReadsOursTests
{
    [Theory(Timeout = 180_000)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_nasty_tree_is_sound_for_restic_and_comes_back_identical_from_restic_and_from_us(int formatVersion)
    {
        ResticProgram.SkipUnlessInstalled();
        NastyTree.SkipUnlessPossible();
        await using ProductSession session = await ProductSession.StartAsync();
        string source = session.In("nasty");
        await NastyTree.CreateAsync(source);
        await session.CreateRepositoryAsync(formatVersion: formatVersion);
        await session.CreateTaskAsync("nasty", source, "-Tag one, two");

        PSObject run = await session.BackUpAsync("nasty");

        var restic = new ResticProgram(session.RepositoryPath);
        await restic.CheckAsync();
        JsonElement snapshot = Assert.Single(await restic.SnapshotsAsync());
        Assert.Equal(run.Text("SnapshotId"), snapshot.GetProperty("id").GetString());
        Assert.Equal(source, Assert.Single(snapshot.GetProperty("paths").EnumerateArray()).GetString());
        Assert.Contains("one", snapshot.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal(Environment.MachineName, snapshot.GetProperty("hostname").GetString());
        Assert.Contains("/deep/1/2/3/4/5/6/7/8/9/file", await restic.RunAsync("ls", "latest"), StringComparison.Ordinal);

        await restic.RunAsync("restore", "latest", "--target", session.In("by-restic"));
        await TreeListing.AssertEqualAsync(source, session.In("by-restic") + source);
        await session.RestoreAsync("nasty", "./by-us");
        await TreeListing.AssertEqualAsync(source, session.In("by-us") + source);
        Assert.InRange(await TreeListing.DiskUsageAsync(session.In("by-us") + source, "sparse"), 0, 1024);
        await session.CheckAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task A_second_run_of_a_nasty_tree_finds_nothing_changed_and_restic_continues_from_it()
    {
        ResticProgram.SkipUnlessInstalled();
        NastyTree.SkipUnlessPossible();
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        string source = session.In("nasty");
        await NastyTree.CreateAsync(source);
        await session.CreateTaskAsync("nasty", source);
        PSObject first = await session.BackUpAsync("nasty");

        PSObject second = await session.BackUpAsync("nasty");

        Assert.Equal((0L, 0L, first.Number("NewFiles")), (second.Number("NewFiles"), second.Number("ChangedFiles"), second.Number("UnchangedFiles")));

        // Folders above the source may have other times than before.
        Assert.InRange(second.Number("NewBytes"), 0, 64 << 10);

        // Content cut and addressed as restic does it is found again by restic: it stores next to nothing of a tree that we have stored.
        var restic = new ResticProgram(session.RepositoryPath);
        string summary = (await restic.RunAsync("backup", source, "--json")).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        using var parsed = JsonDocument.Parse(summary);
        Assert.Equal(0, parsed.RootElement.GetProperty("files_changed").GetInt32());
        await restic.CheckAsync();
    }
}
