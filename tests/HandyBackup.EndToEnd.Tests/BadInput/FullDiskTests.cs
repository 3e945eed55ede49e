using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Restic;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.BadInput;

/// <summary>No space left where a repository lies, or where a restore writes.</summary>
public sealed class FullDiskTests
{
    [Fact(Timeout = 180_000)]
    public async Task A_backup_to_a_full_disk_fails_as_StoreFull_and_the_repository_stays_sound()
    {
        TinyFileSystem.SkipUnlessPossible();
        await using ProductSession session = await ProductSession.StartAsync();
        await using TinyFileSystem disk = await TinyFileSystem.MountAsync(session.RepositoryPath, 24);
        await session.CreateRepositoryAsync();
        string source = await CreateSourceAsync(session);
        await session.CreateTaskAsync("small", Path.Combine(source, "small"));
        await session.CreateTaskAsync("docs", source);
        await session.BackUpAsync("small");

        ScriptResult result = await session.RunAsync("Start-HBTask docs -Wait");

        Assert.Equal(("Failed", "StoreFull"), (result.Single().Text("State"), result.Output[0].Text("ErrorId")));
        Assert.Contains("StoreFull", result.ErrorIds);
        Assert.Single(await session.OutputAsync("Get-HBSnapshot"));
        await session.RestoreAsync("small", "./out");
        Assert.Equal("small\n", await File.ReadAllTextAsync(session.In("out") + Path.Combine(source, "small"), TestContext.Current.CancellationToken));
        await disk.GrowAsync(100);
        await session.CheckAsync();

        PSObject next = await session.BackUpAsync("docs");

        Assert.True(next.Number("AddedBytes") < 32 << 20, $"{next.Number("AddedBytes")} bytes were added: what the failed run stored was not used.");
        await session.CheckAsync();
        if (File.Exists("/usr/bin/restic"))
        {
            await new ResticProgram(session.RepositoryPath).CheckAsync();
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task A_restore_to_a_full_disk_fails_as_DestinationFull_and_works_once_there_is_space()
    {
        TinyFileSystem.SkipUnlessPossible();
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        string source = await CreateSourceAsync(session);
        await session.CreateTaskAsync("docs", source);
        await session.BackUpAsync("docs");
        await using TinyFileSystem disk = await TinyFileSystem.MountAsync(session.In("out"), 10);

        ScriptResult result = await session.RunAsync("Get-HBSnapshot -Task docs | Restore-HBItem -Destination ./out -Wait");

        Assert.Equal("Failed", result.Single().Text("State"));
        Assert.Contains("DestinationFull", result.ErrorIds);

        await disk.GrowAsync(100);
        await session.RestoreAsync("docs", "./out");
        await TreeListing.AssertEqualAsync(source, session.In("out") + source);
    }

    private static async Task<string> CreateSourceAsync(ProductSession session)
    {
        string source = session.In("source");
        Directory.CreateDirectory(source);
        await SystemProgram.ShellAsync("for i in 1 2 3 4 5 6 7 8; do head -c 4000000 /dev/urandom > file$i; done; echo small > small", source);
        return source;
    }
}
